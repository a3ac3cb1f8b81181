/**
 * Runners of a cluster, over PostgreSQL. A runner holds the items that it asks for as long as its row is here, and it stays here while
 * the runner is heard of: by the clock of the database, so that those of the machines may differ.
 *
 * Every transaction locks in the same order, runner, items, job, so that none waits for another one in a circle.
 */
import type { SqlClient } from "@effect/sql/SqlClient"
import type { SqlError } from "@effect/sql/SqlError"
import type { Fragment, Statement } from "@effect/sql/Statement"
import * as Effect from "effect/Effect"
import type { BulkStoreError } from "../../BulkError.js"
import { itemOf, maybeText, number, type Row, text } from "./columns.js"
import * as owners from "./owners.js"
import type { Batch, Held, JobPatch, JobRow, NewItem, OpenItem, Runners, Turn } from "./rows.js"

const idleMillis = "5000"

interface Store {
  readonly stored: <A>(effect: Effect.Effect<A, SqlError>) => Effect.Effect<A, BulkStoreError>
  readonly transaction: <A>(effect: Effect.Effect<A, SqlError>) => Effect.Effect<A, BulkStoreError>
  readonly begin: (
    job: number,
    items: ReadonlyArray<NewItem>,
    state: "running" | "waiting"
  ) => Effect.Effect<ReadonlyMap<string, number>, SqlError>
  readonly counted: (job: number, batch: Batch, begun: number) => Effect.Effect<ReadonlyArray<Row>, SqlError>
  readonly finish: (ended: Batch["ended"]) => Effect.Effect<Batch["ended"], SqlError>
  readonly inState: (job: number, state: "running" | "waiting") => Fragment
  readonly jobOf: (row: Row) => JobRow
  readonly lost: (items: ReadonlyArray<Row>, now: number) => Effect.Effect<void, SqlError>
  readonly patch: (job: number, change: JobPatch) => Statement<object>
}

