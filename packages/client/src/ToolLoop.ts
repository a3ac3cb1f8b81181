/**
 * An agent: the model calls tools, their handlers run, the results go back, until it answers. All of it comes as one
 * `Stream`.
 *
 * It fails closed. All calls of a turn are checked before any handler runs: arguments that were cut, are not JSON or do
 * not decode never reach one. Then approvals are asked for, one after the other. Then the handlers run, so many at once,
 * and their results go back in the order of the calls, whatever order they came in.
 *
 * - What goes wrong with a tool is told to the model or fails the loop, by the `policy` of the tool. When one fails the
 *   loop, the handlers that run beside it are interrupted, and those that wait are not run.
 * - Arguments that were cut, are not JSON or lost bytes on the way fail the loop, and no handler of the turn runs.
 * - `finish_reason: "sensitive"` fails it with `ContentFilteredError`, and no handler of the turn runs. A turn without
 *   calls is the answer, whatever else its finish reason is, `length` too.
 * - Reasoning and ids go back byte for byte, so `thinking: { clear_thinking: false }` finds what it needs.
 * - Interrupting the stream interrupts the handlers, and waits for them.
 *
 * Each handler runs in a span `execute_tool {name}`, without arguments and results.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { ChatCompletion } from "./ChatCompletion.js"
import type { ChatRequest } from "./ChatRequest.js"
import type { ChunkEvent } from "./ChunkEvent.js"
import * as internal from "./internal/tools/loop.js"
import type { Approval, RequestSettings } from "./internal/tools/options.js"
import type * as Tool from "./Tool.js"
import type { CallReason, ExecutionReason, ToolError } from "./ToolError.js"
import type * as Toolkit from "./Toolkit.js"
import * as Transcript from "./Transcript.js"
import type { ZhipuChat } from "./ZhipuChat.js"
import type { ZhipuError } from "./ZhipuError.js"

export type { Approval, RequestSettings } from "./internal/tools/options.js"

/**
 * An event of a turn of the model, as `ZhipuChat.stream` gives it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Chunk {
  readonly _tag: "Chunk"
  /** From 1. */
  readonly round: number
  readonly event: ChunkEvent
}

/**
 * The model has ended a turn. `transcript` holds it, its calls still without results: saved here, calls are run again
 * on resuming.
 *
 * @since 0.1.0
 * @category models
 */
export interface TurnFinished {
  readonly _tag: "TurnFinished"
  readonly round: number
  readonly completion: ChatCompletion
  readonly transcript: Transcript.Transcript
}

/**
 * A handler has given its result. `content` is what the model is told.
 *
 * @since 0.1.0
 * @category models
 */
export type ToolResult<T extends Toolkit.Tools> = {
  readonly [Name in keyof T & string]: {
    readonly _tag: "ToolResult"
    readonly round: number
    readonly id: string
    readonly name: Name
    readonly result: Tool.Success<T[Name]>
    readonly content: string
  }
}[keyof T & string]

/**
 * A call went wrong, and the model is told so by `content`. `name` is as the model wrote it.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolFailed {
  readonly _tag: "ToolFailed"
  readonly round: number
  readonly id: string
  readonly name: string
  readonly reason: CallReason | ExecutionReason
  readonly content: string
}

/**
 * A call was denied, and the model is told so by `content`.
 *
 * @since 0.1.0
 * @category models
 */
export interface ApprovalDenied {
  readonly _tag: "ApprovalDenied"
  readonly round: number
  readonly id: string
  readonly name: string
  readonly content: string
}

/**
 * All calls of a turn have their results: the place to save `transcript`.
 *
 * @since 0.1.0
 * @category models
 */
export interface RoundFinished {
  readonly _tag: "RoundFinished"
  readonly round: number
  readonly transcript: Transcript.Transcript
}

/**
 * The model has answered. The last event.
 *
 * @since 0.1.0
 * @category models
 */
export interface Finished {
  readonly _tag: "Finished"
  readonly round: number
  readonly completion: ChatCompletion
  readonly transcript: Transcript.Transcript
}

/**
 * What a loop yields. Of each round: `Chunk`s, then `TurnFinished`, then one `ApprovalDenied`, `ToolFailed` or
 * `ToolResult` for each call as it is settled, then `RoundFinished`. `Finished` comes last.
 *
 * @since 0.1.0
 * @category models
 */
export type Event<T extends Toolkit.Tools> =
  | Chunk
  | TurnFinished
  | ToolResult<T>
  | ToolFailed
  | ApprovalDenied
  | RoundFinished
  | Finished

