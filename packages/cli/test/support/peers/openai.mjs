// openai 7: plain, as a stream, and its loop of tools.
import OpenAI from "openai"

const model = "glm-4.6"
const client = new OpenAI({ apiKey: process.env.ZHIPU_API_KEY, baseURL: process.env.ZHIPU_BASE_URL, maxRetries: 0 })
const hello = [{ role: "user", content: "Say: hello" }]
const count = [{ role: "user", content: "Count to 20" }]

const plain = (await client.chat.completions.create({ model, messages: hello })).choices[0].message.content

let streamed = ""
let pieces = 0
for await (const chunk of await client.chat.completions.create({ model, messages: count, stream: true })) {
  streamed += chunk.choices[0]?.delta.content ?? ""
  pieces++
}

let called
const answer = await client.chat.completions
  .runTools({
    model,
    stream: true,
    messages: [{ role: "user", content: "What is the weather in London?" }],
    tools: [
      {
        type: "function",
        function: {
          name: "get_weather",
          description: "The weather in a city, now",
          parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
          parse: JSON.parse,
          function: (args) => {
            called = { name: "get_weather", arguments: JSON.stringify(args) }
            return JSON.stringify({ celsius: 11 })
          }
        }
      }
    ]
  })
  .finalContent()

console.log(JSON.stringify({ plain, streamed, pieces, called, answer }))
