/**
 * Time that has passed, for whatever waits: the wall clock may be set by an hour, an event loop may be blocked, and a
 * machine may sleep.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Runtime from "effect/Runtime"

const live = Clock.make()

const isLive = (clock: Clock.Clock): boolean => clock.unsafeCurrentTimeNanos === live.unsafeCurrentTimeNanos

/**
 * Milliseconds since some moment, which go on evenly. The nanoseconds of Effect's `Clock` do, and are those of the test's
 * clock under test, while its milliseconds are `Date.now()`.
 *
 * Hot, once a network read: nanoseconds are a `bigint`, so those of the live clock are read at their source.
 *
 * @internal
 */
export const nowOf = (clock: Clock.Clock): (() => number) =>
  isLive(clock) ? () => performance.now() : () => Number(clock.unsafeCurrentTimeNanos()) / 1e6

/** Milliseconds since some moment. @internal */
export const millis: Effect.Effect<number> = Effect.clockWith((clock) => Effect.sync(nowOf(clock)))

/** Node reads sockets between its timers and `setImmediate`. */
const turn = (done: () => void): void => {
  const schedule: unknown = Reflect.get(globalThis, "setImmediate")
  if (Predicate.isFunction(schedule)) schedule(done)
  else setTimeout(done, 0)
}

/** A pause in which threads end that unpack what came, after an event loop that was blocked for as long; milliseconds. */
const unpackedWithin = 50

/** Sockets are read, and then once more what the first reads have led to. */
const turnsOfIO = (done: () => void): void => turn(() => turn(done))

/** What came while nobody could read it is read. */
const catchUp = (millisLate: number, done: () => void): void =>
  turnsOfIO(millisLate < unpackedWithin ? done : () => setTimeout(() => turnsOfIO(done), unpackedWithin))

/**
 * Sleeps. Where it wakes late, since the event loop was blocked, what the network brought meanwhile is read first, as
 * timers run before sockets are read.
 *
 * @internal
 */
export const sleep = (duration: Duration.Duration): Effect.Effect<void> =>
  Effect.clockWith((clock) => {
    const now = nowOf(clock)
    const due = now() + Duration.toMillis(duration)
    return Effect.flatMap(clock.sleep(duration), () =>
      now() > due ? Effect.async<void>((resume) => catchUp(now() - due, () => resume(Effect.void))) : Effect.void
    )
  })

/** What an effect gives within such a time, by `sleep`. @internal */
export const within = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  duration: Duration.Duration
): Effect.Effect<Option.Option<A>, E, R> =>
  Effect.raceFirst(Effect.asSome(effect), Effect.as(sleep(duration), Option.none()))

/** What a guard looks at. @internal */
export interface Limit<E> {
  /** Milliseconds that are left; none, and it is over. */
  readonly left: () => number
  /** No more are slept at a time, as `left` may change meanwhile. */
  readonly longestSleep: number
  /** Another value than before, where something came. */
  readonly progress: () => unknown
  /** The machine slept for so many milliseconds, which `left` has not counted, after the moment `since`. */
  readonly suspended: (millis: number, since: number) => void
  readonly over: () => E
}

/** Watches from now on, and calls at most once, with what came of it; gives what ends the watching. @internal */
export type Guard<E> = (runtime: Runtime.Runtime<never>, strike: (error: E) => void) => () => void

/** A longer timer would fire at once; milliseconds. */
const longestTimer = 2 ** 31 - 1

/** Calls back after some milliseconds. A clock of somebody's own tells time to fibers alone. */
const after = (clock: Clock.Clock, millis: number, runtime: Runtime.Runtime<never>, wake: () => void): (() => void) => {
  if (isLive(clock)) {
    const timer = setTimeout(wake, Math.min(millis, longestTimer))
    return () => clearTimeout(timer)
  }
  const fiber = Runtime.runFork(runtime)(clock.sleep(Duration.millis(millis)))
  fiber.addObserver((exit) => {
    if (Exit.isSuccess(exit)) wake()
  })
  return () => fiber.unsafeInterruptAsFork(FiberId.none)
}

/** How late a guard sees that the machine has slept, milliseconds. */
const suspensionSeen = 15_000

/** A machine that slept less has not slept; milliseconds. */
const shortestSuspension = 1000

/**
 * Strikes when a limit is over: by one timer at a time, and without a fiber. A guard that woke late looks once more when the
 * network was read: what had come in time is no fault of the service.
 *
 * @internal
 */
export const guard =
  <E>(
    clock: Clock.Clock,
    limit: Limit<E>,
    bootMillis: (() => number | undefined) | undefined = isLive(clock) ? sinceBoot : undefined
  ): Guard<E> =>
  (runtime, strike) => {
    const now = nowOf(clock)
    const longest = bootMillis === undefined ? limit.longestSleep : Math.min(limit.longestSleep, suspensionSeen)
    let seen: { readonly at: number; readonly boot: number } | undefined
    let isOver = false
    let cancel: (() => void) | undefined

    /** Whether the machine has slept since the last time. The monotonic clock of Linux stands still then. */
    const wasSuspended = (): boolean => {
      const boot = bootMillis?.()
      if (boot === undefined) return false
      const before = seen
      seen = { at: now(), boot }
      if (before === undefined) return false
      const asleep = seen.boot - before.boot - (seen.at - before.at)
      if (asleep < shortestSuspension) return false
      limit.suspended(asleep, before.at)
      return true
    }

    const end = (): void => {
      isOver = true
      cancel?.()
    }

    const strikeNow = (): void => {
      isOver = true
      strike(limit.over())
    }

    const look = (millisLate: number): void => {
      if (isOver) return
      const left = limit.left()
      if (left > 0) {
        const millis = Math.min(left, longest)
        const due = now() + millis
        cancel = after(clock, millis, runtime, () => look(wasSuspended() ? Number.POSITIVE_INFINITY : now() - due))
        return
      }
      if (millisLate <= 0) return strikeNow()
      const before = limit.progress()
      catchUp(millisLate, () => {
        if (isOver) return
        if (limit.progress() === before && limit.left() <= 0) strikeNow()
        else look(millisLate)
      })
    }

    look(0)
    return end
  }

/**
 * The time since the machine was started, which goes on while it sleeps, in milliseconds: of the wall clock nobody could
 * tell whether the machine slept or the clock was set. `undefined` where a runtime does not tell it. Deno would ask its
 * user for a permission.
 */
const sinceBoot = (): number | undefined => {
  if ("Deno" in globalThis) return undefined
  const host: unknown = Reflect.get(globalThis, "process")
  if (!Predicate.hasProperty(host, "getBuiltinModule") || !Predicate.isFunction(host.getBuiltinModule)) {
    return undefined
  }
  const os: unknown = host.getBuiltinModule("node:os")
  const uptime: unknown = Predicate.hasProperty(os, "uptime") && Predicate.isFunction(os.uptime) ? os.uptime() : 0
  return typeof uptime === "number" && uptime > 0 ? uptime * 1000 : undefined
}
