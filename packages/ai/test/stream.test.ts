/** `streamText`: which parts come, in which order, and how it fails. */
import { ChunkEvent, ZhipuError } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import { AiError, LanguageModel, type Response, Tool, Toolkit } from "@effect/ai"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Chunk, Deferred, Effect, Exit, Fiber, FastCheck as fc, Option, Ref, Schema, Stream } from "effect"
import { collect, failed, mocked, plain, typesOf } from "./support/model.js"

const Weather = Tool.make("get_weather", {
  description: "The weather in a city",
  parameters: { city: Schema.String },
  success: Schema.Struct({ sky: Schema.String })
})

const toolkit = Toolkit.make(Weather)
const handlers = toolkit.toLayer({ get_weather: () => Effect.succeed({ sky: "rain" }) })

const stream = LanguageModel.streamText({ prompt: "Hello" })
const withTools = LanguageModel.streamText({ prompt: "Hello", toolkit })
const unresolved = LanguageModel.streamText({ prompt: "Hello", toolkit, disableToolCallResolution: true })

const call = (city: string, id: string): MockChat.ToolCall => ({ name: "get_weather", id, arguments: { city } })

describe("parts", () => {
  it.effect("metadata, reasoning, text, finish", () =>
    Effect.gen(function* () {
      const { error, parts } = yield* collect(stream)
      expect(error).toBeUndefined()
      expect(parts.map(plain)).toEqual([
        {
          type: "response-metadata",
          id: Option.some("c1"),
          modelId: Option.some("glm-4.6"),
          timestamp: Option.some(expect.objectContaining({ epochMillis: 1_700_000_000_000 })),
          metadata: {}
        },
        { type: "reasoning-start", id: "reasoning_0", metadata: {} },
        { type: "reasoning-delta", id: "reasoning_0", delta: "Let me think.", metadata: {} },
        { type: "reasoning-end", id: "reasoning_0", metadata: {} },
        { type: "text-start", id: "text_1", metadata: {} },
        { type: "text-delta", id: "text_1", delta: "Hello to you", metadata: {} },
        { type: "text-end", id: "text_1", metadata: {} },
        {
          type: "finish",
          reason: "stop",
          usage: {
            inputTokens: 10,
            outputTokens: 7,
            totalTokens: 17,
            cachedInputTokens: 8,
            reasoningTokens: 3
          },
          metadata: { zhipu: { finishReason: "stop" } }
        }
      ])
    }).pipe(
      Effect.provide(
        mocked([
          MockChat.text("Hello to you", {
            id: "c1",
            created: 1_700_000_000,
            reasoning: "Let me think.",
            usage: {
              prompt_tokens: 10,
              completion_tokens: 7,
              total_tokens: 17,
              prompt_tokens_details: { cached_tokens: 8 },
              completion_tokens_details: { reasoning_tokens: 3 }
            }
          })
        ])
      )
    )
  )

  it.effect("what usage was not told is undefined, never 0", () =>
    Effect.gen(function* () {
      const { parts } = yield* collect(stream)
      const finish = parts.find((part) => part.type === "finish")
      expect(finish?.usage).toEqual({ inputTokens: undefined, outputTokens: undefined, totalTokens: undefined })
    }).pipe(Effect.provide(mocked([MockChat.text("Hi", { usage: {} })])))
  )

  it.effect("tool parameters, then the calls and finish in one chunk, then the results", () =>
    Effect.gen(function* () {
      const chunks = yield* unresolved.pipe(Stream.chunks, Stream.runCollect)
      const last = Chunk.toReadonlyArray(Chunk.unsafeLast(chunks))
      expect(typesOf(last)).toEqual(["tool-params-end", "tool-params-end", "tool-call", "tool-call", "finish"])
      const { parts } = yield* collect(withTools)
      expect(typesOf(parts)).toEqual([
        "response-metadata",
        "reasoning-start",
        "reasoning-delta",
        "reasoning-end",
        "text-start",
        "text-delta",
        "text-end",
        "tool-params-start",
        "tool-params-delta",
        "tool-params-start",
        "tool-params-delta",
        "tool-params-end",
        "tool-params-end",
        "tool-call",
        "tool-call",
        "finish",
        "tool-result",
        "tool-result"
      ])
      expect(parts.filter((part) => part.type === "tool-call").map(plain)).toMatchObject([
        { id: "a", name: "get_weather", params: { city: "London" }, providerExecuted: false },
        { id: "b", name: "get_weather", params: { city: "Florence" }, providerExecuted: false }
      ])
      expect(parts.filter((part) => part.type === "tool-result").map(plain)).toMatchObject([
        { id: "a", result: { sky: "rain" }, isFailure: false },
        { id: "b", result: { sky: "rain" }, isFailure: false }
      ])
      expect(parts.find((part) => part.type === "finish")?.reason).toBe("tool-calls")
    }).pipe(
      Effect.provide([
        handlers,
        mocked(() =>
          // One event a chunk, as models write them.
          Stream.fromIterable(
            MockChat.toolCalls([call("London", "a"), call("Florence", "b")], { reasoning: "Hm", content: "Look" })
          ).pipe(Stream.rechunk(1))
        )
      ])
    )
  )

  it.effect("a slow handler does not hold the stream: it had ended before the handler ran", () =>
    Effect.gen(function* () {
      const read = yield* Deferred.make<void>()
      const release = yield* Deferred.make<void>()
      const slow = toolkit.toLayer({
        get_weather: () => Effect.as(Deferred.await(release), { sky: "rain" })
      })
      const seen = yield* Ref.make<ReadonlyArray<string>>([])
      const events = MockChat.toolCalls([call("London", "a"), call("Florence", "b")])
      const fiber = yield* withTools.pipe(
        Stream.runForEach(({ type }) => Ref.update(seen, (types) => [...types, type])),
        Effect.provide([
          slow,
          mocked([
            Stream.fromIterable(events).pipe(
              Stream.rechunk(1),
              Stream.tap((event) => (ChunkEvent.isFinished(event) ? Deferred.succeed(read, undefined) : Effect.void))
            )
          ])
        ]),
        Effect.fork
      )
      yield* Deferred.await(read)
      yield* Effect.yieldNow()
      // Both calls and the end are there while neither handler is done.
      yield* Effect.repeat(Ref.get(seen), { until: (types) => types.includes("finish") })
      expect((yield* Ref.get(seen)).slice(-3)).toEqual(["tool-call", "tool-call", "finish"])
      yield* Deferred.succeed(release, undefined)
      yield* Fiber.join(fiber)
      expect((yield* Ref.get(seen)).slice(-3)).toEqual(["finish", "tool-result", "tool-result"])
    })
  )

  it.effect("with disableToolCallResolution, the calls and no results", () =>
    Effect.gen(function* () {
      const { error, parts } = yield* collect(unresolved)
      expect(error).toBeUndefined()
      expect(typesOf(parts).slice(-2)).toEqual(["tool-call", "finish"])
    }).pipe(
      Effect.provide([handlers, mocked([MockChat.toolCall({ name: "get_weather", arguments: { city: "London" } })])])
    )
  )

  it.effect("reasoning between texts is a part of its own", () =>
    Effect.gen(function* () {
      const { parts } = yield* collect(stream)
      expect(
        parts.flatMap((part) => ("id" in part && typeof part.id === "string" ? [`${part.type} ${part.id}`] : []))
      ).toEqual([
        "text-start text_0",
        "text-delta text_0",
        "text-end text_0",
        "reasoning-start reasoning_1",
        "reasoning-delta reasoning_1",
        "reasoning-end reasoning_1",
        "text-start text_2",
        "text-delta text_2",
        "text-end text_2"
      ])
    }).pipe(
      Effect.provide(
        mocked([
          [
            { _tag: "Started", id: "c1" },
            { _tag: "ContentDelta", choice: 0, text: "one" },
            { _tag: "ReasoningDelta", choice: 0, text: "two" },
            { _tag: "ContentDelta", choice: 0, text: "three" },
            { _tag: "Finished", choice: 0, reason: "stop" }
          ]
        ])
      )
    )
  )

  it.effect.prop(
    "the same text, however the events are cut into chunks",
    {
      texts: fc.array(fc.string({ unit: "binary", minLength: 1 }), { minLength: 1 }),
      size: fc.integer({ min: 1, max: 9 })
    },
    ({ size, texts }) =>
      Effect.gen(function* () {
        const { error, parts } = yield* collect(stream)
        expect(error).toBeUndefined()
        const deltas = (type: string) =>
          parts.flatMap((part) => (part.type === type && "delta" in part ? [part.delta] : []))
        expect(deltas("text-delta").join("")).toBe(texts.join(""))
        expect(deltas("reasoning-delta").join("")).toBe(texts.join(""))
        // Never more parts than events, and one where they came together.
        expect(deltas("text-delta").length).toBeLessThanOrEqual(texts.length)
        if (size === 1) expect(deltas("text-delta")).toEqual(texts)
        if (texts.length === 1) expect(deltas("text-delta")).toHaveLength(1)
      }).pipe(
        Effect.provide(
          mocked([
            Stream.fromIterable<ChunkEvent.ChunkEvent>([
              { _tag: "Started", id: "c1" },
              ...texts.map((text): ChunkEvent.ChunkEvent => ({ _tag: "ReasoningDelta", choice: 0, text })),
              ...texts.map((text): ChunkEvent.ChunkEvent => ({ _tag: "ContentDelta", choice: 0, text })),
              { _tag: "Finished", choice: 0, reason: "stop" }
            ]).pipe(Stream.rechunk(size))
          ])
        )
      )
  )

  it.effect("of several choices, the first that speaks", () =>
    Effect.gen(function* () {
      const { parts } = yield* collect(stream)
      expect(parts.flatMap((part) => (part.type === "text-delta" ? [part.delta] : []))).toEqual(["one"])
      expect(parts.filter((part) => part.type === "finish")).toHaveLength(1)
    }).pipe(
      Effect.provide(
        mocked([
          [
            { _tag: "Started", id: "c1" },
            { _tag: "ContentDelta", choice: 0, text: "one" },
            { _tag: "ContentDelta", choice: 1, text: "two" },
            { _tag: "Finished", choice: 0, reason: "stop" },
            { _tag: "Finished", choice: 1, reason: "length" }
          ]
        ])
      )
    )
  )

  it.effect.each([
    ["stop", "stop"],
    ["length", "length"],
    ["tool_calls", "tool-calls"],
    ["sensitive", "content-filter"],
    ["network_error", "error"],
    ["model_context_window_exceeded", "length"],
    ["unknown", "unknown"],
    ["abort", "other"]
  ] as const)("finish reason %s is %s", ([told, expected]) =>
    Effect.gen(function* () {
      const streamed = yield* collect(stream)
      const finish = streamed.parts.at(-1)
      expect(finish).toMatchObject({ type: "finish", reason: expected, metadata: { zhipu: { finishReason: told } } })
      const whole = yield* LanguageModel.generateText({ prompt: "Hello" })
      expect(whole.finishReason).toBe(expected)
    }).pipe(Effect.provide(mocked(() => MockChat.text("Hi", { finishReason: told }))))
  )

  it.effect("a relay that says stop beside calls means tool-calls", () =>
    Effect.gen(function* () {
      const { parts } = yield* collect(unresolved)
      expect(parts.at(-1)).toMatchObject({ reason: "tool-calls", metadata: { zhipu: { finishReason: "stop" } } })
    }).pipe(Effect.provide([handlers, mocked([MockChat.toolCalls([call("London", "a")], { finishReason: "stop" })])]))
  )

  it.effect("oddities that could be read, and what moderation saw, are told with finish", () =>
    Effect.gen(function* () {
      const { parts } = yield* collect(stream)
      expect(parts.at(-1)?.metadata).toEqual({
        zhipu: {
          finishReason: "sensitive",
          contentFilter: [{ role: "assistant", level: 1 }],
          warnings: [{ code: "InvalidUtf8", detail: "bytes that are not UTF-8 were replaced" }]
        }
      })
    }).pipe(
      Effect.provide(
        mocked([
          [
            { _tag: "Started", id: "c1" },
            { _tag: "Warning", code: "InvalidUtf8", detail: "bytes that are not UTF-8 were replaced" },
            { _tag: "ContentDelta", choice: 0, text: "one" },
            { _tag: "Extra", fields: { content_filter: [{ role: "assistant", level: 1 }] } },
            { _tag: "Finished", choice: 0, reason: "sensitive" }
          ]
        ])
      )
    )
  )
})

