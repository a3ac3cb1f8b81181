/** Programs of @effect/ai over what the service sends. */
import { ZhipuLanguageModel } from "@effect-zhipu/ai"
import { Zhipu } from "@effect-zhipu/client"
import { MockHttpClient } from "@effect-zhipu/testing"
import { LanguageModel, Tool, Toolkit } from "@effect/ai"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema } from "effect"
import { type Payloads, payloads } from "../../testing/test/support/payloads.js"
import { collect, failed, typesOf } from "./support/model.js"
import { converse, decide, textOf } from "./support/program.js"

const replay = (source: Payloads, numbers: ReadonlyArray<string>, chunks: MockHttpClient.Chunking = "whole") =>
  ZhipuLanguageModel.layer({ model: "glm-4.7-flash" }).pipe(
    Layer.provide(Zhipu.layer({ apiKey: Redacted.make("fictional-id.fictional-secret") })),
    Layer.provideMerge(
      MockHttpClient.layer(
        numbers.map((number) => ({
          headers: { "content-type": source.contentType(number) },
          body: source.bytes(number),
          chunks
        }))
      )
    )
  )

const numbers = { parameters: { a: Schema.Number, b: Schema.Number }, success: Schema.Number }
const arithmetic = Toolkit.make(Tool.make("add", numbers), Tool.make("multiply", numbers))
const calculator = arithmetic.toLayer({
  add: ({ a, b }) => Effect.succeed(a + b),
  multiply: ({ a, b }) => Effect.succeed(a * b)
})

const turnsOnly = (types: ReadonlyArray<string>) => types.filter((type, index) => type !== types[index - 1])

/** What is asked in each source, and what comes. */
const held = {
  sample: {
    question: "Do I need a coat in Bergen today?",
    sums: [16, 63],
    usage: {
      inputTokens: 251,
      outputTokens: 74,
      totalTokens: 325,
      cachedInputTokens: 38,
      reasoningTokens: 12
    },
    greeting: "Grüß dich"
  },
  recording: {
    question: "What's the weather in Florence,Italy?",
    sums: [5, 6],
    usage: {
      inputTokens: 275,
      outputTokens: 112,
      totalTokens: 387,
      cachedInputTokens: 43,
      reasoningTokens: 64
    },
    greeting: "Olá"
  }
}

describe.each(payloads)("over payloads of the service, $name", (source) => {
  const expected = held[source.name]
  const replayed = (numbers: ReadonlyArray<string>, chunks?: MockHttpClient.Chunking) => replay(source, numbers, chunks)

  it.effect.each<readonly [string, MockHttpClient.Chunking]>([
    ["at once", "whole"],
    ["in pieces", { every: 100 }]
  ])("a chat calls a tool and goes on, read %s; the next request is that of another client", ([, chunks]) =>
    Effect.gen(function* () {
      const { first, second } = yield* converse(expected.question)
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
      // Another client sent it, after the same answer and the same result.
      expect(Object(JSON.parse(request?.body ?? "")).messages).toEqual(source.request("03")["messages"])
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
      expect(streamed.parts.flatMap((part) => (part.type === "tool-result" ? [part.result] : []))).toEqual(
        expected.sums
      )
      expect(streamed.parts.find((part) => part.type === "finish")?.usage).toMatchObject(expected.usage)
      const whole = yield* LanguageModel.generateText({ prompt, toolkit: arithmetic })
      expect(whole.toolResults.map(({ result }) => result)).toEqual(expected.sums)
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
      expect(textOf(parts)).toContain(expected.greeting)
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
