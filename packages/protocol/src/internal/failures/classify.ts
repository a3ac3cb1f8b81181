/**
 * One classifier for every way in which the service says no: by business code first, then by status. Pure.
 */
import { businessCodes, byStatus } from "./businessCodes.js"
import type { ErrorBody } from "./errorBody.js"
import type { Failure } from "./failure.js"
import { resetAt } from "./resetAt.js"

/** @internal */
export interface ServiceAnswer {
  readonly status: number
  readonly body: ErrorBody
  readonly retryAfterMillis?: number | undefined
  /** The id that a response header told, where the body tells none. */
  readonly requestId?: string | undefined
  /** By how much the `Date` of the response is ahead of this machine's clock; NaN where there is none. */
  readonly clockSkewMillis?: number | undefined
  /** The zone of reset times, for example `+08:00`. */
  readonly resetZone: string
}

/** An answer of the service that is an error, as the failure it is. @internal */
export const classify = (answer: ServiceAnswer): Failure => {
  const { code, contentFilter, message } = answer.body
  const known = code === undefined ? undefined : businessCodes.get(code)
  // Under a success status an unknown code may still be an HTTP status ({"code": 401, "success": false}).
  const status = answer.status >= 400 || code === undefined ? answer.status : statusIn(code, answer.status)
  // An error without any code inside a success is the service's; with a code that is not known, it is not for retrying.
  const { hint, meaning, tag } = known ?? byStatus(status >= 300 ? status : code === undefined ? 500 : 400)
  const requestId = answer.body.requestId ?? answer.requestId
  const common = {
    message: describe(meaning, answer, hint) + (code === "1003" ? skewHint(answer.clockSkewMillis) : ""),
    ...(code === undefined ? {} : { code }),
    status: answer.status,
    ...(requestId === undefined ? {} : { requestId }),
    ...(answer.retryAfterMillis === undefined ? {} : { retryAfterMillis: answer.retryAfterMillis })
  }
  switch (tag) {
    case "ContentFilteredError":
      return { _tag: tag, ...common, ...(contentFilter === undefined ? {} : { contentFilter }) }
    case "QuotaExceededError": {
      const resetAtMillis = resetAt(message, answer.resetZone)
      return { _tag: tag, ...common, ...(resetAtMillis === undefined ? {} : { resetAtMillis }) }
    }
    default:
      return { _tag: tag, ...common }
  }
}

const statusIn = (code: string, otherwise: number): number => (/^[45]\d\d$/.test(code) ? Number(code) : otherwise)

const describe = (meaning: string, { body, status }: ServiceAnswer, hint: string): string => {
  const where = [body.code === undefined ? undefined : `code ${body.code}`, `HTTP ${status}`]
  const what = `${capitalised(meaning)} (${where.filter((part) => part !== undefined).join(", ")}).`
  if (body.message === undefined) return `${what} ${hint}`
  const stop = /[.!。！…]$/.test(body.message) ? "" : "."
  const said = `${what} The service said: ${bounded(body.message)}${stop}`
  // The vendor's codes are numbers: with a word, something else has answered, and its own words say what to do.
  return body.code === undefined || /^-?\d+$/.test(body.code) ? `${said} ${hint}` : said
}

/** Tokens carry times, so a wrong clock looks like an expired token. */
const skewHint = (millis: number | undefined): string => {
  const seconds = Math.round(Math.abs(millis ?? 0) / 1000)
  if (millis === undefined || !(seconds >= 30)) return ""
  return ` The clock of this machine is ${seconds} s ${millis > 0 ? "behind" : "ahead of"} the service's.`
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const bounded = (text: string): string => (text.length > 500 ? `${text.slice(0, 500)}…` : text)
