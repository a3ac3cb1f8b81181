/**
 * What a job is: a name, items, and how they are to be worked on. A job is a description; `Bulk.run` runs it.
 *
 * @since 0.1.0
 */
import * as Embeddings from "@effect-zhipu/api/Embeddings"
import type { ChatRequest } from "@effect-zhipu/client/ChatRequest"
import type { ChatCompletion } from "@effect-zhipu/client/ChatCompletion"
import type * as Deadlines from "@effect-zhipu/client/Deadlines"
import type { Cost } from "@effect-zhipu/client/Price"
import type { ToolError } from "@effect-zhipu/client/ToolError"
import * as ToolLoop from "@effect-zhipu/client/ToolLoop"
import type * as Toolkit from "@effect-zhipu/client/Toolkit"
import type { ZhipuChat } from "@effect-zhipu/client/ZhipuChat"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import type { ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import type { RetryPolicy } from "@effect-zhipu/client/RetryPolicy"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Report } from "./BulkReport.js"

/**
 * One question.
 *
 * @since 0.1.0
 * @category models
 */
export interface Item<Request = ChatRequest> {
  /** Names the item within its job, over all runs. An item whose id is in the store already is not asked for again. */
  readonly id: string
  readonly request: Request
  /** Anything that has JSON; comes back with the answer. */
  readonly metadata?: unknown
}

/**
 * A text whose vector is wanted.
 *
 * @since 0.1.0
 * @category models
 */
export interface Text extends Omit<Item, "request"> {
  readonly text: string
}

/**
 * An answer.
 *
 * @since 0.1.0
 * @category models
 */
export interface Result<A> {
  readonly id: string
  readonly metadata: unknown
  /** The decoded value; the text of the answer for a job without a Schema, the vector of an embedding. */
  readonly value: A
  /** Of an embedding it tells the model and the usage, and has no choices. */
  readonly completion: ChatCompletion
}

/**
 * How a job is worked on. Options may differ from run to run: what counts is the run.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** How many items are asked for at once, from 1 to 10000. Default 10. The `limits` of the client hold as well, by model if you like. */
  readonly concurrency?: number | undefined
  /**
   * What the job may cost, by the table of `Price`. No item is begun that would exceed it, going by what items have cost so far
   * on average; what was in flight by then may, as its price is known when it has ended.
   */
  readonly budget?: Cost | undefined
  /** From the first run on. After it no item is begun. Default: none. */
  readonly deadline?: Duration.DurationInput | undefined
  /** Where several jobs of one process wait for the `concurrency` of the layer, that of the highest number goes first. Default 0. */
  readonly priority?: number | undefined
  /** How many items there are, where you know: for the time left. */
  readonly total?: number | undefined
  /** When a call that failed is made again. Default `Bulk.retryPolicy`: throttles and overloads are waited out for half an hour. */
  readonly retry?: RetryPolicy | undefined
  /** Of each call; those that are named replace the client's. */
  readonly deadlines?: Deadlines.Options | undefined
  /** Runs once a second while this process works on the job, and at its end. */
  readonly onProgress?: ((report: Report) => Effect.Effect<void>) | undefined
  /** How many answers an item with a Schema is asked for at most: see `StructuredOutput`. Default 3. */
  readonly maxAttempts?: number | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface BulkJob<A, E = never, R = never> extends Options {
  /** Names the job in its store. */
  readonly name: string
  /**
   * Read as the work goes on, and from its beginning in every run: it has to give the same ids again. An item is known by its id.
   */
  readonly items: Stream.Stream<Item<ChatRequest | Embeddings.EmbeddingRequest>, E, R>
  /** Reads stored values; how they are asked for stands in `structured`. */
  readonly schema: Schema.Schema<A, unknown, R>
  /** Whether the model is asked for a value of the Schema, rather than for text. */
  readonly structured: boolean
  /** How an item is asked for that takes several calls: set by `tools`. */
  readonly loop?:
    | ((request: ChatRequest) => Effect.Effect<ChatCompletion, ZhipuError | ToolError, R | ZhipuChat>)
    | undefined
  /** How an item is asked for whose answer is a vector: set by `embeddings`. */
  readonly embed?:
    | ((request: Embeddings.EmbeddingRequest) => Effect.Effect<Embeddings.EmbeddingResponse, ZhipuError, R>)
    | undefined
}

