/**
 * The embedding model of `@effect/ai`: texts that are asked for at the same time go into one call, 64 at most (16 with `embedding-2`);
 * those of calls with a key, headers or deadlines of their own (`ZhipuCall.with`) never with those of others. Deadlines, retries, limits
 * and errors are those of `@effect-zhipu/client`.
 *
 * Every failure of a call is an `AiError` whose `cause` is the error of the client, as with `ZhipuLanguageModel`.
 *
 * @since 0.1.0
 */
import type * as AiError from "@effect/ai/AiError"
import * as EmbeddingModel from "@effect/ai/EmbeddingModel"
import * as AiModel from "@effect/ai/Model"
import * as Embeddings from "@effect-zhipu/api/Embeddings"
import * as ZhipuCall from "@effect-zhipu/client/ZhipuCall"
import { InvalidRequestError } from "@effect-zhipu/client/ZhipuError"
import { ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import type * as Arr from "effect/Array"
import type * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import { identity } from "effect/Function"
import * as Hash from "effect/Hash"
import * as Layer from "effect/Layer"
import * as Request from "effect/Request"
import * as RequestResolver from "effect/RequestResolver"
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

/** A text that is asked for, and where. */
class Wanted extends Request.Class<
  Array<number>,
  AiError.AiError,
  {
    readonly text: string
    /** What its call has of its own. */
    readonly own: ZhipuCall.Options | undefined
    readonly caller: Context.Context<never>
  }
> {
  /** A vector that is kept is that of the text, whoever asked for it. */
  [Equal.symbol](that: Equal.Equal): boolean {
    return that instanceof Wanted && that.text === this.text
  }

  [Hash.symbol](): number {
    return Hash.string(this.text)
  }
}

/**
 * Not `EmbeddingModel.make`, which asks for the texts of all that wait with what none of them has of its own: the key of one customer would
 * be left out, and the account of the program pay.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  options: Options & { readonly model: Model }
): Effect.Effect<EmbeddingModel.Service, never, ZhipuHttpClient> =>
  Effect.gen(function* () {
    const { dimensions, model } = options
    const http = yield* ZhipuHttpClient
    const maxBatchSize = options.maxBatchSize ?? Embeddings.maxTexts(model)

    const kept = options.cache === undefined ? undefined : yield* Request.makeCache(options.cache)

    /** A cache of requests keeps what they failed with as well: a text would be refused for as long as a vector is kept. */
    const fail = (one: Wanted, error: AiError.AiError): Effect.Effect<void> =>
      Effect.zipRight(kept === undefined ? Effect.void : kept.invalidate(one), Request.fail(one, error))

    const ask = (wanted: Arr.NonEmptyReadonlyArray<Wanted>): Effect.Effect<void> =>
      Embeddings.embedMany(
        wanted.map(({ text }) => text),
        { model, dimensions, batchSize: maxBatchSize }
      ).pipe(
        Effect.provideService(ZhipuHttpClient, http),
        Effect.mapInputContext((_: Context.Context<never>) => wanted[0].caller),
        Effect.matchEffect({
          onFailure: (error) =>
            Effect.forEach(wanted, (one) => fail(one, fromZhipu("embedMany")(error)), { discard: true }),
          onSuccess: ({ vectors }) =>
            Effect.forEach(wanted, (one, index) => Request.succeed(one, Array.from(vectors[index] ?? [])), {
              discard: true
            })
        })
      )

    const resolver = RequestResolver.makeBatched((wanted: ReadonlyArray<Wanted>) =>
      Effect.forEach(alikeIn(wanted), ask, { concurrency: "unbounded", discard: true })
    ).pipe(maxBatchSize >= 1 ? RequestResolver.batchN(maxBatchSize) : identity)

    const keeping =
      kept === undefined
        ? identity
        : <A, E, R>(vector: Effect.Effect<A, E, R>) =>
            Effect.withRequestCache(Effect.withRequestCaching(vector, true), kept)

    const one = (text: string): Effect.Effect<Array<number>, AiError.AiError> =>
      Effect.contextWithEffect((caller: Context.Context<never>) =>
        Effect.flatMap(ZhipuCall.current, (own) =>
          keeping(
            Effect.request(new Wanted({ text, own: Object.keys(own).length === 0 ? undefined : own, caller }), resolver)
          )
        )
      )

    return {
      embed: (text) =>
        Effect.withSpan(text === "" ? Effect.fail(empty("The text")) : one(text), "EmbeddingModel.embed", {
          captureStackTrace: false
        }),
      embedMany: (texts, options) => {
        const missing = texts.indexOf("")
        return Effect.withSpan(
          missing === -1
            ? Effect.forEach(texts, one, { batching: true, concurrency: options?.concurrency })
            : Effect.fail(empty(`Text ${missing}, counted from 0,`)),
          "EmbeddingModel.embedMany",
          { captureStackTrace: false }
        )
      }
    }
  })

/** One text without anything would fail the call, and with it those of others that wait at the same time. */
const empty = (what: string): AiError.AiError =>
  fromZhipu("embedMany")(
    new InvalidRequestError({ message: `${what} is empty: the service refuses that. Leave it out.`, path: "text" })
  )

/** Those whose calls are alike together. */
const alikeIn = (wanted: ReadonlyArray<Wanted>): ReadonlyArray<Arr.NonEmptyReadonlyArray<Wanted>> => {
  const groups = new Map<ZhipuCall.Options | undefined, Arr.NonEmptyArray<Wanted>>()
  for (const one of wanted) {
    const group = groups.get(one.own)
    if (group === undefined) groups.set(one.own, [one])
    else group.push(one)
  }
  return Array.from(groups.values())
}

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
