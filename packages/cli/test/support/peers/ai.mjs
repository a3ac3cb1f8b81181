// The AI SDK with the provider that people use for GLM.
import { generateText, isStepCount, streamText, tool } from "ai"
import { createZhipu } from "zhipu-ai-provider"
import { z } from "zod"

globalThis.AI_SDK_LOG_WARNINGS = false
const zhipu = createZhipu({ apiKey: process.env.ZHIPU_API_KEY, baseURL: process.env.ZHIPU_BASE_URL })
const model = zhipu("glm-4.6")

const plain = (await generateText({ model, prompt: "Say: hello", maxRetries: 0 })).text

let streamed = ""
let pieces = 0
for await (const text of streamText({ model, prompt: "Count to 20", maxRetries: 0 }).textStream) {
  streamed += text
  pieces++
}

let called
const result = streamText({
  model,
  maxRetries: 0,
  prompt: "What is the weather in London?",
  tools: {
    get_weather: tool({
      description: "The weather in a city, now",
      inputSchema: z.object({ city: z.string() }),
      execute: async (args) => {
        called = { name: "get_weather", arguments: JSON.stringify(args) }
        return { celsius: 11 }
      }
    })
  },
  stopWhen: isStepCount(5)
})
const answer = await result.text

console.log(JSON.stringify({ plain, streamed, pieces, called, answer }))
