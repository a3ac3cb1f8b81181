/** A strict reader of CSV, as RFC 4180 says it, over a stream of bytes. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { BulkSourceError } from "../../BulkError.js"

/** A quote that was forgotten would make a single field of the rest of the file. */
const maxField = 16 * 1024 * 1024

interface Row {
  readonly line: number
  readonly fields: ReadonlyArray<string>
}

/** Where the reader is: at the begin of a field, in a bare one, in a quoted one, or after a quote within that. */
type At = "begin" | "bare" | "quoted" | "quote"

/** Cuts text into rows; a hot loop, so its state is local and mutable. Throws a `Problem`. @internal */
export const makeReader = (delimiter: string) => {
  let at: At = "begin"
  let field = ""
  let fields: Array<string> = []
  let line = 1
  let startedAt = 1
  // CR LF is one line end, also where it falls between two pieces.
  let afterReturn = false

  const endField = (): void => {
    fields.push(field)
    field = ""
    at = "begin"
  }
  const endRow = (rows: Array<Row>): void => {
    const isBlank = fields.length === 0 && field === "" && at === "begin"
    endField()
    if (!isBlank) rows.push({ line: startedAt, fields })
    fields = []
    startedAt = line
  }

  return {
    push: (text: string): ReadonlyArray<Row> => {
      const rows: Array<Row> = []
      for (let index = 0; index < text.length; index++) {
        const character = text.charAt(index)
        const isLineFeed = character === "\n"
        if (isLineFeed) line++
        if (at === "quoted") {
          if (character === '"') {
            at = "quote"
            continue
          }
          const end = text.indexOf('"', index)
          const piece = text.slice(index, end === -1 ? text.length : end)
          for (let from = piece.indexOf("\n", 1); from !== -1; from = piece.indexOf("\n", from + 1)) line++
          field += piece
          if (field.length > maxField)
            throw new Problem(startedAt, "a field is longer than 16 MiB: is a quote missing?")
          index += piece.length - 1
          continue
        }
        if (isLineFeed && afterReturn) {
          afterReturn = false
          startedAt = line
          continue
        }
        afterReturn = false
        if (character === delimiter) endField()
        else if (isLineFeed || character === "\r") {
          endRow(rows)
          afterReturn = !isLineFeed
        } else if (character === '"' && at === "begin") at = "quoted"
        else if (character === '"' && at === "quote") {
          field += '"'
          at = "quoted"
        } else if (at === "quote")
          throw new Problem(line, "there is something between a closing quote and the next comma")
        else if (character === '"') throw new Problem(line, "there is a quote in a field that does not begin with one")
        else {
          at = "bare"
          field += character
        }
      }
      return rows
    },
    end: (): ReadonlyArray<Row> => {
      if (at === "quoted") throw new Problem(startedAt, "the quote that is opened here is never closed")
      const rows: Array<Row> = []
      endRow(rows)
      return rows
    }
  }
}

class Problem extends Error {
  readonly line: number
  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

/** @internal */
export const records = <E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>,
  name: string,
  delimiter: string
): Stream.Stream<Readonly<Record<string, string>>, E | BulkSourceError, R> =>
  Stream.suspend(() => {
    const reader = makeReader(delimiter)
    const decoder = new TextDecoder("utf-8", { fatal: true })
    let names: ReadonlyArray<string> | undefined

    const problem = (line: number, message: string) =>
      new BulkSourceError({ message: `Line ${line} of ${name}: ${message}.`, line })

    const record = ({
      fields,
      line
    }: Row): Effect.Effect<ReadonlyArray<Readonly<Record<string, string>>>, BulkSourceError> => {
      if (names === undefined) {
        const twice = fields.find((field, index) => fields.indexOf(field) !== index)
        if (twice !== undefined) return problem(line, `two columns have the name ${JSON.stringify(twice)}`)
        names = fields
        return Effect.succeed([])
      }
      if (fields.length !== names.length) {
        return problem(line, `it has ${fields.length} fields, where the first line has ${names.length}`)
      }
      return Effect.succeed([Object.fromEntries(names.map((name, index) => [name, fields[index] ?? ""]))])
    }

    const read = (rows: () => ReadonlyArray<Row>) =>
      Effect.try({
        try: rows,
        catch: (error) =>
          error instanceof Problem ? problem(error.line, error.message) : problem(0, "it is not UTF-8: save it as that")
      }).pipe(
        Effect.flatMap((rows) => Effect.forEach(rows, record)),
        Effect.map((records) => records.flat())
      )

    const end = Effect.suspend(() => read(() => [...reader.push(decoder.decode()), ...reader.end()]))
    return Stream.concat(
      Stream.mapConcatEffect(bytes, (piece) => read(() => reader.push(decoder.decode(piece, { stream: true })))),
      Stream.fromIterableEffect(end)
    )
  })
