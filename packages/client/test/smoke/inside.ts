/** Node's own parts of the library, inside of another runtime: the simulator serves, and a client in the same process asks. */
import { ChatCompletion, ChunkEvent, ZhipuChat } from "@effect-zhipu/client"
import { MockChat, Simulator } from "@effect-zhipu/testing"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import { Effect, Fiber, Redacted, Stream } from "effect"
import { ask, client, drain, equal, folded, runCase, streamed, until, type At, type Case } from "./case.js"

const inside = (
  name: string,
  options: Simulator.Options,
  use: (at: At) => Effect.Effect<void, unknown, HttpClient.HttpClient | ZhipuChat.ZhipuChat>
): Case => ({
  name,
  run: (at) =>
    Effect.gen(function* () {
      const { apiKey, baseUrl, requests, stats } = yield* Simulator.make(options)
      const there: At = { ...at, key: Redacted.value(apiKey), baseUrl, seen: Effect.all({ stats, requests }) }
      yield* Effect.provide(use(there), client(there, { auth: "jwt" }))
    }).pipe(Effect.scoped)
})

const cases: ReadonlyArray<Case> = [
  inside("simulator: a stream and a whole answer", { script: [{ content: "一" }, { content: "Two" }] }, () =>
    Effect.gen(function* () {
      equal(ChatCompletion.text(yield* folded()), "一")
      equal(ChatCompletion.text(yield* ZhipuChat.complete(ask())), "Two")
    })
  ),
  inside("simulator: a broken connection", { faults: "slow:20, reset@chunk:3" }, () =>
    Effect.map(Effect.flip(folded()), (error) => equal(error._tag, "ConnectionError"))
  ),
  inside("simulator: it sees a client that leaves", { tokensPerSecond: 20 }, (at) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(drain(streamed(ask("Tell me a long story"))))
      yield* until(at, "an answer on its way", ({ stats }) => stats.chunksWritten > 1)
      yield* Fiber.interrupt(fiber)
      yield* until(at, "that the client left", ({ stats }) => stats.disconnects.length === 1)
    })
  ),
  {
    name: "mock",
    run: () =>
      ZhipuChat.stream(ask()).pipe(
        ChunkEvent.text,
        Stream.runCollect,
        Effect.map((texts) => equal(Array.from(texts).join(""), "Mocked")),
        Effect.provide(MockChat.layer([MockChat.text("Mocked")]))
      )
  }
]

const nowhere: At = { key: "", baseUrl: "", closedUrl: "", environment: "none", seen: Effect.die("nobody looks") }

await Effect.forEach(cases, (one) =>
  Effect.map(runCase(one, nowhere), (outcome) => console.log(JSON.stringify(outcome)))
).pipe(Effect.provide(FetchHttpClient.layer), Effect.runPromise)
console.log("end")
