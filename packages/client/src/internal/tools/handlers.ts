/** What a toolkit keeps of the handler of a tool: functions that need nothing more, as their services are captured. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ParseError } from "effect/ParseResult"
import { globalValue } from "effect/GlobalValue"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import type { AnyDefinition } from "../../Tool.js"

/** The errors of handlers, whose types are those of the Schemas of their tools. @internal */
export interface HandlerFailure {
  readonly _: unique symbol
}

/** The services that handlers need, which the layer of their toolkit provides. @internal */
export interface HandlerServices {
  readonly _: unique symbol
}

/**
 * The call that a handler runs for: its `id`, the `name` of the tool, and the `round` of the loop, from 1.
 *
 * @since 0.1.0
 * @category models
 */
export interface Call {
  readonly id: string
  readonly name: string
  readonly round: number
}

/** @internal */
export interface Implementation {
  readonly decode: (input: unknown) => Effect.Effect<unknown, ParseError>
  readonly run: (parameters: unknown, call: Call) => Effect.Effect<unknown, HandlerFailure>
  readonly encodeSuccess: (value: unknown) => Effect.Effect<unknown, ParseError>
  readonly encodeFailure: (error: unknown) => Effect.Effect<unknown, ParseError>
}

/** @internal */
export type AnyHandler = (parameters: unknown, call: Call) => Effect.Effect<unknown, HandlerFailure, HandlerServices>

type HandlerTag = Context.Tag<Implementation, Implementation>

const tags = globalValue("@effect-zhipu/client/Tool/tags", () => ({
  count: 0,
  byTool: new WeakMap<AnyDefinition, HandlerTag>()
}))

/** A tag for each definition, not for each name: tools of two toolkits may share one. @internal */
export const tagOf = (tool: AnyDefinition): HandlerTag => {
  const known = tags.byTool.get(tool)
  if (known !== undefined) return known
  const tag = Context.GenericTag<Implementation>(`@effect-zhipu/client/Tool/${tool.name}/${++tags.count}`)
  tags.byTool.set(tool, tag)
  return tag
}

type AnySchema = Schema.Schema<unknown, unknown, HandlerServices>

/** @internal */
export const implement = (
  tool: AnyDefinition,
  handler: AnyHandler,
  captured: Context.Context<HandlerServices>
): Implementation => {
  // The services of the layer win, so that the loop cannot swap what the handlers were given. Only what belongs to a
  // call comes from its caller.
  const own: Context.Context<HandlerServices> = Context.omit(
    Scope.Scope,
    Tracer.ParentSpan
  )(captured as Context.Context<HandlerServices | Scope.Scope | Tracer.ParentSpan>)
  const provided = <A, E>(effect: Effect.Effect<A, E, HandlerServices>): Effect.Effect<A, E> =>
    Effect.mapInputContext(effect, (input: Context.Context<never>) => Context.merge(input, own))
  const decode = Schema.decodeUnknown(tool.parametersSchema as AnySchema, { errors: "all" })
  const encodeSuccess = Schema.encodeUnknown(tool.successSchema as AnySchema)
  const encodeFailure = Schema.encodeUnknown(tool.failureSchema as AnySchema)
  return {
    // A Schema that throws does so when it is called: suspended, it is a defect like any other.
    decode: (input) => provided(Effect.suspend(() => decode(input))),
    run: (parameters, call) => provided(Effect.scoped(Effect.suspend(() => handler(parameters, call)))),
    encodeSuccess: (value) => provided(Effect.suspend(() => encodeSuccess(value))),
    encodeFailure: (error) => provided(Effect.suspend(() => encodeFailure(error)))
  }
}
