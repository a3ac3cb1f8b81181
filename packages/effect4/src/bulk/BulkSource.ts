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

const bytesOf = (path: string): Stream.Stream<Uint8Array, PlatformError, FileSystem.FileSystem> =>
  Stream.unwrap(Effect.map(FileSystem.FileSystem, (fs) => fs.stream(path, { chunkSize: 64 * 1024 })))

/**
 * The documents of a file with one JSON document a line. Blank lines are left out; one that is no JSON fails with `BulkSourceError`.
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
    Stream.mapEffect(Stream.chunks(Jsonl.decode(bytesOf(path))), (lines) =>
      Effect.forEach(lines, ({ number, value }) =>
        Result.isSuccess(value)
          ? Effect.succeed({ line: number, value: value.success })
          : Effect.fail(new BulkSourceError({ message: `Line ${number} of ${path} is no JSON.`, line: number }))
      )
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
 * the rows after it in the order of their keys.
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
): Stream.Stream<A, SqlError> =>
  Stream.paginate<K | undefined, A, SqlError, never>(undefined, (after) =>
    Effect.map(page(after), (rows) => [
      [...rows],
      Option.map(Option.fromNullishOr(rows.at(-1)), (row): K | undefined => keyOf(row))
    ])
  )
