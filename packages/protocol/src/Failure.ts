/**
 * What can go wrong with a call, as plain data, and what follows from it.
 *
 * Out of quota, out of balance, overloaded, refused by moderation, cut, corrupt and too slow are different failures, though
 * the service tells several of them by the same HTTP status: its business code decides.
 *
 * @since 0.1.0
 */
import type { ChatCompletion } from "./internal/documents/completion.js"
import * as internal from "./internal/failures/classify.js"
import { fromText } from "./internal/failures/errorBody.js"
import type { Failure } from "./internal/failures/failure.js"
import { retryAfter } from "./internal/failures/retryAfter.js"
import { isRetryable } from "./internal/policy/retry.js"

export type {
  AccountFailure,
  AuthenticationFailure,
  Common,
  ConnectionFailure,
  ContentFilteredFailure,
  ContextLengthFailure,
  CorruptReason,
  CorruptStreamFailure,
  DeadlineExceededFailure,
  DeadlinePhase,
  Failure,
  FailureTag,
  InsufficientBalanceFailure,
  InvalidRequestFailure,
  ModelNotFoundFailure,
  OverloadedFailure,
  PermissionFailure,
  QueueFullFailure,
  QuotaExceededFailure,
  RateLimitFailure,
  RequestEncodeFailure,
  ServerFailure,
  StreamTruncatedFailure,
  TaskFailedFailure
} from "./internal/failures/failure.js"
export { type Fault, isJudged, judge, type Judgement } from "./internal/policy/judge.js"
export { isRetryable, type Judged, type Retry } from "./internal/policy/retry.js"

/**
 * A failure as an error to throw. Its `name` is the tag of the failure.
 *
 * @since 0.1.0
 * @category errors
 */
export class FailureError extends Error {
  readonly failure: Failure
  /** What a stream had delivered before it failed. A tool call with `incomplete: true` must not be run. */
  declare readonly partial: ChatCompletion | undefined

  constructor(
    failure: Failure,
    options: { readonly partial?: ChatCompletion | undefined; readonly cause?: unknown } = {}
  ) {
    super(failure.message, options)
    this.name = failure._tag
    this.failure = failure
    // Not enumerable, so that whoever logs the error does not log the answer.
    Object.defineProperty(this, "partial", { value: options.partial })
  }

  /** Whether asking again may help. */
  get isRetryable(): boolean {
    return isRetryable(this.failure)
  }
}

/**
 * What a response of the service that is no success means.
 *
 * @since 0.1.0
 * @category constructors
 */
export const classify = (response: {
  readonly status: number
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The body. */
  readonly text: string
  /** The zone of reset times in messages. Default `+08:00`. */
  readonly resetZone?: string | undefined
  /** Takes secrets out of the message, which may repeat them. */
  readonly redact?: ((text: string) => string) | undefined
  /** Milliseconds since 1970. Default: now. */
  readonly now?: number | undefined
}): Failure => {
  const { headers, now = Date.now(), redact = (text) => text, resetZone = "+08:00", status, text } = response
  return internal.classify({
    status,
    // Once more where it was parsed: before, escapes may have hidden a key.
    body: fromText(redact(text)),
    redact,
    retryAfterMillis: retryAfter(headers, now),
    requestId: headers["x-request-id"],
    resetZone,
    clockSkewMillis: Date.parse(headers["date"] ?? "") - now
  })
}
