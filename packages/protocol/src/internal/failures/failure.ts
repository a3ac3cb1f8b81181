/**
 * What can go wrong with a call, as plain data: an edition makes the errors of its own library of these.
 */
import type { ContentFilter } from "../documents/completion.js"

/**
 * What is known of any failure.
 *
 * @since 0.1.0
 * @category errors
 */
export interface Common {
  /** What happened, and what the reader can do. Holds no request, header or key. */
  readonly message: string
  /** The vendor's business code, for example `"1302"`, or the `finish_reason` that stands for a failure. */
  readonly code?: string | undefined
  /** The HTTP status; `200` where the failure came in the body of a success. */
  readonly status?: number | undefined
  /** The id to name when asking the vendor's support. */
  readonly requestId?: string | undefined
  /** How long the service asked to wait. */
  readonly retryAfterMillis?: number | undefined
  /** The task of the service that it happened to. */
  readonly taskId?: string | undefined
}

/**
 * The key or token was refused.
 *
 * @since 0.1.0
 * @category errors
 */
export interface AuthenticationFailure extends Common {
  readonly _tag: "AuthenticationError"
}

/**
 * The key is good, but not for this.
 *
 * @since 0.1.0
 * @category errors
 */
export interface PermissionFailure extends Common {
  readonly _tag: "PermissionError"
}

/**
 * The account or its plan is inactive, missing, locked or expired.
 *
 * @since 0.1.0
 * @category errors
 */
export interface AccountFailure extends Common {
  readonly _tag: "AccountError"
}

/**
 * The wallet is empty.
 *
 * @since 0.1.0
 * @category errors
 */
export interface InsufficientBalanceFailure extends Common {
  readonly _tag: "InsufficientBalanceError"
}

/**
 * The request cannot be served as it is. `path` points into it where the fault was found before sending.
 *
 * @since 0.1.0
 * @category errors
 */
export interface InvalidRequestFailure extends Common {
  readonly _tag: "InvalidRequestError"
  readonly path?: string | undefined
}

/**
 * The service does not know the model.
 *
 * @since 0.1.0
 * @category errors
 */
export interface ModelNotFoundFailure extends Common {
  readonly _tag: "ModelNotFoundError"
}

/**
 * The prompt is longer than the context of the model.
 *
 * @since 0.1.0
 * @category errors
 */
export interface ContextLengthFailure extends Common {
  readonly _tag: "ContextLengthError"
}

/**
 * Moderation refused the input or the output.
 *
 * @since 0.1.0
 * @category errors
 */
export interface ContentFilteredFailure extends Common {
  readonly _tag: "ContentFilteredError"
  readonly contentFilter?: ReadonlyArray<ContentFilter> | undefined
}

/**
 * Too many requests, or too many at once.
 *
 * @since 0.1.0
 * @category errors
 */
export interface RateLimitFailure extends Common {
  readonly _tag: "RateLimitError"
}

/**
 * A quota is used up. `resetAtMillis` is when it fills again, in milliseconds since 1970.
 *
 * @since 0.1.0
 * @category errors
 */
export interface QuotaExceededFailure extends Common {
  readonly _tag: "QuotaExceededError"
  readonly resetAtMillis?: number | undefined
}

/**
 * The model is overloaded.
 *
 * @since 0.1.0
 * @category errors
 */
export interface OverloadedFailure extends Common {
  readonly _tag: "OverloadedError"
}

/**
 * The service failed.
 *
 * @since 0.1.0
 * @category errors
 */
export interface ServerFailure extends Common {
  readonly _tag: "ServerError"
}

/**
 * The network failed: before a response came, while its body came, or because the client was shut down.
 *
 * @since 0.1.0
 * @category errors
 */
export interface ConnectionFailure extends Common {
  readonly _tag: "ConnectionError"
  readonly phase: "connect" | "body" | "closed"
  /** What the transport said. */
  readonly reason?: string | undefined
}

/**
 * The phases of a call that have a deadline of their own.
 *
 * @since 0.1.0
 * @category errors
 */
export type DeadlinePhase = "queue" | "connect" | "firstChunk" | "idle" | "total"

/**
 * The service was too slow in one phase.
 *
 * @since 0.1.0
 * @category errors
 */
export interface DeadlineExceededFailure extends Common {
  readonly _tag: "DeadlineExceededError"
  readonly phase: DeadlinePhase
  readonly limitMillis: number
}

/**
 * The body ended before a finish reason or `[DONE]`: what came is not the whole answer.
 *
 * @since 0.1.0
 * @category errors
 */
export interface StreamTruncatedFailure extends Common {
  readonly _tag: "StreamTruncatedError"
  readonly receivedBytes: number
  readonly receivedFrames: number
}

/**
 * Why a stream counts as corrupt.
 *
 * - `MalformedFrame`: an event that is no JSON or not a chunk
 * - `IdChanged`: a chunk of another completion in the same body
 * - `EventTooLarge`: an event over the size bound
 * - `UnexpectedContentType`: the body is not an event stream
 * - `EmptyResponse`: a success without a body
 * - `TooManyToolCalls`: more parallel calls than a model makes
 *
 * @since 0.1.0
 * @category errors
 */
export type CorruptReason =
  | "MalformedFrame"
  | "IdChanged"
  | "EventTooLarge"
  | "UnexpectedContentType"
  | "EmptyResponse"
  | "TooManyToolCalls"

/**
 * What came is not what the service sends. `frame` is the number of the event, from 0.
 *
 * @since 0.1.0
 * @category errors
 */
export interface CorruptStreamFailure extends Common {
  readonly _tag: "CorruptStreamError"
  readonly reason: CorruptReason
  /** What was wrong, without the content. */
  readonly detail?: string | undefined
  readonly frame?: number | undefined
}

/**
 * The request cannot be written as JSON. `path` says where.
 *
 * @since 0.1.0
 * @category errors
 */
export interface RequestEncodeFailure extends Common {
  readonly _tag: "RequestEncodeError"
  readonly path?: string | undefined
}

/**
 * The client's own queue is full: nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export interface QueueFullFailure extends Common {
  readonly _tag: "QueueFullError"
  readonly maxQueue: number
}

/**
 * A task of the service (a video, a batch) ended without a result, and told no reason that has a code.
 *
 * @since 0.1.0
 * @category errors
 */
export interface TaskFailedFailure extends Common {
  readonly _tag: "TaskFailedError"
  readonly taskId: string
  /** What was to come of it: `video`, `batch` … */
  readonly kind: string
  /** The state it ended in, in the words of the service. */
  readonly state: string
}

/**
 * Any failure of a call.
 *
 * @since 0.1.0
 * @category errors
 */
export type Failure =
  | AuthenticationFailure
  | PermissionFailure
  | AccountFailure
  | InsufficientBalanceFailure
  | InvalidRequestFailure
  | ModelNotFoundFailure
  | ContextLengthFailure
  | ContentFilteredFailure
  | RateLimitFailure
  | QuotaExceededFailure
  | OverloadedFailure
  | ServerFailure
  | ConnectionFailure
  | DeadlineExceededFailure
  | StreamTruncatedFailure
  | CorruptStreamFailure
  | RequestEncodeFailure
  | QueueFullFailure
  | TaskFailedFailure

/**
 * The names of failures, which are those of the errors made of them.
 *
 * @since 0.1.0
 * @category errors
 */
export type FailureTag = Failure["_tag"]
