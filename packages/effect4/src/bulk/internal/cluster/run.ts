// Generated from packages/bulk/src/internal/cluster/run.ts by scripts/effect4: change that file.
/**
 * The part that one process has in a job of a cluster, from joining to leaving. It holds items, asks for them, and stores what came of them
 * together with what it begins next. One of the runners leads: it reads the source, a little ahead of the others.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { BulkStoreError, type JobBusyError, StopReason } from "../../BulkError.js"
import type { BulkJob } from "../../BulkJob.js"
import { beside } from "../job/beside.js"
import type { Stop } from "../job/gate.js"
import { nextTurn } from "../job/nextTurn.js"
import { type Failure, refuseBatched } from "../job/session.js"
import { isLasting } from "../store/lasting.js"
import { ofRunner } from "../store/owners.js"
import type { JobRow } from "../store/rows.js"
import type { Engine } from "./engine.js"
import { beat, join, leave, refuseForeign, untilBeat, watchdog } from "./membership.js"
import { free, hasNews, isLeader, isOver, isThrough, make, reasonToStop, type Runner, see } from "./runner.js"
import { read } from "./source.js"
import * as terms from "./terms.js"
import * as turns from "./turn.js"

/** How often in a row a runner that has been part of a cluster comes back to no end, two seconds apart. */
const patience = 30

/** How long a runner that could begin something waits before it looks again, at first and at most. */
const [soonest, latest] = [20, 400]

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
): Effect.Effect<Stop | undefined, E | Failure, R> => attempt(engine, job, leads, undefined)

/** A session; where the store fails after it had begun, another one, until so many in a row have come to nothing. */
const attempt = <A, E, R>(
  engine: Engine,
  job: BulkJob<A, E, R>,
  leads: boolean,
  before: { readonly row: number; readonly left: number } | undefined
): Effect.Effect<Stop | undefined, E | Failure, R> =>
  Effect.suspend(() => {
    let joined: Runner<A, E, R> | undefined
    const whole: Effect.Effect<Exit.Exit<Stop | undefined, E | Failure>, E | Failure, R> = Effect.scoped(
      session(engine, job, leads, before?.row, (runner) => (joined = runner))
    )
    return Effect.matchEffect(whole, {
      onSuccess: (exit) => exit,
      onFailure: (error) => {
        const row = joined?.row.id ?? before?.row
        const left = before === undefined || joined?.hasProgressed === true ? patience : before.left - 1
        return error instanceof BulkStoreError && !isLasting(error) && row !== undefined && left > 0
          ? Effect.logWarning(error.message).pipe(
              Effect.andThen(Effect.sleep("2 seconds")),
              Effect.andThen(attempt(engine, job, leads, { row, left }))
            )
          : Effect.fail(error)
      }
    })
  })

/** One runner, for as long as the store takes it for being there. */
const session = <A, E, R>(
  engine: Engine,
  job: BulkJob<A, E, R>,
  leads: boolean,
  /** The row of the job, where there was a session before. */
  before: number | undefined,
  onJoined: (runner: Runner<A, E, R>) => void
): Effect.Effect<Exit.Exit<Stop | undefined, E | Failure>, E | Failure, R | Scope.Scope> =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const row =
      leads && before === undefined
        ? yield* engine.store.open(job.name)
        : Option.getOrUndefined(yield* engine.store.find(job.name))
    // Somebody has removed it meanwhile.
    if (row === undefined || row.id !== (before ?? row.id)) return Exit.succeed({ reason: "Cancelled" as const })
    const runner = yield* make(engine, job, leads, row, now)
    yield* Effect.addFinalizer(() => leave(runner))
    yield* join(runner, before !== undefined)
    onJoined(runner)
    if (leads) yield* refuseBatched(engine.store, runner.row)
    yield* beside(loop(runner), watchdog(runner))
    // What the source fails with is no failure of the store, whatever it is.
    return yield* runner.isSourceBroken ? Effect.exit(ending(runner)) : Effect.map(ending(runner), Exit.succeed)
  })

/** Works on the job until the part of the runner is over. */
const loop = <A, E, R>(runner: Runner<A, E, R>): Effect.Effect<void, BulkStoreError | JobBusyError, R> =>
  Effect.gen(function* () {
    const turn = turns.make(runner)
    let isReading = false
    let pause = soonest
    for (;;) {
      const now = yield* Clock.currentTimeMillis
      if (untilBeat(runner, now) === 0) yield* beat(runner, now)
      if (isLeader(runner) && !isReading && !isOver(runner)) {
        isReading = true
        yield* Effect.forkIn(read(runner), runner.scope)
      }
      // Deadlines and quotas go by one clock, whichever machine looks.
      const at = now + runner.ahead
      runner.change ??= reasonToStop(runner, at)
      if (hasNews(runner, at)) {
        if ((yield* turn(now)) > 0) pause = soonest
      } else if (free(runner) > 0 || isOver(runner)) yield* look(runner)
      yield* refuseForeign(runner)
      if ((yield* finished(runner)) || isThrough(runner)) return
      const rest = untilBeat(runner, now)
      const wasPoked = yield* runner.poked(free(runner) > 0 || isOver(runner) ? Math.min(pause, rest) : rest)
      pause = wasPoked ? soonest : Math.min(latest, pause * 2)
      // Whatever the event loop has at hand is stored together.
      yield* nextTurn
    }
  })

/** Sees how the job stands. One that was removed counts as cancelled. */
const look = <A, E, R>(runner: Runner<A, E, R>): Effect.Effect<void, BulkStoreError> =>
  Effect.flatMap(runner.engine.store.find(runner.job.name), (found) =>
    see(
      runner,
      Option.getOrElse(found, (): JobRow => ({ ...runner.row, state: "cancelled", reason: "Cancelled" }))
    )
  )

/** Ends the job where nothing of it is left, as its leader; whether it did. */
const finished = <A, E, R>(runner: Runner<A, E, R>): Effect.Effect<boolean, BulkStoreError> => {
  const { engine, hasRead, name, row } = runner
  return isLeader(runner) && hasRead && !isOver(runner) && terms.waiting(row) === 0 && row.inFlight === 0
    ? engine.runners.finish(row.id, ofRunner(name))
    : Effect.succeed(false)
}

/** Why the job stopped, if it did, for whoever runs it. */
const ending = <A, E, R>({ failure, row, stopped }: Runner<A, E, R>): Effect.Effect<Stop | undefined, E | Failure> => {
  if (failure !== undefined) return Effect.failCause(failure)
  if (row.state !== "stopped" && row.state !== "cancelled") return Effect.succeed(undefined)
  if (stopped !== undefined) return Effect.succeed(stopped)
  return Effect.map(Effect.orDie(Schema.decodeUnknownEffect(StopReason)(row.reason)), (reason) => ({ reason }))
}
