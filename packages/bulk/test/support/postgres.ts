/** A real PostgreSQL for the tests of a file, with a database of its own for whoever wants one. */
import { BulkStore } from "@effect-zhipu/bulk"
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, Redacted } from "effect"
import { afterAll, beforeAll } from "vitest"
import { findPostgres, startPostgres } from "../../../../scripts/services.mjs"

/** What the tests run with, or why they cannot. */
export const found = await findPostgres()

let server: Awaited<ReturnType<typeof startPostgres>> | undefined
let databases = 0

/** For the tests of this file. */
export const start = (options: { readonly durable?: boolean } = {}): void => {
  beforeAll(async () => {
    if (found.path !== undefined) server = await startPostgres(found.path, options)
  }, 120_000)
  afterAll(() => server?.stop())
}

/** Of the server; `name` is its database. */
const urlOf = (name: string) => Redacted.make((server?.url ?? "").replace(/[^/]*$/, name))

/** Makes an empty database, and gives its URL. */
export const database = Effect.gen(function* () {
  const name = `test_${++databases}`
  const sql = yield* PgClient.PgClient
  yield* sql.unsafe(`CREATE DATABASE ${name}`)
  return urlOf(name)
}).pipe(Effect.provide(Layer.suspend(() => PgClient.layer({ url: urlOf("postgres") }))), Effect.orDie)

export const storeAt = (url: Redacted.Redacted) =>
  Layer.provide(BulkStore.layerSql, Layer.orDie(PgClient.layer({ url })))

/** A store in an empty database. */
export const store = Layer.unwrapEffect(Effect.map(database, storeAt))
