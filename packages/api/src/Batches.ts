/**
 * Many calls as one file, at half the price and without a limit of calls at a time: `/batches`. Expected within 24 hours; the service cancels
 * what is not done after 7 days.
 *
 * A batch file is JSONL of at most 50 000 lines and 100 MB, all for one model, each with a `custom_id` of its own. Answers and failures come
 * in two other files, in any order, which are kept for 30 days: the `custom_id` alone tells which is which. `run` does all of it.
 *
 * Sources: the vendor's OpenAPI document of bigmodel.cn, 2026-07-11, its guide to batches, 2025-12-29, and answers in the tests of its SDKs.
 *
 * @since 0.1.0
 */
import type { PlatformError } from "@effect/platform/Error"
import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import { ChatCompletion } from "@effect-zhipu/client/ChatCompletion"
import type { ChatRequest } from "@effect-zhipu/client/ChatRequest"
import { TaskFailedError, type ZhipuError } from "@effect-zhipu/client/ZhipuError"
import { path, type ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { Batch, BatchPage, errorFileId, outputFileId } from "./Batch.js"
import * as Files from "./Files.js"
import * as batchLine from "./internal/batchLine.js"
import type { Failure, Success } from "./internal/batchLine.js"
import * as batchRun from "./internal/batchRun.js"
import { call, get as getDocument, post } from "./internal/endpoint.js"
import { pages } from "./internal/pages.js"
import * as polling from "./internal/polling.js"
import { open } from "./internal/wire.js"
import * as Jsonl from "./Jsonl.js"
import type { WaitOptions } from "./Tasks.js"
import * as Upload from "./Upload.js"

export type { Failure, Success } from "./internal/batchLine.js"

/**
 * What `POST /batches` takes. Unknown fields pass.
 *
 * @since 0.1.0
 * @category models
 */
export const BatchRequest = open({
  /** A file of purpose `batch`. */
  input_file_id: Schema.String,
  /** `/v4/chat/completions`: without `/paas`. The guide also shows `/v4/embeddings` and `/v4/images/generations`. */
  endpoint: Schema.String,
  /** Whether the input file is removed once the batch has run. Default true: keep a copy, or say false. */
  auto_delete_input_file: Schema.optional(Schema.Boolean),
  /** At most 16 pairs; keys of 64, values of 512 characters. */
  metadata: Schema.optional(Schema.Record({ key: Schema.String, value: Schema.String }))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface BatchRequest extends Schema.Schema.Type<typeof BatchRequest> {}

/**
 * What came of a line of a batch.
 *
 * @since 0.1.0
 * @category models
 */
export type BatchLine<A = ChatCompletion> = Success<A> | Failure

/**
 * Starts a batch. It is not started twice where the first may have arrived.
 *
 * @since 0.1.0
 * @category operations
 */
export const create = (request: BatchRequest): Effect.Effect<Batch, ZhipuError, ZhipuHttpClient> =>
  post("batches.create", "/batches", request, Batch, { creates: true })

/**
 * Asks for a batch once.
 *
 * @since 0.1.0
 * @category operations
 */
export const get = (id: string): Effect.Effect<Batch, ZhipuError, ZhipuHttpClient> =>
  Effect.flatMap(path`/batches/${id}`, (path) =>
    getDocument("batches.get", path, Batch, {}, { attributes: { "zhipu.task.id": id } })
  )

/**
 * A page of batches, newest first: `limit` 1 to 100 (default 20), after the batch of an id.
 *
 * @since 0.1.0
 * @category operations
 */
export const list = (
  options: { readonly after?: string | undefined; readonly limit?: number | undefined } = {}
): Effect.Effect<BatchPage, ZhipuError, ZhipuHttpClient> =>
  getDocument("batches.list", "/batches", BatchPage, { limit: options.limit, after: options.after })

/**
 * All batches, page after page.
 *
 * @since 0.1.0
 * @category operations
 */
export const all: Stream.Stream<Batch, ZhipuError, ZhipuHttpClient> = Stream.suspend(() =>
  pages((after) => list({ limit: 100, after }))
)

/** So many batches are looked through for one that may have been started. */
const lookBack = 500

/**
 * The batch of an input file, if there is one among the 500 newest: whether a batch was started whose answer was lost.
 *
 * @since 0.1.0
 * @category operations
 */
export const find = (options: {
  readonly inputFileId: string
}): Effect.Effect<Option.Option<Batch>, ZhipuError, ZhipuHttpClient> =>
  Stream.runHead(Stream.filter(Stream.take(all, lookBack), (batch) => batch.input_file_id === options.inputFileId))

/**
 * Cancels a batch. It is told at once that this is under way; lines that were answered before are kept, and billed.
 *
 * @since 0.1.0
 * @category operations
 */
export const cancel = (id: string): Effect.Effect<Batch, ZhipuError, ZhipuHttpClient> =>
  Effect.flatMap(path`/batches/${id}/cancel`, (path) =>
    call({ operation: "batches.cancel", path, attributes: { "zhipu.task.id": id } }, Batch)
  )

const ended = (batch: Batch): TaskFailedError => {
  const problems = (batch.errors?.data ?? [])
    .slice(0, 3)
    .map(({ code, line, message }) => `${line === undefined ? "" : `line ${line}: `}${message ?? code ?? "refused"}`)
  const why = problems.length === 0 ? "the service told no reason" : problems.join("; ")
  const state = batch.status ?? "unknown"
  return new TaskFailedError({
    message: `The batch ${batch.id} ended as ${state} without answers: ${why}.`,
    status: 200,
    taskId: batch.id,
    kind: "batch",
    state
  })
}

const read = (batch: Batch): polling.Poll<Batch> => {
  const state = batch.status ?? "unknown"
  const hasFiles = Option.isSome(outputFileId(batch)) || Option.isSome(errorFileId(batch))
  switch (state.toLowerCase()) {
    case "completed":
      return { _tag: "Done", state, value: batch }
    case "failed":
      return { _tag: "Failed", state, error: ended(batch) }
    case "expired":
    case "cancelled":
      return hasFiles ? { _tag: "Done", state, value: batch } : { _tag: "Failed", state, error: ended(batch) }
    default:
      return { _tag: "Waiting", state }
  }
}

/**
 * Waits for a batch, for days if need be. It looks at once.
 *
 * One that expired or was cancelled is given too where it has answers: `status` tells, and a warning is logged. One that failed, as its
 * file was not taken, or that ended without answers, fails with `TaskFailedError`, which names the first problems.
 *
 * @since 0.1.0
 * @category operations
 */
const await_ = (id: string, options?: WaitOptions): Effect.Effect<Batch, ZhipuError, ZhipuHttpClient> =>
  Effect.tap(
    polling.wait({ id, kind: "batch", look: "now" }, polling.paces.batch, get(id), read, options),
    ({ status }) =>
      status === "completed"
        ? Effect.void
        : Effect.logWarning(`The batch ${id} ended as ${status}: it has answers to a part of its lines alone.`)
  )

export { await_ as await }

/**
 * What came of the lines of a batch that has ended: answers first, then failures. Lines are read one by one, and are never in memory as a whole.
 * A broken line is a `Failure` of that line alone.
 *
 * @example
 * ```ts
 * import { Batches } from "@effect-zhipu/api"
 * import { ChatCompletion } from "@effect-zhipu/client"
 * import { Effect, Stream } from "effect"
 *
 * export const answers = (id: string) =>
 *   Effect.flatMap(Batches.await(id), (batch) =>
 *     Stream.runForEach(Batches.results(batch), (line) =>
 *       line._tag === "Success"
 *         ? Effect.log(`${line.customId}: ${ChatCompletion.text(line.body)}`)
 *         : Effect.logError(`${line.customId}: ${line.error.message}`)
 *     )
 *   )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const results: {
  (batch: Batch): Stream.Stream<BatchLine, ZhipuError, ZhipuHttpClient>
  <A, I>(
    batch: Batch,
    options: {
      /** What the answers are, for other endpoints than chat. */
      readonly body: Schema.Schema<A, I>
    }
  ): Stream.Stream<BatchLine<A>, ZhipuError, ZhipuHttpClient>
} = <A, I>(batch: Batch, options?: { readonly body: Schema.Schema<A, I> }) =>
  options === undefined ? linesOf(batch, ChatCompletion) : linesOf(batch, options.body)

