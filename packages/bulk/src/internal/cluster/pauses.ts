/** Pauses by model that all processes keep: what one of them is told of a model, the others need not find out. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Pauses } from "../job/pauses.js"
import type { Held, Runners } from "../store/rows.js"

/** @internal */
export interface SharedPauses extends Pauses {
  /** What the others hold. */
  readonly heard: (held: Held) => Effect.Effect<void>
}

/** @internal */
export const make = (own: Pauses, runners: Runners): SharedPauses => ({
  wait: own.wait,
  hold: (model, duration) =>
    Effect.zipRight(
      own.hold(model, duration),
      // A database that cannot be reached is told of elsewhere, and this process waits all the same.
      Effect.ignore(runners.hold(model, Duration.toMillis(duration)))
    ),
  heard: (held) =>
    Effect.forEach(Object.entries(held), ([model, millis]) => own.hold(model, Duration.millis(millis)), {
      discard: true
    })
})
