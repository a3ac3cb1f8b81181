/**
 * Tools: defined from Schemas by `make`, for `Toolkit` and `ToolLoop` to run, and as a request offers them, by `fn`,
 * `webSearch`, `retrieval` and `mcp`.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import { type Pipeable, pipeArguments } from "effect/Pipeable"
import { hasProperty } from "effect/Predicate"
import type * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { namePattern, parametersOf } from "./internal/tools/schema.js"
import { fn, type FunctionTool } from "./RequestTool.js"

export {
  fn,
  type FunctionOptions,
  FunctionTool,
  mcp,
  McpTool,
  OtherTool,
  RequestTool as Tool,
  retrieval,
  RetrievalTool,
  ToolChoice,
  webSearch,
  WebSearchTool
} from "./RequestTool.js"

/**
 * @since 0.1.0
 * @category symbols
 */
export const DefinitionTypeId: unique symbol = Symbol.for("@effect-zhipu/client/Tool/Definition")

/**
 * @since 0.1.0
 * @category symbols
 */
export type DefinitionTypeId = typeof DefinitionTypeId

/**
 * What to do when a call goes wrong: tell the model, which may then do better, or fail the loop.
 *
 * @since 0.1.0
 * @category models
 */
export type OnError = "tell" | "fail"

/**
 * What a tool does about each thing that can go wrong with a call of it.
 *
 * - `onFailure`: the handler fails with its `failure`. Default `"tell"`.
 * - `onDefect`: the handler dies, its result does not fit its `success`, or its `parameters` or `needsApproval` throw.
 *   Default `"fail"`. The model is told only that the tool failed, never the defect.
 * - `onTimeout`: the handler is not done within `timeout`. Default `"tell"`.
 * - `onInterrupt`: the handler is interrupted by something other than the loop. Default `"fail"`.
 * - `onInvalidArguments`: the arguments are JSON but do not decode. Default `"tell"`.
 *
 * Arguments that were cut or are not JSON always fail the loop: they cannot be sent back, so there is nothing to tell.
 *
 * @since 0.1.0
 * @category models
 */
export interface Policy {
  readonly onFailure: OnError
  readonly onDefect: OnError
  readonly onTimeout: OnError
  readonly onInterrupt: OnError
  readonly onInvalidArguments: OnError
}

/**
 * The policy of a tool that names none.
 *
 * @since 0.1.0
 * @category policies
 */
export const defaultPolicy: Policy = {
  onFailure: "tell",
  onDefect: "fail",
  onTimeout: "tell",
  onInterrupt: "fail",
  onInvalidArguments: "tell"
}

/**
 * A function of yours, defined by Schemas. `wire` is what goes into `tools` of a request.
 *
 * @since 0.1.0
 * @category models
 */
export interface Definition<
  Name extends string,
  Parameters extends Schema.Schema.Any,
  Success extends Schema.Schema.Any,
  Failure extends Schema.Schema.All
> extends Pipeable {
  readonly [DefinitionTypeId]: DefinitionTypeId
  readonly name: Name
  readonly description: string
  readonly parametersSchema: Parameters
  readonly successSchema: Success
  readonly failureSchema: Failure
  readonly policy: Policy
  readonly timeout: Duration.Duration | undefined
  readonly retry: Schedule.Schedule<unknown, Schema.Schema.Type<Failure>> | undefined
  readonly needsApproval: boolean | ((parameters: Schema.Schema.Type<Parameters>) => boolean) | undefined
  readonly coerceArguments: boolean | undefined
  readonly wire: FunctionTool
}

/**
 * A definition of any tool.
 *
 * @since 0.1.0
 * @category models
 */
export interface AnyDefinition extends Definition<string, Schema.Schema.Any, Schema.Schema.Any, Schema.Schema.All> {}

/**
 * What the handler of a tool is given.
 *
 * @since 0.1.0
 * @category utility types
 */
export type Parameters<T extends AnyDefinition> = Schema.Schema.Type<T["parametersSchema"]>

/**
 * What the handler of a tool gives.
 *
 * @since 0.1.0
 * @category utility types
 */
export type Success<T extends AnyDefinition> = Schema.Schema.Type<T["successSchema"]>

/**
 * What the handler of a tool may fail with.
 *
 * @since 0.1.0
 * @category utility types
 */
export type Failure<T extends AnyDefinition> = Schema.Schema.Type<T["failureSchema"]>

/**
 * The services that the Schemas of a tool need.
 *
 * @since 0.1.0
 * @category utility types
 */
export type SchemaContext<T extends AnyDefinition> = Schema.Schema.Context<
  T["parametersSchema"] | T["successSchema"] | T["failureSchema"]
>

/**
 * The Schema of parameters that were given as fields, or as a Schema.
 *
 * @since 0.1.0
 * @category utility types
 */
