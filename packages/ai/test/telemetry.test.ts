/** What the spans of the language model tell. */
import { ZhipuLanguageModel, ZhipuTelemetry } from "@effect-zhipu/ai"
import { Zhipu } from "@effect-zhipu/client"
import { MockChat, MockHttpClient } from "@effect-zhipu/testing"
import { LanguageModel } from "@effect/ai"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Option, Redacted, Schema, Stream, Tracer } from "effect"
import { mocked } from "./support/model.js"

/** Runs an effect and gives the spans it made. */
const spansOf = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const spans: Array<Tracer.Span> = []
    const native = yield* Effect.tracer
    const tracer = Tracer.make({
      ...native,
      span: (...args) => {
        const span = native.span(...args)
        spans.push(span)
        return span
      }
    })
    yield* Effect.withTracer(effect, tracer)
    return spans
  })

const spanNamed = (spans: ReadonlyArray<Tracer.Span>, name: string) => {
  const span = spans.find((span) => span.name === name)
  if (span === undefined) throw new Error(`no span ${name} among ${spans.map((span) => span.name).join(", ")}`)
  return span
}

const usage = {
  prompt_tokens: 10,
  completion_tokens: 7,
  total_tokens: 17,
  prompt_tokens_details: { cached_tokens: 8 },
  completion_tokens_details: { reasoning_tokens: 3 }
}

const expected = {
  "gen_ai.system": "zhipuai",
  "gen_ai.provider.name": "zhipuai",
  "gen_ai.operation.name": "chat",
  "gen_ai.request.model": "glm-4.6",
  "gen_ai.request.temperature": 0.3,
  "gen_ai.request.max_tokens": 100,
  "gen_ai.response.id": "c1",
  "gen_ai.response.model": "glm-4.6",
  "gen_ai.response.finish_reasons": ["sensitive"],
  "gen_ai.usage.input_tokens": 10,
  "gen_ai.usage.output_tokens": 7,
  "gen_ai.usage.cache_read.input_tokens": 8,
  "gen_ai.usage.reasoning.output_tokens": 3
}

const model = mocked(() => MockChat.text('{"a":"secret answer"}', { id: "c1", finishReason: "sensitive", usage }), {
  temperature: 0.3,
  max_tokens: 100
})

describe("spans", () => {
  it.effect("of a stream", () =>
    Effect.gen(function* () {
      const spans = yield* spansOf(Stream.runDrain(LanguageModel.streamText({ prompt: "secret question" })))
      const { attributes } = spanNamed(spans, "LanguageModel.streamText")
      expect(Object.fromEntries(attributes)).toMatchObject({
        ...expected,
        "gen_ai.request.stream": true,
        "gen_ai.output.type": "text"
      })
      expect(JSON.stringify([...attributes])).not.toContain("secret")
    }).pipe(Effect.provide(model))
  )

  it.effect("of an object", () =>
    Effect.gen(function* () {
      const schema = Schema.Struct({ a: Schema.String })
      const spans = yield* spansOf(LanguageModel.generateObject({ prompt: "secret question", schema }))
      const { attributes } = spanNamed(spans, "LanguageModel.generateObject")
      expect(Object.fromEntries(attributes)).toMatchObject({
        ...expected,
        "gen_ai.request.stream": false,
        "gen_ai.output.type": "json"
      })
      expect(JSON.stringify([...attributes])).not.toContain("secret")
    }).pipe(Effect.provide(model))
  )

  it.effect("the span of the call is under that of the model, streamed as well", () =>
    Effect.gen(function* () {
      const sse = MockHttpClient.sse([
        { id: "1", choices: [{ index: 0, delta: { content: "Hi" }, finish_reason: "stop" }] }
      ])
      const live = ZhipuLanguageModel.layer({ model: "glm-4.6" }).pipe(
        Layer.provide(Zhipu.layer({ apiKey: Redacted.make("fictional-id.fictional-secret") })),
        Layer.provide(MockHttpClient.layer([{ headers: { "content-type": "text/event-stream" }, body: sse }]))
      )
      const spans = yield* spansOf(
        Stream.runDrain(LanguageModel.streamText({ prompt: "Hello" })).pipe(Effect.provide(live))
      )
      const { parent } = spanNamed(spans, "chat glm-4.6")
      expect(Option.getOrThrow(parent).spanId).toBe(spanNamed(spans, "LanguageModel.streamText").spanId)
    })
  )

  it.effect("attributes of one's own, and nothing of what is not known", () =>
    Effect.gen(function* () {
      const span = yield* Effect.currentSpan
      ZhipuTelemetry.addGenAIAnnotations(span, {
        zhipu: { request: { reasoningLevel: "high" }, response: { requestId: "r1" } }
      })
      expect(Object.fromEntries(span.attributes)).toEqual({
        "gen_ai.system": "zhipuai",
        "gen_ai.provider.name": "zhipuai",
        "gen_ai.request.reasoning.level": "high",
        "zhipu.request_id": "r1"
      })
      ZhipuTelemetry.addGenAIAnnotations({ response: { id: "c1" } })(span)
      expect(span.attributes.get("gen_ai.response.id")).toBe("c1")
    }).pipe(Effect.withSpan("mine"))
  )
})
