/**
 * Runs jobs: many prompts, from a laptop to a cluster, none lost and none stored twice.
 *
 * `Bulk` is a port. A program is written against it, and a Layer says what works on its jobs: `layerLocal` is this process,
 * `layerCluster` many of them over PostgreSQL, `layerBatch` the vendor's batches at half the price.
 *
 * @since 0.1.0
 */
import { ChatCompletion, text } from "@effect-zhipu/client/ChatCompletion"
import * as RetryPolicy from "@effect-zhipu/client/RetryPolicy"
import type { ZhipuChat } from "@effect-zhipu/client/ZhipuChat"
import { ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import type { WaitOptions } from "@effect-zhipu/api/Tasks"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { BulkStoreError, type ItemConflictError, JobBusyError, JobNotFoundError, JobStoppedError } from "./BulkError.js"
import type { BulkJob, Result } from "./BulkJob.js"
import { type Failure, isBusy, type Report } from "./BulkReport.js"
import { BulkStore, type JobRow } from "./BulkStore.js"
import * as batchCancel from "./internal/batch/cancel.js"
import * as batches from "./internal/batch/run.js"
import * as runners from "./internal/cluster/engine.js"
import * as cluster from "./internal/cluster/run.js"
import type { Settings } from "./internal/job/ask.js"
import { beside } from "./internal/job/beside.js"
import type { Stop } from "./internal/job/gate.js"
import * as local from "./internal/local/run.js"
import * as pauses from "./internal/job/pauses.js"
import { openBatch, refuseBatched } from "./internal/job/session.js"
import { make as settingsOf } from "./internal/job/settings.js"
import * as slots from "./internal/local/slots.js"
import * as reports from "./internal/report.js"
import * as pages from "./internal/store/pages.js"
import { messageOf } from "./internal/stopMessage.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  readonly run: <A, E, R>(
    job: BulkJob<A, E, R>
  ) => Effect.Effect<Report, E | JobStoppedError | JobBusyError | ItemConflictError | BulkStoreError, R>
  readonly report: (name: string) => Effect.Effect<Report, JobNotFoundError | BulkStoreError>
  readonly list: Effect.Effect<ReadonlyArray<Report>, BulkStoreError>
  readonly progress: (name: string) => Stream.Stream<Report, JobNotFoundError | BulkStoreError>
  readonly results: <A, E, R>(
    job: Pick<BulkJob<A, E, R>, "name" | "schema" | "structured">
  ) => Stream.Stream<Result<A>, JobNotFoundError | BulkStoreError, R>
  readonly failures: (name: string) => Stream.Stream<Failure, JobNotFoundError | BulkStoreError>
  readonly retry: (
    name: string,
    options?: { readonly only?: ReadonlyArray<string> | undefined }
  ) => Effect.Effect<number, JobNotFoundError | BulkStoreError>
  readonly pause: (name: string) => Effect.Effect<void, JobNotFoundError | BulkStoreError>
  readonly resume: (name: string) => Effect.Effect<void, JobNotFoundError | BulkStoreError>
  readonly cancel: (name: string) => Effect.Effect<void, JobNotFoundError | BulkStoreError>
  readonly remove: (name: string) => Effect.Effect<void, JobNotFoundError | JobBusyError | BulkStoreError>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class Bulk extends Context.Tag("@effect-zhipu/bulk/Bulk")<Bulk, Service>() {}

/**
 * When a call of a job that failed is made again: throttles 1 to 60 seconds apart for half an hour, overloads and failures of the
 * service 2 to 60 seconds apart, 12 times within 15 minutes, a broken network half a second to 8 seconds apart, 5 times. A bulk job has
 * more time than a person who waits; what never passes is not asked again here either. Throttles and overloads hold all items of the
 * model until the delay is over.
 *
 * @since 0.1.0
 * @category constants
 */
export const retryPolicy: RetryPolicy.RetryPolicy = RetryPolicy.make({
  throttle: RetryPolicy.backoff({ base: "1 second", cap: "60 seconds", retries: 60, elapsed: "30 minutes" }),
  overload: RetryPolicy.backoff({ base: "2 seconds", cap: "60 seconds", retries: 12, elapsed: "15 minutes" }),
  network: RetryPolicy.backoff({ base: "500 millis", cap: "8 seconds", retries: 5, elapsed: "10 minutes" })
})

/**
 * @since 0.1.0
 * @category models
 */
