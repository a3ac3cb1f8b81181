/**
 * The clock of tests as that of Effect 3 goes: before it goes forth, and after each sleep that ends, fibers get to where they wait.
 * That of Effect 4 waits for no fiber that has still to begin, or to come back from a promise, so real time lets them.
 */
import { type Duration, Effect, Scheduler } from "effect"
import * as TestClock from "effect/testing/TestClock"

/** Some turns of the event loop that come in time; on a machine that is busy they do not, nor does what is waited for. */
const settled = async (): Promise<void> => {
  for (let inTime = 0, turns = 0; inTime < 2 && turns < 20; turns++) {
    const from = performance.now()
    await new Promise((resolve) => setTimeout(resolve, 5))
    inTime = performance.now() - from < 10 ? inTime + 1 : 0
  }
}

const patient = new Scheduler.MixedScheduler("async", (task) => {
  let isWanted = true
  void settled().then(() => {
    if (isWanted) task()
  })
  return () => {
    isWanted = false
  }
})

export const adjust = (duration: Duration.Input): Effect.Effect<void> =>
  Effect.andThen(
    Effect.promise(settled),
    Effect.provideService(TestClock.adjust(duration), Scheduler.Scheduler, patient)
  )
