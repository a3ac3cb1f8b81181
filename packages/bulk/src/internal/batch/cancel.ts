/** Batches that the service has of a job, cancelled there: what they have answered by then is kept and billed, the rest is not asked. */
import * as Batches from "@effect-zhipu/api/Batches"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import type { ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { BulkStoreError } from "../../BulkError.js"
import type { BatchRow, Service as BulkStore } from "../store/rows.js"

/** That of the service, also where its answer was lost. */
const idOf = ({ batchId, fileId, step }: BatchRow): Effect.Effect<string | undefined, ZhipuError, ZhipuHttpClient> =>
  batchId !== undefined || step !== "starting"
    ? Effect.succeed(batchId)
    : Effect.map(Batches.find({ inputFileId: fileId ?? "" }), (found) => Option.getOrUndefined(found)?.id)

/** Cancels the batches of a job that have not ended. The next run fetches what they have answered. @internal */
export const cancel = (store: BulkStore, job: number): Effect.Effect<void, BulkStoreError, ZhipuHttpClient> =>
  Effect.flatMap(
    store.batches.open(job),
    Effect.forEach(
      (batch) =>
        Effect.gen(function* () {
          const batchId = yield* idOf(batch)
          if (batchId === undefined) return
          yield* Batches.cancel(batchId)
          yield* store.batches.patch(batch.id, { step: "cancelled", batchId })
        }).pipe(
          Effect.catchIf(
            (error) => error._tag !== "BulkStoreError",
            (error) =>
              Effect.logWarning(
                `A batch could not be cancelled${batch.batchId === undefined ? "" : ` (${batch.batchId})`}: ${error.message} What it answers is fetched by the next run.`
              )
          )
        ),
      { discard: true }
    )
  )
