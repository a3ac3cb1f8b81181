/** What the engine of one process does over SQLite, it does over PostgreSQL. */
import { describe } from "@effect/vitest"
import { keptIn } from "./support/jobs.js"
import * as Postgres from "./support/postgres.js"

Postgres.start()
keptIn(Postgres.store)

describe.skipIf(Postgres.found.path === undefined)("over PostgreSQL", async () => {
  await import("./local.test.js")
})
