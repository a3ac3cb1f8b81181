/** Looks at what a program without types may have given in the place of a key. */
import { problemOf } from "@effect-zhipu/protocol/internal/keys/apiKey"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { AuthenticationError } from "../../ZhipuError.js"
import type { KeyPool, LeaseSettings } from "./poolDescription.js"

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

/** What is wrong with the keys of a pool, as a sentence; never repeats one. @internal */
export const problemOfKeys = (
  keys: ReadonlyArray<Redacted.Redacted>,
  auth: LeaseSettings["auth"]
): string | undefined => {
  if (keys.length === 0) return "The pool holds no API key."
  for (const [index, key] of keys.entries()) {
    const problem = problemOfGiven(key, auth)
    if (problem !== undefined) return `API key ${index + 1} of the pool ${problem}.`
  }
  return undefined
}

/** The first key of a source that was checked: for whoever asks the configuration for one. @internal */
export const checkedKeys = (
  keys: KeyPool["keys"],
  auth: LeaseSettings["auth"]
): Effect.Effect<ReadonlyArray<Redacted.Redacted>, AuthenticationError> =>
  Effect.flatMap(Effect.isEffect(keys) ? keys : Effect.succeed(keys), (keys) => {
    const problem = problemOfKeys(keys, auth)
    return problem === undefined ? Effect.succeed(keys) : new AuthenticationError({ message: problem })
  })
