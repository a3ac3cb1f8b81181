/** What a retry policy is made of, in Schedules of Effect. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Decision from "effect/ScheduleDecision"
import * as Interval from "effect/ScheduleInterval"
import * as elapsed from "../elapsed.js"

type Policy<E> = Schedule.Schedule<unknown, E>

/**
 * Exponential delays up to `cap`, with jitter, at least what an error asks for up to `maxRetryAfter`; ends after so many
 * retries, or so long after the first failure.
 *
 * @internal
 */
export const backoff = <E>(options: {
  readonly base: Duration.DurationInput
  readonly cap: Duration.DurationInput
  readonly retries: number
  readonly elapsed: Duration.DurationInput
  readonly maxRetryAfter: Duration.DurationInput
  readonly asked: (error: E) => Duration.Duration | undefined
}): Policy<E> => {
  const longest = Duration.decode(options.maxRetryAfter)
  return Schedule.exponential(options.base).pipe(
    Schedule.either(Schedule.spaced(options.cap)),
    Schedule.jittered,
    Schedule.intersect(Schedule.identity<E>()),
    Schedule.modifyDelay(([, error], delay) => {
      const asked = options.asked(error)
      return asked === undefined ? delay : Duration.max(delay, Duration.min(asked, longest))
    }),
    Schedule.intersect(Schedule.recurs(options.retries)),
    Schedule.zipLeft(within(Duration.toMillis(options.elapsed)))
  )
}

/** As `Schedule.upTo`, which counts the time of the clock on the wall. */
const within = (limit: number): Policy<unknown> =>
  Schedule.makeWithState<number | undefined, unknown, void>(undefined, (now, _error, begun) =>
    Effect.map(elapsed.millis, (millis) => {
      const startedAt = begun ?? millis
      const decision = millis - startedAt < limit ? Decision.continueWith(Interval.after(now)) : Decision.done
      return [startedAt, undefined, decision] as const
    })
  )

/** Ends at the first error that is another. @internal */
export const during = <E>(policy: Policy<E>, isMeant: (error: E) => boolean): Policy<E> =>
  Schedule.whileInput(policy, isMeant)

/** Never. @internal */
export const none: Policy<unknown> = Schedule.stop

/** As the policy says, but so many times at most. @internal */
export const atMost = <E>(policy: Policy<E>, retries: number): Policy<E> =>
  Schedule.intersect(policy, Schedule.recurs(retries))

/**
 * Each error advances the policy of its own kind; an error without a kind ends it.
 *
 * @internal
 */
export const each = <E, K extends string>(
  policies: Readonly<Record<K, Policy<E>>>,
  kindOf: (error: E) => K | undefined
): Policy<E> =>
  Schedule.makeWithState(new Map<K, unknown>(), (now, error: E, states) => {
    const kind = kindOf(error)
    if (kind === undefined) return Effect.succeed([states, undefined, Decision.done] as const)
    const policy = policies[kind]
    return Effect.map(
      policy.step(now, error, states.has(kind) ? states.get(kind) : policy.initial),
      ([state, out, decision]) => [new Map([...states, [kind, state]]), out, decision] as const
    )
  })
