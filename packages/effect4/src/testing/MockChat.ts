// Generated from packages/testing/src/MockChat.ts by scripts/effect4: change that file.
/**
 * `ZhipuChat` from a script: for tests of programs that ask a model, without a network and without waiting.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { ChatCompletion } from "../ChatCompletion.js"
import type { ChatRequest } from "../ChatRequest.js"
import * as ChunkEvent from "../ChunkEvent.js"
import * as ZhipuChat from "../ZhipuChat.js"
import { isZhipuError, type ZhipuError } from "../ZhipuError.js"

/**
 * What one call gets: events, an error at once, or a stream of events that may take its time or fail midway.
 *
 * @since 0.1.0
 * @category models
 */
export type Reply = ReadonlyArray<ChunkEvent.ChunkEvent> | ZhipuError | Stream.Stream<ChunkEvent.ChunkEvent, ZhipuError>

/**
 * What all calls get: one reply after the other, or what a function of the request and the number of the call, from 0,
 * gives.
 *
 * A list that has run out is a defect that says which call had no reply: a program that calls more often than its
 * test expects should not go unnoticed. Use a function to reply for ever.
 *
 * @since 0.1.0
 * @category models
 */
export type Script = ReadonlyArray<Reply> | ((request: ChatRequest, call: number) => Reply)

/**
 * A call that was made.
 *
 * @since 0.1.0
 * @category models
 */
export interface Call {
  readonly operation: "complete" | "stream"
  readonly request: ChatRequest
}

/**
 * What a mock remembers.
 *
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The requests as they were given, in the order the calls were started. */
  readonly requests: Effect.Effect<ReadonlyArray<ChatRequest>>
  /** The same with the operation of each. */
  readonly calls: Effect.Effect<ReadonlyArray<Call>>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class MockChat extends Context.Service<MockChat, Service>()("@effect-zhipu/effect4/testing/MockChat") {}

const toStream = (reply: Reply): Stream.Stream<ChunkEvent.ChunkEvent, ZhipuError> => {
  if (isZhipuError(reply)) return Stream.fail(reply)
  return Stream.isStream(reply) ? reply : Stream.fromIterable(reply)
}

/**
 * A `ZhipuChat` that follows a script, and what it remembers. A call counts when it is run, so a retried one counts
 * again.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (script: Script): Effect.Effect<{ readonly chat: ZhipuChat.Service; readonly mock: Service }> =>
  Effect.sync(() => {
    const calls: Array<Call> = []
    const start = (operation: Call["operation"], request: ChatRequest) =>
      Stream.suspend(() => {
        const call = calls.length
        calls.push({ operation, request })
        const reply = typeof script === "function" ? script(request, call) : script[call]
        if (reply !== undefined) return toStream(reply)
        const length = typeof script === "function" ? 0 : script.length
        return Stream.die(
          new Error(`MockChat: call ${call + 1} (${operation}) has no reply, the script ends after ${length}`)
        )
      })
    return {
      chat: {
        complete: (request) => ChunkEvent.fold(start("complete", request)),
        stream: (request) => start("stream", request)
      },
      mock: {
        requests: Effect.sync(() => calls.map((call) => call.request)),
        calls: Effect.sync(() => [...calls])
      }
    }
  })

/**
 * A `ZhipuChat` that follows a script. `complete` folds the same events that `stream` gives.
 *
 * @example
 * ```ts
 * import { Message, ZhipuChat } from "@effect-zhipu/effect4"
 * import { MockChat } from "@effect-zhipu/effect4/testing"
 * import * as Effect from "effect/Effect"
 *
 * export const test = Effect.gen(function* () {
 *   const answer = yield* ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user("Hi")] })
 *   const mock = yield* MockChat.MockChat
 *   return { answer, asked: yield* mock.requests }
 * }).pipe(Effect.provide(MockChat.layer([MockChat.text("Hello")])))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (script: Script): Layer.Layer<ZhipuChat.ZhipuChat | MockChat> =>
  Layer.effectContext(
    Effect.map(make(script), ({ chat, mock }) =>
      Context.make(ZhipuChat.ZhipuChat, chat).pipe(Context.add(MockChat, mock))
    )
  )

/**
 * What the events that all answers share may say.
 *
 * @since 0.1.0
 * @category models
 */
export interface AnswerOptions {
  /** Default `mock`. */
  readonly id?: string | undefined
  /** Default `glm-4.6`. */
  readonly model?: string | undefined
  /** Unix seconds. Default 0. */
  readonly created?: number | undefined
  /** Text that the model thinks first. Default: none. */
  readonly reasoning?: string | undefined
  /** Default `stop`, or `tool_calls` where there are calls. */
  readonly finishReason?: string | undefined
  /** Default: tokens counted as words. */
  readonly usage?: ChunkEvent.Usage["usage"] | undefined
}

/**
 * A tool call to be made by the mock. What is no string becomes JSON; a string is taken as it is.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolCall {
  readonly name: string
  readonly arguments: unknown
  /** Default `call_0`, `call_1` and so on. */
  readonly id?: string | undefined
}

const piecesOf = (text: string): ReadonlyArray<string> =>
  text.match(/\s*\p{Script=Han}|\s*[^\s\p{Script=Han}]+|\s+$/gu) ?? []

