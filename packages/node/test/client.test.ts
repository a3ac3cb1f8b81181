/** The client of the service over this transport and over that of platform-node: the same events, the same errors. */
import { Message, RetryPolicy, Zhipu, ZhipuChat, type ZhipuError } from "@effect-zhipu/client"
import { Simulator } from "@effect-zhipu/testing"
import { describe, expect, layer } from "@effect/vitest"
import { Cause, type ConfigError, Effect, Exit, Layer, Option, Stream } from "effect"
import { transports } from "./support.js"

const request = { model: "glm-4.6", messages: [Message.user("Tell me 60 words")] }

const clientOver = (index: 0 | 1) =>
  Layer.unwrapEffect(
    Effect.map(Simulator.Simulator, ({ apiKey, baseUrl }) =>
      Zhipu.layer({ apiKey, baseUrl, retry: RetryPolicy.none }).pipe(Layer.provide(transports[index].layer))
    )
  )

const faults = [
  "",
  "split:1",
  "split:1000000",
  "crlf, split:3",
  "comments",
  "hang-after-done",
  "hang-after-finish",
  "junk-after-done",
  "no-done",
  "empty-body",
  "truncate@chunk:5",
  "truncate@1500",
  "reset@chunk:5",
  "reset@0",
  "error-200:1305",
  "error-frame:1302@chunk:4",
  "code:1113",
  "json-completion",
  "html-200",
  "invalid-utf8@chunk:3",
  "gzip",
  "gzip, split:10"
]

/** How a stream went; words alone of an error, since it tells of ports. */
const outcome = Effect.suspend(() => {
  const events: Array<unknown> = []
  return Effect.map(
    Effect.exit(Stream.runForEach(ZhipuChat.stream(request), (event) => Effect.sync(() => events.push(event)))),
    (exit) => ({ events, failure: tagOf(exit) })
  )
})

const tagOf = <A>(exit: Exit.Exit<A, ZhipuError.ZhipuError | ConfigError.ConfigError>) =>
  Exit.isSuccess(exit)
    ? undefined
    : Option.getOrUndefined(
        Option.map(Cause.failureOption(exit.cause), (error) => [
          error._tag,
          "code" in error ? error.code : undefined,
          "phase" in error ? error.phase : undefined,
          "reason" in error && error._tag !== "ConnectionError" ? error.reason : undefined
        ])
      )

describe("the client", () => {
  layer(Simulator.layer(), { excludeTestServices: true })((it) => {
    for (const fault of faults) {
      it.effect(`streams the same: ${fault === "" ? "no fault" : fault}`, () =>
        Effect.gen(function* () {
          const simulator = yield* Simulator.Simulator
          yield* simulator.setFaults(fault)
          const here = yield* Effect.provide(outcome, clientOver(0))
          const there = yield* Effect.provide(outcome, clientOver(1))
          expect(here).toEqual(there)
          expect(here.events.length > 0 || here.failure !== undefined).toBe(true)
        })
      )
    }

    it.effect("answers documents the same", () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.Simulator
        for (const fault of ["", "code:1305", "truncate@100", "gzip"]) {
          yield* simulator.setFaults(fault)
          const ask = Effect.exit(ZhipuChat.complete(request))
          const here = yield* Effect.provide(ask, clientOver(0))
          const there = yield* Effect.provide(ask, clientOver(1))
          expect(tagOf(here)).toEqual(tagOf(there))
          if (Exit.isSuccess(here)) expect(here).toEqual(there)
        }
      })
    )

    it.effect("keeps its connection from stream to stream", () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.Simulator
        yield* simulator.setFaults("")
        yield* simulator.reset
        yield* Effect.provide(Effect.repeatN(outcome, 49), clientOver(0))
        expect((yield* simulator.stats).connections).toBeLessThanOrEqual(3)
      })
    )
  })
})
