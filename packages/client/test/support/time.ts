/** Runs effects under the TestClock and tells when they ended. */
import { Clock, type Duration, Effect, Exit, Fiber, Option, TestClock } from "effect"

export interface Driven<A, E> {
  readonly exit: Exit.Exit<A, E>
  /** Milliseconds of the clock from the start to the end. */
  readonly took: number
}

const moment = Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 5)))

/** Forks the effect, lets so much time pass, and gives how it ended; one that has not ended by then is a defect. */
export const drive = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  upTo: Duration.DurationInput
): Effect.Effect<Driven<A, E>, never, R> =>
  Effect.gen(function* () {
    const from = yield* Clock.currentTimeMillis
    // A daemon, so that an effect that cannot be interrupted does not keep the test from ending.
    const fiber = yield* Effect.forkDaemon(Effect.zip(Effect.exit(effect), Clock.currentTimeMillis))
    // Signing happens on a thread, which takes real time; moments of it change nothing for the TestClock. What is signed at first
    // is done before the clock moves, or a deadline would pass meanwhile.
    yield* Effect.repeatN(moment, 3)
    yield* TestClock.adjust(upTo)
    const ended = yield* Fiber.poll(fiber).pipe(
      Effect.zipLeft(moment),
      Effect.repeat({ until: Option.isSome, times: 400 })
    )
    if (Option.isNone(ended)) {
      yield* Fiber.interruptFork(fiber)
      return yield* Effect.dieMessage("the effect had not ended by then")
    }
    const [exit, at] = yield* ended.value
    return { exit, took: at - from }
  })

/** The error that an effect under the TestClock ends with, and when. */
export const driveToError = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  upTo: Duration.DurationInput
): Effect.Effect<{ readonly error: E; readonly took: number }, never, R> =>
  Effect.flatMap(drive(Effect.flip(effect), upTo), ({ exit, took }) =>
    Exit.isSuccess(exit) ? Effect.succeed({ error: exit.value, took }) : Effect.dieMessage("the effect did not fail")
  )

/** The clock at hand, of which the time on the wall can be set. */
export const settableClock = Effect.map(Effect.clock, (clock) => {
  let by = 0
  const wall = (): number => clock.unsafeCurrentTimeMillis() + by
  const settable: Clock.Clock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: wall,
    currentTimeMillis: Effect.sync(wall),
    unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos(),
    currentTimeNanos: clock.currentTimeNanos,
    sleep: (duration) => clock.sleep(duration)
  }
  return {
    clock: settable,
    set: (millis: number) =>
      Effect.sync(() => {
        by = millis
      })
  }
})
