/**
 * Sends one call: URL, authorization, headers, error classification, retry, deadlines, span.
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberRefs from "effect/FiberRefs"
import { constTrue, identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import * as Runtime from "effect/Runtime"
import * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import type { CallEnd, CallResponse } from "./CallObserver.js"
import type { Usage } from "./ChatCompletion.js"
import { redactor } from "./internal/apiKey.js"
import { regionOf } from "./internal/baseUrl.js"
import { classify } from "./internal/classify.js"
import * as connection from "./internal/connection.js"
import { fromJson, fromText, redacted } from "./internal/errorBody.js"
import { withAttempts } from "./internal/errorDetails.js"
import { announce, type Listeners } from "./internal/observers.js"
import { readText } from "./internal/readText.js"
import { encode } from "./internal/requestBody.js"
import { retryAfter } from "./internal/retryAfter.js"
import { attemptFailed, attributes, endAttributes, names, provider, responseOfDocument } from "./internal/telemetry.js"
import * as Watch from "./internal/watch.js"
import * as Price from "./Price.js"
import * as ZhipuAuth from "./ZhipuAuth.js"
import * as ZhipuConfig from "./ZhipuConfig.js"
import * as ZhipuLimits from "./ZhipuLimits.js"
import type { ZhipuError } from "./ZhipuError.js"

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

/** An error body is read up to here, so that the connection can be used again. */
const maxErrorBytes = 64 * 1024

/** Whether somebody replaced the tracer of the runtime, whose spans go nowhere. */
const isTraced = (runtime: Runtime.Runtime<never>): boolean =>
  Context.get(FiberRefs.getOrDefault(runtime.fiberRefs, DefaultServices.currentServices), Tracer.Tracer) !==
  Context.get(DefaultServices.liveServices, Tracer.Tracer)

/** What one call has gone through. */
interface CallState {
  readonly clock: Clock.Clock
  readonly startedAt: number
  /** Nobody, mostly. */
  readonly listeners: Listeners | undefined
  /** On the same clock as `startedAt`, but finer, and only where somebody listens. */
  readonly startedNanos: bigint | undefined
  queuedMillis: number
  /** Since when the attempt that comes waits for its permit. */
  queuedAt: number | undefined
  firstChunkMillis: number | undefined
  requestId: string | undefined
  answer: (() => CallResponse) | undefined
  attempts: number
  /** The key of several that the current attempt has leased. */
  key: ZhipuAuth.Key | undefined
  committed: boolean
  renewed: boolean
  pausedMillis: number
  /** When the pause that is going on began. */
  pausedAt: number | undefined
}

const pausedFor = (state: CallState): number =>
  state.pausedMillis + (state.pausedAt === undefined ? 0 : state.clock.unsafeCurrentTimeMillis() - state.pausedAt)

/** Ends a wait for a permit; the call may have ended while it waited. */
const leaveQueue = (state: CallState): void => {
  if (state.queuedAt === undefined) return
  state.queuedMillis += state.clock.unsafeCurrentTimeMillis() - state.queuedAt
  state.queuedAt = undefined
}

/** Once a network read, and at once over where nobody listens. */
const commit = (state: CallState, events: number): void => {
  if (!state.committed) {
    state.committed = true
    state.firstChunkMillis = state.clock.unsafeCurrentTimeMillis() - state.startedAt
  }
  if (state.listeners !== undefined && state.startedNanos !== undefined) {
    const elapsed = Number(state.clock.unsafeCurrentTimeNanos() - state.startedNanos) / 1_000_000
    state.listeners.events(events, elapsed - pausedFor(state))
  }
}

/** An attempt that failed, as an event of the span of its call. */
const tellFailure = (state: CallState, cause: Cause.Cause<ZhipuError>): Effect.Effect<void> => {
  const failure = Cause.failureOption(cause)
  if (Option.isNone(failure)) return Effect.void
  const error = failure.value
  const attempt = state.attempts
  const elapsedMillis = state.clock.unsafeCurrentTimeMillis() - state.startedAt
  state.listeners?.attemptFailed({ attempt, error, elapsedMillis })
  return Effect.ignore(
    Effect.map(Effect.currentSpan, (span) =>
      span.event(
        attemptFailed,
        state.clock.unsafeCurrentTimeNanos(),
        attributes({
          ...errorAttributes(error),
          [names.key]: state.key?.label,
          [names.attempt]: attempt,
          [names.elapsed]: elapsedMillis
        })
      )
    )
  )
}

