/**
 * A `SqlClient` over a SQLite file, by `libsql`: SQLite with the synchronous interface of better-sqlite3, whose binaries are
 * packages of npm. better-sqlite3 itself is fetched from GitHub or compiled, which needs more than Node and npm.
 */
import type * as Reactivity from "@effect/experimental/Reactivity"
import * as SqlClient from "@effect/sql/SqlClient"
import type { Connection } from "@effect/sql/SqlConnection"
import { SqlError } from "@effect/sql/SqlError"
import * as Statement from "@effect/sql/Statement"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { BulkStoreError } from "../../BulkError.js"

/** What is used of a prepared statement. */
interface Prepared {
  readonly reader: boolean
  readonly all: (...params: ReadonlyArray<unknown>) => ReadonlyArray<unknown>
  readonly run: (...params: ReadonlyArray<unknown>) => unknown
}

/** Statements differ by how many rows they write; what is used seldom is prepared again. */
const maxPrepared = 200

/** Another process writes. A transaction meets that where it begins, and not later. */
const isBusy = ({ cause }: SqlError): boolean =>
  cause instanceof Error && "code" in cause && String(cause.code).startsWith("SQLITE_BUSY")

/** Two minutes and more: enough for another process to remove a job of a million items. */
const patience = { while: isBusy, times: 400, schedule: Schedule.spaced("100 millis") }

const open = (filename: string) =>
  Effect.acquireRelease(
    Effect.flatMap(
      Effect.tryPromise({
        // Loaded here and not above: a machine that libsql has no binary for can use the rest of this package.
        try: () => import("libsql"),
        catch: (cause) =>
          new BulkStoreError({
            message:
              "SQLite cannot be loaded: the package libsql has no binary for this machine, or npm left out optional packages. " +
              "Install again with optional packages, or give another SqlClient to BulkStore.layerSql.",
            cause
          })
      }),
      ({ default: Database }) =>
        Effect.try({
          try: () => {
            const database = new Database(filename)
            // How long a statement waits for another process that writes, with the event loop: the rest is waited for without it.
            database.exec("PRAGMA busy_timeout = 200")
            database.exec("PRAGMA journal_mode = WAL")
            // A commit is on the disk when it returns, so that a power cut loses no answer that was paid for.
            database.exec("PRAGMA synchronous = FULL")
            return database
          },
          catch: (cause) =>
            new BulkStoreError({
              message: `The database ${filename} cannot be opened: check that its folder exists and may be written, and that it is a SQLite file.`,
              cause
            })
        })
    ),
    (database) => Effect.sync(() => void database.close())
  )

/** @internal */
export const make = (
  filename: string
): Effect.Effect<SqlClient.SqlClient, BulkStoreError, Scope.Scope | Reactivity.Reactivity> =>
  Effect.gen(function* () {
    const database = yield* open(filename)
    const prepared = new Map<string, Prepared>()
    const prepare = (sql: string): Prepared => {
      const known = prepared.get(sql)
      if (known !== undefined) return known
      const statement: Prepared = database.prepare<Array<unknown>>(sql)
      if (prepared.size >= maxPrepared) prepared.clear()
      prepared.set(sql, statement)
      return statement
    }
    const attempt = <A>(run: () => A): Effect.Effect<A, SqlError> =>
      Effect.retry(
        Effect.try({ try: run, catch: (cause) => new SqlError({ cause, message: "SQLite refused a statement" }) }),
        patience
      )
    const execute = (sql: string, params: ReadonlyArray<unknown>) =>
      attempt((): ReadonlyArray<object> => {
        const statement = prepare(sql)
        if (statement.reader) return statement.all(...params) as ReadonlyArray<object>
        statement.run(...params)
        return []
      })
    const connection: Connection = {
      execute: (sql, params, transform) =>
        transform === undefined ? execute(sql, params) : Effect.map(execute(sql, params), transform),
      executeRaw: execute,
      executeUnprepared: (sql, params, transform) =>
        transform === undefined ? execute(sql, params) : Effect.map(execute(sql, params), transform),
      executeValues: (sql, params) => Effect.map(execute(sql, params), (rows) => rows.map((row) => Object.values(row))),
      executeStream: () => Stream.die(new Error("SQLite has no streams of rows here: read by pages"))
    }
    const semaphore = yield* Effect.makeSemaphore(1)
    return yield* SqlClient.make({
      acquirer: semaphore.withPermits(1)(Effect.succeed(connection)),
      transactionAcquirer: Effect.uninterruptibleMask((restore) =>
        Effect.zipRight(restore(semaphore.take(1)), Effect.scope).pipe(
          Effect.flatMap((scope) => Scope.addFinalizer(scope, semaphore.release(1))),
          Effect.as(connection)
        )
      ),
      compiler: Statement.makeCompilerSqlite(),
      // A transaction that has read before it writes fails at once where another process writes, however long the timeout.
      beginTransaction: "BEGIN IMMEDIATE",
      spanAttributes: [["db.system.name", "sqlite"]]
    })
  })
