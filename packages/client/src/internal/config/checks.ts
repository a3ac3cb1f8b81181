/** What is wrong with options, found before anything waits or is sent. */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import type * as Deadlines from "../../Deadlines.js"

/** @internal */
export interface Problem {
  /** `deadlines.idle` */
  readonly path: string
  /** A sentence. */
  readonly message: string
}

const isDuration = (input: Duration.DurationInput, least: number): boolean => {
  // NaN as a number of milliseconds would be taken for zero.
  if (typeof input === "number" && !(input >= 0)) return false
  const decoded = Duration.decodeUnknown(input)
  return Option.isSome(decoded) && Duration.toMillis(decoded.value) >= least
}

const shown = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value))

/** @internal */
export const problemOfDeadlines = (deadlines: Deadlines.Options = {}): Problem | undefined => {
  for (const [phase, input] of Object.entries(deadlines)) {
    if (input === undefined || isDuration(input, 0)) continue
    return {
      path: `deadlines.${phase}`,
      message: `The deadline ${phase} must be a duration, zero or more, such as "30 seconds", or Infinity; it is ${shown(input)}.`
    }
  }
  return undefined
}

/** @internal */
export const problemOfHeaders = (headers: Readonly<Record<string, string>> = {}): Problem | undefined => {
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) {
      return { path: "headers", message: `${JSON.stringify(name)} is no name of a header.` }
    }
    // The value may be a secret, and is not repeated.
    if (typeof value !== "string" || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      return { path: `headers.${name}`, message: `The header ${name} holds characters that no header may hold.` }
    }
  }
  return undefined
}
