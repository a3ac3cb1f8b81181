// Generated from packages/client/src/internal/call/onlooker.ts by scripts/effect4: change that file.
/** Those who look on at a call: it does not fail because one of them does. */
import * as Effect from "effect/Effect"

/** Tells one, whose failure goes to the log alone. @internal */
export const told = (tell: () => Effect.Effect<void>, failed: string): Effect.Effect<void> =>
  Effect.catchCause(Effect.suspend(tell), (cause) => Effect.logWarning(failed, cause))
