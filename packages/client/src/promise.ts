/**
 * The client without Effect: promises, async iterables and `AbortSignal`, over the same layers.
 *
 * Errors are thrown as what they are, the tagged errors of `ZhipuError`; `_tag` tells them apart, and `isRetryable`, `code` and
 * `retryAfter` are there. Where a signal was aborted its reason is thrown, by default a `DOMException` named `AbortError`.
 *
 * @example
 * ```ts
 * import { createZhipu } from "@effect-zhipu/client/promise"
 *
 * const zhipu = createZhipu({ apiKey: "id.secret" })
 *
 * export const show = async (question: string, signal: AbortSignal) => {
 *   for await (const text of zhipu.text(question, { signal })) process.stdout.write(text)
 * }
 * ```
 *
 * @since 0.1.0
 */
/// <reference lib="esnext.disposable" preserve="true" />
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Option from "effect/Option"
import { isRecord } from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import * as ChatCompletion from "./ChatCompletion.js"
import type { ChatRequest } from "./ChatRequest.js"
import * as ChunkEvent from "./ChunkEvent.js"
import { atMost } from "./internal/call/schedules.js"
import type { Message } from "./Message.js"
import * as RetryPolicy from "./RetryPolicy.js"
import * as StreamBatches from "./StreamBatches.js"
import * as Zhipu from "./Zhipu.js"
import * as ZhipuCall from "./ZhipuCall.js"
import * as ZhipuChat from "./ZhipuChat.js"
import * as ZhipuConfig from "./ZhipuConfig.js"
import { ConnectionError } from "./ZhipuError.js"

/**
 * Those of `Zhipu.layerConfig`, in plain types: what is not given here comes from the environment, and otherwise has its
 * default.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Omit<ZhipuConfig.Options, "apiKey"> {
  /** The key, `id.secret`; what else can give keys works as well. Default: `ZHIPU_API_KEY` and its like. */
  readonly apiKey?: string | ZhipuConfig.KeySource | undefined
  /** The model of questions that name none. Default `glm-4.6`. */
  readonly model?: ChatRequest["model"] | undefined
  /** How often a call is sent again at most; 0 for never. Default: as often as the time of `retry` allows. */
  readonly maxRetries?: number | undefined
  /** The transport, such as `UndiciHttpClient.layer` of `@effect-zhipu/node`. Default: `fetch`. */
  readonly httpClient?: Layer.Layer<HttpClient.HttpClient, Error> | undefined
}

/**
 * What to ask: a text is a message of the user, a list is a conversation. A request has all fields of the service; its
 * `model` may be left to the client.
 *
 * @since 0.1.0
 * @category models
 */
export type Question =
  | string
  | ReadonlyArray<Message>
  | (Omit<ChatRequest, "model"> & { readonly model?: ChatRequest["model"] | undefined })

/**
 * What one call has of its own.
 *
 * @since 0.1.0
 * @category models
 */
export interface CallOptions extends Omit<ZhipuCall.Options, "apiKey"> {
  /** The key of this call, `id.secret`, such as that of a customer; what else can give keys works as well. */
  readonly apiKey?: string | ZhipuConfig.KeySource | undefined
  /** Closes the request when it is aborted. */
  readonly signal?: AbortSignal | undefined
}

/**
 * The text of an answer: `for await` gives it as it comes, `await` as a whole. Each asks the service anew.
 *
 * Only a whole answer ends well. One that reached `max_tokens`, or that was withdrawn, fails with
 * `ChatCompletion.IncompleteAnswerError`, after all of its text has been given. Both read a stream: an error in the middle has
 * what came before as `partial`.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextAnswer extends AsyncIterable<string, undefined>, PromiseLike<string> {}

/**
 * @since 0.1.0
 * @category models
 */
export interface PromiseClient extends AsyncDisposable {
  /** A whole answer, as the service sends it. Look at `finish_reason`: `length` is an answer that was cut. */
  readonly complete: (question: Question, options?: CallOptions) => Promise<ChatCompletion.ChatCompletion>
  /**
   * An answer as events. Each loop asks anew. One that is left (`break`, `return`, an exception) closes the request; one that
   * ends has ended well, though the `reason` of `Finished` may be `length`.
   */
  readonly stream: (question: Question, options?: CallOptions) => AsyncIterable<ChunkEvent.ChunkEvent, undefined>
  /** The text of an answer alone. */
  readonly text: (question: Question, options?: CallOptions) => TextAnswer
  /**
   * Ends what runs or waits, with `ConnectionError`, and closes the connections; nothing is sent afterwards. `await using` does so
   * at the end of its block.
   */
  readonly close: () => Promise<void>
}

/**
 * An option or a variable of the environment that cannot work, or a key that is missing. The message says what to do, and
 * never holds the key.
 *
 * @since 0.1.0
 * @category errors
 */
export class OptionsError extends /* @__PURE__ */ Data.TaggedError("OptionsError")<{ readonly message: string }> {}

