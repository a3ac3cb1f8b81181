/** `@effect-zhipu/effect4` over one of its transports. */
import { apiKey, type Connect, request } from "./consumer.js"
import { answerOf, makeReader } from "./events.js"

interface Edition {
  readonly connectOver: (options: {
    readonly by: "events" | "fold"
    readonly apiKey: string
    readonly request: typeof request
    readonly answerOf: typeof answerOf
    readonly makeReader: typeof makeReader
  }) => Connect
}

/** A module of the folder where modules find the packages of Effect 4. */
export const editionBy = <A>(name: "fetch" | "node" | "promise"): Promise<A> =>
  import(new URL(`../../../effect4/bench/${name}.mjs`, import.meta.url).href)

/** What a bundle of one program takes in for itself, as it names the module of its transport. */
export const connectBy = ({ connectOver }: Edition, by: "events" | "fold" = "events"): Connect =>
  connectOver({ by, apiKey, request, answerOf, makeReader })

export const connectOver = async (transport: "fetch" | "node", by: "events" | "fold" = "events"): Promise<Connect> =>
  connectBy(await editionBy<Edition>(transport), by)
