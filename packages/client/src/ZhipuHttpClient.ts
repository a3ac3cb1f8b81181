/**
 * Sends one call: URL, authorization, headers, error classification, retry, deadlines, span.
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { CallResponse } from "./CallObserver.js"
import type { Usage } from "./ChatCompletion.js"
import * as again from "./internal/call/resend.js"
import * as Attempt from "./internal/call/attempt.js"
import { regionOf } from "./internal/baseUrl.js"
import * as CallState from "./internal/call/callState.js"
import { classify } from "@effect-zhipu/protocol/internal/failures/classify"
import * as connection from "./internal/body/transportError.js"
import { fromJson, redacted } from "@effect-zhipu/protocol/internal/failures/errorBody"
import { withAttempts } from "./internal/call/errorDetails.js"
import { announce } from "./internal/call/observers.js"
import { readText } from "./internal/body/readText.js"
import { unreadable } from "@effect-zhipu/protocol/internal/failures/unreadable"
import { encode } from "@effect-zhipu/protocol/internal/requests/encode"
import { parseJson } from "@effect-zhipu/protocol/internal/text/jsonScan"
import { toError } from "./internal/toError.js"
import { attributes, endAttributes, names, provider, responseOfDocument } from "./internal/telemetry/names.js"
import * as Watch from "./internal/call/deadlineWatch.js"
import * as Price from "./Price.js"
import * as ZhipuAuth from "./ZhipuAuth.js"
import * as ZhipuConfig from "./ZhipuConfig.js"
import * as ZhipuLimits from "./ZhipuLimits.js"
import { CorruptStreamError, type ZhipuError } from "./ZhipuError.js"

/**
 * One call of the API.
 *
 * @since 0.1.0
 * @category models
 */
export interface Call {
  /** Below the base URL, with a leading slash: `/chat/completions`. */
  readonly path: string
  /** The document to send; it is never changed. */
  readonly body: Readonly<Record<string, unknown>>
  /** Whether the answer is a stream of events, or one document. */
  readonly stream: boolean
  /** The operation, as telemetry names it: `chat`. */
  readonly operation: string
  readonly model?: string | undefined
  /** Further attributes of the span. */
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
}

/**
 * A successful response, while its attempt lasts.
 *
 * @since 0.1.0
 * @category models
 */
