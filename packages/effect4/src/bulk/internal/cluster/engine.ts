// Generated from packages/bulk/src/internal/cluster/engine.ts by scripts/effect4: change that file.
/** The engine of a process that takes part in a cluster, or why it cannot. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { BulkStoreError } from "../../BulkError.js"
import type { Means } from "../job/session.js"
import type { Runners } from "../store/rows.js"
import type { SharedPauses } from "./pauses.js"
import * as shared from "./pauses.js"

/** @internal */
export interface Engine extends Means {
  readonly runners: Runners
  readonly pauses: SharedPauses
  readonly leaseMillis: number
  /** How many items this process asks for at once, over all jobs. */
  readonly concurrency: number
  readonly load: { held: number }
}

/** @internal */
export const make = (
  { pauses, retry, settings, store }: Means,
  options: { readonly concurrency?: number | undefined; readonly leaseDuration?: Duration.Input | undefined }
): Effect.Effect<Engine, BulkStoreError> =>
  Effect.suspend(() => {
    const { concurrency = Number.POSITIVE_INFINITY, leaseDuration = "15 seconds" } = options
    return store.runners === undefined
      ? new BulkStoreError({
          message:
            "A cluster needs PostgreSQL, as SQLite has one writer: give BulkStore.layerSql a SqlClient of @effect/sql-pg."
        })
      : Effect.succeed({
          pauses: shared.make(pauses, store.runners),
          retry,
          settings,
          store,
          runners: store.runners,
          leaseMillis: Math.max(1000, Duration.toMillis(leaseDuration)),
          concurrency,
          load: { held: 0 }
        })
  })
