// Generated from packages/client/src/RequestTool.ts by scripts/effect4: change that file.
/**
 * The tools that a request offers to the model, as they go over the wire: functions of yours, and tools that the service
 * runs itself. `Tool` has the constructors and types of this module too, beside the definitions that `ToolLoop` runs.
 *
 * @since 0.1.0
 */
import type * as Documents from "@effect-zhipu/protocol/internal/documents/request"
import { plainSchema } from "@effect-zhipu/protocol/internal/requests/plainSchema"
import type * as JsonSchema from "effect/JsonSchema"
import * as Schema from "effect/Schema"
import { AnyObject, open, written } from "./internal/schema/wire.js"

/**
 * A function of yours. `name` matches `^[a-zA-Z0-9_-]{1,64}$`; `parameters` is a JSON Schema. At most 128 a
 * request.
 *
 * @since 0.1.0
 * @category models
 */
export const FunctionTool = open({
  type: Schema.Literal("function"),
  function: open({
    name: Schema.String,
    description: Schema.optional(Schema.String),
    parameters: Schema.optional(AnyObject)
  })
})

/**
 * @since 0.1.0
 * @category models
 */
export interface FunctionTool extends Documents.FunctionTool {}

/**
 * The vendor's web search. Offering it does not force a search: the model decides. Engines at bigmodel.cn:
 * `search_std`, `search_pro`, `search_pro_sogou`, `search_pro_quark`; at z.ai: `search_pro_jina`.
 *
 * @since 0.1.0
 * @category models
 */
export const WebSearchTool = open({
  type: Schema.Literal("web_search"),
  web_search: written({
    search_engine: Schema.optional(Schema.String),
    enable: Schema.optional(Schema.Boolean),
    search_query: Schema.optional(Schema.String),
    search_intent: Schema.optional(Schema.Boolean),
    count: Schema.optional(Schema.Number),
    search_domain_filter: Schema.optional(Schema.String),
    search_recency_filter: Schema.optional(Schema.String),
    content_size: Schema.optional(Schema.String),
    result_sequence: Schema.optional(Schema.String),
    search_result: Schema.optional(Schema.Boolean),
    require_search: Schema.optional(Schema.Boolean),
    search_prompt: Schema.optional(Schema.String)
  })
})

/**
 * @since 0.1.0
 * @category models
 */
export interface WebSearchTool extends Documents.WebSearchTool {}

/**
 * Retrieval from a knowledge base of the account. `prompt_template` holds `{{knowledge}}` and `{{question}}`.
 *
 * @since 0.1.0
 * @category models
 */
export const RetrievalTool = open({
  type: Schema.Literal("retrieval"),
  retrieval: written({ knowledge_id: Schema.String, prompt_template: Schema.optional(Schema.String) })
})

/**
 * @since 0.1.0
 * @category models
 */
export interface RetrievalTool extends Documents.RetrievalTool {}

/**
 * A Model Context Protocol server that the service calls (bigmodel.cn). A server hosted by the vendor needs
 * its code only, as `server_label`.
 *
 * @since 0.1.0
 * @category models
 */
export const McpTool = open({
  type: Schema.Literal("mcp"),
  mcp: written({
    server_label: Schema.String,
    server_url: Schema.optional(Schema.String),
    transport_type: Schema.optional(Schema.String),
    allowed_tools: Schema.optional(Schema.Array(Schema.String)),
    headers: Schema.optional(Schema.Record(Schema.String, Schema.String))
  })
})

/**
 * @since 0.1.0
 * @category models
 */
export interface McpTool extends Documents.McpTool {}

/**
 * A tool of a kind that this version does not know; it is sent as given.
 *
 * @since 0.1.0
 * @category models
 */
export const OtherTool = open({ type: Schema.String })

/**
 * @since 0.1.0
 * @category models
 */
export interface OtherTool extends Documents.OtherTool {}

/**
 * Anything that `tools` of a request may hold.
 *
 * @since 0.1.0
 * @category models
 */
export const RequestTool = Schema.Union([FunctionTool, WebSearchTool, RetrievalTool, McpTool, OtherTool])

/**
 * @since 0.1.0
 * @category models
 */
export type RequestTool = Documents.Tool

/**
 * `tool_choice` of a request. Documented is `"auto"`; naming a function is obeyed at least by
 * `glm-4.7-flash`.
 *
 * @since 0.1.0
 * @category models
 */
export const ToolChoice = Schema.Union([
  Schema.String,
  open({ type: Schema.Literal("function"), function: open({ name: Schema.String }) })
])

/**
 * @since 0.1.0
 * @category models
 */
export type ToolChoice = Documents.ToolChoice

/**
 * What `fn` takes: the fields of the wire. `parameters` may also be what Effect's `JSONSchema.make` gives.
 *
 * @since 0.1.0
 * @category models
 */
export interface FunctionOptions {
  readonly name: string
  readonly description?: string | undefined
  readonly parameters?: Readonly<Record<string, unknown>> | JsonSchema.JsonSchema | undefined
  readonly [field: string]: unknown
}

/**
 * Offers a function to the model by its JSON Schema, for a program that answers its calls itself. `Tool.make` defines one
 * from Schemas, for `ToolLoop` to run.
 *
 * The schema is written as the service takes it, as GLM is known to refuse tools with `$ref` and `anyOf` (an error 1234, or an
 * empty answer): references are replaced by what they point to, and unions by lists of types or values where these say the
 * same. Unions of objects stay, and a type that refers to itself keeps its `$ref`, of which the client warns.
 *
 * @example
 * ```ts
 * import { Tool } from "@effect-zhipu/effect4"
 * import { Schema } from "effect"
 *
 * export const weather = Tool.fn({
 *   name: "get_weather",
 *   description: "The weather in a city, now",
 *   parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] }
 * })
 *
 * export const time = Tool.fn({
 *   name: "get_time",
 *   parameters: Schema.toJsonSchemaDocument(Schema.Struct({ zone: Schema.String })).schema
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const fn = ({ parameters, ...options }: FunctionOptions): FunctionTool => ({
  type: "function",
  function: { ...options, ...(parameters === undefined ? {} : { parameters: plainSchema({ ...parameters }) }) }
})

/**
 * Offers the vendor's web search.
 *
 * @since 0.1.0
 * @category constructors
 */
export const webSearch = (options: WebSearchTool["web_search"]): WebSearchTool => ({
  type: "web_search",
  web_search: options
})

/**
 * Offers a knowledge base.
 *
 * @since 0.1.0
 * @category constructors
 */
export const retrieval = (options: RetrievalTool["retrieval"]): RetrievalTool => ({
  type: "retrieval",
  retrieval: options
})

/**
 * Offers a Model Context Protocol server.
 *
 * @since 0.1.0
 * @category constructors
 */
export const mcp = (options: McpTool["mcp"]): McpTool => ({ type: "mcp", mcp: options })
