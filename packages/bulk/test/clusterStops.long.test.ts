/** Processes of a cluster that agree on what stops a job: here each of them is an engine of its own in this process. */
import { Bulk, BulkJob, BulkStore, BulkWorker } from "@effect-zhipu/bulk"
import { Price, RetryPolicy, ZhipuError, ZhipuHttpClient } from "@effect-zhipu/client"
import { MockApi, MockChat } from "@effect-zhipu/testing"
import { describe, expect, it } from "@effect/vitest"
import { DateTime, Effect, Exit, Fiber, Layer, type Redacted, Schema, Stream } from "effect"
import { items, request, usage } from "./support/jobs.js"
import * as Postgres from "./support/postgres.js"

Postgres.start()

const job = BulkJob.make({ name: "job", items: items(40), concurrency: 4 })

/** Takes a moment, so that several take part. */
const fine = (): MockChat.Reply =>
  Stream.unwrap(Effect.as(Effect.sleep("30 millis"), Stream.fromIterable(MockChat.text("fine", { usage }))))

/** More than is asked for before the last of the processes has begun. */
const long = { ...job, items: items(600) }

const prices = Price.layer([{ model: "glm-4.6", currency: "USD", input: 1, output: 1 }])

/** A process of its own, as far as the store can tell. */
const runner = (url: Redacted.Redacted, script: MockChat.Script = fine) =>
  Layer.fresh(
    Bulk.layerCluster({ leaseDuration: "2 seconds" }).pipe(
      Layer.provideMerge(Layer.merge(Postgres.storeAt(url), MockChat.layer(script))),
      Layer.provide(prices)
    )
  )

const asked = Effect.flatMap(MockChat.MockChat, (mock) => Effect.map(mock.requests, ({ length }) => length))

/** Runs a job in a process of its own; gives how many calls it made as well. */
const running = (url: Redacted.Redacted, script: MockChat.Script = fine, of = job) =>
  Effect.fork(Effect.provide(Effect.zip(Effect.either(Bulk.run(of)), asked), runner(url, script)))

