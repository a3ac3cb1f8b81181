// Generated from packages/client/src/internal/call/attempt.ts by scripts/effect4: change that file.
/** One attempt of a call: one request, its response, and the deadlines around it. */
import { classify } from "@effect-zhipu/protocol/internal/failures/classify"
import { fromText } from "@effect-zhipu/protocol/internal/failures/errorBody"
import { retryAfter } from "@effect-zhipu/protocol/internal/failures/retryAfter"
import { redactor } from "@effect-zhipu/protocol/internal/text/redaction"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { constTrue } from "effect/Function"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Headers from "effect/http/Headers"
import * as HttpClient from "effect/http/HttpClient"
import type * as HttpClientError from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import type { AuthenticationError, ZhipuError } from "../../ZhipuError.js"
import { readText } from "../body/readText.js"
import * as transport from "../body/transportError.js"
import * as elapsed from "../elapsed.js"
import { labelOf } from "../keys/label.js"
import type { Authorizer } from "../keys/lease.js"
import type { Key } from "../keys/poolDescription.js"
import { isTraced, withPlainErrors } from "../telemetry/traced.js"
import { toError } from "../toError.js"
import { type CallState, commit, leaveQueue, pausedFor, tellFailure } from "./callState.js"
import * as Watch from "./deadlineWatch.js"
import { withoutSecrets } from "./errorDetails.js"
import type { Call, Exchange } from "./exchange.js"
import * as Exchanges from "./exchange.js"
import { told } from "./onlooker.js"
import type { Payload } from "./payload.js"
import { readable, redactorOf } from "./responseHeaders.js"
import type { Settings, Terms } from "./settings.js"

/** An error body is read up to here, so that the connection can be used again. */
const maxErrorBytes = 64 * 1024

/**
 * Some proxies hold a stream back until they have enough to pack, which takes the events their time and the deadlines
 * their meaning. A browser sends what it likes.
 */
const unpacked = { "accept-encoding": "identity" }

/** What an error says is not waited for longer than that; its status is told already. */
const errorBodyWithin = Duration.seconds(10)

/**
 * Headers that platform's span of a request does not show: all but these, since the configuration may hold keys of a gateway
 * under any name, and a gateway may repeat them in whatever it answers, a content type included.
 */
const hiddenHeaders = /^(?!(accept|accept-language|content-length|traceparent|b3)$)/i

const withHiddenHeaders = <R>(context: Context.Context<R>): Context.Context<R> =>
  Context.add(context, Headers.CurrentRedactedNames, [
    ...Context.get(context, Headers.CurrentRedactedNames),
    hiddenHeaders
  ])

/** @internal */
export type Attempt = <A>(
  call: Call,
  payload: Payload,
  state: CallState,
  terms: Terms,
  use: (exchange: Exchange) => Effect.Effect<A, ZhipuError, Scope.Scope>
) => Effect.Effect<A, ZhipuError>

/** What proves who asks, what takes it out of texts that may repeat it, and what it is called. */
type Credentials = Pick<Key, "authorization" | "redact" | "label">

const accepted: Record<NonNullable<Call["expects"]>, string> = {
  events: "text/event-stream, application/json",
  document: "application/json",
  bytes: "*/*",
  nothing: "application/json"
}

