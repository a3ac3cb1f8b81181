// Generated from packages/client/src/internal/keys/given.ts by scripts/effect4: change that file.
/** Looks at what a program without types may have given in the place of a key. */
import { problemOf } from "@effect-zhipu/protocol/internal/keys/apiKey"
import * as Redacted from "effect/Redacted"

/**
 * What is wrong with it, as the end of a sentence that begins with "the API key"; `undefined` if nothing is.
 *
 * @internal
 */
export const problemOfGiven = (given: unknown, auth: "api-key" | "jwt"): string | undefined => {
  if (given === undefined || given === null) return `is ${given}`
  if (!Redacted.isRedacted(given)) return "is no Redacted: write Redacted.make(key), with Redacted of effect"
  const key = Redacted.value(given)
  return typeof key === "string" ? problemOf(key, auth) : `is a Redacted of ${key === null ? "null" : typeof key}`
}
