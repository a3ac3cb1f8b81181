/** The official openai SDK, which wants Node 22. */
import type OpenAI from "openai"
import { connectWith } from "./openaiClient.js"
import { moduleOf } from "./elsewhere.js"

const { default: Client }: { readonly default: typeof OpenAI } = await moduleOf(
  "openai",
  "node_modules/openai/index.mjs"
)

export const connect = connectWith(Client)
