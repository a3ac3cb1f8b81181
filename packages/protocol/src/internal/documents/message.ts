/** The messages of a conversation, with the names that they have on the wire. */
import type { Open } from "./open.js"

/**
 * A piece of text inside a user message.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextPart extends Open {
  readonly type: "text"
  readonly text: string
}

/**
 * An image, for vision models. `url` is an http(s) URL, a data URI or bare base64; at most 5 MB.
 *
 * @since 0.1.0
 * @category models
 */
export interface ImagePart extends Open {
  readonly type: "image_url"
  readonly image_url: Open & { readonly url: string }
}

/**
 * A video, for vision models: mp4, mkv or mov, at most 200 MB.
 *
 * @since 0.1.0
 * @category models
 */
export interface VideoPart extends Open {
  readonly type: "video_url"
  readonly video_url: Open & { readonly url: string }
}

/**
 * A file by URL, for vision models; not together with images or video.
 *
 * @since 0.1.0
 * @category models
 */
export interface FileUrlPart extends Open {
  readonly type: "file_url"
  readonly file_url: Open & { readonly url: string }
}

/**
 * A file by id, URL or content (a data URI of at most 50 MB).
 *
 * @since 0.1.0
 * @category models
 */
export interface FilePart extends Open {
  readonly type: "file"
  readonly file: Open & {
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
export interface AudioPart extends Open {
  readonly type: "input_audio"
  readonly input_audio: Open & { readonly data: string; readonly format: "wav" | "mp3" }
}

/**
 * One part of a user message that is more than text.
 *
 * @since 0.1.0
 * @category models
 */
export type Part = TextPart | ImagePart | VideoPart | FileUrlPart | FilePart | AudioPart

/**
 * A call of a tool, as an assistant turn carries it. `arguments` is a JSON string.
 *
 * @since 0.1.0
 * @category models
 */
export interface AssistantToolCall extends Open {
  readonly id: string
  readonly type: string
  readonly function?: (Open & { readonly name: string; readonly arguments: string }) | undefined
}

/**
 * Instructions that stand above the conversation.
 *
 * @since 0.1.0
 * @category models
 */
export interface SystemMessage extends Open {
  readonly role: "system"
  readonly content: string
}

/**
 * What the user says.
 *
 * @since 0.1.0
 * @category models
 */
export interface UserMessage extends Open {
  readonly role: "user"
  readonly content: string | ReadonlyArray<Part>
}

/**
 * An earlier answer, with its reasoning unchanged where thinking is preserved.
 *
 * @since 0.1.0
 * @category models
 */
export interface AssistantMessage extends Open {
  readonly role: "assistant"
  readonly content?: string | null | undefined
  readonly reasoning_content?: string | null | undefined
  readonly tool_calls?: ReadonlyArray<AssistantToolCall> | null | undefined
  readonly audio?: (Open & { readonly id: string }) | null | undefined
}

/**
 * The result of one tool call; `tool_call_id` names the call it answers.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolMessage extends Open {
  readonly role: "tool"
  readonly content: string
  readonly tool_call_id: string
}

/**
 * Any message of a conversation.
 *
 * @since 0.1.0
 * @category models
 */
export type Message = SystemMessage | UserMessage | AssistantMessage | ToolMessage
