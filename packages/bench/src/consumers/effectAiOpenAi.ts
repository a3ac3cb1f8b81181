/**
 * `@effect/ai-openai`. Its language model speaks OpenAI's Responses API, which GLM does not have; what remains for chat
 * completions is the stream of its low-level client, `OpenAiClient.streamRequest`, with a schema of one's own. Its
 * `createChatCompletion` wants fields that GLM never sends (`refusal`, `logprobs`), so it has no plain completions here.
 */
import * as OpenAiClient from "@effect/ai-openai/OpenAiClient"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { Answer } from "../answer.js"
import { apiKey, type Connect, request } from "./consumer.js"

const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { nullable: true })

const Usage = Schema.Struct({
  prompt_tokens: optional(Schema.Number),
  completion_tokens: optional(Schema.Number),
  total_tokens: optional(Schema.Number),
  prompt_tokens_details: optional(Schema.Struct({ cached_tokens: optional(Schema.Number) })),
  completion_tokens_details: optional(Schema.Struct({ reasoning_tokens: optional(Schema.Number) }))
})

const Chunk = Schema.Struct({
  id: optional(Schema.String),
  created: optional(Schema.Number),
  model: optional(Schema.String),
  choices: Schema.Array(
    Schema.Struct({
      index: Schema.Number,
      finish_reason: optional(Schema.String),
      delta: Schema.Struct({
        role: optional(Schema.String),
        reasoning_content: optional(Schema.String),
        content: optional(Schema.String),
        tool_calls: optional(
          Schema.Array(
            Schema.Struct({
              id: optional(Schema.String),
              index: optional(Schema.Number),
              type: optional(Schema.String),
              function: optional(Schema.Struct({ name: optional(Schema.String), arguments: optional(Schema.String) }))
            })
          )
        )
      })
    })
  ),
  usage: optional(Usage)
})

const transport = ManagedRuntime.make(NodeHttpClient.layerUndici)

export const connect: Connect = async (baseUrl) => {
  const { context } = await transport.runtime()
  const live = OpenAiClient.layer({ apiKey: Redacted.make(apiKey), apiUrl: baseUrl }).pipe(
    Layer.provide(Layer.succeedContext(context))
  )
  const runtime = ManagedRuntime.make(live)
  const client = await runtime.runPromise(OpenAiClient.OpenAiClient)

  const stream = (onFirst: (() => void) | undefined) =>
    Effect.suspend(() => {
      let reasoning = ""
      let content = ""
      let toolArguments = ""
      let finishReason: string | undefined
      let usage: typeof Usage.Type | undefined
      let first = onFirst
      const post = HttpClientRequest.post("/chat/completions", {
        body: HttpBody.unsafeJson({ ...request, stream: true })
      })
      return Stream.runForEachChunk(client.streamRequest(post, Chunk), (chunks) =>
        Effect.sync(() => {
          first?.()
          first = undefined
          for (const chunk of chunks) {
            const choice = chunk.choices[0]
            reasoning += choice?.delta.reasoning_content ?? ""
            content += choice?.delta.content ?? ""
            toolArguments += choice?.delta.tool_calls?.[0]?.function?.arguments ?? ""
            finishReason = choice?.finish_reason ?? finishReason
            usage = chunk.usage ?? usage
          }
        })
      ).pipe(
        Effect.map((): Answer => ({
          reasoning,
          content,
          toolArguments,
          finishReason,
          promptTokens: usage?.prompt_tokens,
          completionTokens: usage?.completion_tokens,
          totalTokens: usage?.total_tokens,
          cachedTokens: usage?.prompt_tokens_details?.cached_tokens,
          reasoningTokens: usage?.completion_tokens_details?.reasoning_tokens
        }))
      )
    })

  return {
    stream: (onFirst) => runtime.runPromise(stream(onFirst)),
    complete: () => Promise.reject(new Error("its chat completions need fields that GLM does not send"))
  }
}
