// Generated from packages/client/src/ChatRequest.ts by scripts/effect4: change that file.
/**
 * What a chat completion is asked with, as it goes over the wire.
 *
 * @since 0.1.0
 */
import type { KnownModel } from "@effect-zhipu/protocol/internal/documents/models"
import type * as Documents from "@effect-zhipu/protocol/internal/documents/request"
import { meantBy } from "@effect-zhipu/protocol/internal/requests/misspelt"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { AnyObject, written } from "./internal/schema/wire.js"
import { Message } from "./Message.js"
import { RequestTool, ToolChoice } from "./RequestTool.js"

/**
 * Whether the model thinks before it answers, for GLM-4.5 and later. `clear_thinking: false` preserves
 * thinking over turns: every earlier `reasoning_content` must then be sent back complete and unchanged.
 *
 * @since 0.1.0
 * @category models
 */
export const Thinking = written({
  type: Schema.optional(Schema.Literals(["enabled", "disabled"])),
  clear_thinking: Schema.optional(Schema.Boolean)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Thinking extends Documents.Thinking {}

/**
 * The request of `POST /chat/completions`. Only `model` and `messages` are required; what is not set is not
 * sent, and what is set is sent unchanged.
 *
 * A literal with a field that is not here does not compile, as it is mostly a misspelt one. What these types do not know goes
 * into `extra_body`: its fields are sent beside the others, and in place of those of the same name. (In values that are no
 * literals, in JavaScript, and inside messages and tools, unknown fields are sent as they are.)
 *
 * @example
 * ```ts
 * import { type ChatRequest, Message } from "@effect-zhipu/effect4"
 *
 * export const request: ChatRequest.ChatRequest = {
 *   model: "glm-4.6",
 *   messages: [Message.system("Answer briefly."), Message.user("Why is the sky blue?")],
 *   thinking: { type: "enabled" },
 *   max_tokens: 4096
 * }
 * ```
 *
 * @since 0.1.0
 * @category models
 */
export const ChatRequest = written({
  model: Schema.String as Schema.Codec<KnownModel | (string & {})>,
  messages: Schema.Array(Message),
  stream: Schema.optional(Schema.Boolean),
  thinking: Schema.optional(Thinking),
  reasoning_effort: Schema.optional(Schema.String),
  do_sample: Schema.optional(Schema.Boolean),
  temperature: Schema.optional(Schema.Number),
  top_p: Schema.optional(Schema.Number),
  max_tokens: Schema.optional(Schema.Number),
  tools: Schema.optional(Schema.Array(RequestTool)),
  tool_choice: Schema.optional(ToolChoice),
  tool_stream: Schema.optional(Schema.Boolean),
  stop: Schema.optional(Schema.Array(Schema.String)),
  response_format: Schema.optional(
    written({ type: Schema.Literals(["text", "json_object", "json_schema"]), json_schema: Schema.optional(AnyObject) })
  ),
  request_id: Schema.optional(Schema.String),
  user_id: Schema.optional(Schema.String),
  seed: Schema.optional(Schema.Number),
  stream_options: Schema.optional(written({ include_usage: Schema.optional(Schema.Boolean) })),
  meta: Schema.optional(
    written({
      user_info: Schema.optional(Schema.String),
      bot_info: Schema.optional(Schema.String),
      bot_name: Schema.optional(Schema.String),
      user_name: Schema.optional(Schema.String)
    })
  ),
  sensitive_word_check: Schema.optional(
    written({ type: Schema.Literal("ALL"), status: Schema.Literals(["ENABLE", "DISABLE"]) })
  ),
  watermark_enabled: Schema.optional(Schema.Boolean),
  extra: Schema.optional(AnyObject),
  extra_body: Schema.optional(AnyObject)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ChatRequest extends Documents.ChatRequest {}

/**
 * The field that an unknown field of a request was probably meant to be: `temprature` is `temperature`, `maxTokens` is
 * `max_tokens`. None for a known field, and for one that is like no other, which may be newer than this version.
 *
 * The client sends such a field as it is, and logs a warning the first time.
 *
 * @example
 * ```ts
 * import { ChatRequest } from "@effect-zhipu/effect4"
 *
 * export const isMisspelt = (request: object) => Object.keys(request).some((field) => ChatRequest.meant(field)._tag === "Some")
 * ```
 *
 * @since 0.1.0
 * @category getters
 */
export const meant = (field: string): Option.Option<string> => Option.fromNullishOr(meantBy(field))
