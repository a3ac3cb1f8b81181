// Generated from packages/client/src/RetryPolicy.ts by scripts/effect4: change that file.
/**
 * When a failed call is sent again: Effect Schedules over `ZhipuError`.
 *
 * Whatever the schedule says, a call is sent again only before its first event, and only for errors that are
 * `isRetryable`: an empty wallet, a used-up quota, wrong parameters and filtered content are never retried.
 *
 * @since 0.1.0
 */
import { retryOf } from "@effect-zhipu/protocol/internal/policy/retry"
import type * as Duration from "effect/Duration"
import type * as Schedule from "effect/Schedule"
import * as schedules from "./internal/call/schedules.js"
import type { ZhipuError } from "./ZhipuError.js"

/**
 * A schedule that is asked with each error whether, and after what delay, to send the call again.
 *
 * @since 0.1.0
 * @category models
 */
export type RetryPolicy = Schedule.Schedule<unknown, ZhipuError>

/**
 * The kinds of errors that are waited out differently.
 *
 * @since 0.1.0
 * @category models
 */
export type Kind = "throttle" | "overload" | "network"

/**
 * The kind of an error; `undefined` for errors that do not go away by asking again.
 *
 * @since 0.1.0
 * @category getters
 */
export const kindOf = (error: ZhipuError): Kind | undefined => {
  const retry = retryOf(error)
  return retry === "none" ? undefined : retry
}

/**
 * Exponential delays with jitter (80 to 120 %), at least what the service asked for by `Retry-After` but not more than
 * `maxRetryAfter`, bounded by the number of retries and by the time since the first failure.
 *
 * @since 0.1.0
 * @category constructors
 */
export const backoff = (options: {
  /** The first delay; each further one is twice as long. */
  readonly base: Duration.Input
  /** No delay is longer than this before jitter. */
  readonly cap: Duration.Input
  /** At most so many retries, not counting the first attempt. */
  readonly retries: number
  /** No retry is decided on later than this after the first failure; its delay comes on top. */
  readonly elapsed: Duration.Input
  /** What a service may ask for by `Retry-After`, at most; default 60 seconds. */
  readonly maxRetryAfter?: Duration.Input | undefined
}): RetryPolicy => {
  return schedules.backoff({
    ...options,
    maxRetryAfter: options.maxRetryAfter ?? "60 seconds",
    asked: (error: ZhipuError) => error.retryAfter
  })
}

const only = (kind: Kind, schedule: RetryPolicy): RetryPolicy =>
  schedules.during(schedule, (error: ZhipuError) => kindOf(error) === kind)

/**
 * For too many requests (1302, 1303): 1 to 20 seconds apart, 6 retries, within 2 minutes.
 *
 * @since 0.1.0
 * @category schedules
 */
export const throttle: RetryPolicy = only(
  "throttle",
  backoff({ base: "1 second", cap: "20 seconds", retries: 6, elapsed: "2 minutes" })
)

/**
 * For an overloaded or failing service (1305, 1120, 1200, 1230, 1234, 500, 503, 529): 2 to 60 seconds apart, 7 retries,
 * within 5 minutes. Overload of a model lasts minutes; the usual three retries in ten seconds only add to it.
 *
 * @since 0.1.0
 * @category schedules
 */
export const overload: RetryPolicy = only(
  "overload",
  backoff({ base: "2 seconds", cap: "60 seconds", retries: 7, elapsed: "5 minutes" })
)

/**
 * For a network that fails before the first event: half a second to 8 seconds apart, 3 retries, within 1 minute.
 *
 * @since 0.1.0
 * @category schedules
 */
export const network: RetryPolicy = only(
  "network",
  backoff({ base: "500 millis", cap: "8 seconds", retries: 3, elapsed: "1 minute" })
)

/**
 * Never sends a call again.
 *
 * @since 0.1.0
 * @category schedules
 */
export const none: RetryPolicy = schedules.none

/**
 * One policy of three: each error advances the schedule of its own kind, so that a dropped connection between two
 * overloads does not use up the patience for either.
 *
 * @example
 * ```ts
 * import { RetryPolicy } from "@effect-zhipu/effect4"
 *
 * export const impatient = RetryPolicy.make({
 *   overload: RetryPolicy.backoff({ base: "1 second", cap: "5 seconds", retries: 2, elapsed: "15 seconds" })
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: { readonly [K in Kind]?: RetryPolicy | undefined } = {}): RetryPolicy => {
  const policies: Record<Kind, RetryPolicy> = {
    throttle: options.throttle ?? throttle,
    overload: options.overload ?? overload,
    network: options.network ?? network
  }
  return schedules.each(policies, kindOf)
}

/**
 * `throttle`, `overload` and `network`, each for its own kind of error.
 *
 * @since 0.1.0
 * @category schedules
 */
const makeDefault: RetryPolicy = make()

export {
  // `default` is a word of the language, and cannot be the name of a constant.
  makeDefault as default
}
