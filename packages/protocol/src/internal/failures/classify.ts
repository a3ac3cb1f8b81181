/**
 * One classifier for every way in which the service says no: by business code first, then by status. Pure.
 */
import { type BusinessCode, byCode, byStatus, byTag, pageUnder } from "./businessCodes.js"
import { cleaned, cut, type ErrorBody } from "./errorBody.js"
import type { Failure } from "./failure.js"
import { resetAt } from "./resetAt.js"
import { defined } from "../text/records.js"
import { isOverflow, statusOfMessage, tagOfWord } from "./words.js"

/** @internal */
export interface ServiceAnswer {
  readonly status: number
  /** As it came: it is cleaned here. */
  readonly body: ErrorBody
  readonly retryAfterMillis?: number | undefined
  /** The id that a response header told, where the body tells none. */
  readonly requestId?: string | undefined
  /** By how much the `Date` of the response is ahead of this machine's clock; NaN where there is none. */
  readonly clockSkewMillis?: number | undefined
  /** The zone of reset times, for example `+08:00`. */
  readonly resetZone: string
  /** The bytes of the request, for the message that it was too large. */
  readonly sentBytes?: number | undefined
  /** Takes the key out of a text of the service. */
  readonly redact: (text: string) => string
}

/**
 * An answer of the service that is an error, as the failure it is. The vendor's code decides, then the word of a relay, then
 * the status.
 *
 * @internal
 */
export const classify = (answer: ServiceAnswer): Failure => {
  const body = cleaned(answer.body, answer.redact)
  const { code, contentFilter, message } = body
  const meant = meaningOf(answer, body)
  const requestId = body.requestId ?? (answer.requestId === undefined ? undefined : answer.redact(answer.requestId))
  const common = {
    message: describe(meant, answer, body) + (code === "1003" ? skewHint(answer.clockSkewMillis) : ""),
    code,
    status: answer.status,
    requestId,
    retryAfterMillis: answer.retryAfterMillis
  }
  const { tag } = meant
  switch (tag) {
    case "ContentFilteredError":
      return defined({ _tag: tag, ...common, contentFilter })
    case "QuotaExceededError":
      return defined({ _tag: tag, ...common, resetAtMillis: resetAt(message, answer.resetZone) })
    case "CorruptStreamError":
      return defined({
        _tag: tag,
        ...common,
        reason: "UnexpectedContentType",
        detail: `a page under HTTP ${answer.status}`
      })
    default:
      return defined({ _tag: tag, ...common })
  }
}

const meaningOf = (answer: ServiceAnswer, { code, isPage, message, type }: ErrorBody): BusinessCode => {
  // Some gateways say "404 NOT_FOUND" under HTTP 500, with the code "500".
  const said = statusOfMessage(message)
  if (said !== undefined && said < 500 && (code === undefined || isStatus(code))) return byStatus(said, answer)
  const known = code === undefined ? undefined : byCode(code)
  if (known !== undefined) return known
  if (isPage === true) return pageUnder(answer.status, answer)
  const word = tagOfWord(code)
  if (word !== undefined) return byTag(word)
  // Under a success status an unknown code may still be an HTTP status ({"code": 401, "success": false}).
  const status = answer.status < 400 && code !== undefined && isStatus(code) ? Number(code) : answer.status
  if (isOverflow(message) && status <= 500) return byTag("ContextLengthError")
  const kind = tagOfWord(type)
  // Under an error status a request is called invalid that is refused for any reason.
  if (kind !== undefined && status <= 400 && (kind !== "InvalidRequestError" || status < 300)) return byTag(kind)
  // An error without any code inside a success is the service's; with a number that is not known, it is not for retrying.
  return byStatus(status >= 300 ? status : code === undefined || !isNumber(code) ? 500 : 400, answer)
}

const isStatus = (code: string): boolean => /^[45]\d\d$/.test(code)

const isNumber = (code: string): boolean => /^-?\d+$/.test(code)

const describe = ({ hint, meaning }: BusinessCode, { status }: ServiceAnswer, body: ErrorBody): string => {
  const what = `${meaning} (${body.code === undefined ? "" : `code ${body.code}, `}HTTP ${status}).`
  if (body.message === undefined) return `${what} ${hint}`
  const stop = /[.!。！…]$/.test(body.message) ? "" : "."
  const said = `${what} The ${body.isPage === true ? "page" : "service"} said: ${cut(body.message, 500)}${stop}`
  // A word that is nobody's: its own words say what to do.
  const isForeign = body.code !== undefined && !isNumber(body.code) && tagOfWord(body.code) === undefined
  return isForeign ? said : `${said} ${hint}`
}

/** Tokens carry times, so a wrong clock looks like an expired token. */
const skewHint = (millis = 0): string => {
  const seconds = Math.round(Math.abs(millis) / 1000)
  if (!(seconds >= 30)) return ""
  return ` The clock of this machine is ${seconds} s ${millis > 0 ? "behind" : "ahead of"} the service's.`
}
