/** Those who look on at a call: it does not fail because one of them does. */
import * as Effect from "effect/Effect"

/** Tells one, whose failure goes to the log alone. @internal */
export const told = (tell: () => Effect.Effect<void>, failed: string): Effect.Effect<void> =>
  Effect.catchAllCause(Effect.suspend(tell), (cause) => Effect.logWarning(failed, cause))
