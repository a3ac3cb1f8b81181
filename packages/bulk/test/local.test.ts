/** A job in this process: what is asked, what is stored, and what stops it. */
import { Bulk, BulkJob, BulkStore } from "@effect-zhipu/bulk"
import { RetryPolicy, Tool, Toolkit, ZhipuError } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import { describe, expect, it } from "@effect/vitest"
import {
  Chunk,
  DateTime,
  Deferred,
  Duration,
  Effect,
  Either,
  Exit,
  Fiber,
  Layer,
  Option,
  Schema,
  Stream,
  TestClock
} from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { asked, engine, isElsewhere, items, numberOf, request, usage } from "./support/jobs.js"
import * as terms from "../src/internal/cluster/terms.js"

/** Goes by the clock of the test, which does not wait for a database in another process: there is no such test of one. */
const timed = (...test: Parameters<typeof it.effect>): void => {
  if (!isElsewhere()) it.effect(...test)
}

const timedOnes = (name: string, tests: () => void): void => {
  if (!isElsewhere()) describe(name, tests)
}

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "bulk-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

const answering: MockChat.Script = (request) => MockChat.text(`answer ${numberOf(request)}`, { usage })

const job = BulkJob.make({ name: "job", items: items(20), concurrency: 4 })

const resultsOf = (of: typeof job) => Effect.map(Stream.runCollect(Bulk.results(of)), Chunk.toReadonlyArray)

const failuresOf = (name: string) => Effect.map(Stream.runCollect(Bulk.failures(name)), Chunk.toReadonlyArray)

const attemptsOf = (id: string) =>
  Effect.gen(function* () {
    const store = yield* BulkStore.BulkStore
    const { id: row } = Option.getOrThrow(yield* store.find("job"))
    return yield* store.attempts(row, id)
  })

const emptyWallet = new ZhipuError.InsufficientBalanceError({ message: "empty", code: "1113", status: 429 })
const filtered = new ZhipuError.ContentFilteredError({ message: "blocked", code: "1301", status: 400 })
const throttled = new ZhipuError.RateLimitError({ message: "slow down", code: "1302", status: 429 })
const cut = new ZhipuError.StreamTruncatedError({ message: "cut", status: 200, receivedBytes: 9, receivedFrames: 2 })

