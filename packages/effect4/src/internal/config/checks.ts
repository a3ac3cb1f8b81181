// Generated from packages/client/src/internal/config/checks.ts by scripts/effect4: change that file.
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

const isDuration = (input: Duration.Input, least: number): boolean => {
  // NaN as a number of milliseconds would be taken for zero.
  if (typeof input === "number" && !(input >= 0)) return false
  const decoded = Duration.fromInput(input)
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
      return { path: "headers", message: `${JSON.stringify(name)} is no header name.` }
    }
    // The value may be a secret, and is not repeated.
    if (typeof value !== "string" || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      return { path: `headers.${name}`, message: `The header ${name} holds characters that no header may hold.` }
    }
  }
  return undefined
}

/** @internal */
export const problemOfLimits = (limits: {
  readonly maxInFlight?: number | undefined
  readonly perModel?: Readonly<Record<string, number>> | undefined
  readonly maxQueue?: number | undefined
}): Problem | undefined => {
  const given: ReadonlyArray<readonly [path: string, value: number | undefined, least: number]> = [
    ["maxInFlight", limits.maxInFlight, 1],
    ...Object.entries(limits.perModel ?? {}).map(([model, limit]) => [`perModel.${model}`, limit, 1] as const),
    ["maxQueue", limits.maxQueue, 0]
  ]
  for (const [path, value, least] of given) {
    if (value === undefined || (typeof value === "number" && value >= least)) continue
    // With less than one every call would wait for ever.
    return {
      path: `limits.${path}`,
      message: `The limit ${path} must be ${least} or more, or Infinity for none; it is ${shown(value)}.`
    }
  }
  return undefined
}

/** @internal */
export const problemOfJwtTtl = (jwtTtl: Duration.Input): Problem | undefined =>
  isDuration(jwtTtl, 1000) && Duration.isFinite(Duration.fromInputUnsafe(jwtTtl))
    ? undefined
    : {
        path: "jwtTtl",
        message: `The lifetime of a token must be a second or more, such as "30 minutes"; it is ${shown(jwtTtl)}.`
      }

/** @internal */
export const problemOfZone = (zone: string): Problem | undefined =>
  isOffset(zone) || isNamed(zone)
    ? undefined
    : {
        path: "resetZone",
        message: `The zone of reset times must be an offset such as "+08:00", or a name such as "Asia/Shanghai"; it is ${shown(zone)}.`
      }

const isOffset = (zone: string): boolean => /^(Z|[+-]([01]\d|2[0-3]):?[0-5]\d)$/.test(zone)

const isNamed = (zone: string): boolean => {
  try {
    Intl.DateTimeFormat("en", { timeZone: zone })
    return true
  } catch {
    return false
  }
}
