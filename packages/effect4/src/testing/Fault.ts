// Generated from packages/testing/src/Fault.ts by scripts/effect4: change that file.
/**
 * Faults of the simulator: a small language of names, for a header, an option or a flag.
 *
 * A text is a list of faults with commas between them. Each is
 *
 * ```text
 * name [:argument] [@place] [~percent] [*times]
 * ```
 *
 * - `place` says where: `@512` after that many bytes of the body, `@chunk:3` after that many chunks of the stream,
 *   `@headers` before the headers, and `@line:3` on that line of a file.
 * - `~30` lets the fault happen to 30 of 100 requests, drawn from the seed of the simulator and the number of the
 *   request, so that a run can be repeated.
 * - `*3` lets it happen to the first 3 requests only.
 * - In an argument `%XX` stands for a byte (UTF-8), as in URLs: a comma is `%2C`.
 *
 * `code:1305*3, truncate@512` refuses three requests as overloaded, then cuts every answer after 512 bytes.
 *
 * @since 0.1.0
 */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type PlaceKind, type Spec, table as internalTable } from "./internal/simulator/faults/faultTable.js"

/**
 * The names of the faults. `Fault.table` says what each does.
 *
 * @since 0.1.0
 * @category models
 */
export type Name = keyof typeof internalTable

/**
 * Where a fault happens: before the headers, after that many bytes of the body, after that many chunks of the stream, or on
 * a line of a file.
 *
 * @since 0.1.0
 * @category models
 */
export type Place =
  | { readonly _tag: "Headers" }
  | { readonly _tag: "Line"; readonly number: number }
  | { readonly _tag: "Bytes"; readonly offset: number }
  | { readonly _tag: "Chunk"; readonly index: number }

/**
 * One fault. `arg` is what follows the colon, `times` how many requests it happens to (absent: all), `chance` the
 * percentage of requests it happens to (absent: all).
 *
 * @since 0.1.0
 * @category models
 */
export interface Fault {
  readonly name: Name
  readonly arg?: string
  readonly at?: Place
  readonly chance?: number
  readonly times?: number
}

/**
 * A row of `table`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Row {
  readonly name: Name
  /** How it is written, with placeholders in capitals: `error-frame:NNNN[@chunk:K]`. */
  readonly syntax: string
  /**
   * What it changes: the `request` as a whole, an `error` that another fault brings, what the model says (`answer`,
   * streamed or not), a `stream`, the bytes of any `body`, or what an `operation` other than chat gives.
   */
  readonly on: "request" | "error" | "answer" | "stream" | "body" | "operation"
  readonly doc: string
}

/**
 * A text is no list of faults. The message says which part and why.
 *
 * @since 0.1.0
 * @category errors
 */
export class FaultParseError extends Schema.TaggedError<FaultParseError>(
  "@effect-zhipu/effect4/testing/FaultParseError"
)("FaultParseError", { input: Schema.String, message: Schema.String }) {}

const specs: Record<string, Spec> = internalTable

const specOf = (name: string): Spec | undefined => (Object.hasOwn(specs, name) ? specs[name] : undefined)

const isName = (name: string): name is Name => specOf(name) !== undefined

const placeSyntax: Record<PlaceKind, string> = { bytes: "BYTES", chunk: "chunk:K", headers: "headers", line: "line:N" }

const argSyntax = (spec: Spec): string => {
  switch (spec.arg) {
    case "none":
      return ""
    case "code":
      return "NNNN"
    case "status":
      return "NNN"
    case "count":
    case "integer":
      return "N"
    case "text":
      return "TEXT"
    default:
      return "syntax" in spec.arg ? spec.arg.syntax : spec.arg.join("|")
  }
}

const syntaxOf = (name: string, spec: Spec): string => {
  const arg = argSyntax(spec)
  const place = spec.at.map((kind) => placeSyntax[kind]).join("|")
  return (
    name +
    (arg === "" ? "" : spec.argDefault === undefined ? `:${arg}` : `[:${arg}]`) +
    (place === "" ? "" : spec.atRequired ? `@${place}` : `[@${place}]`)
  )
}

