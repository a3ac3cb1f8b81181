// ChatZhipuAI of LangChain. Its address is a field, as its constructor takes none. It sends turns as texts alone, so the result of
// a tool is told as one.
import { ChatZhipuAI } from "@langchain/community/chat_models/zhipuai"

const make = (fields) => {
  const model = new ChatZhipuAI({
    model: "glm-4.6",
    apiKey: process.env.ZHIPU_API_KEY,
    temperature: 0.5,
    maxRetries: 0,
    ...fields
  })
  model.apiUrl = `${process.env.ZHIPU_BASE_URL}/chat/completions`
  return model
}

const plain = (await make().invoke("Say: hello")).content

let streamed = ""
let pieces = 0
for await (const chunk of await make({ streaming: true }).stream("Count to 20")) {
  streamed += chunk.content
  pieces++
}

const question = "What is the weather in London?"
const turn = await make()
  .bindTools([
    {
      type: "function",
      function: {
        name: "get_weather",
        description: "The weather in a city, now",
        parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] }
      }
    }
  ])
  .invoke(question)
const [call] = turn.tool_calls
const answer = (
  await make().invoke([
    ["user", question],
    ["user", 'Say: {"celsius":11}']
  ])
).content

console.log(
  JSON.stringify({ plain, streamed, pieces, called: { name: call.name, arguments: JSON.stringify(call.args) }, answer })
)
