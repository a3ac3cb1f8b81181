/** What a toolkit keeps of the handler of a tool: functions that need nothing more, as their services are captured. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ParseError } from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type { AnyDefinition } from "../Tool.js"

/** Whatever handlers fail with: the Schemas of their tools know. @internal */
export interface HandlerFailure {
  readonly _: unique symbol
}

/** Whatever handlers need: the layer of their toolkit has it. @internal */
export interface HandlerServices {
  readonly _: unique symbol
}

/** The call that a handler runs for. @internal */
export interface CallInfo {
  readonly id: string
  readonly name: string
  readonly round: number
}

/** @internal */
export interface Implementation {
  readonly decode: (input: unknown) => Effect.Effect<unknown, ParseError>
  readonly run: (parameters: unknown, call: CallInfo) => Effect.Effect<unknown, HandlerFailure>
  readonly encodeSuccess: (value: unknown) => Effect.Effect<unknown, ParseError>
  readonly encodeFailure: (error: unknown) => Effect.Effect<unknown, ParseError>
}

/** @internal */
export type AnyHandler = (
  parameters: unknown,
  call: CallInfo
) => Effect.Effect<unknown, HandlerFailure, HandlerServices>

/** @internal */
export const tagOf = (name: string): Context.Tag<Implementation, Implementation> =>
  Context.GenericTag<Implementation>(`@effect-zhipu/client/Tool/${name}`)

type AnySchema = Schema.Schema<unknown, unknown, HandlerServices>

/** @internal */
export const implement = (
  tool: AnyDefinition,
  handler: AnyHandler,
  captured: Context.Context<HandlerServices>
): Implementation => {
  // What runs the handler has the last word: the span it runs in, its clock, its scope.
  const provided = <A, E>(effect: Effect.Effect<A, E, HandlerServices>): Effect.Effect<A, E> =>
    Effect.mapInputContext(effect, (input: Context.Context<never>) => Context.merge(captured, input))
  const decode = Schema.decodeUnknown(tool.parametersSchema as AnySchema)
  const encodeSuccess = Schema.encodeUnknown(tool.successSchema as AnySchema)
  const encodeFailure = Schema.encodeUnknown(tool.failureSchema as AnySchema)
  return {
    decode: (input) => provided(decode(input)),
    run: (parameters, call) => provided(Effect.scoped(Effect.suspend(() => handler(parameters, call)))),
    encodeSuccess: (value) => provided(encodeSuccess(value)),
    encodeFailure: (error) => provided(encodeFailure(error))
  }
}
