/** What a browser gets of a service that repeats the key of the server wherever it can. */
import { Message, RetryPolicy, Zhipu, ZhipuChat, ZhipuError } from "@effect-zhipu/client"
import { ServerSentEvents } from "@effect-zhipu/http"
import { MockHttpClient } from "@effect-zhipu/testing"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Stream } from "effect"
import { textOf } from "./support.js"

const key = "SENTINELidhalf01.SENTINELsecret02"
/** The gateway's own. */
const foreign = "0a1b2c3d4e5f60718293a4b5c6d7e8f9.SENTINELforeign3"
const by = `a ${key} b ${foreign} c`

const answer = ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user("hi")] })

const chunk = (delta: unknown, beside: object = {}, choice: object = {}) => ({
  id: by,
  object: by,
  model: by,
  request_id: by,
  system_fingerprint: by,
  content_filter: [{ role: by, level: 1 }],
  choices: [{ index: 0, delta, ...choice }],
  ...beside
})

const call = { index: 0, id: by, type: by, function: { name: by, arguments: "{}" } }

const bodies: Readonly<Record<string, ReadonlyArray<unknown>>> = {
  "an answer": [
    chunk({ role: by, content: "fine" }),
    chunk({ tool_calls: [call] }),
    chunk({}, { usage: { total_tokens: 1 } }, { finish_reason: by })
  ],
  "an error": [{ error: { code: by, message: by, type: by, request_id: by }, contentFilter: [{ role: by }] }],
  "an error in the middle": [chunk({ content: "fine" }), { error: { code: "1301", message: by }, request_id: by }],
  "a failed choice": [chunk({ content: "fine" }), chunk({}, {}, { finish_reason: "error", error: { code: by } })],
  "a cut answer": [chunk({ content: "fine" }), chunk({ tool_calls: [call] })]
}

describe("frames for a browser", () => {
  for (const [what, body] of Object.entries(bodies)) {
    for (const partial of [false, true]) {
      it.live(`hold no key of the server, after ${what}${partial ? ", with what came" : ""}`, () =>
        Effect.gen(function* () {
          const reply = {
            headers: { "content-type": "text/event-stream", "x-request-id": by },
            body: MockHttpClient.sse(body, { done: what === "an answer" })
          }
          const live = Zhipu.layer({ apiKey: Redacted.make(key), retry: RetryPolicy.none }).pipe(
            Layer.provide(MockHttpClient.layer(() => reply))
          )
          const text = yield* textOf(ServerSentEvents.toBytes(answer, { partial })).pipe(Effect.provide(live))
          expect(text).toContain(what === "an answer" ? "event: done" : "event: error")
          expect(text).toContain("<redacted>")
          expect(text).not.toMatch(/SENTINEL|0a1b2c3d/i)
          const error = yield* Effect.flip(Stream.runDrain(answer)).pipe(Effect.provide(live), Effect.option)
          if (error._tag === "None") return expect(what).toBe("an answer")
          const response = ServerSentEvents.toErrorResponse(error.value, { partial })
          expect(JSON.stringify([response, new TextDecoder().decode(bytesOf(response.body))])).not.toMatch(/SENTINEL/i)
        })
      )
    }
  }

  it.live("hold no header of the service's response", () =>
    Effect.gen(function* () {
      const reply = {
        status: 400,
        headers: { "content-type": "application/json", "x-served-by": "gateway-7.internal" },
        body: JSON.stringify({ error: { code: "1214", message: "No." } })
      }
      const live = Zhipu.layer({ apiKey: Redacted.make(key) }).pipe(Layer.provide(MockHttpClient.layer(() => reply)))
      const error = yield* Effect.flip(Stream.runDrain(answer)).pipe(Effect.provide(live))
      expect(error.headers).toMatchObject({ "x-served-by": "gateway-7.internal" })
      const text = yield* textOf(ServerSentEvents.toBytes(Stream.fail(error), { partial: true }))
      expect(text).toContain('"code":"1214"')
      const { body } = ServerSentEvents.toErrorResponse(error, { partial: true })
      expect(text + new TextDecoder().decode(bytesOf(body))).not.toMatch(/headers|gateway/)
    })
  )

  it("hold these fields of errors, and a new one when it is found good for strangers", () => {
    const fields = ZhipuError.ZhipuError.members.flatMap(({ fields }) => Object.keys(fields))
    const told =
      "_tag message code status requestId retryAfter attempts taskId path contentFilter resetAt phase reason limit " +
      "receivedBytes receivedFrames detail frame maxQueue kind state"
    const held = "partial headers"
    expect([...new Set(fields)].sort()).toEqual(`${told} ${held}`.split(" ").sort())
  })

  it.live("hold what the model says as it is", () =>
    Effect.gen(function* () {
      const body = MockHttpClient.sse([chunk({ content: by }), chunk({}, {}, { finish_reason: "stop" })])
      const text = yield* textOf(ServerSentEvents.toBytes(answer)).pipe(
        Effect.provide(
          Zhipu.layer({ apiKey: Redacted.make(key) }).pipe(
            Layer.provide(MockHttpClient.layer(() => ({ headers: { "content-type": "text/event-stream" }, body })))
          )
        )
      )
      expect(text).toContain(`"text":${JSON.stringify(by)}`)
    })
  )
})

const bytesOf = (body: { readonly _tag: string; readonly body?: unknown }): Uint8Array =>
  body.body instanceof Uint8Array ? body.body : new Uint8Array()
