/** By hand over fetch: the floor that everything is compared to. */
import { apiKey, type Connect, request } from "./consumer.js"
import { answerOfDocument, type Document, Reader } from "./reader.js"

export const connect: Connect = async (baseUrl) => {
  const post = async (stream: boolean): Promise<Response> => {
    const response = await fetch(`${baseUrl}/chat/completions`, {
      method: "POST",
      headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({ ...request, stream })
    })
    if (!response.ok) throw new Error(`HTTP ${response.status}`)
    return response
  }
  return {
    stream: async (onFirst) => {
      const response = await post(true)
      const body = response.body?.getReader()
      if (body === undefined) throw new Error("no body")
      const reader = new Reader()
      let first = onFirst
      for (let read = await body.read(); !read.done; read = await body.read()) {
        reader.feed(read.value)
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