/**
 * The answer of a loop. `usage` of the transcript is the sum of all rounds, that of the completion is of the last.
 *
 * @since 0.1.0
 * @category models
 */
export interface Answer {
  readonly completion: ChatCompletion
  readonly transcript: Transcript.Transcript
}

/**
 * What an approval is asked for: the parameters are decoded.
 *
 * @since 0.1.0
 * @category approval
 */
export type Call<T extends Toolkit.Tools> = {
  readonly [Name in keyof T & string]: {
    readonly id: string
    readonly name: Name
    readonly round: number
    readonly parameters: Tool.Parameters<T[Name]>
  }
}[keyof T & string]

/**
 * The call may run.
 *
 * @since 0.1.0
 * @category approval
 */
export const approved: Approval = { _tag: "Approved" }

/**
 * The call may not run, and the model is told so, with the reason if there is one.
 *
 * @since 0.1.0
 * @category approval
 */
export const denied = (reason?: string): Approval => ({ _tag: "Denied", reason })

/**
 * Nobody knows yet: the other calls of the turn run, then the loop fails with `ToolLoopHeld`, to be resumed.
 *
 * @since 0.1.0
 * @category approval
 */
export const held: Approval = { _tag: "Held" }

/**
 * - `toolkit`: the tools. Its handlers are provided as a Layer.
 * - `maxRounds`: how many turns the model may take, of this run. When it still calls tools in the last, they are not run,
 *   and the loop fails with `ToolLoopLimit`. Default 10.
 * - `concurrency`: how many handlers run at once. Default 4.
 * - `approve`: asked before a call is run that needs an approval, which `needsApproval` of its tool says. It may take its
 *   time: the `timeout` of the tool begins after it. Without it, such a call is held, and the loop ends with `ToolLoopHeld`.
 * - `needsApproval`: whether calls need one of tools that do not say so themselves. Default `false`.
 * - `unknownTool`: what to do when the model calls a tool that is not there. Default `"tell"`.
 * - `coerceArguments`: whether `"5"` may stand for 5, `"true"` for true and a JSON text for an object, in the arguments of
 *   every tool that does not say so itself; see `Tool.make`. Default `false`.
 *
 * @since 0.1.0
 * @category options
 */
export interface Settings<T extends Toolkit.Tools, E, R> {
  readonly toolkit: Toolkit.Toolkit<T>
  readonly maxRounds?: number | undefined
  readonly concurrency?: number | "unbounded" | undefined
  readonly approve?: ((call: Call<T>) => Effect.Effect<Approval, E, R>) | undefined
  readonly unknownTool?: Tool.OnError | undefined
  readonly coerceArguments?: boolean | undefined
  readonly needsApproval?: boolean | undefined
}

/**
 * `request` is sent in every round, with the messages so far. Its `tools` are offered besides those of the toolkit:
 * those of the service, such as web search. A `tool_choice` that names a function holds in the first round only, and a
 * `request_id` gets the number of the round behind it from the second on.
 *
 * @since 0.1.0
 * @category options
 */
export interface Options<T extends Toolkit.Tools, E = never, R = never> extends Settings<T, E, R> {
  readonly request: ChatRequest
}

/**
 * As `Options`, with the transcript in place of messages.
 *
 * @since 0.1.0
 * @category options
 */
export interface ResumeOptions<T extends Toolkit.Tools, E = never, R = never> extends Settings<T, E, R> {
  readonly request: RequestSettings
  readonly transcript: Transcript.Transcript
}

/**
 * What a loop needs: a client, the handlers, and what its approvals need.
 *
 * @since 0.1.0
 * @category utility types
 */
export type Requirements<T extends Toolkit.Tools, R> = ZhipuChat | Toolkit.HandlersFor<T> | R

