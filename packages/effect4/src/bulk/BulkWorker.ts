// Generated from packages/bulk/src/BulkWorker.ts by scripts/effect4: change that file.
/**
 * Takes part in the jobs of a cluster, whoever runs them.
 *
 * A worker knows no source: it asks for items that a process with `Bulk.run` has put into the store, and stores their answers. When the
 * last such process is gone, it ends what it has begun, and waits.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberMap from "effect/FiberMap"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as Embeddings from "../api/Embeddings.js"
import type { ZhipuChat } from "../ZhipuChat.js"
import { type Service as HttpClient, ZhipuHttpClient } from "../ZhipuHttpClient.js"
import { retryPolicy } from "./Bulk.js"
import type { BulkStoreError } from "./BulkError.js"
import * as BulkJob from "./BulkJob.js"
import { isBusy } from "./BulkReport.js"
import { BulkStore, type JobRow } from "./BulkStore.js"
import * as engines from "./internal/cluster/engine.js"
import * as cluster from "./internal/cluster/run.js"
import * as terms from "./internal/cluster/terms.js"
import * as pauses from "./internal/job/pauses.js"
import { make as settingsOf } from "./internal/job/settings.js"

/**
 * How items of a job are asked for: a job without its source.
 *
 * @since 0.1.0
 * @category models
 */
export type Work<R = never> = Omit<BulkJob.BulkJob<unknown, never, R>, "items" | "onProgress">

/**
 * @since 0.1.0
 * @category models
 */
export interface Options<R = never> {
  /** How many items this process asks for at once, over all jobs. Default: its share of each of them. */
  readonly concurrency?: number | undefined
  /** As that of `Bulk.layerCluster`: the same for all processes. */
  readonly leaseDuration?: Duration.Input | undefined
  /**
   * How the items of a job are asked for; none for a job that others shall work on. Default: `usual`. Jobs with a Schema or with tools
   * need this, as the store holds neither: they are left to others otherwise, and so is a job whose Schema or tools are not in what this gives.
   */
  readonly workOf?: ((row: JobRow) => Effect.Effect<Option.Option<Work<R>>, never, R>) | undefined
}

/**
 * How the items of a job are asked for by `run` without `workOf`: those with text for answers, and texts to embed where there is a
 * `ZhipuHttpClient`, both with `Bulk.retryPolicy`. None for jobs with a Schema or with tools, as the store holds neither.
 *
 * @since 0.1.0
 * @category constructors
 */
export const usual = (row: JobRow): Effect.Effect<Option.Option<Work>> =>
  Effect.map(Effect.serviceOption(ZhipuHttpClient), (http) => {
    const { budget, concurrency } = terms.read(row)
    const work: Work = {
      ...BulkJob.make({ name: row.name, items: Stream.empty, budget, concurrency }),
      schema: Schema.Unknown,
      embed: Option.getOrUndefined(Option.map(http, embedding))
    }
    return Option.liftPredicate(work, (work) => terms.difference(row, work) === undefined)
  })

/** What every worker can do. */
const plain: Pick<Work, "embed" | "loop" | "structured"> = { structured: false }

const embedding =
  (http: HttpClient): NonNullable<Work["embed"]> =>
  (request) =>
    Effect.provideService(Embeddings.create(request), ZhipuHttpClient, http)

/**
 * Takes part in all jobs that are being run, and in those that are to come. Runs until it is interrupted, which breaks off the calls in
 * flight; others make them again.
 *
 * @example
 * ```ts
 * import { BulkStore, BulkWorker } from "@effect-zhipu/effect4/bulk"
 * import { Zhipu } from "@effect-zhipu/effect4"
 * import { FetchHttpClient } from "effect/http"
 * import { PgClient } from "@effect/sql-pg"
 * import { Config, Effect, Layer } from "effect"
 *
 * const live = Layer.merge(BulkStore.layerSql, Zhipu.layerConfig()).pipe(
 *   Layer.provide(PgClient.layerConfig({ url: Config.Redacted("DATABASE_URL") })),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 *
 * export const worker = BulkWorker.run({ concurrency: 20 }).pipe(Effect.provide(live))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const run = <R = never>(
  options: Options<R> = {}
): Effect.Effect<never, BulkStoreError, BulkStore | ZhipuChat | R> =>
  Effect.gen(function* () {
    const store = yield* BulkStore
    const engine = yield* engines.make(
      { store, settings: yield* settingsOf, retry: retryPolicy, pauses: pauses.make() },
      options
    )
    const working = yield* FiberMap.make<number>()
    const { workOf = usual } = options
    const left = new Set<number>()
    /** Said once of a job: it is looked at every second. */
    const leave = (row: JobRow, difference: string) =>
      Effect.suspend(() => {
        if (left.has(row.id)) return Effect.void
        left.add(row.id)
        return Effect.logWarning(
          `The job ${JSON.stringify(row.name)} is left to others: ${difference}. To take part, this worker needs a workOf that gives the same.`
        )
      })
    const takePart = (row: JobRow) =>
      Effect.flatMap(workOf(row), (found) => {
        const difference = terms.difference(
          row,
          Option.getOrElse(found, () => plain)
        )
        if (difference !== undefined) return leave(row, difference)
        return Option.isNone(found)
          ? Effect.void
          : Effect.asVoid(cluster.run(engine, { ...found.value, name: row.name, items: Stream.empty }, false))
      }).pipe(
        // Whoever runs the job says how it ended.
        Effect.catchCause((cause) => Effect.logWarning(`The job ${JSON.stringify(row.name)} is left`, cause))
      )
    const look = Effect.gen(function* () {
      for (const row of yield* store.list) {
        if (isBusy(row.state) && terms.isLed(row) && terms.read(row).concurrency > 0)
          yield* FiberMap.run(working, row.id, takePart(row), { onlyIfMissing: true })
      }
      yield* Effect.sleep("1 second")
    })
    // A database that is gone for a while costs no more than the calls in flight.
    const patient = Effect.catchTag(look, "BulkStoreError", ({ message }) =>
      Effect.andThen(Effect.logWarning(message), Effect.sleep("2 seconds"))
    )
    return yield* Effect.andThen(look, Effect.forever(patient))
  }).pipe(Effect.scoped)
