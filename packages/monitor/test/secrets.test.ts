/** What a monitor keeps and tells of calls to a service that repeats the key wherever it can. */
import { CallObserver, Message, RetryPolicy, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { Monitor, Prometheus } from "@effect-zhipu/monitor"
import { MockHttpClient } from "@effect-zhipu/testing"
import { expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Stream } from "effect"
import { inspect } from "node:util"

const key = "SENTINELidhalf01.SENTINELsecret02"
const by = `a ${key} b 0a1b2c3d4e5f60718293a4b5c6d7e8f9.SENTINELforeign3 c`

const chunk = (delta: unknown, choice: object = {}) => ({
  id: by,
  model: by,
  request_id: by,
  choices: [{ index: 0, delta, ...choice }]
})

const bodies = [
  [chunk({ content: "fine" }), { ...chunk({}, { finish_reason: by }), usage: { total_tokens: 1 } }],
  [{ error: { code: by, message: by, type: by }, request_id: by }],
  [chunk({ content: "fine" }), { error: { code: "1301", message: by } }],
  [chunk({ content: "fine" })]
]

it.live("holds no key, nor do its figures for others", () =>
  Effect.scoped(
    Effect.gen(function* () {
      const { monitor, observer } = yield* Monitor.make({ interval: "1 hour" })
      const seen: Array<unknown> = []
      const replies = bodies.map((body) => ({
        headers: { "content-type": "text/event-stream", "x-request-id": by },
        body: MockHttpClient.sse(body, { done: body === bodies[0] })
      }))
      const live = Zhipu.layer({ apiKey: Redacted.make(key), retry: RetryPolicy.none }).pipe(
        Layer.provide(MockHttpClient.layer(replies)),
        Layer.provide(CallObserver.add(observer)),
        Layer.provide(
          CallObserver.add({
            start: (call) => {
              seen.push(call)
              return {
                attemptFailed: (failed) => void seen.push(failed),
                ended: (end) => Effect.sync(() => void seen.push(end))
              }
            }
          })
        )
      )
      const asked = ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user("hi")] })
      yield* Effect.forEach(replies, () => Effect.exit(Stream.runDrain(asked))).pipe(Effect.provide(live))
      const snapshot = yield* monitor.snapshot
      expect(snapshot.total).toMatchObject({ succeeded: 1, failed: 3 })
      const texts = [
        JSON.stringify(snapshot),
        JSON.stringify(yield* monitor.range("5m")),
        inspect(snapshot, { depth: 20 }),
        Prometheus.render(snapshot),
        inspect(seen, { depth: 20 }),
        JSON.stringify(seen)
      ]
      expect(texts[4]).toContain("<redacted>")
      for (const text of texts) expect(text).not.toMatch(/SENTINEL|0a1b2c3d/i)
    })
  )
)