const linesOf = <A, I>(
  batch: Batch,
  schema: Schema.Schema<A, I>
): Stream.Stream<BatchLine<A>, ZhipuError, ZhipuHttpClient> => {
  const read = batchLine.make(schema)
  const lines = (id: Option.Option<string>) =>
    Option.match(id, {
      onNone: () => Stream.empty,
      onSome: (id) => Stream.map(Jsonl.decode(Files.content(id)), read)
    })
  return Stream.concat(lines(outputFileId(batch)), lines(errorFileId(batch)))
}

/**
 * A call of a run: an id of your own, and the request as the endpoint takes it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Request {
  /** Any text; no two of a run are the same. */
  readonly id: string
  readonly body: ChatRequest | Readonly<Record<string, unknown>>
}

/**
 * What a run has done: sent a file, or started a batch.
 *
 * @since 0.1.0
 * @category models
 */
export interface Step {
  readonly step: "uploaded" | "started"
  /** The id of the file, or of the batch. */
  readonly id: string
  /** Which file of the run, from 0, of how many. */
  readonly part: number
  readonly parts: number
}

/**
 * What `run` takes. Everything is optional.
 *
 * @since 0.1.0
 * @category models
 */
export interface RunOptions {
  /** Default `/v4/chat/completions`. */
  readonly endpoint?: string | undefined
  /**
   * Where the run keeps its files and what it has done. A run with the same directory goes on where the last one stopped, even if that was
   * killed: `requests` are not looked at again, no file is sent and no batch started twice, and a run that had ended gives its results again.
   * Remove it when you have them. It is for one process at a time. A directory whose `run.json` cannot be read, or is of a run for another endpoint, is
   * `InvalidRequestError`. Default: a temporary one, which is removed at the end.
   */
  readonly directory?: string | undefined
  /** Leaves the input file with the service. Default false. */
  readonly keepInput?: boolean | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly wait?: WaitOptions | undefined
  /** Called when a file was sent, and when a batch was started. */
  readonly onStep?: ((step: Step) => Effect.Effect<void>) | undefined
}

