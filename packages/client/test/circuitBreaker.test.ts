import { describe, expect, it } from "@effect/vitest"
import { CircuitBreaker, Fallback, RetryPolicy, Zhipu, ZhipuChat, ZhipuError } from "@effect-zhipu/client"
import { Cause, Chunk, DateTime, Duration, Effect, Exit, Fiber, Layer, Redacted, Stream, TestClock } from "effect"
import * as Circuit from "@effect-zhipu/protocol/internal/policy/circuit"
import { answer, chunk, frame } from "./support/decoding.js"
import { type Answer, completion, errorReply, jsonReply, mock, request, type Sent, streamed } from "./support/http.js"
import { outcomeOf } from "./support/simulator.js"
import { drive } from "./support/time.js"

/** A model whose answer a test changes on its way. */
const changing = (first: Answer) => {
  const current = { answer: first }
  const over = mock((sent: Sent) => (Object(JSON.parse(sent.body))["model"] === "glm-4.6" ? current.answer : well))
  return { current, over }
}

const well = jsonReply(completion())

/** One chunk, and it is empty. `Stream.fromChunk` would give none. */
const withoutEvents: Stream.Stream<never> = Stream.filter(Stream.make(1), (_): _ is never => false)

const overloaded = errorReply(429, "1305")

const complete = ZhipuChat.complete(request)

const zhipu = (retry = RetryPolicy.none) =>
  Layer.orDie(Zhipu.layer({ apiKey: Redacted.make("id-of-test.secret-of-test"), retry }))

const live = (over: ReturnType<typeof mock>, options?: CircuitBreaker.Options, retry?: RetryPolicy.RetryPolicy) =>
  CircuitBreaker.layer(options).pipe(Layer.provide(zhipu(retry)), Layer.provide(over.layer))

const state = Effect.flatMap(CircuitBreaker.CircuitBreaker, (breaker) => breaker.state("glm-4.6"))

const failing = (times: number) => Effect.repeatN(Effect.flip(complete), times - 1)