describe("a job", () => {
  it.effect.each([0, -1, Number.NaN, 0.5, Number.POSITIVE_INFINITY])("asks with a concurrency of %d", (concurrency) =>
    Effect.map(Bulk.run({ ...job, concurrency }), ({ done, items }) => expect([items, done]).toEqual([20, 20])).pipe(
      Effect.provide(engine(answering))
    )
  )

  it.each([0, -1, Number.NaN, 0.5])("asks by a cluster with a concurrency of %d as of one", (concurrency) => {
    expect(JSON.parse(terms.write({ ...job, concurrency }, 15_000))).toMatchObject({ concurrency: 1 })
  })

  it.effect("asks for each item once, and stores its answer with usage, cost and metadata", () =>
    Effect.gen(function* () {
      const report = yield* Bulk.run(job)
      expect(report).toMatchObject({
        state: "ended",
        items: 20,
        total: 20,
        done: 20,
        failed: 0,
        calls: 20,
        repeated: 0
      })
      expect(report).toMatchObject({ cost: 20, currency: "USD", promptTokens: 10_000_000, unpriced: 0 })
      const results = yield* resultsOf(job)
      expect(results.map(({ id, metadata, value }) => ({ id, metadata, value }))).toEqual(
        Array.from({ length: 20 }, (_, n) => ({
          id: `item-${n + 1}`,
          metadata: { n: n + 1 },
          value: `answer ${n + 1}`
        }))
      )
      expect(yield* attemptsOf("item-7")).toMatchObject([
        { tag: undefined, usage: { promptTokens: 500_000 }, cost: { amount: 1, currency: "USD" } }
      ])
      const again = yield* Bulk.run(job)
      expect(again).toMatchObject({ state: "ended", done: 20, calls: 20 })
      expect((yield* asked).length).toBe(20)
    }).pipe(Effect.provide(engine(answering)))
  )

  it.effect("gives values of a Schema, and keeps the item whose answer does not fit", () =>
    Effect.gen(function* () {
      const structured = BulkJob.structured({
        name: "structured",
        schema: Schema.Struct({ day: Schema.Date }),
        items: items(3),
        maxAttempts: 2
      })
      const report = yield* Bulk.run(structured)
      // The second item is asked twice: each of its calls is recorded.
      expect(report).toMatchObject({ done: 2, failed: 1, calls: 4, failures: { StructuredOutputError: 1 } })
      const results = yield* Stream.runCollect(Bulk.results(structured))
      expect(Chunk.toReadonlyArray(results).map(({ value }) => value.day.getTime())).toEqual([1000, 3000])
      expect(yield* failuresOf("structured")).toMatchObject([
        { id: "item-2", tag: "StructuredOutputError", text: "none" }
      ])
      const changed = Bulk.results({ ...structured, schema: Schema.Number as Schema.Schema<number, unknown> })
      expect(yield* Effect.flip(Stream.runDrain(changed))).toMatchObject({ _tag: "BulkStoreError" })
    }).pipe(
      Effect.provide(
        engine((request) => {
          const n = numberOf(request)
          return MockChat.text(n === 2 ? "none" : JSON.stringify({ day: new Date(n * 1000) }))
        })
      )
    )
  )

  it.effect("fails the item alone whose answer the Schema throws at", () =>
    Effect.gen(function* () {
      const strict = Schema.Number.pipe(
        Schema.filter((n) => {
          if (n === 2) throw new RangeError("two")
          return true
        })
      )
      const structured = BulkJob.structured({ name: "thrown", schema: strict, items: items(3), maxAttempts: 1 })
      expect(yield* Bulk.run(structured)).toMatchObject({ done: 2, failed: 1, state: "ended" })
      expect(yield* failuresOf("thrown")).toMatchObject([{ id: "item-2", tag: "StructuredOutputError" }])
    }).pipe(Effect.provide(engine((request) => MockChat.text(String(numberOf(request))))))
  )

  timed("waits out what passes, and records each call", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Bulk.run(BulkJob.make({ name: "job", items: items(1) })))
      yield* TestClock.adjust("10 minutes")
      const report = yield* Fiber.join(fiber)
      expect(report).toMatchObject({ done: 1, calls: 4, failed: 0 })
      const attempts = yield* attemptsOf("item-1")
      expect(attempts.map(({ tag }) => tag)).toEqual([
        "RateLimitError",
        "StreamTruncatedError",
        "RateLimitError",
        undefined
      ])
    }).pipe(
      Effect.provide(
        engine([throttled, MockChat.failAfter(MockChat.text("half of it"), cut), throttled, MockChat.text("done")])
      )
    )
  )

  timed("waits out a throttle together with all items of that model, and holds no other model", () => {
    let isThrottled = true
    const ten = RetryPolicy.backoff({ base: "10 seconds", cap: "10 seconds", retries: 5, elapsed: "1 hour" })
    const retry = RetryPolicy.make({ throttle: ten, overload: ten, network: ten })
    const others = Stream.map(items(9), (item) => ({
      ...item,
      request: { ...item.request, model: "glm-4.5-flash" }
    }))
    const ofModel = Effect.map(
      Effect.flatMap(MockChat.MockChat, (mock) => mock.requests),
      (all) => all.filter(({ model }) => model === "glm-4.6").length
    )
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(Bulk.run({ ...job, retry }))
      yield* Effect.repeat(
        Effect.promise(() => new Promise((resolve) => setImmediate(resolve))),
        { until: () => Effect.map(ofModel, (count) => count > 0) }
      )
      expect(yield* Bulk.run({ ...job, name: "others", items: others, retry })).toMatchObject({ done: 9, calls: 9 })
      yield* TestClock.adjust("7 seconds")
      // What was on its way when the throttle came back, and nothing else.
      expect(yield* ofModel).toBeLessThanOrEqual(4)
      yield* TestClock.adjust("7 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ done: 20, calls: 21, failed: 0 })
    }).pipe(
      Effect.provide(
        engine((request) => {
          if (!isThrottled || request.model !== "glm-4.6") return MockChat.text("fine")
          isThrottled = false
          return Stream.fail(throttled)
        })
      )
    )
  })

  it.effect("keeps items that failed with the error, and asks again for those of a kind", () => {
    let isMended = false
    return Effect.gen(function* () {
      const mixed = BulkJob.make({ name: "job", items: items(9), retry: RetryPolicy.none })
      expect(yield* Bulk.run(mixed)).toMatchObject({
        state: "ended",
        done: 3,
        failed: 6,
        failures: { ContentFilteredError: 3, RateLimitError: 3 }
      })
      expect((yield* failuresOf("job"))[0]).toMatchObject({
        id: "item-1",
        metadata: { n: 1 },
        tag: "RateLimitError",
        code: "1302"
      })
      // Run again, what has failed is left alone.
      expect(yield* Bulk.run(mixed)).toMatchObject({ done: 3, failed: 6, calls: 9 })
      isMended = true
      expect(yield* Bulk.retry("job", { only: ["RateLimitError"] })).toBe(3)
      expect(yield* Bulk.report("job")).toMatchObject({ state: "interrupted", failed: 3 })
      expect(yield* Bulk.run(mixed)).toMatchObject({ done: 6, failed: 3, failures: { ContentFilteredError: 3 } })
      expect(yield* Bulk.retry("job")).toBe(3)
    }).pipe(
      Effect.provide(
        engine((request) => {
          const kind = numberOf(request) % 3
          return kind === 1 && !isMended ? throttled : kind === 2 ? filtered : MockChat.text("fine")
        })
      )
    )
  })

  it.effect("tells answers that are not whole from those that are", () =>
    Effect.gen(function* () {
      expect(yield* Bulk.run(BulkJob.make({ name: "job", items: items(2) }))).toMatchObject({ done: 2, truncated: 1 })
    }).pipe(Effect.provide(engine([MockChat.text("a"), MockChat.text("b", { finishReason: "length" })])))
  )

  timed("reads its source as the work goes on", () => {
    let read = 0
    return Effect.gen(function* () {
      const source = Stream.tap(Stream.rechunk(items(100_000), 1), () => Effect.sync(() => void read++))
      const fiber = yield* Effect.fork(Bulk.run({ ...job, items: source }))
      for (let turn = 0; turn < 50; turn++) yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
      expect((yield* asked).length).toBe(4)
      expect(read).toBeLessThan(20)
      yield* Fiber.interrupt(fiber)
    }).pipe(Effect.provide(engine(() => Stream.never)))
  })

  it.effect("run again, asks for what waits before it has read through all that is known", () => {
    let read = 0
    const readAt: Array<number> = []
    let isBlocked = true
    return Effect.gen(function* () {
      const source = Stream.mapChunks(Stream.rechunk(items(3000), 100), (chunk) => {
        read += chunk.length
        return chunk
      })
      expect(yield* Bulk.run({ ...job, items: source, concurrency: 300 })).toMatchObject({ done: 2999, failed: 1 })
      isBlocked = false
      yield* Bulk.retry("job")
      read = 0
      expect(yield* Bulk.run({ ...job, items: source })).toMatchObject({ done: 3000, failed: 0 })
      expect(readAt).toEqual([expect.any(Number), expect.any(Number)])
      expect(readAt[1]).toBeLessThan(1500)
    }).pipe(
      Effect.provide(
        engine((request) => {
          if (numberOf(request) !== 7) return MockChat.text("x")
          readAt.push(read)
          return isBlocked ? Stream.fail(filtered) : MockChat.text("x")
        })
      )
    )
  })

  it.effect("refuses an id that comes again with another request, and takes the same item twice as one", () =>
    Effect.gen(function* () {
      const twice = [
        { id: "a", request: request("question 1") },
        { id: "a", request: request("question 1") },
        { id: "b", request: request("question 2") }
      ]
      expect(yield* Bulk.run({ ...job, items: Stream.fromIterable(twice) })).toMatchObject({
        items: 2,
        total: 2,
        done: 2
      })
      const changed = [...twice, { id: "b", request: request("question 3") }]
      const error = yield* Effect.flip(Bulk.run({ ...job, items: Stream.fromIterable(changed) }))
      expect(error).toMatchObject({ _tag: "ItemConflictError", id: "b" })
      // Within one reading of the source, before either is stored.
      const other = { ...job, name: "other", items: Stream.fromIterable(changed.slice(2)) }
      expect(yield* Effect.flip(Bulk.run(other))).toMatchObject({ _tag: "ItemConflictError", id: "b" })
      expect(yield* Bulk.report("other")).toMatchObject({ state: "interrupted", done: 1 })
    }).pipe(Effect.provide(engine(answering)))
  )

  it.effect("fails as its source does, after what was begun has ended", () =>
    Effect.gen(function* () {
      const source = Stream.concat(items(3), Stream.fail("the disk is gone" as const))
      expect(yield* Effect.flip(Bulk.run({ ...job, items: source }))).toBe("the disk is gone")
      const report = yield* Bulk.report("job")
      expect(report).toMatchObject({ state: "interrupted", inFlight: 0, failed: 0, repeated: 0 })
      expect(report.done).toBe((yield* asked).length)
      expect(report.done).toBeGreaterThan(0)
    }).pipe(Effect.provide(engine(answering)))
  )

  it.effect("asks again for what was in flight when it was interrupted, and counts it", () => {
    let hangs = true
    return Effect.gen(function* () {
      const begun = yield* Deferred.make<void>()
      const fiber = yield* Effect.fork(
        Effect.zipRight(Bulk.run(job), Effect.void).pipe(Effect.onInterrupt(() => Deferred.succeed(begun, undefined)))
      )
      yield* Effect.repeat(
        Effect.promise(() => new Promise((resolve) => setImmediate(resolve))),
        {
          until: () => Effect.map(asked, (all) => all.length === 7)
        }
      )
      yield* Fiber.interrupt(fiber)
      expect(yield* Bulk.report("job")).toMatchObject({ state: "interrupted", done: 3, inFlight: 0, repeated: 4 })
      hangs = false
      expect(yield* Bulk.run(job)).toMatchObject({ state: "ended", done: 20, repeated: 4, calls: 24 })
      const lost = yield* attemptsOf("item-4")
      expect(lost.map(({ tag }) => tag)).toEqual(["Lost", undefined])
    }).pipe(
      Effect.provide(engine((request) => (hangs && numberOf(request) > 3 ? Stream.never : MockChat.text("fine"))))
    )
  })
})

