/** A job that another process has taken from one that was halted: what the first does when it wakes up changes nothing any more. */
import { Bulk, BulkJob, BulkStore } from "@effect-zhipu/bulk"
import { MockChat } from "@effect-zhipu/testing"
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Option, Stream } from "effect"
import { hostname } from "node:os"
import { engine, items } from "./support/jobs.js"

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
