import { ZhipuEmbeddingModel } from "@effect-zhipu/ai"
import { RetryPolicy, Zhipu, ZhipuError } from "@effect-zhipu/client"
import { Simulator } from "@effect-zhipu/testing"
import { EmbeddingModel } from "@effect/ai"
import { FetchHttpClient } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"

const service = Layer.unwrapEffect(
  Effect.map(Simulator.Simulator, ({ apiKey, baseUrl }) =>
    Zhipu.layer({ apiKey, baseUrl, retry: RetryPolicy.none }).pipe(Layer.provide(FetchHttpClient.layer))
  )
)

const over = (options: ZhipuEmbeddingModel.Options) =>
  ZhipuEmbeddingModel.model("embedding-3", { dimensions: 256, ...options }).pipe(
    Layer.provideMerge(service),
    Layer.provideMerge(Simulator.layer())
  )

const asked = Effect.flatMap(Simulator.Simulator, ({ requests }) => requests)

describe("ZhipuEmbeddingModel", () => {
  it.live("asks for many texts in few calls, and keeps their order", () =>
    Effect.gen(function* () {
      const model = yield* EmbeddingModel.EmbeddingModel
      const texts = Array.from({ length: 100 }, (_, index) => `text ${index}`)
      const vectors = yield* model.embedMany(texts)
      expect(vectors).toHaveLength(100)
      expect(yield* asked).toHaveLength(2)
      expect(yield* model.embed("text 70")).toEqual(vectors[70])
    }).pipe(Effect.provide(over({})))
  )

  it.live("keeps vectors where it is told to", () =>
    Effect.gen(function* () {
      const model = yield* EmbeddingModel.EmbeddingModel
      yield* model.embed("sky")
      yield* model.embed("sky")
      expect(yield* asked).toHaveLength(1)
    }).pipe(Effect.provide(over({ cache: { capacity: 10, timeToLive: "1 minute" } })))
  )

  it.live("fails with the error of the client as the cause", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      const model = yield* EmbeddingModel.EmbeddingModel
      for (const [fault, tag] of [
        ["code:1302", "UnknownError"],
        ["embed:short", "MalformedOutput"],
        ["code:1214", "MalformedInput"]
      ] as const) {
        yield* simulator.setFaults(fault)
        const error = yield* Effect.flip(model.embed("sky"))
        expect(error._tag).toBe(tag)
        expect(error).toMatchObject({ module: "ZhipuEmbeddingModel", method: "embedMany" })
        expect(ZhipuError.isZhipuError(error.cause)).toBe(true)
      }
    }).pipe(Effect.provide(over({})))
  )
})
