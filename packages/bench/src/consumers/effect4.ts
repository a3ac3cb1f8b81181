/** `@effect-zhipu/effect4` over one of its transports. */
import { apiKey, type Connect, request } from "./consumer.js"
import { answerOf, makeReader } from "./events.js"

interface Edition {
  readonly connectOver: (options: {
    readonly transport: "fetch" | "node"
    readonly by: "events" | "fold"
    readonly apiKey: string
    readonly request: typeof request
    readonly answerOf: typeof answerOf
    readonly makeReader: typeof makeReader
  }) => Promise<Connect>
}

export const connectOver = async (transport: "fetch" | "node", by: "events" | "fold" = "events"): Promise<Connect> => {
  const edition: Edition = await import(new URL("../../../effect4/bench/connect.mjs", import.meta.url).href)
  return edition.connectOver({ transport, by, apiKey, request, answerOf, makeReader })
}