const argumentsText = (call: ToolCall): string =>
  typeof call.arguments === "string" ? call.arguments : (JSON.stringify(call.arguments) ?? "{}")

const answer = (
  content: string,
  calls: ReadonlyArray<ToolCall>,
  options: AnswerOptions
): ReadonlyArray<ChunkEvent.ChunkEvent> => {
  const reasoning = piecesOf(options.reasoning ?? "")
  const text = piecesOf(content)
  const tokens = reasoning.length + text.length + calls.length
  return [
    { _tag: "Started", id: options.id ?? "mock", model: options.model ?? "glm-4.6", created: options.created ?? 0 },
    ...reasoning.map((text): ChunkEvent.ChunkEvent => ({ _tag: "ReasoningDelta", choice: 0, text })),
    ...text.map((text): ChunkEvent.ChunkEvent => ({ _tag: "ContentDelta", choice: 0, text })),
    ...calls.flatMap((call, index): ReadonlyArray<ChunkEvent.ChunkEvent> => {
      const at = { choice: 0, index }
      const { name } = call
      const id = call.id ?? `call_${index}`
      const whole = argumentsText(call)
      return [
        { _tag: "ToolCallStarted", ...at, id, name },
        { _tag: "ToolCallDelta", ...at, arguments: whole }
      ]
    }),
    ...calls.map((call, index): ChunkEvent.ChunkEvent => ({
      _tag: "ToolCallCompleted",
      choice: 0,
      index,
      id: call.id ?? `call_${index}`,
      name: call.name,
      arguments: argumentsText(call)
    })),
    {
      _tag: "Usage",
      usage: options.usage ?? { prompt_tokens: 1, completion_tokens: tokens, total_tokens: 1 + tokens }
    },
    { _tag: "Finished", choice: 0, reason: options.finishReason ?? (calls.length === 0 ? "stop" : "tool_calls") }
  ]
}

/**
 * The events of an answer of text, a delta for each word.
 *
 * @since 0.1.0
 * @category events
 */
export const text = (content: string, options: AnswerOptions = {}): ReadonlyArray<ChunkEvent.ChunkEvent> =>
  answer(content, [], options)

/**
 * The events of an answer that calls one tool.
 *
 * @since 0.1.0
 * @category events
 */
export const toolCall = (call: ToolCall, options: AnswerOptions = {}): ReadonlyArray<ChunkEvent.ChunkEvent> =>
  answer("", [call], options)

/**
 * The events of an answer that calls several tools at once, after some text if there is any.
 *
 * @since 0.1.0
 * @category events
 */
export const toolCalls = (
  calls: ReadonlyArray<ToolCall>,
  options: AnswerOptions & { readonly content?: string | undefined } = {}
): ReadonlyArray<ChunkEvent.ChunkEvent> => answer(options.content ?? "", calls, options)

/**
 * An answer that breaks off: the events without those that come when an answer ends (`ToolCallCompleted`, `Usage`,
 * `Finished`), then the error. Its `partial` is what had come, as the client fills it in, unless it has one; a tool call
 * in it is `incomplete`.
 *
 * @since 0.1.0
 * @category events
 */
export const failAfter = (events: ReadonlyArray<ChunkEvent.ChunkEvent>, error: ZhipuError): Reply => {
  const begun = events.filter(isBefore)
  return Stream.concat(Stream.fromIterable(begun), Stream.fail(withPartial(error, begun)))
}

/**
 * An answer that stalls: the events without those that come when an answer ends (`ToolCallCompleted`, `Usage`,
 * `Finished`), then nothing until the caller gives up.
 *
 * @since 0.1.0
 * @category events
 */
export const hangAfter = (events: ReadonlyArray<ChunkEvent.ChunkEvent>): Reply =>
  Stream.concat(Stream.fromIterable(events.filter(isBefore)), Stream.never)

/** The client takes no call for complete before the answer has ended. */
const atEnd: ReadonlySet<ChunkEvent.ChunkEvent["_tag"]> = new Set(["ToolCallCompleted", "Usage", "Finished"])

const isBefore = (event: ChunkEvent.ChunkEvent): boolean => !atEnd.has(event._tag)

/** A copy, as the same error may stand in several replies. */
const withPartial = (error: ZhipuError, events: ReadonlyArray<ChunkEvent.ChunkEvent>): ZhipuError =>
  error.partial !== undefined || events.length === 0
    ? error
    : Object.create(Object.getPrototypeOf(error), {
        ...Object.getOwnPropertyDescriptors(error),
        partial: { value: partialOf(events), enumerable: false, configurable: true }
      })

/** No call was completed, so that none of them must be run. */
const partialOf = (events: ReadonlyArray<ChunkEvent.ChunkEvent>): ChatCompletion => {
  const completion = ChunkEvent.toCompletion(events)
  return {
    ...completion,
    choices: completion.choices.map((choice) => ({
      ...choice,
      message: {
        ...choice.message,
        ...(choice.message.tool_calls === undefined
          ? {}
          : { tool_calls: choice.message.tool_calls.map((call) => ({ ...call, incomplete: true })) })
      }
    }))
  }
}
