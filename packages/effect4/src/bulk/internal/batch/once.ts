// Generated from packages/bulk/src/internal/batch/once.ts by scripts/effect4: change that file.
/** A step that the service may take twice: it stands in the store before it is taken, and is looked for where its answer was lost. */
import { judge } from "@effect-zhipu/protocol/Failure"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { ZhipuError } from "../../../ZhipuError.js"
import type { ZhipuHttpClient } from "../../../ZhipuHttpClient.js"
import type { BulkStoreError } from "../../BulkError.js"
import type { BatchRow, Service as BulkStore } from "../store/rows.js"

/** What a process that died left behind may still be on its way to the service. */
const settling = "3 seconds"

type Find = Effect.Effect<Option.Option<{ readonly id: string }>, ZhipuError, ZhipuHttpClient>

const lookFor = (find: Find): Effect.Effect<string | undefined, ZhipuError, ZhipuHttpClient> => {
  const found = Effect.map(find, (value) => Option.getOrUndefined(value)?.id)
  return Effect.flatMap(found, (id) => (id === undefined ? Effect.delay(found, settling) : Effect.succeed(id)))
}

/** The id that the service gave for a step, now or to a process before this one. @internal */
export const once = <R>(
  store: BulkStore,
  batch: BatchRow,
  step: {
    readonly before: BatchRow["step"]
    readonly during: BatchRow["step"]
    readonly find: Find
    readonly take: Effect.Effect<string, ZhipuError | BulkStoreError, R>
  }
): Effect.Effect<string, ZhipuError | BulkStoreError, R | ZhipuHttpClient> =>
  Effect.gen(function* () {
    const found = batch.step === step.during ? yield* lookFor(step.find) : undefined
    if (found !== undefined) return found
    yield* store.batches.patch(batch.id, { step: step.during })
    return yield* Effect.tapError(step.take, (error) =>
      error._tag !== "BulkStoreError" && judge(error).refused
        ? store.batches.patch(batch.id, { step: step.before })
        : Effect.void
    )
  })
