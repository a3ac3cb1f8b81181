// Generated from packages/client/src/ZhipuError.ts by scripts/effect4: change that file.
/**
 * Everything that can go wrong, as a union of tagged errors.
 *
 * Each error is a `Schema.TaggedError`, so it can cross a process border; each says in its message what the
 * reader can do, carries the business `code`, the HTTP `status`, the `requestId` and the delay the service asked for
 * (`retryAfter`) where they are known, and never holds the request, a header or a key.
 *
 * @since 0.1.0
 */
import { isRetryable } from "@effect-zhipu/protocol/internal/policy/retry"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { ChatCompletion, ContentFilter } from "./ChatCompletion.js"

/** Looked at when an error is read or written as a document: all of it for each of the errors would cost a start some ms. */
const Answer = Schema.suspend((): typeof ChatCompletion => ChatCompletion).annotate({ identifier: "ChatCompletion" })

const common = {
  message: Schema.String,
  /** The vendor's business code, for example `"1302"`, or the `finish_reason` that stands for a failure. */
  code: Schema.optional(Schema.String),
  /** The HTTP status. `200` where the error came in the body of a success. */
  status: Schema.optional(Schema.Number),
  /** The id to name when asking the vendor's support. */
  requestId: Schema.optional(Schema.String),
  /** How long the service asked to wait. */
  retryAfter: Schema.optional(Schema.DurationFromMillis),
  /** How many requests were sent before this error was given back; absent where none was. */
  attempts: Schema.optional(Schema.Number),
  /** The task of the service (a video, a batch) that it happened to: the task goes on, and can be asked for by this id. */
  taskId: Schema.optional(Schema.String),
  /**
   * What a stream had delivered before it failed: a choice without `finish_reason` did not end, and a tool call with
   * `incomplete: true` must not be run. It is not enumerable, so that logging the error does not print the answer.
   */
  partial: Schema.optional(Answer),
  /**
   * The headers of the response that told it, by their names in lower case: what a gateway says of its limits, for example.
   * Without cookies, and without a key that one repeats. Not enumerable either.
   */
  headers: Schema.optional(Schema.Record(Schema.String, Schema.String))
} as const

/**
 * The key or token was refused: codes 1000 to 1005, HTTP 401. Check the key, and that it belongs to the host.
 *
 * @since 0.1.0
 * @category errors
 */
export class AuthenticationError extends Schema.TaggedError<AuthenticationError>(
  "@effect-zhipu/effect4/AuthenticationError"
)("AuthenticationError", common) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * The key is good but not for this: codes 1220, 1311, 1315, HTTP 403 and 434.
 *
 * @since 0.1.0
 * @category errors
 */
export class PermissionError extends Schema.TaggedError<PermissionError>("@effect-zhipu/effect4/PermissionError")(
  "PermissionError",
  common
) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * The account or its plan is inactive, missing, locked or expired: codes 1100 to 1121, 1309, 1314. Retryable
 * only for 1120 (temporarily unreachable).
 *
 * @since 0.1.0
 * @category errors
 */
export class AccountError extends Schema.TaggedError<AccountError>("@effect-zhipu/effect4/AccountError")(
  "AccountError",
  common
) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * The wallet is empty: code 1113, which comes as HTTP 429. Never retried.
 *
 * @since 0.1.0
 * @category errors
 */
export class InsufficientBalanceError extends Schema.TaggedError<InsufficientBalanceError>(
  "@effect-zhipu/effect4/InsufficientBalanceError"
)("InsufficientBalanceError", common) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * The request cannot be served as it is: codes 1210 to 1215, 1221, 1222, 1231, other 4xx, a redirect. `path` points
 * into the request where the client found the fault itself.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidRequestError extends Schema.TaggedError<InvalidRequestError>(
  "@effect-zhipu/effect4/InvalidRequestError"
)("InvalidRequestError", { ...common, path: Schema.optional(Schema.String) }) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * The service does not know the model: code 1211.
 *
 * @since 0.1.0
 * @category errors
 */
export class ModelNotFoundError extends Schema.TaggedError<ModelNotFoundError>(
  "@effect-zhipu/effect4/ModelNotFoundError"
)("ModelNotFoundError", common) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * The prompt is longer than the context of the model: code 1261.
 *
 * @since 0.1.0
 * @category errors
 */
