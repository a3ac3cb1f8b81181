/** The AI SDK, which wants Node 22. */
import type * as Ai from "ai"
import type * as Provider from "zhipu-ai-provider"
import { connectWith } from "./aiSdkClient.js"
import { moduleOf } from "./elsewhere.js"

const sdk: typeof Ai = await moduleOf("ai", "node_modules/ai/dist/index.js")
const provider: typeof Provider = await moduleOf("ai", "node_modules/zhipu-ai-provider/dist/index.mjs")

export const connect = connectWith(sdk, provider)