export type ParametersSchema<Parameters> = Parameters extends Schema.Schema.Any
  ? Parameters
  : Parameters extends Schema.Struct.Fields
    ? Schema.Struct<Parameters>
    : never

/**
 * Whether a value is the definition of a tool.
 *
 * @since 0.1.0
 * @category guards
 */
export const isDefinition = (u: unknown): u is AnyDefinition => hasProperty(u, DefinitionTypeId)

/**
 * Defines a function of yours from Schemas, for `Toolkit` and `ToolLoop`: the model is shown the JSON Schema of
 * `parameters`, and the handler is given what they decode to. A program that answers calls itself offers it by `fn`.
 *
 * - `parameters`: fields, or the Schema of an object. Default: none. Annotate fields with a `description` for the model.
 * - `success`, `failure`: what the handler gives and may fail with, as the model is shown it. Default: any value that is
 *   JSON, and no failure.
 * - `policy`: what becomes of a call that goes wrong; one word for everything, or parts of `Policy`.
 * - `timeout`: how long a call may take, its retries included. Default: for ever.
 * - `retry`: when the handler is run again after a failure. Never after a defect. Default: not at all.
 * - `needsApproval`: `true`, or a function of the parameters: a call waits for the `approve` of the loop, and is held where
 *   the loop has none. `false`: it runs unasked. Default: what the loop says, which is `false` where it says nothing.
 *
 * - `coerceArguments`: models write `"5"` for 5, `"true"` for true, or an object as JSON in a text. With `true`, arguments that
 *   do not decode are read again with such texts as what the JSON Schema asks for, where nothing is lost by it: a text that
 *   is no number, or one that a number cannot hold, stays a text. What goes back to the model is what it wrote. Default: what
 *   the loop says.
 *
 * The model is shown the JSON Schema as the service takes it; see `fn`.
 *
 * Throws, as this is a fault of the program, where `name` does not match `^[a-zA-Z0-9_-]{1,64}$` or `parameters` has no
 * JSON Schema.
 *
 * @example
 * ```ts
 * import { Tool } from "@effect-zhipu/client"
 * import { Schema } from "effect"
 *
 * export const getWeather = Tool.make("get_weather", {
 *   description: "The weather in a city, now",
 *   parameters: { city: Schema.String.annotations({ description: "Name of the city, in English" }) },
 *   success: Schema.Struct({ sky: Schema.String, celsius: Schema.Number }),
 *   failure: Schema.String,
 *   timeout: "10 seconds"
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <
  const Name extends string,
  Parameters extends Schema.Struct.Fields | Schema.Schema.Any = {},
  Success extends Schema.Schema.Any = typeof Schema.Unknown,
  Failure extends Schema.Schema.All = typeof Schema.Never
>(
  name: Name,
  options: {
    readonly description: string
    readonly parameters?: Parameters | undefined
    readonly success?: Success | undefined
    readonly failure?: Failure | undefined
    readonly policy?: OnError | Partial<Policy> | undefined
    readonly timeout?: Duration.DurationInput | undefined
    readonly retry?: Schedule.Schedule<unknown, NoInfer<Schema.Schema.Type<Failure>>> | undefined
    readonly needsApproval?:
      | boolean
      | ((parameters: NoInfer<Schema.Schema.Type<ParametersSchema<Parameters>>>) => boolean)
      | undefined
    readonly coerceArguments?: boolean | undefined
  }
): Definition<Name, ParametersSchema<Parameters>, Success, Failure> => {
  if (!namePattern.test(name)) {
    throw new Error(`A tool cannot be named ${JSON.stringify(name)}: use 1 to 64 letters of A-Z a-z 0-9 _ and -.`)
  }
  const { description, parameters, policy, timeout } = options
  const parametersSchema: Schema.Schema.Any =
    parameters === undefined || !Schema.isSchema(parameters) ? Schema.Struct({ ...parameters }) : parameters
  const definition = {
    [DefinitionTypeId]: DefinitionTypeId,
    name,
    description,
    parametersSchema,
    successSchema: options.success ?? Schema.Unknown,
    failureSchema: options.failure ?? Schema.Never,
    policy: typeof policy === "string" ? everywhere(policy) : { ...defaultPolicy, ...policy },
    timeout: timeout === undefined ? undefined : Duration.decode(timeout),
    retry: options.retry,
    needsApproval: options.needsApproval,
    coerceArguments: options.coerceArguments,
    wire: fn({ name, description, parameters: parametersOf(name, parametersSchema) }),
    pipe() {
      return pipeArguments(this, arguments)
    }
  }
  return definition as unknown as Definition<Name, ParametersSchema<Parameters>, Success, Failure>
}

const everywhere = (onError: OnError): Policy => ({
  onFailure: onError,
  onDefect: onError,
  onTimeout: onError,
  onInterrupt: onError,
  onInvalidArguments: onError
})
