/** Completes an error on its way out of a call. The error itself is never changed: somebody else may hold it. */
import type { ChatCompletion } from "../../ChatCompletion.js"
import type { ZhipuError } from "../../ZhipuError.js"

/** The same error with other details; it tells the place where the first one was made. */
const copied = (
  error: ZhipuError,
  details: { readonly attempts?: number; readonly partial?: ChatCompletion }
): ZhipuError => {
  const { partial = error.partial, ...shown } = details
  // Not checked again, as the fields come from an error.
  const copy: ZhipuError = Reflect.construct(error.constructor, [{ ...error, message: error.message, ...shown }, true])
  const hide = (name: string, value: unknown): void => {
    if (value !== undefined) Object.defineProperty(copy, name, { value, enumerable: false, configurable: true })
  }
  // Whoever logs an error shall not log the answer. Effect prints what a constructor was given, so it is not given.
  hide("partial", partial)
  hide("stack", error.stack)
  return copy
}

/** @internal */
export const withAttempts = (error: ZhipuError, attempts: number): ZhipuError => copied(error, { attempts })

/** @internal */
export const withPartial = (error: ZhipuError, partial: ChatCompletion): ZhipuError => copied(error, { partial })
