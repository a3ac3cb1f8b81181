/**
 * The embedding model of `@effect/ai`: texts that are asked for at the same time go into one call, 64 at most (16 with `embedding-2`).
 * Deadlines, retries, limits and errors are those of `@effect-zhipu/client`.
 *
 * Every failure of a call is an `AiError` whose `cause` is the error of the client, as with `ZhipuLanguageModel`.
 *
 * @since 0.1.0
 */
import * as EmbeddingModel from "@effect/ai/EmbeddingModel"
import * as AiModel from "@effect/ai/Model"
import * as Embeddings from "@effect-zhipu/api/Embeddings"
import type { ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
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
  /** Keeps vectors, so that a text is asked for once. Default: none are kept. */
  readonly cache?: { readonly capacity: number; readonly timeToLive: Duration.DurationInput } | undefined
}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  options: Options & { readonly model: Model }
): Effect.Effect<EmbeddingModel.Service, never, ZhipuHttpClient> =>
  Effect.flatMap(Effect.context<ZhipuHttpClient>(), (context) => {
    const { cache, dimensions, model } = options
    const maxBatchSize = options.maxBatchSize ?? Embeddings.maxTexts(model)
    return EmbeddingModel.make({
      embedMany: (texts) =>
        Embeddings.embedMany(texts, { model, dimensions, batchSize: maxBatchSize }).pipe(
          Effect.mapBoth({
            onFailure: fromZhipu("embedMany"),
            onSuccess: ({ vectors }) => vectors.map((vector, index) => ({ index, embeddings: Array.from(vector) }))
          }),
          Effect.provide(context)
        ),
      maxBatchSize,
      ...(cache === undefined ? {} : { cache })
    })
  })

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options: Options & { readonly model: Model }
): Layer.Layer<EmbeddingModel.EmbeddingModel, never, ZhipuHttpClient> =>
  Layer.effect(EmbeddingModel.EmbeddingModel, make(options))

/**
 * An embedding model by its name.
 *
 * @example
 * ```ts
 * import { ZhipuEmbeddingModel } from "@effect-zhipu/ai"
 * import { Zhipu } from "@effect-zhipu/client"
 * import { EmbeddingModel } from "@effect/ai"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Effect, Layer } from "effect"
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
export const model = (
  model: Model,
  options: Options = {}
): AiModel.Model<"zhipu", EmbeddingModel.EmbeddingModel, ZhipuHttpClient> =>
  AiModel.make("zhipu", layer({ ...options, model }))