timedOnes("a job with tools", () => {
  const toolkit = Toolkit.make(
    Tool.make("double", { description: "Twice a number", parameters: { n: Schema.Number }, success: Schema.Number })
  )

  timed(
    "asks each item until it needs no tool, waits out a throttle of one round alone, and records each round",
    () => {
      const handled: Array<number> = []
      const handlers = toolkit.toLayer({
        double: ({ n }) =>
          Effect.sync(() => {
            handled.push(n)
            return 2 * n
          })
      })
      let throttles = 1
      return Effect.gen(function* () {
        const fiber = yield* Effect.fork(
          Bulk.run(BulkJob.tools({ name: "job", toolkit, items: items(3), concurrency: 1, maxRounds: 2 }))
        )
        yield* TestClock.adjust("10 minutes")
        // Of the third item the model would call for ever.
        expect(yield* Fiber.join(fiber)).toMatchObject({
          state: "ended",
          done: 2,
          failed: 1,
          failures: { ToolLoopLimit: 1 },
          calls: 2 + 2 + 2 + 1
        })
        expect(handled).toEqual([1, 2, 3])
        expect((yield* resultsOf(job)).map(({ id, value }) => [id, value])).toEqual([
          ["item-1", "it is 2"],
          ["item-2", "it is 4"]
        ])
        expect((yield* attemptsOf("item-2")).map(({ tag }) => tag)).toEqual([undefined, "RateLimitError", undefined])
      }).pipe(
        Effect.provide(
          Layer.merge(
            handlers,
            engine((request) => {
              const n = numberOf(request)
              const last = request.messages.at(-1)
              if (last?.role !== "tool" || n === 3)
                return MockChat.toolCall({ id: "call-1", name: "double", arguments: JSON.stringify({ n }) })
              if (n === 2 && throttles-- > 0) return Stream.fail(throttled)
              return MockChat.text(`it is ${String(last.content)}`)
            })
          )
        )
      )
    }
  )
})

