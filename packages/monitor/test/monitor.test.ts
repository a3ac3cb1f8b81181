import { describe, expect, it } from "@effect/vitest"
import type { CallObserver } from "@effect-zhipu/client"
import { Alert, Monitor, RemoteMonitor, Snapshot } from "@effect-zhipu/monitor"
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { Chunk, Clock, Effect, Fiber, Logger, Option, type Scope, Schema, Stream, TestClock } from "effect"
import * as Rules from "../src/internal/watchRules.js"
import { call } from "./support/calls.js"

const make = (options: Monitor.Options = {}) =>
  Effect.gen(function* () {
    const { monitor, observer } = yield* Monitor.make(options)
    return { monitor, tell: (some: Parameters<typeof call>[1]) => call(observer, some) }
  })

const alertsOf = (monitor: Monitor.Service): Effect.Effect<Array<string>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const said: Array<string> = []
    yield* monitor.alerts.pipe(
      Stream.runForEach(({ _tag, name, time }) => Effect.sync(() => void said.push(`${time / 1000} ${_tag} ${name}`))),
      Effect.forkScoped
    )
    yield* TestClock.adjust(0)
    return said
  })

/** A clock moved by hand: that of tests runs every interval in between, and waits for all fibers at each step. */
const handClock = () => {
  let time = 1_000_000_000_000
  return {
    ...Clock.make(),
    unsafeCurrentTimeMillis: () => time,
    currentTimeMillis: Effect.sync(() => time),
    move: (millis: number) =>
      Effect.sync(() => {
        time += millis
      })
  }
}

const times = (count: number, effect: Effect.Effect<void>) => Effect.repeatN(effect, count - 1)

