import { describe, expect, it } from "@effect/vitest"
import { RetryPolicy, ZhipuChat, type ZhipuConfig } from "@effect-zhipu/client"
import { Clock, Duration, Effect, Exit, Schedule, Stream, TestClock } from "effect"
import { answer, chunk, frame, textOf } from "./support/decoding.js"
import {
  type Answer,
  client,
  completion,
  errorReply,
  jsonReply,
  mock,
  type Mock,
  type Reply,
  request,
  streamed
} from "./support/http.js"
import { drive, driveToError } from "./support/time.js"
import { verdicts } from "./support/verdicts.js"

const ok = jsonReply(completion())

const complete = (over: Mock, options: Partial<ZhipuConfig.Options> = {}) =>
  Effect.provide(ZhipuChat.complete(request), client(over, options))

const stream = (over: Mock, options: Partial<ZhipuConfig.Options> = {}) =>
  Stream.runCollect(ZhipuChat.stream(request)).pipe(
    Effect.map((events) => Array.from(events)),
    Effect.provide(client(over, options))
  )

/** The pauses between requests, in milliseconds. */
const pauses = ({ sent }: Mock): ReadonlyArray<number> => sent.slice(1).map(({ at }, i) => at - (sent[i]?.at ?? 0))

const expectBackoff = (over: Mock, seconds: ReadonlyArray<number>): void => {
  const seen = pauses(over)
  expect(seen).toHaveLength(seconds.length)
  seen.forEach((pause, i) => {
    const expected = (seconds[i] ?? 0) * 1000
    expect(pause).toBeGreaterThanOrEqual(Math.floor(expected * 0.8))
    expect(pause).toBeLessThanOrEqual(Math.ceil(expected * 1.2))
  })
}

