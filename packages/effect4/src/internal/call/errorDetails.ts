// Generated from packages/client/src/internal/call/errorDetails.ts by scripts/effect4: change that file.
/** Completes an error on its way out of a call. The error itself is never changed: somebody else may hold it. */
import { redactedWithin } from "@effect-zhipu/protocol/internal/text/redaction"
import type { ChatCompletion } from "../../ChatCompletion.js"
import type { ZhipuError } from "../../ZhipuError.js"

/** The same error with other details; it tells the place where the first one was made. */
const copied = (
  error: ZhipuError,
  details: Partial<Pick<ZhipuError, "attempts" | "headers" | "message" | "partial">>
): ZhipuError => {
  const { headers = error.headers, partial = error.partial, ...shown } = details
  // Not checked again, as the fields come from an error.
  const copy: ZhipuError = Reflect.construct(error.constructor, [{ ...error, message: error.message, ...shown }, true])
  const hide = (name: string, value: unknown): void => {
    if (value !== undefined) Object.defineProperty(copy, name, { value, enumerable: false, configurable: true })
  }
  // Whoever logs an error shall log neither the answer nor what headers hold. Effect prints what a constructor was given, so it is not given.
  hide("partial", partial)
  hide("headers", headers)
  hide("stack", error.stack)
  return copy
}

/** How often it was asked, and what the last response said in its headers. @internal */
export const withAttempts = (error: ZhipuError, attempts: number, headers: ZhipuError["headers"]): ZhipuError =>
  copied(error, { attempts, headers })

/** The same error where none of its texts repeats a secret, whoever made it: the service has a word in most of them. @internal */
export const withoutSecrets = (error: ZhipuError, redact: (text: string) => string): ZhipuError => {
  const told = { ...error, message: error.message }
  const clean = redactedWithin(told, redact)
  return clean === told ? error : copied(error, clean)
}

/** What a reader can do besides, where the client knows more than who made the error. @internal */
export const withHint = (error: ZhipuError, hint: string): ZhipuError =>
  copied(error, { message: `${error.message} ${hint}` })

/** @internal */
export const withPartial = (error: ZhipuError, partial: ChatCompletion): ZhipuError => copied(error, { partial })