describe("what stops a job", () => {
  it.effect("an empty balance, with all other items left for the next run", () => {
    let isEmpty = true
    return Effect.gen(function* () {
      const error = yield* Effect.flip(Bulk.run(job))
      expect(error).toMatchObject({ _tag: "JobStoppedError", reason: "Balance", error: { code: "1113" } })
      expect(error.toString()).toContain("Recharge it")
      const { done, failed } = yield* Bulk.report("job")
      expect(failed).toBe(0)
      expect(done).toBeGreaterThan(0)
      expect(done).toBeLessThanOrEqual(13)
      expect((yield* asked).length).toBeLessThanOrEqual(14)
      isEmpty = false
      expect(yield* Bulk.run(job)).toMatchObject({ state: "ended", done: 20 })
      expect((yield* Bulk.report("job")).reason).toBeUndefined()
    }).pipe(Effect.provide(engine((_, call) => (isEmpty && call >= 10 ? emptyWallet : MockChat.text("fine")))))
  })

  it.effect("a key that is refused, and a model that is not there: nothing is asked in vain", () =>
    Effect.gen(function* () {
      const refused = yield* Effect.flip(Bulk.run(job))
      expect(refused).toMatchObject({
        _tag: "JobStoppedError",
        reason: "Account",
        error: { _tag: "AuthenticationError" }
      })
      expect((yield* asked).length).toBeLessThanOrEqual(4)
      const missing = yield* Effect.flip(Bulk.run(job))
      expect(missing).toMatchObject({ reason: "Account", error: { _tag: "ModelNotFoundError" } })
    }).pipe(
      Effect.provide(
        engine((_, call) =>
          call < 4
            ? new ZhipuError.AuthenticationError({ message: "no", status: 401 })
            : new ZhipuError.ModelNotFoundError({ message: "no such model", code: "1211", status: 400 })
        )
      )
    )
  )

  timed("not a quota that is used up: the job sleeps until it fills again, and ends", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Bulk.run(job))
      yield* TestClock.adjust("30 seconds")
      const before = (yield* asked).length
      expect(yield* Bulk.report("job")).toMatchObject({ state: "sleeping", resetAt: 120_000, inFlight: 0, failed: 0 })
      yield* TestClock.adjust("80 seconds")
      expect((yield* asked).length).toBe(before)
      yield* TestClock.adjust("30 seconds")
      expect(yield* Fiber.join(fiber)).toMatchObject({ state: "ended", done: 20, failed: 0 })
    }).pipe(
      Effect.provide(
        engine((_, call) =>
          call >= 8 && call < 12
            ? new ZhipuError.QuotaExceededError({
                message: "used up",
                code: "1308",
                status: 429,
                resetAt: DateTime.unsafeMake(120_000)
              })
            : MockChat.text("fine")
        )
      )
    )
  )

  it.effect("a quota that does not say when it fills again", () =>
    Effect.gen(function* () {
      expect(yield* Effect.flip(Bulk.run(job))).toMatchObject({ reason: "Quota" })
    }).pipe(
      Effect.provide(engine(() => new ZhipuError.QuotaExceededError({ message: "used up", code: "1304", status: 429 })))
    )
  )

  it.effect("the budget, with at most what is in flight above it", () =>
    Effect.gen(function* () {
      const stopped = yield* Effect.flip(Bulk.run({ ...job, budget: { amount: 10.5, currency: "USD" } }))
      expect(stopped).toMatchObject({ _tag: "JobStoppedError", reason: "Budget" })
      // A dollar an item: the eleventh would be too much, and the average says so.
      expect(yield* Bulk.report("job")).toMatchObject({ state: "stopped", reason: "Budget", cost: 10, done: 10 })
      expect(yield* Effect.flip(Bulk.run({ ...job, budget: { amount: 10, currency: "USD" } }))).toMatchObject({
        reason: "Budget"
      })
      expect((yield* asked).length).toBe(10)
      const yuan = yield* Effect.flip(Bulk.run({ ...job, budget: { amount: 100, currency: "CNY" } }))
      expect(yuan).toMatchObject({ reason: "Price" })
      expect((yield* asked).length).toBe(10)
    }).pipe(Effect.provide(engine(answering)))
  )

  it.effect("the budget of a run that goes on, by what items cost that failed as well", () =>
    Effect.gen(function* () {
      // A dollar an item, and the first three do not fit.
      const of = (amount: number) =>
        BulkJob.structured({
          name: "failing",
          schema: Schema.Number,
          items: items(10),
          maxAttempts: 1,
          concurrency: 1,
          budget: { amount, currency: "USD" }
        })
      yield* Effect.flip(Bulk.run(of(4)))
      expect(yield* Bulk.report("failing")).toMatchObject({ cost: 4, done: 1, failed: 3 })
      yield* Effect.flip(Bulk.run(of(7)))
      expect(yield* Bulk.report("failing")).toMatchObject({ cost: 7, done: 4, failed: 3, reason: "Budget" })
      expect(yield* Bulk.retry("failing", { only: [] })).toBe(0)
      expect(yield* Bulk.retry("failing", { only: ["StructuredOutputError"] })).toBe(3)
    }).pipe(Effect.provide(engine((request) => MockChat.text(numberOf(request) < 4 ? "none" : "1", { usage }))))
  )

  timed("the deadline, which counts from the first run", () =>
    Effect.gen(function* () {
      const soon = { ...job, deadline: Duration.minutes(1) }
      const fiber = yield* Effect.fork(Effect.flip(Bulk.run(soon)))
      yield* TestClock.adjust("2 minutes")
      expect(yield* Fiber.join(fiber)).toMatchObject({ reason: "Deadline", report: { state: "stopped", failed: 0 } })
      expect(yield* Effect.flip(Bulk.run(soon))).toMatchObject({ reason: "Deadline" })
      expect((yield* asked).length).toBe(12)
    }).pipe(
      Effect.provide(
        engine(() => Stream.unwrap(Effect.as(Effect.sleep("25 seconds"), Stream.fromIterable(MockChat.text("slow")))))
      )
    )
  )

  timed("cancel, whoever calls it; pause holds it until resume", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.either(Bulk.run(job)))
      yield* TestClock.adjust("5 seconds")
      yield* Bulk.pause("job")
      yield* TestClock.adjust("10 seconds")
      expect(yield* Bulk.report("job")).toMatchObject({ state: "paused", inFlight: 0 })
      const held = (yield* asked).length
      yield* TestClock.adjust("1 minute")
      expect((yield* asked).length).toBe(held)
      yield* Bulk.resume("job")
      yield* TestClock.adjust("5 seconds")
      expect((yield* asked).length).toBeGreaterThan(held)
      yield* Bulk.cancel("job")
      yield* TestClock.adjust("10 seconds")
      expect(Either.getLeft(yield* Fiber.join(fiber))).toMatchObject({ value: { reason: "Cancelled" } })
      const report = yield* Bulk.report("job")
      expect(report).toMatchObject({ state: "cancelled", inFlight: 0, repeated: 0 })
      expect(report.done).toBe((yield* asked).length)
    }).pipe(
      Effect.provide(
        engine(() => Stream.unwrap(Effect.as(Effect.sleep("3 seconds"), Stream.fromIterable(MockChat.text("slow")))))
      )
    )
  )
})

