// Generated from packages/bulk/src/internal/store/batches.ts by scripts/effect4: change that file.
/** Batch files, and which items are in them. An item in a file that has not ended is `batched`: no live call asks for it. */
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { BulkStoreError, JobBusyError } from "../../BulkError.js"
import { itemOf, maybeNumber, maybeText, number, pages, type Row, text } from "./columns.js"
import type { Batch, BatchFiles, BatchPatch, BatchRow, BatchStep } from "./rows.js"

const batchOf = (row: Row): BatchRow => ({
  id: number(row["id"]),
  model: text(row["model"]),
  filename: text(row["filename"]),
  step: text(row["step"]) as BatchStep,
  lines: number(row["line_count"]),
  bytes: number(row["bytes"]),
  fileId: maybeText(row["file_id"]),
  batchId: maybeText(row["batch_id"]),
  startedAt: maybeNumber(row["started_at"])
})

const columnOf: Readonly<Record<keyof BatchPatch, string>> = {
  step: "step",
  fileId: "file_id",
  batchId: "batch_id",
  startedAt: "started_at"
}

/** @internal */
export const make = (
  sql: SqlClient,
  store: {
    readonly stored: <A>(effect: Effect.Effect<A, SqlError>) => Effect.Effect<A, BulkStoreError>
    readonly transaction: <A>(effect: Effect.Effect<A, SqlError | JobBusyError>) => Effect.Effect<A, BulkStoreError>
    readonly write: (
      job: number,
      batch: Batch,
      owner: string | undefined
    ) => Effect.Effect<ReadonlyMap<string, number>, SqlError | JobBusyError>
  }
): BatchFiles => {
  const { stored, transaction, write } = store
  const selected = sql`SELECT i.id, i.item, i.digest, i.metadata, p.request FROM bulk_batch_items b
    JOIN bulk_items i ON i.id = b.item JOIN bulk_prompts p ON p.item = b.item`
  return {
    open: (job) =>
      stored(
        Effect.map(sql<Row>`SELECT * FROM bulk_batches WHERE job = ${job} AND step <> 'ended' ORDER BY id`, (rows) =>
          rows.map(batchOf)
        )
      ),
    make: (job, model, filename) =>
      stored(
        Effect.map(
          sql<Row>`INSERT INTO bulk_batches ${sql.insert({ job, model, filename, step: "filling" })} RETURNING *`,
          ([row = {}]) => batchOf(row)
        )
      ),
    patch: (batch, change) => {
      const entries = Object.entries(change) as ReadonlyArray<[keyof BatchPatch, string | number]>
      return stored(
        Effect.asVoid(
          sql`UPDATE bulk_batches SET ${sql.csv(
            entries.map(([key, value]) => sql`${sql(columnOf[key])} = ${value}`)
          )} WHERE id = ${batch}`
        )
      )
    },
    enlist: (job, { begun, resumed }, places, owner) =>
      transaction(
        Effect.gen(function* () {
          const made = yield* write(job, { begun, resumed, ended: [] }, owner)
          const files = new Map<number, { items: Array<number>; bytes: number }>()
          const put = (item: number, key: string | number) => {
            const place = places.get(key)
            if (place === undefined) return
            const file = files.get(place.batch) ?? { items: [], bytes: 0 }
            files.set(place.batch, file)
            file.items.push(item)
            file.bytes += place.bytes
          }
          for (const [id, row] of made) put(row, id)
          for (const row of resumed) put(row, row)
          for (const [batch, { bytes, items }] of files) {
            yield* sql`UPDATE bulk_items SET state = 'batched' WHERE id IN ${sql.in(items)}`
            yield* sql`INSERT INTO bulk_batch_items ${sql.insert(items.map((item) => ({ item, batch })) as ReadonlyArray<Record<string, unknown>> as Arr.NonEmptyReadonlyArray<Record<string, unknown>>)}
              ON CONFLICT (item) DO UPDATE SET batch = excluded.batch`
            yield* sql`UPDATE bulk_batches SET line_count = line_count + ${items.length}, bytes = bytes + ${bytes} WHERE id = ${batch}`
          }
          return made
        })
      ),
    items: (batch, after, limit) =>
      stored(
        Effect.map(
          sql<Row>`${selected} WHERE b.batch = ${batch} AND i.state = 'batched' AND b.item > ${after} ORDER BY b.item LIMIT ${limit}`,
          (rows) => rows.map(itemOf)
        )
      ),
    pending: (batch, rows) =>
      rows.length === 0
        ? Effect.succeed([])
        : stored(
            Effect.map(
              sql<Row>`${selected} WHERE b.batch = ${batch} AND i.state = 'batched' AND b.item IN ${sql.in(rows)}`,
              (found) => found.map(itemOf)
            )
          ),
    release: (job, batch) =>
      transaction(
        Effect.gen(function* () {
          const rows = yield* sql<Row>`UPDATE bulk_items SET state = 'waiting'
            WHERE id IN (SELECT item FROM bulk_batch_items WHERE batch = ${batch}) AND state = 'batched' RETURNING id`
          for (const part of pages(rows, 500))
            yield* sql`DELETE FROM bulk_batch_items WHERE item IN ${sql.in(part.map(({ id }) => number(id)))}`
          yield* sql`UPDATE bulk_jobs SET in_flight = in_flight - ${rows.length} WHERE id = ${job}`
        })
      ),
    known: (rows) =>
      rows.length === 0
        ? Effect.succeed(new Set())
        : stored(
            Effect.map(
              sql<Row>`SELECT item FROM bulk_batch_items WHERE item IN ${sql.in(rows)}`,
              (found) => new Set(found.map((row) => number(row["item"])))
            )
          )
  }
}
