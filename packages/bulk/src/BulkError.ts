/**
 * What can go wrong with a job as a whole. What goes wrong with one item is kept with the item: see `BulkReport.Failure`.
 *
 * @since 0.1.0
 */
import { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import * as Schema from "effect/Schema"
import { Report } from "./BulkReport.js"

/**
 * The database cannot be opened, read or written. What was stored before is kept: the same job goes on once it can.
 *
 * @since 0.1.0
 * @category errors
 */
export class BulkStoreError extends Schema.TaggedError<BulkStoreError>("@effect-zhipu/bulk/BulkStoreError")(
  "BulkStoreError",
  { message: Schema.String, cause: Schema.optional(Schema.Defect) }
) {}

/**
 * No job of this name is in the store.
 *
 * @since 0.1.0
 * @category errors
 */
export class JobNotFoundError extends Schema.TaggedError<JobNotFoundError>("@effect-zhipu/bulk/JobNotFoundError")(
  "JobNotFoundError",
  { message: Schema.String, job: Schema.String }
) {}

/**
 * Another process is running the job. One process runs a job at a time, as two would ask for the same items.
 *
 * @since 0.1.0
 * @category errors
 */
export class JobBusyError extends Schema.TaggedError<JobBusyError>("@effect-zhipu/bulk/JobBusyError")("JobBusyError", {
  message: Schema.String,
  job: Schema.String,
  /** The process, as `host:pid`. */
  owner: Schema.String
}) {}

/**
 * The source gives an item under an id that was given before with another request. Nobody could say which of the two an
 * answer belongs to, so the job stops: give the changed prompt an id of its own, or run it under another name.
 *
 * @since 0.1.0
 * @category errors
 */
export class ItemConflictError extends Schema.TaggedError<ItemConflictError>("@effect-zhipu/bulk/ItemConflictError")(
  "ItemConflictError",
  { message: Schema.String, job: Schema.String, id: Schema.String }
) {}

/**
 * A line or row of a source cannot be read.
 *
 * @since 0.1.0
 * @category errors
 */
export class BulkSourceError extends Schema.TaggedError<BulkSourceError>("@effect-zhipu/bulk/BulkSourceError")(
  "BulkSourceError",
  {
    message: Schema.String,
    /** From 1, as an editor counts; absent where the source is no file. */
    line: Schema.optional(Schema.Number)
  }
) {}

/**
 * Why a job stopped before all of its items had ended.
 *
 * - `Balance`: the wallet of the account is empty
 * - `Quota`: a quota is used up, and the service does not say until when. Where it does, the job waits and goes on.
 * - `Budget`: what is spent has reached the budget
 * - `Price`: there is a budget, and no price in its currency for a model of the job
 * - `Account`: the key or the account is refused, or the service does not know the model: every other item would fail as well
 * - `Deadline`: the deadline of the job has passed
 * - `Cancelled`: by `cancel`
 *
 * @since 0.1.0
 * @category errors
 */
export const StopReason = Schema.Literal("Balance", "Quota", "Budget", "Price", "Account", "Deadline", "Cancelled")

/**
 * @since 0.1.0
 * @category errors
 */
export type StopReason = typeof StopReason.Type

/**
 * The job stopped before all of its items had ended. Calls in flight were waited for, and their answers kept; the other items
 * wait in the store or in the source. The same job, run again, goes on with them.
 *
 * @since 0.1.0
 * @category errors
 */
export class JobStoppedError extends Schema.TaggedError<JobStoppedError>("@effect-zhipu/bulk/JobStoppedError")(
  "JobStoppedError",
  {
    message: Schema.String,
    reason: StopReason,
    report: Report,
    /** What the service said, where that is the reason. */
    error: Schema.optional(ZhipuError)
  }
) {}
