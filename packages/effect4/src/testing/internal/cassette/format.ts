// Generated from packages/testing/src/internal/cassette/format.ts by scripts/effect4: change that file.
/** The file of a cassette: read with a Schema, written so that a change shows well in a diff. Pure. */
import { hasProperty } from "effect/Predicate"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as SchemaTransformation from "effect/SchemaTransformation"
import { CassetteError } from "./errors.js"

/** The version that is written, and the only one that is read. @internal */
export const version = 1

/**
 * A request and its answer, as they were on the wire. Times are milliseconds since the request.
 *
 * @since 0.1.0
 * @category models
 */
export interface Exchange {
  readonly request: {
    readonly method: string
    readonly url: string
    readonly headers: Readonly<Record<string, string>>
    /** The body, where it is JSON. */
    readonly body?: unknown
    /** The body, where it is text of another kind. */
    readonly text?: string
  }
  /** Absent where none came. */
  readonly response?: {
    readonly ms: number
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
  }
  /** The reads of the wire. */
  readonly body: ReadonlyArray<{ readonly ms: number; readonly bytes: Uint8Array }>
  readonly end:
    | { readonly ms: number; readonly how: "whole" }
    | { readonly ms: number; readonly how: "interrupted" }
    | { readonly ms: number; readonly how: "broken"; readonly message: string; readonly code?: string }
}

/**
 * What a cassette holds.
 *
 * @since 0.1.0
 * @category models
 */
export interface Recording {
  readonly version: 1
  readonly exchanges: ReadonlyArray<Exchange>
}

const Millis = Schema.Finite.pipe(Schema.check(Schema.isGreaterThanOrEqualTo(0)))

const Piece = Schema.Union([Schema.String, Schema.Struct({ base64: Schema.Uint8ArrayFromBase64 })])

const Read = Schema.Struct({ ms: Schema.Number, bytes: Schema.Uint8Array })

const encoder = new TextEncoder()

const joined = (pieces: ReadonlyArray<Uint8Array>): Uint8Array => {
  const all = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let offset = 0
  for (const piece of pieces) {
    all.set(piece, offset)
    offset += piece.length
  }
  return all
}

// A byte order mark is a part of the text here.
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return utf8.decode(bytes)
  } catch {
    return undefined
  }
}

const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

/** Where the text of a read begins and ends, between the halves of characters that the network cut in two. */
const textWithin = (bytes: Uint8Array): readonly [start: number, end: number] => {
  let start = 0
  while (start < 3 && isContinuation(bytes[start])) start++
  let end = bytes.length
  for (let back = 1; back <= 4 && end - back >= start; back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (isContinuation(byte)) continue
    const length = byte < 0x80 ? 1 : byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    if (length > back) end = bytes.length - back
    break
  }
  return [start, end]
}

/** Bytes as text wherever they are text: a cut within a character leaves the rest readable. @internal */
export const piecesOf = (bytes: Uint8Array): ReadonlyArray<typeof Piece.Type> => {
  const whole = textOf(bytes)
  if (whole !== undefined) return [whole]
  const [start, end] = textWithin(bytes)
  const text = textOf(bytes.subarray(start, end))
  if (text === undefined || text === "") return [{ base64: bytes }]
  return [
    ...(start === 0 ? [] : [{ base64: bytes.subarray(0, start) }]),
    text,
    ...(end === bytes.length ? [] : [{ base64: bytes.subarray(end) }])
  ]
}

/** `[120, "data: …"]`, and `[120, "data: …", {"base64": "5L0="}]` where the read ends within a character. */
const ReadFromTuple = Schema.TupleWithRest(Schema.Tuple([Millis]), [Piece]).pipe(
  Schema.decodeTo(
    Read,
    SchemaTransformation.transform({
      decode: ([ms, ...pieces]) => ({
        ms,
        bytes: joined(pieces.map((piece) => (typeof piece === "string" ? encoder.encode(piece) : piece.base64)))
      }),
      encode: ({ bytes, ms }) => [ms, ...piecesOf(bytes)] as const
    })
  )
)

