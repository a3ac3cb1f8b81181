/**
 * The vendor's business codes, as data: which error each is, what it means, and what the reader can do.
 *
 * Source: the error page of docs.bigmodel.cn of 2026-07-11; codes marked old stood on the pages of 2025-12 and 2026-01.
 * Several come under HTTP 429 and yet never go away by waiting, so the code decides before the status.
 */
import type { FailureTag } from "./failure.js"

/** @internal */
export type ServiceErrorTag = Extract<
  FailureTag,
  | "AuthenticationError"
  | "PermissionError"
  | "AccountError"
  | "InsufficientBalanceError"
  | "InvalidRequestError"
  | "ModelNotFoundError"
  | "ContextLengthError"
  | "ContentFilteredError"
  | "RateLimitError"
  | "QuotaExceededError"
  | "OverloadedError"
  | "ServerError"
>

/** @internal */
export interface BusinessCode {
  /** A page in place of an answer is corrupt, whatever its status. */
  readonly tag: ServiceErrorTag | "CorruptStreamError"
  readonly meaning: string
  readonly hint: string
}

const checkKey = "Check the API key, and that it belongs to this host: keys of bigmodel.cn and z.ai are separate."
const support = "Look at the account in the console, or ask the vendor's support."
const waitForReset = "Wait until the quota is reset, or use another key or plan."
const tryAgain = "Try again later; the default retry policy does."
const readRequest = "Compare the request with the vendor's documentation of this model."

const row = (tag: BusinessCode["tag"], meaning: string, hint: string): BusinessCode => ({ tag, meaning, hint })

/** @internal */
export const businessCodes: ReadonlyMap<string, BusinessCode> = new Map([
  ["500", row("ServerError", "the service failed internally", tryAgain)],
  ["-1", row("ServerError", "the service failed internally", tryAgain)],
  ["1000", row("AuthenticationError", "authentication failed", checkKey)],
  ["1001", row("AuthenticationError", "the request carried no Authorization header", checkKey)],
  ["1002", row("AuthenticationError", "the token is malformed", checkKey)],
  [
    "1003",
    row(
      "AuthenticationError",
      "the token has expired",
      'A fresh token was refused as well: check the clock of this machine, or use `auth: "api-key"`.'
    )
  ],
  ["1004", row("AuthenticationError", "the token could not be verified", checkKey)],
  ["1005", row("AuthenticationError", "the account wants a second factor", "Log in to the console once.")],
  ["1100", row("AccountError", "the account could not be read or written", support)],
  ["1110", row("AccountError", "the account is inactive", support)],
  ["1111", row("AccountError", "the account does not exist", support)],
  ["1112", row("AccountError", "the account is locked", support)],
  [
    "1113",
    row(
      "InsufficientBalanceError",
      "the account has no balance",
      "Top up the account, use a free model, or, with a Coding Plan key, set the coding base URL of that plan."
    )
  ],
  ["1120", row("AccountError", "the account cannot be reached at the moment", tryAgain)],
  ["1121", row("AccountError", "the account is locked for violations", support)],
  ["1200", row("ServerError", "the call failed in the service", tryAgain)],
  ["1210", row("InvalidRequestError", "the parameters are wrong", readRequest)],
  [
    "1211",
    row(
      "ModelNotFoundError",
      "the model does not exist",
      "Check the model code; it is written in lower case, for example `glm-4.6`."
    )
  ],
  ["1212", row("InvalidRequestError", "the model does not support this kind of call", readRequest)],
  ["1213", row("InvalidRequestError", "a required parameter is missing", readRequest)],
  [
    "1214",
    row(
      "InvalidRequestError",
      "a parameter is illegal",
      "Usual causes: no user turn, empty content, a tool call without its result, a value out of range."
    )
  ],
  ["1215", row("InvalidRequestError", "two parameters exclude each other", readRequest)],
  ["1220", row("PermissionError", "the key may not use this API", support)],
  ["1221", row("InvalidRequestError", "the API is offline", readRequest)],
  ["1222", row("InvalidRequestError", "the API does not exist", readRequest)],
  ["1230", row("ServerError", "the service failed while processing", tryAgain)],
  [
    "1231",
    row("InvalidRequestError", "a request with this request_id exists", "Leave `request_id` out or make it unique.")
  ],
  ["1234", row("ServerError", "a network error inside the service", tryAgain)],
  [
    "1261",
    row(
      "ContextLengthError",
      "the prompt is longer than the model's context",
      "Shorten the conversation or use a model with a longer context."
    )
  ],
  [
    "1300",
    row(
      "ContentFilteredError",
      "the content was blocked by policy",
      "Change the input; sending it again does not help."
    )
  ],
  [
    "1301",
    row(
      "ContentFilteredError",
      "the input or the output may be unsafe",
      "Change the input; sending it again does not help."
    )
  ],
  [
    "1302",
    row(
      "RateLimitError",
      "too many requests at once for this account",
      "Send fewer at a time, or limit them in the client."
    )
  ],
  ["1303", row("RateLimitError", "requests too frequent", "Send them more slowly.")],
  ["1304", row("QuotaExceededError", "the daily limit of calls is reached", waitForReset)],
  [
    "1305",
    row(
      "OverloadedError",
      "the model is overloaded",
      "This can last tens of minutes and is per model: wait, or use another model."
    )
  ],
  ["1308", row("QuotaExceededError", "the usage limit is reached", waitForReset)],
  ["1309", row("AccountError", "the Coding Plan has expired", "Renew the plan, or use the general base URL.")],
  ["1310", row("QuotaExceededError", "the weekly or monthly limit is reached", waitForReset)],
  ["1311", row("PermissionError", "the plan does not include this model", "Use a model of the plan, or another plan.")],
  ["1313", row("QuotaExceededError", "the plan is throttled under its fair-use rules", waitForReset)],
  ["1314", row("AccountError", "the enterprise plan is no longer valid", "Ask the administrator of the plan.")],
  [
    "1315",
    row(
      "PermissionError",
      "the key is for the enterprise coding plan only",
      "Use the base URL of that plan, or another key."
    )
  ],
  ["1316", row("QuotaExceededError", "the 5-hour limit is reached and there is no balance for more", waitForReset)],
  ["1317", row("QuotaExceededError", "the 7-day limit is reached and there is no balance for more", waitForReset)],
  ["1318", row("QuotaExceededError", "the 5-hour limit and the member's monthly cap are reached", waitForReset)],
  ["1319", row("QuotaExceededError", "the 7-day limit and the member's monthly cap are reached", waitForReset)],
  ["1320", row("QuotaExceededError", "the 5-hour limit and the company's monthly cap are reached", waitForReset)],
  ["1321", row("QuotaExceededError", "the 7-day limit and the company's monthly cap are reached", waitForReset)]
])

