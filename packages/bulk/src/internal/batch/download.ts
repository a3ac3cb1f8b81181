/** What a batch gave back, and what it did not, as endings of the items that were in its file. */
import type { Batch } from "@effect-zhipu/api/Batch"
import * as Batches from "@effect-zhipu/api/Batches"
import { TaskFailedError, type ZhipuError } from "@effect-zhipu/client/ZhipuError"
import type { ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { BulkStoreError } from "../../BulkError.js"
import * as pages from "../store/pages.js"
import type { Answer } from "../job/embedding.js"
import type { BatchRow, Ending, OpenItem, Service as BulkStore } from "../store/rows.js"
import * as lines from "./lines.js"

const pageSize = 256

/** Stores endings, and counts what they cost. @internal */
export type Keep = (endings: ReadonlyArray<Ending>) => Effect.Effect<void, BulkStoreError>

/** Lines matched with the items that they answer. */
const match = <R>(
  store: BulkStore,
  reading: lines.Lines<R>,
  batch: BatchRow,
  group: Iterable<Batches.BatchLine<Answer>>
): Effect.Effect<ReadonlyArray<Ending>, BulkStoreError, R> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const answers = new Map<number, Batches.BatchLine<Answer>>()
    for (const line of group) {
      const row = lines.rowOf(line.customId)
      if (row !== undefined && !answers.has(row)) answers.set(row, line)
    }
    // What was stored before this process died is there no more, nor is a line of nobody.
    const open = yield* store.batches.pending(batch.id, Array.from(answers.keys()))
    const endings: Array<Ending> = []
    for (const item of open) {
      const line = answers.get(item.row)
      if (line !== undefined) endings.push(yield* reading.ended(item, line, batch.startedAt, now))
    }
    return endings
  })

/** Stores what a batch that has ended gave back. @internal */
export const download = <R>(
  store: BulkStore,
  reading: lines.Lines<R>,
  batch: BatchRow,
  done: Batch,
  keep: Keep
): Effect.Effect<void, ZhipuError | BulkStoreError, R | ZhipuHttpClient> =>
  Stream.runForEach(Stream.grouped(Batches.results(done, { body: reading.body }), pageSize), (group) =>
    Effect.flatMap(match(store, reading, batch, group), keep)
  )

/** Whatever of a file has not ended, ends with an error. @internal */
export const giveUp = <R>(
  store: BulkStore,
  reading: lines.Lines<R>,
  batch: BatchRow,
  error: (item: OpenItem) => ZhipuError,
  keep: Keep
): Effect.Effect<void, BulkStoreError> =>
  Stream.runForEachChunk(
    pages.read((after, limit) => store.batches.items(batch.id, after, limit)),
    (page) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        keep(Array.from(page, (item) => reading.failed(item, error(item), batch.startedAt, now)))
      )
  )

/** Of an item that a batch said nothing of. @internal */
export const missing =
  ({ batchId = "" }: BatchRow) =>
  (item: OpenItem): ZhipuError =>
    new TaskFailedError({
      message: `The batch ${batchId} ended without a result for the item ${JSON.stringify(item.id)}.`,
      taskId: batchId,
      kind: "batch line",
      state: "missing"
    })
