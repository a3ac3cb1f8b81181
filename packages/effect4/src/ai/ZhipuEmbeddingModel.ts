/**
 * The embedding model of `effect/ai`: texts that are asked for at the same time go into one call, or as few as their number
 * allows, 64 a call at most (16 with `embedding-2`). Deadlines, retries, limits and errors are those of `@effect-zhipu/effect4`.
 *
 * Every failure of a call is an `AiError` whose reason says what came of it, as with `ZhipuLanguageModel`.
 *
 * @since 0.1.0
 */
import * as EmbeddingModel from "effect/ai/EmbeddingModel"
import * as AiModel from "effect/ai/Model"
import * as Cache from "effect/Cache"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Embeddings from "../api/Embeddings.js"
import { Own } from "../internal/call/currentOptions.js"
import { InvalidRequestError } from "../ZhipuError.js"
import { ZhipuHttpClient } from "../ZhipuHttpClient.js"
import { fromZhipu } from "./internal/errors.js"

/**
 * Codes of models. Others are passed through: the service knows best.
 *
 * @since 0.1.0
 * @category models
 */
export type Model = "embedding-3" | "embedding-2" | (string & {})

/**
 * What an embedding model takes, beside its name.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** How long the vectors are, for `embedding-3`: 256, 512, 1024 or 2048. Default 2048. */
  readonly dimensions?: number | undefined
  /** Texts a call, 1 to 64. */
  readonly maxBatchSize?: number | undefined
  /** Keeps vectors of `embed`, so that a text is asked for once. Default: none are kept. `embedMany` asks for all that it is given. */
  readonly cache?: { readonly capacity: number; readonly timeToLive: Duration.Input } | undefined
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  options: Options & { readonly model: Model }
): Effect.Effect<EmbeddingModel.EmbeddingModel, never, ZhipuHttpClient> =>
  Effect.gen(function* () {
    const { cache, dimensions, maxBatchSize, model } = options
    const http = yield* ZhipuHttpClient
    const service = yield* EmbeddingModel.make({
      embedMany: ({ inputs }) =>
        Embeddings.embedMany(inputs, { model, dimensions, batchSize: maxBatchSize ?? Embeddings.maxTexts(model) }).pipe(
          Effect.mapBoth({
            onFailure: fromZhipu("embedMany"),
            onSuccess: ({ usage, vectors }) => ({
              results: vectors.map((vector) => Array.from(vector)),
              usage: { inputTokens: usage.prompt_tokens ?? usage.total_tokens }
            })
          }),
          Effect.provideService(ZhipuHttpClient, http)
        ),
      // Texts of calls that have a key, headers or deadlines of their own are never sent with those of others.
      batchKey: Context.get(Own)
    })
    const vectors =
      cache === undefined
        ? undefined
        : yield* Cache.makeWith(service.embed, {
            capacity: cache.capacity,
            // What failed is asked for again.
            timeToLive: (exit) => (Exit.isSuccess(exit) ? cache.timeToLive : Duration.zero)
          })
    return {
      ...service,
      embed: (text) => (text === "" ? empty() : vectors === undefined ? service.embed(text) : Cache.get(vectors, text))
    }
  })

/** One text without anything would fail the call, and with it those of others that wait at the same time. */
const empty = () =>
  Effect.fail(
    fromZhipu("embedMany")(
      new InvalidRequestError({ message: "The text is empty: the service refuses that. Leave it out.", path: "text" })
    )
  )

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options: Options & { readonly model: Model }
): Layer.Layer<EmbeddingModel.EmbeddingModel, never, ZhipuHttpClient> =>
  Layer.effect(EmbeddingModel.EmbeddingModel, make(options))

/**
 * An embedding model by its name, with the length of its vectors as `EmbeddingModel.Dimensions`. Of a model that this version
 * does not know, say how long they are.
 *
 * @example
 * ```ts
 * import { Zhipu } from "@effect-zhipu/effect4"
 * import { ZhipuEmbeddingModel } from "@effect-zhipu/effect4/ai"
 * import { Effect, Layer } from "effect"
 * import { EmbeddingModel } from "effect/ai"
 * import { FetchHttpClient } from "effect/http"
 *
 * export const program = Effect.gen(function* () {
 *   const model = yield* EmbeddingModel.EmbeddingModel
 *   return yield* model.embedMany(["sky", "sea", "tax return"])
 * }).pipe(
 *   Effect.provide(
 *     ZhipuEmbeddingModel.model("embedding-3", { dimensions: 512 }).pipe(
 *       Layer.provide(Zhipu.layerConfig()),
 *       Layer.provide(FetchHttpClient.layer)
 *     )
 *   )
 * )
 * ```
 *
 * @since 0.1.0
 * @category models
 */
export const model: {
  (
    model: "embedding-3" | "embedding-2",
    options?: Options
  ): AiModel.Model<"zhipu", EmbeddingModel.EmbeddingModel | EmbeddingModel.Dimensions, ZhipuHttpClient>
  (
    model: Model,
    options: Options & { readonly dimensions: number }
  ): AiModel.Model<"zhipu", EmbeddingModel.EmbeddingModel | EmbeddingModel.Dimensions, ZhipuHttpClient>
} = (model: Model, options: Options = {}) =>
  AiModel.make(
    "zhipu",
    model,
    Layer.merge(
      layer({ ...options, model }),
      Layer.succeed(EmbeddingModel.Dimensions, options.dimensions ?? (model === "embedding-2" ? 1024 : 2048))
    )
  )
