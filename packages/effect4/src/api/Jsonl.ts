// Generated from packages/api/src/Jsonl.ts by scripts/effect4: change that file.
/**
 * JSON, one document a line: the format of batch files. Read and written as a stream, so that a file of any length takes the
 * memory of a line.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { CorruptStreamError } from "../ZhipuError.js"

/**
 * A line that was read: its number in the file, from 1, and the document, or what is wrong with it. One broken line does not
 * end the file: the others are read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Line {
  readonly number: number
  readonly value: Result.Result<unknown, CorruptStreamError>
}

const encoder = new TextEncoder()

/**
 * Documents as bytes, each followed by a line feed. A document that has no JSON (`undefined`, a function) is a defect.
 *
 * @since 0.1.0
 * @category encoding
 */
export const encode = <A, E, R>(documents: Stream.Stream<A, E, R>): Stream.Stream<Uint8Array, E, R> =>
  Stream.mapArray(documents, (chunk) => [encoder.encode(chunk.map(encodeLine).join(""))])

/**
 * One document as a line, with its line feed.
 *
 * @since 0.1.0
 * @category encoding
 */
export const encodeLine = (document: unknown): string => {
  const text = JSON.stringify(document)
  if (text === undefined) throw new TypeError("A line of JSONL must be a document: this value has no JSON.")
  return `${text}\n`
}

/** Longer lines are not held in memory. */
const maxLine = 16 * 1024 * 1024

/**
 * Bytes as documents. Lines end by LF or CRLF, blank ones are left out, the last needs no end, and a byte order mark is skipped.
 * A line that is no JSON, or longer than 16 MiB, is a `Failure` with `CorruptStreamError`, whose `frame` is the number of the line.
 *
 * @example
 * ```ts
 * import { Jsonl } from "@effect-zhipu/effect4/api"
 * import { Stream } from "effect"
 *
 * export const documents = Jsonl.decode(Stream.make(new TextEncoder().encode('{"a":1}\r\n\n{"a":2}')))
 * ```
 *
 * @since 0.1.0
 * @category decoding
 */
export const decode = <E, R>(bytes: Stream.Stream<Uint8Array, E, R>): Stream.Stream<Line, E, R> =>
  Stream.suspend(() => {
    const splitter = makeSplitter()
    return bytes.pipe(
      Stream.chunks,
      Stream.map((chunk) => chunk.flatMap(splitter.push)),
      Stream.flattenIterable,
      Stream.concat(Stream.unwrap(Effect.sync(() => Stream.fromIterable(splitter.end()))))
    )
  })

/** Cuts bytes into lines; a hot loop, so its state is local and mutable. */
const makeSplitter = () => {
  // `ignoreBOM: false` skips the mark at the beginning.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: false })
  let number = 0
  let open: Array<string> = []
  let size = 0

  const finish = (last: string, out: Array<Line>): void => {
    number++
    const length = size + last.length
    const text = length > maxLine ? "" : open.length === 0 ? last : open.join("") + last
    open = []
    size = 0
    if (length > maxLine) {
      out.push({ number, value: Result.fail(broken(number, `longer than ${maxLine} characters`)) })
    } else if (text.trim() !== "") out.push({ number, value: parse(text, number) })
  }

  const split = (text: string, out: Array<Line>): Array<Line> => {
    let at = 0
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", at)) {
      finish(text.slice(at, end), out)
      at = end + 1
    }
    const rest = text.slice(at)
    size += rest.length
    if (size > maxLine) open = []
    else if (rest !== "") open.push(rest)
    return out
  }

  return {
    push: (bytes: Uint8Array): ReadonlyArray<Line> => split(decoder.decode(bytes, { stream: true }), []),
    end: (): ReadonlyArray<Line> => {
      const out = split(decoder.decode(), [])
      if (size > 0) finish("", out)
      return out
    }
  }
}

const parse = (text: string, number: number): Line["value"] =>
  Result.try({
    try: (): unknown => JSON.parse(text),
    catch: () => broken(number, "no JSON")
  })

const broken = (number: number, detail: string): CorruptStreamError =>
  new CorruptStreamError({
    message: `Line ${number} cannot be read: ${detail}.`,
    reason: "MalformedFrame",
    detail,
    frame: number
  })