const dropped: Answer = { fails: Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" }) }

const brokenOff = streamed(": open\n\n", { fail: new Error("socket hang up") })

describe("what is sent again", () => {
  it.effect("a rate limit, 6 times, with delays of a throttle", () =>
    Effect.gen(function* () {
      const over = mock(errorReply(429, "1302"))
      const { error } = yield* driveToError(complete(over), "10 minutes")
      expect(error).toMatchObject({ _tag: "RateLimitError", attempts: 7 })
      expectBackoff(over, [1, 2, 4, 8, 16, 20])
    })
  )

  it.effect("a rate limit that passes is not noticed, whole or streamed", () =>
    Effect.gen(function* () {
      for (const [run, last] of [
        [complete, ok],
        [stream, streamed(answer("Hi"))]
      ] as const) {
        const over = mock([errorReply(429, "1302"), errorReply(429, "1303"), last])
        const { exit } = yield* drive<unknown, unknown, never>(run(over), "1 minute")
        expect(Exit.isSuccess(exit)).toBe(true)
        expectBackoff(over, [1, 2])
      }
    })
  )

  it.effect("an overload of 90 seconds is waited out within 8 calls", () =>
    Effect.gen(function* () {
      for (let i = 0; i < 5; i++) {
        const from = yield* Clock.currentTimeMillis
        const over = mock(({ at }) => (at - from < 90_000 ? errorReply(429, "1305") : ok))
        const { exit } = yield* drive(complete(over), "5 minutes")
        expect(Exit.isSuccess(exit)).toBe(true)
        expect(over.sent.length).toBeLessThanOrEqual(8)
      }
    })
  )

  it.effect("every error that passes by itself, and no other", () =>
    Effect.gen(function* () {
      for (const { code, retryable, status } of verdicts) {
        const over = mock([errorReply(status, code), ok])
        const { exit } = yield* drive(complete(over), "10 minutes")
        expect(over.sent, `code ${code}`).toHaveLength(retryable ? 2 : 1)
        expect(Exit.isSuccess(exit)).toBe(retryable)
      }
    })
  )

  it.effect("an empty wallet once only, though it comes as 429, whatever the policy", () =>
    Effect.gen(function* () {
      for (const retry of [RetryPolicy.default, Schedule.forever, Schedule.spaced("1 second")]) {
        const over = mock({
          ...errorReply(429, "1113"),
          headers: { "content-type": "application/json", "retry-after": "1" }
        })
        const { error } = yield* driveToError(complete(over, { retry }), "10 minutes")
        expect(error).toMatchObject({ _tag: "InsufficientBalanceError", attempts: 1 })
        expect(over.sent).toHaveLength(1)
      }
    })
  )

  for (const [where, first] of [
    ["the first event of a stream", streamed(frame({ error: { code: "1305", message: "busy" } }))],
    ["a document under 200, in answer to a stream", jsonReply({ error: { code: "1305", message: "busy" } })]
  ] as const) {
    it.effect(`an error in ${where}`, () =>
      Effect.gen(function* () {
        const over = mock([first, streamed(answer("Hi"))])
        const { exit } = yield* drive(stream(over), "1 minute")
        expect(over.sent).toHaveLength(2)
        expect(Exit.isSuccess(exit) && textOf(exit.value)).toBe("Hi")
      })
    )
  }

  it.effect("an error in a document under 200", () =>
    Effect.gen(function* () {
      const over = mock([jsonReply({ error: { code: "1305", message: "busy" } }), ok])
      expect(Exit.isSuccess((yield* drive(complete(over), "1 minute")).exit)).toBe(true)
      expect(over.sent).toHaveLength(2)
    })
  )

  it.effect("a document that says that its inference failed", () =>
    Effect.gen(function* () {
      const failed = { ...completion(), choices: [{ index: 0, finish_reason: "network_error", message: {} }] }
      const over = mock([jsonReply(failed), ok])
      expect(Exit.isSuccess((yield* drive(complete(over), "1 minute")).exit)).toBe(true)
      expect(over.sent).toHaveLength(2)
    })
  )

  it.effect("a network that fails before the headers, with short delays", () =>
    Effect.gen(function* () {
      for (const run of [complete, stream]) {
        const over = mock(dropped)
        const { error } = yield* driveToError<unknown, unknown, never>(run(over), "10 minutes")
        expect(error).toMatchObject({ _tag: "ConnectionError", phase: "connect", attempts: 4 })
        expectBackoff(over, [0.5, 1, 2])
      }
      const over = mock([dropped, dropped, ok])
      expect(Exit.isSuccess((yield* drive(complete(over), "1 minute")).exit)).toBe(true)
    })
  )

  it.effect("a body that breaks off or ends before the first event", () =>
    Effect.gen(function* () {
      for (const first of [brokenOff, streamed(": open\n\n"), streamed("")]) {
        const over = mock([first, streamed(answer("Hi"))])
        const { exit } = yield* drive(stream(over), "1 minute")
        expect(Exit.isSuccess(exit) && textOf(exit.value)).toBe("Hi")
        expect(over.sent).toHaveLength(2)
      }
    })
  )

  it.effect("nothing that the caller gave a request id, which the service takes once", () =>
    Effect.gen(function* () {
      const over = mock(errorReply(429, "1302"))
      const pinned = ZhipuChat.complete({ ...request, request_id: "request-1" }).pipe(Effect.provide(client(over)))
      expect((yield* driveToError(pinned, "10 minutes")).error._tag).toBe("RateLimitError")
      expect(over.sent).toHaveLength(1)
    })
  )

  it.effect("nothing after the first event: the error has what came", () =>
    Effect.gen(function* () {
      const hi = frame(chunk({ content: "Hi" }))
      const bodies: ReadonlyArray<readonly [reply: Reply, tag: string]> = [
        [streamed(hi, { fail: new Error("socket hang up") }), "ConnectionError"],
        [streamed(hi), "StreamTruncatedError"],
        [streamed(hi, frame({ error: { code: "1305", message: "busy" } })), "OverloadedError"],
        [streamed(hi + frame({ error: { code: "1302", message: "busy" } })), "RateLimitError"],
        [streamed(hi, "data: {broken\n\n"), "CorruptStreamError"]
      ]
      for (const [reply, tag] of bodies) {
        const over = mock([reply, streamed(answer("again"))])
        const { error } = yield* driveToError(stream(over), "10 minutes")
        expect(error).toMatchObject({ _tag: tag, attempts: 1, isRetryable: true })
        expect(error.partial?.choices[0]?.message.content).toBe("Hi")
        expect(over.sent).toHaveLength(1)
      }
    })
  )

  it.effect("each kind of error has a patience of its own", () =>
    Effect.gen(function* () {
      const busy = errorReply(429, "1305")
      const over = mock([busy, dropped, busy, dropped, busy, dropped, busy, ok])
      const { exit } = yield* drive(complete(over), "10 minutes")
      expect(Exit.isSuccess(exit)).toBe(true)
      expectBackoff(over, [2, 0.5, 4, 1, 8, 2, 16])
    })
  )
})

describe("Retry-After", () => {
  const now = Date.parse("2026-01-01T00:00:00Z")
  const date = (offset: number): string => new Date(now + offset).toUTCString()

  /** The header, the pause it makes, and what the error tells; no pause means that of the throttle. */
  const cases: ReadonlyArray<readonly [headers: Record<string, string>, pause?: number | undefined, told?: number]> = [
    [{ "retry-after": "0" }, undefined, 0],
    [{ "retry-after": "2" }, 2_000, 2_000],
    [{ "retry-after": " 3 " }, 3_000, 3_000],
    [{ "retry-after": "1.5" }, 1_500, 1_500],
    [{ "retry-after": "99999" }, 60_000, 3_600_000],
    [{ "retry-after": date(10_000) }, 10_000, 10_000],
    [{ "retry-after": date(-10_000) }, undefined, 0],
    [{ "retry-after": date(86_400_000) }, 60_000, 3_600_000],
    [{ "retry-after": "-1" }],
    [{ "retry-after": "NaN" }],
    [{ "retry-after": "soon" }],
    [{ "retry-after": "" }],
    [{ "retry-after": "Infinity" }],
    [{ "retry-after": "1e3" }],
    [{ "retry-after-ms": "2500" }, 2_500, 2_500],
    [{ "retry-after-ms": "2500", "retry-after": "9" }, 2_500, 2_500],
    [{ "retry-after-ms": "x", "retry-after": "4" }, 4_000, 4_000],
    [{ "retry-after-ms": "-1", "retry-after": "4" }, 4_000, 4_000],
    [{ "retry-after-ms": "0" }, undefined, 0]
  ]

  for (const [headers, pause, told] of cases) {
    it.effect(`${JSON.stringify(headers)} waits ${pause === undefined ? "as usual" : `${pause} ms`}`, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(now)
        const refused = { ...errorReply(429, "1302"), headers: { "content-type": "application/json", ...headers } }
        const over = mock([refused, ok])
        expect(Exit.isSuccess((yield* drive(complete(over), "2 minutes")).exit)).toBe(true)
        if (pause === undefined) expectBackoff(over, [1])
        else expect(pauses(over)).toEqual([pause])
        yield* TestClock.setTime(now)
        const { error } = yield* driveToError(complete(mock(refused), { retry: RetryPolicy.none }), "1 second")
        expect(error.retryAfter && Duration.toMillis(error.retryAfter)).toBe(told)
      })
    )
  }
})

