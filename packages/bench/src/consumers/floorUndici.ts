/** By hand over `undici.request`: what a careful person writes who knows that fetch is slow on Node. */
import { Agent, request as send } from "undici"
import { apiKey, type Connect, request } from "./consumer.js"
import { answerOfDocument, type Document, Reader } from "./reader.js"

const dispatcher = new Agent()

export const connect: Connect = async (baseUrl) => {
  const post = async (stream: boolean) => {
    const response = await send(`${baseUrl}/chat/completions`, {
      dispatcher,
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ ...request, stream })
    })
    if (response.statusCode !== 200) throw new Error(`HTTP ${response.statusCode}`)
    return response.body
  }
  return {
    stream: async (onFirst) => {
      const reader = new Reader()
      let first = onFirst
      for await (const bytes of await post(true)) {
        reader.feed(bytes)
        first?.()
        first = undefined
      }
      return reader.answer()
    },
    complete: async () => {
      const document: Document = JSON.parse(await (await post(false)).text())
      return answerOfDocument(document)
    }
  }
}
