/** Processes of a cluster that share the work of a job: here each of them is an engine of its own in this process. */
import { Bulk, BulkJob, BulkWorker } from "@effect-zhipu/bulk"
import { RetryPolicy, ZhipuError, ZhipuHttpClient } from "@effect-zhipu/client"
import { MockApi, MockChat } from "@effect-zhipu/testing"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Schema, Stream } from "effect"
import { items, request } from "./support/jobs.js"
import * as Postgres from "./support/postgres.js"
import { fine, job, long, runner, running } from "./support/runners.js"

Postgres.start()

describe.skipIf(Postgres.found.path === undefined)("processes of a cluster", () => {
  it.live("share the items of a job, and each tells how it ended", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      const fibers = yield* Effect.all([running(url), running(url), running(url)])
      const ends = yield* Effect.forEach(fibers, Fiber.join)
      expect(ends.map(([end]) => end)).toMatchObject(
        Array.from(ends, () => ({ report: { state: "ended", done: 40, calls: 40, repeated: 0, cost: 40 } }))
      )
      expect(ends.reduce((sum, [, calls]) => sum + calls, 0)).toBe(40)
      // Run again, it asks for nothing.
      const [again, calls] = yield* Fiber.join(yield* running(url))
      expect([again, calls]).toMatchObject([{ report: { state: "ended", done: 40, calls: 40 } }, 0])
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
      expect(end).toMatchObject({ report: { state: "ended", done: 400, inFlight: 0 } })
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
})
