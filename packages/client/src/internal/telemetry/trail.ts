/** Who is told what became of a call on its way: which key was left, which option was tried. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { constVoid } from "effect/Function"
import type { Attempt } from "../../Fallback.js"

/** A Reference, not a FiberRef: a stream gets it as it gets any service, wherever its fibers run. @internal */
export class Trail extends Context.Reference<Trail>()("@effect-zhipu/client/Trail", {
  defaultValue: (): { readonly record: (attempt: Attempt) => void } => ({ record: constVoid })
}) {}

/** @internal */
export const record = (attempt: Attempt): Effect.Effect<void> => Effect.map(Trail, (trail) => trail.record(attempt))

/** Something that happened in the span of the caller, if there is one. @internal */
export const spanEvent = (name: string, attributes: Record<string, unknown>): Effect.Effect<void> =>
  Effect.ignore(
    Effect.flatMap(Effect.currentSpan, (span) =>
      Effect.clockWith((clock) => Effect.sync(() => span.event(name, clock.unsafeCurrentTimeNanos(), attributes)))
    )
  )
