/** `@effect-zhipu/client` over any HTTP layer. */
import * as ChunkEvent from "@effect-zhipu/client/ChunkEvent"
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
import { answerOf, makeReader } from "./events.js"

/** By the chunks of the stream, as `openai` is read by its iterator. */
const read = <E>(
  events: Stream.Stream<ChunkEvent.ChunkEvent, E>,
  onFirst: (() => void) | undefined
): Effect.Effect<Answer, E> =>
  Effect.suspend(() => {
    const reader = makeReader()
    let first = onFirst
    return Stream.runForEachChunk(events, (chunk) =>
      Effect.sync(() => {
        first?.()
        first = undefined
        for (const event of chunk) reader.add(event)
      })
    ).pipe(Effect.map(() => reader.answer()))
  })

/**
 * `events` reads a stream event by event; `fold` wants nothing but its completion, and cannot tell when the first event
 * came. `observers` is what looks on.
 */
export const connectOver = (
  http: Layer.Layer<HttpClient.HttpClient>,
  by: "events" | "fold" = "events",
  observers: Layer.Layer<never> = Layer.empty
): Connect => {
  const transport = ManagedRuntime.make(http)
  return async (baseUrl) => {
    // One HTTP layer, and with it one pool of connections, under all clients of the process.
    const { context } = await transport.runtime()
    const live = Zhipu.layer({ apiKey: Redacted.make(apiKey), baseUrl }).pipe(
      Layer.provide([Layer.succeedContext(context), observers])
    )
    const runtime = ManagedRuntime.make(live)
    const chat = await runtime.runPromise(ZhipuChat.ZhipuChat)
    return {
      stream: async (onFirst) => {
        const events = chat.stream(request)
        return by === "fold" && onFirst === undefined
          ? answerOf(await runtime.runPromise(ChunkEvent.fold(events)))
          : await runtime.runPromise(read(events, onFirst))
      },
      complete: async () => answerOf(await runtime.runPromise(chat.complete(request)))
    }
  }
}