describe("the policy", () => {
  it.effect("none sends once", () =>
    Effect.gen(function* () {
      for (const answer of [errorReply(429, "1302"), errorReply(500, "500"), dropped]) {
        const over = mock(answer)
        const { error } = yield* driveToError(complete(over, { retry: RetryPolicy.none }), "1 minute")
        expect(error.attempts).toBe(1)
        expect(over.sent).toHaveLength(1)
      }
    })
  )

  it.effect("may be any Schedule", () =>
    Effect.gen(function* () {
      const retry = Schedule.intersect(Schedule.spaced("3 seconds"), Schedule.recurs(2))
      const over = mock(errorReply(429, "1305"))
      const { error, took } = yield* driveToError(complete(over, { retry }), "1 minute")
      expect(pauses(over)).toEqual([3_000, 3_000])
      expect(took).toBe(6_000)
      expect(error.attempts).toBe(3)
    })
  )

  it.effect("is asked about each error anew: what cannot pass by itself ends the call, whatever came before it", () =>
    Effect.gen(function* () {
      const retry = Schedule.spaced("1 second")
      const over = mock([errorReply(429, "1302"), errorReply(429, "1113"), ok])
      const { error } = yield* driveToError(complete(over, { retry }), "1 minute")
      expect(error).toMatchObject({ _tag: "InsufficientBalanceError", attempts: 2 })
      expect(over.sent).toHaveLength(2)
    })
  )

  it.effect("may be chosen for one kind of error", () =>
    Effect.gen(function* () {
      const retry = RetryPolicy.make({
        overload: RetryPolicy.backoff({ base: "1 second", cap: "2 seconds", retries: 2, elapsed: "1 minute" }),
        network: RetryPolicy.none
      })
      const overloaded = mock(errorReply(429, "1305"))
      yield* driveToError(complete(overloaded, { retry }), "10 minutes")
      expectBackoff(overloaded, [1, 2])
      const broken = mock(dropped)
      yield* driveToError(complete(broken, { retry }), "10 minutes")
      expect(broken.sent).toHaveLength(1)
    })
  )

  it.effect("gives up when its time is over", () =>
    Effect.gen(function* () {
      const retry = RetryPolicy.backoff({ base: "10 seconds", cap: "10 seconds", retries: 100, elapsed: "1 minute" })
      const over = mock(errorReply(429, "1305"))
      const { took } = yield* driveToError(complete(over, { retry }), "1 hour")
      expect(took).toBeLessThanOrEqual(72_000)
      expect(over.sent.length).toBeLessThanOrEqual(8)
      expect(over.sent.length).toBeGreaterThanOrEqual(5)
    })
  )

  it.effect("is for each call anew", () =>
    Effect.gen(function* () {
      const over = mock(errorReply(429, "1302"))
      const retry = Schedule.intersect(Schedule.spaced("1 second"), Schedule.recurs(1))
      const twice = Effect.all([Effect.flip(ZhipuChat.complete(request)), Effect.flip(ZhipuChat.complete(request))])
      yield* drive(Effect.provide(twice, client(over, { retry })), "1 minute")
      expect(over.sent).toHaveLength(4)
    })
  )

  it.effect("is bounded by maxResentBytes", () =>
    Effect.gen(function* () {
      const size = JSON.stringify(request).length
      for (const [maxResentBytes, requests] of [
        [0, 1],
        [size - 1, 1],
        [size, 2],
        [3 * size - 1, 3]
      ] as const) {
        const over = mock(errorReply(429, "1302"))
        yield* driveToError(complete(over, { maxResentBytes }), "10 minutes")
        expect(over.sent).toHaveLength(requests)
      }
    })
  )

  it.effect("does not outlast the total deadline: it ends within a pause", () =>
    Effect.gen(function* () {
      const over = mock({
        ...errorReply(429, "1302"),
        headers: { "content-type": "application/json", "retry-after": "30" }
      })
      const { error, took } = yield* driveToError(complete(over, { deadlines: { total: "10 seconds" } }), "1 minute")
      expect(error).toMatchObject({ _tag: "DeadlineExceededError", phase: "total", attempts: 1 })
      expect(took).toBe(10_000)
      expect(over.sent).toHaveLength(1)
    })
  )
})
