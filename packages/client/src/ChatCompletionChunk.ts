/**
 * One chunk of a streamed answer, as it stands on the wire: what a `data:` line of the service holds.
 *
 * `ZhipuChat.stream` reads chunks with a check of its own, which is many times faster, and gives `ChunkEvent`s. This
 * Schema says the same rule as a document, for those who read or write chunks themselves: recordings, proxies, test
 * servers. What it takes, the stream takes; what it refuses fails the stream, with the error that the document tells, or
 * else with `CorruptStreamError` for the reason `MalformedFrame`. It does not say what concerns more than the form of
 * one chunk: the id stays the same for a whole stream, an answer makes at most 128 tool calls,
 * `finish_reason: "network_error"` means that the answer has failed, and so does a `code` in place of `choices`.
 *
 * @since 0.1.0
 */
import { identity } from "effect/Function"
import * as Schema from "effect/Schema"
import { ChatCompletion, ToolCall as WholeToolCall } from "./ChatCompletion.js"
import { convert, lenient, nullable, nullableWith, open } from "./internal/schema/wire.js"

/** As many as the decoder keeps state for. */
const maxChoices = 128

const textOfPart = (part: string | { readonly [field: string]: unknown }): string => {
  if (typeof part === "string") return part
  const text = part["text"]
  return typeof text === "string" ? text : ""
}

// These do not matter enough to lose an answer over.
const lenientString = lenient(Schema.String)

const lenientNumber = lenient(Schema.Number)

/** A string on the wire; the schema of the service also allows parts, of which the texts are joined. */
const Content = convert(
  Schema.Union(Schema.String, Schema.Array(Schema.Union(Schema.String, open({})))),
  Schema.String,
  {
    decode: (content) => (typeof content === "string" ? content : content.map(textOfPart).join("")),
    encode: identity
  }
)

/**
 * A call that the service itself makes (`type: "mcp"`), whole, as it came. It has no `function`, and a type that is
 * not `function`.
 *
 * @since 0.1.0
 * @category models
 */
export const ServiceCall = open({
  type: Schema.String.pipe(Schema.filter((type) => type !== "function")),
  function: Schema.optional(Schema.Null)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ServiceCall extends Schema.Schema.Type<typeof ServiceCall> {}

/**
 * A call of one of your functions, or a piece of one. Its pieces have the same `id` or `index`, or follow each other
 * without. Every field may be absent or null.
 *
 * - `id` is a string or, from relays, a number; `""` is none.
 * - `index` is an integer; a negative one says nothing. `type` is absent where it is no string.
 * - `function.name`: the first that is not `""` counts.
 * - `function.arguments`: the next piece of the JSON text. What is no string counts as its own JSON text.
 *
 * @since 0.1.0
 * @category models
 */
export const FunctionCall = open({
  id: WholeToolCall.fields.id,
  index: nullable(Schema.Int),
  type: lenientString,
  function: WholeToolCall.fields.function
})

/**
 * @since 0.1.0
 * @category models
 */
export interface FunctionCall extends Schema.Schema.Type<typeof FunctionCall> {}

/**
 * An entry of `tool_calls`: a `ServiceCall` where it has no `function` and a type of its own, else a `FunctionCall`.
 *
 * @since 0.1.0
 * @category models
 */
export const ToolCall = Schema.Union(ServiceCall, FunctionCall)

/**
 * @since 0.1.0
 * @category models
 */
export type ToolCall = typeof ToolCall.Type

/**
 * What a chunk adds to the message of a choice. Every field may be absent or null; `""` adds nothing.
 *
 * @since 0.1.0
 * @category models
 */
export const Delta = open({
  role: lenientString,
  content: nullable(Content),
  reasoning_content: nullable(Schema.String),
  tool_calls: nullable(Schema.Array(ToolCall))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Delta extends Schema.Schema.Type<typeof Delta> {}

/**
 * A choice in a chunk. Every field may be absent or null.
 *
 * - `index` is an integer from 0 to 127; without it, the place in `choices` counts.
 * - `finish_reason` comes with the last delta of the choice; `""` is none. See `ChatCompletion.Choice` for its values.
 *
 * @since 0.1.0
 * @category models
 */
export const Choice = open({
  index: nullable(Schema.Int.pipe(Schema.between(0, maxChoices - 1))),
  delta: nullableWith(Delta, () => ({})),
  finish_reason: nullable(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Choice extends Schema.Schema.Type<typeof Choice> {}

/**
 * A chunk of a streamed answer. Every field may be absent or null.
 *
 * - `id`: a string; relays also send numbers. `""` is none.
 * - `object`, `created` (unix seconds), `model`: absent where they are of another type.
 * - `choices`: empty or absent in a chunk that brings something else, usage for example.
 * - `usage`: tokens so far; `web_search`: pages that were found.
 * - `error`: only null. A document that tells an error is no chunk.
 *
 * @example
 * ```ts
 * import { ChatCompletionChunk } from "@effect-zhipu/client"
 * import { Schema } from "effect"
 *
 * const decode = Schema.decodeEither(Schema.parseJson(ChatCompletionChunk.ChatCompletionChunk))
 *
 * export const chunk = decode('{"id":"1","choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"}}]}')
 * ```
 *
 * @since 0.1.0
 * @category models
 */
export const ChatCompletionChunk = open({
  id: ChatCompletion.fields.id,
  object: lenientString,
  created: lenientNumber,
  model: lenientString,
  choices: nullableWith(
    Schema.Array(Choice).pipe(
      Schema.filter((choices) => choices.every(({ index }, place) => (index ?? place) < maxChoices), {
        message: () => `a choice without an index stands behind place ${maxChoices - 1}`
      })
    ),
    () => []
  ),
  usage: ChatCompletion.fields.usage,
  web_search: ChatCompletion.fields.web_search,
  error: Schema.optional(Schema.Null)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ChatCompletionChunk extends Schema.Schema.Type<typeof ChatCompletionChunk> {}
