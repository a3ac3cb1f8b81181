/** What every engine has, and what one of them gives to another for a run. */
import type { RetryPolicy } from "@effect-zhipu/client/RetryPolicy"
import * as Effect from "effect/Effect"
import type * as Stream from "effect/Stream"
import { type BulkStoreError, type ItemConflictError, JobBusyError } from "../../BulkError.js"
import type { BulkJob } from "../../BulkJob.js"
import type { Batch, JobRow, Service as BulkStore } from "../store/rows.js"
import type { Settings } from "./ask.js"
import type { Gate } from "./gate.js"
import type { Entry } from "./items.js"
import type { Pauses } from "./pauses.js"

/** @internal */
export type Failure = BulkStoreError | ItemConflictError | JobBusyError

/** @internal */
export interface Means {
  readonly store: BulkStore
  readonly settings: Settings
  readonly retry: RetryPolicy
  readonly pauses: Pauses
}

/** A run, as what goes ahead of its live calls sees it. @internal */
export interface Session<A, E, R> {
  readonly row: JobRow
  readonly job: BulkJob<A, E, R>
  readonly gate: Gate
  readonly retry: RetryPolicy
  /** What waits, and what of the source is new. */
  readonly entries: Stream.Stream<Entry, E | BulkStoreError | ItemConflictError, R>
  readonly isPriced: (entry: Entry) => boolean
  readonly end: (ended: Batch["ended"]) => Effect.Effect<void, BulkStoreError>
}

/** A batch with items in it that has not ended. @internal */
export const openBatch = (store: BulkStore, row: JobRow) =>
  Effect.map(store.batches.open(row.id), (batches) => batches.find(({ lines }) => lines > 0))

/**
 * Items that the vendor has in a batch have answers there that are paid for: whoever cannot fetch them must not ask again, nor forget them.
 *
 * @internal
 */
export const refuseBatched = (
  store: BulkStore,
  row: JobRow,
  advice = "run it with Bulk.layerBatch, which fetches their answers."
): Effect.Effect<void, BulkStoreError | JobBusyError> =>
  Effect.flatMap(openBatch(store, row), (batch) =>
    batch === undefined
      ? Effect.void
      : new JobBusyError({
          message: `Items of the job ${JSON.stringify(row.name)} are in batch files: ${advice}`,
          job: row.name,
          owner: batch.batchId ?? batch.filename
        })
  )
