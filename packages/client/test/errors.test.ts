import { describe, expect, it } from "@effect/vitest"
import { RetryPolicy, ZhipuChat, ZhipuError } from "@effect-zhipu/client"
import { DateTime, Duration, Effect, Option, Schema, Stream } from "effect"
import { chunk, done, finish, frame } from "./support/decoding.js"
import { client, completion, errorReply, jsonReply, jsonType, mock, type Reply, request } from "./support/http.js"
import { byStatus, codeless, envelopes, verdicts } from "./support/verdicts.js"

const once = { retry: RetryPolicy.none } as const

const completing = (reply: Reply) =>
  ZhipuChat.complete(request).pipe(Effect.flip, Effect.provide(client(mock(reply), once)))

const streaming = (reply: Reply) =>
  Stream.runDrain(ZhipuChat.stream(request)).pipe(Effect.flip, Effect.provide(client(mock(reply), once)))

const events = (...frames: ReadonlyArray<string>): Reply => ({
  headers: { "content-type": "text/event-stream;charset=UTF-8" },
  body: frames
})

const channels: Readonly<
  Record<string, (status: number, body: unknown) => Effect.Effect<ZhipuError.ZhipuError, unknown>>
> = {
  "an error status, complete": (status, body) => completing(jsonReply(body, status)),
  "an error status, stream": (status, body) => streaming(jsonReply(body, status)),
  "a success, complete": (_, body) => completing(jsonReply(body)),
  "a success, stream": (_, body) => streaming(jsonReply(body)),
  "the first event": (_, body) => streaming(events(frame(body), done)),
  "the first event, named error": (_, body) => streaming(events(`event: error\n${frame(body)}`)),
  "an event after deltas": (_, body) => streaming(events(frame(chunk({ content: "Hi" })), frame(body), done)),
  "a bare line after deltas": (_, body) =>
    streaming(events(frame(chunk({ content: "Hi" })), `${JSON.stringify(body)}\n\n`))
}

const summary = ({ _tag, code, isRetryable }: ZhipuError.ZhipuError) => ({ _tag, code, isRetryable })

