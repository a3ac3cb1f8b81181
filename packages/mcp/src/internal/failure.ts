/** What the SDK throws, as one of the reasons of a call or of a server. Pure. */
import type { CallReason, Reason } from "../McpError.js"
import { disconnectedCode, tooLargeCode } from "./codes.js"
import type { Redactor } from "./secrets.js"

/** A body that was larger than it may be. @internal */
export class TooLarge extends Error {
  override readonly name = "TooLarge"
  constructor(maxBytes: number) {
    super(`The message was larger than ${maxBytes} bytes.`)
  }
}

/** `status`: of HTTP. @internal */
export interface Failure {
  readonly reason: CallReason
  readonly message: string
  readonly status: number | undefined
  /** The server does not know the session, and so has not looked at what it was asked. */
  readonly isForgotten: boolean
}

/** The protocol has 404 for it; many servers, also of the official SDKs, say 400 and tell it in words. */
const isForgotten = (status: number | undefined, text: string): boolean =>
  status === 404 || (status === 400 && /session|not initialized/i.test(text))

const has = <Name extends string>(error: unknown, name: Name): error is { readonly [_ in Name]: unknown } =>
  typeof error === "object" && error !== null && name in error

/** The code of the SDK for a connection that has ended. */
const connectionClosed = -32_000

/** `fetch failed` says nothing; its cause does. */
const wordsOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const { cause, message } = error
  // An error of several addresses has no message.
  const inner = cause instanceof Error ? cause.message || (has(cause, "code") ? String(cause.code) : "") : ""
  return inner === "" ? message : `${message}: ${inner}`
}

/** What the SDK puts before the words of a server. */
const plain = (message: string): string =>
  message.replace(/^(MCP error -?\d+: )+/, "").replace(/^Streamable HTTP error: (Error POSTing to endpoint: )?/, "")

/** A page of HTML or a stack of a server is nothing for the model. */
const maxMessage = 2000

const bounded = (text: string): string => (text.length > maxMessage ? `${text.slice(0, maxMessage)}…` : text)

/** @internal */
export const failureOf = (error: unknown, redacted: Redactor): Failure => {
  const code = has(error, "code") && typeof error.code === "number" ? error.code : undefined
  const failure = (reason: CallReason, message: string, status?: number): Failure => ({
    reason,
    message: bounded(redacted(message)),
    status,
    isForgotten: isForgotten(status, message)
  })
  if (error instanceof TooLarge) return failure("TooLarge", error.message)
  if (code === tooLargeCode) return failure("TooLarge", plain(wordsOf(error)))
  if (code === disconnectedCode || code === connectionClosed) return failure("Disconnected", plain(wordsOf(error)))
  // Zod's errors, and JSON that is none.
  if (has(error, "issues") || error instanceof SyntaxError) {
    return failure("Invalid", "The server's answer is not of the Model Context Protocol.")
  }
  if (code !== undefined && code >= 100) {
    const text = plain(wordsOf(error))
    return failure("Rejected", `HTTP ${code}${text === "" ? "" : `: ${text}`}`, code)
  }
  if (code === -1) return failure("Invalid", plain(wordsOf(error)))
  if (code !== undefined) return failure("Rejected", plain(wordsOf(error)))
  return failure("Disconnected", wordsOf(error))
}

const reasons: Readonly<Record<CallReason, Reason>> = {
  ToolError: "Refused",
  Rejected: "Refused",
  Disconnected: "Unreachable",
  TooLarge: "TooLarge",
  Invalid: "Invalid"
}

/** The same, of a server that does not get ready. @internal */
export const reasonOf = (reason: CallReason): Reason => reasons[reason]