describe("the window", () => {
  it.scoped("tells rates, errors, tokens and cost of what ended in it, and forgets the rest", () =>
    Effect.gen(function* () {
      const { monitor, tell } = yield* make({ window: "10 seconds" })
      yield* TestClock.adjust("20 seconds")
      const usage = {
        prompt_tokens: 10,
        completion_tokens: 20,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 5 }
      }
      yield* times(6, tell({ usage, cost: { amount: 0.5, currency: "USD" }, durationMillis: 100 }))
      yield* times(2, tell({ outcome: "failure", errorType: "RateLimitError", attempts: 4, failures: 4 }))
      yield* tell({ outcome: "interrupted" })
      yield* TestClock.adjust("999 millis")
      const now = yield* monitor.snapshot
      expect(now).toMatchObject({
        time: 20_999,
        seconds: 9.999,
        inFlight: 0,
        callsPerSecond: 9 / 9.999,
        successRate: 0.75,
        errorRate: 0.25,
        tokensPerSecond: { input: 60 / 9.999, output: 120 / 9.999 },
        window: {
          succeeded: 6,
          failed: 2,
          interrupted: 1,
          attempts: 15,
          failedAttempts: 8,
          errors: { RateLimitError: 2 },
          attemptErrors: { ServerError: 8 },
          tokens: { input: 60, output: 120, cached: 24, reasoning: 30 },
          cost: { USD: 3 }
        }
      })
      expect(now.total).toEqual(now.window)
      yield* TestClock.adjust("9 seconds")
      expect((yield* monitor.snapshot).window.succeeded).toBe(6)
      yield* TestClock.adjust("1 second")
      const later = yield* monitor.snapshot
      expect(later).toMatchObject({ callsPerSecond: 0, successRate: null, errorRate: null })
      expect(later.window).toMatchObject({ succeeded: 0, attempts: 0, errors: {}, cost: {}, latency: { p50: null } })
      expect(later.total).toEqual(now.total)
    })
  )

  it.scoped("goes on to count where the clock on the wall is set back", () =>
    Effect.gen(function* () {
      const noon = 1_000_000_000_000
      const hour = 3_600_000
      yield* TestClock.setTime(noon)
      const { monitor, tell } = yield* make({ window: "10 seconds" })
      const failing = tell({ outcome: "failure", errorType: "ServerError" })
      const second = Effect.zipLeft(failing, TestClock.adjust("1 second"))
      yield* times(30, second)
      // By more than all the time that it has watched.
      yield* TestClock.setTime(noon - hour)
      yield* times(30, second)
      const now = yield* monitor.snapshot
      expect(now).toMatchObject({ errorRate: 1, window: { failed: 9 }, total: { failed: 60 } })
      expect(now.callsPerSecond).toBeCloseTo(1, 0)
      const { figures, parts } = Option.getOrThrow(yield* monitor.range("5m"))
      expect(figures.window.failed).toBeGreaterThanOrEqual(30)
      expect(parts.at(-1)?.time).toBe(noon - hour + 30_000)
      // What was counted before does not come back when the clock is there again.
      yield* TestClock.setTime(noon + 30_000)
      expect((yield* monitor.snapshot).window.failed).toBe(0)
    })
  )

  it.scopedLive.each([-3_600_000, 3_600_000])(
    "counts a call when it ends, also where the clock on the wall was set by %d ms while it ran",
    (change) => {
      const clock = handClock()
      return Effect.gen(function* () {
        const { monitor, tell } = yield* make({ window: "10 seconds", interval: "1 day" })
        yield* tell({ during: clock.move(change) })
        expect((yield* monitor.snapshot).window.succeeded).toBe(1)
        // Nor does it stand in the way of those that come after it.
        for (let second = 0; second < 20; second++) {
          yield* clock.move(1000)
          yield* tell({})
        }
        expect((yield* monitor.snapshot).window.succeeded).toBe(10)
      }).pipe(Effect.withClock(clock))
    }
  )

  it.scopedLive("takes no more memory for a day than for ten minutes, and forgets a day all the same", () => {
    const day = 86_400_000
    const clock = handClock()
    return Effect.gen(function* () {
      const { monitor, tell } = yield* make({ window: "1 day", interval: "1 day" })
      const before = process.memoryUsage().arrayBuffers
      for (let second = 0; second < 86_400; second += 30) {
        yield* tell({ firstChunkMillis: 50, durationMillis: 100 })
        yield* clock.move(30_000)
      }
      expect((yield* monitor.snapshot).window.succeeded / 2880).toBeCloseTo(1, 2)
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5_000_000)
      yield* clock.move(day / 2)
      const { callsPerSecond, seconds, window } = yield* monitor.snapshot
      expect(window.succeeded / 1440).toBeCloseTo(1, 2)
      expect(seconds / 86_400).toBeCloseTo(1, 2)
      expect(callsPerSecond).toBeCloseTo(1 / 60, 3)
    }).pipe(Effect.withClock(clock))
  })

  it.scoped.each<[string, Monitor.Options]>([
    ["a window without end", { window: Infinity }],
    ["no time between two looks", { interval: 0, window: 0, history: "1 second" }],
    ["a time that is none", { interval: Number.NaN, window: Number.NaN, history: "1 second" }]
  ])("takes %s for the next that can be", ([, options]) =>
    Effect.gen(function* () {
      const { monitor, tell } = yield* make(options)
      yield* TestClock.adjust("1 second")
      yield* tell({})
      expect((yield* monitor.snapshot).window.succeeded).toBe(1)
      const { length } = yield* monitor.history
      expect(length).toBeGreaterThan(0)
      expect(length).toBeLessThanOrEqual(101)
    })
  )

  it.scoped("slides by the second, whatever happened when, and its sums are those of its seconds", () =>
    Effect.gen(function* () {
      const { monitor, tell } = yield* make({ window: "5 seconds", history: "100 seconds" })
      const ended: Array<number> = []
      let seed = 1
      for (let second = 0; second < 60; second++) {
        seed = (seed * 48_271) % 2_147_483_647
        const count = seed % 4
        for (let i = 0; i < count; i++) yield* tell({ durationMillis: 0 })
        ended.push(count)
        const sum = ended.slice(-5).reduce((a, b) => a + b, 0)
        expect((yield* monitor.snapshot).window.succeeded).toBe(sum)
        yield* TestClock.adjust("1 second")
      }
      expect((yield* monitor.snapshot).total.succeeded).toBe(ended.reduce((a, b) => a + b, 0))
    })
  )

  it.scoped("tells percentiles at most 2 % off, and the largest value as it is", () =>
    Effect.gen(function* () {
      const { monitor, tell } = yield* make({ window: "1 hour" })
      const values = Array.from({ length: 1000 }, (_, i) => Math.round(1.012 ** i) + 2)
      // Not in order, and over many parts of the window that are merged.
      for (let i = 0; i < values.length; i++) {
        yield* tell({ durationMillis: values[(i * 377) % 1000] ?? 0, firstChunkMillis: 250 })
        if (i % 10 === 0) yield* TestClock.adjust("1 second")
      }
      const { firstChunk, latency } = (yield* monitor.snapshot).window
      expect(latency.count).toBe(1000)
      expect(latency.max).toBe(values[999])
      for (const [name, rank] of [
        ["p50", 500],
        ["p95", 950],
        ["p99", 990]
      ] as const) {
        const exact = values[rank - 1] ?? 0
        expect(Math.abs((latency[name] ?? 0) - exact) / exact, name).toBeLessThanOrEqual(0.02)
      }
      expect(firstChunk).toMatchObject({ count: 1000, sum: 250_000, max: 250 })
      expect(Math.abs((firstChunk.p50 ?? 0) - 250)).toBeLessThanOrEqual(5)
    })
  )

  it.scoped("tells calls, tokens and costs by model and by key, of which a hundred have names", () =>
    Effect.gen(function* () {
      const { monitor, tell } = yield* make({ window: "10 seconds" })
      const usage = { prompt_tokens: 3, completion_tokens: 5 }
      const cost = { amount: 0.25, currency: "USD" }
      yield* times(2, tell({ model: "glm-4.6", key: "00aa", usage, cost }))
      yield* tell({ model: "glm-4.6", key: "00bb", usage, cost: { amount: 1, currency: "CNY" } })
      yield* tell({ model: "glm-5", outcome: "failure", errorType: "AuthenticationError" })
      const { total, window } = yield* monitor.snapshot
      const nothing = { input: 0, output: 0 }
      expect(window.models).toEqual({
        "glm-4.6": { calls: 3, failed: 0, tokens: { input: 9, output: 15 }, cost: { USD: 0.5, CNY: 1 } },
        "glm-5": { calls: 1, failed: 1, tokens: nothing, cost: {} }
      })
      expect(window.keys).toEqual({
        "00aa": { calls: 2, failed: 0, tokens: { input: 6, output: 10 }, cost: { USD: 0.5 } },
        "00bb": { calls: 1, failed: 0, tokens: { input: 3, output: 5 }, cost: { CNY: 1 } },
        none: { calls: 1, failed: 1, tokens: nothing, cost: {} }
      })
      expect([total.models, total.keys]).toEqual([window.models, window.keys])

      // Whoever asks a server may name models: they do not fill its memory.
      for (let i = 0; i < 300; i++) yield* tell({ model: `${i}-${"x".repeat(1000)}` })
      const { models } = (yield* monitor.snapshot).total
      expect(Object.keys(models)).toHaveLength(101)
      expect(models["other"]?.calls).toBe(202)
      expect(Math.max(...Object.keys(models).map((name) => name.length))).toBe(100)
    })
  )

  it.scoped("tells longer times, whole and by their parts, and nothing from before the start", () =>
    Effect.gen(function* () {
      const { monitor, tell } = yield* make({ window: "10 seconds", interval: "10 minutes" })
      const range = (last: Snapshot.Last) => Effect.map(monitor.range(last), Option.getOrThrow)
      const counts = (range: Snapshot.Range) => range.parts.map(({ window }) => window.succeeded)
      yield* times(6, tell({ cost: { amount: 1, currency: "USD" } }))
      yield* TestClock.adjust("90 seconds")
      yield* times(3, tell({}))
      yield* TestClock.adjust("30 seconds")
      const hour = yield* range("1h")
      expect(hour.figures).toMatchObject({ seconds: 120, callsPerSecond: 9 / 120, successRate: 1 })
      expect(hour.figures.window).toMatchObject({ succeeded: 9, cost: { USD: 6 }, models: { "glm-4.6": { calls: 9 } } })
      expect(counts(hour)).toEqual([6, 3, 0])
      expect(hour.parts.map(({ time }) => time)).toEqual([60_000, 120_000, 120_000])
      expect(hour.parts[0]).toMatchObject({ seconds: 60, callsPerSecond: 0.1, window: { models: {}, keys: {} } })
      expect(counts(yield* range("5m")).filter((count) => count > 0)).toEqual([6, 3])
      expect(counts(yield* range("24h"))).toEqual([9])

      yield* TestClock.adjust("6 minutes")
      expect(counts(yield* range("5m"))).toEqual(Array(60).fill(0))
      expect((yield* range("1h")).figures.window.succeeded).toBe(9)
      yield* TestClock.adjust("1 hour")
      expect((yield* range("1h")).figures).toMatchObject({ callsPerSecond: 0, successRate: null })
      expect((yield* range("24h")).figures.window.succeeded).toBe(9)
    })
  )

  it.scoped("counts a call in flight until it ends", () =>
    Effect.gen(function* () {
      const { monitor, observer } = yield* Monitor.make()
      const start: CallObserver.CallStart = {
        operation: "chat",
        model: "glm-4.6",
        stream: true,
        serverAddress: "localhost",
        serverPort: 1,
        startedAt: 0
      }
      observer.start(start)
      const second = observer.start(start)
      expect((yield* monitor.snapshot).inFlight).toBe(2)
      yield* call({ start: () => second }, {})
      expect((yield* monitor.snapshot).inFlight).toBe(1)
    })
  )
})

