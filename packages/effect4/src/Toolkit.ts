// Generated from packages/client/src/Toolkit.ts by scripts/effect4: change that file.
/**
 * Tools with the handlers that run them: what `ToolLoop` offers to the model.
 *
 * A toolkit is a value that holds definitions; its handlers are a Layer, so that they can need services, and be replaced
 * in tests.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import { type Pipeable, pipeArguments } from "effect/Pipeable"
import type * as Scope from "effect/Scope"
import {
  type AnyHandler,
  type Call,
  type HandlerServices,
  implement,
  type Implementation,
  tagOf
} from "./internal/tools/handlers.js"
import { maxTools } from "./internal/tools/schema.js"
import type * as Tool from "./Tool.js"

export type { Call } from "./internal/tools/handlers.js"

/**
 * @since 0.1.0
 * @category symbols
 */
export const TypeId: unique symbol = Symbol.for("@effect-zhipu/effect4/Toolkit")

/**
 * @since 0.1.0
 * @category symbols
 */
export type TypeId = typeof TypeId

/**
 * Tools by their names.
 *
 * @since 0.1.0
 * @category models
 */
export type Tools = Readonly<Record<string, Tool.AnyDefinition>>

/**
 * What stands in the requirements of a program for the handler of a tool.
 *
 * @since 0.1.0
 * @category models
 */
export interface Handler<T extends Tool.AnyDefinition> {
  readonly _: unique symbol
  readonly tool: T
}

/**
 * The handlers that a toolkit needs.
 *
 * @since 0.1.0
 * @category utility types
 */
export type HandlersFor<T extends Tools> = { readonly [Name in keyof T]: Handler<T[Name]> }[keyof T]

/**
 * A function for each tool, from its parameters to an effect of its `success` and `failure`. It may need services, which
 * become requirements of the layer; a `Scope` is closed when the call ends.
 *
 * @since 0.1.0
 * @category utility types
 */
export type HandlersFrom<T extends Tools> = {
  readonly [Name in keyof T]: (
    parameters: Tool.Parameters<T[Name]>,
    call: Call
  ) => Effect.Effect<Tool.Success<T[Name]>, Tool.Failure<T[Name]>, unknown>
}

/**
 * The services that handlers need.
 *
 * @since 0.1.0
 * @category utility types
 */
export type HandlersContext<Handlers> = {
  readonly [Name in keyof Handlers]: Handlers[Name] extends (
    ...args: never
  ) => Effect.Effect<infer _A, infer _E, infer R>
    ? R
    : never
}[keyof Handlers]

/**
 * Tools by the names in their definitions.
 *
 * @since 0.1.0
 * @category utility types
 */
export type ByName<List extends ReadonlyArray<Tool.AnyDefinition>> = {
  readonly [T in List[number] as T["name"]]: T
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Toolkit<in out T extends Tools> extends Pipeable {
  readonly [TypeId]: TypeId
  readonly tools: T
  /** What goes into `tools` of a request. */
  readonly wire: ReadonlyArray<Tool.FunctionTool>
  /** Gives the handlers back: for their types, where they are not written in `toLayer` itself. */
  readonly of: <Handlers extends HandlersFrom<T>>(handlers: Handlers) => Handlers
  /**
   * The handlers as a Layer, given as functions or as an effect that makes them. What the functions need, the layer
   * needs.
   */
  readonly toLayer: <Handlers extends HandlersFrom<T>, EX = never, RX = never>(
    build: Handlers | Effect.Effect<Handlers, EX, RX>
  ) => Layer.Layer<
    HandlersFor<T>,
    EX,
    Exclude<RX | HandlersContext<Handlers> | Tool.SchemaContext<T[keyof T]>, Scope.Scope>
  >
}

/**
 * Any toolkit.
 *
 * @since 0.1.0
 * @category utility types
 */
export interface Any {
  readonly [TypeId]: TypeId
  readonly tools: Tools
}

/**
 * Puts tools together. Throws, as this is a fault of the program, where two have one name, or where there are more than
 * the 128 that a request may offer.
 *
 * @example
 * ```ts
 * import { Tool, Toolkit } from "@effect-zhipu/effect4"
 * import { Context, Effect, Schema } from "effect"
 *
 * class Thermometer extends Context.Service<
 *   Thermometer,
 *   { readonly read: (city: string) => Effect.Effect<number> }
 * >()("Thermometer") {}
 *
 * const getWeather = Tool.make("get_weather", {
 *   description: "The weather in a city, now",
 *   parameters: { city: Schema.String },
 *   success: Schema.Struct({ celsius: Schema.Number })
 * })
 *
 * export const toolkit = Toolkit.make(getWeather)
 *
 * // Layer<Handler<get_weather>, never, Thermometer>
 * export const handlers = toolkit.toLayer({
 *   get_weather: ({ city }) =>
 *     Effect.map(Effect.flatMap(Thermometer, (thermometer) => thermometer.read(city)), (celsius) => ({ celsius }))
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <const List extends ReadonlyArray<Tool.AnyDefinition>>(...list: List): Toolkit<ByName<List>> => {
  if (list.length > maxTools) {
    throw new Error(`A toolkit of ${list.length} tools cannot be offered: a request takes ${maxTools} at most.`)
  }
  const tools = new Map<string, Tool.AnyDefinition>()
  for (const tool of list) {
    if (tools.has(tool.name))
      throw new Error(`Two tools of a toolkit are named ${tool.name}: the model could not choose.`)
    tools.set(tool.name, tool)
  }
  const self = {
    [TypeId]: TypeId,
    tools: Object.fromEntries(tools),
    wire: list.map((tool) => tool.wire),
    of: identity,
    toLayer: (build: Build) => toLayer(list, build),
    pipe() {
      return pipeArguments(this, arguments)
    }
  }
  return self as unknown as Toolkit<ByName<List>>
}

type HandlerRecord = Readonly<Record<string, unknown>>

/** Of what the functions need, only their types know. */
type Build = HandlerRecord | Effect.Effect<HandlerRecord, never, HandlerServices>

const toLayer = (
  tools: ReadonlyArray<Tool.AnyDefinition>,
  build: Build
): Layer.Layer<Implementation, never, HandlerServices> => {
  const made = Effect.isEffect(build) ? build : Effect.succeed(build)
  const context = Effect.zipWith(made, Effect.context<HandlerServices>(), (handlers, captured) =>
    Context.mergeAll(
      ...tools.map((tool) => {
        const handler = Object.hasOwn(handlers, tool.name) ? handlers[tool.name] : undefined
        if (typeof handler !== "function") throw new Error(`The tool ${tool.name} has no handler.`)
        return Context.make(tagOf(tool), implement(tool, handler as AnyHandler, captured))
      })
    )
  )
  return Layer.effectContext(context)
}

/**
 * A toolkit without tools.
 *
 * @since 0.1.0
 * @category constructors
 */
export const empty: Toolkit<{}> = make()

/**
 * Puts toolkits together. Throws as `make` does. Handlers of the parts are handlers of the whole.
 *
 * @since 0.1.0
 * @category combinators
 */
export const merge = <A extends Tools, B extends Tools>(self: Toolkit<A>, that: Toolkit<B>): Toolkit<A & B> =>
  make(
    ...Object.values<Tool.AnyDefinition>(self.tools),
    ...Object.values<Tool.AnyDefinition>(that.tools)
  ) as unknown as Toolkit<A & B>