/**
 * Every fault: how it is written, what it acts on and what it does.
 *
 * @since 0.1.0
 * @category data
 */
export const table: ReadonlyArray<Row> = Object.entries(specs).flatMap(([name, spec]) =>
  isName(name) ? [{ name, syntax: syntaxOf(name, spec), on: spec.on, doc: spec.doc }] : []
)

const checkArg = (name: string, spec: Spec, raw: string | undefined): Result.Result<string | undefined, string> => {
  if (raw === undefined || raw === "") {
    if (spec.arg === "none" || spec.argDefault !== undefined) return Result.succeed(undefined)
    return Result.fail(`"${name}" needs an argument: ${syntaxOf(name, spec)}`)
  }
  let arg: string
  try {
    arg = decodeURIComponent(raw)
  } catch {
    return Result.fail(`the argument of "${name}" has a "%" that is no escape`)
  }
  const bad = (what: string) => Result.fail(`"${name}" takes ${what}, not "${arg}"`)
  switch (spec.arg) {
    case "none":
      return Result.fail(`"${name}" takes no argument`)
    case "code":
      return /^-?\d{1,6}$/.test(arg) ? Result.succeed(arg) : bad("a business code such as 1302")
    case "status":
      return /^[2-5]\d\d(-html|-text)?$/.test(arg) ? Result.succeed(arg) : bad("an HTTP status such as 503 or 502-html")
    case "count":
    case "integer": {
      const number = Number(arg)
      if (!Number.isSafeInteger(number) || (spec.arg === "count" && number < 1)) {
        return bad(spec.arg === "count" ? "a whole number from 1" : "a whole number")
      }
      return Result.succeed(String(number))
    }
    case "text":
      return Result.succeed(arg)
    default:
      if ("syntax" in spec.arg) {
        return spec.arg.pattern.test(arg) ? Result.succeed(arg) : bad(`one of ${spec.arg.syntax.replaceAll("|", ", ")}`)
      }
      return spec.arg.includes(arg) ? Result.succeed(arg) : bad(`one of ${spec.arg.join(", ")}`)
  }
}

const parsePlace = (name: string, spec: Spec, raw: string | undefined): Result.Result<Place | undefined, string> => {
  if (raw === undefined) {
    return spec.atRequired ? Result.fail(`"${name}" needs a place: ${syntaxOf(name, spec)}`) : Result.succeed(undefined)
  }
  const bad = Result.fail(
    spec.at.length === 0 ? `"${name}" takes no place` : `"${name}" has no place "@${raw}": ${syntaxOf(name, spec)}`
  )
  if (raw === "headers") return spec.at.includes("headers") ? Result.succeed({ _tag: "Headers" }) : bad
  const match = /^(chunk:|line:)?(\d{1,15})$/.exec(raw)
  if (match === null) return bad
  const number = Number(match[2])
  if (match[1] === "line:" || (match[1] === undefined && spec.at.includes("line"))) {
    return spec.at.includes("line") ? Result.succeed({ _tag: "Line", number }) : bad
  }
  if (match[1] === undefined) return spec.at.includes("bytes") ? Result.succeed({ _tag: "Bytes", offset: number }) : bad
  return spec.at.includes("chunk") ? Result.succeed({ _tag: "Chunk", index: number }) : bad
}

const pattern = /^([a-z0-9-]+)(?::([^@~*]*))?(?:@([^~*]+))?(?:~(\d{1,3}))?(?:\*(\d{1,9}))?$/

const listed = "https://github.com/effect-zhipu/effect-zhipu/blob/main/packages/testing/FAULTS.md"

