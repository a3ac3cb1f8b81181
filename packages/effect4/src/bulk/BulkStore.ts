// Generated from packages/bulk/src/BulkStore.ts by scripts/effect4: change that file.
/**
 * Where jobs, prompts, answers and failures are kept.
 *
 * Every engine writes through this port, in batches: what one batch says is stored together or not at all.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as SqlClient from "effect/sql/SqlClient"
import type { BulkStoreError } from "./BulkError.js"
import type * as rows from "./internal/store/rows.js"
import * as store from "./internal/store/sql.js"
import * as sqlite from "./internal/store/sqlite.js"

export type {
  /**
   * @since 0.1.0
   * @category models
   */
  Service,
  /**
   * A job as it is stored. Times are milliseconds since the epoch.
   *
   * @since 0.1.0
   * @category models
   */
  JobRow,
  /**
   * What changes of a job, beside its items.
   *
   * @since 0.1.0
   * @category models
   */
  JobPatch,
  /**
   * An item that has not ended, with its request.
   *
   * @since 0.1.0
   * @category models
   */
  OpenItem,
  /**
   * An item that is begun.
   *
   * @since 0.1.0
   * @category models
   */
  NewItem,
  /**
   * A call, and what it used.
   *
   * @since 0.1.0
   * @category models
   */
  Attempt,
  /**
   * How an item ended, or that it has to be asked for again.
   *
   * @since 0.1.0
   * @category models
   */
  Ending,
  /**
   * What is stored together.
   *
   * @since 0.1.0
   * @category models
   */
  Batch,
  /**
   * An answer as it is stored.
   *
   * @since 0.1.0
   * @category models
   */
  StoredAnswer
} from "./internal/store/rows.js"

/**
 * @since 0.1.0
 * @category tags
 */
export class BulkStore extends Context.Service<BulkStore, rows.Service>()("@effect-zhipu/effect4/bulk/BulkStore") {}

/**
 * A store in the database of a `SqlClient`: SQLite or PostgreSQL. Makes its tables, whose names begin with `bulk_`, where they are
 * not there.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerSql: Layer.Layer<BulkStore, BulkStoreError, SqlClient.SqlClient> = Layer.effect(BulkStore, store.make)

/**
 * A store in a SQLite file, which is made where it is not there; `:memory:` for one that is gone with the process. Every commit is
 * on the disk when it returns. Other processes may look at it and cancel meanwhile, but one process runs a job.
 *
 * @example
 * ```ts
 * import { Bulk, BulkStore } from "@effect-zhipu/effect4/bulk"
 * import { Layer } from "effect"
 *
 * export const local = Layer.provide(Bulk.layerLocal(), BulkStore.layerSqlite({ filename: "jobs.db" }))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerSqlite = (options: { readonly filename: string }): Layer.Layer<BulkStore, BulkStoreError> =>
  layerSql.pipe(
    Layer.provide(Layer.effect(SqlClient.SqlClient, sqlite.make(options.filename))),
    Layer.provide(Reactivity.layer)
  )
