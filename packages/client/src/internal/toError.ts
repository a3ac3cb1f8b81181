/** Failures of the protocol as the tagged errors of this edition. */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as ZhipuError from "../ZhipuError.js"
import type { Failure, FailureTag } from "@effect-zhipu/protocol/internal/failures/failure"
import { defined } from "@effect-zhipu/protocol/internal/text/records"
import { redactedWithin, withoutShapes } from "@effect-zhipu/protocol/internal/text/redaction"

type FailureOf<Tag extends FailureTag> = Extract<Failure, { readonly _tag: Tag }>

type ErrorOf<Tag extends FailureTag> = Extract<ZhipuError.ZhipuError, { readonly _tag: Tag }>

/**
 * Words of the service stand in messages, which go to logs and terminals: neither a line of a log nor the text of a terminal
 * is theirs to make. Characters that turn the direction of text are taken out as well.
 */
const onOneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, " ")

/** The fields that every failure has, where they are told. */
const common = ({ code, message, requestId, retryAfterMillis, status, taskId }: Failure) =>
  defined({
    message: onOneLine(message),
    code,
    status,
    requestId,
    taskId,
    retryAfter: retryAfterMillis === undefined ? undefined : Duration.millis(retryAfterMillis)
  })

const constructors: { readonly [Tag in FailureTag]: (failure: FailureOf<Tag>) => ErrorOf<Tag> } = {
  AuthenticationError: (failure) => new ZhipuError.AuthenticationError(common(failure)),
  PermissionError: (failure) => new ZhipuError.PermissionError(common(failure)),
  AccountError: (failure) => new ZhipuError.AccountError(common(failure)),
  InsufficientBalanceError: (failure) => new ZhipuError.InsufficientBalanceError(common(failure)),
  InvalidRequestError: (failure) =>
    new ZhipuError.InvalidRequestError(
      defined({
        ...common(failure),
        path: failure.path
      })
    ),
  ModelNotFoundError: (failure) => new ZhipuError.ModelNotFoundError(common(failure)),
  ContextLengthError: (failure) => new ZhipuError.ContextLengthError(common(failure)),
  ContentFilteredError: (failure) =>
    new ZhipuError.ContentFilteredError(
      defined({
        ...common(failure),
        contentFilter: failure.contentFilter
      })
    ),
  RateLimitError: (failure) => new ZhipuError.RateLimitError(common(failure)),
  QuotaExceededError: (failure) =>
    new ZhipuError.QuotaExceededError(
      defined({
        ...common(failure),
        resetAt: failure.resetAtMillis === undefined ? undefined : DateTime.unsafeMake(failure.resetAtMillis)
      })
    ),
  OverloadedError: (failure) => new ZhipuError.OverloadedError(common(failure)),
  ServerError: (failure) => new ZhipuError.ServerError(common(failure)),
  ConnectionError: (failure) =>
    new ZhipuError.ConnectionError(
      defined({
        ...common(failure),
        phase: failure.phase,
        reason: failure.reason === undefined ? undefined : onOneLine(failure.reason)
      })
    ),
  DeadlineExceededError: (failure) =>
    new ZhipuError.DeadlineExceededError({
      ...common(failure),
      phase: failure.phase,
      limit: Duration.millis(failure.limitMillis)
    }),
  StreamTruncatedError: (failure) =>
    new ZhipuError.StreamTruncatedError({
      ...common(failure),
      receivedBytes: failure.receivedBytes,
      receivedFrames: failure.receivedFrames
    }),
  CorruptStreamError: (failure) =>
    new ZhipuError.CorruptStreamError(
      defined({
        ...common(failure),
        reason: failure.reason,
        detail: failure.detail === undefined ? undefined : onOneLine(failure.detail),
        frame: failure.frame
      })
    ),
  RequestEncodeError: (failure) =>
    new ZhipuError.RequestEncodeError(
      defined({
        ...common(failure),
        path: failure.path
      })
    ),
  QueueFullError: (failure) => new ZhipuError.QueueFullError({ ...common(failure), maxQueue: failure.maxQueue }),
  TaskFailedError: (failure) =>
    new ZhipuError.TaskFailedError({
      ...common(failure),
      taskId: failure.taskId,
      kind: failure.kind,
      state: failure.state
    })
}

/** @internal */
export const toError = <Tag extends FailureTag>(failure: FailureOf<Tag> & { readonly _tag: Tag }): ErrorOf<Tag> =>
  // What looks like a key is taken out without knowing it; the key of a call is taken out where its attempt ends.
  constructors[failure._tag](redactedWithin(failure, withoutShapes))
