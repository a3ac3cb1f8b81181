// Generated from packages/http/src/ServerSentEvents.ts by scripts/effect4: change that file.
/**
 * Answers between a web server and its browsers, as server-sent events.
 *
 * Every `ChunkEvent` is one event with its tag as the name, its place in the answer as the id, and itself as JSON:
 *
 * ```text
 * : open
 *
 * id: 0
 * event: Started
 * data: {"_tag":"Started","id":"...","model":"glm-4.6","created":1760000000}
 *
 * id: 1
 * event: ContentDelta
 * data: {"_tag":"ContentDelta","choice":0,"text":"Hello"}
 *
 * : keep-alive
 *
 * event: done
 * data: {}
 * ```
 *
 * - `: open` goes out with the headers at once, `: keep-alive` whenever nothing was sent for the time of the heartbeat,
 *   also while the model thinks before its first event. Both are comments, which every reader skips.
 * - `event: done` is last in an answer that is complete, and `event: error` in one that is not; its data is the
 *   `ZhipuError` as JSON with `isRetryable` beside. It holds no key, no header and, unless asked for, no part of the answer.
 *   Its `message` is the client's, and may quote up to some 500 characters of the service's own words, which may repeat parts
 *   of the prompt: where visitors must not read them, map the error before. A body that ends with neither was cut.
 * - A browser that leaves ends the stream, and with it the request to the service. A browser that reads slowly stops the
 *   reading from the service: one batch of events waits for it in memory and one to be offered. One that reads nothing for
 *   `idle` ends the stream as well.
 *
 * `EventSource` of the browser asks again when a body ends, which costs an answer each time: read with `fetch`, as
 * `fromWebResponse` does.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import * as Headers from "effect/http/Headers"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type * as ChunkEvent from "../ChunkEvent.js"
import { isZhipuError, type ZhipuError } from "../ZhipuError.js"
import * as AnswerStream from "./AnswerStream.js"
import * as Body from "./internal/body.js"
import * as frames from "./internal/frames.js"
import * as nodeResponse from "./internal/nodeResponse.js"
import * as parse from "./internal/parse.js"

/**
 * What a stream of an answer is to these functions.
 *
 * @since 0.1.0
 * @category models
 */
export type Answer<R = never> = Stream.Stream<ChunkEvent.ChunkEvent, ZhipuError, R>

export type {
  /**
   * What is looked at of a request of Node: `IncomingMessage`, and what frameworks make of it.
   *
   * @since 0.1.0
   * @category models
   */
  NodeRequest,
  /**
   * What is used of a response of Node: `ServerResponse`, those of HTTP/2, and what frameworks make of them.
   *
   * @since 0.1.0
   * @category models
   */
  NodeResponse
} from "./internal/nodeResponse.js"

/**
 * An answer without requirements, or the events of one as `stream` of `@effect-zhipu/effect4/promise` gives them.
 *
 * @since 0.1.0
 * @category models
 */
export type Source = Answer | AsyncIterable<ChunkEvent.ChunkEvent>

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * After how long without an event a comment goes out, so that nothing in between takes the connection for dead.
   * Default 15 seconds; `Duration.zero` and `Duration.infinity` for none.
   */
  readonly heartbeat?: Duration.Input | undefined
  /**
   * How long a browser may read nothing while events wait for it; then the request to the service is closed, since it holds a
   * connection and a place among `maxInFlight`. Default 5 minutes; `Duration.infinity` for as long as the browser stays.
   */
  readonly idle?: Duration.Input | undefined
  /** Further headers, or other values for those of `headers`. */
  readonly headers?: Headers.Input | undefined
  /** Sends `partial` of an error, what came of the answer before it, along with the error. Default false. */
  readonly partial?: boolean | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface StatusOptions extends Options {
  /** How long the headers wait for the first event. Default 5 seconds. */
  readonly within?: Duration.Input | undefined
}

/**
 * The headers of every response: the type, and that nobody may cache, transform, or hold it back.
 *
 * @since 0.1.0
 * @category data
 */
export const headers: Readonly<Record<string, string>> = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  // nginx and what is built on it buffer bodies otherwise.
  "x-accel-buffering": "no"
}

