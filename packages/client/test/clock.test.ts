/**
 * Deadlines count time that has passed: not that of a clock that was set, nor that of a blocked event loop. Over real
 * sockets; all calls of a test run at once, as the clock and the event loop are those of all of them.
 */
import {
  ChatCompletion,
  ChunkEvent,
  CircuitBreaker,
  KeyPool,
  type Deadlines,
  RetryPolicy,
  Zhipu,
  ZhipuChat,
  type ZhipuError
} from "@effect-zhipu/client"
import { expect, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Layer, Redacted, TestClock } from "effect"
import { once } from "node:events"
import { Worker } from "node:worker_threads"
import { afterAll, afterEach, beforeAll, describe } from "vitest"
import { guard, nowOf } from "../src/internal/elapsed.js"
import { type Answer, client, completion, errorReply, jsonReply, mock, request } from "./support/http.js"
import { httpLayer, transports } from "./support/simulator.js"
import { settableClock } from "./support/time.js"

const server = new Worker(new URL("./support/paced.mjs", import.meta.url))
let port = 0

beforeAll(async () => {
  port = Number((await once(server, "message"))[0])
})

afterAll(() => server.terminate())

const hour = 3_600_000
const systemNow = Date.now

/** As an NTP step, or a machine that was restored from a snapshot. */
const setClock = (by: number) =>
  Effect.sync(() => {
    Date.now = () => systemNow() + by
  })

afterEach(() => {
  Date.now = systemNow
})

/** In the turn after which timers come before sockets. */
const block = (millis: number) =>
  Effect.async<void>((resume) => {
    setImmediate(() => {
      const until = performance.now() + millis
      while (performance.now() < until);
      resume(Effect.void)
    })
  })

type Ask = Effect.Effect<string | number | undefined, ZhipuError.ZhipuError, ZhipuChat.ZhipuChat>

const streamed = ChunkEvent.fold(ZhipuChat.stream(request))
const text: Ask = Effect.map(streamed, ChatCompletion.text)
const document = JSON.stringify({ choices: [{ index: 0, message: { role: "assistant", content: "whole" } }] })
const whole: Ask = Effect.map(ZhipuChat.complete(request), ChatCompletion.text)
const wholeSteps = `w900-H-j${document.slice(0, 20)}-w200-j${document.slice(20)}-e`

/** What the server says and when, what it is asked, and how that ends. */
interface Case {
  readonly steps: string
  readonly deadlines?: Deadlines.Options
  readonly packed?: boolean
  readonly ask?: Ask
  readonly ends: string | number
}

const run = (transport: (typeof transports)[number], { ask = text, deadlines = {}, packed = false, steps }: Case) => {
  const live = Zhipu.layer({
    apiKey: Redacted.make("clock-id.clock-secret"),
    baseUrl: `http://127.0.0.1:${port}/${encodeURIComponent(steps)}${packed ? "/gzip" : ""}`,
    retry: RetryPolicy.none,
    limits: { maxInFlight: 1 },
    deadlines
  }).pipe(Layer.provide(httpLayer[transport]))
  return ask.pipe(
    Effect.catchAll((error) => Effect.succeed(error._tag === "DeadlineExceededError" ? error.phase : error.message)),
    Effect.timeoutTo({ duration: "12 seconds", onSuccess: (end) => end, onTimeout: () => "never ended" }),
    Effect.timed,
    Effect.provide(live)
  )
}

/** How every case ends over every transport while something happens, and how long those took that a deadline ended. */
const during = (cases: Readonly<Record<string, Case>>, happenings: Effect.Effect<void>) =>
  Effect.gen(function* () {
    const all = transports.flatMap((transport) =>
      Object.entries(cases).map(([name, one]) => ({ name: `${name}, over ${transport}`, one, transport }))
    )
    const happening = yield* Effect.fork(happenings)
    const ended = yield* Effect.forEach(
      all,
      ({ name, one, transport }) => Effect.map(run(transport, one), ([took, end]) => ({ name, took, end })),
      { concurrency: "unbounded" }
    )
    yield* Fiber.join(happening)
    expect(Object.fromEntries(ended.map(({ end, name }) => [name, end]))).toEqual(
      Object.fromEntries(all.map(({ name, one }) => [name, one.ends]))
    )
    return ended
  })

const slow = "60 seconds"

