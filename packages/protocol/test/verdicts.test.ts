/** What errors mean that are told by words, by statuses beside the vendor's table, by gateways and by pages. */
import { describe, expect, it } from "vitest"
import { classify as internal } from "../src/internal/failures/classify.js"
import { fromJson } from "../src/internal/failures/errorBody.js"
import type { FailureTag } from "../src/internal/failures/failure.js"
import { isRetryable } from "../src/internal/policy/retry.js"
import { classify } from "../src/Failure.js"

const told = (status: number, body: unknown) =>
  classify({ status, headers: {}, text: typeof body === "string" ? body : JSON.stringify(body) })

const error = (fields: Record<string, unknown>) => ({ error: { message: "the reason", ...fields } })

describe("a code that is a word", () => {
  const rows: ReadonlyArray<readonly [word: string, tag: FailureTag]> = [
    ["insufficient_quota", "InsufficientBalanceError"],
    ["insufficient_user_quota", "InsufficientBalanceError"],
    ["billing_hard_limit_reached", "InsufficientBalanceError"],
    ["Arrearage", "InsufficientBalanceError"],
    ["model_not_found", "ModelNotFoundError"],
    ["ModelNotFound", "ModelNotFoundError"],
    ["unsupported_model", "ModelNotFoundError"],
    ["context_length_exceeded", "ContextLengthError"],
    ["context_window_exceeded", "ContextLengthError"],
    ["rate_limit_exceeded", "RateLimitError"],
    ["RATE-LIMIT EXCEEDED", "RateLimitError"],
    ["TooManyRequests", "RateLimitError"],
    ["usage_limit_reached", "QuotaExceededError"],
    ["invalid_api_key", "AuthenticationError"],
    ["unauthorized", "AuthenticationError"],
    ["permission_denied", "PermissionError"],
    ["content_filter", "ContentFilteredError"],
    ["content_policy_violation", "ContentFilteredError"],
    ["data_inspection_failed", "ContentFilteredError"],
    ["engine_overloaded", "OverloadedError"],
    ["service_unavailable", "OverloadedError"],
    ["insufficient_permissions", "PermissionError"],
    ["InsufficientCapacity", "OverloadedError"],
    ["model_temporarily_unavailable", "OverloadedError"],
    ["load_balancer_timeout", "ServerError"],
    ["invalid_credentials", "AuthenticationError"],
    ["too_many_tokens", "ContextLengthError"],
    ["server_error", "ServerError"],
    ["upstream_error", "ServerError"],
    ["provider_disconnected", "ServerError"],
    ["invalid_request_error", "InvalidRequestError"],
    ["unsupported_parameter", "InvalidRequestError"]
  ]

  it("means the same under any status, and goes before it", () => {
    for (const [code, tag] of rows) {
      for (const status of [200, 400, 429, 500, 503]) {
        const failure = told(status, error({ code }))
        expect([code, status, failure._tag]).toEqual([code, status, tag])
        expect(failure.message).toContain("the reason")
      }
    }
  })

  it("is looked for in the type where there is no code, but a type that says nothing leaves it to the status", () => {
    expect(told(200, error({ type: "rate_limit_exceeded" }))._tag).toBe("RateLimitError")
    expect(told(401, error({ type: "invalid_request_error", code: null }))._tag).toBe("AuthenticationError")
    expect(told(503, error({ type: "new_api_error", code: "model_not_found" }))._tag).toBe("ModelNotFoundError")
    expect(told(429, error({ type: "new_api_error" }))._tag).toBe("RateLimitError")
  })

  it("that nobody knows is the service's under a success, and the status's otherwise", () => {
    expect(told(200, error({ code: "xyzzy" }))._tag).toBe("ServerError")
    expect(told(400, error({ code: "xyzzy" }))._tag).toBe("InvalidRequestError")
    expect(told(200, error({ code: "1999" }))._tag).toBe("InvalidRequestError")
  })
})

describe("a status beside the table", () => {
  it("says what it is", () => {
    expect(told(402, error({ code: 402 }))).toMatchObject({ _tag: "InsufficientBalanceError", status: 402 })
    expect(told(402, "")._tag).toBe("InsufficientBalanceError")
    expect(told(405, "")._tag).toBe("InvalidRequestError")
    expect(told(434, "")._tag).toBe("PermissionError")
    expect(told(435, "").message).toContain("100 MB")
  })

  it("is the one in the message, where a gateway says 500 and means 404", () => {
    for (const message of ["404 NOT_FOUND", "404 Not Found", "HTTP 404: Not Found", "404 page not found"]) {
      const failure = told(500, error({ code: "500", message }))
      expect(failure).toMatchObject({ _tag: "InvalidRequestError" })
      expect(failure.message).toContain("base URL")
      expect(isRetryable(failure)).toBe(false)
    }
    expect(told(500, error({ code: "500", message: "404 users waited" }))._tag).toBe("ServerError")
  })

  it("413 tells how much was sent", () => {
    const failure = internal({
      status: 413,
      body: { code: undefined, message: undefined, requestId: undefined, contentFilter: undefined },
      resetZone: "+08:00",
      sentBytes: 123_456,
      redact: (text) => text
    })
    expect(failure._tag).toBe("InvalidRequestError")
    expect(failure.message).toContain("123456 bytes")
  })
})