describe("changes and history", () => {
  it.scoped("tell the figures at once and at each interval, in a form that can be sent", () =>
    Effect.gen(function* () {
      const { monitor, tell } = yield* make({ interval: "1 second", history: "3 seconds" })
      yield* TestClock.adjust("500 millis")
      const fiber = yield* monitor.changes.pipe(Stream.take(3), Stream.runCollect, Effect.fork)
      yield* TestClock.adjust("600 millis")
      yield* tell({})
      yield* TestClock.adjust("1 second")
      const told = Chunk.toReadonlyArray(yield* Fiber.join(fiber))
      expect(told.map(({ time, total }) => [time, total.succeeded])).toEqual([
        [500, 0],
        [1000, 0],
        [2000, 1]
      ])
      yield* TestClock.adjust("5 seconds")
      const history = yield* monitor.history
      expect(history.map(({ time }) => time)).toEqual([5000, 6000, 7000])
      const [last] = history
      const sent: unknown = JSON.parse(JSON.stringify(last))
      expect(yield* Schema.decodeUnknown(Snapshot.Snapshot)(sent)).toEqual(last)
    })
  )
})

describe("alerts", () => {
  const failing = { outcome: "failure", errorType: "ServerError" } as const

  it.scoped("are raised within a second, cleared when the window is well again, and not in between", () =>
    Effect.gen(function* () {
      const { monitor, tell } = yield* make({ window: "1 minute" })
      const said = yield* alertsOf(monitor)
      // 4 of 100 fail: below.
      yield* times(96, tell({}))
      yield* times(4, tell(failing))
      yield* TestClock.adjust("5 seconds")
      expect(said).toEqual([])
      // 6 of 102: above.
      yield* times(2, tell(failing))
      yield* TestClock.adjust("1 second")
      expect(said).toEqual(["6 Raised error-rate"])
      expect((yield* monitor.snapshot).alerts).toMatchObject({
        active: [{ name: "error-rate", since: 6000 }],
        recent: [{ _tag: "Raised", time: 6000 }]
      })
      // 6 of 152 is below 5 % again, but not below 2.5 %.
      yield* times(50, tell({}))
      yield* TestClock.adjust("5 seconds")
      expect(said).toHaveLength(1)
      yield* times(100, tell({}))
      yield* TestClock.adjust("1 second")
      expect(said).toEqual(["6 Raised error-rate", "12 Cleared error-rate"])
      const { alerts } = yield* monitor.snapshot
      expect(alerts.active).toEqual([])
      expect(alerts.recent.map(({ _tag }) => _tag)).toEqual(["Cleared", "Raised"])
    })
  )

  it.scoped("clear when nobody calls any more, and say nothing about a handful of calls", () =>
    Effect.gen(function* () {
      const { monitor, tell } = yield* make({ window: "1 minute" })
      const said = yield* alertsOf(monitor)
      yield* times(9, tell(failing))
      yield* TestClock.adjust("2 seconds")
      expect(said).toEqual([])
      yield* tell(failing)
      yield* TestClock.adjust("3 minutes")
      expect(said).toEqual(["3 Raised error-rate", "60 Cleared error-rate"])
    })
  )

  it.scoped("wait as long as their rule says, anew after each break", () =>
    Effect.gen(function* () {
      const rule = Alert.make({
        name: "failing",
        value: ({ window }) => window.failed,
        raiseAbove: 0,
        raiseAfter: "5 seconds",
        clearAfter: "2 seconds"
      })
      const { monitor, tell } = yield* make({ window: "3 seconds", rules: [rule] })
      const said = yield* alertsOf(monitor)
      yield* tell(failing)
      yield* TestClock.adjust("10 seconds")
      expect(said).toEqual([])
      for (let i = 0; i < 8; i++) {
        yield* tell(failing)
        yield* TestClock.adjust("1 second")
      }
      expect(said).toEqual(["16 Raised failing"])
      yield* TestClock.adjust("10 seconds")
      expect(said).toEqual(["16 Raised failing", "22 Cleared failing"])
    })
  )

  it.scoped("go on where a rule throws, which is null then and logged once", () =>
    Effect.gen(function* () {
      const logs: Array<string> = []
      const logger = Logger.make(({ logLevel, message }) => void logs.push(`${logLevel.label} ${String(message)}`))
      let broken = false
      const rules = [
        Alert.make({
          name: "fragile",
          value: ({ window }) => {
            if (broken) throw new Error("no figures")
            return window.failed
          },
          raiseAbove: 0
        }),
        Alert.make({ name: "failing", value: ({ window }) => window.failed, raiseAbove: 1 })
      ]
      yield* Effect.gen(function* () {
        const { monitor, tell } = yield* make({ window: "1 minute", rules })
        const said = yield* alertsOf(monitor)
        yield* tell(failing)
        yield* TestClock.adjust("1 second")
        broken = true
        yield* TestClock.adjust("3 seconds")
        yield* tell(failing)
        yield* TestClock.adjust("1 second")
        expect(said).toEqual(["1 Raised fragile", "2 Cleared fragile", "5 Raised failing"])
        expect(yield* monitor.history).toHaveLength(6)
        expect(logs).toEqual([expect.stringMatching(/^ERROR .*fragile throws/)])
      }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, logger)))
    })
  )

  it.effect("count their patience from the time to which the clock was set back", () =>
    Effect.gen(function* () {
      const { monitor } = yield* make()
      const snapshot = yield* monitor.snapshot
      const rules = Rules.make([Alert.make({ name: "a", value: () => 1, raiseAbove: 0, raiseAfter: "10 seconds" })])
      const raisedAt = (time: number) => rules.look({ ...snapshot, time }).map((change) => change.time)
      expect([3_600_000, 5000, 14_000, 15_000].map(raisedAt)).toEqual([[], [], [], [15_000]])
    }).pipe(Effect.scoped)
  )

  it.scoped("are looked at again after a look that failed", () =>
    Effect.gen(function* () {
      let asked = 0
      // No number although its type says so, as from code without types: it throws where it is compared.
      const value = () =>
        Object.defineProperty(Object(1), Symbol.toPrimitive, {
          value: () => {
            if (asked++ === 0) throw new Error("no number")
            return 1
          }
        })
      const rules = [Alert.make({ name: "failing", value, raiseAbove: 5 })]
      const { monitor } = yield* make({ rules })
      yield* TestClock.adjust("3 seconds")
      expect(asked).toBe(4)
      expect(yield* monitor.history).toHaveLength(3)
    }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
  )

  it.scoped("can be about latency and first chunks", () =>
    Effect.gen(function* () {
      const rules = [
        Alert.latency({ raiseAbove: 1000, percentile: "p50", minCalls: 3 }),
        Alert.firstChunk({ raiseAbove: 500, minCalls: 3 })
      ]
      const { monitor, tell } = yield* make({ rules })
      const said = yield* alertsOf(monitor)
      yield* times(3, tell({ durationMillis: 2000, firstChunkMillis: 100 }))
      yield* TestClock.adjust("3 seconds")
      yield* times(3, tell({ durationMillis: 2000, firstChunkMillis: 900 }))
      yield* TestClock.adjust("3 seconds")
      expect(said.map((text) => text.replace(/^\d+ /, ""))).toEqual(["Raised latency-p50", "Raised first-chunk-p95"])
      const { alerts } = yield* monitor.snapshot
      expect(alerts.active.map(({ description }) => description)).toEqual([
        "Calls take longer than 1s (p50).",
        "Streams begin later than after 500ms (p95)."
      ])
    })
  )
})

