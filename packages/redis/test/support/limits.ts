/** Limits as one process has them; a test makes several over one Redis. */
import { ZhipuConfig, ZhipuLimits } from "@effect-zhipu/client"
import { RedisLimits } from "@effect-zhipu/redis"
import { Context, Data, type Duration, Effect, Layer, Redacted, Schedule } from "effect"

export const testKey = "0123456789abcdef.fedcba9876543210"

export interface Config {
  readonly maxInFlight?: number
  readonly maxQueue?: number
  readonly queue?: Duration.DurationInput
}

export const config = ({ maxInFlight, maxQueue, queue }: Config = {}) =>
  ZhipuConfig.layer({
    apiKey: Redacted.make(testKey),
    limits: { maxInFlight, maxQueue },
    deadlines: { queue: queue ?? "20 seconds" }
  })

/** Limits of a process of their own, until the scope closes. */
export const process = (options: RedisLimits.Options, client: Config = {}) =>
  Effect.map(
    Layer.build(Layer.provide(RedisLimits.layer(options), config(client))),
    Context.get(ZhipuLimits.ZhipuLimits)
  )

/** Counts who is inside at once. */
export const gauge = () => {
  let inside = 0
  let peak = 0
  const enter = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.acquireUseRelease(
      Effect.sync(() => {
        peak = Math.max(peak, ++inside)
      }),
      () => effect,
      () => Effect.sync(() => void inside--)
    )
  return { enter, inside: () => inside, peak: () => peak }
}

export class NeverHeld extends Data.TaggedError("NeverHeld") {}

/** Waits until something holds, for at least 40 seconds. */
export const until = <E, R>(condition: Effect.Effect<boolean, E, R>): Effect.Effect<void, E | NeverHeld, R> =>
  condition.pipe(
    Effect.filterOrFail(
      (holds) => holds,
      () => new NeverHeld()
    ),
    Effect.retry({ schedule: Schedule.spaced("10 millis"), times: 4000 }),
    Effect.asVoid
  )

export const untilTrue = (condition: () => boolean): Effect.Effect<void, NeverHeld> => until(Effect.sync(condition))
