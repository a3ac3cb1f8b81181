// Generated from packages/bulk/src/internal/cluster/terms.ts by scripts/effect4: change that file.
/** What all runners of a job go by, whoever began it: it stands with the job. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { BulkJob } from "../../BulkJob.js"
import { isBusy } from "../../BulkReport.js"
import { workersOf } from "../job/workers.js"
import { runnerOf } from "../store/owners.js"
import type { JobRow } from "../store/rows.js"

/** @internal */
export const Terms = Schema.Struct({
  /** Of all runners together. */
  concurrency: Schema.Number,
  budget: Schema.optional(Schema.Struct({ amount: Schema.Number, currency: Schema.String })),
  /** Whether answers are values of a Schema, which only the program of the job knows. */
  structured: Schema.Boolean,
  /** Whether items are texts, and answers vectors. */
  embeds: Schema.optional(Schema.Boolean),
  /** Whether items are asked for in a tool loop, whose handlers only the program of the job has. */
  loops: Schema.optional(Schema.Boolean),
  /** How long its leader may be silent before it counts as gone. */
  leaseMillis: Schema.optional(Schema.Number)
})

/** @internal */
export type Terms = typeof Terms.Type

const stored = Schema.fromJsonString(Terms)

/** By what the items of a job are asked for. */
type Asking<A, E, R> = Pick<BulkJob<A, E, R>, "embed" | "loop" | "structured">

/** @internal */
export const write = <A, E, R>(
  { budget, concurrency, embed, loop, structured }: Asking<A, E, R> & Pick<BulkJob<A, E, R>, "budget" | "concurrency">,
  leaseMillis: number
): string =>
  JSON.stringify({
    concurrency: workersOf(concurrency),
    leaseMillis,
    ...(budget === undefined ? {} : { budget }),
    structured,
    ...(embed === undefined ? {} : { embeds: true }),
    ...(loop === undefined ? {} : { loops: true })
  } satisfies Terms)

/** Those of a job that no cluster has worked on let nothing begin. @internal */
export const read = ({ terms }: JobRow): Terms =>
  Result.getOrElse(Schema.decodeUnknownResult(stored)(terms), () => ({ concurrency: 0, structured: false }))

/** In what a job is asked for otherwise than a process would, whose answers it could not use; none where it may take part. @internal */
export const difference = <A, E, R>(row: JobRow, { embed, loop, structured }: Asking<A, E, R>): string | undefined => {
  const { embeds = false, loops = false, structured: isStructured } = read(row)
  if (isStructured !== structured) return `its answers are ${isStructured ? "values of a Schema" : "texts"}`
  if (loops !== (loop !== undefined)) return `its items are asked for with${loops ? "" : "out"} tools`
  return embeds && embed === undefined ? "its items are texts to embed" : undefined
}

/** Whether some runner reads the source of a job, so that the job is being worked on. @internal */
export const isLed = ({ owner }: JobRow): boolean => owner !== undefined && runnerOf(owner) !== undefined

/** How many items are there to be begun. @internal */
export const waiting = ({ done, failed, inFlight, items }: JobRow): number => items - done - failed - inFlight

/** How many more items the budget is enough for, at what those before have cost on average. */
const affordable = ({ cost, done, failed, inFlight }: JobRow, budget: Terms["budget"]): number => {
  if (budget === undefined) return Number.POSITIVE_INFINITY
  if (cost >= budget.amount) return 0
  const average = done + failed === 0 ? 0 : cost / (done + failed)
  // A thousandth of an item is no more than an error of rounding.
  return average === 0 ? Number.POSITIVE_INFINITY : Math.floor((budget.amount - cost) / average - inFlight + 0.001)
}

/** How many items may begin, whatever waits. @internal */
export const mayBegin = (row: JobRow, now: number): number => {
  const { deadlineAt = Number.POSITIVE_INFINITY, inFlight, resetAt = 0, wanted } = row
  if (!isBusy(row.state) || !isLed(row) || wanted !== "run" || resetAt > now || deadlineAt <= now) return 0
  const { budget, concurrency } = read(row)
  return Math.max(0, Math.min(concurrency - inFlight, affordable(row, budget)))
}

/** Whether nothing more may begin for want of money, with nothing in flight whose price is to come. @internal */
export const isSpent = (row: JobRow): boolean =>
  waiting(row) > 0 && row.inFlight === 0 && affordable(row, read(row).budget) <= 0
