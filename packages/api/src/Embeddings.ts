/**
 * Vectors of texts: `POST /embeddings`. Texts that mean alike have vectors that point alike.
 *
 * | model         | texts a call                                  | tokens a text | dimensions                           |
 * | ------------- | --------------------------------------------- | ------------- | ------------------------------------ |
 * | `embedding-3` | 64                                            | 3072          | 256, 512, 1024, 2048 (default 2048)  |
 * | `embedding-2` | not told; 8K tokens over all texts of the call | 512           | 1024                                 |
 *
 * Source: the vendor's OpenAPI document of bigmodel.cn, 2026-07-11. Documents of z.ai do not have the endpoint.
 *
 * @since 0.1.0
 */
import { Usage } from "@effect-zhipu/client/ChatCompletion"
import type { InvalidRequestError, ZhipuError } from "@effect-zhipu/client/ZhipuError"
import type { ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import * as Arr from "effect/Array"
import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { identity } from "effect/Function"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { ids } from "./internal/document.js"
import { post } from "./internal/endpoint.js"
import { advising, concerning, invalid, isRefusal, unfit } from "./internal/errors.js"
import * as usages from "./internal/usage.js"
import { list, nullable, open } from "./internal/wire.js"

/**
 * The request of `POST /embeddings`. Unknown fields pass. `encoding_format` is not offered: the service is not known to
 * honour `"base64"`.
 *
 * @since 0.1.0
 * @category models
 */
export const EmbeddingRequest = open({
  /** `embedding-3` or `embedding-2`. */
  model: Schema.String,
  /** A text, or a list of texts. Empty ones are refused with 1214. */
  input: Schema.Union(Schema.String, Schema.Array(Schema.String)),
  /** How long the vectors are, for `embedding-3`. */
  dimensions: Schema.optional(Schema.Number),
  ...ids
})

/**
 * @since 0.1.0
 * @category models
 */
export interface EmbeddingRequest extends Schema.Schema.Type<typeof EmbeddingRequest> {}

/**
 * The vector of one text. `index` says which: the order of the list is not promised.
 *
 * @since 0.1.0
 * @category models
 */
export const Embedding = open({
  index: nullable(Schema.Number),
  object: nullable(Schema.String),
  embedding: Schema.Array(Schema.Number)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Embedding extends Schema.Schema.Type<typeof Embedding> {}

/**
 * The answer of `POST /embeddings`, as it came. `embed` and its like bring the vectors into the order of the texts.
 *
 * @since 0.1.0
 * @category models
 */
export const EmbeddingResponse = open({
  model: nullable(Schema.String),
  object: nullable(Schema.String),
  data: list(Embedding),
  usage: nullable(Usage)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface EmbeddingResponse extends Schema.Schema.Type<typeof EmbeddingResponse> {}

/**
 * What `embed` takes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** `embedding-3` or `embedding-2`. */
  readonly model: string
  /** How long the vectors are, for `embedding-3`: 256, 512, 1024 or 2048. Default 2048. */
  readonly dimensions?: number | undefined
}

/**
 * What `embedMany` and `stream` take.
 *
 * @since 0.1.0
 * @category models
 */
export interface ManyOptions extends Options {
  /** Texts a call, 1 to 64. Default 64; for `embedding-2` 16, as all texts of a call may have 8K tokens together. */
  readonly batchSize?: number | undefined
  /** Calls at a time. Default 1. */
  readonly concurrency?: number | undefined
}

/**
 * The vectors of a list of texts, in its order, and what they cost.
 *
 * @since 0.1.0
 * @category models
 */
export interface Vectors<V = ReadonlyArray<number>> {
  readonly vectors: ReadonlyArray<V>
  readonly usage: Usage
}

/**
 * A text with its vector; `index` counts the texts from 0.
 *
 * @since 0.1.0
 * @category models
 */
export interface Embedded {
  readonly index: number
  readonly text: string
  readonly vector: ReadonlyArray<number>
}

/**
 * How many texts a call may have: 64, and 16 for `embedding-2`, of which 16 texts of the longest are the 8K tokens that it takes.
 *
 * @since 0.1.0
 * @category constants
 */
export const maxTexts = (model: string): number => (model === "embedding-2" ? 16 : 64)

/**
 * Asks for the vectors of up to 64 texts, and gives the answer as it came.
 *
 * @since 0.1.0
 * @category operations
 */
export const create = (request: EmbeddingRequest): Effect.Effect<EmbeddingResponse, ZhipuError, ZhipuHttpClient> =>
  Effect.mapError(post("embeddings", "/embeddings", request, EmbeddingResponse), (error) =>
    isRefusal(error) ? advising(error, adviceOn(request.model)) : error
  )

/**
 * The vector of one text.
 *
 * @example
 * ```ts
 * import { Embeddings } from "@effect-zhipu/api"
 *
 * export const vector = Embeddings.embed("Why is the sky blue?", { model: "embedding-3", dimensions: 512 })
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const embed = (
  text: string,
  options: Options
): Effect.Effect<ReadonlyArray<number>, ZhipuError, ZhipuHttpClient> =>
  Effect.flatMap(call([text], options), ({ vectors: [vector] }) =>
    vector === undefined ? unfit("The answer holds no vector.", "1 text, no vectors") : Effect.succeed(vector)
  )

/**
 * The vectors of any number of texts, in their order: cut into calls, costs summed.
 *
 * An answer with more or fewer vectors than texts, or with vectors of different lengths, fails with `CorruptStreamError`.
 * Whatever fails a call fails the whole; the message says which texts the call was for. With `float32` the vectors are
 * `Float32Array`s, which take half the memory.
 *
 * @example
 * ```ts
 * import { Embeddings } from "@effect-zhipu/api"
 *
 * export const index = (paragraphs: ReadonlyArray<string>) =>
 *   Embeddings.embedMany(paragraphs, { model: "embedding-3", dimensions: 1024, concurrency: 4 })
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export function embedMany(
  texts: ReadonlyArray<string>,
  options: ManyOptions & { readonly float32: true }
): Effect.Effect<Vectors<Float32Array<ArrayBuffer>>, ZhipuError, ZhipuHttpClient>
export function embedMany(
  texts: ReadonlyArray<string>,
  options: ManyOptions & { readonly float32?: false | undefined }
): Effect.Effect<Vectors, ZhipuError, ZhipuHttpClient>
export function embedMany(
  texts: ReadonlyArray<string>,
  options: ManyOptions & { readonly float32?: boolean | undefined }
):
  | Effect.Effect<Vectors<Float32Array<ArrayBuffer>>, ZhipuError, ZhipuHttpClient>
  | Effect.Effect<Vectors, ZhipuError, ZhipuHttpClient> {
  return options.float32 === true
    ? many(texts, options, (vector) => Float32Array.from(vector))
    : many(texts, options, identity)
}

const many = <V extends ArrayLike<number>>(
  texts: ReadonlyArray<string>,
  options: ManyOptions,
  convert: (vector: ReadonlyArray<number>) => V
): Effect.Effect<Vectors<V>, ZhipuError, ZhipuHttpClient> =>
  Effect.flatMap(Effect.zipLeft(checked(options), filled(texts, 0)), ({ batchSize, concurrency }) =>
    Effect.forEach(
      texts.length === 0 ? [] : Arr.chunksOf(texts, batchSize),
      (batch, number) =>
        Effect.map(call(batch, options, number * batchSize), ({ usage, vectors }) => ({
          usage,
          vectors: vectors.map(convert)
        })),
      { concurrency }
    )
  ).pipe(
    Effect.flatMap((answers) => {
      const vectors = answers.flatMap((answer) => answer.vectors)
      const wrong = vectors.findIndex((vector) => vector.length !== vectors[0]?.length)
      return wrong === -1
        ? Effect.succeed({ vectors, usage: answers.reduce((sum, { usage }) => usages.add(sum, usage), {}) })
        : unequal(vectors[0]?.length, vectors[wrong]?.length, `text ${wrong}`)
    })
  )

/**
 * The vectors of a stream of texts, as they come, in the order of the texts. So many texts are held as one call takes, times
 * `concurrency`.
 *
 * @since 0.1.0
 * @category operations
 */
export const stream = <E, R>(
  texts: Stream.Stream<string, E, R>,
  options: ManyOptions
): Stream.Stream<Embedded, E | ZhipuError, R | ZhipuHttpClient> =>
  Stream.unwrap(
    Effect.map(checked(options), ({ batchSize, concurrency }) =>
      Stream.zipWithIndex(Stream.grouped(texts, batchSize)).pipe(
        Stream.mapEffect(
          ([batch, number]) => {
            const list = Chunk.toReadonlyArray(batch)
            const first = number * batchSize
            return Effect.map(call(list, options, first), ({ vectors }) =>
              Chunk.unsafeFromArray(
                Arr.zipWith(list, vectors, (text, vector) => ({ text, vector })).map((embedded, index) => ({
                  index: first + index,
                  ...embedded
                }))
              )
            )
          },
          { concurrency }
        ),
        Stream.flattenChunks
      )
    )
  )

const checked = ({
  batchSize,
  concurrency = 1,
  model
}: ManyOptions): Effect.Effect<{ readonly batchSize: number; readonly concurrency: number }, InvalidRequestError> => {
  const size = batchSize ?? maxTexts(model)
  if (!Number.isInteger(size) || size < 1 || size > 64) {
    return Effect.fail(invalid("batchSize", `batchSize is ${size}: the service takes 1 to 64 texts a call.`))
  }
  if (!(concurrency >= 1)) {
    return Effect.fail(invalid("concurrency", `concurrency is ${concurrency}: it must be 1 or more.`))
  }
  return Effect.succeed({ batchSize: size, concurrency })
}

/** The vectors of the texts of one call, in their order. */
const call = (
  texts: ReadonlyArray<string>,
  { dimensions, model }: Options,
  first?: number
): Effect.Effect<Vectors, ZhipuError, ZhipuHttpClient> => {
  const answer = create({ model, input: texts, ...(dimensions === undefined ? {} : { dimensions }) }).pipe(
    Effect.flatMap((response) =>
      Effect.map(vectors(response, texts.length), (vectors) => ({ vectors, usage: response.usage ?? {} }))
    ),
    Effect.mapError((error) =>
      first === undefined ? error : concerning(error, `Texts ${first} to ${first + texts.length - 1}`)
    )
  )
  return Effect.zipRight(filled(texts, first), answer)
}

/** The service refuses a text that is empty, and with it all others of the call. */
const filled = (texts: ReadonlyArray<string>, first: number | undefined): Effect.Effect<void, InvalidRequestError> => {
  const empty = texts.findIndex((text) => text === "")
  if (empty === -1) return Effect.void
  if (first === undefined) return Effect.fail(invalid("text", "The text is empty: the service refuses that."))
  const index = first + empty
  return Effect.fail(
    invalid(`texts[${index}]`, `Text ${index}, counted from 0, is empty: the service refuses that. Leave it out.`)
  )
}

const adviceOn = (model: string): string =>
  `A text has up to ${model === "embedding-2" ? 512 : 3072} tokens: cut longer ones. Vectors of embedding-3 have 256, 512, 1024 or 2048 dimensions.`

/**
 * The vectors of an answer to so many texts, in the order of the texts: of `create`, or of a line of a batch. Fails with
 * `CorruptStreamError` where there are more or fewer, where it does not tell which is of which, or where they are not equally long.
 *
 * @since 0.1.0
 * @category getters
 */
export const vectors = (
  { data }: EmbeddingResponse,
  count: number
): Effect.Effect<ReadonlyArray<ReadonlyArray<number>>, ZhipuError> => {
  if (data.length !== count) {
    return Effect.fail(
      unfit(`The answer holds ${data.length} vectors for ${count} texts.`, `${count} texts, ${data.length} vectors`)
    )
  }
  const found: Array<ReadonlyArray<number> | undefined> = Array.from({ length: count })
  for (const [position, { embedding, index = position }] of data.entries()) {
    if (!Number.isInteger(index) || index < 0 || index >= count || found[index] !== undefined) {
      return Effect.fail(
        unfit("The answer does not tell which vector is of which text.", `index ${index} of ${count} is out of place`)
      )
    }
    found[index] = embedding
  }
  const whole = found.filter((vector) => vector !== undefined)
  const length = whole[0]?.length
  const wrong = whole.findIndex((vector) => vector.length !== length || length === 0)
  return wrong === -1 ? Effect.succeed(whole) : unequal(length, whole[wrong]?.length, `text ${wrong} of the call`)
}

const unequal = (first = 0, other = 0, where: string) =>
  Effect.fail(
    unfit(
      `The vectors of the answer cannot be compared: one has ${first} numbers, that of ${where} ${other}.`,
      `vectors of ${first} and ${other} numbers`
    )
  )

/**
 * How alike two vectors point: 1 the same way, 0 nothing in common, -1 the opposite. 0 where one of them is all zeros; NaN
 * where they are not equally long, so that they come from different models or `dimensions`.
 *
 * @since 0.1.0
 * @category search
 */
export const cosine = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  if (a.length !== b.length) return Number.NaN
  let dot = 0
  let lengthA = 0
  let lengthB = 0
  for (let i = 0; i < a.length; i++) {
    const x = a[i] ?? 0
    const y = b[i] ?? 0
    dot += x * y
    lengthA += x * x
    lengthB += y * y
  }
  return lengthA === 0 || lengthB === 0 ? 0 : dot / Math.sqrt(lengthA * lengthB)
}

/**
 * A vector that is near: its place in the list, and its cosine.
 *
 * @since 0.1.0
 * @category models
 */
export interface Neighbour {
  readonly index: number
  readonly score: number
}

/**
 * The `k` vectors nearest to `query`, nearest first; of equals, the earlier first. It looks at all of them, which takes a few
 * milliseconds for ten thousand. Vectors that are not as long as `query` are a mistake of the caller, and the `Left` says which.
 *
 * @example
 * ```ts
 * import { Embeddings } from "@effect-zhipu/api"
 * import { Effect } from "effect"
 *
 * export const search = Effect.fn("search")(function* (
 *   question: string,
 *   paragraphs: ReadonlyArray<string>,
 *   vectors: ReadonlyArray<ReadonlyArray<number>>
 * ) {
 *   const query = yield* Embeddings.embed(question, { model: "embedding-3" })
 *   const found = yield* Embeddings.nearest(query, vectors, 5)
 *   return found.map(({ index, score }) => ({ text: paragraphs[index], score }))
 * })
 * ```
 *
 * @since 0.1.0
 * @category search
 */
export const nearest = (
  query: ArrayLike<number>,
  vectors: ReadonlyArray<ArrayLike<number>>,
  k: number
): Either.Either<ReadonlyArray<Neighbour>, InvalidRequestError> => {
  const wrong = vectors.findIndex((vector) => vector.length !== query.length)
  if (wrong !== -1) {
    return Either.left(
      invalid(
        `vectors[${wrong}]`,
        `The query has ${query.length} numbers, vector ${wrong} has ${vectors[wrong]?.length}: embed both with the same model and dimensions.`
      )
    )
  }
  return Either.right(
    vectors
      .map((vector, index) => ({ index, score: cosine(query, vector) }))
      .sort((a, b) => b.score - a.score || a.index - b.index)
      .slice(0, Math.max(0, k))
  )
}
