/** Whether a page of another origin may ask: what a browser looks at before it sends a request, and before it shows an answer. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Simulator from "../src/Simulator.js"

const origin = "http://page.example"

const preflight = (url: string) =>
  Effect.promise(() =>
    fetch(url, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type"
      }
    })
  )

const ask = (url: string, key: string) =>
  Effect.promise(() =>
    fetch(url, {
      method: "POST",
      headers: { origin, authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ model: "glm-4.6", stream: true, messages: [{ role: "user", content: "Hello" }] })
    })
  )

describe("pages of other origins", () => {
  it.scopedLive("may ask where they are told so, and see errors and streams", () =>
    Effect.gen(function* () {
      const { apiKey, baseUrl, requests, stats } = yield* Simulator.make({ cors: true })
      const url = `${baseUrl}/chat/completions`
      const before = yield* preflight(url)
      expect(before.status).toBe(204)
      expect(before.headers.get("access-control-allow-origin")).toBe("*")
      const methods = before.headers.get("access-control-allow-methods")?.split(", ")
      expect(methods).toEqual(expect.arrayContaining(Simulator.operations.map(({ method }) => method)))
      expect(before.headers.get("access-control-allow-headers")).toBe("authorization,content-type")
      expect((yield* stats).requests).toBe(0)
      for (const key of [Redacted.value(apiKey), "somebody.else"]) {
        const answer = yield* ask(url, key)
        expect(answer.headers.get("access-control-allow-origin")).toBe("*")
        expect(answer.headers.get("access-control-expose-headers")).toContain("Retry-After")
        yield* Effect.promise(() => answer.text())
      }
      expect((yield* requests).map(({ method }) => method)).toEqual(["POST", "POST"])
    })
  )

  it.scopedLive("may not otherwise", () =>
    Effect.gen(function* () {
      const { apiKey, baseUrl } = yield* Simulator.make()
      const url = `${baseUrl}/chat/completions`
      const before = yield* preflight(url)
      expect([before.status, before.headers.get("access-control-allow-origin")]).toEqual([405, null])
      const answer = yield* ask(url, Redacted.value(apiKey))
      expect(answer.headers.get("access-control-allow-origin")).toBe(null)
      yield* Effect.promise(() => answer.text())
    })
  )
})
