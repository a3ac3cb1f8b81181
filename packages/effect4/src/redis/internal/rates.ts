// Generated from packages/redis/src/internal/rates.ts by scripts/effect4: change that file.
/** Requests per time: counted in Redis, and without Redis by the `RateLimiter` of `effect/persistence`. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as RateLimiter from "effect/persistence/RateLimiter"
import type { ConnectionError } from "../../ZhipuError.js"
import type { Connection, Unavailable } from "./connection.js"
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

/** The rates of a call, by their names in Redis. */
type Named = ReadonlyArray<readonly [key: string, rate: RateSettings]>

/**
 * How many milliseconds each rate has no room for; where all are 0, the request has been counted.
 *
 * Not by that `RateLimiter`, which counts one rate at a time: calls that the rate of all models refuses would take the places of their own
 * model, again each time that they ask.
 */
const ask = (
  connection: Connection,
  prefix: string,
  rates: Named
): Effect.Effect<ReadonlyArray<number>, Unavailable> => {
  const keys = rates.map(
    ([key, { algorithm }]) => `{${prefix}}:${algorithm === "token-bucket" ? "bucket" : "rate"}:${key}`
  )
  const args = rates.flatMap(([, { algorithm, requests, window }]) => [
    algorithm,
    Duration.toMillis(window) / requests,
    requests
  ])
  return Effect.map(
    connection.run((redis) => redis.zhipuRates(keys.length, ...keys, ...args)),
    (reply) => (Array.isArray(reply) ? reply.map(Number) : [])
  )
}

/** @internal */
export const make = (connection: Connection, settings: Settings): Effect.Effect<Rates> =>
  Effect.gen(function* () {
    const local = yield* Effect.provide(RateLimiter.make, RateLimiter.layerStoreMemory)
    const notBefore = new Map<string, number>()

    const ratesOf = (model: string | undefined): Named => {
      const own = model === undefined ? undefined : settings.ratePerModel.get(model)
      return [
        ...(own === undefined ? [] : [[`model:${model}`, own] as const]),
        ...(settings.rate === undefined ? [] : [["all", settings.rate] as const])
      ]
    }

    /** The longest of the waits. */
    const noted = (rates: Named, waits: ReadonlyArray<number>): Effect.Effect<number> =>
      Effect.map(now, (now) => {
        for (const [index, [key]] of rates.entries()) {
          const wait = waits[index] ?? 0
          if (wait > 0) notBefore.set(key, now + wait)
        }
        return Math.max(0, ...waits)
      })

    const consume = (
      key: string,
      { algorithm, requests, window }: RateSettings,
      tokens: number
    ): Effect.Effect<number> =>
      // Not `onExceeded: "delay"`, which reserves a place: calls that gave up would leave theirs empty, and under load
      // everybody would wait behind those.
      local
        .consume({ key, limit: share(requests, settings.processes), window, algorithm, onExceeded: "fail", tokens })
        .pipe(
          Effect.as(0),
          Effect.catch((error) =>
            error.reason._tag === "RateLimitExceeded"
              ? Effect.succeed(Math.max(1, Math.ceil(Duration.toMillis(error.reason.retryAfter))))
              : Effect.die(error)
          )
        )

    /** The same without Redis: what was counted before a rate without room is given back. */
    const alone = (rates: Named): Effect.Effect<ReadonlyArray<number>> =>
      Effect.gen(function* () {
        const waits: Array<number> = []
        for (const [index, [key, rate]] of rates.entries()) {
          const wait = yield* consume(key, rate, 1)
          waits.push(wait)
          if (wait === 0) continue
          for (const [key, rate] of rates.slice(0, index)) yield* consume(key, rate, -1)
          break
        }
        return waits
      })

    const waitsOf = (rates: Named): Effect.Effect<ReadonlyArray<number>, ConnectionError> =>
      Effect.catch(ask(connection, settings.prefix, rates), ({ reason }) => {
        switch (settings.onUnavailable) {
          case "allow":
            return Effect.succeed([])
          case "fail":
            return unavailable(reason)
          case "local":
            return Effect.clockWith((clock) =>
              Effect.provideService(alone(rates), Clock.Clock, elapsed.monotonic(clock))
            )
        }
      })

    return {
      pause: (model) =>
        Effect.map(now, (now) => Math.max(0, ...ratesOf(model).map(([key]) => (notBefore.get(key) ?? 0) - now))),
      take: (model) => {
        const rates = ratesOf(model)
        return rates.length === 0 ? Effect.succeed(0) : Effect.flatMap(waitsOf(rates), (waits) => noted(rates, waits))
      }
    }
  })
