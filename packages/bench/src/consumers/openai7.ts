/** The official openai SDK, which wants Node 22. */
import type OpenAI from "openai"
import { connectWith } from "./openaiClient.js"
import { moduleOf } from "./peer.js"

const { default: Client }: { readonly default: typeof OpenAI } = await moduleOf("openai", "openai/index.mjs")

export const connect = connectWith(Client)
