// Generated from packages/client/src/Deadlines.ts by scripts/effect4: change that file.
/**
 * How long each phase of a call may take. Each has its own `phase` in `DeadlineExceededError`, and counts only the
 * time spent waiting for the service, not a slow consumer.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"

/**
 * - `queue`: waiting for a permit, where the number of requests in flight is limited.
 * - `connect`: from sending a streamed request to its response headers.
 * - `firstChunk`: from sending a request to the first event of the stream; for `complete`, to the response headers,
 *   which come when the answer is ready, and for a body of at most 64 KiB, to its end.
 * - `idle`: between two reads of the body; comments that keep the connection alive count as bytes.
 * - `total`: the whole call, with queueing, retries and back-off.
 *
 * @since 0.1.0
 * @category models
 */
export interface Deadlines {
  readonly queue: Duration.Duration
  readonly connect: Duration.Duration
  readonly firstChunk: Duration.Duration
  readonly idle: Duration.Duration
  readonly total: Duration.Duration
}

/**
 * Some deadlines, as a user gives them: `"30 seconds"`, `Duration.minutes(5)`, milliseconds as a number, or `Infinity`
 * for none.
 *
 * @since 0.1.0
 * @category models
 */
export type Options = { readonly [Phase in keyof Deadlines]?: Duration.Input | undefined }

/**
 * `connect` 2 minutes, `firstChunk` 5 minutes, `idle` 2 minutes; `queue` and `total` unlimited. GLM may think for
 * minutes before its first token, and the vendor advises read timeouts of 300 s and more.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaults: Deadlines = {
  queue: Duration.infinity,
  connect: Duration.minutes(2),
  firstChunk: Duration.minutes(5),
  idle: Duration.minutes(2),
  total: Duration.infinity
}

/**
 * The defaults with some replaced.
 *
 * @example
 * ```ts
 * import { Deadlines } from "@effect-zhipu/effect4"
 *
 * export const patient = Deadlines.make({ idle: "10 minutes", total: "1 hour" })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Deadlines => ({
  queue: pick(options.queue, defaults.queue),
  connect: pick(options.connect, defaults.connect),
  firstChunk: pick(options.firstChunk, defaults.firstChunk),
  idle: pick(options.idle, defaults.idle),
  total: pick(options.total, defaults.total)
})

const pick = (input: Duration.Input | undefined, byDefault: Duration.Duration): Duration.Duration =>
  input === undefined ? byDefault : Duration.fromInputUnsafe(input)