export interface Exchange {
  readonly response: HttpClientResponse.HttpClientResponse
  readonly requestId: string | undefined
  readonly watch: Watch.Watch
  /** Takes the key out of a text of the service. */
  readonly redact: (text: string) => string
  /** So many events of the answer are given out: from now on the call is not sent again. */
  readonly commit: (events: number) => void
  /** Where to look for what has come of the answer, when the call has ended; for telemetry alone. */
  readonly answer: (read: () => CallResponse) => void
  /** From now on the call waits for its consumer, which does not count as time of the service. */
  readonly pause: () => void
  readonly resume: () => void
  /** Runs when the call has ended well, before its connection is let go; the call does not wait for it. */
  readonly afterwards: (effect: Effect.Effect<void>) => void
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /**
   * Sends a call and uses its response. Fails with the error that the service told, with `ConnectionError`,
   * `DeadlineExceededError` or `RequestEncodeError`; sends again what the retry policy wants sent again, until `use`
   * commits.
   */
  readonly execute: <A>(
    call: Call,
    use: (exchange: Exchange) => Effect.Effect<A, ZhipuError, Scope.Scope>
  ) => Effect.Effect<A, ZhipuError>
  /**
   * Sends a call whose answer is one JSON document, and decodes it. An error document under a success status fails as
   * well; what `decode` fails with is subject to the retry policy like any other failure of the attempt.
   */
  readonly json: <A>(
    call: Call,
    decode: (document: Readonly<Record<string, unknown>>, requestId: string | undefined) => Effect.Effect<A, ZhipuError>
  ) => Effect.Effect<A, ZhipuError>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class ZhipuHttpClient extends Context.Tag("@effect-zhipu/client/ZhipuHttpClient")<ZhipuHttpClient, Service>() {}

/**
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<
  Service,
  never,
  ZhipuConfig.ZhipuConfig | ZhipuAuth.ZhipuAuth | ZhipuLimits.ZhipuLimits | HttpClient.HttpClient
> = Effect.gen(function* () {
  const config = yield* ZhipuConfig.ZhipuConfig
  const auth = yield* ZhipuAuth.ZhipuAuth
  const limits = yield* ZhipuLimits.ZhipuLimits
  const fetchOptions = yield* Effect.serviceOption(FetchHttpClient.RequestInit)
  const attempt = Attempt.make(config, auth, yield* HttpClient.HttpClient, fetchOptions)
  const server = new URL(config.baseUrl)
  const serverPort = Number(server.port === "" ? (server.protocol === "http:" ? 80 : 443) : server.port)
  const announced = yield* announce
  const prices = yield* Price.Prices
  const region = regionOf(server.hostname)

  const withTotal = <A>(
    state: CallState.CallState,
    effect: Effect.Effect<A, ZhipuError>
  ): Effect.Effect<A, ZhipuError> => {
    const limit = Duration.toMillis(config.deadlines.total)
    if (!Number.isFinite(limit)) return effect
    const { clock } = state
    const startedAt = clock.unsafeCurrentTimeMillis()
    const guard: Effect.Effect<never, ZhipuError> = Effect.suspend(() => {
      const left = limit - (clock.unsafeCurrentTimeMillis() - startedAt - CallState.pausedFor(state))
      if (left <= 0) return Watch.exceeded("total", config.deadlines.total)
      return Effect.zipRight(clock.sleep(Duration.millis(left)), guard)
    })
    return Watch.guarded(effect, guard, identity)
  }

  const costOf = (model: string | undefined, usage: Usage | undefined): Price.Cost | undefined =>
    model === undefined || usage === undefined
      ? undefined
      : Option.getOrUndefined(Option.map(Price.find(prices, model, region), Price.cost(usage)))

  /** What is known of a call that has ended goes to its span, and to whoever listens. */
  const conclude = (
    call: Call,
    state: CallState.CallState,
    exit: Exit.Exit<unknown, ZhipuError>
  ): Effect.Effect<void> =>
    Effect.suspend(() => {
      const end = CallState.endOf(state, exit, (usage) => costOf(call.model, usage))
      const annotated = Effect.annotateCurrentSpan(
        attributes({
          ...endAttributes(end),
          [names.errorType]: end.errorType,
          [names.errorCode]: end.error?.code,
          [names.retryCount]: end.attempts > 1 ? end.attempts - 1 : undefined,
          [names.queueWait]: end.queuedMillis,
          [names.timeToFirstChunk]: end.firstChunkMillis === undefined ? undefined : end.firstChunkMillis / 1000,
          [names.cost]: end.cost?.amount,
          [names.currency]: end.cost?.currency
        })
      )
      return state.listeners === undefined ? annotated : Effect.zipRight(annotated, state.listeners.ended(end))
    })

  const execute: Service["execute"] = (call, use) =>
    Effect.clockWith((clock) => {
      const startedAt = clock.unsafeCurrentTimeMillis()
      const { model, operation, stream } = call
      const listeners = announced?.({ operation, model, stream, serverAddress: server.hostname, serverPort, startedAt })
      const state = CallState.make(clock, startedAt, listeners)
      return Effect.flatMap(encoded(call.body), (json) => {
        const body = new TextEncoder().encode(json)
        const permitted = limits.withPermit(model)(again.leasing(auth, call, state, attempt(call, body, state, use)))
        const mayResend = (): boolean =>
          !state.committed &&
          // The service refuses a second request with the same id (1231).
          call.body["request_id"] === undefined &&
          body.length * state.attempts <= config.maxResentBytes
        const renewed = again.renewing(
          auth,
          state,
          Effect.suspend(() => {
            state.queuedAt = clock.unsafeCurrentTimeMillis()
            state.key = undefined
            return permitted
          }),
          mayResend
        )
        const once = again.rotating(auth, state, renewed, mayResend)
        return withTotal(
          state,
          again.retrying(config.retry, once, (error) => error.isRetryable && mayResend())
        )
      }).pipe(
        Effect.mapError((error) => (state.attempts === 0 ? error : withAttempts(error, state.attempts))),
        Effect.onExit((exit) => conclude(call, state, exit)),
        Effect.withSpan(model === undefined ? operation : `${operation} ${model}`, {
          kind: "client",
          captureStackTrace: false,
          attributes: attributes({
            [names.operation]: operation,
            [names.provider]: provider,
            [names.requestModel]: model,
            [names.requestStream]: stream,
            [names.serverAddress]: server.hostname,
            [names.serverPort]: serverPort,
            ...call.attributes
          })
        })
      )
    })

