// Generated from packages/api/src/WebTools.ts by scripts/effect4: change that file.
/**
 * Tools by which a model looks things up itself: a search of the web, and the text of a page. The service does both; nothing
 * is fetched from here.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Tool from "../Tool.js"
import * as Toolkit from "../Toolkit.js"
import type { ZhipuHttpClient } from "../ZhipuHttpClient.js"
import * as Reader from "./Reader.js"
import * as WebSearch from "./WebSearch.js"

/**
 * Searches. The model is given title, address, date and text of each page, to cite from.
 *
 * @since 0.1.0
 * @category tools
 */
export const searchWeb = Tool.make("search_web", {
  description: "Searches the web. Gives pages with title, link, date and an excerpt of their text.",
  parameters: { query: Schema.String.annotate({ description: "What to search for, at most 70 characters" }) },
  success: Schema.Array(
    Schema.Struct({
      title: Schema.optional(Schema.String),
      link: Schema.optional(Schema.String),
      publish_date: Schema.optional(Schema.String),
      content: Schema.optional(Schema.String)
    })
  ),
  failure: Schema.String
})

/**
 * Reads a page.
 *
 * @since 0.1.0
 * @category tools
 */
export const readPage = Tool.make("read_page", {
  description: "Reads a web page and gives its text as Markdown.",
  parameters: { url: Schema.String.annotate({ description: "The address of the page, with https://" }) },
  success: Schema.String,
  failure: Schema.String
})

/**
 * Both tools.
 *
 * @since 0.1.0
 * @category tools
 */
export const toolkit = Toolkit.make(searchWeb, readPage)

/**
 * The handlers of `toolkit`. What fails is told to the model.
 *
 * @example
 * ```ts
 * import { WebTools } from "@effect-zhipu/effect4/api"
 * import { Message, ToolLoop } from "@effect-zhipu/effect4"
 * import { Effect } from "effect"
 *
 * export const answer = ToolLoop.run({
 *   request: { model: "glm-4.6", messages: [Message.user("What is new in Effect?")] },
 *   toolkit: WebTools.toolkit
 * }).pipe(Effect.provide(WebTools.layer({ count: 5, recency: "month" })))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options: WebSearch.Options = {}
): Layer.Layer<Toolkit.Handler<typeof searchWeb> | Toolkit.Handler<typeof readPage>, never, ZhipuHttpClient> =>
  toolkit.toLayer({
    search_web: ({ query }) =>
      Effect.mapBoth(WebSearch.results(query, options), {
        onFailure: (error) => error.message,
        onSuccess: (pages) =>
          pages.map(({ content, link, publish_date, title }) => ({
            ...(title === undefined ? {} : { title }),
            ...(link === undefined ? {} : { link }),
            ...(publish_date === undefined ? {} : { publish_date }),
            ...(content === undefined ? {} : { content })
          }))
      }),
    read_page: ({ url }) => Effect.mapError(Reader.markdown(url, { retain_images: false }), (error) => error.message)
  })