export interface LocalOptions {
  /** How many items all jobs of this layer ask for at once; who has the higher priority goes first. Default: no limit beside their own. */
  readonly concurrency?: number | undefined
  /** Jobs that ended so long ago are removed with their prompts and answers when the layer is built. Default: kept for ever. */
  readonly retention?: Duration.DurationInput | undefined
}

const ended: ReadonlySet<JobRow["state"]> = new Set(["ended", "cancelled"])

const make = <R = never>(
  options: LocalOptions,
  aheadOf: (settings: Settings) => Effect.Effect<local.Engine["ahead"], never, R>,
  runOf: (engine: local.Engine) => Effect.Effect<typeof local.run, BulkStoreError> = () => Effect.succeed(local.run)
): Effect.Effect<Service, BulkStoreError, BulkStore | ZhipuChat | R> =>
  Effect.gen(function* () {
    const store = yield* BulkStore
    const settings = yield* settingsOf
    const engine: local.Engine = {
      store,
      slots: slots.make(options.concurrency ?? Number.POSITIVE_INFINITY),
      retry: retryPolicy,
      pauses: pauses.make(),
      settings,
      ahead: yield* aheadOf(settings)
    }
    const work = yield* runOf(engine)

    const find = (name: string): Effect.Effect<JobRow, JobNotFoundError | BulkStoreError> =>
      Effect.flatMap(
        store.find(name),
        Option.match({
          onNone: () =>
            new JobNotFoundError({ message: `There is no job ${JSON.stringify(name)} in this store.`, job: name }),
          onSome: (row) => Effect.succeed(row)
        })
      )

    const reportOf = (row: JobRow): Effect.Effect<Report, BulkStoreError> =>
      Effect.zipWith(store.failures(row.id), Clock.currentTimeMillis, (failures, now) =>
        reports.make(row, failures, now)
      )

    const report: Service["report"] = (name) => Effect.flatMap(find(name), reportOf)

    const stoppedBy = (stop: Stop, report: Report) =>
      new JobStoppedError({
        message: messageOf(stop, report),
        reason: stop.reason,
        report,
        ...(stop.error === undefined ? {} : { error: stop.error })
      })

    const run: Service["run"] = (job) =>
      Effect.gen(function* () {
        const { name, onProgress } = job
        const running = work(engine, job)
        const stop = yield* onProgress === undefined
          ? running
          : beside(running, Effect.forever(Effect.zipRight(Effect.sleep("1 second"), told(name, onProgress))))
        // It was there a moment ago.
        const now = yield* Effect.catchTag(report(name), "JobNotFoundError", (error) => Effect.die(error))
        if (onProgress !== undefined) yield* onProgress(now)
        return stop === undefined ? now : yield* stoppedBy(stop, now)
      })

    /** A look that fails is left out: the run itself says what is wrong. */
    const told = (name: string, onProgress: (report: Report) => Effect.Effect<void>): Effect.Effect<void> =>
      Effect.flatMap(Effect.option(report(name)), Option.match({ onNone: () => Effect.void, onSome: onProgress }))

    const readCompletion = Schema.decode(Schema.parseJson(ChatCompletion))

    const unreadable = (id: string) => (cause: unknown) =>
      new BulkStoreError({
        message: `The stored answer of the item ${JSON.stringify(id)} does not fit what is read now: has the Schema of the job changed?`,
        cause
      })

    const results: Service["results"] = (job) => {
      const readValue = Schema.decode(Schema.parseJson(job.schema))
      const readText = Schema.decodeUnknown(job.schema)
      return Stream.unwrap(
        Effect.map(find(job.name), ({ id: row }) =>
          Stream.mapEffect(
            pages.read((after, limit) => store.answers(row, after, limit)),
            ({ completion: written, id, metadata, value }) =>
              Effect.gen(function* () {
                const completion = yield* readCompletion(written)
                return {
                  id,
                  metadata: metadata === undefined ? undefined : JSON.parse(metadata),
                  completion,
                  value: yield* value === undefined ? readText(text(completion)) : readValue(value)
                }
              }).pipe(Effect.mapError(unreadable(id)))
          )
        )
      )
    }

    const failures: Service["failures"] = (name) =>
      Stream.unwrap(
        Effect.map(find(name), ({ id: row }) =>
          Stream.map(
            pages.read((after, limit) => store.failed(row, after, limit)),
            ({ row: _row, ...failure }): Failure => failure
          )
        )
      )

    const want = (name: string, wanted: JobRow["wanted"]): Effect.Effect<JobRow, JobNotFoundError | BulkStoreError> =>
      Effect.tap(find(name), ({ id }) => store.patch(id, { wanted }))

    const cancel: Service["cancel"] = (name) =>
      Effect.gen(function* () {
        const row = yield* want(name, "cancel")
        // Nobody is there to notice.
        const { state } = yield* reportOf(row)
        if (state === "interrupted" || state === "stopped" || state === "cancelled") {
          if (engine.ahead !== undefined) yield* engine.ahead.cancel(row.id)
          const now = yield* Clock.currentTimeMillis
          yield* store.patch(row.id, { state: "cancelled", reason: "Cancelled", endedAt: now })
        }
      })

    const remove: Service["remove"] = (name) =>
      Effect.gen(function* () {
        const row = yield* find(name)
        const { state } = yield* reportOf(row)
        yield* refuseBatched(store, row, "cancel it first by the engine of its batches, or let that run it to its end.")
        // Somebody may begin to run it between the look and the removal.
        if (isBusy(state) || !(yield* store.remove(row.id, ({ owner }) => owner === row.owner))) {
          return yield* new JobBusyError({
            message: `The job ${JSON.stringify(name)} is being run: cancel it first.`,
            job: name,
            owner: row.owner ?? ""
          })
        }
      })

    const progress: Service["progress"] = (name) =>
      Stream.repeatEffectWithSchedule(report(name), Schedule.spaced("1 second")).pipe(
        Stream.takeUntil(({ state }) => !isBusy(state))
      )

    if (options.retention !== undefined) {
      const before = (yield* Clock.currentTimeMillis) - Duration.toMillis(Duration.decode(options.retention))
      const isOld = ({ createdAt, endedAt, seenAt, state }: JobRow): boolean =>
        ended.has(state) && Math.max(createdAt, endedAt ?? seenAt ?? 0) < before
      for (const row of yield* store.list) {
        // A job that was cancelled without the engine of its batches may have some at the service.
        if (isOld(row) && (yield* openBatch(store, row)) === undefined) yield* store.remove(row.id, isOld)
      }
    }

    return {
      run,
      report,
      list: Effect.flatMap(store.list, Effect.forEach(reportOf)),
      progress,
      results,
      failures,
      retry: (name, { only } = {}) => Effect.flatMap(find(name), ({ id }) => store.requeue(id, only)),
      pause: (name) => Effect.asVoid(want(name, "pause")),
      resume: (name) => Effect.asVoid(want(name, "run")),
      cancel,
      remove
    }
  })

