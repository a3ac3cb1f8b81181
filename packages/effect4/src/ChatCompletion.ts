// Generated from packages/client/src/ChatCompletion.ts by scripts/effect4: change that file.
/**
 * The answer to a chat request, as the service sends it, or as the fold of a stream builds it.
 *
 * @since 0.1.0
 */
import { wholeArguments } from "@effect-zhipu/protocol/internal/decoding/wholeArguments"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { convert, nullable, nullableWith, open } from "./internal/schema/wire.js"
import type { AssistantMessage, ToolCall as RequestToolCall } from "./Message.js"

/**
 * Tokens that a request cost. Fields that the service did not tell are absent, never zero. The details may
 * be missing even where there was thinking or caching.
 *
 * @since 0.1.0
 * @category models
 */
export const Usage = open({
  prompt_tokens: nullable(Schema.Number),
  completion_tokens: nullable(Schema.Number),
  total_tokens: nullable(Schema.Number),
  prompt_tokens_details: nullable(open({ cached_tokens: nullable(Schema.Number) })),
  completion_tokens_details: nullable(open({ reasoning_tokens: nullable(Schema.Number) }))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Usage extends Schema.Schema.Type<typeof Usage> {}

/**
 * A page that the vendor's web search found. Strings may be empty.
 *
 * @since 0.1.0
 * @category models
 */
export const WebSearchResult = open({
  title: nullable(Schema.String),
  link: nullable(Schema.String),
  content: nullable(Schema.String),
  media: nullable(Schema.String),
  icon: nullable(Schema.String),
  refer: nullable(Schema.String),
  publish_date: nullable(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface WebSearchResult extends Schema.Schema.Type<typeof WebSearchResult> {}

/**
 * What moderation saw: `role` is `assistant`, `user` or `history`, `level` 0 (worst) to 3.
 *
 * @since 0.1.0
 * @category models
 */
export const ContentFilter = open({
  role: nullable(Schema.String),
  level: nullable(Schema.Union([Schema.Number, Schema.String]))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ContentFilter extends Schema.Schema.Type<typeof ContentFilter> {}

/** Ids come as strings; relays also send numbers. */
const Id = convert(Schema.Union([Schema.String, Schema.Number]), Schema.String, { decode: String, encode: (id) => id })

/** A JSON string on the wire; the z.ai specification says object, so both are read and a string is given. */
const Arguments = convert(
  Schema.Unknown.pipe(Schema.check(Schema.makeFilter((value) => value !== null))),
  Schema.String,
  {
    decode: (value) => (typeof value === "string" ? value : (JSON.stringify(value) ?? "")),
    encode: (value) => value
  }
)

/** A string on the wire; the schema of the service also allows text parts. */
const Content = convert(
  Schema.Union([Schema.String, Schema.Array(open({ text: nullable(Schema.String) }))]),
  Schema.String,
  {
    decode: (content) => (typeof content === "string" ? content : content.map((part) => part.text ?? "").join("")),
    encode: (content) => content
  }
)

/**
 * A tool call of an answer. `type` is `function` or, for a server that the service calls, `mcp`.
 *
 * @since 0.1.0
 * @category models
 */
export const ToolCall = open({
  id: nullable(Id),
  index: nullable(Schema.Number),
  type: nullable(Schema.String),
  function: nullable(open({ name: nullable(Schema.String), arguments: nullable(Arguments) }))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ToolCall extends Schema.Schema.Type<typeof ToolCall> {}

/**
 * The message of a choice. `content` is `""` where only tools are called; `reasoning_content` is absent
 * where the model did not think.
 *
 * @since 0.1.0
 * @category models
 */
export const ResponseMessage = open({
  role: nullable(Schema.String),
  content: nullable(Content),
  reasoning_content: nullable(Schema.String),
  tool_calls: nullable(Schema.Array(ToolCall))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ResponseMessage extends Schema.Schema.Type<typeof ResponseMessage> {}

/**
 * One answer. `finish_reason` is `stop`, `length`, `tool_calls`, `sensitive` (blocked by moderation:
 * withdraw what was shown), `model_context_window_exceeded`, or a string that is not documented yet.
 *
 * @since 0.1.0
 * @category models
 */
export const Choice = open({
  index: nullable(Schema.Number),
  finish_reason: nullable(Schema.String),
  message: nullableWith(ResponseMessage, () => ({}))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Choice extends Schema.Schema.Type<typeof Choice> {}

/**
 * A chat completion: `id`, `created` (unix seconds), `model`, `choices`, `usage` (tokens) and what else the
 * service told. Fields that it did not send are absent.
 *
 * @since 0.1.0
 * @category models
 */
export const ChatCompletion = open({
  id: nullable(Id),
  request_id: nullable(Id),
  object: nullable(Schema.String),
  created: nullable(Schema.Number),
  model: nullable(Schema.String),
  choices: nullableWith(Schema.Array(Choice), () => []),
  usage: nullable(Usage),
  web_search: nullable(Schema.Array(WebSearchResult)),
  content_filter: nullable(Schema.Array(ContentFilter))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ChatCompletion extends Schema.Schema.Type<typeof ChatCompletion> {}

const firstMessage = (completion: ChatCompletion): ResponseMessage | undefined => completion.choices[0]?.message

/**
 * The text of the first choice, `""` where there is none.
 *
 * @since 0.1.0
 * @category getters
 */
export const text = (completion: ChatCompletion): string => firstMessage(completion)?.content ?? ""

/**
 * The model did not write its answer to the end, or the service withdrew it. `reason` is the `finish_reason`: `length`,
 * `model_context_window_exceeded` or `sensitive`. `completion` is what came of it; it is not enumerable, so that logging the
 * error does not print the answer.
 *
 * @since 0.1.0
 * @category errors
 */
export class IncompleteAnswerError
  extends /* @__PURE__ */ Schema.TaggedError<IncompleteAnswerError>("@effect-zhipu/effect4/IncompleteAnswerError")(
    "IncompleteAnswerError",
    {
      message: Schema.String,
      reason: Schema.String,
      completion: ChatCompletion
    }
  ) {}

const problems: Readonly<Record<string, string>> = {
  length:
    "The answer is longer than max_tokens allows, and was cut there. Raise max_tokens: thinking counts as well, and may " +
    "leave nothing for the answer.",
  model_context_window_exceeded:
    "The context of the model was full before the answer ended. Shorten the conversation, or ask a model with more.",
  sensitive: "The service's moderation blocked the answer while it was written. Withdraw what was shown of it."
}

/**
 * The completion itself where its answer is whole, and `IncompleteAnswerError` where it is not: `max_tokens` were used up, by
 * thinking perhaps before there was any text, the context was full, or moderation stepped in. Without this such an answer
 * looks like a short one.
 *
 * @example
 * ```ts
 * import { ChatCompletion, Message, ZhipuChat } from "@effect-zhipu/effect4"
 * import { Effect } from "effect"
 *
 * export const answer = ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user("Hello")] }).pipe(
 *   Effect.flatMap(ChatCompletion.whole),
 *   Effect.map(ChatCompletion.text)
 * )
 * ```
 *
 * @since 0.1.0
 * @category getters
 */
export const whole = (completion: ChatCompletion): Effect.Effect<ChatCompletion, IncompleteAnswerError> =>
  Effect.suspend(() => {
    for (const { finish_reason: reason } of completion.choices) {
      const message = reason !== undefined && Object.hasOwn(problems, reason) ? problems[reason] : undefined
      if (reason === undefined || message === undefined) continue
      const error = new IncompleteAnswerError({ message, reason, completion })
      // Not enumerable, as whoever logs an error shall not log the answer.
      Object.defineProperty(error, "completion", { value: completion, enumerable: false })
      return Effect.fail(error)
    }
    return Effect.succeed(completion)
  })

/**
 * The reasoning of the first choice, `""` where the model did not think.
 *
 * @since 0.1.0
 * @category getters
 */
export const reasoning = (completion: ChatCompletion): string => firstMessage(completion)?.reasoning_content ?? ""

/**
 * The tool calls of the first choice as they came, those of the service's own tools and those that were cut too: to look
 * at, not to run. `functionCalls` gives those that can be run.
 *
 * @since 0.1.0
 * @category getters
 */
export const toolCalls = (completion: ChatCompletion): ReadonlyArray<ToolCall> =>
  firstMessage(completion)?.tool_calls ?? []

/**
 * A call of one of your functions that is whole: `arguments` is JSON, `"{}"` where the service sent nothing.
 *
 * @since 0.1.0
 * @category models
 */
export interface FunctionCall {
  readonly id: string
  readonly name: string
  readonly arguments: string
}

/**
 * The calls to run: those of your functions in the first choice that have an id and a name, and whose arguments are whole.
 *
 * @since 0.1.0
 * @category getters
 */
export const functionCalls = (completion: ChatCompletion): ReadonlyArray<FunctionCall> =>
  toolCalls(completion).flatMap((call) => functionCall(call, completion.choices[0]?.finish_reason) ?? [])

const functionCall = (call: ToolCall, finishReason: string | undefined): FunctionCall | undefined => {
  const { id } = call
  const name = call.function?.name
  if (id === undefined || name === undefined || name === "" || call["incomplete"] === true) return undefined
  const whole = wholeArguments(call.function?.arguments ?? "", finishReason)
  return whole === undefined ? undefined : { id, name, arguments: whole }
}

/**
 * The turn to append to `messages` before the next question or the tool results: content, reasoning and tool calls of
 * the first choice, byte for byte. Calls of functions that are not whole are left out, as they cannot be answered, and the
 * service refuses a conversation with an unanswered call.
 *
 * @example
 * ```ts
 * import { ChatCompletion, Message } from "@effect-zhipu/effect4"
 *
 * export const next = (messages: ReadonlyArray<Message.Message>, answer: ChatCompletion.ChatCompletion) => [
 *   ...messages,
 *   ChatCompletion.toMessage(answer),
 *   Message.user("And in winter?")
 * ]
 * ```
 *
 * @since 0.1.0
 * @category conversions
 */
export const toMessage = (completion: ChatCompletion): AssistantMessage => {
  const message = firstMessage(completion)
  const reason = completion.choices[0]?.finish_reason
  const calls = toolCalls(completion).flatMap((call) => toRequestToolCall(call, reason))
  return {
    role: "assistant",
    content: message?.content ?? "",
    ...(message?.reasoning_content === undefined ? {} : { reasoning_content: message.reasoning_content }),
    ...(calls.length === 0 ? {} : { tool_calls: calls })
  }
}

const toRequestToolCall = (call: ToolCall, finishReason: string | undefined): ReadonlyArray<RequestToolCall> => {
  const { id, type = "function" } = call
  if (type !== "function") return [{ ...call, id: id ?? "", type, function: undefined }]
  const whole = functionCall(call, finishReason)
  return whole === undefined
    ? []
    : [{ id: whole.id, type, function: { name: whole.name, arguments: call.function?.arguments ?? "" } }]
}
