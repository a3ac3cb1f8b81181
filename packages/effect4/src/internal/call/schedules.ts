/** What a retry policy is made of, in Schedules of Effect. */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import * as Schedule from "effect/Schedule"
import * as elapsed from "../elapsed.js"

type Policy<E> = Schedule.Schedule<unknown, E>

/**
 * Exponential delays up to `cap`, with jitter, at least what an error asks for up to `maxRetryAfter`; ends after so many
 * retries, or so long after the first failure.
 *
 * @internal
 */
export const backoff = <E>(options: {
  readonly base: Duration.Input
  readonly cap: Duration.Input
  readonly retries: number
  readonly elapsed: Duration.Input
  readonly maxRetryAfter: Duration.Input
  readonly asked: (error: E) => Duration.Duration | undefined
}): Policy<E> => {
  const longest = Duration.fromInputUnsafe(options.maxRetryAfter)
  return Schedule.min([Schedule.exponential(options.base), Schedule.spaced(options.cap)]).pipe(
    Schedule.jittered,
    Schedule.setInputType<E>(),
    Schedule.modifyDelay(({ duration, input }) => {
      const asked = options.asked(input)
      return Effect.succeed(asked === undefined ? duration : Duration.max(duration, Duration.min(asked, longest)))
    }),
    Schedule.upTo({ times: options.retries, duration: options.elapsed }),
    evenly
  )
}

/** Limits of elapsed time would count that of the clock on the wall, which may be set. */
const evenly = <E>(policy: Policy<E>): Policy<E> =>
  Schedule.fromStep(
    Effect.map(
      Schedule.toStep(policy),
      (step): Step<E> =>
        (_now, error) =>
          Effect.flatMap(elapsed.millis, (now) => step(now, error))
    )
  )

/** Ends at the first error that is another. @internal */
export const during = <E>(policy: Policy<E>, isMeant: (error: E) => boolean): Policy<E> =>
  Schedule.while(policy, ({ input }) => Effect.succeed(isMeant(input)))

/** Never. @internal */
export const none: Policy<unknown> = Schedule.recurs(0)

/** As the policy says, but so many times at most. @internal */
export const atMost = <E>(policy: Policy<E>, retries: number): Policy<E> => Schedule.upTo(policy, { times: retries })

type Step<E> = (now: number, error: E) => Pull.Pull<[unknown, Duration.Duration], never, unknown>

/**
 * Each error advances the policy of its own kind; an error without a kind ends it.
 *
 * @internal
 */
export const each = <E, K extends string>(
  policies: Readonly<Record<K, Policy<E>>>,
  kindOf: (error: E) => K | undefined
): Policy<E> =>
  Schedule.fromStep(
    Effect.sync(() => {
      const steps = new Map<K, Step<E>>()
      return (now: number, error: E): Pull.Pull<[unknown, Duration.Duration], never, unknown> => {
        const kind = kindOf(error)
        if (kind === undefined) return Cause.done(undefined)
        const known = steps.get(kind)
        if (known !== undefined) return known(now, error)
        return Effect.flatMap(Schedule.toStep(policies[kind]), (step) => {
          steps.set(kind, step)
          return step(now, error)
        })
      }
    })
  )
