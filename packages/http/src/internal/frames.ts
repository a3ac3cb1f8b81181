/** The server-sent events that this package writes and reads, as text. No part of Effect's runtime in here. */
import type { ChunkEvent } from "@effect-zhipu/client/ChunkEvent"
import * as ZhipuError from "@effect-zhipu/client/ZhipuError"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

/** Goes out before anything is known: servers and proxies hold the headers back until there is a body. @internal */
export const open = ": open\n\n"

/** @internal */
export const keepAlive = ": keep-alive\n\n"

/** `EventSource` drops an event without data. @internal */
export const done = "event: done\ndata: {}\n\n"

/** JSON has no line breaks, so that every event is one `data:` line. @internal */
export const ofEvent = (id: number, event: ChunkEvent): string =>
  `id: ${id}\nevent: ${event._tag}\ndata: ${JSON.stringify(event)}\n\n`

/** @internal */
export const ofError = (document: Readonly<Record<string, unknown>>): string =>
  `event: error\ndata: ${JSON.stringify(document)}\n\n`

const encodeError = Schema.encodeSync(ZhipuError.ZhipuError)

/** An error as the browser gets it. @internal */
export const errorDocument = (
  error: ZhipuError.ZhipuError,
  options: { readonly partial?: boolean | undefined }
): Readonly<Record<string, unknown>> => {
  const { partial, ...fields } = encodeError(error)
  return {
    ...fields,
    isRetryable: error.isRetryable,
    ...(options.partial === true && partial !== undefined ? { partial } : {})
  }
}

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