describe("a remote monitor", () => {
  it.effect("tells the jobs of the other process, and where there is none", () => {
    const report = {
      job: "reviews",
      state: "running",
      done: 3,
      failed: 0,
      inFlight: 1,
      promptTokens: 5,
      completionTokens: 7,
      cost: 0,
      perMinute: 2
    }
    const client = HttpClient.make((request, url) =>
      Effect.succeed(
        HttpClientResponse.fromWeb(
          request,
          url.pathname === "/monitor/jobs"
            ? new Response(JSON.stringify([{ ...report, repeated: 0 }]))
            : new Response("no", { status: 404 })
        )
      )
    )
    return Effect.gen(function* () {
      expect(yield* RemoteMonitor.jobs({ url: "http://127.0.0.1:3000/monitor/" })).toEqual([report])
      const error = yield* Effect.flip(RemoteMonitor.jobs({ url: "http://127.0.0.1:3000" }))
      expect(error.message).toContain("Status 404, and no monitor, at http://127.0.0.1:3000.")
    }).pipe(Effect.provideService(HttpClient.HttpClient, client))
  })

  it.scoped("tells each alert once, also where the clock of the other process is set back", () =>
    Effect.gen(function* () {
      const { monitor } = yield* make()
      const empty = yield* monitor.snapshot
      const changeAt = (time: number) => ({ _tag: "Raised", name: "a", description: "b", time, value: 1 })
      const recent = [changeAt(5000)]
      const client = HttpClient.make((request, url) => {
        const body = { ...empty, alerts: { active: [], recent } }
        const history = url.pathname.endsWith("history")
        return Effect.succeed(HttpClientResponse.fromWeb(request, Response.json(history ? [] : body)))
      })
      const remote = yield* RemoteMonitor.make({ url: "http://a/monitor" }).pipe(
        Effect.provideService(HttpClient.HttpClient, client)
      )
      const said = yield* alertsOf(remote)
      const poll = Effect.zipRight(TestClock.adjust("1 second"), Effect.repeatN(Effect.yieldNow(), 50))
      yield* poll
      recent.unshift(changeAt(2000))
      yield* times(3, poll)
      recent.unshift(changeAt(3000), changeAt(2500))
      yield* times(3, poll)
      expect(said).toEqual(["2 Raised a", "2.5 Raised a", "3 Raised a"])
    })
  )

  it.scoped("asks again after its client died", () =>
    Effect.gen(function* () {
      const { monitor } = yield* make()
      let asked = 0
      const client = HttpClient.make((request, url) =>
        Effect.gen(function* () {
          asked++
          // The third request is the first poll.
          if (asked === 3) return yield* Effect.dieMessage("a bug of the client")
          if (url.pathname.endsWith("range")) {
            const last = url.searchParams.get("last") === "5m" ? yield* monitor.range("5m") : Option.none()
            return HttpClientResponse.fromWeb(request, Response.json(Option.getOrNull(last)))
          }
          const body = url.pathname.endsWith("history") ? yield* monitor.history : yield* monitor.snapshot
          return HttpClientResponse.fromWeb(request, Response.json(body))
        })
      )
      const remote = yield* RemoteMonitor.make({ url: "http://127.0.0.1:3000/monitor" }).pipe(
        Effect.provideService(HttpClient.HttpClient, client)
      )
      for (let i = 0; i < 3; i++) {
        yield* TestClock.adjust("1 second")
        yield* Effect.repeatN(Effect.yieldNow(), 50)
      }
      expect(asked).toBeGreaterThanOrEqual(4)
      expect((yield* remote.snapshot).time).toBeGreaterThan(1000)
      expect(yield* remote.range("5m")).toMatchObject({ _tag: "Some", value: { last: "5m" } })
      expect(yield* remote.range("1h")).toEqual(Option.none())
    }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
  )
})