// Node refuses to send others.
const Headers = Schema.Record(
  Schema.String.pipe(Schema.check(Schema.isPattern(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/))),
  Schema.String.pipe(Schema.check(Schema.isPattern(/^[\t\x20-\x7e\x80-\xff]*$/)))
)

const ExchangeSchema = Schema.Struct({
  request: Schema.Struct({
    method: Schema.String.pipe(Schema.check(Schema.isPattern(/^[A-Z]+$/))),
    url: Schema.String.pipe(Schema.check(Schema.makeFilter((url) => URL.canParse(url) || "Expected a URL"))),
    headers: Headers,
    body: Schema.optionalKey(Schema.Unknown),
    text: Schema.optionalKey(Schema.String)
  }),
  response: Schema.optionalKey(
    Schema.Struct({
      ms: Millis,
      status: Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 200, maximum: 999 }))),
      headers: Headers
    })
  ),
  body: Schema.Array(ReadFromTuple),
  end: Schema.Union([
    Schema.Struct({ ms: Millis, how: Schema.Literal("whole") }),
    Schema.Struct({ ms: Millis, how: Schema.Literal("interrupted") }),
    Schema.Struct({
      ms: Millis,
      how: Schema.Literal("broken"),
      message: Schema.String,
      code: Schema.optionalKey(Schema.String)
    })
  ])
})

const RecordingSchema = Schema.Struct({ version: Schema.Literal(version), exchanges: Schema.Array(ExchangeSchema) })

const decodeRecording = Schema.decodeUnknownResult(RecordingSchema)
const encodeRecording = Schema.encodeSync(RecordingSchema)

/** @internal */
export const decode = (text: string, path: string): Result.Result<Recording, CassetteError> => {
  const failed = (reason: "Malformed" | "Version", what: string): CassetteError =>
    new CassetteError({ reason, path, message: `The cassette ${path} ${what}` })
  let document: unknown
  try {
    document = JSON.parse(text.replace(/^\uFEFF/, ""))
  } catch {
    return Result.fail(failed("Malformed", "is not JSON. Undo what was edited, or delete it and record it again."))
  }
  const found = hasProperty(document, "version") ? document.version : undefined
  if (typeof found === "number" && found > version) {
    return Result.fail(
      failed(
        "Version",
        `is of version ${found}, and this package reads version ${version}. Update @effect-zhipu/effect4/testing.`
      )
    )
  }
  return Result.mapError(decodeRecording(document), (error) =>
    failed("Malformed", `${describe(error)}. Undo what was edited, or delete it and record it again.`)
  )
}

/** Where, and what should stand there; what does stand there may be a prompt. */
const describe = (error: Schema.SchemaError): string => {
  const issues = SchemaIssue.makeFormatterStandardSchemaV1()(error.issue).issues.map(({ message, path = [] }) => ({
    message,
    path
  }))
  // Each member of a union has its own issue: the deepest is of the member that fits best.
  const [issue] = issues.toSorted((a, b) => b.path.length - a.path.length)
  if (issue === undefined || issue.path.length === 0) return "is no cassette"
  const path = issue.path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "")
  if (issue.message === "Missing key") return `lacks ${path}`
  const expected = /^Expected (.+?)(?:, actual [^]*)?$/.exec(issue.message)?.[1]
  return expected === undefined ? `has a value that cannot be used at ${path}` : `must have ${expected} at ${path}`
}

/** @internal */
export const encode = (recording: Recording): string => `${print(encodeRecording(recording), "")}\n`

/** JSON with a read of the wire on one line, as every array that begins with a number. */
const print = (value: unknown, indent: string): string => {
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]"
    if (typeof value[0] === "number") return `[${value.map((item) => JSON.stringify(item)).join(", ")}]`
    return `[\n${value.map((item) => inner + print(item, inner)).join(",\n")}\n${indent}]`
  }
  if (typeof value !== "object" || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, field]) => field !== undefined)
  if (entries.length === 0) return "{}"
  return `{\n${entries.map(([key, field]) => `${inner}${JSON.stringify(key)}: ${print(field, inner)}`).join(",\n")}\n${indent}}`
}
