/**
 * What a streamed answer yields: each thing that can happen has a tag of its own, and comes in a fixed order. `Started`
 * first, then deltas as they arrive, then completed tool calls and usage, and one `Finished` per choice last. A stream
 * that ends without `Finished` has failed.
 */
import type { Usage, WebSearchResult } from "./completion.js"
import type { Open } from "./open.js"

/**
 * The service has begun to answer. Comes once, before everything else.
 *
 * @since 0.1.0
 * @category models
 */
export interface Started {
  readonly _tag: "Started"
  readonly id?: string | undefined
  /** The model that answers, which may differ from the one asked for. */
  readonly model?: string | undefined
  /** Unix seconds. */
  readonly created?: number | undefined
}

/**
 * A piece of the model's thinking.
 *
 * @since 0.1.0
 * @category models
 */
export interface ReasoningDelta {
  readonly _tag: "ReasoningDelta"
  readonly choice: number
  readonly text: string
}

/**
 * A piece of the answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface ContentDelta {
  readonly _tag: "ContentDelta"
  readonly choice: number
  readonly text: string
}

/**
 * The model begins to call a tool. `index` counts the calls of a choice from 0; `id` is made up where none came.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolCallStarted {
  readonly _tag: "ToolCallStarted"
  readonly choice: number
  readonly index: number
  readonly id: string
  readonly name: string
}

/**
 * A fragment of the arguments of a tool call, as it came: not valid JSON by itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolCallDelta {
  readonly _tag: "ToolCallDelta"
  readonly choice: number
  readonly index: number
  readonly arguments: string
}

/**
 * A tool call whose arguments are whole. A call that was cut or is malformed gets a `Warning` instead.
 *
 * @since 0.1.0
 * @category models
 */
export interface ToolCallCompleted {
  readonly _tag: "ToolCallCompleted"
  readonly choice: number
  readonly index: number
  readonly id: string
  readonly name: string
  /** A JSON string; `"{}"` where the service sent nothing. */
  readonly arguments: string
}

/**
 * What the vendor's web search found.
 *
 * @since 0.1.0
 * @category models
 */
export interface WebSearch {
  readonly _tag: "WebSearch"
  readonly results: ReadonlyArray<WebSearchResult>
}

/**
 * Tokens used so far; the last one holds.
 *
 * @since 0.1.0
 * @category models
 */
export interface UsageTold {
  readonly _tag: "Usage"
  readonly usage: Usage
}

/**
 * Fields that have no event of their own, as they came: of a choice or its message where `choice` is told, and then `of` says
 * where they stand in the choice itself.
 *
 * @since 0.1.0
 * @category models
 */
export interface Extra {
  readonly _tag: "Extra"
  readonly choice?: number | undefined
  readonly of?: "choice" | undefined
  readonly fields: Open
}

/**
 * A choice is complete, for the `finish_reason` of the service; `unknown` where it told none.
 *
 * @since 0.1.0
 * @category models
 */
export interface Finished {
  readonly _tag: "Finished"
  readonly choice: number
  readonly reason: string
}

/**
 * What a `Warning` may be about.
 *
 * - `InvalidUtf8`: bytes that are no UTF-8 were replaced
 * - `NotStreamed`: the service answered a stream with a plain completion, which was split into events
 * - `MalformedFrame`: a broken frame was skipped (only with `onMalformed: "skip"`)
 * - `ForeignEvent`: an event of another name, which holds no chunk, was skipped
 * - `IdChanged`: the chunks of one answer have different ids
 * - `ChoiceIndex`: the chunks of one choice have different numbers
 * - `ContentParts`: the content has parts that are not text; they are kept in an `Extra`
 * - `EndNotTold`: a finish reason came early, and nothing after it until the `idle` deadline
 * - `ContentType`: the stream came under another content type than that of a stream
 * - `ToolCallIdMissing`: the service sent no id for a tool call, one was made up
 * - `ToolCallIdRepeated`: two tool calls came under one id, the second got one that was made up
 * - `ToolCallNameMissing`: a tool call had no name until the end; it is not completed
 * - `ToolCallNameRepaired`: markup after the name of a known tool was cut off
 * - `ToolArgumentsRepeated`: the arguments came twice; once was kept
 * - `ToolArgumentsTruncated`: the arguments broke off; the call is not completed
 * - `ToolArgumentsMalformed`: the arguments are not JSON; the call is not completed
 *
 * @since 0.1.0
 * @category models
 */
export type WarningCode =
  | "InvalidUtf8"
  | "NotStreamed"
  | "MalformedFrame"
  | "ForeignEvent"
  | "IdChanged"
  | "ChoiceIndex"
  | "ContentParts"
  | "EndNotTold"
  | "ContentType"
  | "ToolCallIdMissing"
  | "ToolCallIdRepeated"
  | "ToolCallNameMissing"
  | "ToolCallNameRepaired"
  | "ToolArgumentsRepeated"
  | "ToolArgumentsTruncated"
  | "ToolArgumentsMalformed"

/**
 * Something was odd but could be read. `detail` holds nothing of the answer; of a tool call, choice and index are told.
 *
 * @since 0.1.0
 * @category models
 */
export interface Warning {
  readonly _tag: "Warning"
  readonly code: WarningCode
  readonly detail: string
  readonly choice?: number | undefined
  readonly index?: number | undefined
}

/**
 * Any event of a stream.
 *
 * @since 0.1.0
 * @category models
 */
export type ChunkEvent =
  | Started
  | ReasoningDelta
  | ContentDelta
  | ToolCallStarted
  | ToolCallDelta
  | ToolCallCompleted
  | WebSearch
  | UsageTold
  | Extra
  | Finished
  | Warning
