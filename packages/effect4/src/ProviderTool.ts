// Generated from packages/client/src/ProviderTool.ts by scripts/effect4: change that file.
/**
 * What the tools of the service itself gave: pages of its web search and where an answer cites them, and calls of Model
 * Context Protocol servers, with their output. The service runs these tools; there is nothing to answer.
 *
 * @since 0.1.0
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type ChatCompletion, text, type ToolCall, toolCalls, type WebSearchResult } from "./ChatCompletion.js"
import { nullable, open } from "./internal/schema/wire.js"

/**
 * The pages that the web search found, in the order of the service; none where it did not search.
 *
 * @since 0.1.0
 * @category web search
 */
export const searchResults = (completion: ChatCompletion): ReadonlyArray<WebSearchResult> => completion.web_search ?? []

/**
 * A place in an answer that cites a page. `start` and `end` count UTF-16 code units of the text, as `slice` does;
 * `result` is absent where the answer cites a page that is not among the results.
 *
 * @since 0.1.0
 * @category web search
 */
export interface Citation {
  /** As in `refer` of the result: `ref_1`. */
  readonly refer: string
  readonly start: number
  readonly end: number
  readonly result: WebSearchResult | undefined
}

/**
 * Where the text of the first choice cites pages: `[ref_1]`, also in full-width brackets, and `[1]` where a result is
 * `ref_1`.
 *
 * @example
 * ```ts
 * import { ChatCompletion, ProviderTool } from "@effect-zhipu/effect4"
 *
 * export const sources = (answer: ChatCompletion.ChatCompletion) =>
 *   ProviderTool.citations(answer).map(({ refer, result }) => `${refer}: ${result?.title} ${result?.link}`)
 * ```
 *
 * @since 0.1.0
 * @category web search
 */
export const citations = (completion: ChatCompletion): ReadonlyArray<Citation> => {
  const results = new Map(searchResults(completion).map((result) => [result.refer, result]))
  return Array.from(text(completion).matchAll(marks), (match): ReadonlyArray<Citation> => {
    const [whole, named, number] = match
    const refer = named ?? `ref_${number}`
    const result = results.get(refer)
    // A number in brackets is a citation only if there is such a page.
    if (named === undefined && result === undefined) return []
    return [{ refer, start: match.index, end: match.index + whole.length, result }]
  }).flat()
}

const marks = /[[【]\s*(?:(ref_\d+)|(\d{1,3}))\s*[\]】]/g

/**
 * A tool that a server offers.
 *
 * @since 0.1.0
 * @category mcp
 */
export const McpServerTool = open({
  name: nullable(Schema.String),
  description: nullable(Schema.String),
  input_schema: nullable(Schema.Unknown)
})

/**
 * @since 0.1.0
 * @category mcp
 */
export interface McpServerTool extends Schema.Schema.Type<typeof McpServerTool> {}

/**
 * What the service says of a call of a Model Context Protocol server. `type` is `mcp_list_tools`, with `tools`, or
 * `mcp_call`, with the `name` of the tool, its `arguments` (JSON, as a string) and its `output`, or an `error`.
 *
 * @since 0.1.0
 * @category mcp
 */
export const McpCall = open({
  id: nullable(Schema.String),
  type: nullable(Schema.String),
  server_label: nullable(Schema.String),
  name: nullable(Schema.String),
  arguments: nullable(Schema.Unknown),
  output: nullable(Schema.Unknown),
  error: nullable(Schema.Unknown),
  tools: nullable(Schema.Array(McpServerTool))
})

/**
 * @since 0.1.0
 * @category mcp
 */
export interface McpCall extends Schema.Schema.Type<typeof McpCall> {}

const decodeMcp = Schema.decodeUnknownOption(McpCall)

/**
 * The calls of Model Context Protocol servers in the first choice. What is not readable as one is left out here, and
 * stands in `providerCalls`.
 *
 * @since 0.1.0
 * @category mcp
 */
export const mcpCalls = (completion: ChatCompletion): ReadonlyArray<McpCall> =>
  providerCalls(completion).flatMap(({ call, type }) => (type === "mcp" ? Option.toArray(decodeMcp(call["mcp"])) : []))

/**
 * A call that the service has run. `type` is `mcp`, `web_search`, `retrieval` or one that is not known yet; `payload` is
 * the field of the call that is named like it, whatever that holds.
 *
 * @since 0.1.0
 * @category calls
 */
export interface ProviderCall {
  readonly type: string
  readonly payload: unknown
  readonly call: ToolCall
}

/**
 * The calls in the first choice that the service has run itself.
 *
 * @since 0.1.0
 * @category calls
 */
export const providerCalls = (completion: ChatCompletion): ReadonlyArray<ProviderCall> =>
  toolCalls(completion).flatMap((call) => {
    const { type = "function" } = call
    return type === "function" ? [] : [{ type, payload: call[type], call }]
  })

/**
 * What was retrieved from knowledge bases, for the calls of type `retrieval` in the first choice. The service does not
 * document its shape.
 *
 * @since 0.1.0
 * @category calls
 */
export const retrievals = (completion: ChatCompletion): ReadonlyArray<unknown> =>
  providerCalls(completion).flatMap(({ payload, type }) => (type === "retrieval" ? [payload] : []))