describe("a business code", () => {
  for (const [channel, run] of Object.entries(channels)) {
    for (const [envelope, make] of Object.entries(envelopes)) {
      it.effect(`means the same in ${channel}, in ${envelope}`, () =>
        Effect.gen(function* () {
          for (const { code, retryable, status, tag } of verdicts) {
            const error = yield* run(status, make(code))
            expect(summary(error), `code ${code}`).toEqual({ _tag: tag, code, isRetryable: retryable })
            expect(error.message).toContain("the reason that the service gives")
            expect(error.message).toMatch(/\. [A-Z`][^]*[.!]$/)
            expect(error.message).not.toMatch(/undefined|NaN|\[object/)
            expect(error.status).toBe(channel.startsWith("an error status") ? status : 200)
          }
        })
      )
    }
  }

  it.effect("keeps request id and content filter", () =>
    Effect.gen(function* () {
      const body = {
        contentFilter: [
          { level: 1, role: "user" },
          { level: "0", role: "history" }
        ],
        error: { code: "1301", message: "unsafe" },
        request_id: "r-9"
      }
      for (const run of Object.values(channels)) {
        expect(yield* run(400, body)).toMatchObject({
          _tag: "ContentFilteredError",
          requestId: "r-9",
          contentFilter: [
            { level: 1, role: "user" },
            { level: "0", role: "history" }
          ]
        })
      }
    })
  )

  it.effect("counts before the status", () =>
    Effect.gen(function* () {
      expect((yield* completing(errorReply(500, "1211")))._tag).toBe("ModelNotFoundError")
      expect((yield* completing(errorReply(401, "1113")))._tag).toBe("InsufficientBalanceError")
      expect((yield* completing(errorReply(200, "1302")))._tag).toBe("RateLimitError")
    })
  )
})

describe("a status without a known code", () => {
  for (const [name, make] of Object.entries(codeless)) {
    it.effect(`decides, with ${name}`, () =>
      Effect.gen(function* () {
        for (const [status, tag, retryable] of byStatus) {
          for (const run of [completing, streaming]) {
            const error = yield* run({ status, headers: jsonType, body: make(status) })
            // The service writes no pages: it is not the key that was refused.
            const isForeign = name === "HTML" && !retryable && ![404, 405, 413].includes(status)
            expect({ ...error, isRetryable: error.isRetryable }, `HTTP ${status}`).toMatchObject({
              _tag: isForeign ? "CorruptStreamError" : tag,
              isRetryable: retryable,
              status
            })
            expect(error.message).not.toMatch(/undefined|<html|<h1>/)
            expect(error.message).toMatch(/[.!]$/)
          }
        }
      })
    )
  }

  it.effect("keeps an unknown code", () =>
    Effect.gen(function* () {
      expect(yield* completing(errorReply(429, "1999"))).toMatchObject({ _tag: "RateLimitError", code: "1999" })
      expect(yield* completing(errorReply(400, 1999))).toMatchObject({ _tag: "InvalidRequestError", code: "1999" })
      const inSuccess = yield* completing(errorReply(200, "1999"))
      expect([inSuccess._tag, inSuccess.code, inSuccess.isRetryable]).toEqual(["InvalidRequestError", "1999", false])
    })
  )

  it.effect("success codes are no errors", () =>
    Effect.gen(function* () {
      for (const code of [0, 200, "200"]) {
        const over = client(mock(jsonReply({ ...completion(), code, msg: "ok", success: true })))
        const answer = yield* ZhipuChat.complete(request).pipe(Effect.provide(over))
        expect(answer.choices).toHaveLength(1)
      }
    })
  )
})

describe("resetAt", () => {
  const cases: ReadonlyArray<readonly [message: string, expected: string | undefined]> = [
    ["您的账户已达到使用上限，将在 2026-01-02 03:04:05 重置", "2026-01-01T19:04:05.000Z"],
    ["已达到 5 小时的使用上限。您的限额将在 2026-07-11 23:59:59 重置。", "2026-07-11T15:59:59.000Z"],
    ["每周/每月使用上限，将于2026-12-31 00:00:00重置", "2026-12-30T16:00:00.000Z"],
    ["Usage limit reached for 5 hour. Your limit will reset at 2026-03-01 08:00:00", "2026-03-01T00:00:00.000Z"],
    ["Your limit will reset at 2026-03-01 07:59:59.", "2026-02-28T23:59:59.000Z"],
    ["reset at 2026-03-01T08:00:00", "2026-03-01T00:00:00.000Z"],
    ["reset at 2026-03-01T08:00:00Z", "2026-03-01T08:00:00.000Z"],
    ["reset at 2026-03-01T08:00:00.123Z", "2026-03-01T08:00:00.000Z"],
    ["reset at 2026-03-01T08:00:00+02:00", "2026-03-01T06:00:00.000Z"],
    ["reset at 2026-03-01 08:00:00 -0500", "2026-03-01T13:00:00.000Z"],
    ["reset at 2026-03-01 08:00:00 +08:00, then ask again", "2026-03-01T00:00:00.000Z"],
    ["reset at 2028-02-29 08:00:00", "2028-02-29T00:00:00.000Z"],
    ["reset at 2026-02-30 25:61:00", undefined],
    ["reset tomorrow", undefined],
    ["reset at 03/01/2026", undefined],
    ["", undefined]
  ]

  it.effect("is read from the message of the service", () =>
    Effect.gen(function* () {
      for (const [message, expected] of cases) {
        for (const code of ["1308", "1310", "1316", "1321"]) {
          const error = yield* completing(errorReply(429, code, message))
          if (error._tag !== "QuotaExceededError") return expect(error._tag).toBe("QuotaExceededError")
          expect(error.resetAt && DateTime.formatIso(error.resetAt), message).toBe(expected)
        }
      }
    })
  )

  it.effect("takes the zone of the configuration where the message names none", () =>
    Effect.gen(function* () {
      const error = yield* ZhipuChat.complete(request).pipe(
        Effect.flip,
        Effect.provide(
          client(mock(errorReply(429, "1308", "reset at 2026-03-01 08:00:00")), { ...once, resetZone: "Z" })
        )
      )
      expect(error).toMatchObject({ resetAt: DateTime.unsafeMake("2026-03-01T08:00:00Z") })
    })
  )
})

describe("every error", () => {
  const common = { message: "What happened. What to do.", code: "1", status: 429, requestId: "r" }
  const fields = { ...common, retryAfter: Duration.seconds(3), attempts: 2, partial: { choices: [] } }
  const all: ReadonlyArray<ZhipuError.ZhipuError> = [
    new ZhipuError.AuthenticationError(fields),
    new ZhipuError.PermissionError(fields),
    new ZhipuError.AccountError(fields),
    new ZhipuError.InsufficientBalanceError(fields),
    new ZhipuError.InvalidRequestError({ ...fields, path: "$.model" }),
    new ZhipuError.ModelNotFoundError(fields),
    new ZhipuError.ContextLengthError(fields),
    new ZhipuError.ContentFilteredError({ ...fields, contentFilter: [{ role: "user", level: 1 }] }),
    new ZhipuError.RateLimitError(fields),
    new ZhipuError.QuotaExceededError({ ...fields, resetAt: DateTime.unsafeMake("2026-03-01T08:00:00Z") }),
    new ZhipuError.OverloadedError(fields),
    new ZhipuError.ServerError(fields),
    new ZhipuError.ConnectionError({ ...fields, phase: "body", reason: "ECONNRESET" }),
    new ZhipuError.DeadlineExceededError({ ...fields, phase: "idle", limit: Duration.minutes(2) }),
    new ZhipuError.StreamTruncatedError({ ...fields, receivedBytes: 1, receivedFrames: 2 }),
    new ZhipuError.CorruptStreamError({ ...fields, reason: "IdChanged", detail: "d", frame: 3 }),
    new ZhipuError.RequestEncodeError({ message: "m", path: "$" })
  ]

  it("crosses a process border as JSON and comes back the same", () => {
    expect(new Set(all.map((error) => error._tag)).size).toBe(17)
    for (const error of all) {
      const json = JSON.stringify(Schema.encodeSync(ZhipuError.ZhipuError)(error))
      const back = Schema.decodeUnknownSync(ZhipuError.ZhipuError)(JSON.parse(json))
      expect(back).toEqual(error)
      expect(back).toBeInstanceOf(error.constructor)
      expect(back.isRetryable).toBe(error.isRetryable)
      expect(ZhipuError.isZhipuError(back)).toBe(true)
    }
  })

  it.effect("crosses it as it came from a call, with what a stream had delivered", () =>
    Effect.gen(function* () {
      const error = yield* streaming(events(frame(chunk({ content: "Hi" }))))
      expect(error.partial?.choices[0]?.message.content).toBe("Hi")
      expect(Object.keys(error)).not.toContain("partial")
      const json = JSON.stringify(Schema.encodeSync(ZhipuError.ZhipuError)(error))
      const back = Schema.decodeUnknownSync(ZhipuError.ZhipuError)(JSON.parse(json))
      expect(back).toMatchObject({ _tag: "StreamTruncatedError", attempts: 1 })
      expect(back.message).toBe(error.message)
      expect(back.partial).toEqual(error.partial)
    })
  )

  it("is told from other values", () => {
    for (const other of [
      undefined,
      null,
      {},
      new Error("x"),
      { _tag: "RateLimitError", message: "m" },
      Option.none()
    ]) {
      expect(ZhipuError.isZhipuError(other)).toBe(false)
    }
  })
})

describe("what a promise rejects with", () => {
  it("holds the error, with its type", async () => {
    const rejected: unknown = await Effect.runPromise(Effect.flip(completing(jsonReply({})))).catch(
      (thrown: unknown) => thrown
    )
    expect(rejected).not.toHaveProperty("_tag", "CorruptStreamError")
    expect(Option.getOrThrow(ZhipuError.fromUnknown(rejected))).toMatchObject({ _tag: "CorruptStreamError" })
  })

  it.effect("holds none where it is something else", () =>
    Effect.gen(function* () {
      const thrown = (effect: Effect.Effect<unknown, unknown>) =>
        Effect.promise(() => Effect.runPromise(effect).catch((error: unknown) => error))
      const others = [yield* thrown(Effect.fail("x")), yield* thrown(Effect.die("x")), yield* thrown(Effect.interrupt)]
      for (const other of [...others, undefined, new Error("x")]) {
        expect(ZhipuError.fromUnknown(other)).toEqual(Option.none())
      }
      const error = yield* completing(jsonReply({}))
      expect(Option.getOrThrow(ZhipuError.fromUnknown(error))).toBe(error)
    })
  )
})

describe("answers that are failures under another name", () => {
  for (const status of [301, 302, 303, 307, 308]) {
    it.effect(`a redirect ${status} is an invalid request, and is not followed`, () =>
      Effect.gen(function* () {
        const over = mock({ status, headers: { location: "https://elsewhere.example/" } })
        const both = client(over)
        const whole = yield* ZhipuChat.complete(request).pipe(Effect.flip, Effect.provide(both))
        expect(whole).toMatchObject({ _tag: "InvalidRequestError", isRetryable: false })
        expect(over.sent).toHaveLength(1)
        const stream = yield* Stream.runDrain(ZhipuChat.stream(request)).pipe(Effect.flip, Effect.provide(both))
        expect(stream).toMatchObject({ _tag: "InvalidRequestError", isRetryable: false })
        expect(over.sent).toHaveLength(2)
      })
    )
  }

  it.effect("finish_reason network_error fails both ways", () =>
    Effect.gen(function* () {
      const expected = { _tag: "ServerError", code: "network_error", isRetryable: true }
      const document = { ...completion(), choices: [{ index: 0, finish_reason: "network_error", message: {} }] }
      expect(yield* completing(jsonReply(document))).toMatchObject(expected)
      const deltas = [frame(chunk({ content: "Hi" })), frame(finish("network_error")), done]
      const error = yield* streaming(events(...deltas))
      expect(error).toMatchObject(expected)
      expect(error.partial?.choices[0]?.message.content).toBe("Hi")
      expect(yield* streaming(events(frame(finish("network_error")), done))).toMatchObject(expected)
    })
  )

  it.effect("finish_reason sensitive is an end, which the caller sees", () =>
    Effect.gen(function* () {
      const over = client(mock(events(frame(chunk({ content: "Hi" })), frame(finish("sensitive")), done)))
      const all = yield* Stream.runCollect(ZhipuChat.stream(request)).pipe(Effect.provide(over))
      expect(Array.from(all).at(-1)).toEqual({ _tag: "Finished", choice: 0, reason: "sensitive" })
    })
  )
})
