// Generated from packages/client/src/internal/call/run.ts by scripts/effect4: change that file.
/** One call from its beginning to its end: what is sent, what is sent again, what is told of it. */
import { wasRefused } from "@effect-zhipu/protocol/internal/policy/retry"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import { constVoid, identity } from "effect/Function"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type { Usage } from "../../ChatCompletion.js"
import * as Price from "../../Price.js"
import * as Region from "../../Region.js"
import type { ConnectionError, DeadlineExceededError, QueueFullError, ZhipuError } from "../../ZhipuError.js"
import * as elapsed from "../elapsed.js"
import type { Authorizer } from "../keys/lease.js"
import * as names from "../telemetry/attributeNames.js"
import { attributes, endAttributes, provider } from "../telemetry/names.js"
import { isTraced } from "../telemetry/traced.js"
import type { Attempt } from "./attempt.js"
import * as CallState from "./callState.js"
import { Own } from "./currentOptions.js"
import * as Watch from "./deadlineWatch.js"
import { withAttempts } from "./errorDetails.js"
import type { Call, Exchange } from "./exchange.js"
import type { Announce } from "./observers.js"
import * as Payload from "./payload.js"
import * as resend from "./resend.js"
import { readable } from "./responseHeaders.js"
import type { Settings, Terms } from "./settings.js"

/** @internal */
export type Execute = <A>(
  call: Call,
  use: (exchange: Exchange) => Effect.Effect<A, ZhipuError, Scope.Scope>
) => Effect.Effect<A, ZhipuError>

/** What a client is made of. @internal */
export interface Parts {
  readonly config: Settings
  readonly auth: Authorizer
  readonly limits: {
    readonly withPermit: (
      model: string | undefined,
      patience?: Duration.Duration
    ) => <A, E, R>(
      effect: Effect.Effect<A, E, R>
    ) => Effect.Effect<A, E | QueueFullError | DeadlineExceededError | ConnectionError, R>
  }
  readonly attempt: Attempt
  readonly announced: Announce | undefined
  readonly prices: ReadonlyArray<Price.Price>
}

/** @internal */
export const make = ({ announced, attempt, auth, config, limits, prices }: Parts): Execute => {
  const server = new URL(config.baseUrl)
  const serverPort = Number(server.port === "" ? (server.protocol === "http:" ? 80 : 443) : server.port)
  const region = Region.of(server.hostname)
  const usual: Terms = {
    auth,
    deadlines: config.deadlines,
    queue: undefined,
    headers: config.headers,
    retry: config.retry,
    requestId: undefined,
    onResponse: undefined
  }

  const costOf = (model: string | undefined, usage: Usage | undefined): Price.Cost | undefined =>
    model === undefined || usage === undefined
      ? undefined
      : Option.getOrUndefined(Option.map(Price.find(prices, model, region), Price.cost(usage)))

  /** What is known of a call that has ended goes to its span, and to whoever listens. */
  const conclude = (
    call: Call,
    state: CallState.CallState,
    exit: Exit.Exit<unknown, ZhipuError>,
    isSeen: boolean
  ): Effect.Effect<void> =>
    Effect.suspend(() => {
      const end = CallState.endOf(state, exit, (usage) => costOf(call.model, usage))
      const told = state.listeners === undefined ? Effect.void : state.listeners.ended(end)
      if (!isSeen) return told
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
      return Effect.andThen(annotated, told)
    })

  const sending = <A>(
    call: Call,
    state: CallState.CallState,
    terms: Terms,
    use: (exchange: Exchange) => Effect.Effect<A, ZhipuError, Scope.Scope>
  ): Effect.Effect<A, ZhipuError> =>
    Effect.flatMap(Effect.fromResult(Payload.make(call, terms.requestId)), (payload) => {
      const { auth } = terms
      const mayResend: resend.MayResend = (error) =>
        !state.committed &&
        payload.resendable &&
        payload.length * state.attempts <= config.maxResentBytes &&
        (call.creates !== true || config.retryCreates === "always" || state.unsent || wasRefused(error))
      const permitted = limits.withPermit(
        call.model,
        terms.queue
      )(resend.leasing(auth, call, state, attempt(call, payload, state, terms, use)))
      const renewed = resend.renewing(
        auth,
        state,
        Effect.suspend(() => {
          state.queuedAt = state.now()
          state.key = undefined
          return permitted
        }),
        mayResend
      )
      const once = resend.rotating(auth, state, renewed, mayResend)
      return withTotal(
        state,
        terms.deadlines.total,
        resend.retrying(terms.retry, once, (error) => error.isRetryable && mayResend(error))
      )
    })

  return (call, use) =>
    Effect.withFiber((fiber) => {
      const services = fiber.context
      const clock = Context.get(fiber.context, Clock.Clock)
      const own = Context.get(fiber.context, Own)
      const startedAt = clock.currentTimeMillisUnsafe()
      const { model, operation } = call
      const stream = call.expects === "events"
      const listeners = announced?.({ operation, model, stream, serverAddress: server.hostname, serverPort, startedAt })
      const state = CallState.make(clock, listeners)
      const called = Effect.mapError(
        own === undefined
          ? sending(call, state, usual, use)
          : Effect.flatMap(own.terms(usual, config), (terms) => sending(call, state, terms, use)),
        (error) => {
          if (state.attempts === 0) return error
          const { response } = state
          return withAttempts(error, state.attempts, response && readable(response.headers, response.redact))
        }
      )
      // A span that nobody sees, and what would be written to it, cost a tenth of a call.
      const isSeen = config.propagateTrace || isTraced(services)
      if (!isSeen && listeners === undefined) return called
      const concluded = Effect.onExit(called, (exit) => conclude(call, state, exit, isSeen))
      if (!isSeen) return concluded
      return concluded.pipe(
        Effect.withSpan(
          model === undefined ? operation : `${operation} ${model}`,
          {
            kind: "client",
            attributes: attributes({
              [names.operation]: operation,
              [names.provider]: provider,
              [names.requestModel]: model,
              [names.requestStream]: stream,
              [names.serverAddress]: server.hostname,
              [names.serverPort]: serverPort,
              ...call.attributes
            })
          },
          { captureStackTrace: false }
        )
      )
    })
}

/** The deadline of all attempts together, which does not run while the call waits for its consumer. */
const withTotal = <A>(
  state: CallState.CallState,
  total: Duration.Duration,
  effect: Effect.Effect<A, ZhipuError>
): Effect.Effect<A, ZhipuError> => {
  const limit = Duration.toMillis(total)
  if (!Number.isFinite(limit)) return effect
  let startedAt = state.now()
  const guard = elapsed.guard(state.clock, {
    left: () => limit - (state.now() - startedAt - CallState.pausedFor(state)),
    longestSleep: limit,
    progress: constVoid,
    suspended: (millis) => {
      startedAt -= millis
    },
    over: () => Watch.exceeded("total", total)
  })
  return Watch.guarded(effect, guard, identity)
}
