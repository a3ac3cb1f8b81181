/** A batch at the service, of a file that was sent. */
import * as Batches from "@effect-zhipu/api/Batches"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import type { ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { BulkStoreError } from "../../BulkError.js"
import type { BatchRow, Service as BulkStore } from "../store/rows.js"
import type * as lines from "./lines.js"
import { once } from "./once.js"

/** Starts a batch, unless it was started. @internal */
export const create = <R>(
  store: BulkStore,
  { endpoint }: lines.Lines<R>,
  batch: BatchRow
): Effect.Effect<BatchRow, ZhipuError | BulkStoreError, ZhipuHttpClient> =>
  Effect.gen(function* () {
    if (batch.batchId !== undefined) return batch
    const { fileId = "" } = batch
    const request = {
      input_file_id: fileId,
      endpoint,
      auto_delete_input_file: true,
      metadata: { zhipu_bulk: batch.filename }
    }
    const batchId = yield* once(store, batch, {
      before: "sent",
      during: "starting",
      find: Batches.find({ inputFileId: fileId }),
      take: Effect.map(Batches.create(request), ({ id }) => id)
    })
    const started = { batchId, startedAt: yield* Clock.currentTimeMillis, step: "started" } as const
    yield* store.batches.patch(batch.id, started)
    return { ...batch, ...started }
  })
