/** Failures of the transport and bodies that are not what was asked for, as errors of this client. */
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { ConnectionError, CorruptStreamError, StreamTruncatedError } from "../../ZhipuError.js"
import { excerpt } from "../protocol/failures/errorBody.js"

/**
 * An error of platform's HTTP client. It holds the request with its key, so only words are taken from it.
 *
 * @internal
 */
export const failed = (
  phase: "connect" | "body",
  error: HttpClientError.HttpClientError,
  redact: (text: string) => string
): ConnectionError => {
  const reason = redact(reasonOf(error.cause) ?? error.reason)
  return new ConnectionError({
    message:
      phase === "connect"
        ? `The service could not be reached: ${reason}. Check the network, the base URL and any proxy.`
        : `The connection broke off while the answer was read: ${reason}. Ask again.`,
    phase,
    reason
  })
}

/** @internal */
export const closed = (): ConnectionError =>
  new ConnectionError({
    message:
      "The client was shut down while the call ran: its layer was released. Keep the layer as long as its streams.",
    phase: "closed"
  })

/** The innermost cause says what happened; `fetch failed` and `terminated` around it do not. */
const reasonOf = (cause: unknown, depth = 0): string | undefined => {
  if (!(cause instanceof Error) || depth > 5) return undefined
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : undefined
  const inner = reasonOf(cause.cause ?? first, depth + 1)
  if (inner !== undefined) return inner
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined
  const message = cause.message === "" ? cause.name : cause.message
  return code === undefined || message.includes(code) ? message : `${code}: ${message}`
}

/**
 * A success whose body cannot be read as what was asked for.
 *
 * @internal
 */
export const unreadable = (
  response: HttpClientResponse.HttpClientResponse,
  requestId: string | undefined,
  text: string,
  redact: (text: string) => string
): CorruptStreamError | StreamTruncatedError => {
  const type = response.headers["content-type"]
  const common = { status: response.status, requestId }
  if (text.trim() === "") {
    return new CorruptStreamError({
      ...common,
      reason: "EmptyResponse",
      detail: "the body is empty",
      message: `The service answered HTTP ${response.status} with an empty body. Ask again.`
    })
  }
  // A document of the service is not quoted: it holds a part of the answer.
  if (/json/i.test(type ?? "") && text.trimStart().startsWith("{")) {
    if (isOpen(text)) {
      return new StreamTruncatedError({
        ...common,
        receivedBytes: new TextEncoder().encode(text).length,
        receivedFrames: 0,
        message: "The body ended in the middle of its JSON: what came is not the whole answer. Ask again."
      })
    }
    if (!isJson(text)) {
      return new CorruptStreamError({
        ...common,
        reason: "MalformedFrame",
        detail: "the document is not JSON",
        message: "The service answered with a document that is not JSON. Ask again."
      })
    }
  }
  const encoding = response.headers["content-encoding"]
  if (encoding !== undefined && /[\ufffd\p{Cc}]/u.test(text.slice(0, 32).replace(/\s/g, ""))) {
    return new CorruptStreamError({
      ...common,
      reason: "UnexpectedContentType",
      detail: `packed as ${excerpt(encoding) ?? "nothing"}`,
      message: `The answer is packed as ${excerpt(encoding) ?? "nothing"}, which the client did not ask for and cannot read. Look for a proxy or gateway in between that compresses.`
    })
  }
  // Redacted before it is cut, or the beginning of a key at the cut would not be recognised.
  const begin = excerpt(redact(text))
  const detail = `content type ${type ?? "unknown"}${begin === undefined ? "" : `, beginning: ${begin}`}`
  return new CorruptStreamError({
    ...common,
    reason: "UnexpectedContentType",
    detail,
    message:
      `The answer is not what the service sends (${detail}). ` +
      "Check the base URL, and whether a proxy or a login page stands in between."
  })
}

/** Whether a text ends inside of the JSON object that it begins with. */
const isOpen = (text: string): boolean => {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (inString) {
      if (character === "\\") at++
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === "{" || character === "[") depth++
    else if (character === "}" || character === "]") depth--
  }
  return inString || depth > 0
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
