/**
 * Batch files from the store to the service and back: sent, started, waited for, read. Each step stands in the store before it is
 * taken and after it was, so that a process that died is gone on with: no file is sent and no batch started twice.
 */
import type { Batch } from "@effect-zhipu/api/Batch"
import * as Batches from "@effect-zhipu/api/Batches"
import * as Files from "@effect-zhipu/api/Files"
import type { WaitOptions } from "@effect-zhipu/api/Tasks"
import * as Upload from "@effect-zhipu/api/Upload"
import * as RetryPolicy from "@effect-zhipu/client/RetryPolicy"
import { TaskFailedError, type ZhipuError } from "@effect-zhipu/client/ZhipuError"
import { type Service as HttpClient, ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import { judge } from "@effect-zhipu/protocol/Failure"
import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { BulkStoreError } from "../../BulkError.js"
import type { Settings } from "../local/ask.js"
import * as asking from "../local/ask.js"
import type { Failure, Session } from "../local/run.js"
import * as pages from "../store/pages.js"
import type { BatchRow, Ending, OpenItem, Service as BulkStore } from "../store/rows.js"
import * as cutting from "./cut.js"
import * as lines from "./lines.js"

/** @internal */
export interface Options {
  readonly limits: cutting.Limits
  readonly onFailure: lines.OnFailure
  readonly wait: WaitOptions | undefined
}

const pageSize = 256

/** How often one looks whether the job has stopped while the service works. */
const tick = "250 millis"

/** What a process that died left behind may still be on its way to the service. */
const settling = "3 seconds"

/** Where everything else has been tried: a batch is worth waiting for. */
const patience = "1 minute"

const lookFor = (
  find: Effect.Effect<Option.Option<{ readonly id: string }>, ZhipuError, ZhipuHttpClient>
): Effect.Effect<string | undefined, ZhipuError, ZhipuHttpClient> => {
  const found = Effect.map(find, (value) => Option.getOrUndefined(value)?.id)
  return Effect.flatMap(found, (id) => (id === undefined ? Effect.delay(found, settling) : Effect.succeed(id)))
}

/** It says nothing of the batch: the next look may tell. */
const passes = (error: ZhipuError): boolean => error.isRetryable || error._tag === "DeadlineExceededError"

/** What goes ahead of the live calls of a job. @internal */
export const make =
  (
    store: BulkStore,
    settings: Settings,
    http: HttpClient,
    options: Options
  ): (<A, E, R>(session: Session<A, E, R>) => Effect.Effect<void, E | Failure, R>) =>
  <A, E, R>(session: Session<A, E, R>) =>
    Effect.gen(function* () {
      const { end, gate, job, retry, row: jobRow } = session
      const reading: lines.Lines<R> = lines.make(settings, job, options.onFailure)
      const sending = yield* Effect.makeSemaphore(2)

      const itemsOf = (batch: BatchRow): Stream.Stream<OpenItem, BulkStoreError> =>
        pages.read((after, limit) => store.batches.items(batch.id, after, limit))

      const utf8 = new TextEncoder()

      /** The lines of a file, from the store: they are never in memory as a whole. */
      const content = (batch: BatchRow): Stream.Stream<Uint8Array, BulkStoreError, R> =>
        Stream.mapChunksEffect(itemsOf(batch), (page) =>
          Effect.map(
            // What could not be asked for is in no file.
            Effect.forEach(page, (item) =>
              Effect.map(Effect.orDie(reading.requestOf(item)), (request) => lines.lineOf(item.row, request))
            ),
            (texts) => Chunk.of(utf8.encode(texts.join("")))
          )
        )

      const send = (batch: BatchRow) =>
        Effect.gen(function* () {
          const size = yield* Stream.runFold(content(batch), 0, (sum, { length }) => sum + length)
          const environment = yield* Effect.context<R>()
          const stream = Stream.provideContext(content(batch), environment)
          const file = Upload.fromStream(stream, { filename: batch.filename, size })
          return (yield* Files.upload(file, { purpose: "batch" })).id
        })

      /** A step that the service may take twice: marked before it, and looked for where its answer was lost. */
      const once = <R1>(
        batch: BatchRow,
        steps: { readonly before: BatchRow["step"]; readonly during: BatchRow["step"] },
        find: Effect.Effect<Option.Option<{ readonly id: string }>, ZhipuError, ZhipuHttpClient>,
        take: Effect.Effect<string, ZhipuError | BulkStoreError, R1>
      ) =>
        Effect.gen(function* () {
          const found = batch.step === steps.during ? yield* lookFor(find) : undefined
          if (found !== undefined) return found
          yield* store.batches.patch(batch.id, { step: steps.during })
          return yield* Effect.tapError(take, (error) =>
            error._tag !== "BulkStoreError" && judge(error).refused
              ? store.batches.patch(batch.id, { step: steps.before })
              : Effect.void
          )
        })

      const current = (batch: BatchRow): Effect.Effect<BatchRow, BulkStoreError> =>
        Effect.map(store.batches.open(jobRow.id), (rows) => rows.find(({ id }) => id === batch.id) ?? batch)

      /** The id of its batch, and when it was started. */
      const started = (known: BatchRow) =>
        Effect.gen(function* () {
          let batch = yield* current(known)
          if (batch.fileId === undefined) {
            const find = Files.find({ purpose: "batch", filename: batch.filename })
            const fileId = yield* once(batch, { before: "cut", during: "sending" }, find, send(batch))
            yield* store.batches.patch(batch.id, { fileId, step: "sent" })
            batch = { ...batch, fileId, step: "sent" }
          }
          const { fileId: input_file_id = "" } = batch
          if (batch.batchId !== undefined) return batch
          const find = Batches.find({ inputFileId: input_file_id })
          const create = Batches.create({
            input_file_id,
            endpoint: lines.endpoint,
            auto_delete_input_file: true,
            metadata: { zhipu_bulk: batch.filename }
          })
          const batchId = yield* once(
            batch,
            { before: "sent", during: "starting" },
            find,
            Effect.map(create, ({ id }) => id)
          )
          const startedAt = yield* Clock.currentTimeMillis
          yield* store.batches.patch(batch.id, { batchId, startedAt, step: "started" })
          return { ...batch, batchId, startedAt }
        })

      let priced = 0
      let spent = 0

      const keep = (endings: ReadonlyArray<Ending>) =>
        Effect.zipRight(
          end(endings),
          Effect.sync(() => {
            for (const { attempts } of endings)
              for (const { cost } of attempts) {
                if (cost === undefined) continue
                priced++
                spent += cost.amount
              }
          })
        )

      const collect = (batch: BatchRow, done: Batch) =>
        Stream.grouped(Batches.results(done), pageSize).pipe(
          Stream.runForEach((group) =>
            Effect.gen(function* () {
              const now = yield* Clock.currentTimeMillis
              const answers = new Map<number, Batches.BatchLine>()
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
              yield* keep(endings)
            })
          )
        )

      /** Whatever of a file has not ended, ends with an error. */
      const giveUp = (batch: BatchRow, error: (item: OpenItem) => ZhipuError) =>
        Stream.runForEachChunk(itemsOf(batch), (page) =>
          Effect.flatMap(Clock.currentTimeMillis, (now) =>
            keep(Array.from(page, (item) => reading.failed(item, error(item), batch.startedAt, now)))
          )
        )

      const missing = (batchId: string) => (item: OpenItem) =>
        new TaskFailedError({
          message: `The batch ${batchId} ended without a result for the item ${JSON.stringify(item.id)}.`,
          taskId: batchId,
          kind: "batch line",
          state: "missing"
        })

      const answered = (known: BatchRow) =>
        Effect.gen(function* () {
          const batch = yield* sending.withPermits(1)(started(known))
          const { batchId = "" } = batch
          const done = yield* Batches.await(batchId, options.wait)
          yield* collect(batch, done)
          yield* giveUp(batch, missing(batchId))
          yield* store.batches.patch(batch.id, { step: "ended" })
        })

      /** Whether a file is through: not where the job has to wait or to stop. */
      const attempt = (batch: BatchRow): Effect.Effect<boolean, BulkStoreError, R | ZhipuHttpClient> =>
        answered(batch).pipe(
          Effect.as(undefined),
          // What the database cannot do is no matter of the policy.
          Effect.catchTag("BulkStoreError", (error) => Effect.succeed(error)),
          Effect.retry({ schedule: retry, while: (error) => RetryPolicy.kindOf(error) !== undefined }),
          Effect.flatMap((value) => (value === undefined ? Effect.succeed(true) : Effect.fail(value))),
          Effect.catchAll((error) => {
            if (error._tag === "BulkStoreError") return Effect.fail(error)
            const outcome = asking.outcomeOf(error)
            switch (outcome._tag) {
              case "Sleep":
                return Effect.as(gate.sleep(outcome.until), false)
              case "Stop":
                return Effect.as(gate.stop(outcome), false)
              case "Closed":
                return Effect.never
            }
            if (passes(error)) return Effect.delay(Effect.succeed(false), patience)
            return Effect.flatMap(current(batch), ({ batchId }) =>
              batchId === undefined
                ? // No batch is to be had, as at a host without them: whoever wanted half the price is asked first.
                  Effect.as(gate.stop({ reason: "Account", error }), false)
                : giveUp(batch, () => error).pipe(
                    Effect.zipRight(store.batches.patch(batch.id, { step: "ended" })),
                    Effect.as(true)
                  )
            )
          })
        )

      /** A file until it is through, or until the job stops. */
      const through = (batch: BatchRow): Effect.Effect<void, BulkStoreError, R | ZhipuHttpClient> =>
        Effect.gen(function* () {
          // One that the service has is in flight, whatever the budget says by now.
          const isStarted = (yield* current(batch)).batchId !== undefined
          const items = isStarted ? 0 : batch.lines
          if (!(yield* gate.enter(items))) return
          const isThrough = yield* attempt(batch)
          const [cost, count] = [spent, priced]
          spent = 0
          priced = 0
          yield* gate.leave(cost, count, items)
          if (!isThrough && gate.isOpen()) yield* through(batch)
        })

      const known = yield* store.batches.open(jobRow.id)
      const begun = Stream.fromIterable(known.filter(({ step }) => step !== "filling"))
      const cut = cutting.files(store, session, reading, options, known)
      const stopped = Effect.repeat(Effect.sleep(tick), { until: () => !gate.isOpen() })
      const works = Stream.concat(begun, cut).pipe(
        Stream.mapEffect(through, {
          // Nobody knows what an item costs before the first file has ended.
          concurrency: job.budget === undefined ? "unbounded" : 1,
          unordered: true
        }),
        Stream.runDrain
      )
      yield* Effect.raceFirst(Effect.provideService(works, ZhipuHttpClient, http), stopped)
    })
