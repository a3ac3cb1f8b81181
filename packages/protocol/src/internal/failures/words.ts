/**
 * Errors that are told by words: the codes and types of relays, gateways and self-hosted servers that speak the API of
 * OpenAI, and what their messages and statuses say. The vendor's own codes are numbers, in `businessCodes.ts`.
 */
import type { ServiceErrorTag } from "./businessCodes.js"

const patterns: ReadonlyArray<readonly [RegExp, ServiceErrorTag]> = [
  // `insufficient_quota` is what OpenAI calls an empty wallet, `insufficient_user_quota` what new-api does.
  [
    /insufficient_(user_)?(quota|balance|fund)|(^|_)balance(_|$)|credit|billing|payment|arrear|overdue/,
    "InsufficientBalanceError"
  ],
  [
    /context_(length|window|size)|(prompt|input)_too_long|too_many_(input_)?tokens|max_tokens_exceeded/,
    "ContextLengthError"
  ],
  [/content_(filter|policy)|moderation|data_inspection|sensitive|safety|prompt_blocked/, "ContentFilteredError"],
  [/(rate|requests|tokens)_limit|too_many|throttl|concurren/, "RateLimitError"],
  [/quota|usage_limit/, "QuotaExceededError"],
  [
    /model.*not_(found|exist|supported|allowed)|(unknown|invalid|no_such|unsupported)_model|no_available_channel/,
    "ModelNotFoundError"
  ],
  [
    /api_?key|credential|unauthori[sz]ed|authenticat|(expired|invalid)_token|token_(expired|invalid)/,
    "AuthenticationError"
  ],
  [/permission|forbidden|access_denied|not_allowed|region_/, "PermissionError"],
  [/overload|busy|capacity|unavailable|no_workers/, "OverloadedError"],
  [
    /server|internal|upstream|provider|gateway|disconnect|timeout|timed_out|network|bad_response|api_error|do_request_failed|channel/,
    "ServerError"
  ],
  [
    /invalid|bad_request|unsupported|missing|required|malformed|too_large|unprocessable|not_found|validation|parse/,
    "InvalidRequestError"
  ]
]

/** `BadRequestError`, `rate-limit exceeded` and `RATE_LIMIT_EXCEEDED` as they would be written in a code. */
const normalised = (word: string): string =>
  word
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")

/** What a code or a type that is a word means; `undefined` for numbers and for words that say nothing. @internal */
export const tagOfWord = (word: string | undefined): ServiceErrorTag | undefined => {
  if (word === undefined || word.length > 100 || !/[a-z]/i.test(word)) return undefined
  const text = normalised(word)
  return patterns.find(([pattern]) => pattern.test(text))?.[1]
}

/** Servers that have no code for it say in words that the prompt does not fit. */
const overflow =
  /maximum context (length|window)|(exceed|longer than|larger than|beyond)[^.]{0,60}context (length|window|size)|context (length|window)[^.]{0,40}exceed|(prompt|input)( is|:)? too long|too many (input )?tokens/i

/** @internal */
export const isOverflow = (message: string | undefined): boolean => overflow.test(message ?? "")

/** The names of statuses in capitals, or what servers written in Go say of them. */
const statusLine =
  /^\s*(?:HTTP )?([45]\d\d)[\s:_-]+(?:[A-Z][A-Z _-]+|[A-Z][a-z]+(?: [A-Z][a-z]+)*|(?:page |route |path )?not found|method not allowed|unauthorized|forbidden)[.!]?\s*$/

/** The HTTP status that a message consists of: `404 NOT_FOUND`, which some gateways put under a status 500. @internal */
export const statusOfMessage = (message: string | undefined): number | undefined => {
  const match = statusLine.exec(message ?? "")
  return match === null ? undefined : Number(match[1])
}
