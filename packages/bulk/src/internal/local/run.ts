/** A run of a job in this process: a reader of items, as many workers as may ask at once, and one writer for all of them. */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Mailbox from "effect/Mailbox"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { BulkStoreError, type ItemConflictError, JobBusyError } from "../../BulkError.js"
import type { BulkJob } from "../../BulkJob.js"
import * as asking from "../job/ask.js"
import { beside } from "../job/beside.js"
import * as gates from "../job/gate.js"
import * as items from "../job/items.js"
import * as metrics from "../job/metrics.js"
import * as naps from "../job/nap.js"
import * as owners from "../job/owner.js"
import { type Failure, type Means, refuseBatched, type Session } from "../job/session.js"
import { workersOf } from "../job/workers.js"
import type { Slots } from "./slots.js"
import * as writers from "./writer.js"
import type { Attempt, Batch, JobPatch, JobRow, Service as BulkStore } from "../store/rows.js"

/** @internal */
export interface Engine extends Means {
  readonly slots: Slots
  /** What is done with items before those that wait are asked for one by one. */
  readonly ahead:
    | {
        readonly work: <A, E, R>(session: Session<A, E, R>) => Effect.Effect<void, E | Failure, R>
        /** Whether what waits after that is asked for by live calls; if not, it goes the same way. */
        readonly live: boolean
        /** Gives up what is under way elsewhere of a job that is cancelled. */
        readonly cancel: (job: number) => Effect.Effect<void, BulkStoreError>
      }
    | undefined
}

/** How often a run looks whether somebody wants it to pause, and whether it may wake up. */
const tick = "1 second"

/** How often it says in the store that it is there. */
const seenEveryMillis = 5000

/** Takes the job for this process, and gives it back however the run ends. */
const taken = (
  store: BulkStore,
  name: string
): Effect.Effect<JobRow & { readonly owner: string }, Failure, Scope.Scope> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const row = yield* store.open(name, now)
    const owner = yield* Effect.acquireRelease(Effect.sync(owners.make), (owner) =>
      Effect.sync(() => owners.forget(owner))
    )
    const take = Effect.flatMap(Clock.currentTimeMillis, (now) => store.take(row.id, owner, now, owners.isGone))
    // One that is there says so every few seconds; one that is gone is silent.
    const isSilent = Effect.map(store.find(name), (found) =>
      Option.exists(found, ({ owner, seenAt }) => owner === row.owner && seenAt === row.seenAt)
    )
    const holder = yield* Effect.repeat(Effect.zip(take, isSilent), {
      schedule: Schedule.spaced("1 second"),
      while: ([holder, isSilent]) => holder !== owner && owners.isUncertain(holder) && isSilent
    }).pipe(Effect.flatMap(() => take))
    if (holder !== owner) {
      return yield* new JobBusyError({
        message: `The job ${JSON.stringify(name)} is being run by another process (${holder}): wait for it, or cancel it first.`,
        job: name,
        owner: holder
      })
    }
    yield* store.recover(row.id, now, owner)
    const begun = yield* Effect.map(
      store.find(name),
      Option.getOrElse(() => row)
    )
    return { ...begun, owner }
  })