/**
 * Works on jobs in this process. It asks by the `ZhipuChat` that it gets, so the client's limits, keys and deadlines hold; the retries
 * are the job's own.
 *
 * - An item is stored as begun before it is asked for, and its answer at once when it is there: after a crash, even of the machine, the
 *   same job goes on where it was. Only what was in flight is asked for again, and `repeated` counts it.
 * - Where a quota is used up, the job sleeps until it fills again. An empty balance, a refused key, the budget and the deadline stop it.
 *
 * @example
 * ```ts
 * import { Bulk, BulkStore } from "@effect-zhipu/bulk"
 * import { Zhipu } from "@effect-zhipu/client"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * const client = Zhipu.layerConfig({ limits: { perModel: { "glm-4.5-flash": 1 } } })
 *
 * export const live = Bulk.layerLocal({ retention: "30 days" }).pipe(
 *   Layer.provide(BulkStore.layerSqlite({ filename: "jobs.db" })),
 *   Layer.provide(client),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerLocal = (options: LocalOptions = {}): Layer.Layer<Bulk, BulkStoreError, BulkStore | ZhipuChat> =>
  Layer.effect(
    Bulk,
    make(options, () => Effect.succeed(undefined))
  )

/**
 * @since 0.1.0
 * @category models
 */
export interface ClusterOptions extends LocalOptions {
  /**
   * How long a process may be silent before others are given the items that it holds: so long these stand still after a SIGKILL, and
   * the source as well if it was this process that read it. Default 15 seconds, at least one.
   */
  readonly leaseDuration?: Duration.DurationInput | undefined
}

