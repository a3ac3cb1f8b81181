/** Whether anybody sees spans. */
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Tracer from "effect/Tracer"

/** Whether somebody replaced the tracer of the runtime, whose spans go nowhere. @internal */
export const isTraced = (services: Context.Context<DefaultServices.DefaultServices>): boolean =>
  Context.get(services, Tracer.Tracer) !== Context.get(DefaultServices.liveServices, Tracer.Tracer)