const allHeaders = (options: Options): Headers.Headers =>
  Headers.setAll(Headers.fromInput(headers), Headers.fromInput(options.headers))

const bodyOptions = (options: Options): Body.Options => ({
  heartbeat: Duration.fromInputUnsafe(options.heartbeat ?? "15 seconds"),
  partial: options.partial ?? false,
  idle: Duration.fromInputUnsafe(options.idle ?? "5 minutes")
})

const isStream = (args: IArguments): boolean => Stream.isStream(args[0])

/**
 * The body alone: the events of an answer as bytes. It does not fail, as a failure of the answer is its last event. Costs
 * about 0.6 µs an event and 13 µs a batch.
 *
 * @since 0.1.0
 * @category conversions
 */
export const toBytes: {
  (options?: Options): <R>(self: Answer<R>) => Stream.Stream<Uint8Array, never, R>
  <R>(self: Answer<R>, options?: Options): Stream.Stream<Uint8Array, never, R>
} = dual(isStream, <R>(self: Answer<R>, options: Options = {}): Stream.Stream<Uint8Array, never, R> =>
  Stream.unwrap(Effect.map(Body.start(self, bodyOptions(options)), ({ bytes }) => bytes))
)

/**
 * An answer as the response of a server of `effect/http`. The headers go out at once with status 200, so an error
 * of the answer is always an event: `toResponseWithStatus` tells an early one by a status.
 *
 * @example
 * ```ts
 * import { Message, ZhipuChat } from "@effect-zhipu/effect4"
 * import { ServerSentEvents } from "@effect-zhipu/effect4/http"
 * import { HttpRouter, HttpServerRequest } from "effect/http"
 * import { Effect, Schema } from "effect"
 *
 * const Question = Schema.Struct({ question: Schema.NonEmptyString })
 *
 * export const router = HttpRouter.add(
 *   "POST",
 *   "/ask",
 *   Effect.flatMap(HttpServerRequest.schemaBodyJson(Question), ({ question }) =>
 *     ServerSentEvents.toResponse(
 *       ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user(question)] }),
 *       { heartbeat: "10 seconds" }
 *     )
 *   )
 * )
 * ```
 *
 * @since 0.1.0
 * @category responses
 */
export const toResponse: {
  (options?: Options): <R>(self: Answer<R>) => Effect.Effect<HttpServerResponse.HttpServerResponse, never, R>
  <R>(self: Answer<R>, options?: Options): Effect.Effect<HttpServerResponse.HttpServerResponse, never, R>
} = dual(
  isStream,
  <R>(self: Answer<R>, options: Options = {}): Effect.Effect<HttpServerResponse.HttpServerResponse, never, R> =>
    Effect.map(Effect.context<R>(), (context) =>
      HttpServerResponse.stream(Stream.provideContext(toBytes(self, options), context), {
        headers: allHeaders(options)
      })
    )
)

/**
 * As `toResponse`, but the headers wait for the first event, for at most `within`. An error that comes earlier is a
 * response with `status(error)`, `retry-after` where it is known, and the error as JSON, as in an `error` event; one that
 * comes later is an event. Nothing is sent while the headers wait, so keep `within` far under what proxies endure.
 *
 * Needs the scope of the request, which handlers of `effect/http` have.
 *
 * @since 0.1.0
 * @category responses
 */
export const toResponseWithStatus: {
  (
    options?: StatusOptions
  ): <R>(self: Answer<R>) => Effect.Effect<HttpServerResponse.HttpServerResponse, never, R | Scope.Scope>
  <R>(
    self: Answer<R>,
    options?: StatusOptions
  ): Effect.Effect<HttpServerResponse.HttpServerResponse, never, R | Scope.Scope>
} = dual(
  isStream,
  <R>(
    self: Answer<R>,
    options: StatusOptions = {}
  ): Effect.Effect<HttpServerResponse.HttpServerResponse, never, R | Scope.Scope> =>
    Effect.flatMap(Body.start(self, bodyOptions(options)), ({ bytes, first }) =>
      first.pipe(
        Effect.timeoutOption(options.within ?? "5 seconds"),
        // A browser that leaves meanwhile ends the request even where the handler cannot be interrupted.
        Effect.interruptible,
        Effect.match({
          onFailure: (error) => toErrorResponse(error, options),
          onSuccess: () => HttpServerResponse.stream(bytes, { headers: allHeaders(options) })
        })
      )
    )
)