/**
 * A job with text for answers.
 *
 * @example
 * ```ts
 * import { BulkJob } from "@effect-zhipu/bulk"
 * import { Message } from "@effect-zhipu/client"
 * import { Stream } from "effect"
 *
 * export const summaries = BulkJob.make({
 *   name: "summaries",
 *   items: Stream.range(1, 10_000).pipe(
 *     Stream.map((n) => ({
 *       id: `page-${n}`,
 *       request: { model: "glm-4.6", messages: [Message.user(`Summarise page ${n}.`)] }
 *     }))
 *   ),
 *   concurrency: 50,
 *   budget: { amount: 5, currency: "USD" }
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <E = never, R = never>(
  options: Options & { readonly name: string; readonly items: Stream.Stream<Item, E, R> }
): BulkJob<string, E, R> => ({
  ...options,
  schema: Schema.declare((u): u is string => typeof u === "string") as Schema.Schema<string, unknown>,
  structured: false
})

/**
 * A job whose answers are values of a Schema, asked for and checked as `StructuredOutput` does.
 *
 * @example
 * ```ts
 * import { BulkJob, BulkSource } from "@effect-zhipu/bulk"
 * import { Message } from "@effect-zhipu/client"
 * import { Schema, Stream } from "effect"
 *
 * const Judgement = Schema.Struct({ sentiment: Schema.Literal("good", "bad"), why: Schema.String })
 *
 * export const reviews = BulkJob.structured({
 *   name: "reviews",
 *   schema: Judgement,
 *   items: Stream.map(BulkSource.csv("reviews.csv"), ({ id = "", text = "" }) => ({
 *     id,
 *     request: { model: "glm-4.6", messages: [Message.user(text)] }
 *   }))
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const structured = <A, I, E = never, R = never>(
  options: Options & {
    readonly name: string
    readonly items: Stream.Stream<Item, E, R>
    readonly schema: Schema.Schema<A, I, R>
  }
): BulkJob<A, E, R> => ({
  ...options,
  schema: options.schema as Schema.Schema<A, unknown, R>,
  structured: true
})

/**
 * A job whose items may call tools of yours: each is asked in a `ToolLoop` until the model answers without a call, and that text is its
 * answer. Every round is a call of the report, waited out and recorded by itself, so that no handler runs again for a throttle. A process
 * that dies asks an item again from its first round: handlers run at least once.
 *
 * An item whose loop fails, as at `maxRounds` or by a tool that may not be told of its error, is kept with the tag of that error. Batch files
 * know no tools: `layerBatch` asks such a job by live calls.
 *
 * @example
 * ```ts
 * import { BulkJob } from "@effect-zhipu/bulk"
 * import { Message, Tool, Toolkit } from "@effect-zhipu/client"
 * import { Schema, Stream } from "effect"
 *
 * const toolkit = Toolkit.make(
 *   Tool.make("get_weather", { description: "The weather in a city, now", parameters: { city: Schema.String } })
 * )
 *
 * export const cities = BulkJob.tools({
 *   name: "cities",
 *   toolkit,
 *   items: Stream.map(Stream.make("London", "Beijing"), (city) => ({
 *     id: city,
 *     request: { model: "glm-4.6", messages: [Message.user(`What is the weather in ${city}?`)] }
 *   }))
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const tools = <T extends Toolkit.Tools, E = never, R = never>(
  options: Options &
    Pick<ToolLoop.Settings<T, never, never>, "toolkit" | "maxRounds" | "unknownTool" | "coerceArguments"> & {
      readonly name: string
      readonly items: Stream.Stream<Item, E, R>
    }
): BulkJob<string, E, R | Toolkit.HandlersFor<T>> => {
  const { coerceArguments, maxRounds, toolkit, unknownTool, ...rest } = options
  return {
    ...make(rest),
    loop: (request) =>
      Effect.map(
        ToolLoop.run({ request, toolkit, maxRounds, unknownTool, coerceArguments }),
        ({ completion }) => completion
      )
  }
}

/** Not by `Schema.Array`, which takes each of its thousands of numbers for a document to be read. */
const Vector = Schema.declare(
  (u): u is ReadonlyArray<number> => Array.isArray(u) && u.every((value) => typeof value === "number")
) as Schema.Schema<ReadonlyArray<number>, unknown>

/**
 * A job whose items are texts, and whose answers are their vectors: see `Embeddings` for models and dimensions.
 *
 * A text is a call, so that each has its own usage and its own error, and one that the service refuses costs no other its vector;
 * `concurrency` is how many are asked for at once. Over `layerBatch` it is a line of a batch file for `/v4/embeddings`, of which the service
 * takes 10 000 in a file. The vectors of a few thousand texts that need not be kept come faster by `Embeddings.embedMany`, 64 in a call.
 *
 * A vector of 2048 numbers takes some 25 kB of the database; `dimensions` makes it smaller.
 *
 * @example
 * ```ts
 * import { BulkJob, BulkSource } from "@effect-zhipu/bulk"
 * import { Stream } from "effect"
 *
 * export const paragraphs = BulkJob.embeddings({
 *   name: "paragraphs",
 *   model: "embedding-3",
 *   dimensions: 512,
 *   items: Stream.map(BulkSource.jsonl("paragraphs.jsonl"), ({ line, value }) => ({ id: `line-${line}`, text: String(value) })),
 *   concurrency: 50
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const embeddings = <E = never, R = never>(
  options: Omit<Options, "maxAttempts"> &
    Embeddings.Options & {
      readonly name: string
      readonly items: Stream.Stream<Text, E, R>
    }
): BulkJob<ReadonlyArray<number>, E, R | ZhipuHttpClient> => {
  const { dimensions, items, model, ...rest } = options
  return {
    ...rest,
    items: Stream.map(items, ({ text, ...item }) => ({
      ...item,
      request: { model, input: text, ...(dimensions === undefined ? {} : { dimensions }) }
    })),
    schema: Vector,
    structured: false,
    embed: Embeddings.create
  }
}
