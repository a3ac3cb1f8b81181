/** All consumers; the first is the one that the others are compared to. Loads none of them. */
import { allFields, type Field } from "../answer.js"
import type { Entry } from "./consumer.js"

/** Without what the AI SDK's provider drops. */
const withoutDetails: ReadonlyArray<Field> = allFields.filter(
  (field) => field !== "cachedTokens" && field !== "reasoningTokens"
)

export const entries: ReadonlyArray<Entry> = [
  {
    name: "floor",
    title: "by hand over `fetch`",
    fields: allFields,
    share: 1,
    completes: true,
    load: () => import("./floor.js")
  },
  {
    name: "floor-undici",
    title: "by hand over `undici.request`",
    fields: allFields,
    share: 1,
    completes: true,
    load: () => import("./floorUndici.js")
  },
  {
    name: "ours-fetch",
    title: "`@effect-zhipu/client` over `FetchHttpClient.layer`",
    fields: allFields,
    share: 1,
    completes: true,
    load: () => import("./oursFetch.js")
  },
  {
    name: "ours-promise",
    title: "`@effect-zhipu/client/promise`, by `for await`, over `FetchHttpClient.layer`",
    fields: allFields,
    share: 1,
    completes: true,
    load: () => import("./oursPromise.js")
  },
  {
    name: "ours-undici",
    title: "`@effect-zhipu/client` over `NodeHttpClient.layerUndici`",
    fields: allFields,
    share: 1,
    completes: true,
    load: () => import("./oursUndici.js")
  },
  {
    name: "ours-node",
    title: "`@effect-zhipu/client` over `@effect-zhipu/node`",
    fields: allFields,
    share: 1,
    completes: true,
    load: () => import("./oursNode.js")
  },
  {
    name: "ours-fold",
    title: "`ours-node` by `ChunkEvent.fold`: for whoever wants the whole answer of a stream",
    fields: allFields,
    share: 1,
    completes: true,
    load: () => import("./oursFold.js")
  },
  {
    name: "ours-monitor",
    title: "`ours-node` with `CallMetrics`, `ErrorLog` and `Monitor`: what looking on costs",
    fields: allFields,
    share: 1,
    completes: true,
    load: () => import("./oursMonitor.js")
  },
  {
    name: "ours-ai",
    title: "`@effect-zhipu/ai`, `LanguageModel.streamText`, over `FetchHttpClient.layer`",
    fields: allFields,
    share: 1,
    completes: true,
    load: () => import("./oursAi.js")
  },
  {
    name: "effect4-fetch",
    title: "`@effect-zhipu/effect4` over `FetchHttpClient.layer`",
    fields: allFields,
    share: 1,
    completes: true,
    load: () => import("./effect4Fetch.js")
  },
  {
    name: "effect4-node",
    title: "`@effect-zhipu/effect4` over its Node transport",
    fields: allFields,
    share: 1,
    completes: true,
    load: () => import("./effect4Node.js")
  },
  {
    name: "effect4-fold",
    title: "`effect4-node` by `ChunkEvent.fold`",
    fields: allFields,
    share: 1,
    completes: true,
    load: () => import("./effect4Fold.js")
  },
  {
    name: "effect4-promise",
    title: "`@effect-zhipu/effect4/promise`, by `for await`, over `FetchHttpClient.layer`",
    fields: allFields,
    share: 1,
    completes: true,
    load: () => import("./effect4Promise.js")
  },
  {
    name: "earlier-fetch",
    title: "`ours-fetch` as it was at commit `05ba594`",
    fields: allFields,
    share: 1,
    completes: true,
    elsewhere: "earlier",
    load: () => import("./earlierFetch.js")
  },
  {
    name: "earlier-node",
    title: "`ours-node` as it was at commit `05ba594`",
    fields: allFields,
    share: 1,
    completes: true,
    elsewhere: "earlier",
    load: () => import("./earlierNode.js")
  },
  {
    name: "openai",
    title: "`openai`, `chat.completions.create({ stream: true })`",
    fields: allFields,
    share: 1,
    completes: true,
    load: () => import("./openai.js")
  },
  {
    name: "ai",
    title: "`ai`, `streamText(…).fullStream`, with `zhipu-ai-provider`",
    fields: withoutDetails,
    share: 0.25,
    completes: true,
    load: () => import("./aiSdk.js")
  },
  {
    name: "openai-7",
    title: "`openai` 7, as `openai`",
    fields: allFields,
    share: 1,
    completes: true,
    minNode: 22,
    elsewhere: "openai",
    load: () => import("./openai7.js")
  },
  {
    name: "ai-7",
    title: "`ai` 7, as `ai`",
    fields: withoutDetails,
    share: 0.25,
    completes: true,
    minNode: 22,
    elsewhere: "ai",
    load: () => import("./aiSdk7.js")
  },
  {
    name: "effect-ai-openai",
    title: "`@effect/ai-openai`, `OpenAiClient.streamRequest`, over `NodeHttpClient.layerUndici`",
    fields: allFields,
    share: 0.05,
    completes: false,
    load: () => import("./effectAiOpenAi.js")
  }
]
