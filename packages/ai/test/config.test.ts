/** Settings of the model, and of a part of the program. */
import { ZhipuLanguageModel } from "@effect-zhipu/ai"
import { MockChat } from "@effect-zhipu/testing"
import { LanguageModel, Prompt } from "@effect/ai"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import { mocked, request } from "./support/model.js"

const stream = LanguageModel.streamText({ prompt: "Hello" })

describe("configuration", () => {
  it.effect("of the model, replaced field by field, by the innermost override", () =>
    Effect.gen(function* () {
      yield* Stream.runDrain(stream).pipe(
        ZhipuLanguageModel.withConfigOverride({ max_tokens: 20, seed: 2 }),
        ZhipuLanguageModel.withConfigOverride({ max_tokens: 30, top_p: 0.5, model: "glm-4.5-air" })
      )
      expect(yield* request).toEqual({
        model: "glm-4.5-air",
        messages: [{ role: "user", content: "Hello" }],
        temperature: 0.3,
        max_tokens: 20,
        seed: 2,
        top_p: 0.5,
        tool_stream: true,
        new_field: "kept"
      })
    }).pipe(
      Effect.provide(
        mocked([MockChat.text("Hi")], { temperature: 0.3, max_tokens: 10, tool_stream: true, new_field: "kept" })
      )
    )
  )

  it.effect("data first, and over a stream that runs inside; outside nothing changes", () =>
    Effect.gen(function* () {
      yield* ZhipuLanguageModel.withConfigOverride(LanguageModel.generateText({ prompt: "Hello" }), { seed: 7 })
      yield* LanguageModel.generateText({ prompt: "Hello" })
      const mock = yield* MockChat.MockChat
      expect((yield* mock.requests).map(({ seed }) => seed)).toEqual([7, undefined])
    }).pipe(Effect.provide(mocked(() => MockChat.text("Hi"))))
  )

  it.effect("tool_stream goes with streams alone", () =>
    Effect.gen(function* () {
      yield* LanguageModel.generateText({ prompt: "Hello" })
      expect(yield* request).not.toHaveProperty("tool_stream")
    }).pipe(Effect.provide(mocked([MockChat.text("Hi")], { tool_stream: true })))
  )

  it.effect("model() is a layer that also tells the provider", () =>
    Effect.gen(function* () {
      const response = yield* LanguageModel.generateText({ prompt: Prompt.make("Hello") })
      expect(response.text).toBe("Hi")
      expect(yield* request).toMatchObject({ model: "glm-4.6", thinking: { type: "disabled" } })
    }).pipe(
      Effect.provide(
        ZhipuLanguageModel.model("glm-4.6", { thinking: { type: "disabled" } }).pipe(
          Layer.provideMerge(MockChat.layer([MockChat.text("Hi")]))
        )
      )
    )
  )
})
