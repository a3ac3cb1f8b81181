/**
 * A runner: the part that one process has in a job of a cluster. It holds items, asks for them, and stores what came of them together with
 * what it begins next, one transaction at a time. One of the runners leads: it reads the source, a little ahead of the others.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Queue from "effect/Queue"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { randomUUID } from "node:crypto"
import { BulkStoreError, type ItemConflictError, JobBusyError, StopReason } from "../../BulkError.js"
import type { BulkJob } from "../../BulkJob.js"
import { beside } from "../job/beside.js"
import * as asking from "../job/ask.js"
import type { Stop } from "../job/gate.js"
import * as items from "../job/items.js"
import * as metrics from "../job/metrics.js"
import { nextTurn } from "../job/nextTurn.js"
import * as processes from "../job/owner.js"
import { type Failure, type Means, refuseBatched } from "../job/session.js"
import { ofRunner, runnerOf } from "../store/owners.js"
import type { Ending, JobPatch, JobRow, OpenItem, Runners, Turn } from "../store/rows.js"
import * as terms from "./terms.js"

/** @internal */
export interface Engine extends Means {
  readonly runners: Runners
  readonly leaseMillis: number
  /** How many items this process asks for at once, over all jobs. */
  readonly concurrency: number
  readonly load: { held: number }
}

interface Unasked {
  readonly _tag: "Unasked"
}

/** How many items the leader puts into the store before they are asked for. */
const ahead = 1000

/** How long a runner that could begin something waits before it looks again, at first and at most. */
const [soonest, latest] = [20, 400]

const readReason = (reason: string | undefined) => Effect.orDie(Schema.decodeUnknown(StopReason)(reason))

const lost = new BulkStoreError({
  message: "This process was silent for so long that others have been given its items. It takes part again by itself."
})

/**
 * Works on a job until it is over; gives the reason where it stopped. Who `leads` has its source. A database that is gone for a while
 * costs the calls in flight: the runner leaves, and comes back as another one.
 *
 * @internal
 */
export const run = <A, E, R>(
  engine: Engine,
  job: BulkJob<A, E, R>,
  leads: boolean
): Effect.Effect<Stop | undefined, E | Failure, R> => attempt(engine, job, leads, 0)

/** A session; where the store fails after this one, or before it had begun, another one, so many times in a row. */
const attempt = <A, E, R>(
  engine: Engine,
  job: BulkJob<A, E, R>,
  leads: boolean,
  left: number
): Effect.Effect<Stop | undefined, E | Failure, R> =>
  Effect.suspend(() => {
    let hasJoined = false
    const whole: Effect.Effect<Stop | undefined, E | Failure, R> = Effect.scoped(
      session(engine, job, leads, () => (hasJoined = true))
    )
    return Effect.catchAll(whole, (error) =>
      error instanceof BulkStoreError && (hasJoined || left > 0)
        ? Effect.logWarning(error.message).pipe(
            Effect.zipRight(Effect.sleep("2 seconds")),
            Effect.zipRight(attempt(engine, job, leads, hasJoined ? patience : left - 1))
          )
        : Effect.fail(error)
    )
  })

/** How often a runner that has been part of a cluster tries to come back, two seconds apart. */
const patience = 30