/**
 * Works on jobs in many processes, on as many machines as you like, over PostgreSQL: `BulkStore.layerSql` over a `SqlClient` of
 * `@effect/sql-pg`. Every process that runs a job takes part in it; `BulkWorker` takes part in all, without their sources. Processes
 * may come and go, by SIGKILL as well.
 *
 * - An item is held by one process, and its answer is stored only while it is: there is exactly one. What a process held that died is
 *   given to others after `leaseDuration`, and `repeated` counts the calls that are made again.
 * - `concurrency` of a job is that of all processes together, shared among them evenly; that of the options holds for this process.
 *   Limits by model and by time come from the client: `RedisLimits` has them shared by all processes.
 * - A throttle or an overload that one process is told of holds the model for all of them, whatever job asks for it.
 * - One of the processes that run a job reads its source, a thousand items ahead; another one goes on with it where that one dies. When
 *   the last one that runs the job is gone, workers end what they have begun, and wait.
 * - A process that cannot reach the database breaks off its calls before its items are given away, and takes part again when it can.
 *
 * @example
 * ```ts
 * import { Bulk, BulkStore } from "@effect-zhipu/bulk"
 * import { Zhipu } from "@effect-zhipu/client"
 * import { FetchHttpClient } from "@effect/platform"
 * import { PgClient } from "@effect/sql-pg"
 * import { Config, Layer } from "effect"
 *
 * export const live = Bulk.layerCluster().pipe(
 *   Layer.provide(BulkStore.layerSql),
 *   Layer.provide(PgClient.layerConfig({ url: Config.redacted("DATABASE_URL") })),
 *   Layer.provide(Zhipu.layerConfig()),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerCluster = (options: ClusterOptions = {}): Layer.Layer<Bulk, BulkStoreError, BulkStore | ZhipuChat> =>
  Layer.effect(
    Bulk,
    make(
      options,
      () => Effect.succeed(undefined),
      (engine) =>
        Effect.map(
          runners.make(engine, options),
          (runner): typeof local.run =>
            (_, job) =>
              cluster.run(runner, job, true)
        )
    )
  )

/**
 * @since 0.1.0
 * @category models
 */
export interface BatchOptions extends LocalOptions {
  /**
   * What becomes of an item that a batch gave back with an error, with an answer that does not fit the Schema, or not at all. `live`: a live
   * call asks for it, at the full price; for what is too large for a file as well. `keep`: it fails, and `Bulk.retry` puts it into another
   * batch. What moderation blocked and what is too long for the model stays failed in either case. Default `live`.
   */
  readonly onFailure?: "live" | "keep" | undefined
  /** How large a file gets. Default, and at most what the service takes: 50 000 lines, 10 000 of texts to embed, and 99 MB. */
  readonly limits?: { readonly lines?: number | undefined; readonly bytes?: number | undefined } | undefined
  /** How batches are waited for. Default: a look after 30 s, then ever more seldom, up to every 5 minutes, for ever. */
  readonly wait?: WaitOptions | undefined
}

const fileLimits = { lines: 50_000, bytes: 99_000_000 }

/**
 * Works on jobs by the vendor's batch files: half the price and no limit of calls at a time, within 24 hours rather than at once.
 *
 * Items are cut into files by model and by what the service takes, sent, waited for, and their answers stored as those of `layerLocal`
 * are. Each step stands in the store, so that a process that dies at any moment, or is stopped over night, is gone on with by the same
 * job: no batch is started twice, and every item has one answer. A batch that has been started goes on at the service when the job is
 * stopped, and the next run fetches it; `cancel` cancels it there, which keeps and bills what it has answered by then.
 *
 * With a `budget`, files go one after another, and none is sent that would exceed it at what items have cost on average; the first one
 * is sent before anything is known of that.
 *
 * @example
 * ```ts
 * import { Bulk, BulkStore } from "@effect-zhipu/bulk"
 * import { Zhipu } from "@effect-zhipu/client"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer } from "effect"
 *
 * export const live = Bulk.layerBatch().pipe(
 *   Layer.provide(BulkStore.layerSqlite({ filename: "jobs.db" })),
 *   Layer.provide(Zhipu.layerConfig()),
 *   Layer.provide(FetchHttpClient.layer)
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerBatch = (
  options: BatchOptions = {}
): Layer.Layer<Bulk, BulkStoreError, BulkStore | ZhipuChat | ZhipuHttpClient> =>
  Layer.effect(
    Bulk,
    make(options, (settings) =>
      Effect.zipWith(BulkStore, ZhipuHttpClient, (store, http) => {
        const { limits = {}, onFailure = "live", wait } = options
        return {
          live: onFailure === "live",
          cancel: (job) => Effect.provideService(batchCancel.cancel(store, job), ZhipuHttpClient, http),
          work: batches.make(store, settings, http, {
            limits: {
              lines: Math.min(limits.lines ?? fileLimits.lines, fileLimits.lines),
              bytes: Math.min(limits.bytes ?? fileLimits.bytes, fileLimits.bytes)
            },
            onFailure,
            wait
          })
        }
      })
    )
  )

/**
 * Runs a job until every item has an answer or has failed for good. Items that have ended in an earlier run are left out.
 *
 * Fails with `JobStoppedError` where it ends before that, and says why. Interrupted, it breaks off the calls in flight, which the next
 * run makes again.
 *
 * @since 0.1.0
 * @category operations
 */
