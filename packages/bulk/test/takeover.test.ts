/** A job that another process has taken from one that was halted: what the first does when it wakes up changes nothing any more. */
import { Bulk, BulkError, BulkJob, BulkStore } from "@effect-zhipu/bulk"
import { MockChat } from "@effect-zhipu/testing"
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Option, Stream } from "effect"
import { hostname } from "node:os"
import { asked, engine, items } from "./support/jobs.js"

/** Of another process. */
const other = "elsewhere:1:other"

const outcome = { _tag: "Done", completion: "{}", value: undefined, truncated: false } as const

const jobRow = Effect.flatMap(BulkStore.BulkStore, (store) => Effect.map(store.find("job"), Option.getOrThrow))

describe("a job that was taken over", () => {
  it.live("is left as it is by the process that had it, which says so", () =>
    Effect.gen(function* () {
      const go = yield* Deferred.make<void>()
      const script: MockChat.Script = () =>
        Stream.unwrap(Effect.as(Deferred.await(go), Stream.fromIterable(MockChat.text("late"))))
      yield* Effect.gen(function* () {
        const store = yield* BulkStore.BulkStore
        const running = yield* Effect.fork(
          Effect.flip(Bulk.run(BulkJob.make({ name: "job", items: items(6), concurrency: 3 })))
        )
        yield* Effect.repeat(Effect.delay(Effect.option(store.find("job")), "10 millis"), {
          until: (found) => Option.exists(Option.flatten(found), ({ inFlight }) => inFlight === 3)
        })
        const { id } = yield* jobRow
        yield* store.take(id, other, Date.now(), () => true)
        yield* store.recover(id, Date.now(), other)
        const [first, second] = yield* store.waiting(id, 0, 2)
        const rows = [first?.row ?? 0, second?.row ?? 0]
        yield* store.commit(id, { begun: [], resumed: rows, ended: [] }, other)
        yield* Deferred.succeed(go, undefined)
        expect(yield* Fiber.join(running)).toMatchObject({ _tag: "JobBusyError", owner: other })
        expect(yield* jobRow).toMatchObject({ owner: other, state: "running", inFlight: 2, done: 0, calls: 3 })
        const ended = rows.map((row) => ({ row, attempts: [], outcome }))
        yield* store.commit(id, { begun: [], resumed: [], ended }, other)
        expect(yield* jobRow).toMatchObject({ inFlight: 0, done: 2, items: 3 })
      }).pipe(Effect.provide(engine(script)))
    })
  )

  it.live("is left to a live process of another container, though both have one name and one number", () =>
    Effect.gen(function* () {
      const store = yield* BulkStore.BulkStore
      const { id } = yield* store.open("job", Date.now())
      const owner = `${hostname()}:${process.pid}:1-other`
      yield* store.take(id, owner, Date.now(), () => true)
      const running = yield* Effect.fork(Effect.flip(Bulk.run(BulkJob.make({ name: "job", items: items(1) }))))
      yield* Effect.sleep("100 millis")
      yield* store.patch(id, { seenAt: Date.now() + 1 })
      expect(yield* Fiber.join(running)).toMatchObject({ _tag: "JobBusyError", owner })
    }).pipe(Effect.provide(engine([])))
  )

  it.live("fails where its last answer cannot be stored, and asks for that item again", () =>
    Effect.gen(function* () {
      const store = yield* BulkStore.BulkStore
      let isFull = true
      const flaky: BulkStore.Service = {
        ...store,
        commit: (job, batch, owner) =>
          isFull && batch.begun.length === 0 && batch.ended.some(({ outcome }) => outcome._tag === "Done")
            ? Effect.fail(new BulkError.BulkStoreError({ message: "The disk is full.", cause: "full" }))
            : store.commit(job, batch, owner)
      }
      const job = BulkJob.make({ name: "job", items: items(5), concurrency: 2 })
      const run = Bulk.run(job).pipe(
        Effect.provide(Bulk.layerLocal().pipe(Layer.provide(Layer.succeed(BulkStore.BulkStore, flaky))))
      )
      expect(yield* Effect.flip(run)).toMatchObject({ _tag: "BulkStoreError", message: "The disk is full." })
      expect(yield* jobRow).toMatchObject({ state: "interrupted", owner: undefined, inFlight: 0 })
      isFull = false
      expect(yield* run).toMatchObject({ state: "ended", done: 5, failed: 0 })
      expect(yield* asked).toHaveLength(5 + (yield* jobRow).repeated)
      expect((yield* jobRow).repeated).toBeGreaterThan(0)
    }).pipe(Effect.provide(engine(() => MockChat.text("fine"))))
  )

  it.effect("has one ending of an item, however often it is stored", () =>
    Effect.gen(function* () {
      const store = yield* BulkStore.BulkStore
      const { id } = yield* store.open("job", 0)
      const begun = [{ id: "one", digest: "d", request: "{}", metadata: undefined }]
      const row = (yield* store.commit(id, { begun, resumed: [], ended: [] })).get("one") ?? 0
      const ended = [{ row, attempts: [], outcome }]
      yield* store.commit(id, { begun: [], resumed: [], ended: [...ended, ...ended] })
      yield* store.commit(id, { begun: [], resumed: [], ended })
      const failed = { _tag: "Failed", tag: "ServerError", error: "{}" } as const
      yield* store.commit(id, { begun: [], resumed: [row], ended: [{ row, attempts: [], outcome: failed }] })
      expect(yield* jobRow).toMatchObject({ items: 1, done: 1, failed: 0, inFlight: 0 })
      expect(yield* store.failed(id, 0, 10)).toEqual([])
    }).pipe(Effect.provide(engine([])))
  )
})