describe("a run that is interrupted with its layer", () => {
  it.scopedLive("has stored what came of it before its store is closed", () =>
    Effect.gen(function* () {
      const filename = join(yield* folder, "jobs.db")
      const store = BulkStore.layerSqlite({ filename })
      let calls = 0
      const script: MockChat.Script = (request) => {
        calls++
        return numberOf(request) > 3 ? Stream.never : MockChat.text("fine")
      }
      const live = Bulk.layerLocal().pipe(Layer.provide(store), Layer.provide(MockChat.layer(script)))
      const told = { ...job, onProgress: () => Effect.void }
      const fiber = yield* Effect.fork(Effect.provide(Bulk.run(told), live))
      yield* Effect.repeat(Effect.sleep("10 millis"), { until: () => calls === 7 })
      yield* Fiber.interrupt(fiber)
      const row = yield* Effect.provide(
        Effect.flatMap(BulkStore.BulkStore, ({ find }) => find("job")),
        store
      )
      expect(Option.getOrThrow(row)).toMatchObject({ state: "interrupted", owner: undefined, done: 3, repeated: 4 })
    })
  )
})

timedOnes("jobs that ended long ago", () => {
  timed("are removed with their prompts and answers where the layer says after what time, and no others", () =>
    Effect.gen(function* () {
      const filename = join(yield* folder, "jobs.db")
      const at = (options: Bulk.LocalOptions) =>
        Bulk.layerLocal(options).pipe(
          Layer.provideMerge(BulkStore.layerSqlite({ filename })),
          Layer.provideMerge(
            MockChat.layer((request) => (numberOf(request) > 5 ? Stream.fail(emptyWallet) : MockChat.text("x")))
          )
        )
      const names = Effect.flatMap(Bulk.Bulk, ({ list }) => Effect.map(list, (all) => all.map(({ job }) => job)))
      const of = (name: string, count: number) => BulkJob.make({ name, items: items(count) })
      yield* Effect.provide(
        Effect.gen(function* () {
          yield* Bulk.run(of("old", 5))
          // It has not ended: its other items are still wanted.
          yield* Effect.flip(Bulk.run(of("stopped", 6)))
          yield* TestClock.adjust("20 days")
          yield* Bulk.run(of("new", 5))
        }),
        at({})
      )
      yield* TestClock.adjust("11 days")
      expect(yield* Effect.provide(names, at({}))).toEqual(["new", "stopped", "old"])
      const kept = at({ retention: "30 days" })
      expect(yield* Effect.provide(names, kept)).toEqual(["new", "stopped"])
      // Of the one that is gone nothing is known.
      expect(yield* Effect.provide(Bulk.run(of("old", 5)), kept)).toMatchObject({ items: 5, done: 5, calls: 5 })
      // Of one that is kept all is known.
      const again = Effect.zip(Bulk.run(of("new", 5)), asked)
      expect(yield* Effect.provide(again, kept)).toMatchObject([{ items: 5, done: 5, calls: 5 }, []])
      // An old one that was given up a moment ago has its time from then on.
      yield* TestClock.adjust("30 days")
      yield* Effect.provide(Bulk.cancel("stopped"), at({}))
      expect(yield* Effect.provide(names, kept)).toContain("stopped")
      yield* TestClock.adjust("31 days")
      expect(yield* Effect.provide(names, kept)).not.toContain("stopped")
    }).pipe(Effect.scoped)
  )
})