/** Runs a job until every item has ended, or until it stops; gives the reason in that case. @internal */
export const run = <A, E, R>(
  { ahead: before, pauses, retry, settings, slots, store }: Engine,
  job: BulkJob<A, E, R>
): Effect.Effect<gates.Stop | undefined, E | Failure, R> =>
  Effect.gen(function* () {
    // A line of a batch file is one call.
    const ahead = job.loop === undefined ? before : undefined
    const row = yield* taken(store, job.name)
    const startedAt = yield* Clock.currentTimeMillis
    const deadlineAt =
      job.deadline === undefined ? undefined : row.createdAt + Duration.toMillis(Duration.decode(job.deadline))
    const begin: JobPatch = {
      state: "running",
      wanted: "run",
      reason: null,
      endedAt: null,
      resetAt: null,
      deadlineAt: deadlineAt ?? null,
      runStartedAt: startedAt,
      runEnded: row.done + row.failed,
      ...(job.total === undefined ? {} : { total: job.total })
    }
    yield* store.patch(row.id, begin, row.owner)

    const gate = yield* gates.make({
      budget: job.budget,
      spent: row.cost,
      pricedItems: row.done + row.failed,
      deadlineAt
    })
    const nap = naps.make()
    const count = metrics.of(job.name)
    const commit = (batch: Batch) => Effect.tap(store.commit(row.id, batch, row.owner), () => count(batch.ended))
    const writer = yield* writers.make(commit)
    const policy = job.retry ?? retry
    const ask = asking.make(settings, job, policy, pauses)

    const isPriced = (entry: items.Entry): boolean =>
      job.budget === undefined ||
      Option.exists(
        asking.priceOf(settings, items.requestOf(entry.item)),
        ({ currency }) => currency === job.budget?.currency
      )

    /** The row of an item that is marked as begun before anything is sent for it; none where another one has its id. */
    const begun = ({
      item,
      row: known
    }: items.Entry): Effect.Effect<number | undefined, BulkStoreError | ItemConflictError> =>
      known === undefined
        ? Effect.flatMap(writer.begin(item), (made) =>
            made === undefined
              ? Effect.flatMap(store.known(row.id, [item.id]), (digests) =>
                  Effect.as(items.checkSame(job.name, item, digests.get(item.id)), undefined)
                )
              : Effect.succeed(made)
          )
        : Effect.as(writer.resume(known), known)

    /** Asks for an item that may begin; gives its row where it has to be asked for again. */
    const attempt = (entry: items.Entry) =>
      Effect.gen(function* () {
        if (!isPriced(entry)) {
          yield* Effect.zipRight(gate.stop({ reason: "Price" }), gate.leave(0, 0))
          return undefined
        }
        const item = yield* Effect.onError(begun(entry), () => gate.leave(0, 0))
        if (item === undefined) return yield* Effect.as(gate.leave(0, 0), undefined)
        const { attempts, outcome } = yield* ask(items.requestOf(entry.item))
        const isOver = outcome._tag === "Done" || outcome._tag === "Failed"
        const stored = yield* writer.end({ row: item, attempts, outcome: isOver ? outcome : { _tag: "Again" } })
        // It is begun again only after the store knows that it waits.
        if (!isOver) yield* stored
        if (outcome._tag === "Stop") yield* gate.stop(outcome)
        if (outcome._tag === "Done") nap.over()
        if (outcome._tag === "Sleep") yield* gate.sleep(nap.until(outcome.until, yield* Clock.currentTimeMillis))
        yield* gate.leave(costOf(attempts), attempts.some(({ cost }) => cost !== undefined) ? 1 : 0)
        // A client that is shut down answers nobody any more: the run is about to be interrupted.
        if (outcome._tag === "Closed") return yield* Effect.never
        return isOver ? undefined : item
      })

    const work = (entry: items.Entry): Effect.Effect<void, BulkStoreError | ItemConflictError, R> =>
      Effect.flatMap(gate.enter(), (mayBegin) =>
        mayBegin
          ? Effect.flatMap(slots.hold(job.priority ?? 0)(attempt(entry)), (again) =>
              again === undefined ? Effect.void : work({ item: entry.item, row: again })
            )
          : Effect.void
      )

    /** Asks for all of these items. What cannot be read or stored ends it, once the calls in flight have ended. */
    const askAll = <E2, R2>(entries: Stream.Stream<items.Entry, E2, R2>) =>
      Effect.gen(function* () {
        const workers = workersOf(job.concurrency)
        const mailbox = yield* Mailbox.make<items.Entry, E2>({ capacity: workers })
        const reader = yield* Effect.fork(
          Stream.runForEachChunk(entries, (chunk) => mailbox.offerAll(chunk)).pipe(Mailbox.into(mailbox))
        )
        const worker: Effect.Effect<void, E2 | BulkStoreError | ItemConflictError, R> = Effect.suspend(() =>
          gate.isOpen()
            ? Effect.flatMap(
                Effect.catchIf(Effect.asSome(mailbox.take), Cause.isNoSuchElementException, () =>
                  Effect.succeed(Option.none<items.Entry>())
                ),
                Option.match({
                  onNone: () => Effect.void,
                  onSome: (entry) => Effect.zipRight(work(entry), worker)
                })
              )
            : Effect.void
        )
        const exits = yield* Effect.forEach(
          Array.from({ length: workers }),
          () => Effect.exit(Effect.onError(worker, () => gate.close)),
          { concurrency: "unbounded" }
        )
        yield* Fiber.interrupt(reader)
        yield* exits.find(Exit.isFailure) ?? Exit.void
      })

    const source = items.fresh(store, row, job.items)
    let fresh = 0
    const counted = source.pipe(
      Stream.mapChunks((chunk) => {
        fresh += chunk.length
        return chunk
      }),
      // Only where it was read to its end is it known how much there is.
      Stream.concat(
        Stream.drain(
          Stream.fromEffect(Effect.suspend(() => store.patch(row.id, { total: row.items + fresh }, row.owner)))
        )
      )
    )

    const watched = watch({ deadlineAt, gate, row, store })
    const entries = Stream.concat(items.waiting(store, row.id), counted)
    const goAhead = (entries: Session<A, E, R>["entries"]): Effect.Effect<void, E | Failure, R> =>
      ahead === undefined
        ? refuseBatched(store, row)
        : ahead.work({
            row,
            job,
            gate,
            retry: policy,
            entries,
            isPriced,
            end: (ended) => Effect.asVoid(commit({ begun: [], resumed: [], ended }))
          })
    const first = ahead === undefined ? Effect.zipRight(goAhead(Stream.empty), askAll(entries)) : goAhead(entries)

    /** What waits after all others have ended: what comes back to be asked in another way, or is wanted again by somebody meanwhile. */
    const rest: Effect.Effect<void, E | Failure, R> = Effect.suspend(() =>
      gate.stopped() === undefined
        ? Effect.flatMap(store.waiting(row.id, 0, 1), (found) => {
            const waiting = items.waiting(store, row.id)
            const live = ahead?.live === false ? Effect.void : askAll(waiting)
            const again = ahead === undefined ? live : Effect.zipRight(goAhead(waiting), live)
            return found.length === 0 ? Effect.void : Effect.zipRight(again, rest)
          })
        : Effect.void
    )
    const asked = Effect.zipRight(Effect.zipRight(first, rest), writer.ended)
    const given = Effect.suspend(() =>
      ahead !== undefined && gate.stopped()?.reason === "Cancelled" ? ahead.cancel(row.id) : Effect.void
    )

    const giveBack = (exit: Exit.Exit<void, E | Failure>) =>
      Effect.gen(function* () {
        yield* writer.flush
        const now = yield* Clock.currentTimeMillis
        yield* store.recover(row.id, now, row.owner)
        const { items: total } = Option.getOrElse(yield* store.find(job.name), () => row)
        yield* store.patch(row.id, { ...settled(exit, gate.stopped(), now, total), owner: null }, row.owner)
      })
    yield* Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(Effect.exit(restore(Effect.zipRight(beside(asked, watched), given))), (exit) =>
        Exit.isSuccess(exit)
          ? giveBack(exit)
          : // Why it failed is what counts; what another process has taken is no longer its to give back.
            Effect.zipRight(
              Effect.catchAll(giveBack(exit), (error) => (takenOver(error) ? Effect.void : Effect.logError(error))),
              exit
            )
      )
    )
    return gate.stopped()
  }).pipe(
    Effect.scoped,
    Effect.mapError((error) => takenOver(error) ?? error)
  )

