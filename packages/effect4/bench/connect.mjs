// The edition for Effect 4 as the benchmark drives it, which stands here since a module finds the effect of its own folder.
import * as ChunkEvent from "@effect-zhipu/effect4/ChunkEvent"
import * as Zhipu from "@effect-zhipu/effect4/Zhipu"
import * as ZhipuChat from "@effect-zhipu/effect4/ZhipuChat"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"

/** `read` is what a reader does with events, `answerOf` with a completion: the same for both editions. */
export const connectWith =
  (layer) =>
  ({ answerOf, apiKey, by, makeReader, request }) => {
    const http = ManagedRuntime.make(layer)
    const read = (events, onFirst) =>
      Effect.suspend(() => {
        const reader = makeReader()
        let first = onFirst
        return Stream.runForEachArray(events, (batch) =>
          Effect.sync(() => {
            first?.()
            first = undefined
            for (const event of batch) reader.add(event)
          })
        ).pipe(Effect.map(() => reader.answer()))
      })
    return async (baseUrl) => {
      // One HTTP layer, and with it one pool of connections, under all clients of the process.
      const live = Zhipu.layer({ apiKey: Redacted.make(apiKey), baseUrl }).pipe(
        Layer.provide(Layer.succeedContext(await http.context()))
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