/** Up to three names that share most of their neighbouring letters with it, the nearest first. */
const nearest = (name: string): ReadonlyArray<string> => {
  const wanted = pairs(name)
  return Object.keys(specs)
    .map((known) => {
      const all = pairs(known)
      const shared = all.filter((pair) => wanted.includes(pair)).length
      return [(2 * shared) / (all.length + wanted.length), known] as const
    })
    .filter(([likeness]) => likeness >= 0.5)
    .sort(([a], [b]) => b - a)
    .slice(0, 3)
    .map(([, known]) => known)
}

/** The neighbouring letters, with the borders: ` b`, `bo`, `om`, `m `. */
const pairs = (name: string): ReadonlyArray<string> =>
  Array.from(` ${name.slice(0, 60)}`, (letter, i) => letter + (name[i] ?? " "))

const parseOne = (text: string): Result.Result<Fault, string> => {
  const match = pattern.exec(text)
  const name = match?.[1]
  if (match === null || name === undefined) {
    return Result.fail(`"${text}" is not of the form name[:argument][@place][~percent][*times]`)
  }
  const spec = specOf(name)
  if (spec === undefined || !isName(name)) {
    const near = nearest(name)
    const hint = near.length === 0 ? "" : ` Did you mean ${near.join(" or ")}?`
    return Result.fail(`there is no fault "${name}".${hint} All of them are in ${listed}`)
  }
  const chance = match[4] === undefined ? undefined : Number(match[4])
  if (chance !== undefined && chance > 100) return Result.fail(`"~${chance}" is more than 100 percent`)
  return Result.gen(function* () {
    const arg = yield* checkArg(name, spec, match[2]?.trim())
    const at = yield* parsePlace(name, spec, match[3]?.trim())
    return {
      name,
      ...(arg === undefined ? {} : { arg }),
      ...(at === undefined ? {} : { at }),
      ...(chance === undefined ? {} : { chance }),
      ...(match[5] === undefined ? {} : { times: Number(match[5]) })
    }
  })
}

/**
 * Reads a list of faults. The empty text, and `none`, is the empty list.
 *
 * @example
 * ```ts
 * import { Fault } from "@effect-zhipu/effect4/testing"
 * import * as Result from "effect/Result"
 *
 * export const faults = Result.getOrThrow(Fault.parse("code:1305*3, truncate@512"))
 * ```
 *
 * @since 0.1.0
 * @category parsing
 */
export const parse = (input: string): Result.Result<ReadonlyArray<Fault>, FaultParseError> => {
  if (input.trim() === "" || input.trim() === "none") return Result.succeed([])
  return Result.mapError(
    Result.all(input.split(",").map((part) => parseOne(part.trim()))),
    (message) => new FaultParseError({ input, message: `Not a list of faults: ${message}` })
  )
}

const escapeArg = (arg: string): string =>
  Array.from(arg, (char) => {
    if (!/[%,@~*\s]|[^\x21-\x7e]/.test(char)) return char
    const escaped = encodeURIComponent(/^[\ud800-\udfff]$/.test(char) ? "\ufffd" : char)
    return escaped === char ? `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}` : escaped
  }).join("")

const printPlace = (place: Place): string => {
  switch (place._tag) {
    case "Headers":
      return "headers"
    case "Line":
      return `line:${place.number}`
    case "Bytes":
      return String(place.offset)
    case "Chunk":
      return `chunk:${place.index}`
  }
}

const printOne = (fault: Fault): string =>
  fault.name +
  (fault.arg === undefined ? "" : `:${escapeArg(fault.arg)}`) +
  (fault.at === undefined ? "" : `@${printPlace(fault.at)}`) +
  (fault.chance === undefined ? "" : `~${fault.chance}`) +
  (fault.times === undefined ? "" : `*${fault.times}`)

/**
 * Writes a list of faults so that `parse` reads the same list. ASCII only, so it fits into a header.
 *
 * @since 0.1.0
 * @category printing
 */
export const print = (faults: ReadonlyArray<Fault>): string => faults.map(printOne).join(",")
