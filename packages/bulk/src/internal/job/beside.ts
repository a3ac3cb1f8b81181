/** A race that is interrupted leaves both to end behind its back, when the store may be closed already. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"

/** Runs an effect until it or another one ends. Whatever ends it, an interrupt too, the effect has ended then, with all that it had to store. @internal */
export const beside = <A, E, R, A2, E2, R2>(
  effect: Effect.Effect<A, E, R>,
  other: Effect.Effect<A2, E2, R2>
): Effect.Effect<A | A2, E | E2, R | R2> =>
  Effect.scoped(Effect.flatMap(Effect.forkScoped(effect), (fiber) => Effect.raceFirst(Fiber.join(fiber), other)))