/**
 * An error as a response: `status(error)`, `retry-after` where it is known, and the JSON of an `error` event.
 *
 * @since 0.1.0
 * @category responses
 */
export const toErrorResponse = (
  error: ZhipuError,
  options: Pick<Options, "partial"> = {}
): HttpServerResponse.HttpServerResponse => {
  const retryAfter = frames.retryAfterOf(error)
  return HttpServerResponse.jsonUnsafe(frames.errorDocument(error, options), {
    status: frames.statusOf(error),
    headers: { "cache-control": "no-store", ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }) }
  })
}

/**
 * The status that tells a browser of an error:
 *
 * - 400 for `InvalidRequestError`, `ModelNotFoundError` and `RequestEncodeError`, 413 for `ContextLengthError`, 422 for
 *   `ContentFilteredError`
 * - 429 for `RateLimitError` and `QuotaExceededError`
 * - 503 for `OverloadedError`, `QueueFullError`, the `queue` deadline, and a client that was shut down; 504 for the other
 *   deadlines
 * - 502 for everything else: a refused key, an empty wallet and a broken network are the server's own trouble
 *
 * @since 0.1.0
 * @category responses
 */
export const status: (error: ZhipuError) => number = frames.statusOf

/**
 * An answer as a `Response`, for edge runtimes and the handlers of Next, Hono and others that speak `fetch`. Reading
 * starts the answer, and cancelling its body ends it. `toResponseWithStatus` has no like of it here: run that one by
 * `HttpApp.toWebHandler`.
 *
 * @example
 * ```ts
 * import { Message, Zhipu, ZhipuChat } from "@effect-zhipu/effect4"
 * import { ServerSentEvents } from "@effect-zhipu/effect4/http"
 * import { FetchHttpClient } from "effect/http"
 * import { Layer, ManagedRuntime } from "effect"
 *
 * const managed = ManagedRuntime.make(Zhipu.layerConfig().pipe(Layer.provide(FetchHttpClient.layer)))
 *
 * export const POST = async (request: Request): Promise<Response> => {
 *   const answer = ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user(await request.text())] })
 *   return ServerSentEvents.toWebResponseRuntime(answer, await managed.context())
 * }
 * ```
 *
 * @since 0.1.0
 * @category responses
 */
export const toWebResponseRuntime: {
  <R>(runtime: Context.Context<R>, options?: Options): (self: Answer<R>) => Response
  <R>(self: Answer<R>, runtime: Context.Context<R>, options?: Options): Response
} = dual(
  isStream,
  <R>(self: Answer<R>, runtime: Context.Context<R>, options: Options = {}): Response =>
    new Response(AnswerStream.toReadableStreamRuntime(toBytes(self, options), runtime), {
      headers: allHeaders(options)
    })
)

const isAnswer = (source: Source): source is Answer => Stream.isStream(source)

const answerOf = (source: Source): Answer => {
  if (isAnswer(source)) return source
  const events = Stream.fromAsyncIterable(source, (error) => error)
  return Stream.catch(events, (error) => {
    if (isZhipuError(error)) return Stream.fail(error)
    // Stopped by a signal: that of the visitor who left, or one of `AbortSignal.timeout`.
    const isAbort = error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError")
    return isAbort ? Stream.fromEffect(Effect.interrupt) : Stream.die(error)
  })
}

/**
 * `toWebResponseRuntime` for an answer without requirements, or the events of one.
 *
 * @example
 * ```ts
 * import { createZhipu } from "@effect-zhipu/effect4/promise"
 * import { ServerSentEvents } from "@effect-zhipu/effect4/http"
 *
 * const zhipu = createZhipu()
 *
 * export const POST = async (request: Request): Promise<Response> =>
 *   ServerSentEvents.toWebResponse(zhipu.stream(await request.text()))
 * ```
 *
 * @since 0.1.0
 * @category responses
 */
