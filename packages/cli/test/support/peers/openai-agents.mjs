// @openai/agents over chat completions. It sends texts as lists of parts, and a result of a tool as well.
import { Agent, OpenAIChatCompletionsModel, run, setTracingDisabled, tool } from "@openai/agents"
import OpenAI from "openai"
import { z } from "zod"

setTracingDisabled(true)
const client = new OpenAI({ apiKey: process.env.ZHIPU_API_KEY, baseURL: process.env.ZHIPU_BASE_URL, maxRetries: 0 })
const model = new OpenAIChatCompletionsModel(client, "glm-4.6")

const brief = new Agent({ name: "Brief", instructions: "Answer briefly.", model })
const plain = (await run(brief, "Say: hello")).finalOutput

const stream = await run(brief, "Count to 20", { stream: true })
let streamed = ""
let pieces = 0
for await (const text of stream.toTextStream()) {
  streamed += text
  pieces++
}
await stream.completed

let called
const getWeather = tool({
  name: "get_weather",
  description: "The weather in a city, now",
  parameters: z.object({ city: z.string() }),
  execute: (args) => {
    called = { name: "get_weather", arguments: JSON.stringify(args) }
    return { celsius: 11 }
  }
})
const agent = new Agent({ name: "Weather", instructions: "Use your tools.", model, tools: [getWeather] })
const answer = (await run(agent, "What is the weather in London?")).finalOutput

console.log(JSON.stringify({ plain, streamed, pieces, called, answer }))