/**
 * Runs a loop as a stream of the events of all its rounds. Ends with `Finished`, or fails.
 *
 * @example
 * ```ts
 * import { ChunkEvent, Message, Tool, Toolkit, ToolLoop } from "@effect-zhipu/client"
 * import { Console, Effect, Schema, Stream } from "effect"
 *
 * const toolkit = Toolkit.make(
 *   Tool.make("get_weather", {
 *     description: "The weather in a city, now",
 *     parameters: { city: Schema.String }
 *   })
 * )
 *
 * const handlers = toolkit.toLayer({ get_weather: ({ city }) => Effect.succeed({ city, celsius: 11 }) })
 *
 * export const program = ToolLoop.stream({
 *   request: { model: "glm-4.6", messages: [Message.user("What is the weather in London?")] },
 *   toolkit
 * }).pipe(
 *   ToolLoop.chunks,
 *   ChunkEvent.text,
 *   Stream.runForEach((text) => Console.log(text)),
 *   Effect.provide(handlers)
 * )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const stream = <T extends Toolkit.Tools, E = never, R = never>(
  options: Options<T, E, R>
): Stream.Stream<Event<T>, ZhipuError | ToolError | E, Requirements<T, R>> => {
  const { messages, ...request } = options.request
  return start({ ...options, request, transcript: Transcript.make(messages) })
}

/**
 * Goes on from a transcript: runs the calls that have no result, if there are any, then asks the model.
 *
 * Give it another `request_id` than the run before had, if it had one: after a `ToolCallError` the same round is asked
 * for again, and the service refuses an id that it knows (code 1231).
 *
 * @example
 * ```ts
 * import { ToolLoop, type Toolkit, type Transcript } from "@effect-zhipu/client"
 * import { Effect } from "effect"
 *
 * export const approveAll = <T extends Toolkit.Tools>(
 *   toolkit: Toolkit.Toolkit<T>,
 *   transcript: Transcript.Transcript
 * ) =>
 *   ToolLoop.resume({
 *     request: { model: "glm-4.6" },
 *     toolkit,
 *     transcript,
 *     approve: () => Effect.succeed(ToolLoop.approved)
 *   }).pipe(ToolLoop.fold)
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const resume = <T extends Toolkit.Tools, E = never, R = never>(
  options: ResumeOptions<T, E, R>
): Stream.Stream<Event<T>, ZhipuError | ToolError | E, Requirements<T, R>> => start(options)

const start = <T extends Toolkit.Tools, E, R>({
  approve,
  coerceArguments = false,
  concurrency = 4,
  maxRounds = 10,
  needsApproval = false,
  request,
  toolkit,
  transcript,
  unknownTool = "tell"
}: ResumeOptions<T, E, R>): Stream.Stream<Event<T>, ZhipuError | ToolError | E, Requirements<T, R>> =>
  internal.stream({
    settings: request,
    tools: toolkit.tools,
    wire: toolkit.wire,
    transcript,
    maxRounds,
    concurrency,
    unknownTool,
    coerceArguments,
    needsApproval,
    // The parameters were decoded by the Schema of the tool of that name.
    approve: approve === undefined ? undefined : (call) => approve(call as unknown as Call<T>)
  }) as Stream.Stream<Event<T>, ZhipuError | ToolError | E, Requirements<T, R>>

/**
 * Runs a loop and gives its answer.
 *
 * @example
 * ```ts
 * import { ChatCompletion, Message, Tool, Toolkit, ToolLoop } from "@effect-zhipu/client"
 * import { Effect } from "effect"
 *
 * const toolkit = Toolkit.make(Tool.make("get_time", { description: "The time of day, now" }))
 *
 * export const program = ToolLoop.run({
 *   request: { model: "glm-4.6", messages: [Message.user("What time is it?")] },
 *   toolkit,
 *   maxRounds: 5
 * }).pipe(
 *   Effect.map(({ completion }) => ChatCompletion.text(completion)),
 *   Effect.catchTag("ToolLoopLimit", () => Effect.succeed("It does not come to an end.")),
 *   Effect.provide(toolkit.toLayer({ get_time: () => Effect.succeed("12:00") }))
 * )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const run = <T extends Toolkit.Tools, E = never, R = never>(
  options: Options<T, E, R>
): Effect.Effect<Answer, ZhipuError | ToolError | E, Requirements<T, R>> => fold(stream(options))

/**
 * Runs a stream of events to its end and gives the answer. Fails as the stream does; a stream that was cut short is a
 * defect.
 *
 * @since 0.1.0
 * @category folding
 */
export const fold = <E, R>(self: Stream.Stream<Event<Toolkit.Tools>, E, R>): Effect.Effect<Answer, E, R> =>
  Effect.flatMap(
    Stream.runLast(self),
    Option.match({
      onNone: () => Effect.dieMessage(cutShort),
      onSome: (event): Effect.Effect<Answer> =>
        event._tag === "Finished"
          ? Effect.succeed({ completion: event.completion, transcript: event.transcript })
          : Effect.dieMessage(cutShort)
    })
  )

const cutShort = "ToolLoop.fold: the stream ended before Finished"

/**
 * The events of the model alone, of all rounds: for `ChunkEvent.text` and whatever else takes them.
 *
 * @since 0.1.0
 * @category conversions
 */
export const chunks = <E, R>(self: Stream.Stream<Event<Toolkit.Tools>, E, R>): Stream.Stream<ChunkEvent, E, R> =>
  Stream.filterMap(self, (event) => (event._tag === "Chunk" ? Option.some(event.event) : Option.none()))