export class ContextLengthError extends Schema.TaggedError<ContextLengthError>(
  "@effect-zhipu/effect4/ContextLengthError"
)("ContextLengthError", common) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * Moderation refused the input or the output: codes 1300 and 1301. `contentFilter` tells whose turn and how bad
 * (level 0 is the worst).
 *
 * @since 0.1.0
 * @category errors
 */
export class ContentFilteredError extends Schema.TaggedError<ContentFilteredError>(
  "@effect-zhipu/effect4/ContentFilteredError"
)("ContentFilteredError", { ...common, contentFilter: Schema.optional(Schema.Array(ContentFilter)) }) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * Too many requests, or too many at once, for the account: codes 1302 and 1303. Passes within seconds.
 *
 * @since 0.1.0
 * @category errors
 */
export class RateLimitError extends Schema.TaggedError<RateLimitError>("@effect-zhipu/effect4/RateLimitError")(
  "RateLimitError",
  common
) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * A quota is used up: codes 1304, 1308, 1310, 1313, 1316 to 1321. `resetAt` is when it fills again, where the
 * message of the service tells it. Never retried.
 *
 * @since 0.1.0
 * @category errors
 */
export class QuotaExceededError extends Schema.TaggedError<QuotaExceededError>(
  "@effect-zhipu/effect4/QuotaExceededError"
)("QuotaExceededError", { ...common, resetAt: Schema.optional(Schema.DateTimeUtcFromString) }) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * The model is overloaded: code 1305, HTTP 503 and 529. Can last tens of minutes, and is per model.
 *
 * @since 0.1.0
 * @category errors
 */
export class OverloadedError extends Schema.TaggedError<OverloadedError>("@effect-zhipu/effect4/OverloadedError")(
  "OverloadedError",
  common
) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * The service failed: codes 500, 1200, 1230, 1234, other HTTP 5xx, and `finish_reason: "network_error"`.
 *
 * @since 0.1.0
 * @category errors
 */
export class ServerError extends Schema.TaggedError<ServerError>("@effect-zhipu/effect4/ServerError")(
  "ServerError",
  common
) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * The network failed. `phase` is `connect` (no response came), `body` (it broke off) or `closed` (the client was
 * shut down while the call ran); `reason` is what the transport said.
 *
 * @since 0.1.0
 * @category errors
 */
export class ConnectionError extends Schema.TaggedError<ConnectionError>("@effect-zhipu/effect4/ConnectionError")(
  "ConnectionError",
  { ...common, phase: Schema.Literals(["connect", "body", "closed"]), reason: Schema.optional(Schema.String) }
) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * The phases of a call that have a deadline of their own.
 *
 * @since 0.1.0
 * @category models
 */
export const DeadlinePhase = Schema.Literals(["queue", "connect", "firstChunk", "idle", "total"])

/**
 * @since 0.1.0
 * @category models
 */
export type DeadlinePhase = typeof DeadlinePhase.Type

/**
 * The service was too slow in one phase. Only `connect` is retryable: in the others the request was already being
 * worked on, and sending it again costs tokens again.
 *
 * @since 0.1.0
 * @category errors
 */
export class DeadlineExceededError extends Schema.TaggedError<DeadlineExceededError>(
  "@effect-zhipu/effect4/DeadlineExceededError"
)("DeadlineExceededError", { ...common, phase: DeadlinePhase, limit: Schema.DurationFromMillis }) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * The body ended before a finish reason or `[DONE]`: what came is not the whole answer. `partial` holds it.
 *
 * @since 0.1.0
 * @category errors
 */
export class StreamTruncatedError extends Schema.TaggedError<StreamTruncatedError>(
  "@effect-zhipu/effect4/StreamTruncatedError"
)("StreamTruncatedError", { ...common, receivedBytes: Schema.Number, receivedFrames: Schema.Number }) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
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
 * @category models
 */
export const CorruptReason = Schema.Literals([
  "MalformedFrame",
  "IdChanged",
  "EventTooLarge",
  "UnexpectedContentType",
  "EmptyResponse",
  "TooManyToolCalls"
])

/**
 * @since 0.1.0
 * @category models
 */
export type CorruptReason = typeof CorruptReason.Type

