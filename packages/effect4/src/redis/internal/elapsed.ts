// Generated from packages/redis/src/internal/elapsed.ts by scripts/effect4: change that file.
/**
 * Time that has passed, for whatever waits: the wall clock may be set back or forth by an hour, and timers may fire late.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/**
 * Milliseconds since some moment. Effect's nanoseconds come from a monotonic source, and from the test's clock under test;
 * its milliseconds are `Date.now()`.
 *
 * @internal
 */
export const millis = (clock: Clock.Clock): number => Number(clock.monotonicTimeNanosUnsafe()) / 1e6

const slices = 10

/** Node reads sockets between timers and `setImmediate`; the second one comes after what the first reads have led to. */
const turnOfIO: Effect.Effect<void> = Effect.callback<void>((resume) => {
  const immediate = setImmediate(() => resume(Effect.void))
  return Effect.sync(() => clearImmediate(immediate))
})

/**
 * Waits for as long as an answer may take, counted in time in which it could have been read: while the event loop is
 * blocked, answers stay in the socket. So it is waited in slices, of which each counts once however late its timer fires,
 * and at the end sockets are read once more.
 *
 * @internal
 */
export const patience = (duration: Duration.Duration): Effect.Effect<void> =>
  Effect.sleep(Duration.divideUnsafe(duration, slices)).pipe(
    Effect.repeat({ times: slices - 1 }),
    Effect.andThen(turnOfIO),
    Effect.andThen(turnOfIO)
  )

/**
 * The same clock, of which the milliseconds are elapsed time as well: for code of others that measures with them.
 *
 * @internal
 */
export const monotonic = (clock: Clock.Clock): Clock.Clock => ({
  currentTimeMillisUnsafe: () => millis(clock),
  currentTimeMillis: Effect.sync(() => millis(clock)),
  currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe(),
  monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
  monotonicTimeNanos: clock.monotonicTimeNanos,
  currentTimeNanos: clock.currentTimeNanos,
  sleep: (duration) => clock.sleep(duration)
})