  const json: Service["json"] = (call, decode) =>
    execute(call, (exchange) => {
      const { redact, requestId, response } = exchange
      return Effect.flatMap(
        Effect.mapError(textOf(exchange), (error) => connection.failed("body", error, redact)),
        (text) => {
          const document = parseJson(text)
          const error = fromJson(document)
          if (error !== undefined) {
            return Effect.fail(
              toError(
                classify({
                  status: response.status,
                  body: redacted(error, redact),
                  requestId,
                  resetZone: config.resetZone
                })
              )
            )
          }
          if (Predicate.isRecord(document)) {
            exchange.answer(() => responseOfDocument(document, requestId))
            return decode(document, requestId)
          }
          const { headers, status } = response
          return toError(unreadable({ status, headers, requestId, text, redact }))
        }
      )
    })

  return { execute, json }
})

/**
 * The fast way where the body is announced to come as a whole; otherwise read by read, as each one counts for the `idle`
 * deadline, and unpacked if need be.
 */
const textOf = ({ response, watch }: Exchange) =>
  response.headers["content-encoding"] === undefined && response.headers["content-length"] !== undefined
    ? response.text
    : readText(response, Number.POSITIVE_INFINITY, () => watch.enter("idle"))

const encoded = (document: unknown): Effect.Effect<string, ZhipuError> => {
  const json = encode(document)
  return typeof json === "string" ? Effect.succeed(json) : Effect.fail(toError(json))
}

/**
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<
  ZhipuHttpClient,
  never,
  ZhipuConfig.ZhipuConfig | ZhipuAuth.ZhipuAuth | ZhipuLimits.ZhipuLimits | HttpClient.HttpClient
> = Layer.effect(ZhipuHttpClient, make)

/**
 * Sends a call whose answer is one JSON document of the given Schema: the way to the endpoints of the service that have
 * no module here. Authorization, limits, deadlines, retries and errors are those of the client. A document that does not
 * fit fails with `CorruptStreamError` of reason `UnexpectedContentType`; its `detail` says where, without the content.
 *
 * @example
 * ```ts
 * import { ZhipuHttpClient } from "@effect-zhipu/client"
 * import { Schema } from "effect"
 *
 * const Embeddings = Schema.Struct({
 *   data: Schema.Array(Schema.Struct({ index: Schema.Number, embedding: Schema.Array(Schema.Number) }))
 * })
 *
 * export const embed = (input: ReadonlyArray<string>) =>
 *   ZhipuHttpClient.schemaJson(
 *     { path: "/embeddings", operation: "embeddings", model: "embedding-3", body: { model: "embedding-3", input } },
 *     Embeddings
 *   )
 * ```
 *
 * @since 0.1.0
 * @category accessors
 */
export const schemaJson = <A, I, R>(
  call: Omit<Call, "stream">,
  schema: Schema.Schema<A, I, R>
): Effect.Effect<A, ZhipuError, ZhipuHttpClient | R> => {
  const decode = Schema.decodeUnknown(schema)
  return Effect.contextWithEffect((context: Context.Context<ZhipuHttpClient | R>) =>
    Context.get(context, ZhipuHttpClient).json({ ...call, stream: false }, (document, requestId) =>
      decode(document).pipe(
        Effect.provide(context),
        Effect.mapError((error) => {
          const path = ParseResult.ArrayFormatter.formatErrorSync(error)[0]?.path.join(".") ?? ""
          const detail = path === "" ? "the document is another one" : `not as expected at ${path}`
          return new CorruptStreamError({
            message: `The answer is JSON, but does not fit the Schema: ${detail}. Check the path, the Schema and the base URL.`,
            status: 200,
            requestId,
            reason: "UnexpectedContentType",
            detail
          })
        })
      )
    )
  )
}
