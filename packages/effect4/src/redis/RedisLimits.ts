// Generated from packages/redis/src/RedisLimits.ts by scripts/effect4: change that file.
/**
 * Limits that many processes share: requests in flight and requests per time, counted in Redis.
 *
 * The layer takes the place of `ZhipuLimits.layer` of the client. A request in flight holds a lease, which its process renews
 * while the stream runs and gives back when it ends; the leases of a process that was killed expire. Calls that have to
 * wait stand in one queue of all processes, and pass in the order in which they came.
 *
 * What to know about leases:
 *
 * - After SIGKILL or a crash, a lease is free again within `leaseDuration` and one second.
 * - A process that stalls for longer than `leaseDuration` loses its leases, and others get them. Its requests are not cut off:
 *   when it goes on, it registers them again, and no new one starts until the limit is kept again.
 * - The same holds for a Redis server that lost its data: the limit can be exceeded, by as many requests as were in flight,
 *   until the processes have registered again, which they do as soon as they are connected.
 * - The clock of a process plays no part: it may be set back or forth. The clock of Redis does: set forth, it ends the leases
 *   of that moment, which are then registered again as above.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as ZhipuConfig from "../ZhipuConfig.js"
import type { ConnectionError, DeadlineExceededError, QueueFullError } from "../ZhipuError.js"
import * as ZhipuLimits from "../ZhipuLimits.js"
import * as Connection from "./internal/connection.js"
import * as Leases from "./internal/leases.js"
import type { Options } from "./internal/options.js"
import * as Rates from "./internal/rates.js"
import * as settings from "./internal/settings.js"

export type { ConnectionOptions, OnUnavailable, Options, Rate, Source } from "./internal/options.js"

/**
 * Limits by these options, by `limits` of the client's configuration where they say nothing, and by its `queue` deadline.
 * `maxQueue` bounds the calls of this process that wait, and `state` tells the numbers of this process.
 *
 * Does not wait for Redis. Fails with `ConfigError` for a limit below one, a URL that is none, and the like.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  options: Options
): Effect.Effect<ZhipuLimits.Service, Config.ConfigError, ZhipuConfig.ZhipuConfig | Scope.Scope> =>
  Effect.gen(function* () {
    const checked = yield* Effect.fromResult(settings.make(options, yield* ZhipuConfig.ZhipuConfig))
    const connection = yield* Connection.make(checked.redis, checked.commandTimeout)
    const leases = yield* Leases.make(connection, checked)
    const rates = yield* Rates.make(connection, checked)
    let inFlight = 0
    let waiting = 0

    const open = (model: string | undefined): Leases.Call & { readonly settle: () => void } => {
      let waits = false
      return {
        model,
        entry: undefined,
        mustWait: () => {
          if (waits) return undefined
          if (waiting >= checked.maxQueue) return ZhipuLimits.queueFull(checked.maxQueue)
          waits = true
          waiting++
          return undefined
        },
        settle: () => {
          if (waits) waiting--
          waits = false
        }
      }
    }

    const pause = (call: Leases.Call, millis: number): Effect.Effect<void, QueueFullError> =>
      Effect.suspend(() => call.mustWait() ?? Effect.sleep(Duration.millis(millis)))

    /** A request counts for its rate when it is sent, so after its lease; a lease is not kept while the rate is waited for. */
    const enter = (call: Leases.Call): Effect.Effect<void, QueueFullError | ConnectionError> =>
      Effect.flatMap(rates.pause(call.model), (millis) => {
        if (millis > 0) return Effect.andThen(pause(call, millis), enter(call))
        return Effect.flatMap(Effect.andThen(leases.take(call), rates.take(call.model)), (millis) => {
          if (millis === 0) return Effect.void
          leases.leave(call)
          return Effect.andThen(pause(call, millis), enter(call))
        })
      })

    const inTime = (call: Leases.Call, patience: Duration.Duration) =>
      Duration.isFinite(patience)
        ? Effect.timeoutOrElse(enter(call), {
            duration: patience,
            orElse: () => Effect.fail(ZhipuLimits.waitedTooLong(patience))
          })
        : enter(call)

    const withPermit =
      (model: string | undefined, patience = checked.queue) =>
      <A, E, R>(
        effect: Effect.Effect<A, E, R>
      ): Effect.Effect<A, E | QueueFullError | DeadlineExceededError | ConnectionError, R> =>
        Effect.uninterruptibleMask((restore) =>
          Effect.suspend(() => {
            const call = open(model)
            return restore(inTime(call, patience)).pipe(
              // Whatever `enter` was interrupted in, `call` knows its lease or its place in the queue.
              Effect.tapCause(() => Effect.sync(() => leases.leave(call))),
              Effect.ensuring(Effect.sync(call.settle)),
              Effect.andThen(
                Effect.suspend(() => {
                  inFlight++
                  return Effect.ensuring(
                    restore(effect),
                    Effect.sync(() => {
                      inFlight--
                      leases.leave(call)
                    })
                  )
                })
              )
            )
          })
        )

    return {
      withPermit,
      state: Effect.sync(() => ({ inFlight, waiting }))
    }
  })

/**
 * `ZhipuLimits` shared through Redis, instead of those of one process.
 *
 * @example
 * ```ts
 * import { Zhipu } from "@effect-zhipu/effect4"
 * import { RedisLimits } from "@effect-zhipu/effect4/redis"
 * import { FetchHttpClient } from "effect/http"
 * import { Layer, Redacted } from "effect"
 *
 * const limits = RedisLimits.layer({
 *   redis: Redacted.make("redis://:secret@localhost:6379"),
 *   maxInFlight: 3,
 *   rate: { requests: 60, window: "1 minute" }
 * })
 *
 * export const live = Zhipu.layerConfig({}, { limits }).pipe(Layer.provide(FetchHttpClient.layer))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options: Options
): Layer.Layer<ZhipuLimits.ZhipuLimits, Config.ConfigError, ZhipuConfig.ZhipuConfig> =>
  Layer.effect(ZhipuLimits.ZhipuLimits, make(options))

/**
 * Some of the options, each as a value or as a `Config` of it.
 *
 * @since 0.1.0
 * @category models
 */
export type ConfigOptions = ZhipuConfig.Configured<Options>

/**
 * From Effect's `Config`: where `redis` is not given, it is the URL of `REDIS_URL`.
 *
 * @example
 * ```ts
 * import { RedisLimits } from "@effect-zhipu/effect4/redis"
 * import { Config } from "effect"
 *
 * export const limits = RedisLimits.layerConfig({
 *   maxInFlight: Config.Int("GLM_REQUESTS_IN_FLIGHT")
 * })
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: ConfigOptions = {}
): Layer.Layer<ZhipuLimits.ZhipuLimits, Config.ConfigError, ZhipuConfig.ZhipuConfig> =>
  Layer.effect(ZhipuLimits.ZhipuLimits, Effect.flatMap(fromEnvironment(options), make))

const fromEnvironment = (options: ConfigOptions): Effect.Effect<Options, Config.ConfigError> =>
  Effect.gen(function* () {
    const given = yield* ZhipuConfig.valuesOf<Options>(options)
    return { ...given, redis: given.redis ?? (yield* Config.Redacted("REDIS_URL")) }
  })