describe("an error inside of another", () => {
  const inner = { error: { code: "1113", message: "余额不足" } }

  it("is the one that counts, wherever a gateway has put it", () => {
    const wrapped = [
      error({ code: 429, metadata: { raw: JSON.stringify(inner) } }),
      error({ code: 429, metadata: { raw: inner } }),
      error({ code: 429, message: JSON.stringify(inner) }),
      error({ code: "upstream_error", message: `Provider returned error: ${JSON.stringify(inner)}` }),
      error({ message: JSON.stringify(error({ message: JSON.stringify(inner) })) }),
      { code: 429, message: JSON.stringify(inner) }
    ]
    for (const body of wrapped) {
      for (const status of [200, 429, 502]) {
        const failure = told(status, body)
        expect(failure).toMatchObject({ _tag: "InsufficientBalanceError", code: "1113" })
        expect(failure.message).toContain("余额不足")
      }
    }
  })

  it("is told in its words where it has no code", () => {
    const failure = told(
      429,
      error({ code: 429, metadata: { raw: "glm is rate-limited upstream", provider_name: "x" } })
    )
    expect(failure._tag).toBe("RateLimitError")
    expect(failure.message).toContain("glm is rate-limited upstream")
  })

  it("is looked for no deeper than gateways stand behind each other", () => {
    let body: unknown = inner
    for (let i = 0; i < 50; i++) body = error({ code: 500, message: JSON.stringify(body).slice(0, 100_000) })
    expect(told(500, body)._tag).toBe("ServerError")
  })
})

describe("a prompt that does not fit", () => {
  it("is told in words by servers that have no code for it", () => {
    for (const message of [
      "This model's maximum context length is 202752 tokens. However, your prompt contains at least 210000 input tokens.",
      "The input (9000 tokens) is longer than the model's context length (8192 tokens).",
      "prompt is too long: 210000 tokens > 200000 maximum",
      "input exceeds the context window of this model"
    ]) {
      expect(told(400, error({ code: 400, type: "BadRequestError", message }))._tag).toBe("ContextLengthError")
    }
    expect(told(400, error({ code: 400, message: "the context of the question is unclear" }))._tag).toBe(
      "InvalidRequestError"
    )
  })
})

describe("a page in place of an answer", () => {
  const page = (status: number) =>
    `<!DOCTYPE html>\n<html><head><title>${status}</title></head><body>nginx</body></html>`

  it("says that something in between has answered, and blames no key", () => {
    for (const status of [400, 401, 403, 407, 422, 451]) {
      expect(told(status, page(status))).toMatchObject({ _tag: "CorruptStreamError", reason: "UnexpectedContentType" })
    }
    for (const status of [404, 405, 413]) expect(told(status, page(status))._tag).toBe("InvalidRequestError")
    for (const [status, tag] of [
      [429, "RateLimitError"],
      [500, "ServerError"],
      [502, "ServerError"],
      [503, "OverloadedError"]
    ] as const) {
      expect(told(status, page(status))._tag).toBe(tag)
    }
    for (const status of [401, 403, 404, 429, 502, 503]) {
      const { message } = told(status, page(status))
      expect(message).toContain("between")
      expect(message).not.toContain("/v1")
    }
  })
})

describe("texts of the wire", () => {
  it("hold no key, wherever it stands, and no character that steers a terminal", () => {
    const failure = classify({
      status: 200,
      headers: { "x-request-id": "r s3cret" },
      text: JSON.stringify({
        error: { code: "s3cret", message: "a \u001b[31m s3cret\r\nb", type: "s3cret" },
        request_id: "s3cret",
        contentFilter: [{ role: "s3cret", level: "s3cret" }]
      }),
      redact: (text) => text.replaceAll("s3cret", "<redacted>")
    })
    expect(JSON.stringify(failure)).not.toContain("s3cret")
    expect(failure.message).not.toMatch(/\p{Cc}/u)
    const filtered = classify({
      status: 400,
      headers: {},
      text: JSON.stringify({ error: { code: "1301", message: "x" }, contentFilter: [{ role: "s3cret", level: 1 }] }),
      redact: (text) => text.replaceAll("s3cret", "<redacted>")
    })
    expect(filtered).toMatchObject({ contentFilter: [{ role: "<redacted>", level: 1 }] })
  })

  it("that are no error stay none", () => {
    for (const document of [
      { choices: [] },
      { choices: [], message: '{"error":{"code":"1113"}}' },
      { code: 200, message: "ok" }
    ]) {
      expect(fromJson(document)).toBeUndefined()
    }
  })
})
