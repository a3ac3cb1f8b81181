/** What a cluster keeps to whatever its processes lack, and whatever their clocks say: here each of them is an engine of its own in this process. */
import { Bulk, BulkError, BulkJob, type BulkReport, BulkWorker } from "@effect-zhipu/bulk"
import { Tool, Toolkit, ZhipuError } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import { PgClient } from "@effect/sql-pg"
import { describe, expect, it } from "@effect/vitest"
import { Clock, DateTime, Effect, Fiber, HashSet, Layer, Logger, Redacted, Schema, Stream } from "effect"
import { randomBytes } from "node:crypto"
import { items, request, usage } from "./support/jobs.js"
import * as Postgres from "./support/postgres.js"

Postgres.start()

/** An answer that takes so many milliseconds. */
const slow = (millis: number, text = "fine"): MockChat.Reply =>
  Stream.unwrap(Effect.as(Effect.sleep(millis), Stream.fromIterable(MockChat.text(text, { usage }))))

/** A process of its own, as far as the store can tell. */
const runner = (url: Redacted.Redacted, script: MockChat.Script, options: Bulk.ClusterOptions = {}) =>
  Layer.fresh(
    Bulk.layerCluster({ leaseDuration: "2 seconds", ...options }).pipe(
      Layer.provideMerge(Layer.merge(Postgres.storeAt(url), MockChat.layer(script)))
    )
  )

/** On a machine whose clock is so many milliseconds before that of the others. */
const ahead =
  (millis: number) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.flatMap(Effect.clock, (clock) =>
      Effect.withClock(effect, {
        [Clock.ClockTypeId]: Clock.ClockTypeId,
        unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis() + millis,
        currentTimeMillis: Effect.map(clock.currentTimeMillis, (now) => now + millis),
        unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos(),
        currentTimeNanos: clock.currentTimeNanos,
        sleep: (duration) => clock.sleep(duration)
      })
    )

const worker = (url: Redacted.Redacted, script: MockChat.Script) =>
  Effect.provide(
    BulkWorker.run({ leaseDuration: "2 seconds" }),
    Layer.fresh(Layer.merge(Postgres.storeAt(url), MockChat.layer(script)))
  )

/** Waits until a job stands so. */
const until = (isSo: (report: BulkReport.Report) => boolean) =>
  Effect.repeat(
    Effect.delay(
      Effect.orElseSucceed(Bulk.report("job"), () => undefined),
      "20 millis"
    ),
    { until: (report) => report !== undefined && isSo(report) }
  )

const job = BulkJob.make({ name: "job", items: items(90), concurrency: 4 })

