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

const row = (tag: BusinessCode["tag"], meaning: string, hint: string): BusinessCode => ({ tag, meaning, hint })

/** What a code means, and what the reader can do where that is not what the error says in general. */
type Meaning = string | readonly [meaning: string, hint: string]

/** What an error means where no code is told, as others than the vendor do, what the reader can do, and the vendor's codes for it. */
type Kind = readonly [meaning: string, hint: string, codes: { readonly [code: string]: Meaning }]

const support = "Look at the console, or ask the support."
const tryAgain = "Try again later."
const noBalance = "The account has no balance"
const tooLong = "The prompt is longer than the model's context"
const blocked = "The content was blocked by policy"
const limitReached = "The usage limit is reached"
const failed = "The service failed"

const kinds: { readonly [Tag in ServiceErrorTag]: Kind } = {
  AuthenticationError: [
    "The key was refused",
    "Check the key and the base URL: keys of bigmodel.cn and z.ai are separate.",
    {
      1000: "Authentication failed",
      1001: "The Authorization header is missing",
      1002: "The token is malformed",
      1003: ["The token has expired", 'Check the clock of this machine, or use `auth: "api-key"`.'],
      1004: "The token could not be verified",
      1005: ["The account wants a second factor", "Log in to the console once."]
    }
  ],
  PermissionError: [
    "The key may not do this",
    support,
    {
      1220: "The key may not use this API",
      1311: ["The plan does not include this model", "Use a model of the plan, or another plan."],
      1315: ["The key is for the enterprise coding plan only", "Use the base URL of that plan, or another key."]
    }
  ],
  AccountError: [
    "The account cannot be used",
    support,
    {
      1100: "The account could not be read or written",
      1110: "The account is inactive",
      1111: "The account does not exist",
      1112: "The account is locked",
      1120: ["The account cannot be reached at the moment", tryAgain],
      1121: "The account is locked for violations",
      1309: ["The Coding Plan has expired", "Renew the plan, or use the general base URL."],
      1314: ["The enterprise plan is no longer valid", "Ask the administrator of the plan."]
    }
  ],
  InsufficientBalanceError: [
    noBalance,
    "Top up the account, or use another key.",
    {
      1113: [noBalance, "Top up the account, use a free model or, with a Coding Plan, its base URL."]
    }
  ],
  InvalidRequestError: [
    "The request was refused",
    "Compare the request with the documentation of the model.",
    {
      1210: "The parameters are wrong",
      1212: "The model does not support this kind of call",
      1213: "A required parameter is missing",
      1214: [
        "A parameter is illegal",
        "Usual causes: a value out of range; in a chat no user turn, no content, a tool call without result."
      ],
      1215: "Two parameters exclude each other",
      1221: "The API is offline",
      1222: "The API does not exist",
      1231: ["A request with this request_id exists", "Leave `request_id` out or make it unique."]
    }
  ],
  ModelNotFoundError: [
    "The model is not served here",
    "Check the model code, in lower case, such as `glm-4.6`, or use another model.",
    {
      1211: "The model does not exist"
    }
  ],
  ContextLengthError: [tooLong, "Shorten the conversation or use a model with a longer context.", { 1261: tooLong }],
  ContentFilteredError: [
    blocked,
    "Change the input; sending it again does not help.",
    { 1300: blocked, 1301: "The input or the output may be unsafe" }
  ],
  RateLimitError: [
    "Too many requests",
    "Send fewer at a time, or more slowly.",
    {
      1302: "Too many requests at once for this account",
      1303: "Too frequent requests"
    }
  ],
  QuotaExceededError: [
    limitReached,
    "Wait for the reset, or use another key or plan.",
    {
      1304: "The daily limit of calls is reached",
      1308: limitReached,
      1310: "The weekly or monthly limit is reached",
      1313: "The plan is throttled for fair use",
      1316: "The 5-hour limit is reached, with no balance for more",
      1317: "The 7-day limit is reached, with no balance for more",
      1318: "The 5-hour limit and the member's monthly cap are reached",
      1319: "The 7-day limit and the member's monthly cap are reached",
      1320: "The 5-hour limit and the company's monthly cap are reached",
      1321: "The 7-day limit and the company's monthly cap are reached"
    }
  ],
  OverloadedError: [
    "The service is overloaded",
    tryAgain,
    {
      1305: ["The model is overloaded", "It may last tens of minutes: wait, or use another model."]
    }
  ],
  ServerError: [
    failed,
    tryAgain,
    {
      500: failed,
      "-1": failed,
      1200: "The call failed in the service",
      1230: "The service failed while processing",
      1234: "A network error in the service"
    }
  ]
}

/** What errors mean that are told by a word, which others than the vendor use. @internal */
export const byTag = (tag: ServiceErrorTag): BusinessCode => row(tag, kinds[tag][0], kinds[tag][1])

/** What a code of the vendor means; `undefined` where it is none of those that are known. @internal */
export const byCode = (code: string): BusinessCode | undefined => find(kinds, code)

const find = <Tag extends ServiceErrorTag>(
  among: { readonly [T in Tag]: Kind },
  code: string
): BusinessCode | undefined => {
  for (const tag in among) {
    const [, hint, codes] = among[tag]
    const told = Object.hasOwn(codes, code) ? codes[code] : undefined
    if (told !== undefined) return typeof told === "string" ? row(tag, told, hint) : row(tag, ...told)
  }
  return undefined
}

const checkUrl = "Check the base URL, and any proxy in between."

/** What to do about an answer that the service did not write. @internal */
export const lookBetween = "Look for a proxy, firewall or login page in between."

interface Sent {
  readonly sentBytes?: number | undefined
}

const tooLarge = ({ sentBytes }: Sent): string =>
  `The request${sentBytes === undefined ? "" : `, of ${sentBytes} bytes,`} is too large`

const tagOfStatus: { readonly [status: number]: ServiceErrorTag } = {
  401: "AuthenticationError",
  402: "InsufficientBalanceError",
  403: "PermissionError",
  408: "ServerError",
  429: "RateLimitError",
  434: "PermissionError",
  503: "OverloadedError",
  529: "OverloadedError"
}

/** What an answer without a known code means, by its HTTP status. @internal */
export const byStatus = (status: number, sent: Sent = {}): BusinessCode => {
  switch (status) {
    case 404:
    case 405:
      return row(
        "InvalidRequestError",
        "There is nothing at this address",
        "Check the base URL: the vendor's end in /api/paas/v4, without /v1."
      )
    case 413:
      return row("InvalidRequestError", tooLarge(sent), "Send fewer or smaller attachments, or a shorter conversation.")
    case 435:
      return row("InvalidRequestError", "The file is larger than 100 MB", "Send a smaller file.")
  }
  if (status >= 300 && status < 400) {
    return row("InvalidRequestError", "The request was redirected, which would send the key elsewhere", checkUrl)
  }
  return byTag(tagOfStatus[status] ?? (status >= 500 ? "ServerError" : "InvalidRequestError"))
}

const between = "Something in between answered with a page"

/**
 * What a page for a browser under an error status means: the service itself writes JSON. It says nothing of the key, and
 * waiting helps only where it says that nobody is there at the moment.
 *
 * @internal
 */
export const pageUnder = (status: number, sent: Sent = {}): BusinessCode => {
  if (status === 413) return byStatus(status, sent)
  if (status === 408 || status === 429 || status >= 500) {
    return row(byStatus(status).tag, between, lookBetween)
  }
  if (status === 404 || status === 405) {
    return row("InvalidRequestError", between, checkUrl)
  }
  return row("CorruptStreamError", between, lookBetween)
}
