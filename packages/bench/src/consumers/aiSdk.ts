/** The AI SDK, in the last version for Node 20. */
import { generateText, jsonSchema, streamText } from "ai"
import { createZhipu } from "zhipu-ai-provider"
import { connectWith } from "./aiSdkClient.js"

export const connect = connectWith({ generateText, jsonSchema, streamText }, { createZhipu })
