/** A hundred streams at once while their key is changed, over each transport. */
import { KeyPool, ZhipuChat } from "@effect-zhipu/client"
import { Simulator } from "@effect-zhipu/testing"
import { HttpClient, type HttpClientRequest } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, Ref, Stream } from "effect"
import { keys, type Name, redactedKeys, whose } from "./support/keys.js"
import { clientLayer, outcomeOf, question, transports } from "./support/simulator.js"

describe("rotating a key while streams run", () => {
  for (const transport of transports) {
    it.live(`fails none of 100 of them, over ${transport}, and new calls use the new key`, () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.Simulator
        const sent: Array<Name | undefined> = []
        const current = yield* Ref.make<Name>("alpha")
        const watching = HttpClient.mapRequest((request: HttpClientRequest.HttpClientRequest) => {
          sent.push(whose({ headers: request.headers }))
          return request
        })
        const apiKey = KeyPool.make({ keys: Effect.map(Ref.get(current), (name) => redactedKeys(name)) })
        const layer = clientLayer(transport, { apiKey, auth: "jwt", transformClient: watching })
        yield* Effect.gen(function* () {
          let begun = 0
          const stream = ZhipuChat.stream(question).pipe(
            Stream.onStart(Effect.void),
            Stream.mapAccum(true, (first, event) => {
              if (first) begun++
              return [false, event]
            })
          )
          const old = yield* Effect.fork(
            Effect.forEach(Array.from({ length: 100 }), () => outcomeOf(stream), { concurrency: "unbounded" })
          )
          yield* Effect.repeat(Effect.sleep("10 millis"), { until: () => begun === 100 })
          expect((yield* simulator.stats).inFlight).toBe(100)
          yield* Ref.set(current, "bravo")
          const later = yield* Effect.forEach(Array.from({ length: 10 }), () => outcomeOf(stream), {
            concurrency: "unbounded"
          })
          const outcomes = yield* Fiber.join(old)
          expect([...outcomes, ...later].flatMap(({ error }) => error ?? [])).toEqual([])
          expect(new Set(outcomes.map(({ events }) => events.at(-1)?._tag)).size).toBe(1)
          expect(sent.slice(0, 100)).toEqual(Array.from({ length: 100 }, () => "alpha"))
          expect(sent.slice(100)).toEqual(Array.from({ length: 10 }, () => "bravo"))
          expect((yield* simulator.stats).disconnects).toEqual([])
        }).pipe(Effect.provide(layer))
      }).pipe(
        Effect.scoped,
        Effect.provide(Simulator.layer({ apiKeys: [keys.alpha, keys.bravo], tokensPerSecond: 15 }))
      )
    )
  }
})
