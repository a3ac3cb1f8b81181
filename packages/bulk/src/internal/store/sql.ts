/** The store, in SQL that SQLite and PostgreSQL both take. */
import * as SqlClient from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type { Fragment } from "@effect/sql/Statement"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { BulkStoreError, JobBusyError } from "../../BulkError.js"
import { Failure } from "../../BulkReport.js"
import { attemptOf, attemptRow } from "./attemptRow.js"
import * as batches from "./batches.js"
import { itemOf, maybeNumber, maybeText, number, pages, type Row, text } from "./columns.js"
import type { Attempt, Batch, Ending, JobPatch, NewItem, Service } from "./rows.js"
import { columnOf, jobOf } from "./jobRow.js"
import * as runners from "./runners.js"
import { sumsOf } from "./sums.js"
import * as tables from "./tables.js"

const { id: _, metadata: __, tag: ___, ...storedFields } = Failure.fields

/** What of a failure stands in a column of its own. */
const readFailure = Schema.decode(Schema.parseJson(Schema.Struct(storedFields)))

const json = (value: string | undefined): unknown => (value === undefined ? undefined : JSON.parse(value))

/** @internal */
export const make: Effect.Effect<Service, BulkStoreError, SqlClient.SqlClient> = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient

  const stored = <A>(effect: Effect.Effect<A, SqlError | JobBusyError>): Effect.Effect<A, BulkStoreError> =>
    Effect.mapError(effect, (error) =>
      error instanceof JobBusyError
        ? new BulkStoreError({ message: error.message, cause: error })
        : new BulkStoreError({
            message: `The database cannot be used: ${error.cause instanceof Error ? error.cause.message : error.message}. What was stored before is kept; run the job again when it works.`,
            cause: error.cause
          })
    )

  yield* stored(Effect.provideService(tables.create, SqlClient.SqlClient, sql))

  /** SQLite has one writer at a time by itself. */
  const locked = sql.onDialectOrElse({ pg: () => sql`FOR UPDATE`, orElse: () => sql`` })

  const transaction = <A>(effect: Effect.Effect<A, SqlError | JobBusyError>) => stored(sql.withTransaction(effect))

  /** The time by which processes of many machines go. A file of SQLite is on one machine. */
  const clock = sql.onDialectOrElse({
    pg: () => sql`(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT`,
    orElse: () => undefined
  })
  const clockOf = (now: number) => clock ?? sql`${now}`
  const withNow = clock === undefined ? sql`*` : sql`*, ${clock} AS now`
  const jobs = (rows: Effect.Effect<ReadonlyArray<Row>, SqlError>) =>
    Effect.zipWith(rows, Clock.currentTimeMillis, (rows, now) => rows.map((row) => jobOf(row, now)))

  const find: Service["find"] = (name) =>
    stored(
      Effect.map(jobs(sql<Row>`SELECT ${withNow} FROM bulk_jobs WHERE name = ${name}`), ([row]) =>
        Option.fromNullable(row)
      )
    )

  const open: Service["open"] = (name, now) =>
    transaction(
      Effect.zipRight(
        sql`INSERT INTO bulk_jobs (name, state, wanted, created_at)
            VALUES (${name}, 'interrupted', 'run', ${now === undefined ? clockOf(0) : sql`${now}`}) ON CONFLICT (name) DO NOTHING`,
        jobs(sql<Row>`SELECT ${withNow} FROM bulk_jobs WHERE name = ${name}`)
      )
    ).pipe(Effect.map(([row = jobOf({})]) => row))

  const ofOwner = (job: number, owner: string | undefined) =>
    owner === undefined ? sql`id = ${job}` : sql`id = ${job} AND owner = ${owner}`

  /**
   * A change of the job by the process that has it. Where another one has taken it meanwhile, as of a process that was halted and woke up,
   * nothing is changed, and the transaction is undone.
   */
  const held = (job: number, owner: string | undefined, change: Effect.Effect<ReadonlyArray<object>, SqlError>) =>
    Effect.flatMap(change, (rows) =>
      owner === undefined || rows.length > 0
        ? Effect.void
        : Effect.flatMap(sql<Row>`SELECT name, owner FROM bulk_jobs WHERE id = ${job}`, ([row]) => {
            const name = text(row?.["name"])
            return new JobBusyError({
              message: `The job ${JSON.stringify(name)} was taken over by another process, as this one was silent for too long.`,
              job: name,
              owner: maybeText(row?.["owner"]) ?? "unknown"
            })
          })
    )

  const patch = (job: number, change: JobPatch, owner?: string) => {
    const entries = Object.entries(change) as ReadonlyArray<[keyof JobPatch, string | number | null]>
    return sql`UPDATE bulk_jobs SET ${sql.csv(
      entries.map(
        ([key, value]) =>
          sql`${sql(columnOf[key])} = ${key === "seenAt" && clock !== undefined ? clock : sql`${value}`}`
      )
    )} WHERE ${ofOwner(job, owner)} RETURNING id`
  }

  const take: Service["take"] = (job, owner, now, isGone) =>
    transaction(
      Effect.gen(function* () {
        const [row] =
          yield* sql<Row>`SELECT owner, ${clockOf(now)} - seen_at AS silent FROM bulk_jobs WHERE id = ${job} ${locked}`
        const before = maybeText(row?.["owner"])
        if (before !== undefined && !isGone(before, maybeNumber(row?.["silent"]) ?? now)) return before
        yield* patch(job, { owner, seenAt: now })
        return owner
      })
    )

  /** Items of a job that are in a state, other than done: SQLite takes the index of them only where its own condition stands in the query. */
  const inState = (job: number, state: "running" | "waiting" | "batched" | "failed") =>
    sql.and([sql`job = ${job}`, sql`state = ${state}`, sql`state <> 'done'`])

  /** Calls of items whose process ended before their answers came. */
  const lost = (items: ReadonlyArray<Row>, now: number) => {
    const attempt: Attempt = {
      startedAt: undefined,
      endedAt: now,
      tag: "Lost",
      requestId: undefined,
      usage: undefined,
      cost: undefined
    }
    return Effect.forEach(
      pages(items, 500),
      (rows) => sql`INSERT INTO bulk_attempts ${sql.insert(rows.map((row) => attemptRow(number(row["id"]), attempt)))}`,
      { discard: true }
    )
  }

  const recover: Service["recover"] = (job, now, owner) =>
    transaction(
      Effect.gen(function* () {
        const rows =
          yield* sql<Row>`UPDATE bulk_items SET state = 'waiting' WHERE ${inState(job, "running")} RETURNING id`
        yield* lost(rows, now)
        yield* held(
          job,
          owner,
          sql`UPDATE bulk_jobs SET in_flight = (SELECT COUNT(*) FROM bulk_items WHERE ${inState(job, "batched")}),
            repeated = repeated + ${rows.length}, calls = calls + ${rows.length} WHERE ${ofOwner(job, owner)} RETURNING id`
        )
        return rows.length
      })
    )

  const known: Service["known"] = (job, ids) =>
    ids.length === 0
      ? Effect.succeed(new Map<string, string>())
      : stored(
          Effect.map(
            sql<Row>`SELECT item, digest FROM bulk_items WHERE job = ${job} AND item IN ${sql.in(ids)}`,
            (rows) => new Map(rows.map((row) => [text(row["item"]), text(row["digest"])]))
          )
        )

  const waiting: Service["waiting"] = (job, after, limit) =>
    stored(
      Effect.map(
        sql<Row>`SELECT i.id, i.item, i.digest, i.metadata, p.request FROM bulk_items i JOIN bulk_prompts p ON p.item = i.id
                 WHERE ${inState(job, "waiting")} AND i.id > ${after} ORDER BY i.id LIMIT ${limit}`,
        (rows) => rows.map(itemOf)
      )
    )

  const begin = (job: number, items: ReadonlyArray<NewItem>, state: "running" | "waiting") =>
    Effect.gen(function* () {
      const rows = new Map<string, number>()
      for (const page of pages(items, 500)) {
        const inserted = yield* sql<Row>`INSERT INTO bulk_items ${sql.insert(
          page.map(({ digest, id, metadata = null }) => ({ job, item: id, digest, state, metadata }))
        )} ON CONFLICT (job, item) DO NOTHING RETURNING id, item`
        const prompts: Array<{ readonly item: number; readonly request: string }> = []
        const requests = new Map(page.map(({ id, request }) => [id, request]))
        for (const row of inserted) {
          const [id, item] = [text(row["item"]), number(row["id"])]
          rows.set(id, item)
          prompts.push({ item, request: requests.get(id) ?? "" })
        }
        if (prompts.length > 0) yield* sql`INSERT INTO bulk_prompts ${sql.insert(prompts)}`
      }
      return rows
    })

  /** Ends items that are being asked for, and gives those endings: what has ended already stays as it is, and is not counted again. */
  const finish = (ended: Batch["ended"]) =>
    Effect.gen(function* () {
      const stored: Array<Ending> = []
      const of = {
        Done: new Map<number, Ending>(),
        Failed: new Map<number, Ending>(),
        Again: new Map<number, Ending>()
      }
      for (const ending of ended) of[ending.outcome._tag].set(ending.row, ending)
      const change = (endings: ReadonlyMap<number, Ending>, set: Fragment) =>
        Effect.map(
          sql<Row>`UPDATE bulk_items SET ${set} WHERE id IN ${sql.in(Array.from(endings.keys()))}
            AND state IN ('running', 'batched') RETURNING id`,
          (rows) => {
            for (const { id } of rows) stored.push(...Option.toArray(Option.fromNullable(endings.get(number(id)))))
          }
        )
      if (of.Done.size > 0) yield* change(of.Done, sql`state = 'done', tag = NULL, error = NULL`)
      for (const [row, ending] of of.Failed) {
        if (ending.outcome._tag === "Failed")
          yield* change(
            new Map([[row, ending]]),
            sql`state = 'failed', tag = ${ending.outcome.tag}, error = ${ending.outcome.error}`
          )
      }
      if (of.Again.size > 0) yield* change(of.Again, sql`state = 'waiting'`)
      const answers = stored.flatMap(({ outcome, row }) =>
        outcome._tag === "Done" ? [{ item: row, completion: outcome.completion, value: outcome.value ?? null }] : []
      )
      if (answers.length > 0) yield* sql`INSERT INTO bulk_answers ${sql.insert(answers)} ON CONFLICT (item) DO NOTHING`
      const attempts = stored.flatMap(({ attempts, row }) => attempts.map((attempt) => attemptRow(row, attempt)))
      yield* Effect.forEach(pages(attempts, 500), (rows) => sql`INSERT INTO bulk_attempts ${sql.insert(rows)}`, {
        discard: true
      })
      return stored
    })

  const write = (job: number, batch: Batch, owner: string | undefined) =>
    Effect.gen(function* () {
      const rows = yield* begin(job, batch.begun, "running")
      const resumed =
        batch.resumed.length === 0
          ? []
          : yield* sql<Row>`UPDATE bulk_items SET state = 'running', tag = NULL, error = NULL
              WHERE id IN ${sql.in(batch.resumed)} AND state = 'waiting' RETURNING id`
      const ended = batch.ended.length === 0 ? [] : yield* finish(batch.ended)
      const sums = { begun: batch.begun, resumed: resumed.map(({ id }) => number(id)), ended }
      yield* held(job, owner, counted(job, sums, rows.size, owner))
      return rows
    })

  /** Adds a batch to the figures of its job, and gives those of then. */
  const counted = (job: number, batch: Batch, begun: number, owner?: string) => {
    const sums = sumsOf(batch)
    return sql<Row>`UPDATE bulk_jobs SET items = items + ${begun}, done = done + ${sums.done},
          truncated = truncated + ${sums.truncated}, failed = failed + ${sums.failed},
          in_flight = in_flight + ${sums.inFlight - batch.begun.length + begun}, calls = calls + ${sums.calls},
          prompt_tokens = prompt_tokens + ${sums.promptTokens}, cached_tokens = cached_tokens + ${sums.cachedTokens},
          completion_tokens = completion_tokens + ${sums.completionTokens}, cost = cost + ${sums.cost},
          unpriced = unpriced + ${sums.unpriced}, currency = COALESCE(currency, ${sums.currency})
          WHERE ${ofOwner(job, owner)} RETURNING ${withNow}`
  }

  const commit: Service["commit"] = (job, batch, owner) => transaction(write(job, batch, owner))

  const answers: Service["answers"] = (job, after, limit) =>
    stored(
      Effect.map(
        sql<Row>`SELECT i.id, i.item, i.metadata, a.completion, a.value FROM bulk_items i JOIN bulk_answers a ON a.item = i.id
                 WHERE i.job = ${job} AND i.id > ${after} ORDER BY i.id LIMIT ${limit}`,
        (rows) =>
          rows.map((row) => ({
            row: number(row["id"]),
            id: text(row["item"]),
            metadata: maybeText(row["metadata"]),
            completion: text(row["completion"]),
            value: maybeText(row["value"])
          }))
      )
    )

  const failed: Service["failed"] = (job, after, limit) =>
    stored(
      sql<Row>`SELECT id, item, metadata, tag, error FROM bulk_items
               WHERE ${inState(job, "failed")} AND id > ${after} ORDER BY id LIMIT ${limit}`
    ).pipe(
      Effect.flatMap(
        Effect.forEach((row) =>
          Effect.map(Effect.orDie(readFailure(text(row["error"]))), (error) => ({
            ...error,
            row: number(row["id"]),
            id: text(row["item"]),
            metadata: json(maybeText(row["metadata"])),
            tag: text(row["tag"])
          }))
        )
      )
    )

  const failures: Service["failures"] = (job) =>
    stored(
      Effect.map(
        sql<Row>`SELECT tag, COUNT(*) AS n FROM bulk_items WHERE ${inState(job, "failed")} GROUP BY tag`,
        (rows) => Object.fromEntries(rows.map((row) => [text(row["tag"]), number(row["n"])]))
      )
    )

  const requeue: Service["requeue"] = (job, tags) =>
    // PostgreSQL takes no list without anything in it.
    tags?.length === 0
      ? Effect.succeed(0)
      : transaction(
          Effect.gen(function* () {
            const meant = tags === undefined ? sql`1 = 1` : sql`tag IN ${sql.in(tags)}`
            const rows = yield* sql<Row>`UPDATE bulk_items SET state = 'waiting', tag = NULL, error = NULL
          WHERE ${inState(job, "failed")} AND ${meant} RETURNING id`
            if (rows.length > 0)
              yield* sql`UPDATE bulk_jobs SET failed = failed - ${rows.length}, ended_at = NULL,
            state = CASE WHEN state = 'ended' THEN 'interrupted' ELSE state END WHERE id = ${job}`
            return rows.length
          })
        )

  const attempts: Service["attempts"] = (job, id) =>
    stored(
      Effect.map(
        sql<Row>`SELECT a.* FROM bulk_attempts a JOIN bulk_items i ON i.id = a.item
                 WHERE i.job = ${job} AND i.item = ${id} ORDER BY a.id`,
        (rows) => rows.map(attemptOf)
      )
    )

  const remove: Service["remove"] = (job, mayGo) =>
    transaction(
      Effect.gen(function* () {
        const [row] = yield* sql<Row>`SELECT * FROM bulk_jobs WHERE id = ${job} ${locked}`
        if (row === undefined || !mayGo(jobOf(row))) return false
        const ofJob = sql`(SELECT id FROM bulk_items WHERE job = ${job})`
        for (const table of ["bulk_attempts", "bulk_answers", "bulk_prompts", "bulk_batch_items"])
          yield* sql`DELETE FROM ${sql(table)} WHERE item IN ${ofJob}`
        yield* sql`DELETE FROM bulk_batches WHERE job = ${job}`
        yield* sql`DELETE FROM bulk_items WHERE job = ${job}`
        yield* sql`DELETE FROM bulk_jobs WHERE id = ${job}`
        return true
      })
    )

  return {
    open,
    find,
    list: stored(jobs(sql<Row>`SELECT ${withNow} FROM bulk_jobs ORDER BY id DESC`)),
    take,
    patch: (job, change, owner) =>
      Object.keys(change).length === 0 ? Effect.void : stored(held(job, owner, patch(job, change, owner))),
    recover,
    known,
    waiting,
    commit,
    answers,
    failed,
    failures,
    requeue,
    attempts,
    batches: batches.make(sql, { stored, transaction, write }),
    runners: sql.onDialectOrElse({
      pg: () => runners.make(sql, { stored, transaction, begin, counted, finish, inState, jobOf, lost, patch }),
      orElse: () => undefined
    }),
    remove
  }
})
