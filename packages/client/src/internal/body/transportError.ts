/** Failures of the transport, as failures of a call. */
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type { ConnectionError, CorruptStreamError, InvalidRequestError } from "../../ZhipuError.js"
import { corruptStream } from "@effect-zhipu/protocol/internal/failures/corruptStream"
import type { ConnectionFailure } from "@effect-zhipu/protocol/internal/failures/failure"
import { packedMessage } from "@effect-zhipu/protocol/internal/failures/unreadable"
import { toError } from "../toError.js"
import { PackedError } from "./inflate.js"

/**
 * What an error of platform's HTTP client means. It holds the request with its key, so only words are taken from it.
 *
 * @internal
 */
export const failure = (
  phase: "connect" | "body",
  error: HttpClientError.HttpClientError,
  redact: (text: string) => string
): ConnectionFailure => {
  const reason = redact(reasonOf(error.cause) ?? error.reason)
  return {
    _tag: "ConnectionError",
    message:
      phase === "connect"
        ? `The service could not be reached: ${reason}. Check the network, the base URL and any proxy.`
        : `The connection broke off while the answer was read: ${reason}. Ask again.`,
    phase,
    reason
  }
}

/**
 * Whether a request came to nothing before the service could have got it: no connection was made. Where a transport does
 * not say so, it may have got it.
 *
 * @internal
 */
export const isUnsent = (error: HttpClientError.HttpClientError): boolean =>
  error._tag === "RequestError" && saysUnsent(error.cause)

/** The last two are Bun's. */
const unsentCode =
  /^(E(CONNREFUSED|NOTFOUND|AI_AGAIN|NETUNREACH|HOSTUNREACH)|UND_ERR_CONNECT_TIMEOUT|ConnectionRefused|FailedToOpenSocket)$/

const saysUnsent = (cause: unknown, depth = 0): boolean => {
  if (!(cause instanceof Error) || depth > 5) return false
  if ("code" in cause && unsentCode.test(String(cause.code))) return true
  // Deno has no codes.
  if (/tcp connect error|dns error/.test(cause.message)) return true
  if (cause instanceof AggregateError) return cause.errors.every((one) => saysUnsent(one, depth + 1))
  return saysUnsent(cause.cause, depth + 1)
}

/** @internal */
export const failed = (
  phase: "connect" | "body",
  error: HttpClientError.HttpClientError,
  redact: (text: string) => string
): ConnectionError | CorruptStreamError | InvalidRequestError => {
  const found = failure(phase, error, redact)
  const { reason = "" } = found
  return (
    packed(error, redact) ??
    toError(
      unsendable.test(reason)
        ? {
            _tag: "InvalidRequestError",
            message: `It cannot be sent (${reason}): change its headers or base URL.`
          }
        : found
    )
  )
}

/** What undici and the `fetch` of Node, Deno and Bun say of a header, or of a port, that they send nothing with. */
const unsendable = /^UND_ERR_(INV|NOT)|ByteString|invalid (header )?value|^bad port/i

/** A body that arrives well, but packed in a way that cannot be read. Asking again would bring the same. @internal */
export const packed = (
  error: HttpClientError.HttpClientError,
  redact: (text: string) => string
): CorruptStreamError | undefined => {
  const { cause } = error
  if (!(cause instanceof PackedError)) return undefined
  const { encoding, requestId, status } = cause
  const packing = redact(encoding).slice(0, 40)
  const response = { status, requestId: requestId && redact(requestId) }
  return toError(corruptStream(response, "UnexpectedContentType", `packed as ${packing}`, packedMessage(packing)))
}

/** @internal */
export const closed = (): ConnectionError =>
  toError({
    _tag: "ConnectionError",
    message: "The client was closed while the call ran, or its layer released. Keep it as long as its calls.",
    phase: "closed"
  })

/** The innermost cause says what happened; `fetch failed` and `terminated` around it do not. */
const reasonOf = (cause: unknown, depth = 0): string | undefined => {
  if (!(cause instanceof Error) || depth > 5) return undefined
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : undefined
  const inner = reasonOf(cause.cause ?? first, depth + 1)
  if (inner !== undefined) return inner
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : undefined
  // Some libraries add what they compared, on lines of their own.
  const [line = ""] = cause.message.trim().split(/[\r\n]/)
  const message = line || cause.name
  return code === undefined || message.includes(code) ? message : `${code}: ${message}`
}
