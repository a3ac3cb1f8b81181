/**
 * Whether a call is asked for again. What follows from a failure beside that is in `judge.ts`, which not every program
 * needs.
 */
import type { CorruptReason, Failure, FailureTag } from "../failures/failure.js"

/**
 * What a judgement looks at: of a failure, or of the error that a client has made of one.
 *
 * @since 0.1.0
 * @category models
 */
export type Judged = {
  readonly [F in Failure as F["_tag"]]: Pick<F, Extract<keyof F, "_tag" | "code" | "phase" | "reason">>
}[FailureTag]

/**
 * Whether asking again may help, and how long such a thing usually lasts: seconds, minutes, an instant.
 *
 * @since 0.1.0
 * @category models
 */
export type Retry = "throttle" | "overload" | "network" | "none"

/** What the next answer may be without. Others are what the caller, the host or the model makes of them each time. */
const garbled: ReadonlyArray<CorruptReason> = ["MalformedFrame", "IdChanged", "EmptyResponse"]

/** What is not named here is not asked for again. @internal */
export const retryOf = (judged: Judged): Retry => {
  switch (judged._tag) {
    case "RateLimitError":
      return "throttle"
    case "OverloadedError":
    case "ServerError":
      return "overload"
    case "AccountError":
      // The account cannot be reached at the moment.
      return judged.code === "1120" ? "overload" : "none"
    case "StreamTruncatedError":
      return "network"
    case "ConnectionError":
      // Whoever shut the client down wants no answer any more.
      return judged.phase === "closed" ? "none" : "network"
    case "DeadlineExceededError":
      // No request was being worked on yet, so that sending it again costs no tokens.
      return judged.phase === "connect" ? "network" : "none"
    case "CorruptStreamError":
      return garbled.includes(judged.reason) ? "network" : "none"
    default:
      return "none"
  }
}

/**
 * Whether asking again may help.
 *
 * @since 0.1.0
 * @category policies
 */
export const isRetryable = (judged: Judged): boolean => retryOf(judged) !== "none"

const refusals: ReadonlyArray<FailureTag> = [
  "AuthenticationError",
  "AccountError",
  "InsufficientBalanceError",
  "RateLimitError",
  "QuotaExceededError",
  "OverloadedError"
]

/**
 * Whether the service said that it did not do what it was asked for, though asking again may help, or asking with another
 * key. After a lost connection, a deadline or a failure of the service nobody knows.
 *
 * @internal
 */
export const wasRefused = ({ _tag }: Judged): boolean => refusals.includes(_tag)
