/** One chunk of a streamed answer: what a `data:` line of the service holds. */
import type { Usage, WebSearchResult } from "./completion.js"
import type { Open } from "./open.js"

/**
 * A call that the service itself makes (`type: "mcp"`), whole, as it came.
 *
 * @since 0.1.0
 * @category models
 */
export interface ServiceCall extends Open {
  readonly type: string
  readonly function?: null | undefined
}

/**
 * A call of one of your functions, or a piece of one: pieces have the same `id` or `index`, or follow each other.
 *
 * @since 0.1.0
 * @category models
 */
export interface FunctionCallPiece extends Open {
  readonly id?: string | undefined
  readonly index?: number | undefined
  readonly type?: string
  readonly function?:
    | (Open & { readonly name?: string | undefined; readonly arguments?: string | undefined })
    | undefined
}

/**
 * What a chunk adds to the message of a choice.
 *
 * @since 0.1.0
 * @category models
 */
export interface Delta extends Open {
  readonly role?: string
  readonly content?: string | undefined
  readonly reasoning_content?: string | undefined
  readonly tool_calls?: ReadonlyArray<ServiceCall | FunctionCallPiece> | undefined
}

/**
 * A choice in a chunk; without `index`, its place in `choices` counts.
 *
 * @since 0.1.0
 * @category models
 */
export interface ChunkChoice extends Open {
  readonly index?: number | undefined
  readonly delta: Delta
  readonly finish_reason?: string | undefined
}

/**
 * A chunk of a streamed answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface ChatCompletionChunk extends Open {
  readonly id?: string | undefined
  readonly object?: string
  /** Unix seconds. */
  readonly created?: number
  readonly model?: string
  readonly choices: ReadonlyArray<ChunkChoice>
  readonly usage?: Usage | undefined
  readonly web_search?: ReadonlyArray<WebSearchResult> | undefined
  readonly error?: null | undefined
}
