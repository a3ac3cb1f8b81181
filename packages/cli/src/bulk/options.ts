/** What the command line says of jobs, and what is kept of it with a job. */
import type * as Price from "@effect-zhipu/client/Price"
import * as Schema from "effect/Schema"
import { UsageError } from "../errors.js"
import type * as Run from "../operations/run.js"

/** What `run` is told, and what is kept of it for `resume`. @internal */
export const Spec = Schema.Struct({
  file: Schema.String,
  model: Schema.String,
  system: Schema.optional(Schema.String),
  schema: Schema.optional(Schema.String),
  embed: Schema.optional(Schema.Boolean),
  dimensions: Schema.optional(Schema.Number),
  prompt: Schema.optional(Schema.String),
  idColumn: Schema.optional(Schema.String),
  engine: Schema.optional(Schema.Literal("local", "cluster", "batch")),
  onFailure: Schema.optional(Schema.Literal("live", "keep")),
  poll: Schema.optional(Schema.Number),
  concurrency: Schema.optional(Schema.Number),
  budget: Schema.optional(Schema.Struct({ amount: Schema.Number, currency: Schema.String })),
  deadlineMillis: Schema.optional(Schema.Number),
  out: Schema.optional(Schema.String),
  errors: Schema.optional(Schema.String)
})

/** @internal */
export type Spec = typeof Spec.Type

/** @internal */
export interface Options extends Omit<Run.Common, "dryRun" | "timeout"> {
  readonly model: string | undefined
  readonly system: string | undefined
  readonly schema: string | undefined
  readonly embed: boolean
  readonly dimensions: number | undefined
  readonly prompt: string | undefined
  readonly idColumn: string | undefined
  readonly engine: "local" | "cluster" | "batch" | undefined
  readonly onFailure: "live" | "keep" | undefined
  readonly poll: number | undefined
  readonly concurrency: number | undefined
  readonly budget: Price.Cost | undefined
  readonly deadline: number | undefined
  readonly out: string | undefined
  readonly errors: string | undefined
  readonly only: ReadonlyArray<string>
  readonly olderThan: number | undefined
  readonly name: string | undefined
  readonly store: string | undefined
  readonly force: boolean
}

/** What says where a job is kept. @internal */
export type Kept = Pick<Options, "engine" | "store">

/** @internal */
export const usage = (message: string) => new UsageError({ message, help: "zhipu bulk" })
