// Generated from packages/client/src/internal/call/gate.ts by scripts/effect4: change that file.
/**
 * Lets at most so many pass at once, in the order in which they came.
 *
 * Effect's semaphore loses a permit that is granted in the same moment in which the waiting fiber is interrupted or times
 * out; here a grant that nobody takes goes back.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as elapsed from "../elapsed.js"

/** @internal */
export interface Gate {
  /**
   * Runs an effect inside. While it waits it can be interrupted; after `patience` it fails with `onTimeout`, at
   * once with `onFull` when `maxQueue` others wait already.
   */
  readonly pass: <A, E, R, E2>(effect: Effect.Effect<A, E, R>, options: PassOptions<E2>) => Effect.Effect<A, E | E2, R>
  readonly inFlight: () => number
  readonly waiting: () => number
}

/** @internal */
export interface PassOptions<E> {
  readonly patience: Duration.Duration
  readonly onTimeout: () => E
  readonly onFull: () => E
}

type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

interface Waiter {
  state: "waiting" | "granted" | "left"
  wake: () => void
}

/** @internal */
export const make = (limit: number, maxQueue: number): Gate => {
  const queue = new Set<Waiter>()
  let inFlight = 0

  const release = (): void => {
    inFlight--
    for (const next of queue) {
      queue.delete(next)
      inFlight++
      next.state = "granted"
      next.wake()
      return
    }
  }

  const leave = (waiter: Waiter): void => {
    if (waiter.state === "granted") release()
    queue.delete(waiter)
    waiter.state = "left"
  }

  /** Uninterruptible but for the waiting itself, so that whoever stands in the queue is always taken out of it. */
  const wait = <E>(options: PassOptions<E>, restore: Restore): Effect.Effect<void, E> =>
    Effect.suspend(() => {
      const waiter: Waiter = { state: "waiting", wake: () => {} }
      queue.add(waiter)
      const granted = Effect.callback<void, E>((resume) => {
        waiter.wake = () => resume(waiter.state === "granted" ? Effect.void : Effect.fail(options.onTimeout()))
        if (waiter.state !== "waiting") waiter.wake()
      })
      const leaving = Effect.sync(() => {
        if (waiter.state !== "waiting") return
        leave(waiter)
        waiter.wake()
      })
      const timed = Duration.isFinite(options.patience)
        ? Effect.flatMap(
            Effect.forkChild(Effect.interruptible(Effect.andThen(elapsed.sleep(options.patience), leaving))),
            (fiber) => Effect.ensuring(restore(granted), Effect.forkDetach(Fiber.interrupt(fiber)))
          )
        : restore(granted)
      return Effect.onInterrupt(timed, () => Effect.sync(() => leave(waiter)))
    })

  const enter = <E>(options: PassOptions<E>, restore: Restore): Effect.Effect<void, E> =>
    Effect.suspend(() => {
      if (inFlight < limit) {
        inFlight++
        return Effect.void
      }
      return queue.size >= maxQueue ? Effect.fail(options.onFull()) : wait(options, restore)
    })

  return {
    pass: (effect, options) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(enter(options, restore), () => Effect.ensuring(restore(effect), Effect.sync(release)))
      ),
    inFlight: () => inFlight,
    waiting: () => queue.size
  }
}