const overloaded = new ZhipuError.OverloadedError({ message: "The model is overloaded.", code: "1305", status: 429 })
const truncated = new ZhipuError.StreamTruncatedError({
  message: "The stream ended before its end was told.",
  receivedBytes: 10,
  receivedFrames: 2,
  partial: { choices: [] }
})

const instances: ReadonlyArray<readonly [ZhipuError.ZhipuError, string]> = [
  [new ZhipuError.InvalidRequestError({ message: "no" }), "MalformedInput"],
  [new ZhipuError.ModelNotFoundError({ message: "no" }), "MalformedInput"],
  [new ZhipuError.ContextLengthError({ message: "no" }), "MalformedInput"],
  [new ZhipuError.RequestEncodeError({ message: "no" }), "MalformedInput"],
  [new ZhipuError.CorruptStreamError({ message: "no", reason: "IdChanged" }), "MalformedOutput"],
  [truncated, "MalformedOutput"],
  [new ZhipuError.AuthenticationError({ message: "no" }), "UnknownError"],
  [new ZhipuError.RateLimitError({ message: "no" }), "UnknownError"],
  [new ZhipuError.ContentFilteredError({ message: "no" }), "UnknownError"],
  [overloaded, "UnknownError"]
]

describe("failures", () => {
  it.effect("midway: the parts that came, then an AiError with ours as its cause", () =>
    Effect.gen(function* () {
      const { error, parts } = yield* collect(stream)
      expect(typesOf(parts)).toEqual(["response-metadata", "text-start", "text-delta"])
      expect(error).toBeInstanceOf(AiError.MalformedOutput)
      expect(error?.cause).toBe(truncated)
      expect(error).toMatchObject({
        module: "ZhipuLanguageModel",
        method: "streamText",
        description: truncated.message
      })
    }).pipe(Effect.provide(mocked([MockChat.failAfter(MockChat.text("Hello to you").slice(0, 3), truncated)])))
  )

  it.effect.each(instances)("%s is %s", ([cause, tag]) =>
    Effect.gen(function* () {
      const { error } = yield* collect(stream)
      const other = yield* failed(LanguageModel.generateText({ prompt: "Hello" }))
      for (const one of [error, other]) {
        expect(AiError.isAiError(one)).toBe(true)
        expect(one?._tag).toBe(tag)
        expect(one?.cause).toBe(cause)
        expect(ZhipuError.isZhipuError(one?.cause)).toBe(true)
      }
    }).pipe(Effect.provide(mocked(() => cause)))
  )

  it.effect("an interruption stays one, and a defect too", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Stream.runDrain(stream))
      yield* Effect.yieldNow()
      const exit = yield* Fiber.interrupt(fiber)
      expect(Exit.isInterrupted(exit)).toBe(true)
      const died = yield* Effect.exit(Stream.runDrain(stream))
      expect(Exit.isFailure(died) && Cause.isDie(died.cause)).toBe(true)
    }).pipe(Effect.provide(mocked([MockChat.hangAfter(MockChat.text("Hello").slice(0, 2))])))
  )

  const brokenCall = (code: ChunkEvent.WarningCode): ReadonlyArray<ChunkEvent.ChunkEvent> => [
    { _tag: "Started", id: "c1" },
    { _tag: "ToolCallStarted", choice: 0, index: 0, id: "a", name: "get_weather" },
    { _tag: "ToolCallDelta", choice: 0, index: 0, arguments: '{"city":"London"}' },
    { _tag: "ToolCallStarted", choice: 0, index: 1, id: "b", name: "get_weather" },
    { _tag: "ToolCallDelta", choice: 0, index: 1, arguments: '{"city":"Flo' },
    { _tag: "ToolCallCompleted", choice: 0, index: 0, id: "a", name: "get_weather", arguments: '{"city":"London"}' },
    { _tag: "Warning", code, detail: "the arguments of tool call 1 broke off" },
    { _tag: "Finished", choice: 0, reason: "length" }
  ]

  it.effect.each(["ToolArgumentsTruncated", "ToolArgumentsMalformed", "ToolCallNameMissing"] as const)(
    "%s: no call of the answer is given out, and no handler runs",
    (code) =>
      Effect.gen(function* () {
        const ran = yield* Ref.make(0)
        const counting = toolkit.toLayer({
          get_weather: () =>
            Effect.as(
              Ref.update(ran, (count) => count + 1),
              { sky: "rain" }
            )
        })
        const { error, parts } = yield* collect(withTools).pipe(Effect.provide(counting))
        expect(error).toBeInstanceOf(AiError.MalformedOutput)
        expect(error).toMatchObject({
          description: expect.stringContaining("tool call 1 broke off"),
          cause: { _tag: "Warning", code }
        })
        expect(typesOf(parts)).not.toContain("tool-call")
        expect(typesOf(parts)).toContain("tool-params-delta")
        expect(yield* Ref.get(ran)).toBe(0)
      }).pipe(Effect.provide(mocked([brokenCall(code)])))
  )

  const damaged = (code: ChunkEvent.Warning["code"], city: string): ReadonlyArray<ChunkEvent.ChunkEvent> => [
    { _tag: "Started", id: "c1" },
    { _tag: "Warning", code, detail: "something was lost" },
    ...MockChat.toolCalls([call(city, "a")]).slice(1)
  ]

  it.effect.each([
    ["InvalidUtf8", "Lon\uFFFDon"],
    ["MalformedFrame", "London"]
  ] as const)("%s: a call that may be another than the model made is not run", ([code, city]) =>
    Effect.gen(function* () {
      const { error, parts } = yield* collect(withTools)
      expect(error).toMatchObject({ _tag: "MalformedOutput", cause: { _tag: "Warning", code } })
      expect(typesOf(parts)).not.toContain("tool-call")
    }).pipe(Effect.provide([handlers, mocked([damaged(code, city)])]))
  )

  it.effect.each([
    ["InvalidUtf8 elsewhere", damaged("InvalidUtf8", "London")],
    ["U+FFFD that the model wrote", MockChat.toolCalls([call("Lon\uFFFDon", "a")])]
  ] as const)("not for %s", ([, events]) =>
    Effect.gen(function* () {
      const { error, parts } = yield* collect(withTools)
      expect(error).toBeUndefined()
      expect(typesOf(parts)).toContain("tool-result")
    }).pipe(Effect.provide([handlers, mocked([events])]))
  )

  it.effect("calls of an answer that moderation blocked are not run, streamed or not", () =>
    Effect.gen(function* () {
      const ran = yield* Ref.make(0)
      const counting = toolkit.toLayer({
        get_weather: () =>
          Effect.as(
            Ref.update(ran, (count) => count + 1),
            { sky: "rain" }
          )
      })
      const { error, parts } = yield* collect(withTools).pipe(Effect.provide(counting))
      const other = yield* failed(LanguageModel.generateText({ prompt: "Hello", toolkit })).pipe(
        Effect.provide(counting)
      )
      for (const one of [error, other]) {
        expect(AiError.isAiError(one)).toBe(true)
        expect(one).toMatchObject({ cause: { _tag: "ContentFilteredError", code: "sensitive" } })
      }
      expect(typesOf(parts)).not.toContain("tool-call")
      expect(yield* Ref.get(ran)).toBe(0)
    }).pipe(Effect.provide(mocked(() => MockChat.toolCalls([call("London", "a")], { finishReason: "sensitive" }))))
  )

  it.effect("a tool that was not offered", () =>
    Effect.gen(function* () {
      const { error, parts } = yield* collect(withTools)
      expect(error).toMatchObject({
        _tag: "MalformedOutput",
        description: expect.stringContaining("not offered: rm_rf")
      })
      expect(typesOf(parts)).not.toContain("tool-call")
    }).pipe(Effect.provide([handlers, mocked([MockChat.toolCall({ name: "rm_rf", arguments: {} })])]))
  )

  it.effect("arguments that would change a prototype", () =>
    Effect.gen(function* () {
      const { error } = yield* collect(withTools)
      expect(error).toMatchObject({ _tag: "MalformedOutput", description: expect.stringContaining("get_weather") })
    }).pipe(
      Effect.provide([
        handlers,
        mocked([MockChat.toolCall({ name: "get_weather", arguments: '{"__proto__":{"a":1},"city":"x"}' })])
      ])
    )
  )

  it.effect("an answer without an end", () =>
    Effect.gen(function* () {
      const { error, parts } = yield* collect(stream)
      expect(error).toMatchObject({ _tag: "MalformedOutput" })
      expect(typesOf(parts)).toEqual(["response-metadata", "text-start", "text-delta"])
    }).pipe(Effect.provide(mocked([MockChat.text("Hello to you").slice(0, 3)])))
  )
})

// The parts of a provider are typed as its users see them.
export const typed = (part: Response.FinishPart): string | undefined => part.metadata.zhipu?.finishReason
