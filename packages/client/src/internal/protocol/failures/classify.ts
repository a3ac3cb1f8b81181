/**
 * One classifier for every way in which the service says no: by business code first, then by status. Pure.
 */
import type * as Duration from "effect/Duration"
import {
  AccountError,
  AuthenticationError,
  ContentFilteredError,
  ContextLengthError,
  InsufficientBalanceError,
  InvalidRequestError,
  ModelNotFoundError,
  OverloadedError,
  PermissionError,
  QuotaExceededError,
  RateLimitError,
  ServerError,
  type ZhipuError
} from "../../../ZhipuError.js"
import { businessCodes, byStatus } from "./businessCodes.js"
import type { ErrorBody } from "./errorBody.js"
import { resetAt } from "./resetAt.js"

/** @internal */
export interface ServiceAnswer {
  readonly status: number
  readonly body: ErrorBody
  readonly retryAfter?: Duration.Duration | undefined
  /** The id that a response header told, where the body tells none. */
  readonly requestId?: string | undefined
  /** By how much the `Date` of the response is ahead of this machine's clock; NaN where there is none. */
  readonly clockSkewMillis?: number | undefined
  /** The zone of reset times, for example `+08:00`. */
  readonly resetZone: string
}

/** An answer of the service that is an error, as the error it is. @internal */
export const classify = (answer: ServiceAnswer): ZhipuError => {
  const { code, contentFilter, message } = answer.body
  // Not of the service: what replays a recording answers so to a request that is not in it, and says what to do.
  if (code === "cassette" && message !== undefined) {
    return new InvalidRequestError({ message: bounded(message), code, status: answer.status })
  }
  const known = code === undefined ? undefined : businessCodes.get(code)
  // Under a success status an unknown code may still be an HTTP status ({"code": 401, "success": false}).
  const status = answer.status >= 400 || code === undefined ? answer.status : statusIn(code, answer.status)
  // An error without any code inside a success is the service's; with a code that is not known, it is not for retrying.
  const { hint, meaning, tag } = known ?? byStatus(status >= 300 ? status : code === undefined ? 500 : 400)
  const fields = {
    message: describe(meaning, answer, hint) + (code === "1003" ? skewHint(answer.clockSkewMillis) : ""),
    ...(code === undefined ? {} : { code }),
    status: answer.status,
    requestId: answer.body.requestId ?? answer.requestId,
    retryAfter: answer.retryAfter
  }
  switch (tag) {
    case "AuthenticationError":
      return new AuthenticationError(fields)
    case "PermissionError":
      return new PermissionError(fields)
    case "AccountError":
      return new AccountError(fields)
    case "InsufficientBalanceError":
      return new InsufficientBalanceError(fields)
    case "InvalidRequestError":
      return new InvalidRequestError(fields)
    case "ModelNotFoundError":
      return new ModelNotFoundError(fields)
    case "ContextLengthError":
      return new ContextLengthError(fields)
    case "ContentFilteredError":
      return new ContentFilteredError({ ...fields, contentFilter })
    case "RateLimitError":
      return new RateLimitError(fields)
    case "QuotaExceededError":
      return new QuotaExceededError({ ...fields, resetAt: resetAt(message, answer.resetZone) })
    case "OverloadedError":
      return new OverloadedError(fields)
    case "ServerError":
      return new ServerError(fields)
  }
}

const statusIn = (code: string, otherwise: number): number => (/^[45]\d\d$/.test(code) ? Number(code) : otherwise)

const describe = (meaning: string, { body, status }: ServiceAnswer, hint: string): string => {
  const where = [body.code === undefined ? undefined : `code ${body.code}`, `HTTP ${status}`]
  const said = body.message === undefined ? "" : ` The service said: ${bounded(body.message)}`
  const stop = said === "" || /[.!。！…]$/.test(said) ? "" : "."
  return `${capitalised(meaning)} (${where.filter((part) => part !== undefined).join(", ")}).${said}${stop} ${hint}`
}

/** Tokens carry times, so a wrong clock looks like an expired token. */
const skewHint = (millis: number | undefined): string => {
  const seconds = Math.round(Math.abs(millis ?? 0) / 1000)
  if (millis === undefined || !(seconds >= 30)) return ""
  return ` The clock of this machine is ${seconds} s ${millis > 0 ? "behind" : "ahead of"} the service's.`
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const bounded = (text: string): string => (text.length > 500 ? `${text.slice(0, 500)}…` : text)
