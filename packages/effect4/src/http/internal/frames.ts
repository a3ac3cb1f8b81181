// Generated from packages/http/src/internal/frames.ts by scripts/effect4: change that file.
/** The server-sent events that this package writes and reads, as text. No part of Effect's runtime in here. */
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import type { ChunkEvent } from "../../ChunkEvent.js"
import * as ZhipuError from "../../ZhipuError.js"

/** Goes out before anything is known: servers and proxies hold the headers back until there is a body. @internal */
export const open = ": open\n\n"

/** @internal */
export const keepAlive = ": keep-alive\n\n"

/** `EventSource` drops an event without data. @internal */
export const done = "event: done\ndata: {}\n\n"

/**
 * JSON has no line breaks, so that every event is one `data:` line. An `Extra` that is nested too deeply to be written (some
 * thousand levels, which JSON may have and can be read) is left out: nothing in it is of this protocol.
 *
 * @internal
 */
export const ofEvent = (id: number, event: ChunkEvent): string => {
  const data = jsonOf(event) ?? (event._tag === "Extra" ? undefined : JSON.stringify(cut(event, deepest)))
  return data === undefined ? "" : `id: ${id}\nevent: ${event._tag}\ndata: ${data}\n\n`
}

/** Undefined where the nesting is too deep for the stack. */
const jsonOf = (value: unknown): string | undefined => {
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

const deepest = 100

/** What is nested deeper reads null: such fields are of no event that the client knows. */
const cut = (value: unknown, depth: number): unknown => {
  if (typeof value !== "object" || value === null) return value
  if (depth === 0) return null
  if (Array.isArray(value)) return value.map((item) => cut(item, depth - 1))
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, cut(field, depth - 1)]))
}

/** @internal */
export const ofError = (document: Readonly<Record<string, unknown>>): string =>
  `event: error\ndata: ${JSON.stringify(document)}\n\n`

const encodeError = Schema.encodeSync(ZhipuError.ZhipuError)

/**
 * An error as the browser gets it; without `partial` where that cannot be written. What a service and the gateways before it say
 * in headers of themselves and of the account is for the server alone.
 *
 * @internal
 */
export const errorDocument = (
  error: ZhipuError.ZhipuError,
  options: { readonly partial?: boolean | undefined }
): Readonly<Record<string, unknown>> => {
  const { headers: _, partial, ...fields } = encodeError(error)
  return {
    ...fields,
    isRetryable: error.isRetryable,
    ...(options.partial === true && partial !== undefined && jsonOf(partial) !== undefined ? { partial } : {})
  }
}

/** In place of a defect, which may hold anything. @internal */
export const serverFailed = (): ZhipuError.ServerError =>
  new ZhipuError.ServerError({ message: "The server failed while it answered. Ask again later." })

/** The status of a response to the browser: 4xx where its request was wrong, 5xx where the key or the account of the server was. @internal */
export const statusOf = (error: ZhipuError.ZhipuError): number => {
  switch (error._tag) {
    case "InvalidRequestError":
    case "ModelNotFoundError":
    case "RequestEncodeError":
      return 400
    case "ContextLengthError":
      return 413
    case "ContentFilteredError":
      return 422
    case "RateLimitError":
    case "QuotaExceededError":
      return 429
    case "OverloadedError":
    case "QueueFullError":
      return 503
    case "DeadlineExceededError":
      return error.phase === "queue" ? 503 : 504
    case "ConnectionError":
      return error.phase === "closed" ? 503 : 502
    default:
      return 502
  }
}

/** The value of `retry-after`: seconds, or the date of a quota that fills again. @internal */
export const retryAfterOf = (error: ZhipuError.ZhipuError): string | undefined => {
  if (error.retryAfter !== undefined) return String(Math.ceil(Duration.toSeconds(error.retryAfter)))
  return error._tag === "QuotaExceededError" && error.resetAt !== undefined
    ? DateTime.toDateUtc(error.resetAt).toUTCString()
    : undefined
}
