/** Programs of @effect/ai over recordings of the real service. */
import { ZhipuLanguageModel } from "@effect-zhipu/ai"
import { Zhipu } from "@effect-zhipu/client"
import { MockHttpClient } from "@effect-zhipu/testing"
import { LanguageModel, Tool, Toolkit } from "@effect/ai"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema } from "effect"
import { collect, failed, typesOf } from "./support/model.js"
import { converse, decide, textOf } from "./support/program.js"
import { present, recordedRequest, recording } from "./support/recordings.js"

const replayed = (
  numbers: ReadonlyArray<string>,
  chunks: MockHttpClient.Chunking = "whole",
  config?: ZhipuLanguageModel.Config.Settings
) =>
  ZhipuLanguageModel.layer({ model: "glm-4.7-flash", config }).pipe(
    Layer.provide(Zhipu.layer({ apiKey: Redacted.make("fictional-id.fictional-secret") })),
    Layer.provideMerge(MockHttpClient.layer(numbers.map((number) => ({ ...recording(number), chunks }))))
  )

const numbers = { parameters: { a: Schema.Number, b: Schema.Number }, success: Schema.Number }
const arithmetic = Toolkit.make(Tool.make("add", numbers), Tool.make("multiply", numbers))
const calculator = arithmetic.toLayer({
  add: ({ a, b }) => Effect.succeed(a + b),
  multiply: ({ a, b }) => Effect.succeed(a * b)
})

const turnsOnly = (types: ReadonlyArray<string>) => types.filter((type, index) => type !== types[index - 1])

describe.skipIf(!present)("over recordings", () => {
  it.effect.each<readonly [string, MockHttpClient.Chunking]>([
    ["at once", "whole"],
    ["in pieces", { every: 100 }]
  ])("a chat calls a tool and goes on, read %s; the next request is the recorded one", ([, chunks]) =>
    Effect.gen(function* () {
      const { first, second } = yield* converse("What's the weather in Florence,Italy?")
      expect([first.error, second.error]).toEqual([undefined, undefined])
      expect(turnsOnly(typesOf(first.parts))).toEqual([
        "response-metadata",
        "reasoning-start",
        "reasoning-delta",
        "reasoning-end",
        "text-start",
        "text-delta",
        "text-end",
        "tool-params-start",
        "tool-params-delta",
        "tool-params-end",
        "tool-call",
        "finish",
        "tool-result"
      ])
      expect(second.parts.at(-1)).toMatchObject({ type: "finish", reason: "stop" })
      expect(textOf(second.parts)).toContain("40")
      const mock = yield* MockHttpClient.MockHttpClient
      const [, request] = yield* mock.requests
      // Another client made the recording, from the same answer and the same result.
      expect(Object(JSON.parse(request?.body ?? "")).messages).toEqual(recordedRequest("03")["messages"])
    }).pipe(Effect.provide(replayed(["02", "03"], chunks)))
  )

  it.effect("parallel calls, streamed and whole, with usage", () =>
    Effect.gen(function* () {
      const prompt = "Add and multiply the number 2 and 3"
      const streamed = yield* collect(LanguageModel.streamText({ prompt, toolkit: arithmetic }))
      expect(typesOf(streamed.parts).slice(-5)).toEqual([
        "tool-call",
        "tool-call",
        "finish",
        "tool-result",
        "tool-result"
      ])
      expect(streamed.parts.flatMap((part) => (part.type === "tool-result" ? [part.result] : []))).toEqual([5, 6])
      expect(streamed.parts.find((part) => part.type === "finish")?.usage).toMatchObject({
        inputTokens: 275,
        outputTokens: 112,
        totalTokens: 387,
        cachedInputTokens: 43,
        reasoningTokens: 64
      })
      const whole = yield* LanguageModel.generateText({ prompt, toolkit: arithmetic })
      expect(whole.toolResults.map(({ result }) => result)).toEqual([5, 6])
      expect(whole.finishReason).toBe("tool-calls")
      expect(whole.text).not.toBe("")
    }).pipe(Effect.provide([calculator, replayed(["04", "08"])]))
  )

  it.effect("long reasoning, then text outside ASCII", () =>
    Effect.gen(function* () {
      const { error, parts } = yield* collect(LanguageModel.streamText({ prompt: "Say hi in Portuguese" }))
      expect(error).toBeUndefined()
      expect(turnsOnly(typesOf(parts))).toEqual([
        "response-metadata",
        "reasoning-start",
        "reasoning-delta",
        "reasoning-end",
        "text-start",
        "text-delta",
        "text-end",
        "finish"
      ])
      expect(textOf(parts)).toContain("Olá")
    }).pipe(Effect.provide(replayed(["01"], { every: 1000 })))
  )

  it.effect("a call with index -1 and two finish reasons", () =>
    Effect.gen(function* () {
      const error = yield* collect(LanguageModel.streamText({ prompt: "Hello" }))
      // Its tool was not offered here: everything up to there is read, and nothing is run.
      expect(error.error).toMatchObject({
        _tag: "MalformedOutput",
        description: expect.stringContaining("not offered")
      })
      expect(typesOf(error.parts)).toContain("tool-params-start")
    }).pipe(Effect.provide(replayed(["19"])))
  )

  it.effect("prose where an object was asked for", () =>
    Effect.gen(function* () {
      expect(yield* failed(decide("Say hi"))).toMatchObject({ _tag: "MalformedOutput" })
    }).pipe(Effect.provide(replayed(["07"])))
  )
})
