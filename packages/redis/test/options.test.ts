/** What is refused before anything connects, and what is read from the environment. */
import { ZhipuLimits } from "@effect-zhipu/client"
import { RedisLimits } from "@effect-zhipu/redis"
import { describe, expect, it } from "@effect/vitest"
import { Config, ConfigProvider, Effect, Layer, Redacted } from "effect"
import { inspect } from "node:util"
import { config } from "./support/limits.js"

const nowhere = "redis://:fictional-password@127.0.0.1:1"

const build = (layer: Layer.Layer<ZhipuLimits.ZhipuLimits, unknown, never>) => Effect.scoped(Layer.build(layer))

const refused = (options: Partial<RedisLimits.Options>) =>
  Effect.flip(build(Layer.provide(RedisLimits.layer({ redis: nowhere, ...options }), config())))

describe("the options", () => {
  const wrong: ReadonlyArray<readonly [name: string, options: Partial<RedisLimits.Options>]> = [
    ["redis", { redis: "fictional-password@example" }],
    ["redis", { redis: Redacted.make("https://:fictional-password@example") }],
    ["maxInFlight", { maxInFlight: 0 }],
    ["maxInFlight", { maxInFlight: 1.5 }],
    ["perModel.glm-4.6", { perModel: { "glm-4.6": -1 } }],
    ["rate.requests", { rate: { requests: Number.POSITIVE_INFINITY, window: "1 minute" } }],
    ["rate.window", { rate: { requests: 1, window: 0 } }],
    ["ratePerModel.glm-4.6.window", { ratePerModel: { "glm-4.6": { requests: 1, window: Number.POSITIVE_INFINITY } } }],
    ["leaseDuration", { leaseDuration: 0 }],
    ["renewEvery", { leaseDuration: "1 second", renewEvery: "1 second" }],
    ["commandTimeout", { commandTimeout: Number.POSITIVE_INFINITY }],
    ["processes", { onUnavailable: "local" }],
    ["processes", { onUnavailable: "local", processes: 0 }]
  ]
  for (const [name, options] of wrong) {
    it.effect(`are refused where ${name} cannot work: ${inspect(options)}`, () =>
      Effect.gen(function* () {
        const error = yield* refused(options)
        expect(error).toMatchObject({
          _op: "InvalidData",
          path: name.startsWith("perModel") ? ["perModel", "glm-4.6"] : expect.any(Array)
        })
        expect(String(error)).toContain(name)
        expect(inspect(error, { depth: 10 })).not.toContain("fictional-password")
      })
    )
  }

  it.live("need no Redis where nothing is limited", () =>
    Effect.gen(function* () {
      const limits = yield* ZhipuLimits.ZhipuLimits
      expect(yield* limits.withPermit("glm-4.6")(Effect.succeed("sent"))).toBe("sent")
    }).pipe(Effect.provide(Layer.provide(RedisLimits.layer({ redis: nowhere }), config())))
  )

  it.live("are read through Config, the URL from REDIS_URL", () =>
    Effect.gen(function* () {
      const provider = ConfigProvider.fromMap(
        new Map([
          ["REDIS_URL", nowhere],
          ["GLM_IN_FLIGHT", "0"]
        ])
      )
      const layer = (options: RedisLimits.ConfigOptions) =>
        RedisLimits.layerConfig(options).pipe(Layer.provide(config()), Layer.provide(Layer.setConfigProvider(provider)))
      yield* build(layer({}))
      const none = Layer.provide(
        Layer.provide(RedisLimits.layerConfig(), config()),
        Layer.setConfigProvider(ConfigProvider.fromMap(new Map()))
      )
      expect(String(yield* Effect.flip(build(none)))).toContain("REDIS_URL")
      expect(String(yield* Effect.flip(build(layer({ maxInFlight: Config.integer("GLM_IN_FLIGHT") }))))).toContain(
        "maxInFlight"
      )
      expect(String(yield* Effect.flip(build(layer({ redis: Config.redacted("OUR_REDIS") }))))).toContain("OUR_REDIS")
    })
  )
})