/** @internal */
export const make = (
  config: Settings,
  http: HttpClient.HttpClient,
  fetchOptions: Option.Option<RequestInit>
): Attempt => {
  const client = config.transformClient(http)
  // A redirected POST becomes a GET that carries the key to wherever the redirect points.
  const noRedirects: RequestInit = { ...Option.getOrUndefined(fetchOptions), redirect: "manual" }

  const send = (
    call: Call,
    payload: Payload,
    headers: Terms["headers"],
    authorization: Redacted.Redacted
  ): Effect.Effect<HttpClientResponse.HttpClientResponse, HttpClientError.HttpClientError> =>
    client
      .execute(
        HttpClientRequest.make(call.method ?? "POST")(
          (call.root === "host" ? config.hostUrl : config.baseUrl) + call.path,
          {
            headers: {
              accept: call.accept ?? accepted[call.expects ?? "document"],
              ...(call.expects === "events" ? unpacked : {}),
              ...headers,
              ...call.headers,
              authorization: Redacted.value(authorization)
            },
            urlParams: call.urlParams
          }
        ).pipe(HttpClientRequest.setBody(payload.body))
      )
      .pipe(
        // Where the caller's client refuses statuses, the body still says more than the status.
        Effect.catch((error) =>
          error.reason._tag === "StatusCodeError" ? Effect.succeed(error.reason.response) : Effect.fail(error)
        )
      )

  /** What an attempt needs around it, set at once: each service or FiberRef set by an Effect costs as much as a fiber. */
  const around =
    (scope: Scope.Scope) =>
    (context: Context.Context<never>): Context.Context<Scope.Scope> =>
      context.pipe(
        Context.add(HttpClient.TracerPropagationEnabled, config.propagateTrace),
        // A span of the request, below that of the call, costs a tenth of a call; without a tracer nobody sees it.
        config.propagateTrace || isTraced(context)
          ? (all) => withHiddenHeaders(isTraced(all) ? withPlainErrors(all) : all)
          : Context.add(HttpClient.TracerDisabledWhen, constTrue),
        Context.add(FetchHttpClient.RequestInit, noRedirects),
        Context.add(Scope.Scope, scope)
      )

  /** The credentials of a client with one key. */
  const credentials = ({
    authorization,
    signedWith = hiddenKey
  }: Authorizer): Effect.Effect<Credentials, AuthenticationError> =>
    Effect.flatMap(authorization, (authorization) => {
      // Without the scheme, which need not be Bearer.
      const token = Redacted.value(authorization).replace(/^\S+\s+/, "")
      const redactToken = redactor(token)
      if (signedWith === undefined) return Effect.succeed({ authorization, redact: redactToken, label: labelOf(token) })
      // A token hides the key it was signed with, which a gateway may know all the same.
      return Effect.map(signedWith, (key) => {
        const secret = Redacted.value(key)
        const redactKey = redactor(secret)
        return { authorization, redact: (text: string) => redactKey(redactToken(text)), label: labelOf(secret) }
      })
    })

  const hiddenKey = config.auth === "jwt" ? config.apiKey : undefined

  const refuse = (
    response: HttpClientResponse.HttpClientResponse,
    requestId: string | undefined,
    redact: (text: string) => string,
    wallClock: Clock.Clock,
    sentBytes: number
  ): Effect.Effect<never, ZhipuError, Scope.Scope> =>
    readText(response, maxErrorBytes).pipe(
      (text) => elapsed.within(text, errorBodyWithin),
      Effect.map(Option.getOrElse(() => "")),
      Effect.orElseSucceed(() => ""),
      Effect.flatMap((text) =>
        Effect.fail(
          toError(
            classify({
              status: response.status === 0 ? 302 : response.status,
              // Once more where it was parsed: before, escapes may have hidden a key.
              body: fromText(redact(text)),
              redact,
              ...(sentBytes === 0 ? {} : { sentBytes }),
              retryAfterMillis: retryAfter(response.headers, wallClock.currentTimeMillisUnsafe()),
              requestId,
              resetZone: config.resetZone,
              clockSkewMillis: Date.parse(response.headers["date"] ?? "") - wallClock.currentTimeMillisUnsafe()
            })
          )
        )
      )
    )

  const tellResponse = (
    call: Call,
    state: CallState,
    response: HttpClientResponse.HttpClientResponse,
    redact: (text: string) => string,
    onResponse: NonNullable<Terms["onResponse"]>
  ): Effect.Effect<void> =>
    told(
      () =>
        onResponse({
          operation: call.operation,
          model: call.model,
          attempt: state.attempts,
          status: response.status,
          headers: readable(response.headers, redact),
          requestId: state.requestId
        }),
      "onResponse of a call failed."
    )

  return (call, payload, state, terms, use) =>
    Effect.suspend(() => {
      state.attempts++
      state.answer = undefined
      state.requestId = undefined
      state.response = undefined
      state.unsent = false
      leaveQueue(state)
      state.listeners?.attemptStarted(state.attempts, state.queuedMillis)
      const watch = Watch.make(state.clock, terms.deadlines)
      const isStream = call.expects === "events"
      watch.enter(isStream ? "connect" : "firstChunk")
      let afterwards: Effect.Effect<void> | undefined
      const exchange = Effect.flatMap(
        state.key === undefined ? credentials(terms.auth) : Effect.succeed(state.key),
        ({ authorization, label, redact: redactKey }: Credentials) => {
          state.keyLabel = label
          const redact = redactorOf(terms.headers, redactKey)
          return send(call, payload, terms.headers, authorization).pipe(
            Effect.matchEffect({
              onFailure: (error) => {
                state.unsent = transport.isUnsent(error)
                return Effect.fail(payload.failure() ?? transport.failed("connect", error, redact))
              },
              onSuccess: (response) => {
                const told = response.headers["x-request-id"]
                const requestId = told === undefined ? undefined : redact(told)
                state.requestId = requestId
                state.response = { headers: response.headers, redact }
                const accept = () => {
                  if (response.status < 200 || response.status >= 300) {
                    watch.enter("idle")
                    return refuse(response, requestId, redact, state.clock, payload.length)
                  }
                  watch.enter(isStream ? "firstChunk" : "idle", isStream ? watch.startedAt : undefined)
                  return use(
                    Exchanges.make({
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
                  )
                }
                return terms.onResponse === undefined
                  ? accept()
                  : Effect.andThen(
                      tellResponse(call, state, response, redact, terms.onResponse),
                      Effect.suspend(accept)
                    )
              }
            }),
            // Every error of an attempt passes here, before a log, a span or an observer gets it.
            Effect.mapError((error) => withoutSecrets(error, redact))
          )
        }
      )
      return Effect.uninterruptibleMask((restore) =>
        Effect.flatMap(Scope.make(), (scope) =>
          restore(Watch.guarded(exchange, watch.guard, around(scope))).pipe(
            Effect.onExit((exit) => {
              const close = Scope.close(scope, exit)
              if (afterwards !== undefined && Exit.isSuccess(exit)) {
                return Effect.forkDetach(Effect.ensuring(Effect.interruptible(afterwards), close))
              }
              const closed = watch.hasExceeded() ? Effect.forkDetach(close) : close
              return Exit.isFailure(exit) ? Effect.andThen(tellFailure(state, exit.cause), closed) : closed
            })
          )
        )
      )
    })
}
