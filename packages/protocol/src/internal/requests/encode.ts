/** Writes a request as JSON, and says with a path what JSON cannot hold. Never changes its input. */
import type { RequestEncodeFailure } from "../failures/failure.js"

/**
 * Writes a request as JSON: `JSON.stringify` with its silences made failures: what it would throw on (a cycle, a bigint), drop (functions, symbols)
 * or turn into `null` (NaN, infinities, holes), and lone surrogates, which no UTF-8 can carry.
 *
 * @since 0.1.0
 * @category encoding
 */
export const encode = (document: unknown): string | RequestEncodeFailure => {
  try {
    const problem = problemIn(document, "", new Set())
    return problem ?? JSON.stringify(document)
  } catch {
    // A getter or a toJSON of the caller's own threw; its message could hold anything.
    return failure("", "a getter or toJSON method failed")
  }
}

const failure = (path: string, what: string): RequestEncodeFailure => ({
  _tag: "RequestEncodeError",
  message: `The request cannot be written as JSON: ${what} at ${path === "" ? "its top" : path}.`,
  path
})

const loneSurrogate = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

const problemIn = (value: unknown, path: string, above: Set<object>): RequestEncodeFailure | undefined => {
  if (value === null) return undefined
  switch (typeof value) {
    case "string":
      return loneSurrogate.test(value) ? failure(path, "half a surrogate pair (a character cut in two)") : undefined
    case "number":
      return Number.isFinite(value) ? undefined : failure(path, `the number ${value}`)
    case "bigint":
      return failure(path, "a bigint")
    case "function":
    case "symbol":
      return failure(path, `a ${typeof value}`)
    case "boolean":
      return undefined
    case "undefined":
      return failure(path, "undefined")
    default:
      return problemInside(value, path, above)
  }
}

const problemInside = (value: object, path: string, above: Set<object>): RequestEncodeFailure | undefined => {
  if (above.has(value)) return failure(path, "a cycle")
  above.add(value)
  const problem = problemInObject(value, path, above)
  above.delete(value)
  return problem
}

const problemInObject = (value: object, path: string, above: Set<object>): RequestEncodeFailure | undefined => {
  if ("toJSON" in value && typeof value.toJSON === "function") return problemIn(value.toJSON(""), path, above)
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const problem = problemIn(value[i], `${path}[${i}]`, above)
      if (problem !== undefined) return problem
    }
    return undefined
  }
  for (const [key, field] of Object.entries(value)) {
    // A field that is undefined is not sent, as everywhere in JavaScript.
    if (field === undefined) continue
    if (loneSurrogate.test(key)) return failure(path, "a key with half a surrogate pair")
    const problem = problemIn(field, path === "" ? key : `${path}.${key}`, above)
    if (problem !== undefined) return problem
  }
  return undefined
}