export const run = <A, E, R>(
  job: BulkJob<A, E, R>
): Effect.Effect<Report, E | JobStoppedError | JobBusyError | ItemConflictError | BulkStoreError, R | Bulk> =>
  Effect.flatMap(Bulk, (bulk) => bulk.run(job))

/**
 * How a job stands, whichever process runs it.
 *
 * @since 0.1.0
 * @category operations
 */
export const report = (name: string): Effect.Effect<Report, JobNotFoundError | BulkStoreError, Bulk> =>
  Effect.flatMap(Bulk, (bulk) => bulk.report(name))

/**
 * How all jobs of the store stand, newest first.
 *
 * @since 0.1.0
 * @category operations
 */
export const list: Effect.Effect<ReadonlyArray<Report>, BulkStoreError, Bulk> = Effect.flatMap(
  Bulk,
  (bulk) => bulk.list
)

/**
 * How a job stands, once a second while some process runs it, and once when none does.
 *
 * @since 0.1.0
 * @category operations
 */
export const progress = (name: string): Stream.Stream<Report, JobNotFoundError | BulkStoreError, Bulk> =>
  Stream.unwrap(Effect.map(Bulk, (bulk) => bulk.progress(name)))

/**
 * The answers of a job so far, in the order of its source. They are read page by page.
 *
 * @since 0.1.0
 * @category operations
 */
export const results = <A, E, R>(
  job: Pick<BulkJob<A, E, R>, "name" | "schema" | "structured">
): Stream.Stream<Result<A>, JobNotFoundError | BulkStoreError, R | Bulk> =>
  Stream.unwrap(Effect.map(Bulk, (bulk) => bulk.results(job)))

/**
 * The items of a job that failed for good, with the reasons.
 *
 * @since 0.1.0
 * @category operations
 */
export const failures = (name: string): Stream.Stream<Failure, JobNotFoundError | BulkStoreError, Bulk> =>
  Stream.unwrap(Effect.map(Bulk, (bulk) => bulk.failures(name)))

/**
 * Marks failed items to be asked for again, all or those of some kinds of errors; gives how many. The next run asks for them, or the
 * present one at its end.
 *
 * @example
 * ```ts
 * import { Bulk } from "@effect-zhipu/bulk"
 *
 * export const again = Bulk.retry("reviews", { only: ["RateLimitError", "StructuredOutputError"] })
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const retry = (
  name: string,
  options?: { readonly only?: ReadonlyArray<string> | undefined }
): Effect.Effect<number, JobNotFoundError | BulkStoreError, Bulk> =>
  Effect.flatMap(Bulk, (bulk) => bulk.retry(name, options))

/**
 * Lets a job begin no further items, until `resume`. Whoever runs it, also in another process, notices within a second.
 *
 * @since 0.1.0
 * @category operations
 */
export const pause = (name: string): Effect.Effect<void, JobNotFoundError | BulkStoreError, Bulk> =>
  Effect.flatMap(Bulk, (bulk) => bulk.pause(name))

/**
 * Lets a paused job go on.
 *
 * @since 0.1.0
 * @category operations
 */
export const resume = (name: string): Effect.Effect<void, JobNotFoundError | BulkStoreError, Bulk> =>
  Effect.flatMap(Bulk, (bulk) => bulk.resume(name))

/**
 * Ends a job: calls in flight are waited for, and nothing further is begun; over `layerBatch` its batches are cancelled at the service. What
 * is stored stays, and the same job, run again, goes on.
 *
 * @since 0.1.0
 * @category operations
 */
export const cancel = (name: string): Effect.Effect<void, JobNotFoundError | BulkStoreError, Bulk> =>
  Effect.flatMap(Bulk, (bulk) => bulk.cancel(name))

/**
 * Removes a job that nobody runs, with its prompts and answers. One that has batches at the service fails with `JobBusyError`: what they
 * give is paid for, and would be lost.
 *
 * @since 0.1.0
 * @category operations
 */
export const remove = (name: string): Effect.Effect<void, JobNotFoundError | JobBusyError | BulkStoreError, Bulk> =>
  Effect.flatMap(Bulk, (bulk) => bulk.remove(name))
