// Generated from packages/client/src/internal/schema/chunkEvents.ts by scripts/effect4: change that file.
/**
 * The Schemas of the events of a stream. A program that reads streams needs the types of them alone, and does not load them.
 */
import * as Schema from "effect/Schema"
import { Usage as UsageDocument, WebSearchResult } from "../../ChatCompletion.js"
import { AnyObject } from "./wire.js"

/**
 * The service has begun to answer. Comes once, before everything else.
 *
 * @since 0.1.0
 * @category models
 */
export const Started = Schema.TaggedStruct("Started", {
  id: Schema.optional(Schema.String),
  /** The model that answers, which may differ from the one asked for. */
  model: Schema.optional(Schema.String),
  /** Unix seconds. */
  created: Schema.optional(Schema.Number)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Started extends Schema.Schema.Type<typeof Started> {}

/**
 * A piece of the model's thinking.
 *
 * @since 0.1.0
 * @category models
 */
export const ReasoningDelta = Schema.TaggedStruct("ReasoningDelta", { choice: Schema.Number, text: Schema.String })

/**
 * @since 0.1.0
 * @category models
 */
export interface ReasoningDelta extends Schema.Schema.Type<typeof ReasoningDelta> {}

/**
 * A piece of the answer.
 *
 * @since 0.1.0
 * @category models
 */
export const ContentDelta = Schema.TaggedStruct("ContentDelta", { choice: Schema.Number, text: Schema.String })

/**
 * @since 0.1.0
 * @category models
 */
export interface ContentDelta extends Schema.Schema.Type<typeof ContentDelta> {}

/**
 * The model begins to call a tool. `index` counts the calls of a choice from 0 in order of appearance; `id` is made
 * up, the same on every reading of the same stream, where the service sent none.
 *
 * @since 0.1.0
 * @category models
 */
export const ToolCallStarted = Schema.TaggedStruct("ToolCallStarted", {
  choice: Schema.Number,
  index: Schema.Number,
  id: Schema.String,
  name: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ToolCallStarted extends Schema.Schema.Type<typeof ToolCallStarted> {}

/**
 * A fragment of the arguments of a tool call, as it came: not valid JSON by itself.
 *
 * @since 0.1.0
 * @category models
 */
export const ToolCallDelta = Schema.TaggedStruct("ToolCallDelta", {
  choice: Schema.Number,
  index: Schema.Number,
  arguments: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ToolCallDelta extends Schema.Schema.Type<typeof ToolCallDelta> {}

/**
 * A tool call whose arguments are whole, because the stream said so and they are JSON. A call that was cut or is
 * malformed never gets this event, but a `Warning`.
 *
 * @since 0.1.0
 * @category models
 */
export const ToolCallCompleted = Schema.TaggedStruct("ToolCallCompleted", {
  choice: Schema.Number,
  index: Schema.Number,
  id: Schema.String,
  name: Schema.String,
  /** A JSON string; `"{}"` where the service sent nothing. */
  arguments: Schema.String
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ToolCallCompleted extends Schema.Schema.Type<typeof ToolCallCompleted> {}

/**
 * What the vendor's web search found.
 *
 * @since 0.1.0
 * @category models
 */
export const WebSearch = Schema.TaggedStruct("WebSearch", { results: Schema.Array(Schema.toType(WebSearchResult)) })

/**
 * @since 0.1.0
 * @category models
 */
export interface WebSearch extends Schema.Schema.Type<typeof WebSearch> {}

/**
 * Tokens used so far; the last one holds.
 *
 * @since 0.1.0
 * @category models
 */
export const Usage = Schema.TaggedStruct("Usage", { usage: Schema.toType(UsageDocument) })

/**
 * @since 0.1.0
 * @category models
 */
export interface Usage extends Schema.Schema.Type<typeof Usage> {}

/**
 * Fields of a chunk that have no event of their own, as they came: of the chunk itself where `choice` is absent, of
 * a choice or its delta otherwise.
 *
 * @since 0.1.0
 * @category models
 */
export const Extra = Schema.TaggedStruct("Extra", {
  choice: Schema.optional(Schema.Number),
  of: Schema.optional(Schema.Literal("choice")),
  fields: AnyObject
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Extra extends Schema.Schema.Type<typeof Extra> {}

/**
 * A choice is complete. `reason` is `stop`, `length`, `tool_calls`, `sensitive` (blocked by moderation: withdraw what
 * was shown), `model_context_window_exceeded`, another string of the service, or `unknown` where the
 * stream ended with `[DONE]` and told none.
 *
 * @since 0.1.0
 * @category models
 */
export const Finished = Schema.TaggedStruct("Finished", { choice: Schema.Number, reason: Schema.String })

/**
 * @since 0.1.0
 * @category models
 */
export interface Finished extends Schema.Schema.Type<typeof Finished> {}

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
export const WarningCode = Schema.Literals([
  "InvalidUtf8",
  "NotStreamed",
  "MalformedFrame",
  "ForeignEvent",
  "IdChanged",
  "ChoiceIndex",
  "ContentParts",
  "EndNotTold",
  "ContentType",
  "ToolCallIdMissing",
  "ToolCallIdRepeated",
  "ToolCallNameMissing",
  "ToolCallNameRepaired",
  "ToolArgumentsRepeated",
  "ToolArgumentsTruncated",
  "ToolArgumentsMalformed"
])

/**
 * @since 0.1.0
 * @category models
 */
export type WarningCode = typeof WarningCode.Type

/**
 * Something was odd but could be read. `detail` holds nothing of the answer. Where it is about a tool call, `choice` and
 * `index` say which, as they do in `ToolCallStarted`.
 *
 * @since 0.1.0
 * @category models
 */
export const Warning = Schema.TaggedStruct("Warning", {
  code: WarningCode,
  detail: Schema.String,
  choice: Schema.optional(Schema.Number),
  index: Schema.optional(Schema.Number)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Warning extends Schema.Schema.Type<typeof Warning> {}

/**
 * Any event of a stream, as a Schema.
 *
 * @since 0.1.0
 * @category models
 */
export const ChunkEvent = Schema.Union([
  Started,
  ReasoningDelta,
  ContentDelta,
  ToolCallStarted,
  ToolCallDelta,
  ToolCallCompleted,
  WebSearch,
  Usage,
  Extra,
  Finished,
  Warning
])

/**
 * @since 0.1.0
 * @category models
 */
export type ChunkEvent = typeof ChunkEvent.Type
