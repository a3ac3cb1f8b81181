// Generated from packages/testing/src/internal/simulator/json.ts by scripts/effect4: change that file.
/** A JSON object as a request or an answer holds it. */
export type Json = { readonly [key: string]: unknown }

/** @internal */
export const isObject = (u: unknown): u is Json => typeof u === "object" && u !== null && !Array.isArray(u)

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isObject(value)) return value
  const out: Record<string, unknown> = {}
  for (const key of Object.keys(value).sort()) {
    // An assignment to "__proto__" would be lost.
    Object.defineProperty(out, key, { value: sorted(value[key]), enumerable: true })
  }
  return out
}

/**
 * JSON with the keys of every object in alphabetical order, as the service writes its whole replies.
 *
 * @internal
 */
export const stringifySorted = (value: unknown): string => JSON.stringify(sorted(value))

/**
 * The JSON of a body; its text where it is none, nothing where it is empty.
 *
 * @internal
 */
export const parseOrText = (text: string): unknown => {
  if (text === "") return undefined
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
