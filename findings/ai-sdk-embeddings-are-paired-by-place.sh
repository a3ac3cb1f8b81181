#!/usr/bin/env bash
# One would guess: `embedMany` of the AI SDK gives each text its own vector, and splits the texts by what the service takes.
# What happens, with the provider for OpenAI-like services: the vectors are paired by their place in the answer and not by the `index`
# that stands beside each, so an answer in another order gives every text the vector of another, without a word; and 200 texts go out
# in one call, where the GLM service takes 64 (the provider believes in 2048).
# Versions: ai 7.0.173, @ai-sdk/openai-compatible 2.0.92 on Node 20.20.
# Source: @ai-sdk/openai-compatible/src/embedding/openai-compatible-embedding-model.ts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --legacy-peer-deps ai@7.0.173 @ai-sdk/openai-compatible@2.0.92 zod@4.1.12
cat > program.mjs <<'JS'
import http from "node:http"
import { embedMany } from "ai"
import { createOpenAICompatible } from "@ai-sdk/openai-compatible"

const inputs = []
// The vector of a text is its number. The last is answered first, each with the index of its text.
const server = http.createServer((request, response) => {
  let body = ""
  request.on("data", (data) => (body += data))
  request.on("end", () => {
    const { input } = JSON.parse(body)
    inputs.push(input.length)
    const data = input.map((text, index) => ({ object: "embedding", index, embedding: [Number(text)] })).reverse()
    response.writeHead(200, { "content-type": "application/json" })
    response.end(JSON.stringify({ object: "list", data, usage: { prompt_tokens: 3, total_tokens: 3 } }))
  })
})
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
const provider = createOpenAICompatible({ name: "glm", baseURL: `http://127.0.0.1:${server.address().port}`, apiKey: "id.secret" })
const model = provider.textEmbeddingModel("embedding-3")

const { embeddings } = await embedMany({ model, values: ["1", "2", "3"] })
await embedMany({ model, values: Array.from({ length: 200 }, (_, i) => String(i)) })
server.closeAllConnections()
server.close()
const seen = [`texts 1, 2, 3 have the vectors ${embeddings.join(", ")}`, `200 texts in calls of ${inputs.slice(1).join(", ")}`]
console.log(seen.join("\n"))
process.exitCode = seen.join() === "texts 1, 2, 3 have the vectors 3, 2, 1,200 texts in calls of 200" ? 0 : 1
JS
node program.mjs