/**
 * Runs any number of calls as batches, and gives what came of each, in any order.
 *
 * Calls are written to files as they come, one model a file, further ones where one is full; ids that repeat and calls without a model are
 * `InvalidRequestError`, before anything is sent. Each call gets a line, a `Failure` where the service left it without a result: a batch
 * that failed, as its file was not taken, is one of each of its calls, and the batches of other models go on. Memory does not grow with the
 * number of calls, but for their ids.
 *
 * @example
 * ```ts
 * import { Batches } from "@effect-zhipu/api"
 * import { ChatCompletion, Message } from "@effect-zhipu/client"
 * import { Effect, Stream } from "effect"
 *
 * export const classify = (reviews: Stream.Stream<{ readonly id: string; readonly text: string }>) =>
 *   Batches.run(
 *     Stream.map(reviews, ({ id, text }) => ({
 *       id,
 *       body: { model: "glm-4-flash", messages: [Message.user(`Positive or negative? ${text}`)] }
 *     })),
 *     { directory: "reviews.batch" }
 *   ).pipe(
 *     Stream.map((line) => [line.customId, line._tag === "Success" ? ChatCompletion.text(line.body) : line.error])
 *   )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const run: {
  <E, R>(
    requests: Stream.Stream<Request, E, R>,
    options?: RunOptions
  ): Stream.Stream<BatchLine, E | ZhipuError | PlatformError, R | ZhipuHttpClient | FileSystem.FileSystem | Path.Path>
  <E, R, A, I>(
    requests: Stream.Stream<Request, E, R>,
    options: RunOptions & {
      /** What the answers are, for other endpoints than chat. */
      readonly body: Schema.Schema<A, I>
    }
  ): Stream.Stream<
    BatchLine<A>,
    E | ZhipuError | PlatformError,
    R | ZhipuHttpClient | FileSystem.FileSystem | Path.Path
  >
} = <E, R, A, I>(
  requests: Stream.Stream<Request, E, R>,
  options: RunOptions & { readonly body?: Schema.Schema<A, I> } = {}
) =>
  options.body === undefined ? running(requests, options, ChatCompletion) : running(requests, options, options.body)

const running = <E, R, A, I>(
  requests: Stream.Stream<Request, E, R>,
  { directory, endpoint = "/v4/chat/completions", keepInput = false, metadata, onStep, wait }: RunOptions,
  schema: Schema.Schema<A, I>
) =>
  batchRun.run(
    Stream.map(requests, ({ body, id }) => ({ id, body: { ...body } })),
    { endpoint, directory },
    {
      send: (path: string) =>
        Effect.flatMap(Upload.fromPath(path), (file) =>
          Effect.map(Files.upload(file, { purpose: "batch" }), ({ id }) => id)
        ),
      sent: (filename: string) =>
        Effect.map(Files.find({ purpose: "batch", filename }), (file) => Option.getOrUndefined(file)?.id),
      start: (_, fileId: string) =>
        Effect.map(
          create({
            input_file_id: fileId,
            endpoint,
            auto_delete_input_file: !keepInput,
            ...(metadata === undefined ? {} : { metadata })
          }),
          ({ id }) => id
        ),
      started: (fileId: string) =>
        Effect.map(find({ inputFileId: fileId }), (batch) => Option.getOrUndefined(batch)?.id),
      results: (id: string) => Stream.unwrap(Effect.map(await_(id, wait), (batch) => linesOf(batch, schema))),
      onStep: onStep ?? (() => Effect.void)
    }
  )
