import { ZhipuEmbeddingModel } from "@effect-zhipu/ai"
import { RetryPolicy, Zhipu, ZhipuCall, ZhipuError } from "@effect-zhipu/client"
import { MockHttpClient, Simulator } from "@effect-zhipu/testing"
import { EmbeddingModel } from "@effect/ai"
import { FetchHttpClient } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Exit, Layer, Redacted } from "effect"

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

const mocked = (options: ZhipuEmbeddingModel.Options) =>
  ZhipuEmbeddingModel.model("embedding-3", options).pipe(
    Layer.provide(Zhipu.layer({ apiKey: Redacted.make("of.the-program") })),
    Layer.provideMerge(MockHttpClient.layer(() => ({ body: '{"data":[{"index":0,"embedding":[0.6,0.8]}]}' })))
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

  it.live("keeps no failure", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      const model = yield* EmbeddingModel.EmbeddingModel
      yield* simulator.setFaults("code:1305")
      expect(Exit.isFailure(yield* Effect.exit(model.embed("sky")))).toBe(true)
      yield* simulator.setFaults("")
      expect(Exit.isSuccess(yield* Effect.exit(model.embed("sky")))).toBe(true)
      yield* model.embed("sky")
      expect(yield* asked).toHaveLength(2)
    }).pipe(Effect.provide(over({ cache: { capacity: 10, timeToLive: "1 day" } })))
  )

  it.live("asks by the key of each call, though they are asked for at the same time, and keeps vectors for all", () =>
    Effect.gen(function* () {
      const model = yield* EmbeddingModel.EmbeddingModel
      const by = (name: string) => ZhipuCall.with({ apiKey: Redacted.make(`${name}.secret`) })
      yield* Effect.all([by("one")(model.embed("a")), by("two")(model.embed("b")), model.embed("c")], {
        batching: true,
        concurrency: "unbounded"
      })
      yield* by("one")(model.embed("b"))
      const mock = yield* MockHttpClient.MockHttpClient
      const sent = (yield* mock.requests).map(({ body, headers }) => [headers["authorization"], JSON.parse(body).input])
      expect(sent.sort()).toEqual([
        ["Bearer of.the-program", ["c"]],
        ["Bearer one.secret", ["a"]],
        ["Bearer two.secret", ["b"]]
      ])
    }).pipe(Effect.provide(mocked({ cache: { capacity: 10, timeToLive: "1 minute" } })))
  )

  it.live("an empty text fails by itself, and not what is asked for at the same time", () =>
    Effect.gen(function* () {
      const model = yield* EmbeddingModel.EmbeddingModel
      const [good, bad] = yield* Effect.all([Effect.exit(model.embed("a")), Effect.exit(model.embed(""))], {
        batching: true,
        concurrency: "unbounded"
      })
      expect(Exit.isSuccess(good)).toBe(true)
      expect(Exit.isFailure(bad)).toBe(true)
      expect(yield* Effect.flip(model.embedMany(["a", ""]))).toMatchObject({ method: "embedMany" })
    }).pipe(Effect.provide(mocked({})))
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
