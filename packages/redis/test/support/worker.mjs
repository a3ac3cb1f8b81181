// A process that streams answers under shared limits. It runs what was built, as a user's program does.
// Arguments: the simulator, Redis, how many streams, how many at once. It prints a line for each that has begun or ended.
import { ZhipuAuth, ZhipuChat, ZhipuConfig, ZhipuHttpClient } from "@effect-zhipu/client"
import { RedisLimits } from "@effect-zhipu/redis"
import { FetchHttpClient } from "@effect/platform"
import { Effect, Layer, Redacted, Stream } from "effect"

const [baseUrl = "", apiKey = "", redis = "", streams = "1", atOnce = "1", leaseDuration = "2 seconds"] =
  process.argv.slice(2)

const live = ZhipuChat.layer.pipe(
  Layer.provideMerge(ZhipuHttpClient.layer),
  Layer.provideMerge(
    Layer.merge(ZhipuAuth.layer, RedisLimits.layer({ redis: Redacted.make(redis), maxInFlight: 3, leaseDuration }))
  ),
  Layer.provideMerge(ZhipuConfig.layer({ baseUrl, apiKey: Redacted.make(apiKey) })),
  Layer.provide(FetchHttpClient.layer)
)

const one = (i) =>
  ZhipuChat.stream({ model: "glm-4.6", messages: [{ role: "user", content: `Question ${i}` }] }).pipe(
    Stream.tap((event) =>
      event._tag === "Started" ? Effect.sync(() => process.stdout.write("begun\n")) : Effect.void
    ),
    Stream.runDrain,
    Effect.zipRight(Effect.sync(() => process.stdout.write("ended\n")))
  )

await Effect.runPromise(
  Effect.forEach(
    Array.from({ length: Number(streams) }, (_, i) => i),
    one,
    {
      concurrency: Number(atOnce),
      discard: true
    }
  ).pipe(Effect.provide(live))
)
