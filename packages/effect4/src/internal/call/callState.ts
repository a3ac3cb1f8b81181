// Generated from packages/client/src/internal/call/callState.ts by scripts/effect4: change that file.
/** What a call goes through, from the wait for its permit to its end: for retries, deadlines and telemetry. */
import { redactedWithin } from "@effect-zhipu/protocol/internal/text/redaction"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { CallEnd, CallResponse } from "../../CallObserver.js"
import type { Usage } from "../../ChatCompletion.js"
import type * as Price from "../../Price.js"
import type { ZhipuError } from "../../ZhipuError.js"
import * as elapsed from "../elapsed.js"
import type { Key } from "../keys/poolDescription.js"
import * as names from "../telemetry/attributeNames.js"
import { attemptFailed, attributes } from "../telemetry/names.js"
import type { Listeners } from "./observers.js"

/** What one call has gone through. @internal */
export interface CallState {
  readonly clock: Clock.Clock
  /** Milliseconds since some moment, as those below. */
  readonly now: () => number
  readonly startedAt: number
  /** Nobody, mostly. */
  readonly listeners: Listeners | undefined
  queuedMillis: number
  /** Since when the attempt that comes waits for its permit. */
  queuedAt: number | undefined
  firstChunkMillis: number | undefined
  requestId: string | undefined
  /** Of the current attempt. */
  response:
    | { readonly headers: Readonly<Record<string, string>>; readonly redact: (text: string) => string }
    | undefined
  /** The current attempt came to nothing before a request went out. */
  unsent: boolean
  answer: (() => CallResponse) | undefined
  attempts: number
  /** The key of several that the current attempt has leased. */
  key: Key | undefined
  /** What the key of the current attempt is called. */
  keyLabel: string | undefined
  committed: boolean
  renewed: boolean
  pausedMillis: number
  /** When the pause that is going on began. */
  pausedAt: number | undefined
}

/** @internal */
export const make = (clock: Clock.Clock, listeners: Listeners | undefined): CallState => {
  const now = elapsed.nowOf(clock)
  return { ...initial, clock, now, startedAt: now(), listeners }
}

const initial = {
  queuedMillis: 0,
  queuedAt: undefined,
  firstChunkMillis: undefined,
  requestId: undefined,
  response: undefined,
  unsent: false,
  answer: undefined,
  attempts: 0,
  key: undefined,
  keyLabel: undefined,
  committed: false,
  renewed: false,
  pausedMillis: 0,
  pausedAt: undefined
}

/** @internal */
export const pausedFor = (state: CallState): number =>
  state.pausedMillis + (state.pausedAt === undefined ? 0 : state.now() - state.pausedAt)

/** Ends a wait for a permit; the call may have ended while it waited. @internal */
export const leaveQueue = (state: CallState): void => {
  if (state.queuedAt === undefined) return
  state.queuedMillis += state.now() - state.queuedAt
  state.queuedAt = undefined
}

/** Once a network read, and at once over where nobody listens. @internal */
export const commit = (state: CallState, events: number): void => {
  if (!state.committed) {
    state.committed = true
    state.firstChunkMillis = state.now() - state.startedAt
  }
  state.listeners?.events(events, state.now() - state.startedAt - pausedFor(state))
}

/** An attempt that failed, as an event of the span of its call. @internal */
export const tellFailure = (state: CallState, cause: Cause.Cause<ZhipuError>): Effect.Effect<void> => {
  const failure = Cause.findErrorOption(cause)
  if (Option.isNone(failure)) return Effect.void
  const error = failure.value
  const attempt = state.attempts
  const elapsedMillis = state.now() - state.startedAt
  state.listeners?.attemptFailed({ attempt, error, elapsedMillis })
  return Effect.ignore(
    Effect.map(Effect.currentSpan, (span) =>
      span.event(
        attemptFailed,
        state.clock.currentTimeNanosUnsafe(),
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

/** What the service said of its answer goes to spans, metrics and logs, and may repeat a key like anything else. */
const answerOf = ({ answer, response }: CallState): CallResponse | undefined => {
  const told = answer?.()
  if (told === undefined || response === undefined) return told
  // Numbers hold no key.
  const { usage, ...texts } = told
  return { ...redactedWithin(texts, response.redact), usage }
}

/** What is known of a call that has ended. @internal */
export const endOf = (
  state: CallState,
  exit: Exit.Exit<unknown, ZhipuError>,
  prices: (usage: Usage | undefined) => Price.Cost | undefined
): CallEnd => {
  const interrupted = Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
  const error = Exit.isFailure(exit) ? Option.getOrUndefined(Cause.findErrorOption(exit.cause)) : undefined
  const answer = answerOf(state)
  leaveQueue(state)
  return {
    outcome: Exit.isSuccess(exit) ? "success" : interrupted ? "interrupted" : "failure",
    error,
    errorType: Exit.isSuccess(exit) || interrupted ? undefined : (error?._tag ?? "Defect"),
    attempts: state.attempts,
    durationMillis: state.now() - state.startedAt,
    queuedMillis: state.queuedMillis,
    pausedMillis: pausedFor(state),
    firstChunkMillis: state.firstChunkMillis,
    responseId: answer?.responseId,
    responseModel: answer?.responseModel,
    finishReasons: answer?.finishReasons ?? [],
    usage: answer?.usage,
    requestId: answer?.requestId ?? error?.requestId ?? state.requestId,
    cost: prices(answer?.usage),
    key: state.keyLabel
  }
}