for (const [how, by] of [
  ["back", -hour],
  ["forth", hour]
] as const) {
  it.live(`no deadline is late, and none early, though the clock is set ${how} by an hour`, () =>
    Effect.gen(function* () {
      const ended = yield* during(
        {
          connect: { steps: "w60000", deadlines: { connect: "900 millis" }, ends: "connect" },
          firstChunk: { steps: "h-w60000", deadlines: { firstChunk: "900 millis" }, ends: "firstChunk" },
          idle: { steps: "h-c-w60000", deadlines: { idle: "900 millis" }, ends: "idle" },
          total: { steps: "h-*200(c-w50)", deadlines: { total: "900 millis" }, ends: "total" },
          grace: { steps: "h-c-f-w60000", ends: "x" },
          "a model that thinks": {
            steps: "h-w1800-c-f-d-e",
            deadlines: { connect: slow, firstChunk: slow, idle: "1 second", total: slow },
            ends: "x"
          },
          "a stream that goes on": {
            steps: "h-*12(c-w150)-f-d-e",
            deadlines: { idle: "1 second", total: slow },
            ends: "xxxxxxxxxxxx"
          }
        },
        Effect.delay(setClock(by), "450 millis")
      )
      for (const { end, name, took } of ended) {
        const millis = Duration.toMillis(took)
        if (name.startsWith("grace")) expect(millis, name).toBeGreaterThan(1900)
        if (typeof end === "string" && name.startsWith(end)) expect(millis, name).toBeGreaterThan(899)
        expect(millis, name).toBeLessThan(10_000)
      }
    })
  )
}

