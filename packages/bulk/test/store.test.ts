/** The store over SQLite: many rows at once, and pages of many rows. */
import { BulkStore } from "@effect-zhipu/bulk"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import Database from "libsql"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "bulk-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

describe("a store", () => {
  it.scopedLive("waits for another process that writes, without holding up its own", () =>
    Effect.gen(function* () {
      const filename = join(yield* folder, "jobs.db")
      yield* Effect.gen(function* () {
        const store = yield* BulkStore.BulkStore
        const other = new Database(filename)
        other.exec("BEGIN IMMEDIATE")
        let turns = 0
        const timer = setInterval(() => turns++, 20)
        setTimeout(() => other.exec("COMMIT"), 1000)
        expect((yield* store.open("later", 0)).name).toBe("later")
        clearInterval(timer)
        other.close()
        expect(turns).toBeGreaterThan(2)
      }).pipe(Effect.provide(BulkStore.layerSqlite({ filename })))
    })
  )

  it.scoped("takes more at once than a statement has parameters, and gives answers without sorting all of them", () =>
    Effect.gen(function* () {
      const filename = join(yield* folder, "jobs.db")
      yield* Effect.gen(function* () {
        const store = yield* BulkStore.BulkStore
        const { id: job } = yield* store.open("many", 0)
        const begun = Array.from({ length: 9000 }, (_, n) => ({
          id: `item-${n}`,
          digest: "d",
          request: "{}",
          metadata: undefined
        }))
        const rows = yield* store.commit(job, { begun, resumed: [], ended: [] })
        expect(rows.size).toBe(begun.length)
        const attempts = Array.from({ length: 5000 }, (_, n) => ({
          startedAt: n,
          endedAt: n,
          tag: "RateLimitError",
          requestId: undefined,
          usage: undefined,
          cost: undefined
        }))
        const row = rows.get("item-1") ?? 0
        yield* store.commit(job, { begun: [], resumed: [], ended: [{ row, attempts, outcome: { _tag: "Again" } }] })
        expect((yield* store.attempts(job, "item-1")).length).toBe(attempts.length)
        expect((yield* store.waiting(job, 0, 10)).map(({ id, request }) => [id, request])).toEqual([["item-1", "{}"]])
      }).pipe(Effect.provide(BulkStore.layerSqlite({ filename })))
      const database = new Database(filename)
      const plan = database
        .prepare<Array<unknown>>(
          `EXPLAIN QUERY PLAN SELECT i.id FROM bulk_items i JOIN bulk_answers a ON a.item = i.id
           WHERE i.job = 1 AND i.id > 300 ORDER BY i.id LIMIT 256`
        )
        .all()
      database.close()
      expect(JSON.stringify(plan)).not.toContain("B-TREE")
    })
  )
})
