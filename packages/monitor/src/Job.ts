/**
 * A job of many prompts, as the page shows it: what `Bulk.list` of `@effect-zhipu/bulk` gives.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"

/**
 * A report of `@effect-zhipu/bulk` is one; its other fields are left out.
 *
 * @since 0.1.0
 * @category models
 */
export const Job = Schema.Struct({
  job: Schema.String,
  /** `running`, `sleeping`, `paused`, `stopped`, `interrupted`, `cancelled` or `ended`. */
  state: Schema.String,
  /** Why it stopped. */
  reason: Schema.optional(Schema.String),
  /** How many items there are in all, where that is known. */
  total: Schema.optional(Schema.Number),
  done: Schema.Number,
  failed: Schema.Number,
  inFlight: Schema.Number,
  promptTokens: Schema.Number,
  completionTokens: Schema.Number,
  cost: Schema.Number,
  /** Absent where no call had a price. */
  currency: Schema.optional(Schema.String),
  /** Items that end in a minute. */
  perMinute: Schema.Number,
  /** Milliseconds until the rest has ended. */
  leftMillis: Schema.optional(Schema.Number),
  /** When the quota fills again, of a job that sleeps. Milliseconds since the epoch. */
  resetAt: Schema.optional(Schema.Number)
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Job extends Schema.Schema.Type<typeof Job> {}
