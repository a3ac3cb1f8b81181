/** The messages of a conversation, with the names that they have on the wire. */
import type { Open } from "./open.js"

/**
 * A piece of text inside a user message.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextPart {
  readonly type: "text"
  readonly text: string
}

/**
 * An image, for vision models. `url` is an http(s) URL, a data URI or bare base64; at most 5 MB.
 *
 * @since 0.1.0
 * @category models
 */
export interface ImagePart {
  readonly type: "image_url"
  readonly image_url: { readonly url: string }
}

/**
 * A video, for vision models: mp4, mkv or mov, at most 200 MB.
 *
 * @since 0.1.0
 * @category models
 */
export interface VideoPart {
  readonly type: "video_url"
  readonly video_url: { readonly url: string }
}

/**
 * A file by URL, for vision models; not together with images or video.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileUrlPart {
  readonly type: "file_url"
  readonly file_url: { readonly url: string }
}

/**
 * A file by id, URL or content (a data URI of at most 50 MB).
 *
 * @since 0.1.0
 * @category models
 */
export interface FilePart {
  readonly type: "file"
  readonly file: {
    readonly file_id?: string | undefined
    readonly file_url?: string | undefined
    readonly file_data?: string | undefined
    readonly filename?: string | undefined
  }
}

/**
 * Sound: base64 of at most ten minutes.
 *
 * @since 0.1.0
 * @category models
 */
export interface AudioPart {
  readonly type: "input_audio"
  readonly input_audio: { readonly data: string; readonly format: "wav" | "mp3" }
}

/**
 * One part of a user message that is more than text.
 *
 * @since 0.1.0
 * @category models
 */
export type Part = TextPart | ImagePart | VideoPart | FileUrlPart | FilePart | AudioPart

/**
 * A call of a tool, as an assistant turn carries it.
 *
 * @since 0.1.0
 * @category models
 */
export interface AssistantToolCall extends Open {
  /** What the result names as `tool_call_id`. */
  readonly id: string
  /** `function`, or a tool of the service: `web_search`, `retrieval`, `mcp`. */
  readonly type: string
  /** `arguments` is a JSON string. */
  readonly function?: (Open & { readonly name: string; readonly arguments: string }) | undefined
}

/**
 * Instructions that stand above the conversation.
 *
 * @since 0.1.0
 * @category models
 */
export interface SystemMessage {
  readonly role: "system"
  /** The vendor documents a text; parts are for servers that take them. */
  readonly content: string | ReadonlyArray<TextPart>
  /** Not documented by the vendor. */
  readonly name?: string | undefined
}

/**
 * Instructions under the name that OpenAI gives to them now. The vendor does not document it: `system` is sure to be taken.
 *
 * @since 0.1.0
 * @category models
 */
export interface DeveloperMessage {
  readonly role: "developer"
  readonly content: string | ReadonlyArray<TextPart>
  /** Not documented by the vendor. */
  readonly name?: string | undefined
}

/**
 * What the user says: text, or parts for vision and audio models.
 *
 * @since 0.1.0
 * @category models
 */
export interface UserMessage {
  readonly role: "user"
  /** Not empty. */
  readonly content: string | ReadonlyArray<Part>
  /** Not documented by the vendor. */
  readonly name?: string | undefined
}

/**
 * An earlier answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface AssistantMessage {
  readonly role: "assistant"
  /** The vendor documents a text, which may be empty or absent beside tool calls. */
  readonly content?: string | ReadonlyArray<TextPart> | null | undefined
  /** Unchanged and complete where thinking is preserved, and between the tool calls of one answer. */
  readonly reasoning_content?: string | null | undefined
  readonly tool_calls?: ReadonlyArray<AssistantToolCall> | null | undefined
  /** An earlier answer of `glm-4-voice`. */
  readonly audio?: { readonly id: string } | null | undefined
  /** Not documented by the vendor. */
  readonly name?: string | undefined
}

/**
 * The result of one tool call.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolMessage {
  readonly role: "tool"
  /** The vendor documents a text; parts are for servers that take them. */
  readonly content: string | ReadonlyArray<TextPart>
  /** The `id` of the call that it answers. */
  readonly tool_call_id: string
  /** Not documented by the vendor. */
  readonly name?: string | undefined
}

/**
 * Any message of a conversation.
 *
 * @since 0.1.0
 * @category models
 */
export type Message = SystemMessage | DeveloperMessage | UserMessage | AssistantMessage | ToolMessage
