/** Reads a value of a schema from what a model answered. */
import * as Either from "effect/Either"
import * as Effect from "effect/Effect"
import type { ParseError } from "effect/ParseResult"
import { isRecord } from "effect/Predicate"
import { mismatchOf } from "./mismatch.js"
import { type Candidate, find, scalar, withoutThinking } from "@effect-zhipu/protocol/internal/text/jsonText"
import { isCutReason } from "@effect-zhipu/protocol/internal/decoding/wholeArguments"

/** @internal */
export interface Rejected {
  readonly reason: "NoJson" | "Truncated" | "Malformed" | "Mismatch"
  /** What is wrong, for the model and for whoever reads the error. */
  readonly issue: string
  /** Where it does not fit, without a word of the answer, for a log. */
  readonly where?: string
}

/** Issues go back to the model, and may quote what it wrote. */
const maxIssue = 2000

/** Every value that is tried costs a decoding. */
const maxTries = 16

type Whole = Extract<Candidate, { readonly _tag: "Whole" }>

/**
 * The value, or why there is none.
 *
 * @internal
 */
export const read = <A, R>(
  text: string,
  finishReason: string | undefined,
  wrapped: boolean,
  decode: (value: unknown) => Effect.Effect<A, ParseError, R>
): Effect.Effect<Either.Either<A, Rejected>, never, R> =>
  Effect.gen(function* () {
    const candidates = candidatesIn(withoutThinking(text), wrapped, isCutReason(finishReason))
    // Where the last value is not complete, an earlier one may have been a draft of it.
    const whole = candidates.at(-1)?._tag === "Open" ? [] : ranked(candidates).slice(0, maxTries)
    let mismatch: ParseError | undefined
    for (const { value } of whole) {
      for (const form of formsOf(value, wrapped)) {
        const decoded = yield* Effect.either(decode(form))
        if (Either.isRight(decoded)) return Either.right(decoded.right)
        mismatch ??= decoded.left
      }
    }
    return Either.left(rejection(candidates, isCutReason(finishReason), mismatch))
  })

const candidatesIn = (text: string, wrapped: boolean, cut: boolean): ReadonlyArray<Candidate> => {
  const candidates = find(text)
  if (!wrapped) return candidates.filter((candidate) => !isAside(candidate))
  if (candidates.length > 0) return candidates
  const bare = scalar(text)
  if (bare === undefined) return []
  // "1" may be the beginning of "12": where the answer was cut, only what closes itself is whole.
  return [bare._tag === "Whole" && cut && typeof bare.value !== "string" ? { ...bare, _tag: "Open" } : bare]
}

/** What a text that should hold an object has beside it: `[1]`, `[ ]`. */
const isAside = (candidate: Candidate): boolean =>
  candidate._tag !== "Broken" && Array.isArray(candidate.value) && !candidate.value.some((item) => isRecord(item))

/**
 * Models that think aloud give a draft and then their answer; models that explain themselves give an answer and then
 * pieces of it. So: from the last to the first, but those that are less than half of the largest come after.
 */
const ranked = (candidates: ReadonlyArray<Candidate>): ReadonlyArray<Whole> => {
  const whole = candidates.filter((candidate): candidate is Whole => candidate._tag === "Whole").toReversed()
  const size = ({ end, start }: Whole) => end - start
  const half = Math.max(0, ...whole.map(size)) / 2
  return [
    ...whole.filter((candidate) => size(candidate) >= half),
    ...whole.filter((candidate) => size(candidate) < half).sort((a, b) => size(b) - size(a))
  ]
}

/** What a value may stand for: itself, or what an object with a single property holds. */
const formsOf = (value: unknown, wrapped: boolean): ReadonlyArray<unknown> => {
  const held = heldBy(value)
  if (held === undefined) return [value]
  return wrapped && held.key === "value" ? [held.value, value] : [value, held.value]
}

const heldBy = (value: unknown): { readonly key: string; readonly value: unknown } | undefined => {
  if (!isRecord(value) || Array.isArray(value)) return undefined
  const [first, ...rest] = Object.entries(value)
  return first === undefined || rest.length > 0 ? undefined : { key: first[0], value: first[1] }
}

const rejection = (candidates: ReadonlyArray<Candidate>, cut: boolean, mismatch: ParseError | undefined): Rejected => {
  const last = candidates.at(-1)
  const unclosed = last === undefined || (last._tag === "Broken" && !last.closed)
  if (last?._tag === "Open" || (cut && unclosed)) {
    return { reason: "Truncated", issue: "Your answer broke off before its JSON was complete. Make it shorter." }
  }
  if (mismatch !== undefined) {
    const issue = `The JSON is not valid for the schema:\n${bounded(mismatch.message)}`
    return { reason: "Mismatch", issue, where: mismatchOf(mismatch) }
  }
  const broken = candidates.find((candidate) => candidate._tag === "Broken")
  return broken?._tag === "Broken"
    ? { reason: "Malformed", issue: `The answer is not JSON: ${broken.detail}.` }
    : { reason: "NoJson", issue: "There is no JSON in the answer." }
}

const bounded = (issue: string): string => (issue.length > maxIssue ? `${issue.slice(0, maxIssue)}…` : issue)

/**
 * What there is so far of an answer that still arrives; `undefined` before its value begins. Of several values the
 * last one of the right kind.
 *
 * @internal
 */
export const partial = (text: string, wrapped: boolean): unknown => {
  const candidate = find(withoutThinking(text)).findLast(
    (candidate) => candidate._tag !== "Broken" && (wrapped || !Array.isArray(candidate.value))
  )
  if (candidate === undefined || candidate._tag === "Broken") return undefined
  if (!wrapped) return candidate.value
  const held = heldBy(candidate.value)
  return held?.key === "value" ? held.value : Array.isArray(candidate.value) ? candidate.value : undefined
}
