/** `@effect-zhipu/client` over any HTTP layer. */
import * as ChunkEvent from "@effect-zhipu/client/ChunkEvent"
import type * as ChatCompletion from "@effect-zhipu/client/ChatCompletion"
import * as Zhipu from "@effect-zhipu/client/Zhipu"
import * as ZhipuChat from "@effect-zhipu/client/ZhipuChat"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"
import type { Answer } from "../answer.js"
import { apiKey, type Connect, request } from "./consumer.js"

const answerOf = (completion: ChatCompletion.ChatCompletion): Answer => {
  const choice = completion.choices[0]
  return {
    reasoning: choice?.message.reasoning_content ?? "",
    content: choice?.message.content ?? "",
    toolArguments: choice?.message.tool_calls?.[0]?.function?.arguments ?? "",
    finishReason: choice?.finish_reason,
    promptTokens: completion.usage?.prompt_tokens,
    completionTokens: completion.usage?.completion_tokens,
    totalTokens: completion.usage?.total_tokens,
    cachedTokens: completion.usage?.prompt_tokens_details?.cached_tokens,
    reasoningTokens: completion.usage?.completion_tokens_details?.reasoning_tokens
  }
}

/** Reads the stream by its chunks of events, to see the first one; `ChunkEvent.fold` otherwise. */
const watched = <E>(
  events: Stream.Stream<ChunkEvent.ChunkEvent, E>,
  onFirst: () => void
): Effect.Effect<ChatCompletion.ChatCompletion, E> =>
  Effect.suspend(() => {
    const all: Array<ChunkEvent.ChunkEvent> = []
    return Stream.runForEachChunk(events, (chunk) =>
      Effect.sync(() => {
        if (all.length === 0) onFirst()
        for (const event of chunk) all.push(event)
      })
    ).pipe(Effect.map(() => ChunkEvent.toCompletion(all)))
  })

export const connectOver = (http: Layer.Layer<HttpClient.HttpClient>): Connect => {
  const transport = ManagedRuntime.make(http)
  return async (baseUrl) => {
    // One HTTP layer, and with it one pool of connections, under all clients of the process.
    const { context } = await transport.runtime()
    const live = Zhipu.layer({ apiKey: Redacted.make(apiKey), baseUrl }).pipe(
      Layer.provide(Layer.succeedContext(context))
    )
    const runtime = ManagedRuntime.make(live)
    const chat = await runtime.runPromise(ZhipuChat.ZhipuChat)
    return {
      stream: async (onFirst) => {
        const events = chat.stream(request)
        return answerOf(
          await runtime.runPromise(onFirst === undefined ? ChunkEvent.fold(events) : watched(events, onFirst))
        )
      },
      complete: async () => answerOf(await runtime.runPromise(chat.complete(request)))
    }
  }
}
