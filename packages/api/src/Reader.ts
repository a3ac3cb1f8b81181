/**
 * The text of a web page, as Markdown or plain: `POST /reader`. The service fetches the page, not this program. Source: the
 * vendor's OpenAPI documents of bigmodel.cn, 2026-07-11, and of z.ai, 2026-01-24.
 *
 * @since 0.1.0
 */
import type { ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { answerIds, ids } from "./internal/document.js"
import { post } from "./internal/endpoint.js"
import { unfit } from "./internal/errors.js"
import { AnyObject, nullable, open } from "./internal/wire.js"

/**
 * The request of `POST /reader`. Unknown fields pass.
 *
 * @since 0.1.0
 * @category models
 */
export const ReaderRequest = open({
  url: Schema.String,
  /** Whole seconds that the service waits for the page. Default 20. Deadlines of the client must be longer. */
  timeout: Schema.optional(Schema.Number),
  /** Fetches the page anew. Default false. */
  no_cache: Schema.optional(Schema.Boolean),
  /** `markdown` (default) or `text`. */
  return_format: Schema.optional(Schema.String),
  /** Keeps images. Default true. */
  retain_images: Schema.optional(Schema.Boolean),
  /** Leaves out what only GitHub's Markdown has. Default false. */
  no_gfm: Schema.optional(Schema.Boolean),
  keep_img_data_url: Schema.optional(Schema.Boolean),
  with_images_summary: Schema.optional(Schema.Boolean),
  with_links_summary: Schema.optional(Schema.Boolean),
  ...ids
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ReaderRequest extends Schema.Schema.Type<typeof ReaderRequest> {}

/**
 * What was read. `images`, `links` and `publishedTime` are known from the vendor's SDKs alone.
 *
 * @since 0.1.0
 * @category models
 */
export const ReaderResult = open({
  title: nullable(Schema.String),
  description: nullable(Schema.String),
  url: nullable(Schema.String),
  content: nullable(Schema.String),
  metadata: nullable(AnyObject),
  external: nullable(AnyObject),
  images: nullable(AnyObject),
  links: nullable(AnyObject),
  publishedTime: nullable(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ReaderResult extends Schema.Schema.Type<typeof ReaderResult> {}

/**
 * The answer of `POST /reader`.
 *
 * @since 0.1.0
 * @category models
 */
export const ReaderResponse = open({
  ...answerIds,
  model: nullable(Schema.String),
  reader_result: nullable(ReaderResult)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface ReaderResponse extends Schema.Schema.Type<typeof ReaderResponse> {}

/**
 * Reads a page, and gives the answer as it came.
 *
 * @since 0.1.0
 * @category operations
 */
export const read = (request: ReaderRequest): Effect.Effect<ReaderResponse, ZhipuError, ZhipuHttpClient> =>
  post("reader", "/reader", request, ReaderResponse)

/**
 * A page as Markdown. A page without text is the empty string; an answer without a page fails with `CorruptStreamError`.
 *
 * @example
 * ```ts
 * import { Reader } from "@effect-zhipu/api"
 *
 * export const page = Reader.markdown("https://effect.website", { retain_images: false })
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const markdown = (
  url: string,
  options: Partial<Omit<ReaderRequest, "url" | "return_format">> = {}
): Effect.Effect<string, ZhipuError, ZhipuHttpClient> =>
  Effect.flatMap(read({ ...options, url, return_format: "markdown" }), ({ reader_result: page }) =>
    page === undefined ? unfit("The answer holds no page.", "no reader_result") : Effect.succeed(page.content ?? "")
  )