const errorAttributes = (error: ZhipuError): Record<string, unknown> => ({
  [names.errorType]: error._tag,
  [names.errorCode]: error.code,
  [names.requestId]: error.requestId
})

const endOf = (
  state: CallState,
  exit: Exit.Exit<unknown, ZhipuError>,
  prices: (usage: Usage | undefined) => Price.Cost | undefined
): CallEnd => {
  const interrupted = Exit.isFailure(exit) && Cause.isInterruptedOnly(exit.cause)
  const error = Exit.isFailure(exit) ? Option.getOrUndefined(Cause.failureOption(exit.cause)) : undefined
  const answer = state.answer?.()
  leaveQueue(state)
  return {
    outcome: Exit.isSuccess(exit) ? "success" : interrupted ? "interrupted" : "failure",
    error,
    errorType: Exit.isSuccess(exit) || interrupted ? undefined : (error?._tag ?? "Defect"),
    attempts: state.attempts,
    durationMillis: state.clock.unsafeCurrentTimeMillis() - state.startedAt,
    queuedMillis: state.queuedMillis,
    pausedMillis: pausedFor(state),
    firstChunkMillis: state.firstChunkMillis,
    responseId: answer?.responseId,
    responseModel: answer?.responseModel,
    finishReasons: answer?.finishReasons ?? [],
    usage: answer?.usage,
    requestId: answer?.requestId ?? error?.requestId ?? state.requestId,
    cost: prices(answer?.usage)
  }
}

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
  const client = config.transformClient(yield* HttpClient.HttpClient)
  // A redirected POST becomes a GET that carries the key to wherever the redirect points.
  const noRedirects: RequestInit = { ...Option.getOrUndefined(fetchOptions), redirect: "manual" }
  const server = new URL(config.baseUrl)
  const serverPort = Number(server.port === "" ? (server.protocol === "http:" ? 80 : 443) : server.port)
  const announced = yield* announce
  const prices = yield* Price.Prices
  const region = regionOf(server.hostname)

  const send = (
    call: Call,
    body: Uint8Array,
    authorization: Redacted.Redacted
  ): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> =>
    client
      .execute(
        HttpClientRequest.post(config.baseUrl + call.path, {
          headers: {
            accept: call.stream ? "text/event-stream, application/json" : "application/json",
            ...config.headers,
            authorization: Redacted.value(authorization)
          }
        }).pipe(HttpClientRequest.bodyUint8Array(body, "application/json"))
      )
      .pipe(
        // Where the caller's client refuses statuses, the body still says more than the status.
        Effect.catchTag("ResponseError", (error) =>
          error.reason === "StatusCode" ? Effect.succeed(error.response) : Effect.fail(error)
        )
      )

  /** What an attempt needs around it, set at once: each service or FiberRef set by an Effect costs as much as a fiber. */
  const around =
    (scope: Scope.Scope) =>
    (runtime: Runtime.Runtime<never>): Runtime.Runtime<Scope.Scope> =>
      runtime.pipe(
        Runtime.setFiberRef(HttpClient.currentTracerPropagation, config.propagateTrace),
        // Platform's span of the request, below that of the call, costs a tenth of a call; without a tracer nobody sees it.
        config.propagateTrace || isTraced(runtime)
          ? identity
          : Runtime.setFiberRef(HttpClient.currentTracerDisabledWhen, constTrue),
        Runtime.updateContext((context) =>
          context.pipe(Context.add(FetchHttpClient.RequestInit, noRedirects), Context.add(Scope.Scope, scope))
        )
      )

  /** What proves who asks, and what takes it out of texts that may repeat it. */
  const credentials = Effect.flatMap(auth.authorization, (authorization) => {
    const redactToken = redactor(Redacted.value(authorization).slice("Bearer ".length))
    if (config.auth !== "jwt") return Effect.succeed({ authorization, redact: redactToken })
    // A token hides the key it was signed with, which a gateway may know all the same.
    return Effect.map(config.apiKey, (key) => {
      const redactKey = redactor(Redacted.value(key))
      return { authorization, redact: (text: string) => redactKey(redactToken(text)) }
    })
  })

  const attempt = <A>(
    call: Call,
    body: Uint8Array,
    state: CallState,
    use: (exchange: Exchange) => Effect.Effect<A, ZhipuError, Scope.Scope>
  ): Effect.Effect<A, ZhipuError> =>
    Effect.suspend(() => {
      state.attempts++
      leaveQueue(state)
      state.listeners?.attemptStarted(state.attempts, state.queuedMillis)
      const watch = Watch.make(state.clock, config.deadlines)
      watch.enter(call.stream ? "connect" : "firstChunk")
      let afterwards: Effect.Effect<void> | undefined
      const exchange = Effect.flatMap(
        state.key === undefined ? credentials : Effect.succeed(state.key),
        ({ authorization, redact }) =>
          send(call, body, authorization).pipe(
            Effect.mapError((error) => connection.failed("connect", error, redact)),
            Effect.flatMap((response) => {
              const requestId = response.headers["x-request-id"]
              state.requestId = requestId
              if (response.status < 200 || response.status >= 300) {
                watch.enter("idle")
                return refuse(response, requestId, redact, watch)
              }
              watch.enter(call.stream ? "firstChunk" : "idle", call.stream ? watch.startedAt : undefined)
              return use({
                response,
                requestId,
                watch,
                redact,
                commit: (events) => commit(state, events),
                answer: (read) => {
                  state.answer = read
                },
                pause: () => {
                  state.pausedAt = watch.now()
                },
                resume: () => {
                  state.pausedMillis = pausedFor(state)
                  state.pausedAt = undefined
                },
                afterwards: (effect) => {
                  afterwards = effect
                }
              })
            })
          )
      )
      return Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(Scope.make(), (scope) =>
          restore(Watch.guarded(exchange, watch.guard, around(scope))).pipe(
            Effect.onExit((exit) => {
              const close = Scope.close(scope, exit)
              if (afterwards !== undefined && Exit.isSuccess(exit)) {
                return Effect.forkDaemon(Effect.ensuring(Effect.interruptible(afterwards), close))
              }
              const closed = watch.hasExceeded() ? Effect.forkDaemon(close) : close
              return Exit.isFailure(exit) ? Effect.zipRight(tellFailure(state, exit.cause), closed) : closed
            })
          )
        )
      )
    })

  const refuse = (
    response: HttpClientResponse.HttpClientResponse,
    requestId: string | undefined,
    redact: (text: string) => string,
    watch: Watch.Watch
  ): Effect.Effect<never, ZhipuError, Scope.Scope> =>
    readText(response, maxErrorBytes).pipe(
      Effect.timeout("10 seconds"),
      Effect.orElseSucceed(() => ""),
      Effect.flatMap((text) =>
        Effect.fail(
          classify({
            status: response.status === 0 ? 302 : response.status,
            body: fromText(redact(text)),
            retryAfter: retryAfter(response.headers, watch.now()),
            requestId,
            resetZone: config.resetZone,
            clockSkewMillis: Date.parse(response.headers["date"] ?? "") - watch.now()
          })
        )
      )
    )

  /** Where there are several keys, an attempt is made with one of them. */
  const leasing = <A>(call: Call, state: CallState, once: Effect.Effect<A, ZhipuError>): Effect.Effect<A, ZhipuError> =>
    auth.keys === undefined
      ? once
      : auth.keys.withKey(call.model, (key) => {
          state.key = key
          return once
        })

  /** A key that is refused for its own sake is left for another one at once; that is no retry of the policy. */
  const rotating = <A>(
    state: CallState,
    once: Effect.Effect<A, ZhipuError>,
    mayResend: () => boolean
  ): Effect.Effect<A, ZhipuError> => {
    const { keys } = auth
    if (keys === undefined) return once
    return Effect.suspend(() => {
      let left = 0
      const next: Effect.Effect<A, ZhipuError> = Effect.catchAll(
        Effect.suspend(() => {
          state.key = undefined
          return once
        }),
        (error) => {
          // Without a key nothing was sent: all of them rest.
          if (state.key === undefined || !keys.blames(error) || left >= state.key.of || !mayResend()) {
            return Effect.fail(error)
          }
          left++
          return next
        }
      )
      return next
    })
  }

  /** A token that the service calls expired is signed anew, once a call. */
  const renewing = <A>(state: CallState, once: Effect.Effect<A, ZhipuError>): Effect.Effect<A, ZhipuError> =>
    Effect.catchTag(once, "AuthenticationError", (error) => {
      if (error.code !== "1003" || state.renewed || state.committed) return Effect.fail(error)
      state.renewed = true
      return Effect.flatMap(auth.renew, (worthwhile) => (worthwhile ? once : Effect.fail(error)))
    })

  const withTotal = <A>(state: CallState, effect: Effect.Effect<A, ZhipuError>): Effect.Effect<A, ZhipuError> => {
    const limit = Duration.toMillis(config.deadlines.total)
    if (!Number.isFinite(limit)) return effect
    const { clock } = state
    const startedAt = clock.unsafeCurrentTimeMillis()
    const guard: Effect.Effect<never, ZhipuError> = Effect.suspend(() => {
      const left = limit - (clock.unsafeCurrentTimeMillis() - startedAt - pausedFor(state))
      if (left <= 0) return Watch.exceeded("total", config.deadlines.total)
      return Effect.zipRight(clock.sleep(Duration.millis(left)), guard)
    })
    return Watch.guarded(effect, guard, identity)
  }

  /** `Effect.retry` prepares its schedule; most calls never fail. */
  const retrying = <A>(
    once: Effect.Effect<A, ZhipuError>,
    mayRetry: (error: ZhipuError) => boolean
  ): Effect.Effect<A, ZhipuError> =>
    Effect.catchAll(once, (error) => {
      if (!mayRetry(error)) return Effect.fail(error)
      let replayed = false
      const again = Effect.suspend(() => {
        if (replayed) return once
        replayed = true
        return Effect.fail(error)
      })
      return Effect.retry(again, { schedule: config.retry, while: mayRetry })
    })

  const costOf = (model: string | undefined, usage: Usage | undefined): Price.Cost | undefined =>
    model === undefined || usage === undefined
      ? undefined
      : Option.getOrUndefined(Option.map(Price.find(prices, model, region), Price.cost(usage)))

  /** What is known of a call that has ended goes to its span, and to whoever listens. */
  const conclude = (call: Call, state: CallState, exit: Exit.Exit<unknown, ZhipuError>): Effect.Effect<void> =>
    Effect.suspend(() => {
      const end = endOf(state, exit, (usage) => costOf(call.model, usage))
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
      const state: CallState = {
        clock,
        startedAt,
        startedNanos: announced === undefined ? undefined : clock.unsafeCurrentTimeNanos(),
        listeners: announced?.({ operation, model, stream, serverAddress: server.hostname, serverPort, startedAt }),
        queuedMillis: 0,
        queuedAt: undefined,
        firstChunkMillis: undefined,
        requestId: undefined,
        answer: undefined,
        attempts: 0,
        key: undefined,
        committed: false,
        renewed: false,
        pausedMillis: 0,
        pausedAt: undefined
      }
      return Effect.flatMap(encode(call.body), (json) => {
        const body = new TextEncoder().encode(json)
        const permitted = limits.withPermit(model)(leasing(call, state, attempt(call, body, state, use)))
        const mayResend = (): boolean =>
          !state.committed &&
          // The service refuses a second request with the same id (1231).
          call.body["request_id"] === undefined &&
          body.length * state.attempts <= config.maxResentBytes
        const renewed = renewing(
          state,
          Effect.suspend(() => {
            state.queuedAt = clock.unsafeCurrentTimeMillis()
            return permitted
          })
        )
        const once = rotating(state, renewed, mayResend)
        return withTotal(
          state,
          retrying(once, (error) => error.isRetryable && mayResend())
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
          const document = parse(text)
          const error = fromJson(document)
          if (error !== undefined) {
            return Effect.fail(
              classify({
                status: response.status,
                body: redacted(error, redact),
                requestId,
                resetZone: config.resetZone
              })
            )
          }
          if (Predicate.isRecord(document)) {
            exchange.answer(() => responseOfDocument(document, requestId))
            return decode(document, requestId)
          }
          return connection.unreadable(response, requestId, text, redact)
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

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
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