describe("a circuit breaker", () => {
  it("forgets the models that nobody has asked for lately, and no other", () => {
    const circuits = Circuit.make({ failureRate: 0.5, minimum: 5, windowMillis: 60_000, cooldownMillis: 30_000 })
    const ask = (model: string, now: number, failed: number) => {
      const entry = circuits.enter(model, now)
      if (entry._tag === "pass") entry.pass.settle({ answered: 1 - failed, failed, askedToWait: 0 }, now)
      return entry._tag
    }
    for (let i = 0; i < 4; i++) ask("failing", 0, 1)
    for (let i = 0; i < 5; i++) ask("open", 0, 1)
    for (let i = 0; i < 20_000; i++) ask(`made up ${i}`, i * 10, 0)
    expect(circuits.size()).toBeLessThan(8000)
    expect(ask("open", 1000, 0)).toBe("refused")
    expect(ask("failing", 200_000, 1)).toBe("pass")
    expect(circuits.states().has("failing")).toBe(false)
  })

  for (const [what, reply] of [
    ["overload", overloaded],
    ["HTTP 502", { status: 502, body: "bad gateway" }],
    ["a broken connection", { fails: new Error("ECONNRESET") }]
  ] as const) {
    it.effect(`opens after ${what}, and fails at once without a request`, () => {
      const { over } = changing(reply)
      return Effect.gen(function* () {
        yield* failing(4)
        expect(yield* state).toEqual({ _tag: "closed" })
        yield* failing(1)
        expect(yield* state).toMatchObject({ _tag: "open" })
        const { exit, took } = yield* drive(Effect.flip(complete), "1 millis")
        expect(took).toBe(0)
        expect(Exit.isSuccess(exit) && exit.value).toMatchObject({ _tag: "OverloadedError" })
        if (Exit.isFailure(exit)) return
        expect(exit.value.message).toContain("circuit breaker of glm-4.6 is open")
        expect(exit.value.attempts).toBeUndefined()
        expect(exit.value.retryAfter && Duration.toMillis(exit.value.retryAfter)).toBe(30_000)
        expect((yield* outcomeOf(ZhipuChat.stream(request))).error?._tag).toBe("OverloadedError")
        expect(over.sent).toHaveLength(5)
      }).pipe(Effect.provide(live(over)))
    })
  }

  it.effect("does not wait for the retry policy while it is open", () => {
    const { over } = changing(overloaded)
    return Effect.gen(function* () {
      // One call of eight requests is enough.
      yield* drive(Effect.flip(complete), "10 minutes")
      expect(over.sent).toHaveLength(8)
      expect((yield* state)._tag).toBe("open")
      const { took } = yield* drive(Effect.flip(complete), "1 millis")
      expect(took).toBe(0)
      expect(over.sent).toHaveLength(8)
    }).pipe(Effect.provide(live(over, { cooldown: "20 minutes" }, RetryPolicy.default)))
  })

  it.effect("may stay open without end, and says so", () => {
    const { over } = changing(overloaded)
    return Effect.gen(function* () {
      const exits = yield* Effect.forEach(Array.from({ length: 3 }), () => Effect.exit(complete))
      // No defect beside the error.
      expect(exits.map((exit) => Exit.isFailure(exit) && !Cause.isDie(exit.cause))).toEqual([true, true, true])
      expect((yield* state)._tag).toBe("open")
      yield* TestClock.adjust("365 days")
      const error = yield* Effect.flip(complete)
      expect(error).toMatchObject({ _tag: "OverloadedError", retryAfter: undefined })
      expect(error.message).toMatch(/It stays open, as its cooldown has no end: ask another model\.$/)
      expect(over.sent).toHaveLength(2)
    }).pipe(Effect.provide(live(over, { cooldown: Infinity, minimum: 2 })))
  })

  it.effect.each<[CircuitBreaker.Options, number]>([
    [{ failureRate: 50 }, 5],
    [{ failureRate: Number.NaN }, 5],
    [{ minimum: Number.NaN }, 5],
    [{ failureRate: 50, minimum: 2 }, 2]
  ])("opens also where %o is not what it should be, after %d failures", ([options, failures]) => {
    const { over } = changing(overloaded)
    return Effect.gen(function* () {
      yield* failing(failures - 1)
      expect((yield* state)._tag).toBe("closed")
      yield* failing(3)
      expect((yield* state)._tag).toBe("open")
      expect(over.sent).toHaveLength(failures)
    }).pipe(Effect.provide(live(over, options)))
  })

  it.effect("is per model", () => {
    const { over } = changing(overloaded)
    return Effect.gen(function* () {
      yield* failing(5)
      yield* ZhipuChat.complete({ ...request, model: "glm-4.5-air" })
      expect((yield* state)._tag).toBe("open")
    }).pipe(Effect.provide(live(over)))
  })

  for (const [what, reply] of [
    ["a wrong request", errorReply(400, "1210")],
    ["filtered content", errorReply(400, "1301")],
    ["a wrong key", errorReply(401, "1000")],
    ["a quota", errorReply(429, "1308")],
    ["a rate limit", errorReply(429, "1302")]
  ] as const) {
    it.effect(`stays closed whatever happens because of ${what}`, () => {
      const { over } = changing(reply)
      return Effect.gen(function* () {
        yield* failing(20)
        expect(yield* state).toEqual({ _tag: "closed" })
        expect(over.sent).toHaveLength(20)
      }).pipe(Effect.provide(live(over)))
    })
  }

  it.effect("opens by the share of failures, not by their number", () => {
    const { current, over } = changing(well)
    return Effect.gen(function* () {
      yield* Effect.repeatN(complete, 9)
      current.answer = overloaded
      yield* failing(9)
      expect(yield* state).toEqual({ _tag: "closed" })
      yield* failing(1)
      expect((yield* state)._tag).toBe("open")
    }).pipe(Effect.provide(live(over)))
  })

  it.effect("forgets what is longer ago than its window", () => {
    const { over } = changing(overloaded)
    return Effect.gen(function* () {
      for (let i = 0; i < 20; i++) {
        yield* failing(1)
        yield* TestClock.adjust("20 seconds")
      }
      expect(yield* state).toEqual({ _tag: "closed" })
    }).pipe(Effect.provide(live(over)))
  })

  it.effect("lets one call try after its cooldown, and closes when that is answered", () => {
    const { current, over } = changing(overloaded)
    return Effect.gen(function* () {
      yield* failing(5)
      yield* TestClock.adjust("30 seconds")
      current.answer = { ...well, delay: "1 second" }
      const trial = yield* Effect.fork(complete)
      yield* Effect.repeat(Effect.yieldNow(), { until: () => over.sent.length === 6, times: 10_000 })
      expect(yield* state).toEqual({ _tag: "half-open" })
      const others = yield* Effect.forEach(Array.from({ length: 10 }), () => Effect.flip(complete), { concurrency: 10 })
      expect(new Set(others.map(({ _tag }) => _tag))).toEqual(new Set(["OverloadedError"]))
      expect(over.sent).toHaveLength(6)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(trial)
      expect(yield* state).toEqual({ _tag: "closed" })
      current.answer = overloaded
      // It begins anew: what was before does not count.
      yield* failing(4)
      expect(yield* state).toEqual({ _tag: "closed" })
    }).pipe(Effect.provide(live(over)))
  })

  it.effect("opens again when the call that tries fails, for as long as the service asks", () => {
    const { current, over } = changing(overloaded)
    return Effect.gen(function* () {
      yield* failing(5)
      yield* TestClock.adjust("30 seconds")
      current.answer = { ...overloaded, headers: { ...overloaded.headers, "retry-after": "120" } }
      yield* failing(1)
      const open = yield* state
      expect(open._tag === "open" && DateTime.toEpochMillis(open.until)).toBe(150_000)
      yield* TestClock.adjust("119 seconds")
      yield* failing(1)
      expect(over.sent).toHaveLength(6)
    }).pipe(Effect.provide(live(over)))
  })

  for (const [what, reply] of [
    ["is interrupted", "never"],
    ["is refused for itself", errorReply(400, "1210")]
  ] as const) {
    it.effect(`lets the next one try when the call that tries ${what}`, () => {
      const { current, over } = changing(overloaded)
      return Effect.gen(function* () {
        yield* failing(5)
        yield* TestClock.adjust("30 seconds")
        for (const call of [complete, Stream.runDrain(ZhipuChat.stream(request))]) {
          current.answer = reply
          const before = over.sent.length
          const trial = yield* Effect.fork(Effect.exit(call))
          yield* Effect.repeat(Effect.yieldNow(), { until: () => over.sent.length > before, times: 10_000 })
          yield* reply === "never" ? Fiber.interrupt(trial) : Fiber.join(trial)
          expect(yield* state).toEqual({ _tag: "half-open" })
        }
        current.answer = well
        yield* complete
        expect(yield* state).toEqual({ _tag: "closed" })
      }).pipe(Effect.provide(live(over, {}, RetryPolicy.none)))
    })
  }

  it.effect("closes with the first event of a stream, and hears of its end", () => {
    const { current, over } = changing(overloaded)
    return Effect.gen(function* () {
      yield* failing(5)
      yield* TestClock.adjust("30 seconds")
      current.answer = streamed(frame(chunk({ content: "a" })), { wait: "1 minute" }, frame(chunk({ content: "b" })))
      const reading = yield* Effect.fork(outcomeOf(ZhipuChat.stream(request)))
      yield* Effect.repeat(Effect.zipRight(Effect.yieldNow(), state), {
        until: ({ _tag }) => _tag === "closed",
        times: 10_000
      })
      expect(yield* state).toEqual({ _tag: "closed" })
      yield* TestClock.adjust("1 minute")
      expect((yield* Fiber.join(reading)).error?._tag).toBe("StreamTruncatedError")
      current.answer = streamed(answer("a"))
      expect((yield* outcomeOf(ZhipuChat.stream(request))).error).toBeUndefined()
    }).pipe(Effect.provide(live(over)))
  })

  it.effect("counts streams that break after they began", () => {
    const { over } = changing(streamed(frame(chunk({ content: "a" }))))
    return Effect.gen(function* () {
      for (let i = 0; i < 5; i++) yield* outcomeOf(ZhipuChat.stream(request))
      expect((yield* state)._tag).toBe("open")
    }).pipe(Effect.provide(live(over)))
  })

  it.effect("is not closed by a chunk without events", () => {
    const error = new ZhipuError.OverloadedError({ message: "Overloaded.", code: "1305" })
    const chat = Layer.succeed(ZhipuChat.ZhipuChat, {
      complete: () => Effect.fail(error),
      stream: () => Stream.concat(withoutEvents, Stream.fail(error))
    })
    return Effect.gen(function* () {
      const breaker = yield* CircuitBreaker.CircuitBreaker
      yield* failing(5)
      yield* TestClock.adjust("30 seconds")
      const seen = yield* Effect.fork(Stream.runCollect(Stream.take(breaker.changes, 3)))
      yield* TestClock.adjust(0)
      yield* outcomeOf(ZhipuChat.stream(request))
      const states = Array.from(yield* Fiber.join(seen), (states) => states.get("glm-4.6")?._tag)
      expect(states).toEqual(["open", "half-open", "open"])
    }).pipe(Effect.provide(Layer.provide(CircuitBreaker.layer(), chat)))
  })

  it.effect("is not closed by a call that began before it opened", () => {
    const { current, over } = changing({ ...well, delay: "10 seconds" })
    return Effect.gen(function* () {
      const early = yield* Effect.fork(complete)
      yield* Effect.repeat(Effect.yieldNow(), { until: () => over.sent.length === 1, times: 10_000 })
      current.answer = overloaded
      yield* failing(5)
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.join(early)
      expect((yield* state)._tag).toBe("open")
      yield* failing(1)
      expect(over.sent).toHaveLength(6)
    }).pipe(Effect.provide(live(over)))
  })

  it.effect("is not kept open by calls that began before it opened and fail while it is", () => {
    const over = mock((_, attempt) => ({ ...overloaded, delay: attempt <= 5 ? "1 second" : "20 seconds" }))
    return Effect.gen(function* () {
      yield* Effect.fork(Effect.forEach(Array.from({ length: 10 }), () => Effect.flip(complete), { concurrency: 10 }))
      yield* TestClock.adjust("25 seconds")
      expect(over.sent).toHaveLength(10)
      const open = yield* state
      expect(open._tag === "open" && DateTime.toEpochMillis(open.until)).toBe(31_000)
    }).pipe(Effect.provide(live(over)))
  })

  it.effect("leaves the verdict to the call that tries: failures of earlier ones do not open it meanwhile", () => {
    const over = mock((_, attempt) =>
      attempt > 10
        ? { ...well, delay: "30 seconds" }
        : { ...overloaded, delay: attempt <= 5 ? "1 second" : "40 seconds" }
    )
    return Effect.gen(function* () {
      yield* Effect.fork(Effect.forEach(Array.from({ length: 10 }), () => Effect.flip(complete), { concurrency: 10 }))
      yield* TestClock.adjust("35 seconds")
      const trial = yield* Effect.fork(complete)
      yield* TestClock.adjust("10 seconds")
      expect(over.sent).toHaveLength(11)
      expect(yield* state).toEqual({ _tag: "half-open" })
      yield* TestClock.adjust("20 seconds")
      yield* Fiber.join(trial)
      expect(yield* state).toEqual({ _tag: "closed" })
    }).pipe(Effect.provide(live(over)))
  })

  it.effect("tells its changes", () => {
    const { current, over } = changing(overloaded)
    return Effect.gen(function* () {
      const watching = yield* Effect.fork(Stream.runCollect(Stream.take(CircuitBreaker.changes, 4)))
      yield* TestClock.adjust("1 second")
      yield* failing(5)
      yield* TestClock.adjust("30 seconds")
      current.answer = well
      yield* complete
      const seen = Chunk.toReadonlyArray(yield* Fiber.join(watching))
      expect(seen.map((states) => states.get("glm-4.6")?._tag)).toEqual([undefined, "open", "half-open", undefined])
    }).pipe(Effect.provide(live(over)))
  })

  it.effect("lets a fallback ask another model at once", () => {
    const { over } = changing(overloaded)
    return Effect.gen(function* () {
      for (let i = 0; i < 10; i++) yield* complete
      // Five times the first model and then the second, then the second alone.
      expect(over.sent).toHaveLength(15)
      expect((yield* state)._tag).toBe("open")
    }).pipe(Effect.provide(Fallback.layer([{ model: "glm-4.5-air" }]).pipe(Layer.provideMerge(live(over)))))
  })
})