export const toWebResponse = (self: Source, options?: Options): Response =>
  toWebResponseRuntime(answerOf(self), Context.empty(), options)

/**
 * Writes an answer to a response of `node:http`, and of what stands on it: Express, Fastify (`request.raw` and `reply.raw`),
 * Nest. The headers go out at once. When the visitor leaves, the request to the service is closed; when they read slowly,
 * the service is read slowly. An error is the last event, as in `toResponse`.
 *
 * The promise never rejects: it is done when the response has ended, or the visitor has left and the request is closed. A
 * `HEAD` request gets the headers alone, and nothing is asked for it; nor is it for a response that is over already. Where a header
 * of `options` cannot be written, the response is a `ServerError` with status 500, and the log says why.
 *
 * @example
 * ```ts
 * import { createZhipu } from "@effect-zhipu/effect4/promise"
 * import { ServerSentEvents } from "@effect-zhipu/effect4/http"
 *
 * const zhipu = createZhipu()
 *
 * export const ask = (
 *   question: string,
 *   request: ServerSentEvents.NodeRequest,
 *   response: ServerSentEvents.NodeResponse
 * ) => ServerSentEvents.toNodeResponse(zhipu.stream(question), request, response)
 * ```
 *
 * @since 0.1.0
 * @category responses
 */
export const toNodeResponse = (
  self: Source,
  request: nodeResponse.NodeRequest,
  response: nodeResponse.NodeResponse,
  options?: Options
): Promise<void> => toNodeResponseRuntime(answerOf(self), Context.empty(), request, response, options)

/**
 * `toNodeResponse` for an answer with requirements, by the runtime that has them.
 *
 * @since 0.1.0
 * @category responses
 */
export const toNodeResponseRuntime = <R>(
  self: Answer<R>,
  runtime: Context.Context<R>,
  request: nodeResponse.NodeRequest,
  response: nodeResponse.NodeResponse,
  options: Options = {}
): Promise<void> => nodeResponse.send(toBytes(self, options), runtime, request, response, allHeaders(options))

/**
 * The events of a body that `toBytes` made, for the other side. The stream ends well only after `event: done`. An
 * `error` event fails it with the error of the server, a body that ends early with `StreamTruncatedError`, bytes that
 * fail with `ConnectionError`, and an event that cannot be read with `CorruptStreamError`. Events of names that are no
 * `ChunkEvent`'s are skipped: a server may send some of its own. Costs about 2 µs an event, most of it the check by the
 * Schema of events.
 *
 * @since 0.1.0
 * @category parsing
 */
export const fromBytes: <E, R>(bytes: Stream.Stream<Uint8Array, E, R>) => Answer<R> = parse.fromBytes

/**
 * `fromBytes` of a response of platform's `HttpClient`. Another status than 200 fails with the error that its JSON holds,
 * as `toResponseWithStatus` sends it, or else with `InvalidRequestError` (4xx) or `ServerError`.
 *
 * @since 0.1.0
 * @category parsing
 */
export const fromResponse = (response: HttpClientResponse.HttpClientResponse): Answer =>
  parse.fromReply(response.status, response.headers["content-type"], response.stream)

/**
 * `fromResponse` for what `fetch` gives.
 *
 * @example
 * ```ts
 * import { ServerSentEvents } from "@effect-zhipu/effect4/http"
 * import { Effect, Stream } from "effect"
 *
 * export const ask = (question: string) =>
 *   Effect.promise((signal) => fetch("/ask", { method: "POST", body: question, signal })).pipe(
 *     Effect.map(ServerSentEvents.fromWebResponse),
 *     Stream.unwrap
 *   )
 * ```
 *
 * @since 0.1.0
 * @category parsing
 */
export const fromWebResponse = (response: Response): Answer => {
  const { body } = response
  return parse.fromReply(
    response.status,
    response.headers.get("content-type") ?? undefined,
    body === null ? Stream.empty : Stream.fromReadableStream({ evaluate: () => body, onError: () => undefined })
  )
}
