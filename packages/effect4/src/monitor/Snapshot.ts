// Generated from packages/monitor/src/Snapshot.ts by scripts/effect4: change that file.
/**
 * The figures of a monitor at one time, as a document that can be sent.
 *
 * Rates are by the second, over the window; a rate of nothing is `null`, never zero. A call counts
 * when it ends. One that its caller left counts as `interrupted`, neither for nor against the service.
 *
 * @since 0.1.0
 */
import * as Schema from "effect/Schema"
import { Active, AlertChange } from "./AlertChange.js"

const Counts = Schema.Record(Schema.String, Schema.Number)

const Maybe = Schema.NullOr(Schema.Number)

/**
 * Milliseconds, at most 2 % off; `max` is exact.
 *
 * @since 0.1.0
 * @category models
 */
export const Percentiles = Schema.Struct({
  count: Schema.Number,
  /** Of all values, in milliseconds. */
  sum: Schema.Number,
  p50: Maybe,
  p95: Maybe,
  p99: Maybe,
  max: Maybe
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Percentiles extends Schema.Schema.Type<typeof Percentiles> {}

/**
 * Counts of a time: of the window, or of all time.
 *
 * @since 0.1.0
 * @category models
 */
export const Period = Schema.Struct({
  /** Calls that ended well. */
  succeeded: Schema.Number,
  failed: Schema.Number,
  /** Calls that their caller left. */
  interrupted: Schema.Number,
  /** Requests that were sent by calls that have ended. */
  attempts: Schema.Number,
  failedAttempts: Schema.Number,
  /** Calls that failed, by the `_tag` of the error. */
  errors: Counts,
  /** Attempts that failed, sent again or not, by the `_tag` of the error. */
  attemptErrors: Counts,
  tokens: Schema.Struct({
    input: Schema.Number,
    output: Schema.Number,
    /** Of the input, from the cache. */
    cached: Schema.Number,
    /** Of the output, thinking. */
    reasoning: Schema.Number
  }),
  /** By currency, for models that have a price. */
  cost: Counts,
  /** How long calls took, retries and whole streams included. */
  latency: Percentiles,
  /** How long streams took to their first events. */
  firstChunk: Percentiles
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Period extends Schema.Schema.Type<typeof Period> {}

/**
 * @since 0.1.0
 * @category models
 */
export const Snapshot = Schema.Struct({
  /** Milliseconds since the epoch. */
  time: Schema.Number,
  /** How much of the window has passed since the start, in seconds. */
  seconds: Schema.Number,
  inFlight: Schema.Number,
  callsPerSecond: Schema.Number,
  /** 0 to 1: of the calls that succeeded or failed, those that succeeded. */
  successRate: Maybe,
  /** 1 minus `successRate`. */
  errorRate: Maybe,
  tokensPerSecond: Schema.Struct({ input: Schema.Number, output: Schema.Number }),
  window: Period,
  /** Since the monitor was started. */
  total: Period,
  alerts: Schema.Struct({
    active: Schema.Array(Active),
    /** What was raised and cleared lately, the latest first. */
    recent: Schema.Array(AlertChange)
  })
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Snapshot extends Schema.Schema.Type<typeof Snapshot> {}
