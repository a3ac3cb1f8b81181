import { describe, expect, it } from "@effect/vitest"
import { RetryPolicy, ZhipuChat, type ZhipuConfig } from "@effect-zhipu/client"
import { Duration, Effect, Exit, Fiber, Option, Stream, TestClock } from "effect"
import { answer, chunk, done, finish, frame, textOf } from "./support/decoding.js"
import {
  client,
  completion,
  errorReply,
  eventStream,
  jsonReply,
  jsonType,
  mock,
  type Mock,
  request,
  streamed
} from "./support/http.js"
import { drive, driveToError } from "./support/time.js"

const deadlines = { connect: "10 seconds", firstChunk: "40 seconds", idle: "20 seconds" } as const

const options = { retry: RetryPolicy.none, deadlines } as const

const complete = (over: Mock, more: Partial<ZhipuConfig.Options> = options) =>
  Effect.provide(ZhipuChat.complete(request), client(over, more))

const stream = (over: Mock, more: Partial<ZhipuConfig.Options> = options) =>
  Stream.runCollect(ZhipuChat.stream(request)).pipe(
    Effect.map((events) => Array.from(events)),
    Effect.provide(client(over, more))
  )

const hi = frame(chunk({ content: "Hi" }))

const hang = { hang: true } as const

/** The deadline of this phase, hit at exactly this time, in milliseconds. */
const expectDeadline = <A, E, R>(effect: Effect.Effect<A, E, R>, phase: string, at: number) =>
  Effect.gen(function* () {
    const { error, took } = yield* driveToError(effect, Duration.millis(at + 1000))
    expect(error).toMatchObject({ _tag: "DeadlineExceededError", phase, isRetryable: phase === "connect" })
    expect(took).toBe(at)
    return error
  })

describe("a deadline", () => {
  it.effect("connect: the headers of a stream never come", () =>
    expectDeadline(stream(mock("never")), "connect", 10_000)
  )

  it.effect("firstChunk: the headers of a whole answer never come", () =>
    expectDeadline(complete(mock("never")), "firstChunk", 40_000)
  )

  it.effect("firstChunk: counts from the sending of the request, not from the headers", () =>
    expectDeadline(stream(mock({ ...streamed(hang), delay: "9 seconds" })), "firstChunk", 40_000)
  )

  it.effect("firstChunk: comments that keep the connection alive are no event", () =>
    expectDeadline(
      stream(
        mock(
          streamed(...Array.from({ length: 30 }, () => [{ wait: "3 seconds" }, ": alive\n\n"] as const).flat(), hang)
        )
      ),
      "firstChunk",
      40_000
    )
  )

  it.effect("idle: a stream stalls after an event, and the error has what came", () =>
    Effect.gen(function* () {
      const over = mock(streamed({ wait: "5 seconds" }, hi, hang))
      const error = yield* expectDeadline(stream(over), "idle", 25_000)
      expect(error).toMatchObject({ limit: Duration.seconds(20) })
      expect(error.partial?.choices[0]?.message.content).toBe("Hi")
      expect(over.sent[0]?.cancelled).toBe(true)
    })
  )

  it.effect("75. idle: strikes on waking, when the clock has jumped while the machine slept", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.flip(stream(mock(streamed({ wait: "5 seconds" }, hi, hang)))))
      yield* TestClock.adjust("6 seconds")
      expect(Option.isNone(yield* Fiber.poll(fiber))).toBe(true)
      yield* TestClock.adjust("8 hours")
      expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "DeadlineExceededError", phase: "idle" })
    })
  )

  it.effect("idle: a whole answer stalls after its headers", () =>
    expectDeadline(
      complete(mock({ headers: jsonType, body: ['{"choices":', hang], delay: "30 seconds" })),
      "idle",
      50_000
    )
  )

  it.effect("idle: comments are bytes, and keep a stream with events alive", () =>
    Effect.gen(function* () {
      const alive = Array.from({ length: 10 }, () => [{ wait: "19 seconds" }, ": alive\n\n"] as const).flat()
      const { exit, took } = yield* drive(stream(mock(streamed(hi, ...alive, frame(finish()), done))), "10 minutes")
      expect(Exit.isSuccess(exit) && textOf(exit.value)).toBe("Hi")
      expect(took).toBe(190_000)
      yield* expectDeadline(stream(mock(streamed(hi, ...alive, hang))), "idle", 190_000 + 20_000)
    })
  )

  it.effect("total: ends a stream that goes on and on", () =>
    Effect.gen(function* () {
      const on = Array.from({ length: 100 }, () => [{ wait: "5 seconds" }, hi] as const).flat()
      const over = mock(streamed(...on))
      const error = yield* expectDeadline(
        stream(over, { ...options, deadlines: { ...deadlines, total: "1 minute" } }),
        "total",
        60_000
      )
      expect(error.partial?.choices[0]?.message.content).toMatch(/^(Hi){11,12}$/)
      expect(over.sent[0]?.cancelled).toBe(true)
    })
  )

  it.effect("total: ends a whole answer that does not come, and one that is retried", () =>
    Effect.gen(function* () {
      const total = { ...options, deadlines: { ...deadlines, total: "15 seconds" } } as const
      yield* expectDeadline(complete(mock("never"), total), "total", 15_000)
      const busy = mock(errorReply(429, "1305"))
      yield* expectDeadline(complete(busy, { deadlines: total.deadlines }), "total", 15_000)
      expect(busy.sent.length).toBeGreaterThan(2)
    })
  )

  for (const stubborn of ["ignores", "hangs"] as const) {
    it.effect(`is kept though the body ${stubborn} when it is given up`, () =>
      Effect.gen(function* () {
        yield* expectDeadline(stream(mock({ ...streamed(hi, hang), stubborn })), "idle", 20_000)
        yield* expectDeadline(stream(mock({ ...streamed(hang), stubborn })), "firstChunk", 40_000)
        yield* expectDeadline(complete(mock({ headers: jsonType, body: ["{", hang], stubborn })), "idle", 20_000)
      })
    )
  }

  it.effect("connect is tried again, the others are not", () =>
    Effect.gen(function* () {
      const slow = mock(["never", streamed(answer("Hi"))])
      const { exit } = yield* drive(stream(slow, { deadlines }), "1 minute")
      expect(Exit.isSuccess(exit)).toBe(true)
      expect(slow.sent).toHaveLength(2)
      for (const first of [streamed(hang), streamed(hi, hang)]) {
        const over = mock([first, streamed(answer("Hi"))])
        yield* driveToError(stream(over, { deadlines }), "10 minutes")
        expect(over.sent).toHaveLength(1)
      }
    })
  )

  it.effect("says in its message how long and what to do", () =>
    Effect.gen(function* () {
      const { error } = yield* driveToError(stream(mock("never")), "1 minute")
      expect(error.message).toContain("10s")
      expect(error.message).toContain("`connect`")
    })
  )

  it.effect("of infinity is none", () =>
    Effect.gen(function* () {
      const none = { connect: Infinity, firstChunk: Infinity, idle: Infinity, total: Infinity }
      const over = mock({
        ...streamed({ wait: "1 hour" }, hi, { wait: "1 hour" }, frame(finish()), done),
        delay: "1 hour"
      })
      const { exit, took } = yield* drive(stream(over, { deadlines: none }), "4 hours")
      expect(Exit.isSuccess(exit)).toBe(true)
      expect(took).toBe(3 * 3_600_000)
    })
  )
})