describe.skipIf(Postgres.found.path === undefined)("a cluster", () => {
  it.live("has no item of a job with tools asked for by a process without them", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      const toolkit = Toolkit.make(
        Tool.make("get_weather", { description: "The weather", parameters: { city: Schema.String } })
      )
      const handlers = toolkit.toLayer({ get_weather: ({ city }) => Effect.succeed(`11 degrees in ${city}`) })
      const script: MockChat.Script = ({ messages, tools }) => {
        if (tools === undefined) return slow(30, "I have no tools")
        return messages.some(({ role }) => role === "tool")
          ? slow(30, "11 degrees")
          : MockChat.toolCall({ name: "get_weather", arguments: { city: "London" } })
      }
      const said: Array<string> = []
      const logger = Logger.replace(
        Logger.defaultLogger,
        Logger.make(({ message }) => void said.push(String(message)))
      )
      const worker = yield* Effect.fork(
        Effect.provide(
          BulkWorker.run({ leaseDuration: "2 seconds" }),
          Layer.mergeAll(Layer.fresh(Layer.merge(Postgres.storeAt(url), MockChat.layer(script))), logger)
        )
      )
      const cities = BulkJob.tools({ name: "cities", toolkit, items: items(90), concurrency: 4 })
      const values = yield* Effect.gen(function* () {
        const running = yield* Effect.fork(Bulk.run(cities))
        yield* Effect.repeat(
          Effect.delay(
            Effect.orElseSucceed(Bulk.report("cities"), () => undefined),
            "20 millis"
          ),
          { until: (report) => report?.state === "running" }
        )
        // One that runs it as a job of another kind is told, and changes nothing.
        const other = yield* Effect.flip(Bulk.run(BulkJob.make({ name: "cities", items: items(90) })))
        expect([other._tag, other.message]).toEqual(["JobBusyError", expect.stringContaining("with tools. Run it as")])
        yield* Fiber.join(running)
        return yield* Stream.runCollect(Stream.map(Bulk.results(cities), ({ value }) => value))
      }).pipe(Effect.provide(Layer.merge(runner(url, script), handlers)))
      yield* Fiber.interrupt(worker)
      expect([...HashSet.fromIterable(values)]).toEqual(["11 degrees"])
      expect(said).toEqual([expect.stringContaining("asked for with tools")])
    })
  )

  it.live("goes by one clock, whichever machine looks or takes part", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      const script = () => slow(100)
      const others = yield* Effect.fork(ahead(2 * 3600_000)(worker(url, script)))
      const end = yield* Effect.gen(function* () {
        const running = yield* Effect.fork(Bulk.run({ ...job, deadline: "1 hour" }))
        yield* until(({ done }) => done > 20)
        yield* ahead(60_000)(
          Effect.gen(function* () {
            expect(yield* Bulk.report("job")).toMatchObject({ state: "running" })
            expect(yield* Effect.flip(Bulk.remove("job"))).toMatchObject({ _tag: "JobBusyError" })
          })
        )
        return yield* Fiber.join(running)
      }).pipe(Effect.provide(runner(url, script)))
      expect(end).toMatchObject({ state: "ended", done: 90 })
      yield* Fiber.interrupt(others)
    })
  )

  it.live("counts a process as gone by its own lease", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      yield* Effect.gen(function* () {
        const running = yield* Effect.fork(Bulk.run({ ...job, items: items(20) }))
        yield* until(({ inFlight }) => inFlight > 0)
        const silent = (seconds: number) =>
          Effect.flatMap(
            PgClient.PgClient,
            (sql) => sql`UPDATE bulk_jobs SET seen_at = seen_at - ${seconds * 1000}::BIGINT`
          ).pipe(Effect.provide(PgClient.layer({ url })))
        yield* silent(60)
        expect(yield* Bulk.report("job")).toMatchObject({ state: "running" })
        yield* silent(100)
        expect(yield* Bulk.report("job")).toMatchObject({ state: "interrupted" })
        expect(yield* Fiber.join(running)).toMatchObject({ state: "ended", done: 20 })
      }).pipe(Effect.provide(runner(url, () => slow(200), { leaseDuration: "150 seconds" })))
    })
  )

  it.live("stays paused, and is cancelled, though the database was away", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      let calls = 0
      const script = () => {
        calls++
        return slow(50)
      }
      const away = Effect.gen(function* () {
        const sql = yield* PgClient.PgClient
        const name = new URL(Redacted.value(url)).pathname.slice(1)
        yield* sql.unsafe(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`)
        yield* sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ${name}`
        yield* Effect.sleep("1 second")
        yield* sql.unsafe(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`)
      }).pipe(Effect.provide(PgClient.layer({ url: Redacted.make(Redacted.value(url).replace(/[^/]*$/, "postgres")) })))
      yield* Effect.gen(function* () {
        const running = yield* Effect.fork(Effect.flip(Bulk.run({ ...job, items: items(3000) })))
        yield* until(({ done }) => done > 4)
        yield* Bulk.pause("job")
        yield* until(({ inFlight, state }) => state === "paused" && inFlight === 0)
        const before = calls
        yield* away
        yield* Effect.sleep("2500 millis")
        yield* until(({ state }) => state !== "interrupted")
        expect([yield* Bulk.report("job"), calls]).toMatchObject([{ state: "paused" }, before])
        yield* Bulk.cancel("job")
        expect(yield* Fiber.join(running)).toMatchObject({ _tag: "JobStoppedError", reason: "Cancelled" })
      }).pipe(Effect.provide(runner(url, script)))
    })
  )

  it.live("ends at once where an item can never be stored, or its source fails, whatever the error", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      const odd = ["a\u0000b", randomBytes(3000).toString("base64")]
      yield* Effect.gen(function* () {
        for (const id of odd) {
          const one = Stream.make({ id, request: request("question 1") })
          const error = yield* Effect.flip(Bulk.run({ ...job, items: Stream.concat(items(3), one) }))
          expect([error._tag, error.message]).toEqual([
            "BulkStoreError",
            expect.stringContaining(`The item ${JSON.stringify(id).slice(0, 60)}`)
          ])
        }
        const other = new BulkError.BulkStoreError({ message: "the store of another job" })
        expect(yield* Effect.flip(Bulk.run({ ...job, items: Stream.fail(other) }))).toBe(other)
      }).pipe(Effect.timeout("3 seconds"), Effect.provide(runner(url, () => slow(10))))
    })
  )

  it.live("waits a while where a quota fills at a time that has passed", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      const begun = Date.now()
      let refused = 0
      const script = () => {
        if (Date.now() > begun + 2000) return slow(10)
        refused++
        const resetAt = DateTime.unsafeMake(begun - 60_000)
        return new ZhipuError.QuotaExceededError({ message: "used up", code: "1308", status: 429, resetAt })
      }
      const report = yield* Effect.provide(Bulk.run({ ...job, items: items(8) }), runner(url, script))
      expect(report).toMatchObject({ state: "ended", done: 8, failed: 0 })
      expect(refused).toBeLessThan(20)
    })
  )
})
