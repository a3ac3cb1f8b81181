/**
 * Behind nginx and Caddy of the system, which pack and buffer, cut what is silent, and answer for servers that are not there:
 * the first event comes early, a cut is told with what came, and a page of the proxy is no answer.
 */
import { describe, expect, it } from "@effect/vitest"
import { ChatCompletion, ChunkEvent, Message, RetryPolicy, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { Simulator } from "@effect-zhipu/testing"
import { Effect, Layer, Stream } from "effect"
import { programs, type ProxyName, start } from "./support/proxies.js"
import { httpLayer, sendFaults, type Transport, transports, withFaults } from "./support/simulator.js"

for (const [name, { reason }] of Object.entries(programs)) {
  if (reason !== undefined) console.warn(`SKIPPED: the client behind ${name}. ${reason}.`)
}

const names: ReadonlyArray<ProxyName> = ["nginx", "caddy"]

const request = {
  model: "glm-4.6",
  messages: [Message.user("Count to 20")],
  thinking: { type: "disabled" as const }
}
const text = Array.from({ length: 20 }, (_, index) => index + 1).join(", ")

/** What the proxies of these tests say of a server that is not there, and of one that is too slow. */
const pages = { 502: /502.*Bad Gateway/s, 504: /504.*Gateway Time-?out|HTTP 504/is }

/** A simulator at the pace of a model, the proxy in front of it, and a client that knows the proxy alone. */
const behind = (
  name: ProxyName,
  transport: Transport,
  options?: { readonly to?: "down"; readonly tokensPerSecond?: number; readonly patience?: number }
) =>
  Layer.unwrapScoped(
    Effect.gen(function* () {
      const { patience = 30, to = "working", tokensPerSecond = 15 } = options ?? {}
      const { apiKey, baseUrl } = yield* Simulator.make({ tokensPerSecond })
      const { port, pathname } = new URL(baseUrl)
      const proxy = yield* start(name, Number(port), patience)
      return Zhipu.layer({
        apiKey,
        baseUrl: `http://127.0.0.1:${proxy[to]}${pathname}`,
        retry: RetryPolicy.none,
        transformClient: sendFaults
      }).pipe(Layer.provide(httpLayer[transport]))
    })
  )

for (const name of names) {
  describe.skipIf(programs[name].path === undefined)(`behind ${name}`, () => {
    for (const transport of transports) {
      it.live(`the first event comes while the model still writes, by ${transport}`, () =>
        Effect.gen(function* () {
          const begun = performance.now()
          let first = 0
          const completion = yield* ZhipuChat.stream(request).pipe(
            Stream.tap(() => Effect.sync(() => (first ||= performance.now() - begun))),
            ChunkEvent.fold
          )
          const total = performance.now() - begun
          expect(ChatCompletion.text(completion)).toBe(text)
          // Together with all others it would come at the end.
          expect(total).toBeGreaterThan(1500)
          expect(first).toBeLessThan(total / 2)
        }).pipe(Effect.provide(behind(name, transport)))
      )

      it.live(`a whole answer is read, packed or not, by ${transport}`, () =>
        Effect.gen(function* () {
          expect(ChatCompletion.text(yield* ZhipuChat.complete(request))).toBe(text)
        }).pipe(Effect.provide(behind(name, transport, { tokensPerSecond: 1000 })))
      )

      it.live(`a whole answer that the proxy does not wait for is told as its time-out, by ${transport}`, () =>
        Effect.gen(function* () {
          const error = yield* Effect.flip(ZhipuChat.complete(request))
          expect(error).toMatchObject({ _tag: "ServerError", status: 504, isRetryable: true })
          expect(error.message).toMatch(pages[504])
        }).pipe(Effect.provide(behind(name, transport, { patience: 1 })))
      )

      for (const [what, fault, tags] of [
        ["a stream that the proxy cuts as it is silent", "idle@chunk:9", ["ConnectionError", "StreamTruncatedError"]],
        ["a stream whose server breaks off", "reset@chunk:9", ["ConnectionError", "StreamTruncatedError"]],
        ["a stream that ends too early", "truncate@chunk:9", ["StreamTruncatedError"]]
      ] as const) {
        it.live(`${what} fails with what came, by ${transport}`, () =>
          Effect.gen(function* () {
            const error = yield* Effect.flip(ChunkEvent.fold(ZhipuChat.stream(request))).pipe(withFaults(fault))
            expect(tags).toContain(error._tag)
            const came = error.partial === undefined ? "" : ChatCompletion.text(error.partial)
            expect(came.length).toBeGreaterThan(0)
            expect(text.startsWith(came)).toBe(true)
          }).pipe(Effect.provide(behind(name, transport, { patience: fault.startsWith("idle") ? 1 : 30 })))
        )
      }

      it.live(`a server that is not there is told by what the proxy says of it, by ${transport}`, () =>
        Effect.gen(function* () {
          for (const ask of [ZhipuChat.complete(request), ChunkEvent.fold(ZhipuChat.stream(request))]) {
            const error = yield* Effect.flip(ask)
            expect(error).toMatchObject({ _tag: "ServerError", status: 502, isRetryable: true })
            expect(error.partial).toBeUndefined()
            expect(error.message).toMatch(pages[502])
          }
        }).pipe(Effect.provide(behind(name, transport, { to: "down" })))
      )
    }
  })
}
