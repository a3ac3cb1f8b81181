/**
 * What a chat completion is asked with, as it goes over the wire.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { AnyObject, open } from "./internal/schema/wire.js"
import { Message } from "./Message.js"
import { RequestTool, ToolChoice } from "./RequestTool.js"

/**
 * Whether the model thinks before it answers, for GLM-4.5 and later. `clear_thinking: false` preserves
 * thinking over turns: every earlier `reasoning_content` must then be sent back complete and unchanged.
 *
 * @since 0.1.0
 * @category models
 */
export const Thinking = open({
  type: Schema.optional(Schema.Literal("enabled", "disabled")),
  clear_thinking: Schema.optional(Schema.Boolean)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Thinking extends Schema.Schema.Type<typeof Thinking> {}

/**
 * The request of `POST /chat/completions`. Only `model` and `messages` are required; what is not set is not
 * sent, and what is set is sent unchanged. Unknown fields pass.
 *
 * - `max_tokens`: output tokens, thinking included, 1 to 131072.
 * - `temperature` 0 to 1 and `top_p` 0.01 to 1: change one of them, not both.
 * - `tool_stream`: streams tool arguments in fragments; only with a stream, GLM-4.6 and later.
 * - `stream` is set by the operation (`ZhipuChat.stream` or `ZhipuChat.complete`).
 *
 * @example
 * ```ts
 * import { type ChatRequest, Message } from "@effect-zhipu/client"
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
export const ChatRequest = open({
  model: Schema.String,
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
  response_format: Schema.optional(open({ type: Schema.Literal("text", "json_object") })),
  request_id: Schema.optional(Schema.String),
  user_id: Schema.optional(Schema.String),
  seed: Schema.optional(Schema.Number),
  stream_options: Schema.optional(open({ include_usage: Schema.optional(Schema.Boolean) })),
  meta: Schema.optional(
    open({
      user_info: Schema.optional(Schema.String),
      bot_info: Schema.optional(Schema.String),
      bot_name: Schema.optional(Schema.String),
      user_name: Schema.optional(Schema.String)
    })
  ),
  sensitive_word_check: Schema.optional(
    open({ type: Schema.Literal("ALL"), status: Schema.Literal("ENABLE", "DISABLE") })
  ),
  watermark_enabled: Schema.optional(Schema.Boolean),
  extra: Schema.optional(AnyObject)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ChatRequest extends Schema.Schema.Type<typeof ChatRequest> {}
