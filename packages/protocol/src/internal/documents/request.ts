/** What a chat completion is asked with, as it goes over the wire. */
import type { Message } from "./message.js"
import type { Open } from "./open.js"

/**
 * A function of yours. `name` matches `^[a-zA-Z0-9_-]{1,64}$`; `parameters` is a JSON Schema.
 *
 * @since 0.1.0
 * @category models
 */
export interface FunctionTool extends Open {
  readonly type: "function"
  readonly function: Open & {
    readonly name: string
    readonly description?: string | undefined
    readonly parameters?: Open | undefined
  }
}

/**
 * The vendor's web search.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchTool extends Open {
  readonly type: "web_search"
  readonly web_search: Open & {
    readonly search_engine?: string | undefined
    readonly enable?: boolean | undefined
    readonly search_query?: string | undefined
    readonly search_intent?: boolean | undefined
    readonly count?: number | undefined
    readonly search_domain_filter?: string | undefined
    readonly search_recency_filter?: string | undefined
    readonly content_size?: string | undefined
    readonly result_sequence?: string | undefined
    readonly search_result?: boolean | undefined
    readonly require_search?: boolean | undefined
    readonly search_prompt?: string | undefined
  }
}

/**
 * Retrieval from a knowledge base of the account.
 *
 * @since 0.1.0
 * @category models
 */
export interface RetrievalTool extends Open {
  readonly type: "retrieval"
  readonly retrieval: Open & { readonly knowledge_id: string; readonly prompt_template?: string | undefined }
}

/**
 * A Model Context Protocol server that the service calls.
 *
 * @since 0.1.0
 * @category models
 */
export interface McpTool extends Open {
  readonly type: "mcp"
  readonly mcp: Open & {
    readonly server_label: string
    readonly server_url?: string | undefined
    readonly transport_type?: string | undefined
    readonly allowed_tools?: ReadonlyArray<string> | undefined
    readonly headers?: { readonly [name: string]: string } | undefined
  }
}

/**
 * A tool of a kind that this version does not know; it is sent as given.
 *
 * @since 0.1.0
 * @category models
 */
export interface OtherTool extends Open {
  readonly type: string
}

/**
 * Anything that `tools` of a request may hold.
 *
 * @since 0.1.0
 * @category models
 */
export type Tool = FunctionTool | WebSearchTool | RetrievalTool | McpTool | OtherTool

/**
 * `"auto"`, or the name of a function.
 *
 * @since 0.1.0
 * @category models
 */
export type ToolChoice =
  | string
  | (Open & { readonly type: "function"; readonly function: Open & { readonly name: string } })

/**
 * Whether the model thinks before it answers, and whether earlier thinking is cleared.
 *
 * @since 0.1.0
 * @category models
 */
export interface Thinking extends Open {
  readonly type?: "enabled" | "disabled" | undefined
  readonly clear_thinking?: boolean | undefined
}

/**
 * The request of `POST /chat/completions`. Only `model` and `messages` are required; what is not set is not sent.
 *
 * - `max_tokens`: output tokens, thinking included, 1 to 131072.
 * - `temperature` 0 to 1 and `top_p` 0.01 to 1: change one of them, not both.
 * - `tool_stream`: streams tool arguments in fragments; only with a stream, GLM-4.6 and later.
 *
 * @since 0.1.0
 * @category models
 */
export interface ChatRequest extends Open {
  readonly model: string
  readonly messages: ReadonlyArray<Message>
  readonly stream?: boolean | undefined
  readonly thinking?: Thinking | undefined
  readonly reasoning_effort?: string | undefined
  readonly do_sample?: boolean | undefined
  readonly temperature?: number | undefined
  readonly top_p?: number | undefined
  readonly max_tokens?: number | undefined
  readonly tools?: ReadonlyArray<Tool> | undefined
  readonly tool_choice?: ToolChoice | undefined
  readonly tool_stream?: boolean | undefined
  readonly stop?: ReadonlyArray<string> | undefined
  readonly response_format?: (Open & { readonly type: "text" | "json_object" }) | undefined
  readonly request_id?: string | undefined
  readonly user_id?: string | undefined
  readonly seed?: number | undefined
  readonly stream_options?: (Open & { readonly include_usage?: boolean | undefined }) | undefined
  readonly meta?:
    | (Open & {
        readonly user_info?: string | undefined
        readonly bot_info?: string | undefined
        readonly bot_name?: string | undefined
        readonly user_name?: string | undefined
      })
    | undefined
  readonly sensitive_word_check?: (Open & { readonly type: "ALL"; readonly status: "ENABLE" | "DISABLE" }) | undefined
  readonly watermark_enabled?: boolean | undefined
  readonly extra?: Open | undefined
}
