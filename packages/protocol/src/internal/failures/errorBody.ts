/**
 * Reads the error envelopes of the service: the same for an error status, an error body under 200, and an error frame
 * inside a stream. Pure.
 */
import { parseJson } from "../text/jsonScan.js"
import { defined, isRecord } from "../text/records.js"
import { redactedWithin } from "../text/redaction.js"
import type { ContentFilter } from "../documents/completion.js"

/** @internal */
export interface ErrorBody {
  readonly code: string | undefined
  readonly message: string | undefined
  /** A word for the kind of error, where the code is none: `insufficient_quota`, `BadRequestError`. */
  readonly type?: string | undefined
  /** A page of HTML: something between here and the service has answered. */
  readonly isPage?: boolean
  readonly requestId: string | undefined
  readonly contentFilter: ReadonlyArray<ContentFilter> | undefined
}

const nonEmpty = (u: unknown): string | undefined =>
  typeof u === "string" && printable(u) !== "" ? u.trim() : undefined

const codeOf = (u: unknown): string | undefined => (typeof u === "number" ? String(u) : nonEmpty(u))

const messageOf = ({ message, msg }: { readonly [field: string]: unknown }): string | undefined =>
  nonEmpty(message) ?? nonEmpty(msg)

/** What a gateway wraps may be wrapped by another one. */
const deepest = 3

const filterOf = (u: unknown): ErrorBody["contentFilter"] => {
  if (!Array.isArray(u)) return undefined
  return u.filter(isRecord).map(({ level, role }) =>
    defined({
      role: typeof role === "string" ? role : undefined,
      level: typeof level === "number" || typeof level === "string" ? level : undefined
    })
  )
}

/**
 * The error that a JSON document tells, or `undefined` where it is none. A completion never has a truthy `error`, nor a
 * `code` other than success (0 or 200) beside no `choices`.
 *
 * @internal
 */
export const fromJson = (u: unknown): ErrorBody | undefined => (isRecord(u) ? errorIn(u, deepest) : undefined)

const envelope = (u: unknown): ErrorBody | undefined => {
  // A task that is asked for may tell why it failed: that is the answer to the question, and no failure of asking.
  if (!isRecord(u) || typeof u["task_status"] === "string") return undefined
  const { choices, error, success } = u
  const told = isRecord(error) ? error : u
  const code = codeOf(told["code"])
  const message = messageOf(told)
  const body = {
    code,
    message,
    requestId: nonEmpty(u["request_id"]) ?? nonEmpty(u["requestId"]) ?? nonEmpty(told["request_id"]),
    contentFilter: filterOf(u["contentFilter"] ?? u["content_filter"]) ?? filterOf(told["contentFilter"])
  }
  if (told === error) {
    const type = nonEmpty(told["type"]) ?? nonEmpty(told["status"])
    return { ...body, code: code ?? codeInMessage(message), type }
  }
  // An unknown path answers with {"timestamp", "status": 404, "error": "Not Found", "path"}.
  if (typeof error === "string" && error !== "") {
    return { ...body, code: code ?? codeOf(u["status"]), message: message ?? error }
  }
  const isError = code === undefined ? success === false : code !== "0" && code !== "200"
  return isError && !Array.isArray(choices) ? body : undefined
}

/**
 * What a gateway says of an error that it was told, it says in its own words, and puts the error itself, with the code that
 * matters, beside them (`metadata.raw` of OpenRouter) or as text of JSON into its message.
 */
const errorIn = (source: unknown, depth: number): ErrorBody | undefined => {
  const document = typeof source === "string" ? documentIn(source) : source
  const body = envelope(document)
  if (body === undefined || depth === 0) return body
  const error = isRecord(document) ? document["error"] : undefined
  const raw = isRecord(error) && isRecord(error["metadata"]) ? error["metadata"]["raw"] : undefined
  const words = typeof raw === "string" ? excerpt(raw) : undefined
  const inner = errorIn(raw, depth - 1) ?? errorIn(body.message, depth - 1)
  return { ...body, ...defined(inner ?? { message: words }) }
}

const documentIn = (text: string): unknown => {
  const begin = text.indexOf("{")
  const end = text.lastIndexOf("}")
  return begin === -1 || end < begin ? undefined : parseJson(text.slice(begin, end + 1))
}

/** Messages of the Anthropic-compatible endpoint begin with the code: `[1113][…]`. */
const codeInMessage = (message: string | undefined): string | undefined =>
  message === undefined ? undefined : /^\[(-?\d{1,5})\]/.exec(message)?.[1]

/**
 * The error of a body under an error status, whatever it is: JSON of any shape, HTML, text, nothing.
 *
 * @internal
 */
export const fromText = (text: string): ErrorBody => {
  const trimmed = text.trim()
  const parsed = parseJson(trimmed)
  const known = fromJson(parsed)
  if (known !== undefined) return known
  const record = isRecord(parsed) ? parsed : {}
  return {
    code: undefined,
    message: messageOf(record) ?? nonEmpty(record["detail"]) ?? excerpt(trimmed),
    requestId: nonEmpty(record["request_id"]),
    contentFilter: undefined,
    isPage: isPage(trimmed)
  }
}

/** Whether a text is a page for a browser. @internal */
export const isPage = (text: string): boolean => /^\s*<(!doctype html|html|head|body|center|title|h1)\b/i.test(text)

/** The first 200 characters of a foreign body, on one line, without markup. @internal */
export const excerpt = (text: string): string | undefined => {
  const markup = text
    .slice(0, 4096)
    .replace(/<(script|style)[^>]*>[\s\S]*?(<\/\1>|$)/gi, " ")
    // What stands for a key is no markup.
    .replace(/<(?!redacted>)[^>]*>/g, " ")
  return nonEmpty(cut(printable(markup)))
}

/** One line of a text of the service, as what is not printed may steer a terminal or break a line of a log. @internal */
export const printable = (text: string): string => text.replace(/[\s\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, " ").trim()

/** The beginning of a long text. A code or an id may be any text, once something between here and the service has written it. @internal */
export const cut = (text: string, length = 200): string =>
  text.length > length ? `${text.slice(0, length).replace(/[\ud800-\udbff]$/, "")}…` : text

/**
 * A body without secrets, which any of its texts may repeat, and in printable characters.
 *
 * @internal
 */
export const cleaned = (body: ErrorBody, redact: (text: string) => string): ErrorBody => {
  const clean = redactedWithin(body, (text) => printable(redact(text)))
  return { ...redactedWithin(clean, cut), message: clean.message }
}
