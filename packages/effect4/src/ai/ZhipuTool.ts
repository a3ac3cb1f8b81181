// Generated from packages/ai/src/ZhipuTool.ts by scripts/effect4: change that file.
/**
 * Tools that the service runs itself, to be put into a `Toolkit` beside tools of your own. They need no handler: what
 * they found comes as a tool call and its result, both marked `providerExecuted`.
 *
 * Arguments have the vendor's names. A toolkit knows its tools by name, so it holds at most one of each kind.
 *
 * @since 0.1.0
 */
import * as Tool from "effect/ai/Tool"
import * as Schema from "effect/Schema"
import { WebSearchResult } from "../ChatCompletion.js"
import * as Wire from "../Tool.js"

/**
 * The vendor's web search. Offering it does not force a search: the model decides, unless `require_search` is set.
 * Engines at bigmodel.cn: `search_std`, `search_pro`, `search_pro_sogou`, `search_pro_quark`; at z.ai:
 * `search_pro_jina`.
 *
 * Each page that was found is also a `source` part: with its URL, or as a document where the engine gave none. Its id
 * is the mark that the text cites it by (`ref_1`).
 *
 * @example
 * ```ts
 * import { ZhipuTool } from "@effect-zhipu/effect4/ai"
 * import { LanguageModel, Toolkit } from "effect/ai"
 * import { Effect } from "effect"
 *
 * const toolkit = Toolkit.make(ZhipuTool.WebSearch({ search_engine: "search_pro", count: 5 }))
 *
 * export const news = LanguageModel.generateText({ prompt: "What is new in Hangzhou?", toolkit }).pipe(
 *   Effect.map((response) => response.content.filter((part) => part.type === "source"))
 * )
 * ```
 *
 * @since 0.1.0
 * @category tools
 */
export const WebSearch = Tool.providerDefined({
  id: "zhipu.web_search",
  customName: "ZhipuWebSearch",
  providerName: "web_search",
  args: Schema.Struct(Wire.WebSearchTool.fields.web_search.fields),
  success: Schema.Array(WebSearchResult)
})

/**
 * Retrieval from a knowledge base of the account. `prompt_template` holds `{{knowledge}}` and `{{question}}`. The
 * result is what the service tells of it, which may be nothing.
 *
 * @since 0.1.0
 * @category tools
 */
export const Retrieval = Tool.providerDefined({
  id: "zhipu.retrieval",
  customName: "ZhipuRetrieval",
  providerName: "retrieval",
  args: Schema.Struct(Wire.RetrievalTool.fields.retrieval.fields),
  success: Schema.Unknown
})

/**
 * What the service tells of a call to a Model Context Protocol server: `type` is `mcp_call` or `mcp_list_tools`.
 * `error` is set where the call failed.
 *
 * @since 0.1.0
 * @category models
 */
export const McpCall = Schema.StructWithRest(
  Schema.Struct({
    type: Schema.optional(Schema.Unknown),
    server_label: Schema.optional(Schema.Unknown),
    name: Schema.optional(Schema.Unknown),
    arguments: Schema.optional(Schema.Unknown),
    output: Schema.optional(Schema.Unknown),
    error: Schema.optional(Schema.Unknown),
    tools: Schema.optional(Schema.Unknown)
  }),
  [Schema.Record(Schema.String, Schema.Unknown)]
)

/**
 * @since 0.1.0
 * @category models
 */
export interface McpCall extends Schema.Schema.Type<typeof McpCall> {}

/**
 * A Model Context Protocol server that the service calls (bigmodel.cn). A server hosted by the vendor needs its code
 * only, as `server_label`.
 *
 * @since 0.1.0
 * @category tools
 */
export const Mcp = Tool.providerDefined({
  id: "zhipu.mcp",
  customName: "ZhipuMcp",
  providerName: "mcp",
  args: Schema.Struct(Wire.McpTool.fields.mcp.fields),
  parameters: Schema.Struct({
    server_label: Schema.optional(Schema.Unknown),
    name: Schema.optional(Schema.Unknown),
    arguments: Schema.optional(Schema.Unknown)
  }),
  success: McpCall
})
