// Generated from packages/bulk/src/BulkSource.ts by scripts/effect4: change that file.
/**
 * Items from files and databases, read as the work goes on: a file of any length takes the memory of a few lines.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as FileSystem from "effect/FileSystem"
import * as Option from "effect/Option"
import type { PlatformError } from "effect/PlatformError"
import * as Result from "effect/Result"
import type { SqlError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import * as Jsonl from "../api/Jsonl.js"
import { BulkSourceError } from "./BulkError.js"
import * as csvReader from "./internal/source/csv.js"

/**
 * A document of a file, and its line, from 1.
 *
 * @since 0.1.0
 * @category models
 */
export interface Line {
  readonly line: number
  readonly value: unknown
}

/** The bytes of a file, once it is seen that they are UTF-8: what another encoding looks like would be asked, and paid for. */
const utf8Of = (path: string): Stream.Stream<Uint8Array, BulkSourceError | PlatformError, FileSystem.FileSystem> =>
  Stream.suspend(() => {
    const decoder = new TextDecoder("utf-8", { fatal: true })
    let line = 1
    const check = (bytes?: Uint8Array): Effect.Effect<void, BulkSourceError> =>
      Effect.suspend(() => {
        try {
          decoder.decode(bytes, { stream: bytes !== undefined })
        } catch {
          return new BulkSourceError({
            message: `${path} is not in UTF-8, from line ${line} on: save it as that.`,
            line
          })
        }
        for (const byte of bytes ?? []) if (byte === 10) line++
        return Effect.void
      })
    return Stream.concat(
      Stream.tap(bytesOf(path), check),
      Stream.drain(Stream.fromEffect(Effect.suspend(() => check())))
    )
  })

const bytesOf = (path: string): Stream.Stream<Uint8Array, PlatformError, FileSystem.FileSystem> =>
  Stream.unwrap(Effect.map(FileSystem.FileSystem, (fs) => fs.stream(path, { chunkSize: 64 * 1024 })))

/**
 * The documents of a file with one JSON document a line. Blank lines are left out; one that is no JSON, or a file that is not
 * in UTF-8, fails with `BulkSourceError`.
 *
 * @example
 * ```ts
 * import { BulkSource } from "@effect-zhipu/effect4/bulk"
 * import { Message } from "@effect-zhipu/effect4"
 * import { Stream } from "effect"
 *
 * export const items = Stream.map(BulkSource.jsonl("questions.jsonl"), ({ line, value }) => ({
 *   id: `line-${line}`,
 *   request: { model: "glm-4.6", messages: [Message.user(String(value))] }
 * }))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const jsonl = (path: string): Stream.Stream<Line, BulkSourceError | PlatformError, FileSystem.FileSystem> =>
  Stream.flattenIterable(
    Stream.mapEffect(Stream.chunks(Jsonl.decode(utf8Of(path))), (lines) =>
      Effect.forEach(lines, ({ number, value }) =>
        Result.isSuccess(value)
          ? Effect.succeed({ line: number, value: value.success })
          : Effect.fail(new BulkSourceError({ message: `Line ${number} of ${path} is no JSON.`, line: number }))
      )
    )
  )

/**
 * The lines of a text that are not blank, each with its number. A file that is not in UTF-8 fails with `BulkSourceError`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const lines = (
  path: string
): Stream.Stream<
  { readonly line: number; readonly text: string },
  BulkSourceError | PlatformError,
  FileSystem.FileSystem
> =>
  utf8Of(path).pipe(
    Stream.decodeText(),
    Stream.splitLines,
    Stream.zipWithIndex,
    Stream.filterMap(([text, index]) =>
      text.trim() === "" ? Result.failVoid : Result.succeed({ line: index + 1, text })
    )
  )

/**
 * The rows of a CSV file as records by the names in its first line (RFC 4180: commas, quotes doubled within quotes, line breaks
 * within quotes). A row with more or fewer fields than the first line, or a quote in a wrong place, fails with `BulkSourceError`: a
 * file that is read wrongly would be paid for.
 *
 * @since 0.1.0
 * @category constructors
 */
export const csv = (
  path: string,
  options: {
    /** Default `,`. */
    readonly delimiter?: string | undefined
  } = {}
): Stream.Stream<Readonly<Record<string, string>>, BulkSourceError | PlatformError, FileSystem.FileSystem> =>
  csvReader.records(bytesOf(path), path, options.delimiter ?? ",")

/**
 * The rows of a SQL query, page by page: the query gets the key of the last row of the page before, `undefined` at first, and gives
 * the rows after it in the order of their keys. A key that is `undefined`, or that of the page before, fails with `BulkSourceError`: the
 * same page would be read for ever.
 *
 * @example
 * ```ts
 * import { BulkSource } from "@effect-zhipu/effect4/bulk"
 * import { SqlClient } from "effect/sql"
 * import { Effect, Stream } from "effect"
 *
 * export const reviews = Stream.unwrap(
 *   Effect.map(SqlClient.SqlClient, (sql) =>
 *     BulkSource.sql(
 *       (after = 0) =>
 *         sql<{ id: number; text: string }>`SELECT id, text FROM reviews WHERE id > ${after} ORDER BY id LIMIT 500`,
 *       ({ id }) => id
 *     )
 *   )
 * )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const sql = <A, K>(
  page: (after: K | undefined) => Effect.Effect<ReadonlyArray<A>, SqlError>,
  keyOf: (row: A) => K
): Stream.Stream<A, SqlError | BulkSourceError> =>
  Stream.paginate<K | undefined, A, SqlError | BulkSourceError, never>(undefined, (after) =>
    Effect.flatMap(page(after), (rows) => {
      const last = Option.map(Option.fromNullishOr(rows.at(-1)), (row): K | undefined => keyOf(row))
      return Option.isSome(last) && (last.value === undefined || last.value === after)
        ? Effect.fail(
            new BulkSourceError({
              message: `The key of the last row of a page is ${last.value === undefined ? "undefined" : "that of the page before"}: keyOf has to give the column that the query goes on by, which it asks for with "after" and is ordered by.`
            })
          )
        : Effect.succeed([[...rows], last])
    })
  )