/** What errors mean that are told by a word, which others than the vendor use. @internal */
export const byTag = (tag: ServiceErrorTag): BusinessCode => rowsByTag[tag]

const rowsByTag: { readonly [Tag in ServiceErrorTag]: BusinessCode } = {
  AuthenticationError: row("AuthenticationError", "the key was refused", checkKey),
  PermissionError: row("PermissionError", "the key may not do this", support),
  AccountError: row("AccountError", "the account cannot be used", support),
  InsufficientBalanceError: row(
    "InsufficientBalanceError",
    "the account has no balance",
    "Top up the account, or use another key."
  ),
  InvalidRequestError: row("InvalidRequestError", "the request was refused", readRequest),
  ModelNotFoundError: row(
    "ModelNotFoundError",
    "the model is not served here",
    "Check the model code, or use another model."
  ),
  ContextLengthError: row(
    "ContextLengthError",
    "the prompt is longer than the model's context",
    "Shorten the conversation or use a model with a longer context."
  ),
  ContentFilteredError: row(
    "ContentFilteredError",
    "the content was blocked by policy",
    "Change the input; sending it again does not help."
  ),
  RateLimitError: row("RateLimitError", "too many requests", "Send fewer at a time, or more slowly."),
  QuotaExceededError: row("QuotaExceededError", "the usage limit is reached", waitForReset),
  OverloadedError: row("OverloadedError", "the service is overloaded", tryAgain),
  ServerError: row("ServerError", "the service failed", tryAgain)
}

interface Sent {
  readonly sentBytes?: number | undefined
}

const tooLarge = ({ sentBytes }: Sent): string =>
  `the request${sentBytes === undefined ? "" : `, of ${sentBytes} bytes,`} is too large for something on the way`

/** What an answer without a known code means, by its HTTP status. @internal */
export const byStatus = (status: number, sent: Sent = {}): BusinessCode => {
  switch (status) {
    case 401:
      return rowsByTag.AuthenticationError
    case 402:
      return rowsByTag.InsufficientBalanceError
    case 403:
    case 434:
      return rowsByTag.PermissionError
    case 404:
    case 405:
      return row(
        "InvalidRequestError",
        "there is nothing at this address",
        "Check the base URL: the vendor's end in /api/paas/v4, without /v1."
      )
    case 413:
      return row(
        "InvalidRequestError",
        tooLarge(sent),
        "Send less: fewer or smaller attachments, a shorter conversation."
      )
    case 429:
      return rowsByTag.RateLimitError
    case 435:
      return row("InvalidRequestError", "the file is larger than 100 MB", "Send a smaller file.")
    case 503:
    case 529:
      return rowsByTag.OverloadedError
  }
  if (status === 408 || status >= 500) return rowsByTag.ServerError
  if (status >= 300 && status < 400) {
    return row(
      "InvalidRequestError",
      "the service redirected the request, which would have sent the key elsewhere",
      "Check the base URL and any proxy in between."
    )
  }
  return rowsByTag.InvalidRequestError
}

const between = "something between here and the service answered with a page"

/**
 * What a page for a browser under an error status means: the service itself writes JSON. It says nothing of the key, and
 * waiting helps only where it says that nobody is there at the moment.
 *
 * @internal
 */
export const pageUnder = (status: number, sent: Sent = {}): BusinessCode => {
  if (status === 413) return byStatus(status, sent)
  if (status === 408 || status === 429 || status >= 500) {
    return row(byStatus(status).tag, between, "If it stays so, look for the proxy, gateway or firewall that wrote it.")
  }
  if (status === 404 || status === 405) {
    return row(
      "InvalidRequestError",
      `${between}: there is nothing at this address`,
      "Check the base URL, and any proxy in between."
    )
  }
  return row("CorruptStreamError", between, "Look for a proxy, firewall or login page in between.")
}
