/** The answer to a chat request. A field that the service did not send, or sent as `null`, is absent. */
import type { Open } from "./open.js"

/**
 * Tokens that a request cost. The details may be missing even where there was thinking or caching.
 *
 * @since 0.1.0
 * @category models
 */
export interface Usage extends Open {
  readonly prompt_tokens?: number | undefined
  readonly completion_tokens?: number | undefined
  readonly total_tokens?: number | undefined
  readonly prompt_tokens_details?: (Open & { readonly cached_tokens?: number | undefined }) | undefined
  readonly completion_tokens_details?: (Open & { readonly reasoning_tokens?: number | undefined }) | undefined
}

/**
 * A page that the vendor's web search found. Strings may be empty.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearchResult extends Open {
  readonly title?: string | undefined
  readonly link?: string | undefined
  readonly content?: string | undefined
  readonly media?: string | undefined
  readonly icon?: string | undefined
  readonly refer?: string | undefined
  readonly publish_date?: string | undefined
}

/**
 * What moderation saw: `role` is `assistant`, `user` or `history`, `level` 0 (worst) to 3.
 *
 * @since 0.1.0
 * @category models
 */
export interface ContentFilter extends Open {
  readonly role?: string | undefined
  readonly level?: number | string | undefined
}

/**
 * A tool call of an answer. `type` is `function` or, for a server that the service calls, `mcp`.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolCall extends Open {
  readonly id?: string | undefined
  readonly index?: number | undefined
  readonly type?: string | undefined
  readonly function?:
    | (Open & { readonly name?: string | undefined; readonly arguments?: string | undefined })
    | undefined
}

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
 * The message of a choice.
 *
 * @since 0.1.0
 * @category models
 */
export interface ResponseMessage extends Open {
  readonly role?: string | undefined
  readonly content?: string | undefined
  readonly reasoning_content?: string | undefined
  readonly tool_calls?: ReadonlyArray<ToolCall> | undefined
}

/**
 * One answer. `finish_reason` is `stop`, `length`, `tool_calls`, `sensitive` (blocked by moderation),
 * `model_context_window_exceeded`, or a string that is not documented yet.
 *
 * @since 0.1.0
 * @category models
 */
export interface Choice extends Open {
  readonly index?: number | undefined
  readonly finish_reason?: string | undefined
  readonly message: ResponseMessage
}

/**
 * A chat completion, as the service sends it or as the fold of a stream builds it.
 *
 * @since 0.1.0
 * @category models
 */
export interface ChatCompletion extends Open {
  readonly id?: string | undefined
  readonly request_id?: string | undefined
  readonly object?: string | undefined
  /** Unix seconds. */
  readonly created?: number | undefined
  readonly model?: string | undefined
  readonly choices: ReadonlyArray<Choice>
  readonly usage?: Usage | undefined
  readonly web_search?: ReadonlyArray<WebSearchResult> | undefined
  readonly content_filter?: ReadonlyArray<ContentFilter> | undefined
}
