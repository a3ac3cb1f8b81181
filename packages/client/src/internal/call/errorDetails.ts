/**
 * Completes an error on its way out of a call. The error was made for this call, so it is filled in place; one that somebody
 * else made, such as the source of a key, may be frozen.
 */
import type { ChatCompletion } from "../../ChatCompletion.js"
import type { ZhipuError } from "../../ZhipuError.js"

/** @internal */
export const withAttempts = (error: ZhipuError, attempts: number): ZhipuError =>
  !Object.isExtensible(error)
    ? error
    : Object.defineProperty(error, "attempts", { value: attempts, enumerable: true, configurable: true })

/** Not enumerable, so that whoever logs the error does not log the answer. @internal */
export const withPartial = (error: ZhipuError, partial: ChatCompletion): ZhipuError =>
  !Object.isExtensible(error)
    ? error
    : Object.defineProperty(error, "partial", { value: partial, enumerable: false, configurable: true })
