/**
 * Texts in the order of how well they answer a query: `POST /rerank`. At most 128 documents a call; query and documents
 * have at most 4096 characters each. Source: the vendor's OpenAPI document of bigmodel.cn, 2026-07-11; none of its SDKs has
 * the call, and z.ai does not document it.
 *
 * @since 0.1.0
 */
import { Usage } from "@effect-zhipu/client/ChatCompletion"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import type { ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Schema from "effect/Schema"
import { answerIds, ids } from "./internal/document.js"
import { post } from "./internal/endpoint.js"
import { concerning, invalid, unfit } from "./internal/errors.js"
import { list, nullable, open } from "./internal/wire.js"

/**
 * The request of `POST /rerank`. Unknown fields pass.
 *
 * @since 0.1.0
 * @category models
 */
export const RerankRequest = open({
  /** `rerank`; no other is documented. */
  model: Schema.String,
  /** At most 4096 characters. */
  query: Schema.String,
  /** At most 128, each of at most 4096 characters. */
  documents: Schema.Array(Schema.String),
  /** How many of the best to give. Default 0: all. */
  top_n: Schema.optional(Schema.Number),
  /** Whether the answer repeats the texts. Default false. */
  return_documents: Schema.optional(Schema.Boolean),
  /** Scores before they are brought into 0 to 1. Default false. */
  return_raw_scores: Schema.optional(Schema.Boolean),
  ...ids
})

/**
 * @since 0.1.0
 * @category models
 */
export interface RerankRequest extends Schema.Schema.Type<typeof RerankRequest> {}

/**
 * A document that was judged. `index` says which; `document` is there only with `return_documents`, though the vendor's
 * document calls it required.
 *
 * @since 0.1.0
 * @category models
 */
export const RerankResult = open({
  index: Schema.Number,
  relevance_score: Schema.Number,
  document: nullable(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface RerankResult extends Schema.Schema.Type<typeof RerankResult> {}

/**
 * The answer of `POST /rerank`: `results`, best first.
 *
 * @since 0.1.0
 * @category models
 */
export const RerankResponse = open({ ...answerIds, results: list(RerankResult), usage: nullable(Usage) })

/**
 * @since 0.1.0
 * @category models
 */
export interface RerankResponse extends Schema.Schema.Type<typeof RerankResponse> {}

/**
 * What `order` takes.
 *
 * @since 0.1.0
 * @category models
 */
export interface OrderOptions<A> {
  /** The text of an item. */
  readonly text: (item: A) => string
  /** How many of the best to give. Default: all. */
  readonly top?: number | undefined
  /** Leaves out what scores less, 0 to 1. */
  readonly minScore?: number | undefined
  /** Cuts longer texts to 4096 characters, instead of refusing them. Default false. */
  readonly truncate?: boolean | undefined
  /** Default `rerank`. */
  readonly model?: string | undefined
  /** Calls at a time, where there are more than 128 items. Default 1. */
  readonly concurrency?: number | undefined
}

/**
 * An item with its score, 0 to 1.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ranked<A> {
  readonly item: A
  /** Its place in the list that was given. */
  readonly index: number
  readonly score: number
}

/**
 * Judges up to 128 documents, and gives the answer as it came.
 *
 * @since 0.1.0
 * @category operations
 */
export const rank = (request: RerankRequest): Effect.Effect<RerankResponse, ZhipuError, ZhipuHttpClient> =>
  post("rerank", "/rerank", request, RerankResponse)

const maxDocuments = 128
const maxCharacters = 4096

/**
 * Brings items into the order of how well they answer a query, best first. More than 128 are asked for in several calls:
 * scores of one model can be compared. An answer that leaves out an item, or judges one twice, fails with `CorruptStreamError`.
 *
 * @example
 * ```ts
 * import { Rerank } from "@effect-zhipu/api"
 *
 * interface Page {
 *   readonly title: string
 *   readonly text: string
 * }
 *
 * export const best = (pages: ReadonlyArray<Page>, question: string) =>
 *   Rerank.order(pages, question, { text: (page) => page.text, top: 3, truncate: true })
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const order: {
  <A>(
    query: string,
    options: OrderOptions<A>
  ): (items: ReadonlyArray<A>) => Effect.Effect<ReadonlyArray<Ranked<A>>, ZhipuError, ZhipuHttpClient>
  <A>(
    items: ReadonlyArray<A>,
    query: string,
    options: OrderOptions<A>
  ): Effect.Effect<ReadonlyArray<Ranked<A>>, ZhipuError, ZhipuHttpClient>
} = dual(
  3,
  <A>(
    items: ReadonlyArray<A>,
    query: string,
    options: OrderOptions<A>
  ): Effect.Effect<ReadonlyArray<Ranked<A>>, ZhipuError, ZhipuHttpClient> =>
    Effect.gen(function* () {
      const { top } = options
      if (top !== undefined && !(Number.isInteger(top) && top >= 0)) {
        return yield* invalid("top", `top is ${top}: it is a whole number of items, or left out for all.`)
      }
      // The service takes a `top_n` of 0 for all.
      if (items.length === 0 || top === 0) return []
      const texts = yield* Effect.forEach(items, (item, index) =>
        bounded(options.text(item), `documents[${index}]`, options.truncate === true)
      )
      const asked = yield* bounded(query, "query", options.truncate === true)
      const groups = yield* Effect.forEach(
        Arr.chunksOf(texts, maxDocuments),
        (documents, number) => {
          const first = number * maxDocuments
          return Effect.flatMap(
            rank({
              model: options.model ?? "rerank",
              query: asked,
              documents,
              // The best of each call are more than enough for the best of all.
              ...(top === undefined ? {} : { top_n: Math.min(top, documents.length) })
            }).pipe(
              Effect.mapError((error) =>
                texts.length > maxDocuments
                  ? concerning(error, `Documents ${first} to ${first + documents.length - 1}`)
                  : error
              )
            ),
            ({ results }) =>
              Effect.zipRight(
                complete(results, documents.length, top),
                Effect.forEach(results, (result) => placed(items, first, documents.length, result))
              )
          )
        },
        { concurrency: options.concurrency ?? 1 }
      )
      return groups
        .flat()
        .filter(({ score }) => options.minScore === undefined || score >= options.minScore)
        .sort((a, b) => b.score - a.score || a.index - b.index)
        .slice(0, top)
    })
)

/** Whether each document has one result, or as many as were wanted have: what is left out would be lost to whoever wants all in order. */
const complete = (
  results: ReadonlyArray<RerankResult>,
  documents: number,
  top: number | undefined
): Effect.Effect<void, ZhipuError> => {
  const judged = new Set(results.map(({ index }) => index)).size
  return judged === results.length && (judged === documents || (top !== undefined && judged > 0))
    ? Effect.void
    : unfit("The answer does not judge each document once.", `${results.length} results for ${documents} documents`)
}

const placed = <A>(
  items: ReadonlyArray<A>,
  first: number,
  count: number,
  { index, relevance_score: score }: RerankResult
): Effect.Effect<Ranked<A>, ZhipuError> => {
  const item = items[first + index]
  return Number.isInteger(index) && index >= 0 && index < count && item !== undefined
    ? Effect.succeed({ item, index: first + index, score })
    : unfit("The answer names a document that was not sent.", `index ${index} of ${count} documents`)
}

const bounded = (text: string, path: string, truncate: boolean): Effect.Effect<string, ZhipuError> => {
  if (text.length <= maxCharacters) return Effect.succeed(text)
  if (truncate) return Effect.succeed(text.slice(0, maxCharacters).replace(/[\ud800-\udbff]$/, ""))
  return invalid(
    path,
    `${path} has ${text.length} characters, the service takes ${maxCharacters}: shorten it, or set truncate.`
  )
}