describe.skipIf(Postgres.found.path === undefined)("processes of a cluster", () => {
  it.live("share the items of a job, and each tells how it ended", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      const fibers = yield* Effect.all([running(url), running(url), running(url)])
      const ends = yield* Effect.forEach(fibers, Fiber.join)
      expect(ends.map(([end]) => end)).toMatchObject(
        Array.from(ends, () => ({ right: { state: "ended", done: 40, calls: 40, repeated: 0, cost: 40 } }))
      )
      expect(ends.reduce((sum, [, calls]) => sum + calls, 0)).toBe(40)
      // Run again, it asks for nothing.
      const [again, calls] = yield* Fiber.join(yield* running(url))
      expect([again, calls]).toMatchObject([{ right: { state: "ended", done: 40, calls: 40 } }, 0])
    })
  )

  it.live("sleep together until a quota fills again", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      const resetAt = Date.now() + 2500
      const used = new ZhipuError.QuotaExceededError({
        message: "used up",
        code: "1308",
        status: 429,
        resetAt: DateTime.unsafeMake(resetAt)
      })
      const script: MockChat.Script = (_, call) => (call > 4 && Date.now() < resetAt ? used : fine())
      const fibers = yield* Effect.all([running(url, script), running(url, script)])
      yield* Effect.gen(function* () {
        yield* Effect.repeat(
          Effect.delay(
            Effect.orElseSucceed(Bulk.report("job"), () => undefined),
            "20 millis"
          ),
          {
            until: (report) => report?.state === "sleeping" && report.inFlight === 0
          }
        )
        expect(yield* Bulk.report("job")).toMatchObject({ state: "sleeping", failed: 0, resetAt })
        const { calls } = yield* Bulk.report("job")
        yield* Effect.sleep("500 millis")
        expect(yield* Bulk.report("job")).toMatchObject({ calls })
      }).pipe(Effect.provide(runner(url)))
      for (const [end] of yield* Effect.forEach(fibers, Fiber.join))
        expect(end).toMatchObject({ right: { state: "ended", done: 40, failed: 0 } })
    })
  )

  it.live("stop together where one of them finds the balance empty, and go on when run again", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      const empty = new ZhipuError.InsufficientBalanceError({ message: "empty", code: "1113", status: 429 })
      const poor: MockChat.Script = (_, call) => (call > 3 ? empty : fine())
      const fibers = yield* Effect.all([running(url, poor, long), running(url, fine, long)])
      for (const [end] of yield* Effect.forEach(fibers, Fiber.join))
        expect(end).toMatchObject({ left: { _tag: "JobStoppedError", reason: "Balance", report: { failed: 0 } } })
      const [end] = yield* Fiber.join(yield* running(url, fine, { ...long, concurrency: 200 }))
      expect(end).toMatchObject({ right: { state: "ended", done: 600 } })
    })
  )

  it.live("keep to a budget together, and end by a cancel from elsewhere", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      const cheap = { ...job, budget: { amount: 10.5, currency: "USD" as const } }
      const fibers = yield* Effect.all([running(url, fine, cheap), running(url, fine, cheap)])
      for (const [end] of yield* Effect.forEach(fibers, Fiber.join))
        expect(end).toMatchObject({ left: { reason: "Budget", report: { cost: 10, done: 10, inFlight: 0 } } })
      const others = yield* Effect.all([running(url, fine, long), running(url, fine, long)])
      const begun = Effect.repeat(Effect.delay(Bulk.report("job"), "20 millis"), { until: ({ done }) => done >= 60 })
      yield* Effect.provide(Effect.zipRight(begun, Bulk.cancel("job")), runner(url))
      for (const [end] of yield* Effect.forEach(others, Fiber.join))
        expect(end).toMatchObject({
          left: { reason: "Cancelled", report: { state: "cancelled", inFlight: 0, repeated: 0 } }
        })
    })
  )

  it.live("have others stand in for the one that reads, and workers wait where there are none", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      const longer = { ...job, items: items(400) }
      const first = yield* running(url, fine, longer)
      const worker = yield* Effect.fork(
        Effect.provide(
          BulkWorker.run({ leaseDuration: "2 seconds" }),
          Layer.fresh(Layer.merge(Postgres.storeAt(url), MockChat.layer(fine)))
        )
      )
      yield* Effect.sleep("1500 millis")
      yield* Fiber.interrupt(first)
      const look = Effect.provide(Bulk.report("job"), runner(url))
      yield* Effect.sleep("1 second")
      const held = yield* look
      expect(held).toMatchObject({ state: "interrupted", inFlight: 0 })
      expect(held.repeated).toBeLessThanOrEqual(4)
      yield* Effect.sleep("500 millis")
      expect(yield* look).toMatchObject({ done: held.done })
      const [end, calls] = yield* Fiber.join(yield* running(url, fine, longer))
      expect(end).toMatchObject({ right: { state: "ended", done: 400, inFlight: 0 } })
      // The worker took its part.
      expect(calls).toBeLessThan(400 - held.done)
      yield* Fiber.interrupt(worker)
    })
  )

  it.live("leave jobs with a Schema to those that know it", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      const script = () => MockChat.text(`{"n":1}`)
      const worker = yield* Effect.fork(
        Effect.provide(
          BulkWorker.run(),
          Layer.merge(
            Postgres.storeAt(url),
            MockChat.layer(() => MockChat.text("no"))
          )
        )
      )
      const numbers = BulkJob.structured({
        name: "numbers",
        schema: Schema.Struct({ n: Schema.Number }),
        items: Stream.map(Stream.range(1, 30), (n) => ({ id: `${n}`, request: request(`${n}`) }))
      })
      const report = yield* Effect.provide(Bulk.run(numbers), runner(url, script))
      expect(report).toMatchObject({ state: "ended", done: 30, failed: 0 })
      // It is still there.
      yield* Fiber.interrupt(worker)
      expect(Exit.isInterrupted(yield* Fiber.await(worker))).toBe(true)
    })
  )

  it.live("wait together where one of them is throttled", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      const slow = RetryPolicy.backoff({ base: "1500 millis", cap: "1500 millis", retries: 5, elapsed: "1 minute" })
      const patient = { ...long, retry: RetryPolicy.make({ throttle: slow, overload: slow, network: slow }) }
      const begun: Array<number> = []
      const noting: MockChat.Script = () => {
        begun.push(Date.now())
        return fine()
      }
      let throttledAt = 0
      const unlucky: MockChat.Script = () => {
        // By then the other one has begun.
        if (begun.length < 20 || throttledAt > 0) return fine()
        throttledAt = Date.now()
        return new ZhipuError.RateLimitError({ message: "slow down", code: "1302", status: 429 })
      }
      const fibers = yield* Effect.all([running(url, unlucky, patient), running(url, noting, patient)])
      /** After what was under way when it was throttled. */
      const next = () => begun.find((at) => throttledAt > 0 && at > throttledAt + 600)
      yield* Effect.repeat(Effect.sleep("20 millis"), { until: () => next() !== undefined })
      // A delay is 80 to 120 % of what the policy says.
      expect((next() ?? 0) - throttledAt).toBeGreaterThanOrEqual(1100)
      yield* Effect.provide(Bulk.cancel("job"), runner(url))
      yield* Effect.forEach(fibers, Fiber.join)
    })
  )

  it.live("have workers embed texts as well, where these have a client for it", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      const embeddings: MockApi.Reply = Effect.delay(
        Effect.succeed({ model: "embedding-3", data: [{ index: 0, embedding: [1, 2] }], usage: { prompt_tokens: 3 } }),
        "20 millis"
      )
      const { client, mock } = yield* MockApi.make({ embeddings })
      const others = yield* Effect.fork(
        Effect.provide(
          BulkWorker.run(),
          Layer.fresh(
            Layer.mergeAll(
              Postgres.storeAt(url),
              MockChat.layer([]),
              Layer.succeed(ZhipuHttpClient.ZhipuHttpClient, client)
            )
          )
        )
      )
      const texts = BulkJob.embeddings({
        name: "texts",
        model: "embedding-3",
        items: Stream.map(Stream.range(1, 300), (n) => ({ id: `${n}`, text: `${n}` })),
        concurrency: 4
      })
      const report = yield* Effect.provide(
        Bulk.run(texts),
        Layer.merge(runner(url), Layer.fresh(MockApi.layer({ embeddings })))
      )
      expect(report).toMatchObject({ state: "ended", done: 300, failed: 0, calls: 300, promptTokens: 900 })
      const { length } = yield* mock.calls
      expect(length).toBeGreaterThan(0)
      expect(length).toBeLessThan(300)
      yield* Fiber.interrupt(others)
    })
  )

  it.live("fail as the source does, with what was begun ended", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      const broken = { ...job, items: Stream.concat(items(3), Stream.fail("the disk is gone" as const)) }
      expect(yield* Effect.flip(Effect.provide(Bulk.run(broken), runner(url)))).toBe("the disk is gone")
      expect(yield* Effect.provide(Bulk.report("job"), runner(url))).toMatchObject({
        state: "interrupted",
        inFlight: 0
      })
    })
  )

  it.live("need PostgreSQL, and say so", () =>
    Effect.gen(function* () {
      const sqlite = Layer.merge(BulkStore.layerSqlite({ filename: ":memory:" }), MockChat.layer([]))
      const error = yield* Effect.flip(Effect.provide(Bulk.list, Layer.provide(Bulk.layerCluster(), sqlite)))
      expect(error.message).toContain("needs PostgreSQL")
    })
  )
})