/**
 * What came is not what the protocol says. `frame` is the number of the event, from 0; `detail` says what was wrong
 * with it, without its content.
 *
 * @since 0.1.0
 * @category errors
 */
export class CorruptStreamError extends Schema.TaggedError<CorruptStreamError>(
  "@effect-zhipu/effect4/CorruptStreamError"
)("CorruptStreamError", {
  ...common,
  reason: CorruptReason,
  detail: Schema.optional(Schema.String),
  frame: Schema.optional(Schema.Number)
}) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * The request cannot be written as JSON: a cycle, a bigint, a number that is not finite, a lone surrogate. `path`
 * says where.
 *
 * @since 0.1.0
 * @category errors
 */
export class RequestEncodeError extends Schema.TaggedError<RequestEncodeError>(
  "@effect-zhipu/effect4/RequestEncodeError"
)("RequestEncodeError", { ...common, path: Schema.optional(Schema.String) }) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * The client's own queue is full: as many calls wait for a permit as `maxQueue` allows. Nothing was sent.
 *
 * @since 0.1.0
 * @category errors
 */
export class QueueFullError extends Schema.TaggedError<QueueFullError>("@effect-zhipu/effect4/QueueFullError")(
  "QueueFullError",
  { ...common, maxQueue: Schema.Number }
) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * A task of the service (a video, a batch, an answer that is waited for) ended without a result, and told no reason that has a
 * code. `kind` is what was to come of it, `state` what the service calls its end. It is not retryable: asking again makes
 * another task, which is paid for again.
 *
 * @since 0.1.0
 * @category errors
 */
export class TaskFailedError extends Schema.TaggedError<TaskFailedError>("@effect-zhipu/effect4/TaskFailedError")(
  "TaskFailedError",
  { ...common, taskId: Schema.String, kind: Schema.String, state: Schema.String }
) {
  get isRetryable(): boolean {
    return isRetryable(this)
  }
}

/**
 * The union of all errors of a call, as a Schema.
 *
 * @since 0.1.0
 * @category errors
 */
export const ZhipuError = /* @__PURE__ */ Schema.Union([
  AuthenticationError,
  PermissionError,
  AccountError,
  InsufficientBalanceError,
  InvalidRequestError,
  ModelNotFoundError,
  ContextLengthError,
  ContentFilteredError,
  RateLimitError,
  QuotaExceededError,
  OverloadedError,
  ServerError,
  ConnectionError,
  DeadlineExceededError,
  StreamTruncatedError,
  CorruptStreamError,
  RequestEncodeError,
  QueueFullError,
  TaskFailedError
])

/**
 * @since 0.1.0
 * @category errors
 */
export type ZhipuError = typeof ZhipuError.Type

/**
 * Whether a value is an error of this client.
 *
 * @example
 * ```ts
 * import { ZhipuError } from "@effect-zhipu/effect4"
 *
 * export const shouldShow = (u: unknown) => ZhipuError.isZhipuError(u) && !u.isRetryable
 * ```
 *
 * @since 0.1.0
 * @category guards
 */
export const isZhipuError: (u: unknown) => u is ZhipuError = /* @__PURE__ */ Schema.is(ZhipuError)

/**
 * The error of this client that a value is, or that `Effect.runPromise` rejected with: Effect wraps failures for that, so
 * that the `_tag` of what a `catch` gets is hidden.
 *
 * @example
 * ```ts
 * import { Message, type Zhipu, ZhipuChat, ZhipuError } from "@effect-zhipu/effect4"
 * import { type ManagedRuntime, Option } from "effect"
 *
 * export const ask = async (runtime: ManagedRuntime.ManagedRuntime<Zhipu.Zhipu, never>, question: string) => {
 *   try {
 *     return await runtime.runPromise(
 *       ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user(question)] })
 *     )
 *   } catch (thrown) {
 *     const error = Option.getOrUndefined(ZhipuError.fromUnknown(thrown))
 *     if (error?._tag === "InsufficientBalanceError") return undefined
 *     throw thrown
 *   }
 * }
 * ```
 *
 * @since 0.1.0
 * @category conversions
 */
export const fromUnknown = (u: unknown): Option.Option<ZhipuError> => Option.filter(Option.some(u), isZhipuError)
