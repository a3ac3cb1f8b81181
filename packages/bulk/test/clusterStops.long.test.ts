/** Processes of a cluster that agree on what stops a job: here each of them is an engine of its own in this process. */
import { Bulk, BulkStore } from "@effect-zhipu/bulk"
import { ZhipuError } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import { describe, expect, it } from "@effect/vitest"
import { DateTime, Effect, Fiber, Layer, Stream } from "effect"
import { items } from "./support/jobs.js"
import * as Postgres from "./support/postgres.js"
import { fine, job, long, runner, running } from "./support/runners.js"

Postgres.start()

describe.skipIf(Postgres.found.path === undefined)("processes of a cluster", () => {
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
        expect(end).toMatchObject({ report: { state: "ended", done: 40, failed: 0 } })
    })
  )

  it.live("stop together where one of them finds the balance empty, and go on when run again", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      const empty = new ZhipuError.InsufficientBalanceError({ message: "empty", code: "1113", status: 429 })
      const poor: MockChat.Script = (_, call) => (call > 3 ? empty : fine())
      const fibers = yield* Effect.all([running(url, poor, long), running(url, fine, long)])
      for (const [end] of yield* Effect.forEach(fibers, Fiber.join))
        expect(end).toMatchObject({ error: { _tag: "JobStoppedError", reason: "Balance", report: { failed: 0 } } })
      const [end] = yield* Fiber.join(yield* running(url, fine, { ...long, concurrency: 200 }))
      expect(end).toMatchObject({ report: { state: "ended", done: 600 } })
    })
  )

  it.live("keep to a budget together, and end by a cancel from elsewhere", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      const cheap = { ...job, budget: { amount: 10.5, currency: "USD" as const } }
      const fibers = yield* Effect.all([running(url, fine, cheap), running(url, fine, cheap)])
      for (const [end] of yield* Effect.forEach(fibers, Fiber.join))
        expect(end).toMatchObject({ error: { reason: "Budget", report: { cost: 10, done: 10, inFlight: 0 } } })
      const others = yield* Effect.all([running(url, fine, long), running(url, fine, long)])
      const begun = Effect.repeat(Effect.delay(Bulk.report("job"), "20 millis"), { until: ({ done }) => done >= 60 })
      yield* Effect.provide(Effect.zipRight(begun, Bulk.cancel("job")), runner(url))
      for (const [end] of yield* Effect.forEach(others, Fiber.join))
        expect(end).toMatchObject({
          error: { reason: "Cancelled", report: { state: "cancelled", inFlight: 0, repeated: 0 } }
        })
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