/** @internal */
export const make = (sql: SqlClient, store: Store): Runners => {
  const { begin, counted, finish: end, inState, jobOf, lost, patch, stored, transaction } = store
  const clock = sql`(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::BIGINT`

  const withNow = sql`*, ${clock} AS now`

  const rowOf = (job: number, lock: Fragment) =>
    Effect.map(sql<Row>`SELECT ${withNow} FROM bulk_jobs WHERE id = ${job} ${lock}`, ([row]) =>
      row === undefined ? undefined : jobOf(row)
    )

  /**
   * A process that is halted within a transaction, or whose machine is gone, keeps its locks for as long as the database takes its
   * connection for alive: hours, by default. So the database ends such a transaction itself.
   */
  const bounded = sql`set_config('idle_in_transaction_session_timeout', ${idleMillis}, true)`

  /** What is held is told along with it, which takes no statement of its own. None where the runner was given up. */
  const seen = (runner: string) =>
    Effect.map(
      sql<Row>`UPDATE bulk_runners SET seen_at = ${clock} WHERE id = ${runner} RETURNING id, ${bounded},
        (SELECT json_object_agg(model, held_until - ${clock})::TEXT FROM bulk_pauses WHERE held_until > ${clock}) AS pauses`,
      ([row]): Held | undefined => (row === undefined ? undefined : JSON.parse(maybeText(row["pauses"]) ?? "{}"))
    )

  const hold: Runners["hold"] = (model, millis) =>
    stored(
      Effect.asVoid(
        sql`INSERT INTO bulk_pauses (model, held_until) VALUES (${model}, ${clock} + ${Math.round(millis)}::BIGINT)
          ON CONFLICT (model) DO UPDATE SET held_until = GREATEST(bulk_pauses.held_until, excluded.held_until)`
      )
    )

  const count = (job: number) =>
    Effect.map(sql<Row>`SELECT COUNT(*) AS n FROM bulk_runners WHERE job = ${job}`, ([row]) => number(row?.["n"]))

  /** Items that no runner holds wait again. */
  const giveBack = (job: number) =>
    Effect.gen(function* () {
      const rows =
        yield* sql<Row>`UPDATE bulk_items SET state = 'waiting', runner = NULL WHERE ${inState(job, "running")}
        AND NOT EXISTS (SELECT 1 FROM bulk_runners r WHERE r.id = bulk_items.runner) RETURNING id, ${clock} AS now`
      if (rows.length === 0) return
      yield* lost(rows, number(rows[0]?.["now"]))
      yield* sql`UPDATE bulk_jobs SET in_flight = in_flight - ${rows.length}, repeated = repeated + ${rows.length},
        calls = calls + ${rows.length} WHERE id = ${job}`
    })

  const expel = (job: number, leaseMillis: number) =>
    Effect.gen(function* () {
      const gone =
        yield* sql<Row>`DELETE FROM bulk_runners WHERE job = ${job} AND seen_at < ${clock} - ${leaseMillis}::BIGINT
        RETURNING id`
      if (gone.length > 0) yield* giveBack(job)
    })

  /** Whether the runner that leads a job is there. */
  const isLed = (owner: string) => {
    const runner = owners.runnerOf(owner)
    return runner === undefined
      ? Effect.succeed(false)
      : Effect.map(sql<Row>`SELECT id FROM bulk_runners WHERE id = ${runner}`, (rows) => rows.length > 0)
  }

  const join: Runners["join"] = (job, runner, lead, leaseMillis) =>
    transaction(
      Effect.gen(function* () {
        yield* sql`INSERT INTO bulk_runners (id, job, seen_at) VALUES (${runner}, ${job}, ${clock}) RETURNING ${bounded}`
        yield* expel(job, leaseMillis)
        const row = yield* rowOf(job, sql`FOR UPDATE`)
        if (row === undefined) return { owner: "" }
        const { now, owner = "", seenAt = 0 } = row
        const isForeign = owner !== "" && owners.runnerOf(owner) === undefined
        if (isForeign && !(lead?.isGone(owner, now - seenAt) ?? false)) {
          yield* sql`DELETE FROM bulk_runners WHERE id = ${runner}`
          return { owner }
        }
        const mayLead = lead !== undefined && (lead.begin !== undefined || !isOver(row))
        if (mayLead && !(yield* isLed(owner))) {
          yield* giveBack(job)
          const change = lead.begin === undefined ? shown(row) : lead.begin(row)
          yield* patch(job, { ...change, ...lead.patch, owner: owners.ofRunner(runner), seenAt: now })
        }
        const [after = {}] = yield* sql<Row>`SELECT ${withNow} FROM bulk_jobs WHERE id = ${job}`
        return { row: jobOf(after), runners: yield* count(job) }
      })
    )

  const beat: Runners["beat"] = (job, runner, lead, leaseMillis) =>
    transaction(
      Effect.gen(function* () {
        const pauses = yield* seen(runner)
        if (pauses === undefined) return undefined
        yield* expel(job, leaseMillis)
        const row = yield* rowOf(job, sql`FOR UPDATE`)
        if (row === undefined) return undefined
        const { owner } = row
        const isForeign = owner !== undefined && owners.runnerOf(owner) === undefined
        if (!isOver(row) && !isForeign) {
          const mine = owners.ofRunner(runner)
          const isFree = owner === undefined || !(yield* isLed(owner))
          if (owner === mine || (isFree && lead !== undefined)) {
            yield* patch(job, { ...lead, owner: mine, seenAt: row.now, ...shown(row) })
            // Who cannot read the source waits for somebody who can.
          } else if (isFree && owner !== undefined) yield* patch(job, { owner: null })
        }
        const [after = {}] = yield* sql<Row>`SELECT ${withNow} FROM bulk_jobs WHERE id = ${job}`
        return { row: jobOf(after), runners: yield* count(job), pauses }
      })
    )

  const claim = (job: number, runner: string, items: number) =>
    Effect.gen(function* () {
      if (items <= 0) return []
      // An array, so that each of its rows is looked up by its key, whatever the planner thinks of tables that just begin to fill.
      const rows = yield* sql<Row>`UPDATE bulk_items SET state = 'running', tag = NULL, error = NULL, runner = ${runner}
        WHERE id = ANY(ARRAY(SELECT id FROM bulk_items WHERE ${inState(job, "waiting")} ORDER BY id LIMIT ${items}::BIGINT
          FOR UPDATE SKIP LOCKED)) RETURNING id, item, digest, metadata`
      if (rows.length > 0) yield* sql`UPDATE bulk_jobs SET in_flight = in_flight + ${rows.length} WHERE id = ${job}`
      return rows
    })

  /** Read when nobody waits for the job any more: what prompts say does not change. */
  const withPrompts = (rows: ReadonlyArray<Row>) =>
    rows.length === 0
      ? Effect.succeed([])
      : Effect.map(
          stored(
            sql<Row>`SELECT item, request FROM bulk_prompts WHERE item IN ${sql.in(rows.map(({ id }) => number(id)))}`
          ),
          (prompts) => {
            const requests = new Map(prompts.map(({ item, request }) => [number(item), text(request)]))
            return rows.map((row): OpenItem => itemOf({ ...row, request: requests.get(number(row["id"])) ?? null }))
          }
        )

  const changed = (job: number, change: NonNullable<Turn["change"]>) => {
    const busy = sql`id = ${job} AND state IN ('running', 'sleeping', 'paused')`
    return "stop" in change
      ? change.stop === "Cancelled"
        ? sql<Row>`UPDATE bulk_jobs SET state = 'cancelled', reason = 'Cancelled', ended_at = (EXTRACT(EPOCH FROM now()) * 1000)::bigint WHERE ${busy} RETURNING ${withNow}`
        : sql<Row>`UPDATE bulk_jobs SET state = 'stopped', reason = ${change.stop} WHERE ${busy} RETURNING ${withNow}`
      : sql<Row>`UPDATE bulk_jobs SET state = 'sleeping', reset_at = GREATEST(reset_at, ${change.sleepUntil}) WHERE ${busy} RETURNING ${withNow}`
  }

  const turn: Runners["turn"] = (job, runner, { change, ended, mayBegin, want }) =>
    Effect.gen(function* () {
      const taken = yield* transaction(
        Effect.gen(function* () {
          const pauses = yield* seen(runner)
          if (pauses === undefined) return undefined
          const stored = ended.length > 0 ? yield* end(ended) : []
          // From here on the others wait.
          const [counts] = yield* counted(job, { begun: [], resumed: [], ended: stored }, 0)
          if (counts === undefined) return undefined
          const [row = counts] = change === undefined ? [] : yield* changed(job, change)
          const now = jobOf(row)
          const rows = yield* claim(job, runner, Math.min(want, mayBegin(now)))
          return { row: { ...now, inFlight: now.inFlight + rows.length }, rows, pauses }
        })
      )
      if (taken === undefined) return undefined
      const { pauses, row, rows } = taken
      return { row, begun: yield* withPrompts(rows), pauses }
    })

  const feed: Runners["feed"] = (job, items) =>
    transaction(
      Effect.gen(function* () {
        yield* sql`SELECT ${bounded}`
        const added = yield* begin(job, items, "waiting")
        const [row = {}] =
          yield* sql<Row>`UPDATE bulk_jobs SET items = items + ${added.size} WHERE id = ${job} RETURNING ${withNow}`
        return { row: jobOf(row), added }
      })
    )

  const finish: Runners["finish"] = (job, owner) =>
    stored(
      Effect.map(
        sql<Row>`UPDATE bulk_jobs SET state = 'ended', ended_at = ${clock}, total = items, owner = NULL
          WHERE id = ${job} AND owner = ${owner} AND in_flight = 0 AND items = done + failed AND state IN ('running', 'sleeping', 'paused')
          RETURNING id`,
        (rows) => rows.length > 0
      )
    )

  const leave: Runners["leave"] = (job, runner) =>
    transaction(
      Effect.gen(function* () {
        yield* sql`DELETE FROM bulk_runners WHERE id = ${runner} RETURNING ${bounded}`
        yield* giveBack(job)
        yield* sql`UPDATE bulk_jobs SET owner = NULL, seen_at = ${clock},
          state = CASE WHEN state IN ('running', 'sleeping', 'paused') THEN 'interrupted' ELSE state END
          WHERE id = ${job} AND owner = ${owners.ofRunner(runner)}`
      })
    )

  return { join, beat, turn, hold, feed, finish, leave }
}

const isOver = ({ state }: JobRow): boolean => state === "ended" || state === "stopped" || state === "cancelled"

/** What a job is at, as its leader shows it. */
const shown = ({ now, resetAt, wanted }: JobRow): JobPatch => {
  if (wanted === "pause") return { state: "paused" }
  return resetAt !== undefined && resetAt > now ? { state: "sleeping" } : { state: "running", resetAt: null }
}