const session = <A, E, R>(engine: Engine, job: BulkJob<A, E, R>, leads: boolean, onJoined: () => void) =>
  Effect.gen(function* () {
    const { leaseMillis, load, pauses, retry, runners, settings, store } = engine
    const scope = yield* Effect.scope
    const runner = randomUUID()
    const startedAt = yield* Clock.currentTimeMillis
    const opened = yield* store.open(job.name, startedAt)
    const { id } = opened
    const ask = asking.make(settings, job, job.retry ?? retry, pauses)
    const count = metrics.of(job.name)
    const wake = yield* Queue.sliding<void>(1)
    const poke = Queue.offer(wake, undefined)

    /** Items of this runner whose endings are not stored. */
    let held = 0
    let ended: Array<Ending> = []
    let change: Turn["change"]
    let stopped: Stop | undefined
    let failure: Cause.Cause<E | BulkStoreError | ItemConflictError> | undefined
    /** When the store was last told that this runner is there. */
    let toldAt = startedAt
    let beatAt = startedAt

    yield* Effect.addFinalizer(() =>
      Effect.gen(function* () {
        load.held -= held
        // What is cut off has to reach the service before others begin in its place.
        if (held > 0) yield* Effect.sleep("250 millis")
        yield* runners.leave(id, runner, yield* Clock.currentTimeMillis)
      }).pipe(
        Effect.interruptible,
        Effect.timeoutOption("5 seconds"),
        // It will be missed.
        Effect.catchAll(({ message }) => Effect.logWarning(message))
      )
    )
    const joined = yield* runners.join(
      id,
      runner,
      leads
        ? {
            begin: beginning(opened, job, startedAt),
            isGone: (owner, seenAt) => processes.isGone(owner, seenAt, startedAt)
          }
        : undefined,
      leaseMillis,
      startedAt
    )
    if (!("row" in joined)) return yield* busy(job.name, joined.owner)
    onJoined()
    let { row, runners: together } = joined
    if (leads) yield* refuseBatched(store, row)

    const isLeader = () => row.owner === ofRunner(runner)
    const isOver = () =>
      failure !== undefined ||
      row.state === "ended" ||
      row.state === "stopped" ||
      row.state === "cancelled" ||
      (!leads && !(terms.isBusy(row) && terms.isLed(row)))

    /** How many items this runner might begin once the endings of so many are stored. */
    const free = (storing = 0) => {
      if (isOver()) return 0
      const share = Math.ceil(terms.read(row).concurrency / Math.max(1, together))
      return Math.max(0, storing + Math.min(share - held, engine.concurrency - load.held))
    }

    const isPriced = (item: OpenItem): boolean => {
      const { budget } = terms.read(row)
      return (
        budget === undefined ||
        Option.exists(asking.priceOf(settings, items.requestOf(item)), ({ currency }) => currency === budget.currency)
      )
    }

    const work = (item: OpenItem): Effect.Effect<void, never, R> =>
      Effect.gen(function* () {
        const isAsked = isPriced(item)
        if (!isAsked) change = { stop: "Price" }
        const { attempts, outcome }: Omit<asking.Asked, "outcome"> & { readonly outcome: asking.Outcome | Unasked } =
          isAsked ? yield* ask(items.requestOf(item)) : { attempts: [], outcome: { _tag: "Unasked" } }
        // A client that is shut down answers nobody any more: the run is about to be interrupted.
        if (outcome._tag === "Closed") return yield* Effect.never
        const isDone = outcome._tag === "Done" || outcome._tag === "Failed"
        ended.push({ row: item.row, attempts, outcome: isDone ? outcome : { _tag: "Again" } })
        if (outcome._tag === "Stop") {
          stopped ??= outcome
          change = { stop: outcome.reason }
        }
        if (outcome._tag === "Sleep") change ??= { sleepUntil: outcome.until }
        yield* poke
      }).pipe(
        Effect.catchAllDefect((defect) => {
          failure ??= Cause.die(defect)
          held--
          load.held--
          return poke
        }),
        Effect.asVoid
      )

    const beat = (now: number) =>
      Effect.gen(function* () {
        beatAt = now
        const lead: JobPatch | undefined = leads && failure === undefined ? { terms: terms.write(job) } : undefined
        const standing = yield* runners.beat(id, runner, lead, leaseMillis, now)
        if (standing === undefined) return yield* lost
        toldAt = now
        row = standing.row
        together = standing.runners
      })

    const turn = (now: number) =>
      Effect.gen(function* () {
        const [storing, said] = [ended, change]
        ended = []
        change = undefined
        const taken = yield* runners.turn(id, runner, {
          ended: storing,
          want: free(storing.length),
          mayBegin: (row) => terms.mayBegin(row, now),
          change: said
        })
        if (taken === undefined) return yield* lost
        const { begun } = taken
        toldAt = now
        row = taken.row
        held += begun.length - storing.length
        load.held += begun.length - storing.length
        yield* count(storing)
        for (const item of begun) yield* Effect.forkIn(work(item), scope)
        return begun.length
      })

    /** Whether the job has to stop, for a reason that is no answer of the service. */
    const reasonToStop = (now: number): Turn["change"] => {
      if (!terms.isBusy(row) || !terms.isLed(row)) return undefined
      if (row.wanted === "cancel") return { stop: "Cancelled" }
      if (row.deadlineAt !== undefined && row.deadlineAt <= now) return { stop: "Deadline" }
      return terms.isSpent(row) ? { stop: "Budget" } : undefined
    }

    const feed = (entries: ReadonlyArray<items.Entry>) =>
      Effect.gen(function* () {
        const found = entries.map(({ item }) => item)
        const fed = yield* runners.feed(id, found)
        const others = found.filter((item) => !fed.added.has(item.id))
        if (others.length > 0) {
          const digests = yield* store.known(
            id,
            others.map((item) => item.id)
          )
          for (const item of others) yield* items.checkSame(job.name, item, digests.get(item.id))
        }
        row = { ...row, items: fed.row.items }
        yield* poke
        yield* Effect.repeat(Effect.sleep("50 millis"), { until: () => terms.waiting(row) <= ahead })
      })

    let hasRead = false
    const read = Stream.runForEachChunk(items.fresh(store, row, job.items), (chunk) => feed(Array.from(chunk))).pipe(
      Effect.onExit((exit) => {
        if (Exit.isSuccess(exit)) hasRead = true
        else if (!Cause.isInterruptedOnly(exit.cause)) failure ??= exit.cause
        return poke
      }),
      Effect.ignore
    )

    const loop = Effect.gen(function* () {
      let isReading = false
      let pause = soonest
      for (;;) {
        const now = yield* Clock.currentTimeMillis
        if (now - beatAt >= leaseMillis / 5) yield* beat(now)
        if (isLeader() && !isReading && !isOver()) {
          isReading = true
          yield* Effect.forkIn(read, scope)
        }
        change ??= reasonToStop(now)
        const couldBegin = free() > 0
        const begins = couldBegin && terms.waiting(row) > 0 && terms.mayBegin(row, now) > 0
        if (ended.length > 0 || change !== undefined || begins) {
          if ((yield* turn(now)) > 0) pause = soonest
        } else if (couldBegin || isOver()) {
          const found = yield* store.find(job.name)
          row = Option.getOrElse(found, (): JobRow => ({ ...row, state: "cancelled", reason: "Cancelled" }))
        }
        const { owner } = row
        if (owner !== undefined && runnerOf(owner) === undefined) return yield* busy(job.name, owner)
        if (isLeader() && hasRead && !isOver() && terms.waiting(row) === 0 && row.inFlight === 0) {
          if (yield* runners.finish(id, ofRunner(runner), now)) return
        }
        // Who leads says how it ended only when the others have ended their calls as well.
        if (
          isOver() &&
          held === 0 &&
          ended.length === 0 &&
          (!isLeader() || failure !== undefined || row.inFlight === 0)
        )
          return
        const untilBeat = Math.max(0, beatAt + leaseMillis / 5 - now)
        const woken = yield* Effect.timeoutOption(
          Queue.take(wake),
          free() > 0 || isOver() ? Math.min(pause, untilBeat) : untilBeat
        )
        pause = Option.isSome(woken) ? soonest : Math.min(latest, pause * 2)
        // Whatever the event loop has at hand is stored together.
        yield* nextTurn
      }
    })

    /** Before others may be given its items, a runner that cannot tell that it is there breaks off its calls. */
    const watchdog = Effect.forever(
      Effect.zipRight(
        Effect.sleep(leaseMillis / 15),
        Effect.flatMap(Clock.currentTimeMillis, (now) => (now - toldAt > (leaseMillis * 2) / 3 ? lost : Effect.void))
      )
    )

    yield* beside(loop, watchdog)
    if (failure !== undefined) return yield* Effect.failCause(failure)
    return row.state === "stopped" || row.state === "cancelled"
      ? (stopped ?? { reason: yield* readReason(row.reason) })
      : undefined
  })

/** How a job stands when a runner begins to lead it anew. */
const beginning = <A, E, R>(row: JobRow, job: BulkJob<A, E, R>, now: number): JobPatch => ({
  state: "running",
  wanted: "run",
  reason: null,
  endedAt: null,
  resetAt: null,
  deadlineAt: job.deadline === undefined ? null : row.createdAt + Duration.toMillis(Duration.decode(job.deadline)),
  runStartedAt: now,
  runEnded: row.done + row.failed,
  terms: terms.write(job),
  ...(job.total === undefined ? {} : { total: job.total })
})

const busy = (name: string, owner: string) =>
  new JobBusyError({
    message: `The job ${JSON.stringify(name)} is being run by a process that is in no cluster (${owner}): wait for it, or cancel it first.`,
    job: name,
    owner
  })
