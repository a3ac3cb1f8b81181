/**
 * Batch files from the store to the service and back: uploaded, created as batches, waited for, downloaded. Each step stands in the
 * store before it is taken and after it was, so that a process that died is gone on with: no file is sent and no batch started twice.
 */
import * as Batches from "@effect-zhipu/api/Batches"
import type { WaitOptions } from "@effect-zhipu/api/Tasks"
import * as RetryPolicy from "@effect-zhipu/client/RetryPolicy"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import { type Service as HttpClient, ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { BulkStoreError } from "../../BulkError.js"
import type { Settings } from "../job/ask.js"
import * as asking from "../job/ask.js"
import { beside } from "../job/beside.js"
import type { Failure, Session } from "../job/session.js"
import type { BatchRow, Ending, OpenItem, Service as BulkStore } from "../store/rows.js"
import { create } from "./create.js"
import * as cutting from "./cut.js"
import { download, giveUp, type Keep, missing } from "./download.js"
import * as lines from "./lines.js"
import { upload } from "./upload.js"

/** @internal */
export interface Options {
  readonly limits: cutting.Limits
  readonly onFailure: lines.OnFailure
  readonly wait: WaitOptions | undefined
}

/** How often one looks whether the job has stopped while the service works. */
const tick = "250 millis"

/** Where everything else has been tried: a batch is worth waiting for. */
const patience = "1 minute"

/** How many files are on their way at once. */
const sendingAtOnce = 2

/** It says nothing of the batch: the next look may tell. */
const passes = (error: ZhipuError): boolean => error.isRetryable || error._tag === "DeadlineExceededError"

/** What the items of a file have cost. */
const makeTally = () => {
  const tally = { spent: 0, priced: 0 }
  return {
    tally,
    add: (endings: ReadonlyArray<Ending>): void => {
      for (const { attempts } of endings)
        for (const { cost } of attempts) {
          if (cost === undefined) continue
          tally.priced++
          tally.spent += cost.amount
        }
    }
  }
}

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
      const sending = yield* Effect.makeSemaphore(sendingAtOnce)

      const current = (batch: BatchRow): Effect.Effect<BatchRow, BulkStoreError> =>
        Effect.map(store.batches.open(jobRow.id), (rows) => rows.find(({ id }) => id === batch.id) ?? batch)

      /** Ends what is left of a file. That of a batch which was cancelled waits to be put into another one. */
      const close = (batch: BatchRow, error: (item: OpenItem) => ZhipuError, keep: Keep) =>
        Effect.zipRight(
          batch.step === "cancelled"
            ? store.batches.release(jobRow.id, batch.id)
            : giveUp(store, reading, batch, error, keep),
          store.batches.patch(batch.id, { step: "ended" })
        )

      const answered = (known: BatchRow, keep: Keep) =>
        Effect.gen(function* () {
          const started = Effect.flatMap(current(known), (batch) =>
            Effect.flatMap(upload(store, reading, batch), (sent) => create(store, reading, sent))
          )
          const batch = yield* sending.withPermits(1)(started)
          const done = yield* Batches.await(batch.batchId ?? "", options.wait)
          yield* download(store, reading, batch, done, keep)
          yield* close(batch, missing(batch), keep)
        })

      /** Whether a file that failed is through: not where the job has to wait or to stop. */
      const recovered = (known: BatchRow, error: ZhipuError, keep: Keep): Effect.Effect<boolean, BulkStoreError> =>
        Effect.gen(function* () {
          const outcome = asking.outcomeOf(error)
          if (outcome._tag === "Sleep") return yield* Effect.as(gate.sleep(outcome.until), false)
          if (outcome._tag === "Stop") return yield* Effect.as(gate.stop(outcome), false)
          if (outcome._tag === "Closed") return yield* Effect.never
          if (passes(error)) return yield* Effect.delay(Effect.succeed(false), patience)
          const batch = yield* current(known)
          // No batch is to be had, as at a host without them: whoever wanted half the price is asked first.
          if (batch.batchId === undefined) return yield* Effect.as(gate.stop({ reason: "Account", error }), false)
          return yield* Effect.as(
            close(batch, () => error, keep),
            true
          )
        })

      /** Whether a file is through. */
      const attempt = (batch: BatchRow, keep: Keep): Effect.Effect<boolean, BulkStoreError, R | ZhipuHttpClient> =>
        answered(batch, keep).pipe(
          Effect.as(undefined),
          // What the database cannot do is no matter of the policy.
          Effect.catchTag("BulkStoreError", (error) => Effect.succeed(error)),
          Effect.retry({ schedule: retry, while: (error) => RetryPolicy.kindOf(error) !== undefined }),
          Effect.flatMap((value) => (value === undefined ? Effect.succeed(true) : Effect.fail(value))),
          Effect.catchAll((error) =>
            error._tag === "BulkStoreError" ? Effect.fail(error) : recovered(batch, error, keep)
          )
        )

      /** A file until it is through, or until the job stops. */
      const through = (batch: BatchRow): Effect.Effect<void, BulkStoreError, R | ZhipuHttpClient> =>
        Effect.gen(function* () {
          // One that the service has is in flight, whatever the budget says by now.
          const isStarted = (yield* current(batch)).batchId !== undefined
          const items = isStarted ? 0 : batch.lines
          if (!(yield* gate.enter(items))) return
          const { add, tally } = makeTally()
          const keep: Keep = (endings) => Effect.tap(end(endings), () => Effect.sync(() => add(endings)))
          const isThrough = yield* attempt(batch, keep)
          yield* gate.leave(tally.spent, tally.priced, items)
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
      yield* beside(Effect.provideService(works, ZhipuHttpClient, http), stopped)
    })
