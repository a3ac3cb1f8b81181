// Generated from packages/bulk/src/internal/local/slots.ts by scripts/effect4: change that file.
/** How many items all jobs of a process ask for at once; who waits is served by priority, then in order. */
import * as Effect from "effect/Effect"

/** @internal */
export interface Slots {
  /** Runs an effect while it holds a slot. */
  readonly hold: (priority: number) => <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

interface Waiter {
  readonly priority: number
  readonly go: () => void
}

/** @internal */
export const make = (size: number): Slots => {
  let free = size
  const waiters: Array<Waiter> = []

  const release = Effect.sync(() => {
    const next = waiters.shift()
    if (next === undefined) free++
    else next.go()
  })

  const take = (priority: number): Effect.Effect<void> =>
    Effect.callback<void>((resume) => {
      if (free > 0) {
        free--
        return resume(Effect.void)
      }
      const waiter: Waiter = { priority, go: () => resume(Effect.void) }
      const behind = waiters.findIndex((other) => other.priority < priority)
      waiters.splice(behind === -1 ? waiters.length : behind, 0, waiter)
      return Effect.sync(() => {
        const at = waiters.indexOf(waiter)
        if (at !== -1) waiters.splice(at, 1)
      })
    })

  return {
    hold: (priority) => (effect) =>
      size === Number.POSITIVE_INFINITY
        ? effect
        : // Whoever waits for a slot can be interrupted: it may be a long call of another job that holds it.
          Effect.uninterruptibleMask((restore) =>
            Effect.andThen(restore(take(priority)), Effect.ensuring(restore(effect), release))
          )
  }
}
