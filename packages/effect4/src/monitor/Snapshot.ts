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
 * What the calls for one model came to, or those with one key.
 *
 * @since 0.1.0
 * @category models
 */
export const Share = Schema.Struct({
  /** Calls that have ended, also those that their caller left. */
  calls: Schema.Number,
  failed: Schema.Number,
  tokens: Schema.Struct({ input: Schema.Number, output: Schema.Number }),
  /** By currency, for models that have a price. */
  cost: Counts
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Share extends Schema.Schema.Type<typeof Share> {}

const Shares = Schema.Record(Schema.String, Share)

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
  /** The same by the model that was asked for; `none` is for calls without one, `other` for those beyond the hundredth. */
  models: Shares,
  /**
   * The same by key, as `KeyPool.labelOf` calls it, which is no part of the key: 4 hex digits of a hash. `none` is for calls
   * that failed before they were sent, `other` for keys beyond the hundredth.
   */
  keys: Shares,
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
 * The figures of a time: of the window, of a longer time, or of a part of it.
 *
 * @since 0.1.0
 * @category models
 */
export const Figures = Schema.Struct({
  /** When it ends, in milliseconds since the epoch. */
  time: Schema.Number,
  /** How much of it has passed since the start of the monitor, in seconds. */
  seconds: Schema.Number,
  callsPerSecond: Schema.Number,
  /** 0 to 1: of the calls that succeeded or failed, those that succeeded. */
  successRate: Maybe,
  /** 1 minus `successRate`. */
  errorRate: Maybe,
  tokensPerSecond: Schema.Struct({ input: Schema.Number, output: Schema.Number }),
  window: Period
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Figures extends Schema.Schema.Type<typeof Figures> {}

/**
 * How far back a longer time goes: five minutes, an hour, a day.
 *
 * @since 0.1.0
 * @category models
 */
export const Last = Schema.Literals(["5m", "1h", "24h"])

/**
 * @since 0.1.0
 * @category models
 */
export type Last = typeof Last.Type

/**
 * A longer time: its figures, and those of its parts of 5 seconds, a minute or a quarter of an hour, the oldest first. Parts
 * leave `models` and `keys` empty, which would make them long.
 *
 * @since 0.1.0
 * @category models
 */
export const Range = Schema.Struct({ last: Last, figures: Figures, parts: Schema.Array(Figures) })

/**
 * @since 0.1.0
 * @category models
 */
export interface Range extends Schema.Schema.Type<typeof Range> {}

/**
 * @since 0.1.0
 * @category models
 */
export const Snapshot = Schema.Struct({
  ...Figures.fields,
  inFlight: Schema.Number,
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
