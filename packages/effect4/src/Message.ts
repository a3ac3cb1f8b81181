// Generated from packages/client/src/Message.ts by scripts/effect4: change that file.
/**
 * The messages of a conversation, as they go over the wire.
 *
 * Field names are the vendor's (`tool_calls`, `reasoning_content`), so its documentation applies word for
 * word. Unknown fields are sent as given; in a literal the compiler takes them for misspelt.
 *
 * @since 0.1.0
 */
import type * as Documents from "@effect-zhipu/protocol/internal/documents/message"
import * as Schema from "effect/Schema"
import { open, written } from "./internal/schema/wire.js"

/**
 * A piece of text inside a message.
 *
 * @since 0.1.0
 * @category parts
 */
export const TextPart = written({ type: Schema.Literal("text"), text: Schema.String })

/**
 * @since 0.1.0
 * @category parts
 */
export interface TextPart extends Documents.TextPart {}

/**
 * An image, for vision models. `url` is an http(s) URL, a data URI or bare base64; at most 5 MB.
 *
 * @since 0.1.0
 * @category parts
 */
export const ImagePart = written({ type: Schema.Literal("image_url"), image_url: written({ url: Schema.String }) })

/**
 * @since 0.1.0
 * @category parts
 */
export interface ImagePart extends Documents.ImagePart {}

/**
 * A video, for vision models: mp4, mkv or mov, at most 200 MB.
 *
 * @since 0.1.0
 * @category parts
 */
export const VideoPart = written({ type: Schema.Literal("video_url"), video_url: written({ url: Schema.String }) })

/**
 * @since 0.1.0
 * @category parts
 */
export interface VideoPart extends Documents.VideoPart {}

/**
 * A file by URL (no base64), for `glm-5v-turbo`, `glm-4.6v` and `glm-4.5v`; not together with images or
 * video.
 *
 * @since 0.1.0
 * @category parts
 */
export const FileUrlPart = written({ type: Schema.Literal("file_url"), file_url: written({ url: Schema.String }) })

/**
 * @since 0.1.0
 * @category parts
 */
export interface FileUrlPart extends Documents.FileUrlPart {}

/**
 * A file by id, URL or content, for the newer models (2026). `file_data` is a data URI of at most 50 MB;
 * `file_id` comes from an upload with `purpose=user_data`.
 *
 * @since 0.1.0
 * @category parts
 */
export const FilePart = written({
  type: Schema.Literal("file"),
  file: written({
    file_id: Schema.optional(Schema.String),
    file_url: Schema.optional(Schema.String),
    file_data: Schema.optional(Schema.String),
    filename: Schema.optional(Schema.String)
  })
})

/**
 * @since 0.1.0
 * @category parts
 */
export interface FilePart extends Documents.FilePart {}

/**
 * Sound, for `glm-4-voice`: base64 of at most ten minutes.
 *
 * @since 0.1.0
 * @category parts
 */
export const AudioPart = written({
  type: Schema.Literal("input_audio"),
  input_audio: written({ data: Schema.String, format: Schema.Literals(["wav", "mp3"]) })
})

/**
 * @since 0.1.0
 * @category parts
 */
export interface AudioPart extends Documents.AudioPart {}

/**
 * One part of a user message that is more than text.
 *
 * @since 0.1.0
 * @category parts
 */
export const Part = Schema.Union([TextPart, ImagePart, VideoPart, FileUrlPart, FilePart, AudioPart])

/**
 * @since 0.1.0
 * @category parts
 */
export type Part = Documents.Part

/**
 * A call of a tool, as an assistant turn carries it. `arguments` is a JSON **string** on the wire.
 *
 * @since 0.1.0
 * @category tool calls
 */
export const ToolCall = open({
  id: Schema.String,
  type: Schema.String,
  function: Schema.optional(open({ name: Schema.String, arguments: Schema.String }))
})

/**
 * @since 0.1.0
 * @category tool calls
 */
export interface ToolCall extends Documents.AssistantToolCall {}

const Texts = Schema.Union([Schema.String, Schema.Array(TextPart)])

const Name = Schema.optional(Schema.String)

/**
 * Instructions that stand above the conversation.
 *
 * @since 0.1.0
 * @category messages
 */
export const SystemMessage = written({ role: Schema.Literal("system"), content: Texts, name: Name })