/** A key that is a text is made one that no log shows. */
const withKey = <Options extends Pick<CallOptions, "apiKey">>({ apiKey, ...options }: Options) => ({
  ...options,
  ...(apiKey === undefined ? {} : { apiKey: typeof apiKey === "string" ? Redacted.make(apiKey) : apiKey })
})

const check = ({ maxRetries, retry, ...options }: Options): ZhipuConfig.Service => {
  const given: ZhipuConfig.ConfigOptions = {
    ...withKey(options),
    retry: maxRetries === undefined ? retry : atMost(retry ?? RetryPolicy.default, Math.max(0, maxRetries))
  }
  const config = Effect.map(ZhipuConfig.ZhipuConfig, identity)
  const exit = Effect.runSyncExit(Effect.provide(config, ZhipuConfig.layerConfig(given)))
  if (Exit.isSuccess(exit)) return exit.value
  const problem: unknown = Cause.squash(exit.cause)
  throw new OptionsError({
    message: problem instanceof Object && "message" in problem ? String(problem.message) : String(problem)
  })
}

const closedError = (): ConnectionError =>
  new ConnectionError({ message: "This client was closed. Make another one.", phase: "closed" })

/**
 * A client for programs without Effect. Options that cannot work throw `OptionsError` at once. Make one for the whole
 * program, as it holds the connections and the limits.
 *
 * @since 0.1.0
 * @category constructors
 */
export const createZhipu = ({
  httpClient = FetchHttpClient.layer,
  model = "glm-4.6",
  ...options
}: Options = {}): PromiseClient => {
  const config = Layer.succeed(ZhipuConfig.ZhipuConfig, check(options))
  // Where the client of the user cannot be built, there is nobody to tell but whoever waits for the first answer.
  const transport = Layer.orDie(httpClient)
  const managed = ManagedRuntime.make(Zhipu.layerServices.pipe(Layer.provide(config), Layer.provide(transport)))
  let closed = false

  const requestOf = (question: Question): ChatRequest => {
    if (typeof question === "string") return { model, messages: [{ role: "user", content: question }] }
    if (isConversation(question)) return { model, messages: question }
    // Without types it may be anything. What is no request is refused as one without messages: here is no place to fail.
    if (!isRecord(question)) return { model, messages: [] }
    return { ...question, model: question.model ?? model }
  }

  const eventsOf = (question: Question, { signal: _, ...options }: CallOptions) => {
    const events = ZhipuChat.stream(requestOf(question))
    // Options are read at the start of a call, and most calls have none.
    return Object.keys(options).length === 0 ? events : ZhipuCall.with(events, withKey(options))
  }

  const run = async <A, E>(effect: Effect.Effect<A, E, ZhipuChat.ZhipuChat>, signal: AbortSignal | undefined) => {
    if (closed) throw closedError()
    signal?.throwIfAborted()
    const exit = await managed.runPromiseExit(effect, signal === undefined ? {} : { signal })
    if (Exit.isSuccess(exit)) return exit.value
    if (signal?.aborted === true && Cause.isInterrupted(exit.cause)) throw signal.reason
    // Closed before its services were built, which then are not, whatever the fiber that built them says.
    if (closed && Option.isNone(Cause.failureOption(exit.cause))) throw closedError()
    throw Cause.squash(exit.cause)
  }

  const complete: PromiseClient["complete"] = async (question, { signal, ...options } = {}) =>
    run(ZhipuCall.with(ZhipuChat.complete(requestOf(question)), withKey(options)), signal)

  const stream: PromiseClient["stream"] = (question, options = {}) => ({
    [Symbol.asyncIterator]: () =>
      StreamBatches.toAsyncIterator((consumer) =>
        closed
          ? StreamBatches.make(Stream.fail(closedError()), Effect.runFork, consumer)
          : StreamBatches.make(eventsOf(question, options), managed.runFork, consumer, { signal: options.signal })
      )
  })

  const text: PromiseClient["text"] = (question, options = {}) => ({
    [Symbol.asyncIterator]: () => wholeText(stream(question, options)),
    then: (onText, onError) =>
      run(
        ChunkEvent.fold(eventsOf(question, options)).pipe(
          Effect.flatMap(ChatCompletion.whole),
          Effect.map(ChatCompletion.text)
        ),
        options.signal
      ).then(onText, onError)
  })

  const close = (): Promise<void> => {
    closed = true
    return managed.dispose()
  }

  return { complete, stream, text, close, [Symbol.asyncDispose]: close }
}

const isConversation = (question: Question): question is ReadonlyArray<Message> => Array.isArray(question)

async function* wholeText(
  events: AsyncIterable<ChunkEvent.ChunkEvent, undefined>
): AsyncGenerator<string, undefined, undefined> {
  const seen: Array<ChunkEvent.ChunkEvent> = []
  for await (const event of events) {
    seen.push(event)
    if (event._tag === "ContentDelta" && event.choice === 0) yield event.text
  }
  const exit = Effect.runSyncExit(ChatCompletion.whole(ChunkEvent.toCompletion(seen)))
  if (Exit.isFailure(exit)) throw Cause.squash(exit.cause)
  return undefined
}
