// Generated from packages/client/src/internal/telemetry/spanEvent.ts by scripts/effect4: change that file.
/** An event in the span that is current. */
import * as Effect from "effect/Effect"

/** Something that happened in the span of the caller, if there is one. @internal */
export const spanEvent = (name: string, attributes: Record<string, unknown>): Effect.Effect<void> =>
  Effect.ignore(
    Effect.flatMap(Effect.currentSpan, (span) =>
      Effect.clockWith((clock) => Effect.sync(() => span.event(name, clock.currentTimeNanosUnsafe(), attributes)))
    )
  )
