/**
 * How a job stands: what is done, what failed and why, what it cost, and how long the rest will take.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * What a job is at.
 *
 * - `running`: a process is working on it
 * - `sleeping`: a quota is used up; it goes on by itself at `resetAt`
 * - `paused`: by `pause`, until `resume`
 * - `stopped`: it ended early, by `reason`; run again, it goes on
 * - `interrupted`: its process was stopped or died; run again, it goes on
 * - `cancelled`: by `cancel`
 * - `ended`: every item has an answer or has failed
 *
 * @since 0.1.0
 * @category models
 */
export const State = Schema.Literal("running", "sleeping", "paused", "stopped", "interrupted", "cancelled", "ended")

/**
 * @since 0.1.0
 * @category models
 */
export type State = typeof State.Type

/**
 * Whether a process works on a job in this state, or waits with it for a quota or for `resume`.
 *
 * @since 0.1.0
 * @category guards
 */
export const isBusy = (state: State): boolean => state === "running" || state === "sleeping" || state === "paused"

/**
 * @since 0.1.0
 * @category models
 */
export const Report = Schema.Struct({
  job: Schema.String,
  state: State,
  /** Why it stopped: a `StopReason`. */
  reason: Schema.optional(Schema.String),
  /** How many different items the source has given so far. */
  items: Schema.Number,
  /** How many there are in all: known when the source has been read to its end, or where the job says it. */
  total: Schema.optional(Schema.Number),
  /** Items with an answer. */
  done: Schema.Number,
  /** Those of them whose answer ends where the limit of tokens or of the context was reached: it is not whole. */
  truncated: Schema.Number,
  /** Items that failed for good, all kinds of errors together. */
  failed: Schema.Number,
  /** The same, by the tag of the error. */
  failures: Schema.Record({ key: Schema.String, value: Schema.Number }),
  /** Items that are being asked for. */
  inFlight: Schema.Number,
  /** Calls that were made, with those that failed and were made again. */
  calls: Schema.Number,
  /** Calls that were in flight when their process died or was stopped. Their items were asked for again, or will be; both may be billed. */
  repeated: Schema.Number,
  promptTokens: Schema.Number,
  /** Prompt tokens that came from the cache; `promptTokens` has them as well. */
  cachedTokens: Schema.Number,
  completionTokens: Schema.Number,
  /** By the table of `Price`, of every call that the service told the usage of. */
  cost: Schema.Number,
  /** ISO 4217; absent where no call had a price. */
  currency: Schema.optional(Schema.String),
  /** Calls with usage, but without a price in the table: `cost` leaves them out. */
  unpriced: Schema.Number,
  /** Items that end in a minute, over the present run; 0 before the first one. */
  perMinute: Schema.Number,
  /** Milliseconds until the rest has ended at that rate; absent where the total or the rate is not known. */
  leftMillis: Schema.optional(Schema.Number),
  /** Milliseconds since the epoch. */
  createdAt: Schema.Number,
  endedAt: Schema.optional(Schema.Number),
  /** When the quota fills again, of a job that sleeps. Milliseconds since the epoch. */
  resetAt: Schema.optional(Schema.Number)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Report extends Schema.Schema.Type<typeof Report> {}

/**
 * An item that failed for good, and why.
 *
 * @since 0.1.0
 * @category models
 */
export const Failure = Schema.Struct({
  id: Schema.String,
  metadata: Schema.optional(Schema.Unknown),
  /** The tag of the error: `RateLimitError`, `StructuredOutputError`. */
  tag: Schema.String,
  message: Schema.String,
  code: Schema.optional(Schema.String),
  requestId: Schema.optional(Schema.String),
  /** What the model had written, of an answer that broke off or did not fit; at most 4000 characters. */
  text: Schema.optional(Schema.String)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Failure extends Schema.Schema.Type<typeof Failure> {}