timedOnes("several jobs", () => {
  timed("are not run twice at once, and are not there under another name", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Bulk.run(job))
      yield* TestClock.adjust("1 second")
      expect(yield* Effect.flip(Bulk.run(job))).toMatchObject({ _tag: "JobBusyError" })
      expect(yield* Effect.flip(Bulk.remove("job"))).toMatchObject({ _tag: "JobBusyError" })
      expect(yield* Effect.flip(Bulk.report("jab"))).toMatchObject({ _tag: "JobNotFoundError", job: "jab" })
      yield* Fiber.interrupt(fiber)
      yield* Bulk.remove("job")
      expect(yield* Bulk.list).toEqual([])
    }).pipe(Effect.provide(engine(() => Stream.never)))
  )

  timed("end at once where they wait for a slot that a long call of another holds", () =>
    Effect.gen(function* () {
      const first = yield* Effect.fork(Bulk.run({ ...job, name: "first" }))
      const second = yield* Effect.fork(Effect.delay(Bulk.run({ ...job, name: "second" }), "1 second"))
      yield* TestClock.adjust("3 seconds")
      yield* Fiber.interrupt(second)
      expect((yield* asked).length).toBe(1)
      yield* Fiber.interrupt(first)
    }).pipe(Effect.provide(engine(() => Stream.never, { concurrency: 1 })))
  )

  timed("share what may be in flight by their priorities", () =>
    Effect.gen(function* () {
      const low = Bulk.run({ ...job, name: "low" })
      const high = Bulk.run({ ...job, name: "high", priority: 1 })
      const fiber = yield* Effect.fork(Effect.all([low, Effect.delay(high, "2500 millis")], { concurrency: 2 }))
      yield* TestClock.adjust("12500 millis")
      const reports = yield* Bulk.list
      // Two at a time, a second each. The first job is held up as soon as the second one has come.
      expect(reports.map(({ done, job }) => [job, done])).toEqual([
        ["high", expect.closeTo(18, -1)],
        ["low", 6]
      ])
      yield* TestClock.adjust("1 minute")
      expect(Exit.isSuccess(yield* Fiber.await(fiber))).toBe(true)
    }).pipe(
      Effect.provide(
        engine(() => Stream.unwrap(Effect.as(Effect.sleep("1 second"), Stream.fromIterable(MockChat.text("slow")))), {
          concurrency: 2
        })
      )
    )
  )
})
