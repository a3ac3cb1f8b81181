// The vendor's old SDK: it signs tokens whose times are in microseconds, and gives the bytes of a stream.
import { ZhipuAI } from "zhipuai-sdk-nodejs-v4"

const model = "glm-4.6"
const ai = new ZhipuAI({ apiKey: process.env.ZHIPU_API_KEY, baseUrl: process.env.ZHIPU_BASE_URL })
const hello = [{ role: "user", content: "Say: hello" }]
const count = [{ role: "user", content: "Count to 20" }]

const plain = (await ai.createCompletions({ model, messages: hello })).choices[0].message.content

let bytes = ""
let pieces = 0
for await (const chunk of await ai.createCompletions({ model, messages: count, stream: true })) {
  bytes += chunk.toString()
  pieces++
}
const streamed = bytes
  .split("\n")
  .filter((line) => line.startsWith("data: {"))
  .map((line) => JSON.parse(line.slice(6)).choices[0].delta.content ?? "")
  .join("")

const tools = [
  {
    type: "function",
    function: {
      name: "get_weather",
      description: "The weather in a city, now",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] }
    }
  }
]
const messages = [{ role: "user", content: "What is the weather in London?" }]
const turn = (await ai.createCompletions({ model, messages, tools, toolChoice: "auto" })).choices[0].message
const [call] = turn.tool_calls
const result = { role: "tool", tool_call_id: call.id, content: JSON.stringify({ celsius: 11 }) }
const answer = await ai.createCompletions({ model, messages: [...messages, turn, result], tools, toolChoice: "auto" })

console.log(
  JSON.stringify({ plain, streamed, pieces, called: call.function, answer: answer.choices[0].message.content })
)
