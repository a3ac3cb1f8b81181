/** That a runner is there: it joins a job, says so again and again, and leaves. One that cannot say so breaks off its calls. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { BulkStoreError, JobBusyError } from "../../BulkError.js"
import type { BulkJob } from "../../BulkJob.js"
import * as processes from "../job/owner.js"
import { runnerOf } from "../store/owners.js"
import type { JobPatch, JobRow } from "../store/rows.js"
import { hold, type Runner, see } from "./runner.js"
import * as terms from "./terms.js"

/** @internal */
export const lost = new BulkStoreError({
  message: "This process was silent for so long that others have been given its items. It takes part again by itself."
})

const busy = (name: string, owner: string) =>
  new JobBusyError({
    message: `The job ${JSON.stringify(name)} is being run by a process that is in no cluster (${owner}): wait for it, or cancel it first.`,
    job: name,
    owner
  })

const unlike = (name: string, owner: string, difference: string) =>
  new JobBusyError({
    message: `The job ${JSON.stringify(name)} is being run by processes that ask for its items in another way: ${difference}. Run it as they do, or under another name.`,
    job: name,
    owner
  })

/** How a job stands when a runner begins to lead it anew. */
const beginning = <A, E, R>(row: JobRow, job: BulkJob<A, E, R>): JobPatch => ({
  state: "running",
  wanted: "run",
  reason: null,
  endedAt: null,
  resetAt: null,
  deadlineAt: job.deadline === undefined ? null : row.createdAt + Duration.toMillis(Duration.decode(job.deadline)),
  runStartedAt: row.now,
  runEnded: row.done + row.failed,
  ...(job.total === undefined ? {} : { total: job.total })
})

/**
 * Fails where a process that is no runner has the job. One that comes `back` leads it as it stands: what somebody asked of the job meanwhile,
 * as to pause or to cancel it, holds.
 *
 * @internal
 */
export const join = <A, E, R>(
  runner: Runner<A, E, R>,
  isBack: boolean
): Effect.Effect<void, BulkStoreError | JobBusyError> =>
  Effect.gen(function* () {
    const { engine, job, leads, name, row } = runner
    const joined = yield* engine.runners.join(
      row.id,
      name,
      leads
        ? {
            begin: isBack ? undefined : (row) => beginning(row, job),
            patch: { terms: terms.write(job, engine.leaseMillis) },
            isGone: processes.isGone
          }
        : undefined,
      engine.leaseMillis
    )
    if (!("row" in joined)) return yield* busy(job.name, joined.owner)
    yield* see(runner, joined.row)
    runner.together = joined.runners
    const difference = terms.difference(joined.row, job)
    if (leads && difference !== undefined) return yield* unlike(job.name, joined.row.owner ?? "", difference)
  })

/** Fails where such a process has taken the job since. @internal */
export const refuseForeign = <A, E, R>({ job, row }: Runner<A, E, R>): Effect.Effect<void, JobBusyError> =>
  row.owner !== undefined && runnerOf(row.owner) === undefined ? busy(job.name, row.owner) : Effect.void

/** Gives back what it has. A store that cannot be told misses it. @internal */
export const leave = <A, E, R>(runner: Runner<A, E, R>): Effect.Effect<void> =>
  Effect.gen(function* () {
    const { engine, held, name, row } = runner
    hold(runner, -held)
    // What is cut off has to reach the service before others begin in its place.
    if (held > 0) yield* Effect.sleep("250 millis")
    yield* engine.runners.leave(row.id, name)
  }).pipe(
    Effect.interruptible,
    Effect.timeoutOption("5 seconds"),
    Effect.catchAll(({ message }) => Effect.logWarning(message)),
    Effect.asVoid
  )

/** How long until it has to say again that it is there. @internal */
export const untilBeat = <A, E, R>({ beatAt, engine }: Runner<A, E, R>, now: number): number =>
  Math.max(0, beatAt + engine.leaseMillis / 5 - now)

/** Says that it is there, and hears how many others are. @internal */
export const beat = <A, E, R>(runner: Runner<A, E, R>, now: number): Effect.Effect<void, BulkStoreError> =>
  Effect.gen(function* () {
    const { engine, failure, job, leads, name, row } = runner
    runner.beatAt = now
    const lead: JobPatch | undefined =
      leads && failure === undefined ? { terms: terms.write(job, engine.leaseMillis) } : undefined
    const standing = yield* engine.runners.beat(row.id, name, lead, engine.leaseMillis)
    if (standing === undefined) return yield* lost
    yield* engine.pauses.heard(standing.pauses)
    runner.toldAt = now
    yield* see(runner, standing.row)
    if (runner.held === 0) runner.hasProgressed = true
    runner.together = standing.runners
  })

/** Fails, before others may be given its items, where it cannot tell that it is there. @internal */
export const watchdog = <A, E, R>(runner: Runner<A, E, R>): Effect.Effect<never, BulkStoreError> => {
  const { leaseMillis } = runner.engine
  return Effect.forever(
    Effect.zipRight(
      Effect.sleep(leaseMillis / 15),
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        now - runner.toldAt > (leaseMillis * 2) / 3 ? lost : Effect.void
      )
    )
  )
}
