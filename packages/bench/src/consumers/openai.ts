/** The official openai SDK, in the last version for Node 20. */
import OpenAI from "openai"
import { connectWith } from "./openaiClient.js"

export const connect = connectWith(OpenAI)
