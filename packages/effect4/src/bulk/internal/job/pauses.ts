// Generated from packages/bulk/src/internal/job/pauses.ts by scripts/effect4: change that file.
/**
 * Pauses by model: where the service throttles a call or is overloaded, it is so for all items of that model. One of them being told
 * to wait, none of them is asked for before that time is over.
 */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"

/** @internal */
export interface Pauses {
  /** Holds a model for so long from now on, unless it is held for longer already. */
  readonly hold: (model: string, duration: Duration.Duration) => Effect.Effect<void>
  /** Waits until nothing holds a model. */
  readonly wait: (model: string) => Effect.Effect<void>
}

/** @internal */
export const make = (): Pauses => {
  /** Until when, in milliseconds since the epoch. */
  const held = new Map<string, number>()

  const wait = (model: string): Effect.Effect<void> =>
    Effect.suspend(() => {
      const until = held.get(model)
      return until === undefined
        ? Effect.void
        : Effect.flatMap(Clock.currentTimeMillis, (now) => {
            // It may have been held for longer while one slept.
            if (now < until) return Effect.andThen(Effect.sleep(until - now), wait(model))
            held.delete(model)
            return Effect.void
          })
    })

  return {
    hold: (model, duration) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const until = now + Duration.toMillis(duration)
        if (until > (held.get(model) ?? 0)) held.set(model, until)
      }),
    wait
  }
}
