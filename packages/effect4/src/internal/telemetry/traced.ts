// Generated from packages/client/src/internal/telemetry/traced.ts by scripts/effect4: change that file.
/** Whether anybody sees spans. */
import * as Context from "effect/Context"
import * as Tracer from "effect/Tracer"

/** Whether somebody replaced the tracer of the runtime, whose spans go nowhere. @internal */
export const isTraced = (context: Context.Context<never>): boolean =>
  Context.get(context, Tracer.Tracer) !== Tracer.Tracer.defaultValue()
