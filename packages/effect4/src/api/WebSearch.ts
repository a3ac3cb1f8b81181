// Generated from packages/api/src/WebSearch.ts by scripts/effect4: change that file.
/**
 * Pages of the web for a query: `POST /web_search`. The same search that a chat has as a tool, by itself.
 *
 * Engines of bigmodel.cn are `search_std`, `search_pro`, `search_pro_sogou` and `search_pro_quark`; that of z.ai is
 * `search-prime`, with a hyphen. Sources: the vendor's OpenAPI documents of bigmodel.cn, 2026-07-11, and of z.ai, 2026-01-24.
 * A key of a Coding Plan has no balance here, and gets 1113 (`InsufficientBalanceError`).
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { WebSearchResult } from "../ChatCompletion.js"
import * as Region from "../Region.js"
import { ZhipuConfig } from "../ZhipuConfig.js"
import type { ZhipuError } from "../ZhipuError.js"
import type { ZhipuHttpClient } from "../ZhipuHttpClient.js"
import { answerIds, ids } from "./internal/document.js"
import { post } from "./internal/endpoint.js"
import { list, nullable, open } from "./internal/wire.js"

/**
 * The request of `POST /web_search`. Unknown fields pass.
 *
 * @since 0.1.0
 * @category models
 */
export const WebSearchRequest = open({
  /** At most 70 characters are advised. */
  search_query: Schema.String,
  search_engine: Schema.String,
  /**
   * Whether the service first finds out if a search is wanted at all, which may give no results. The document of
   * bigmodel.cn requires it, its guide and SDKs leave it out; z.ai has no such field.
   */
  search_intent: Schema.optional(Schema.Boolean),
  /** 1 to 50, default 10; `search_pro_sogou` takes 10, 20, 30, 40 and 50. Of no effect with both filters set. */
  count: Schema.optional(Schema.Number),
  /** One domain. */
  search_domain_filter: Schema.optional(Schema.String),
  /** `oneDay`, `oneWeek`, `oneMonth`, `oneYear` or `noLimit` (default). */
  search_recency_filter: Schema.optional(Schema.String),
  /** How much of a page: `medium` or `high`. */
  content_size: Schema.optional(Schema.String),
  ...ids
})

/**
 * @since 0.1.0
 * @category models
 */
export interface WebSearchRequest extends Schema.Schema.Type<typeof WebSearchRequest> {}

/**
 * What the service made of the query: `intent` is `SEARCH_ALL`, `SEARCH_ALWAYS`, or `SEARCH_NONE` where it saw nothing to
 * search for.
 *
 * @since 0.1.0
 * @category models
 */
export const SearchIntent = open({
  query: nullable(Schema.String),
  intent: nullable(Schema.String),
  keywords: nullable(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface SearchIntent extends Schema.Schema.Type<typeof SearchIntent> {}

/**
 * The answer of `POST /web_search`. No results are no error. `link` is often empty with `search_std` and `search_pro`.
 *
 * @since 0.1.0
 * @category models
 */
export const WebSearchResponse = open({
  ...answerIds,
  search_intent: list(SearchIntent),
  search_result: list(WebSearchResult)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface WebSearchResponse extends Schema.Schema.Type<typeof WebSearchResponse> {}

/**
 * What `results` takes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Default: `search-prime` where the client talks to z.ai, else `search_pro`. */
  readonly engine?: string | undefined
  /** 1 to 50. Default 10. */
  readonly count?: number | undefined
  readonly domain?: string | undefined
  /** Default: of any age. */
  readonly recency?: "day" | "week" | "month" | "year" | undefined
  readonly contentSize?: "medium" | "high" | undefined
  /**
   * Lets the service find out first whether there is anything to search for: a greeting has no results then. Not on z.ai. Default
   * false.
   */
  readonly intent?: boolean | undefined
}

/**
 * Searches, and gives the answer as it came.
 *
 * @since 0.1.0
 * @category operations
 */
export const search = (request: WebSearchRequest): Effect.Effect<WebSearchResponse, ZhipuError, ZhipuHttpClient> =>
  post("web_search", "/web_search", request, WebSearchResponse)

const recencies = { day: "oneDay", week: "oneWeek", month: "oneMonth", year: "oneYear" } as const

/**
 * The pages for a query.
 *
 * @example
 * ```ts
 * import { WebSearch } from "@effect-zhipu/effect4/api"
 * import { Effect } from "effect"
 *
 * export const news = Effect.map(
 *   WebSearch.results("Effect TypeScript release", { recency: "month", count: 5 }),
 *   (pages) => pages.map(({ link, title }) => `${title}: ${link}`)
 * )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const results = (
  query: string,
  options: Options = {}
): Effect.Effect<ReadonlyArray<WebSearchResult>, ZhipuError, ZhipuHttpClient> =>
  Effect.flatMap(Effect.serviceOption(ZhipuConfig), (config) => {
    const { contentSize, count, domain, intent = false, recency } = options
    const international = Option.exists(config, ({ baseUrl }) => Region.of(new URL(baseUrl).hostname) === "global")
    return Effect.map(
      search({
        search_query: query,
        search_engine: options.engine ?? (international ? "search-prime" : "search_pro"),
        ...(international ? {} : { search_intent: intent }),
        ...(count === undefined ? {} : { count }),
        ...(domain === undefined ? {} : { search_domain_filter: domain }),
        ...(recency === undefined ? {} : { search_recency_filter: recencies[recency] }),
        ...(contentSize === undefined ? {} : { content_size: contentSize })
      }),
      ({ search_result: found }) => found
    )
  })
