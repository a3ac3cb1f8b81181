/**
 * The deadlines of one attempt, watched by one timer that looks at a time stamp: a read costs two assignments, not a timer
 * of its own.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import { constFalse, constVoid } from "effect/Function"
import * as Runtime from "effect/Runtime"
import type { Deadlines } from "../../Deadlines.js"
import * as elapsed from "../elapsed.js"
import { type DeadlinePhase, DeadlineExceededError } from "../../ZhipuError.js"

type Watched = Extract<DeadlinePhase, "connect" | "firstChunk" | "idle">

/** @internal */
export interface Watch {
  /** From now on, or from `since`, the service is waited for, under the limit of this phase. */
  readonly enter: (phase: Watched, since?: number) => void
  /** The service is not waited for: it has delivered, or the consumer is slow. */
  readonly leave: () => void
  /** Milliseconds since some moment. */
  readonly now: () => number
  /** When the attempt began. */
  readonly startedAt: number
  /** The limit of the phase `idle`. */
  readonly idleMillis: number
  /** Strikes when a phase takes longer than its limit. */
  readonly guard: elapsed.Guard<DeadlineExceededError>
  readonly hasExceeded: () => boolean
}

const advice: Record<DeadlinePhase, string> = {
  queue: "Raise the limit of requests in flight, or the `queue` deadline.",
  connect: "Check the network and the base URL, or raise the `connect` deadline.",
  firstChunk: "The model may be thinking or busy: raise the `firstChunk` deadline, or stream.",
  idle: "The connection has probably died. `partial` holds what came; or raise the `idle` deadline.",
  total: "Raise the `total` deadline, or ask for less."
}

const happened: Record<DeadlinePhase, string> = {
  queue: "No permit to send came free",
  connect: "No response headers came",
  firstChunk: "No answer began",
  idle: "Nothing more came",
  total: "The call did not end"
}

/** @internal */
export const exceeded = (phase: DeadlinePhase, limit: Duration.Duration): DeadlineExceededError =>
  new DeadlineExceededError({
    message: `${happened[phase]} within ${Duration.format(limit)} (deadline ${phase}). ${advice[phase]}`,
    phase,
    limit
  })

/** @internal */
export const make = (clock: Clock.Clock, deadlines: Deadlines): Watch => {
  const limits: Record<Watched, number> = {
    connect: Duration.toMillis(deadlines.connect),
    firstChunk: Duration.toMillis(deadlines.firstChunk),
    idle: Duration.toMillis(deadlines.idle)
  }
  // The timer runs no longer than this at a time, as the phase may change meanwhile.
  const longestSleep = Math.min(limits.connect, limits.firstChunk, limits.idle)
  const now = elapsed.nowOf(clock)
  const startedAt = now()
  let phase: Watched = "connect"
  let waiting = true
  let since = startedAt
  let struck = false

  const guard = elapsed.guard(clock, {
    left: () => (waiting ? limits[phase] - (now() - since) : longestSleep),
    longestSleep,
    progress: () => since,
    suspended: (millis, from) => {
      if (since <= from) since -= millis
    },
    over: () => {
      struck = true
      return exceeded(phase, deadlines[phase])
    }
  })

  return {
    enter: (next, from = now()) => {
      phase = next
      waiting = true
      since = from
    },
    leave: () => {
      waiting = false
    },
    now,
    startedAt,
    idleMillis: limits.idle,
    guard: Number.isFinite(longestSleep) ? guard : unguarded,
    hasExceeded: () => struck
  }
}

const unguarded = (): (() => void) => constVoid

/** Where there is no limit. @internal */
export const unwatched: Watch = {
  enter: constVoid,
  leave: constVoid,
  now: elapsed.nowOf(Clock.make()),
  startedAt: 0,
  idleMillis: Number.POSITIVE_INFINITY,
  guard: unguarded,
  hasExceeded: constFalse
}

/**
 * Runs an effect while a guard watches it. Where the guard strikes, its failure is given at once and the effect is
 * interrupted behind it, since cancelling a broken connection may take as long as the connection itself.
 *
 * It runs as a fiber of the runtime at hand, changed by `adapt`: a tenth of what `Effect.raceWith` costs, and what the effect
 * needs in its context costs nothing beside it.
 *
 * @internal
 */
export const guarded = <A, E, R, E2, R2>(
  effect: Effect.Effect<A, E, R>,
  guard: elapsed.Guard<E2>,
  adapt: (runtime: Runtime.Runtime<R2>) => Runtime.Runtime<R>
): Effect.Effect<A, E | E2, R2> =>
  Effect.flatMap(Effect.runtime<R2>(), (runtime) =>
    // Begun where nothing can interrupt: the canceller of `Effect.async` alone comes after what it would have to cancel.
    Effect.uninterruptibleMask((restore) =>
      Effect.suspend((): Effect.Effect<A, E | E2> => {
        const running = Runtime.runFork(adapt(runtime))(Effect.interruptible(effect))
        // An effect that needed nobody is done by now.
        const exit = running.unsafePoll()
        if (exit !== null) return exit
        const first = Effect.async<A, E | E2>((resume) => {
          // What comes first is told first: an interrupt may end the fiber before it returns.
          const stop = guard(runtime, (error) => {
            resume(Effect.fail(error))
            running.unsafeInterruptAsFork(FiberId.none)
          })
          running.addObserver((exit) => {
            stop()
            resume(exit)
          })
        })
        // The guard ends with what it watches.
        return Effect.onInterrupt(restore(first), () => Fiber.interrupt(running))
      })
    )
  )
