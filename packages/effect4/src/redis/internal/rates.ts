// Generated from packages/redis/src/internal/rates.ts by scripts/effect4: change that file.
/** Requests per time, counted in Redis by the `RateLimiter` of `effect/persistence`. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as RateLimiter from "effect/persistence/RateLimiter"
import type { ConnectionError } from "../../ZhipuError.js"
import type { Connection } from "./connection.js"
import * as elapsed from "./elapsed.js"
import { type RateSettings, type Settings, share, unavailable } from "./settings.js"

/** @internal */
export interface Rates {
  /** How many milliseconds there is no point in asking, as far as is known here. */
  readonly pause: (model: string | undefined) => Effect.Effect<number>
  /** Counts a request that is sent now. Gives 0, or how many milliseconds to wait before asking again. */
  readonly take: (model: string | undefined) => Effect.Effect<number, ConnectionError>
}

const now: Effect.Effect<number> = Effect.map(Effect.clockWith(Effect.succeed), elapsed.millis)

/**
 * Not `@effect/experimental/RateLimiter/Redis`: it opens a connection of its own that prints its errors to the console, cannot
 * be closed while the server is away, and fails wherever the limit does not divide the window into whole milliseconds.
 *
 * @internal
 */
export const makeStore = (connection: Connection, prefix: string): RateLimiter.RateLimiterStore["Service"] => {
  const run = (command: Parameters<typeof connection.run<unknown>>[0]) =>
    Effect.mapError(
      connection.run(command),
      ({ reason }) =>
        new RateLimiter.RateLimiterError({ reason: new RateLimiter.RateLimitStoreError({ message: reason }) })
    )
  return {
    fixedWindow: ({ key, limit, refillRate, tokens }) =>
      Effect.map(
        run((redis) =>
          redis.zhipuFixedWindow(`{${prefix}}:rate:${key}`, tokens, Duration.toMillis(refillRate), limit ?? "")
        ),
        (reply) => (Array.isArray(reply) ? ([Number(reply[0]), Number(reply[1])] as const) : ([0, 0] as const))
      ),
    tokenBucket: ({ allowOverflow, key, limit, refillRate, tokens }) =>
      Effect.map(
        run((redis) =>
          redis.zhipuTokenBucket(
            `{${prefix}}:bucket:${key}`,
            tokens,
            Duration.toMillis(refillRate),
            limit,
            allowOverflow ? 1 : 0
          )
        ),
        // How long ago it was filled is not told: 0 waits a fraction of a token longer.
        (tokens) => [Number(tokens), 0] as const
      ),
    adaptiveConsume: () => Effect.die("The limits of this package adapt to nothing."),
    adaptiveFeedback: () => Effect.die("The limits of this package adapt to nothing.")
  }
}

/** @internal */
export const make = (connection: Connection, settings: Settings): Effect.Effect<Rates> =>
  Effect.gen(function* () {
    const store = makeStore(connection, settings.prefix)
    const shared = yield* Effect.provideService(RateLimiter.make, RateLimiter.RateLimiterStore, store)
    const local = yield* Effect.provide(RateLimiter.make, RateLimiter.layerStoreMemory)
    const notBefore = new Map<string, number>()

    const ratesOf = (model: string | undefined): ReadonlyArray<readonly [key: string, rate: RateSettings]> => {
      const own = model === undefined ? undefined : settings.ratePerModel.get(model)
      // The narrower one first: a request that the second one refuses has been counted by the first.
      return [
        ...(own === undefined ? [] : [[`model:${model}`, own] as const]),
        ...(settings.rate === undefined ? [] : [["all", settings.rate] as const])
      ]
    }

    const consume = (
      limiter: RateLimiter.RateLimiter,
      key: string,
      rate: RateSettings,
      limit: number
    ): Effect.Effect<number, RateLimiter.RateLimiterError> =>
      // Not `onExceeded: "delay"`, which reserves a place: calls that gave up would leave theirs empty, and under load
      // everybody would wait behind those.
      limiter.consume({ key, limit, window: rate.window, algorithm: rate.algorithm, onExceeded: "fail" }).pipe(
        Effect.as(0),
        Effect.catch((error) =>
          error.reason._tag === "RateLimitExceeded"
            ? Effect.map(now, (now) => {
                const { retryAfter } = error.reason as RateLimiter.RateLimitExceeded
                const wait = Math.max(1, Math.ceil(Duration.toMillis(retryAfter)))
                notBefore.set(key, now + wait)
                return wait
              })
            : Effect.fail(error)
        )
      )

    const takeOne = (key: string, rate: RateSettings): Effect.Effect<number, ConnectionError> =>
      Effect.catch(consume(shared, key, rate, rate.requests), ({ message }) => {
        switch (settings.onUnavailable) {
          case "allow":
            return Effect.succeed(0)
          case "fail":
            return unavailable(message)
          case "local":
            return Effect.orDie(
              Effect.clockWith((clock) =>
                Effect.provideService(
                  consume(local, key, rate, share(rate.requests, settings.processes)),
                  Clock.Clock,
                  elapsed.monotonic(clock)
                )
              )
            )
        }
      })

    return {
      pause: (model) =>
        Effect.map(now, (now) => Math.max(0, ...ratesOf(model).map(([key]) => (notBefore.get(key) ?? 0) - now))),
      take: (model) =>
        Effect.reduce(
          ratesOf(model),
          () => 0,
          (wait, [key, rate]) => (wait > 0 ? Effect.succeed(wait) : takeOne(key, rate))
        )
    }
  })
