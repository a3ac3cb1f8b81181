/** What became of a job, as errors of the command with their exit codes, and what to call next. */
import type {
  BulkSourceError,
  BulkStoreError,
  ItemConflictError,
  JobBusyError,
  JobNotFoundError,
  JobStoppedError,
  StopReason
} from "@effect-zhipu/bulk/BulkError"
import * as Effect from "effect/Effect"
import { Reported, UsageError } from "../errors.js"
import { exitCodes } from "../exitCode.js"
import * as Run from "../operations/run.js"
import type { Output } from "../output.js"
import * as Database from "./database.js"
import type * as Items from "./items.js"
import { type Kept, usage } from "./options.js"

/** By why it stopped, as the errors of single calls have it. */
const exitCodeOf = (reason: StopReason): number => {
  switch (reason) {
    case "Balance":
    case "Quota":
    case "Budget":
      return exitCodes.limited
    case "Price":
    case "Account":
      return exitCodes.configuration
    case "Deadline":
      return exitCodes.unreachable
    case "Cancelled":
      return exitCodes.other
  }
}

const unpriced =
  "The job stopped, as no price is known in the currency of --budget for a model of it at this host: leave --budget out, or give it " +
  "in usd for api.z.ai, in cny for open.bigmodel.cn."

/** A command about a job of the same store. An address that holds a password is told to nobody. @internal */
export const commandOf = ({ engine, store }: Kept, words: string): string => {
  if (Database.isMeant({ engine, store })) return `zhipu bulk ${words} --engine cluster`
  if (store === undefined) return `zhipu bulk ${words}`
  return `zhipu bulk ${words} --store ${/^[\w./:@-]+$/.test(store) ? store : `'${store}'`}`
}

/** Errors of jobs as those of the command. @internal */
export const told = <A, R>(
  kept: Kept,
  effect: Effect.Effect<A, Run.Failure | Items.Failure | BulkFailure, R>
): Effect.Effect<A, Run.Failure, R | Output> =>
  Effect.catchTags(effect, {
    JobNotFoundError: ({ message }) => usage(`${message} zhipu bulk status lists those that there are.`),
    BulkSourceError: ({ message }) => new UsageError({ message }),
    ItemConflictError: ({ message }) => new UsageError({ message: `${message} --name gives another one.` }),
    JobBusyError: ({ message }) => new UsageError({ message }),
    BulkStoreError: ({ message }) => Effect.zipRight(Run.tell(message), new Reported({ exitCode: exitCodes.other })),
    JobStoppedError: ({ message, reason, report }) =>
      Effect.zipRight(
        Run.tell(`${reason === "Price" ? unpriced : message} ${commandOf(kept, `resume ${report.job}`)} goes on.`),
        new Reported({ exitCode: exitCodeOf(reason) })
      )
  })

/** @internal */
export type BulkFailure =
  | JobStoppedError
  | JobNotFoundError
  | JobBusyError
  | ItemConflictError
  | BulkStoreError
  | BulkSourceError