it.live(
  "under load no deadline is early, nor late by more than its length, though the clock goes an hour back and forth",
  () =>
    Effect.gen(function* () {
      const limit = 3000
      const many = (name: string, count: number, one: Case) =>
        Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name} ${i}`, one]))
      const ended = yield* during(
        {
          ...many("connect", 5, { steps: "w60000", deadlines: { connect: limit }, ends: "connect" }),
          ...many("firstChunk", 5, { steps: "h-w60000", deadlines: { firstChunk: limit }, ends: "firstChunk" }),
          ...many("idle", 5, { steps: "h-c-w60000", deadlines: { idle: limit }, ends: "idle" }),
          ...many("total", 5, { steps: "h-*400(c-w20)", deadlines: { total: limit }, ends: "total" }),
          ...many("healthy", 20, {
            steps: "h-*100(c-w40)-f-d-e",
            deadlines: { connect: limit, firstChunk: limit, idle: limit, total: slow },
            ends: "x".repeat(100)
          })
        },
        Effect.forEach(
          Array.from({ length: 20 }, (_, i) => [hour, 0, -hour][i % 3] ?? 0),
          (by) => Effect.delay(setClock(by), "200 millis"),
          { discard: true }
        )
      )
      for (const { end, name, took } of ended) {
        if (typeof end !== "string" || !name.startsWith(end)) continue
        const millis = Duration.toMillis(took)
        expect(millis, name).toBeGreaterThan(limit - 1)
        expect(millis, name).toBeLessThan(2 * limit)
      }
    }),
  // A machine that stands still for seconds, as one that is shared may, gets another chance.
  { retry: 2 }
)

it.live("a blocked event loop ends nothing that went on meanwhile", () =>
  during(
    {
      "a stream that goes on": {
        steps: "h-*24(c-w100)-f-d-e",
        deadlines: { idle: "800 millis" },
        ends: "x".repeat(24)
      },
      "a packed stream that goes on": {
        steps: "h-*24(c-w100)-f-d-e",
        packed: true,
        deadlines: { idle: "800 millis" },
        ends: "x".repeat(24)
      },
      "a whole answer, firstChunk": {
        ask: whole,
        steps: wholeSteps,
        deadlines: { firstChunk: "1500 millis" },
        ends: "whole"
      },
      "a whole answer, idle": { ask: whole, steps: wholeSteps, deadlines: { idle: "900 millis" }, ends: "whole" },
      "a whole answer, total": { ask: whole, steps: wholeSteps, deadlines: { total: "2 seconds" }, ends: "whole" },
      "what comes after the finish reason": {
        ask: Effect.map(streamed, ({ usage }) => usage?.total_tokens),
        steps: "h-c-w400-f-w900-u-w100-d",
        ends: 7
      },
      "a wait for a permit": {
        ask: Effect.map(Effect.all([streamed, Effect.delay(streamed, "20 millis")], { concurrency: 2 }), (both) =>
          both.map(ChatCompletion.text).join()
        ),
        steps: "h-c-w900-f-d-e",
        deadlines: { queue: "1500 millis" },
        ends: "x,x"
      }
    },
    // Later than the requests have gone out.
    Effect.delay(block(2500), "700 millis")
  )
)

for (const [how, by] of [
  ["back", -hour],
  ["forth", hour]
] as const) {
  describe(`a clock that is set ${how} by an hour`, () => {
    it.effect("leaves a circuit open for as long as it was to be", () =>
      Effect.gen(function* () {
        const { clock, set } = yield* settableClock
        const complete = Effect.withClock(ZhipuChat.complete(request), clock)
        let answer: Answer = errorReply(429, "1305")
        const over = mock(() => answer)
        const live = CircuitBreaker.layer({ minimum: 1, cooldown: "30 seconds" }).pipe(
          Layer.provide(client(over, { retry: RetryPolicy.none }))
        )
        yield* Effect.gen(function* () {
          yield* Effect.flip(complete)
          answer = jsonReply(completion())
          yield* set(by)
          yield* TestClock.adjust("29 seconds")
          yield* Effect.flip(complete)
          expect(over.sent).toHaveLength(1)
          yield* TestClock.adjust("1 second")
          yield* complete
        }).pipe(Effect.provide(live))
      })
    )

    it.effect("lets retries go on for as long as they may", () =>
      Effect.gen(function* () {
        const { clock, set } = yield* settableClock
        const retry = RetryPolicy.backoff({ base: "4 seconds", cap: "4 seconds", retries: 100, elapsed: "20 seconds" })
        const over = mock(errorReply(429, "1305"))
        const fiber = yield* ZhipuChat.complete(request).pipe(
          Effect.provide(client(over, { retry })),
          Effect.flip,
          Effect.withClock(clock),
          Effect.fork
        )
        yield* TestClock.adjust("6 seconds")
        yield* set(by)
        yield* TestClock.adjust("1 minute")
        expect(yield* Fiber.join(fiber)).toMatchObject({ _tag: "OverloadedError" })
        // Each pause is of 3.2 to 4.8 seconds.
        expect(over.sent.length).toBeGreaterThan(4)
        expect(over.sent.length).toBeLessThan(9)
      })
    )

    it.effect("lets a key rest no longer than it was to", () =>
      Effect.gen(function* () {
        const { clock, set } = yield* settableClock
        const complete = Effect.withClock(ZhipuChat.complete(request), clock)
        let answer: Answer = errorReply(429, "1302")
        const over = mock(() => answer)
        const apiKey = KeyPool.make({
          keys: [Redacted.make("only-id.only-secret")],
          cooldown: { RateLimitError: "30 seconds" }
        })
        yield* Effect.gen(function* () {
          yield* Effect.flip(complete)
          answer = jsonReply(completion())
          yield* set(by)
          yield* TestClock.adjust("31 seconds")
          yield* complete
        }).pipe(Effect.provide(client(over, { apiKey, retry: RetryPolicy.none })))
      })
    )
  })
}

describe("a machine that has slept", () => {
  const waiting = Effect.gen(function* () {
    const clock = yield* Effect.clock
    const now = nowOf(clock)
    const machine = { asleep: 0 }
    let since = now()
    let progress = 0
    const guarding = guard(
      clock,
      {
        left: () => 120_000 - (now() - since),
        longestSleep: 120_000,
        progress: () => progress,
        suspended: (millis, from) => {
          if (since <= from) since -= millis
        },
        over: () => "over"
      },
      // The monotonic clock stands still in that time.
      () => now() + machine.asleep
    )
    const runtime = yield* Effect.runtime<never>()
    let isOver = false
    const stop = guarding(runtime, () => {
      isOver = true
    })
    yield* Effect.addFinalizer(() => Effect.sync(stop))
    const hear = Effect.sync(() => {
      since = now()
      progress++
    })
    const ended = Effect.zipRight(
      Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 200))),
      Effect.sync(() => isOver)
    )
    return { machine, hear, ended }
  })

  it.scoped("75. is told at its waking what did not come in the time of its sleep", () =>
    Effect.gen(function* () {
      const { ended, machine } = yield* waiting
      yield* TestClock.adjust("50 seconds")
      machine.asleep += 8 * hour
      expect(yield* ended).toBe(false)
      yield* TestClock.adjust("15 seconds")
      expect(yield* ended).toBe(true)
    })
  )

  it.scoped("hears first what came at its waking", () =>
    Effect.gen(function* () {
      const { ended, hear, machine } = yield* waiting
      yield* TestClock.adjust("50 seconds")
      machine.asleep += 8 * hour
      yield* TestClock.adjust("1 second")
      yield* hear
      yield* TestClock.adjust("100 seconds")
      expect(yield* ended).toBe(false)
      yield* TestClock.adjust("20 seconds")
      expect(yield* ended).toBe(true)
    })
  )
})
