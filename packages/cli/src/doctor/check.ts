/** What one check of `zhipu doctor` found. Pure. */
import { exitCodes } from "../exitCode.js"

/** @internal */
export type Status = "ok" | "warn" | "fail" | "skip"

/** @internal */
export interface Check {
  readonly name: string
  readonly status: Status
  /** What was seen, as one or more sentences. Never a key. */
  readonly seen: string
  /** What to do about it. */
  readonly advice?: string
  /** What the command exits with where this is the first check that failed. */
  readonly exitCode?: number
  /** Its words are all of this command: where one of them is a part of a short key, it does not come from there. */
  readonly isOwnWords?: boolean
}

/** @internal */
export const ok = (name: string, seen: string, advice?: string): Check => ({
  name,
  status: "ok",
  seen,
  ...(advice === undefined ? {} : { advice })
})

/** @internal */
export const warn = (name: string, seen: string, advice: string): Check => ({ name, status: "warn", seen, advice })

/** @internal */
export const skip = (name: string, seen: string): Check => ({ name, status: "skip", seen })

/** @internal */
export const fail = (
  name: string,
  seen: string,
  advice: string,
  exitCode: number = exitCodes.configuration
): Check => ({
  name,
  status: "fail",
  seen,
  advice,
  exitCode
})

/** The first failure decides, as what comes after it often fails because of it. @internal */
export const exitCodeOf = (checks: ReadonlyArray<Check>): number =>
  checks.find(({ status }) => status === "fail")?.exitCode ?? exitCodes.done

/** A text without the key and its halves, in case a message of another repeats them. @internal */
export const scrub = (checks: ReadonlyArray<Check>, key: string | undefined): ReadonlyArray<Check> => {
  const secret = key?.trim() ?? ""
  const parts = [secret, ...secret.split(".")].filter((part) => part.length >= 6)
  const clean = (text: string) => parts.reduce((text, part) => text.replaceAll(part, "<redacted>"), text)
  return checks.map((check) =>
    check.isOwnWords === true
      ? check
      : {
          ...check,
          seen: clean(check.seen),
          ...(check.advice === undefined ? {} : { advice: clean(check.advice) })
        }
  )
}
