// Generated from packages/api/src/internal/errors.ts by scripts/effect4: change that file.
/** Errors that are made, or told more of, in this package. */
import { CorruptStreamError, InvalidRequestError, type ZhipuError } from "../../ZhipuError.js"

/** A request that cannot be served as it is, found before it was sent. @internal */
export const invalid = (path: string, message: string): InvalidRequestError =>
  new InvalidRequestError({ message, path })

/** An answer that is JSON, and not the answer to what was asked. @internal */
export const unfit = (message: string, detail: string): CorruptStreamError =>
  new CorruptStreamError({ message, status: 200, reason: "UnexpectedContentType", detail })

/**
 * A copy of an error that says, before its own words, which part of the work it ended. The error itself is not changed:
 * others may hold it.
 *
 * @internal
 */
export const concerning = (error: ZhipuError, what: string): ZhipuError =>
  withFields(error, { message: `${what}: ${error.message}` })

/** A copy of an error that says, behind its own words, what may help. @internal */
export const advising = (error: ZhipuError, advice: string): ZhipuError =>
  withFields(error, { message: `${error.message} ${advice}` })

/** Whether the service took the request for a wrong one, without saying what would be right. @internal */
export const isRefusal = (error: ZhipuError): boolean =>
  error._tag === "InvalidRequestError" && (error.code === "1210" || error.code === "1214")

/** @internal */
export const withFields = (error: ZhipuError, fields: Readonly<Record<string, unknown>>): ZhipuError => {
  const descriptors: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(error)
  for (const [name, value] of Object.entries(fields)) {
    descriptors[name] = { value, enumerable: descriptors[name]?.enumerable ?? true, configurable: true, writable: true }
  }
  return Object.create(Object.getPrototypeOf(error), descriptors)
}
