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

const support = "Look at the account in the console, or ask the vendor's support."
const tryAgain = "Try again later; the default retry policy does."
const noBalance = "the account has no balance"
const tooLong = "the prompt is longer than the model's context"
const blocked = "the content was blocked by policy"
const limitReached = "the usage limit is reached"
const failedInside = "the service failed internally"

const kinds: { readonly [Tag in ServiceErrorTag]: Kind } = {
  AuthenticationError: [
    "the key was refused",
    "Check the API key, and that it belongs to this host: keys of bigmodel.cn and z.ai are separate.",
    {
      1000: "authentication failed",
      1001: "the request carried no Authorization header",
      1002: "the token is malformed",
      1003: [
        "the token has expired",
        'A fresh token was refused as well: check the clock of this machine, or use `auth: "api-key"`.'
      ],
      1004: "the token could not be verified",
      1005: ["the account wants a second factor", "Log in to the console once."]
    }
  ],
  PermissionError: [
    "the key may not do this",
    support,
    {
      1220: "the key may not use this API",
      1311: ["the plan does not include this model", "Use a model of the plan, or another plan."],
      1315: ["the key is for the enterprise coding plan only", "Use the base URL of that plan, or another key."]
    }
  ],
  AccountError: [
    "the account cannot be used",
    support,
    {
      1100: "the account could not be read or written",
      1110: "the account is inactive",
      1111: "the account does not exist",
      1112: "the account is locked",
      1120: ["the account cannot be reached at the moment", tryAgain],
      1121: "the account is locked for violations",
      1309: ["the Coding Plan has expired", "Renew the plan, or use the general base URL."],
      1314: ["the enterprise plan is no longer valid", "Ask the administrator of the plan."]
    }
  ],
  InsufficientBalanceError: [
    noBalance,
    "Top up the account, or use another key.",
    {
      1113: [
        noBalance,
        "Top up the account, use a free model, or, with a Coding Plan key, set the coding base URL of that plan."
      ]
    }
  ],
  InvalidRequestError: [
    "the request was refused",
    "Compare the request with the vendor's documentation of this model.",
    {
      1210: "the parameters are wrong",
      1212: "the model does not support this kind of call",
      1213: "a required parameter is missing",
      1214: [
        "a parameter is illegal",
        "Usual causes: no user turn, empty content, a tool call without its result, a value out of range."
      ],
      1215: "two parameters exclude each other",
      1221: "the API is offline",
      1222: "the API does not exist",
      1231: ["a request with this request_id exists", "Leave `request_id` out or make it unique."]
    }
  ],
  ModelNotFoundError: [
    "the model is not served here",
    "Check the model code, or use another model.",
    {
      1211: ["the model does not exist", "Check the model code; it is written in lower case, for example `glm-4.6`."]
    }
  ],
  ContextLengthError: [tooLong, "Shorten the conversation or use a model with a longer context.", { 1261: tooLong }],
  ContentFilteredError: [
    blocked,
    "Change the input; sending it again does not help.",
    { 1300: blocked, 1301: "the input or the output may be unsafe" }
  ],
  RateLimitError: [
    "too many requests",
    "Send fewer at a time, or more slowly.",
    {
      1302: ["too many requests at once for this account", "Send fewer at a time, or limit them in the client."],
      1303: ["requests too frequent", "Send them more slowly."]
    }
  ],
  QuotaExceededError: [
    limitReached,
    "Wait until the quota is reset, or use another key or plan.",
    {
      1304: "the daily limit of calls is reached",
      1308: limitReached,
      1310: "the weekly or monthly limit is reached",
      1313: "the plan is throttled under its fair-use rules",
      1316: "the 5-hour limit is reached and there is no balance for more",
      1317: "the 7-day limit is reached and there is no balance for more",
      1318: "the 5-hour limit and the member's monthly cap are reached",
      1319: "the 7-day limit and the member's monthly cap are reached",
      1320: "the 5-hour limit and the company's monthly cap are reached",
      1321: "the 7-day limit and the company's monthly cap are reached"
    }
  ],
  OverloadedError: [
    "the service is overloaded",
    tryAgain,
    {
      1305: ["the model is overloaded", "This can last tens of minutes and is per model: wait, or use another model."]
    }
  ],
  ServerError: [
    "the service failed",
    tryAgain,
    {
      500: failedInside,
      "-1": failedInside,
      1200: "the call failed in the service",
      1230: "the service failed while processing",
      1234: "a network error inside the service"
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

interface Sent {
  readonly sentBytes?: number | undefined
}

const tooLarge = ({ sentBytes }: Sent): string =>
  `the request${sentBytes === undefined ? "" : `, of ${sentBytes} bytes,`} is too large for something on the way`

/** What an answer without a known code means, by its HTTP status. @internal */
export const byStatus = (status: number, sent: Sent = {}): BusinessCode => {
  switch (status) {
    case 401:
      return byTag("AuthenticationError")
    case 402:
      return byTag("InsufficientBalanceError")
    case 403:
    case 434:
      return byTag("PermissionError")
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
      return byTag("RateLimitError")
    case 435:
      return row("InvalidRequestError", "the file is larger than 100 MB", "Send a smaller file.")
    case 503:
    case 529:
      return byTag("OverloadedError")
  }
  if (status === 408 || status >= 500) return byTag("ServerError")
  if (status >= 300 && status < 400) {
    return row(
      "InvalidRequestError",
      "the service redirected the request, which would have sent the key elsewhere",
      "Check the base URL and any proxy in between."
    )
  }
  return byTag("InvalidRequestError")
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