/** The error of a store that refused a change, as another process has the job by now. */
const takenOver = (error: unknown): JobBusyError | undefined =>
  error instanceof BulkStoreError && error.cause instanceof JobBusyError ? error.cause : undefined

const settled = (
  exit: Exit.Exit<unknown, unknown>,
  stop: gates.Stop | undefined,
  now: number,
  total: number
): JobPatch => {
  if (Exit.isFailure(exit)) return { state: "interrupted" }
  if (stop === undefined) return { state: "ended", endedAt: now, total }
  return stop.reason === "Cancelled"
    ? { state: "cancelled", reason: stop.reason, endedAt: now }
    : { state: "stopped", reason: stop.reason }
}

const costOf = (attempts: ReadonlyArray<Attempt>): number =>
  attempts.reduce((sum, { cost }) => sum + (cost?.amount ?? 0), 0)

/** Says that the run is there, does what others want of it, and wakes it up. Never ends by itself. */
const watch = (of: {
  readonly store: BulkStore
  readonly row: JobRow & { readonly owner: string }
  readonly gate: gates.Gate
  readonly deadlineAt: number | undefined
}): Effect.Effect<never, BulkStoreError | JobBusyError> => {
  const { deadlineAt, gate, row, store } = of
  let seenAt = 0
  let shown: JobRow["state"] = "running"
  const look = Effect.gen(function* () {
    yield* Effect.sleep(tick)
    const now = yield* Clock.currentTimeMillis
    const found = yield* store.find(row.name)
    if (Option.isSome(found) && found.value.owner !== row.owner) {
      return yield* new JobBusyError({
        message: `The job ${JSON.stringify(row.name)} was taken over by another process, as this one was silent for too long.`,
        job: row.name,
        owner: found.value.owner ?? "unknown"
      })
    }
    const wanted = Option.match(found, { onNone: () => "cancel" as const, onSome: ({ wanted }) => wanted })
    if (wanted === "cancel") yield* gate.stop({ reason: "Cancelled" })
    if (gate.isPaused() !== (wanted === "pause")) yield* gate.pause(wanted === "pause")
    if (deadlineAt !== undefined && now >= deadlineAt) yield* gate.stop({ reason: "Deadline" })
    const until = gate.sleepsUntil()
    if (until !== undefined && now >= until) yield* gate.wakeUp
    const sleeping = gate.sleepsUntil()
    const state = gate.isPaused() ? "paused" : sleeping === undefined ? "running" : "sleeping"
    if (state !== shown || now - seenAt >= seenEveryMillis) {
      seenAt = now
      shown = state
      yield* store.patch(row.id, { state, seenAt: now, resetAt: sleeping ?? null }, row.owner)
    }
  })
  return Effect.forever(look)
}
