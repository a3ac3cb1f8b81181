/** Programs of @effect/ai over real connections to a simulator. */
import { ZhipuLanguageModel } from "@effect-zhipu/ai"
import { RetryPolicy, Zhipu, ZhipuError } from "@effect-zhipu/client"
import { Simulator } from "@effect-zhipu/testing"
import { Chat, LanguageModel, type Response } from "@effect/ai"
import { FetchHttpClient } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Stream } from "effect"
import { collect, failed, typesOf } from "./support/model.js"
import { converse, decide, handlers, textOf, toolkit } from "./support/program.js"

const live = (simulator: Simulator.Service, config?: ZhipuLanguageModel.Config.Settings) =>
  ZhipuLanguageModel.model("glm-4.6", config).pipe(
    Layer.provide(
      Zhipu.layer({ apiKey: simulator.apiKey, baseUrl: simulator.baseUrl, retry: RetryPolicy.none }).pipe(
        Layer.provide(FetchHttpClient.layer)
      )
    )
  )

const question = "What is the weather in Florence?"

const joined = (parts: ReadonlyArray<Response.AnyPart>, type: "text-delta" | "reasoning-delta"): string =>
  parts.map((part) => (part.type === type ? part.delta : "")).join("")

describe("over a simulator", () => {
  it.scopedLive("a chat calls a tool and goes on; its turns go back as they came", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make({ tokensPerSecond: 2000 })
      const { first, second } = yield* converse(question).pipe(
        Effect.provide(live(simulator, { tool_stream: true, thinking: { type: "enabled", clear_thinking: false } }))
      )
      expect([first.error, second.error]).toEqual([undefined, undefined])
      const order = typesOf(first.parts).filter((type, index, all) => type !== all[index - 1])
      expect(order).toEqual([
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
      expect(textOf(second.parts)).toContain("weather says: 40 C")
      expect(second.parts.at(-1)).toMatchObject({
        type: "finish",
        reason: "stop",
        usage: {
          inputTokens: expect.any(Number),
          cachedInputTokens: expect.any(Number),
          reasoningTokens: expect.any(Number)
        }
      })
      const bodies = (yield* simulator.requests).map(({ body }) => Object(body))
      const call = first.parts.find((part) => part.type === "tool-call")
      const params = first.parts.map((part) => (part.type === "tool-params-delta" ? part.delta : "")).join("")
      expect(bodies[1].messages).toEqual([
        { role: "system", content: "You are a helpful assistant" },
        { role: "user", content: question },
        {
          role: "assistant",
          content: joined(first.parts, "text-delta"),
          reasoning_content: joined(first.parts, "reasoning-delta"),
          tool_calls: [{ id: call?.id, type: "function", function: { name: "weather", arguments: params } }]
        },
        { role: "tool", tool_call_id: call?.id, content: "40 C" }
      ])
    })
  )

  it.scopedLive("the same without streaming", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make()
      const texts = yield* Effect.gen(function* () {
        const chat = yield* Chat.empty
        const first = yield* chat.generateText({ prompt: question, toolkit })
        const second = yield* chat.generateText({ prompt: [], toolkit })
        const third = yield* chat.generateText({ prompt: "What did I ask?" })
        return [first, second, third].map((response) => response.text)
      }).pipe(Effect.provide([handlers, live(simulator)]))
      expect(texts[1]).toContain("weather says: 40 C")
      expect(texts[2]).toContain(`Earlier you said: "${question}"`)
    })
  )

  it.scopedLive("an object", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make()
      const value = yield* decide("6 * 7").pipe(Effect.provide(live(simulator)))
      expect(value).toEqual({ answer: expect.stringContaining("6 * 7"), turn: expect.any(Number) })
      expect((yield* simulator.requests).map(({ body }) => Object(body).response_format)).toEqual([
        { type: "json_object" }
      ])
    })
  )

  it.scopedLive("while a handler takes its time, the service is already done", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make({ tokensPerSecond: 2000 })
      const running = yield* Deferred.make<void>()
      const slow = toolkit.toLayer({
        weather: () => Effect.zipRight(Deferred.succeed(running, undefined), Effect.never)
      })
      yield* Effect.gen(function* () {
        const fiber = yield* LanguageModel.streamText({ prompt: question, toolkit }).pipe(
          Stream.runDrain,
          Effect.provide(slow),
          Effect.fork
        )
        yield* Deferred.await(running)
        yield* simulator.awaitIdle
        expect(yield* simulator.stats).toMatchObject({ inFlight: 0, completed: 1, disconnects: [] })
        yield* Fiber.interrupt(fiber)
      }).pipe(Effect.provide(live(simulator)))
    }).pipe(Effect.timeout("20 seconds"))
  )

  it.scopedLive("an answer that breaks off: its parts, then the error with what came", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make({ faults: "truncate@chunk:40" })
      const { error, parts } = yield* collect(LanguageModel.streamText({ prompt: "Tell me about the sea" })).pipe(
        Effect.provide(live(simulator))
      )
      expect(error?._tag).toBe("MalformedOutput")
      const cause = error?.cause
      if (!(cause instanceof ZhipuError.StreamTruncatedError)) throw new Error(`another cause: ${String(cause)}`)
      expect(joined(parts, "text-delta")).not.toBe("")
      expect(cause.partial?.choices[0]?.message.content).toBe(joined(parts, "text-delta"))
      expect(typesOf(parts)).not.toContain("finish")
    })
  )

  it.scopedLive("a call whose arguments were cut runs nothing", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make({ faults: "cut-args" })
      const { error, parts } = yield* collect(LanguageModel.streamText({ prompt: question, toolkit })).pipe(
        Effect.provide([handlers, live(simulator)])
      )
      expect(error).toMatchObject({
        _tag: "MalformedOutput",
        cause: { _tag: "Warning", code: "ToolArgumentsTruncated" }
      })
      expect(typesOf(parts)).not.toContain("tool-result")
    })
  )

  it.scopedLive("an error of the service is told with its code", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make({ faults: "code:1113" })
      const error = yield* LanguageModel.generateText({ prompt: "Hello" }).pipe(Effect.provide(live(simulator)), failed)
      expect(error).toMatchObject({ _tag: "UnknownError", cause: { _tag: "InsufficientBalanceError", code: "1113" } })
      expect("cause" in error && ZhipuError.isZhipuError(error.cause) && error.cause.isRetryable).toBe(false)
    })
  )

  it.scopedLive("who takes a part of a stream closes its connection", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make({ tokensPerSecond: 100 })
      yield* LanguageModel.streamText({ prompt: "Count to 1000" }).pipe(
        Stream.take(4),
        Stream.runDrain,
        Effect.zipRight(simulator.awaitIdle),
        Effect.provide(live(simulator))
      )
      expect((yield* simulator.stats).disconnects).toHaveLength(1)
    }).pipe(Effect.timeout("20 seconds"))
  )
})