describe("no deadline", () => {
  const slowly = (total: Duration.DurationInput) =>
    Stream.runForEachChunk(ZhipuChat.stream(request), () => Effect.sleep("1 minute")).pipe(
      Effect.provide(
        client(mock(streamed(hi, hi, hi, frame(finish()), done)), { ...options, deadlines: { ...deadlines, total } })
      )
    )

  it.effect("of a phase counts the time of a slow consumer", () =>
    Effect.gen(function* () {
      const { exit, took } = yield* drive(slowly("1 hour"), "10 minutes")
      expect(exit).toEqual(Exit.void)
      expect(took).toBeGreaterThanOrEqual(120_000)
    })
  )

  it.effect("of the whole call counts the time of a slow consumer", () =>
    Effect.gen(function* () {
      const { exit } = yield* drive(slowly("30 seconds"), "10 minutes")
      expect(exit).toEqual(Exit.void)
    })
  )

  it.effect("strikes under the defaults while a model thinks for 100 s, with comments alone", () =>
    Effect.gen(function* () {
      const thinking = Array.from({ length: 10 }, () => [{ wait: "10 seconds" }, ": keep-alive\n\n"] as const).flat()
      const over = mock(streamed(...thinking, hi, frame(finish()), done))
      const { exit, took } = yield* drive(stream(over, {}), "10 minutes")
      expect(Exit.isSuccess(exit) && textOf(exit.value)).toBe("Hi")
      expect(took).toBe(100_000)
      expect(over.sent).toHaveLength(1)
    })
  )

  it.effect("strikes under the defaults while a whole answer takes 4 minutes", () =>
    Effect.gen(function* () {
      const { exit } = yield* drive(
        complete(mock({ ...jsonReply(completion()), delay: "4 minutes" }), {}),
        "10 minutes"
      )
      expect(Exit.isSuccess(exit)).toBe(true)
    })
  )

  it.effect("makes an end of a stream that has its finish reason: it waits 2 s for what may follow", () =>
    Effect.gen(function* () {
      const { exit, took } = yield* drive(stream(mock(streamed(hi, frame(finish()), hang))), "1 minute")
      expect(Exit.isSuccess(exit) && textOf(exit.value)).toBe("Hi")
      expect(took).toBe(2_000)
      const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 }
      const late = frame({ id: "20260101000000aaaa", choices: [], usage })
      const kept = yield* drive(
        stream(mock(streamed(hi, frame(finish()), { wait: "1 second" }, late, hang))),
        "1 minute"
      )
      expect(Exit.isSuccess(kept.exit) && kept.exit.value.some((event) => event._tag === "Usage")).toBe(true)
    })
  )

  it.effect("is waited for after [DONE], though the connection stays open", () =>
    Effect.gen(function* () {
      const over = mock({ headers: eventStream, body: [answer("Hi"), hang] })
      const { exit, took } = yield* drive(stream(over), "1 minute")
      expect(Exit.isSuccess(exit) && textOf(exit.value)).toBe("Hi")
      expect(took).toBe(0)
    })
  )
})