/**
 * @since 0.1.0
 * @category messages
 */
export interface SystemMessage extends Documents.SystemMessage {}

/**
 * Instructions under the name that OpenAI gives to them now. The vendor does not document the role: `system` is sure to be taken.
 *
 * @since 0.1.0
 * @category messages
 */
export const DeveloperMessage = written({ role: Schema.Literal("developer"), content: Texts, name: Name })

/**
 * @since 0.1.0
 * @category messages
 */
export interface DeveloperMessage extends Documents.DeveloperMessage {}

/**
 * What the user says: text, or parts for vision and audio models.
 *
 * @since 0.1.0
 * @category messages
 */
export const UserMessage = written({
  role: Schema.Literal("user"),
  content: Schema.Union([Schema.String, Schema.Array(Part)]),
  name: Name
})

/**
 * @since 0.1.0
 * @category messages
 */
export interface UserMessage extends Documents.UserMessage {}

/**
 * An earlier answer. Send `reasoning_content` back unchanged and complete when thinking is preserved
 * (`thinking: { clear_thinking: false }`), and between the tool calls of one answer.
 *
 * @since 0.1.0
 * @category messages
 */
export const AssistantMessage = written({
  role: Schema.Literal("assistant"),
  content: Schema.optional(Schema.NullOr(Texts)),
  reasoning_content: Schema.optional(Schema.NullOr(Schema.String)),
  tool_calls: Schema.optional(Schema.NullOr(Schema.Array(ToolCall))),
  audio: Schema.optional(Schema.NullOr(written({ id: Schema.String }))),
  name: Name
})

/**
 * @since 0.1.0
 * @category messages
 */
export interface AssistantMessage extends Documents.AssistantMessage {}

/**
 * The result of one tool call; `tool_call_id` names the call it answers.
 *
 * @since 0.1.0
 * @category messages
 */
export const ToolMessage = written({
  role: Schema.Literal("tool"),
  content: Texts,
  tool_call_id: Schema.String,
  name: Name
})

/**
 * @since 0.1.0
 * @category messages
 */
export interface ToolMessage extends Documents.ToolMessage {}

/**
 * Any message of a conversation.
 *
 * @since 0.1.0
 * @category messages
 */
export const Message = Schema.Union([SystemMessage, DeveloperMessage, UserMessage, AssistantMessage, ToolMessage])

/**
 * @since 0.1.0
 * @category messages
 */
export type Message = Documents.Message

/**
 * A system message.
 *
 * @since 0.1.0
 * @category constructors
 */
export const system = (content: string): SystemMessage & { readonly content: string } => ({ role: "system", content })

/**
 * A user message of text or of parts.
 *
 * @example
 * ```ts
 * import { Message } from "@effect-zhipu/effect4"
 *
 * Message.user([
 *   Message.imageUrl("https://example.com/cat.png"),
 *   Message.text("What is on this picture?")
 * ])
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const user = (content: string | ReadonlyArray<Part>): UserMessage => ({ role: "user", content })

/**
 * An earlier answer of the model, as text.
 *
 * @since 0.1.0
 * @category constructors
 */
export const assistant = (content: string): AssistantMessage => ({ role: "assistant", content })

/**
 * The result of a tool call. Anything but a string is sent as JSON.
 *
 * @since 0.1.0
 * @category constructors
 */
export const toolResult = (toolCallId: string, result: unknown): ToolMessage & { readonly content: string } => ({
  role: "tool",
  tool_call_id: toolCallId,
  content: typeof result === "string" ? result : (JSON.stringify(result) ?? "null")
})

/**
 * A text part.
 *
 * @since 0.1.0
 * @category constructors
 */
export const text = (text: string): TextPart => ({ type: "text", text })

/**
 * An image part from an http(s) URL, a data URI or bare base64.
 *
 * @since 0.1.0
 * @category constructors
 */
export const imageUrl = (url: string): ImagePart => ({ type: "image_url", image_url: { url } })

/**
 * A video part from a URL.
 *
 * @since 0.1.0
 * @category constructors
 */
export const videoUrl = (url: string): VideoPart => ({ type: "video_url", video_url: { url } })

/**
 * A file part from a URL.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fileUrl = (url: string): FileUrlPart => ({ type: "file_url", file_url: { url } })
