// Generated from packages/redis/src/RedisCache.ts by scripts/effect4: change that file.
/**
 * Answers of `ZhipuCache` that many processes share, and that outlive them, in Redis.
 *
 * Redis forgets an answer when its time is over, or earlier where its memory is full and it is told to (`maxmemory-policy`). While it does
 * not answer, nothing is kept: the cache asks the service. Its keys are hashes; what it holds are answers as JSON, neither API keys
 * nor prompts.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import * as ZhipuCache from "../ZhipuCache.js"
import * as ZhipuConfig from "../ZhipuConfig.js"
import * as Connection from "./internal/connection.js"
import type { Source } from "./internal/options.js"
import * as settings from "./internal/settings.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly redis: Source
  /** What the keys begin with. Default `zhipu`. */
  readonly prefix?: string | undefined
  /** After how long without Redis the service is asked. Default 1 second. */
  readonly commandTimeout?: Duration.Input | undefined
}

/**
 * Does not wait for Redis. Fails with `ConfigError` for a URL that is none, and the like.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Effect.Effect<ZhipuCache.Service, Config.ConfigError, Scope.Scope> =>
  Effect.gen(function* () {
    const { commandTimeout, prefix, redis } = yield* Effect.fromResult(settings.makeCache(options))
    const connection = yield* Connection.make(redis, commandTimeout)
    const keyOf = (key: string) => `{${prefix}}:answer:${key}`
    const failed = (cause: Connection.Unavailable) => new ZhipuCache.StoreError({ cause })
    return {
      get: (key) =>
        connection
          .run((redis) => redis.get(keyOf(key)))
          .pipe(
            Effect.map(Option.fromNullishOr),
            // A list or the like of somebody else, which the next answer takes the place of.
            Effect.catchIf(
              ({ reason }) => reason === "WRONGTYPE",
              () => Effect.succeedNone
            ),
            Effect.mapError(failed)
          ),
      set: (key, value, timeToLive) => {
        const millis = Math.ceil(Duration.toMillis(timeToLive))
        if (millis <= 0) return Effect.void
        const set = (redis: Connection.Commands) =>
          millis > longest ? redis.set(keyOf(key), value) : redis.set(keyOf(key), value, "PX", millis)
        return Effect.asVoid(Effect.mapError(connection.run(set), failed))
      }
    }
  })

/** Some ten thousand years: what lasts longer lasts for ever, and Redis knows no larger dates. */
const longest = 1e14

/**
 * A store for `ZhipuCache.layer`.
 *
 * @example
 * ```ts
 * import { Zhipu, ZhipuCache } from "@effect-zhipu/effect4"
 * import { RedisCache } from "@effect-zhipu/effect4/redis"
 * import { FetchHttpClient } from "effect/http"
 * import { Layer, Redacted } from "effect"
 *
 * const live = Zhipu.layerConfig().pipe(Layer.provide(FetchHttpClient.layer))
 *
 * export const cached = ZhipuCache.layer({ timeToLive: "1 day" }).pipe(
 *   Layer.provide(RedisCache.layer({ redis: Redacted.make("redis://:secret@localhost:6379") })),
 *   Layer.provideMerge(live)
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<ZhipuCache.Store, Config.ConfigError> =>
  Layer.effect(ZhipuCache.Store, make(options))

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
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (options: ConfigOptions = {}): Layer.Layer<ZhipuCache.Store, Config.ConfigError> =>
  Layer.effect(ZhipuCache.Store, Effect.flatMap(fromEnvironment(options), make))

const fromEnvironment = (options: ConfigOptions): Effect.Effect<Options, Config.ConfigError> =>
  Effect.gen(function* () {
    const given = yield* ZhipuConfig.valuesOf<Options>(options)
    return { ...given, redis: given.redis ?? (yield* Config.Redacted("REDIS_URL")) }
  })
