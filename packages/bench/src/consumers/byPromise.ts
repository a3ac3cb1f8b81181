/** Ours without Effect, of either edition, by `for await`. */
import type { createZhipu as create } from "@effect-zhipu/client/promise"
import { apiKey, type Connect, request } from "./consumer.js"
import { answerOf, makeReader } from "./events.js"

export const connectWith =
  (createZhipu: typeof create): Connect =>
  (baseUrl) => {
    const zhipu = createZhipu({ apiKey, baseUrl })
    return Promise.resolve({
      stream: async (onFirst) => {
        const reader = makeReader()
        let first = onFirst
        for await (const event of zhipu.stream(request)) {
          first?.()
          first = undefined
          reader.add(event)
        }
        return reader.answer()
      },
      complete: async () => answerOf(await zhipu.complete(request))
    })
  }
