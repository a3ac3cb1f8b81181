/**
 * A multipart form, for the operations of the service that take a file.
 *
 * Not `FormData`, which wants each file in memory: a part may be a Stream, which is read while the form is sent.
 *
 * @since 0.1.0
 */
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import type { ZhipuError } from "./ZhipuError.js"

/**
 * @since 0.1.0
 * @category symbols
 */
export const TypeId: unique symbol = Symbol.for("@effect-zhipu/client/Form")

/**
 * @since 0.1.0
 * @category symbols
 */
export type TypeId = typeof TypeId

/**
 * A field that is a text. A list of texts is several parts of one name.
 *
 * @since 0.1.0
 * @category models
 */
export interface TextPart {
  readonly name: string
  readonly text: string
}

/**
 * A field that is a file.
 *
 * @since 0.1.0
 * @category models
 */
export interface FilePart {
  readonly name: string
  /** The service tells the format by its ending. What stands before the last slash is cut off. */
  readonly filename: string
  /** Default `application/octet-stream`. */
  readonly mediaType?: string | undefined
  readonly content: Uint8Array | Stream.Stream<Uint8Array, ZhipuError>
  /** Of a stream, the number of its bytes where it is known. */
  readonly size?: number | undefined
  /** Whether a stream gives the same bytes when it is run again. Default false. */
  readonly repeatable?: boolean | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export type Part = TextPart | FilePart

/**
 * A form as it is sent.
 *
 * @since 0.1.0
 * @category models
 */
export interface Form {
  readonly [TypeId]: TypeId
  readonly parts: ReadonlyArray<Part>
  /** With the boundary between the parts. */
  readonly contentType: string
  /** In bytes; `undefined` where a part does not tell its size. */
  readonly length: number | undefined
  /** Whether it can be sent more than once. */
  readonly repeatable: boolean
  /** As a whole where no part is a stream. */
  readonly content: Uint8Array | Stream.Stream<Uint8Array, ZhipuError>
}

/**
 * @since 0.1.0
 * @category guards
 */
export const isForm = (u: unknown): u is Form => Predicate.hasProperty(u, TypeId)

/**
 * A form of parts, in their order.
 *
 * @example
 * ```ts
 * import { Form } from "@effect-zhipu/client"
 *
 * export const form = Form.make([
 *   { name: "purpose", text: "batch" },
 *   { name: "file", filename: "calls.jsonl", content: new TextEncoder().encode("{}\n") }
 * ])
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (parts: ReadonlyArray<Part>): Form => {
  const boundary = `----effect-zhipu-${crypto.randomUUID()}`
  const pieces = [...parts.flatMap((part) => [headOf(part, boundary), contentOf(part), lineEnd]), closing(boundary)]
  return {
    [TypeId]: TypeId,
    parts,
    contentType: `multipart/form-data; boundary=${boundary}`,
    length: pieces.reduce(
      (sum: number | undefined, piece) =>
        sum === undefined || piece.length === undefined ? undefined : sum + piece.length,
      0
    ),
    repeatable: parts.every((part) => !isStreamed(part) || part.repeatable === true),
    content: joined(pieces.map(({ content }) => content))
  }
}

interface Piece {
  readonly content: FilePart["content"]
  readonly length: number | undefined
}

const isStreamed = (part: Part): part is FilePart => "content" in part && !(part.content instanceof Uint8Array)

const pieceOf = (bytes: Uint8Array): Piece => ({ content: bytes, length: bytes.length })

const encoded = (text: string): Piece => pieceOf(new TextEncoder().encode(text))

const lineEnd = /* @__PURE__ */ encoded("\r\n")

const closing = (boundary: string): Piece => encoded(`--${boundary}--\r\n`)

const headOf = (part: Part, boundary: string): Piece =>
  encoded(
    `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(part.name)}"` +
      ("text" in part
        ? ""
        : `; filename="${quoted(part.filename.replace(/^.*[/\\]/s, ""))}"\r\n` +
          `content-type: ${(part.mediaType ?? "application/octet-stream").replace(/[^\x20-\x7e]/g, "")}`) +
      "\r\n\r\n"
  )

const contentOf = (part: Part): Piece => {
  if ("text" in part) return encoded(part.text)
  return part.content instanceof Uint8Array ? pieceOf(part.content) : { content: part.content, length: part.size }
}

/** As browsers write it: letters outside ASCII as UTF-8, and what would end the value, or the line, escaped. */
const quoted = (text: string): string => text.replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22")

const joined = (contents: ReadonlyArray<FilePart["content"]>): FilePart["content"] => {
  const whole = contents.filter((content) => content instanceof Uint8Array)
  if (whole.length === contents.length) {
    const bytes = new Uint8Array(whole.reduce((sum, { length }) => sum + length, 0))
    let at = 0
    for (const piece of whole) {
      bytes.set(piece, at)
      at += piece.length
    }
    return bytes
  }
  return contents.reduce<Stream.Stream<Uint8Array, ZhipuError>>(
    (all, content) => Stream.concat(all, content instanceof Uint8Array ? Stream.make(content) : content),
    Stream.empty
  )
}
