#!/usr/bin/env bash
# One would guess: with the AI SDK, what an answer came to is told by the SDK, so that the provider can be exchanged.
# What happens: for the same bytes of a GLM stream the two providers that people use for it tell opposite things, and each
# takes one failure for an answer without any error:
#   cut before the finish reason:  zhipu-ai-provider: finishReason "other", no error; openai-compatible: an error
#   finish_reason "network_error": zhipu-ai-provider: an error; openai-compatible: finishReason "other", no error
#   finish_reason "sensitive":     zhipu-ai-provider: "content-filter"; openai-compatible: "other"
# So with either, "other" has to be taken for a failure.
# Versions: ai 7.0.173, zhipu-ai-provider 0.2.2, @ai-sdk/openai-compatible 2.0.92, Node 22.23.3. Finish reasons of the service:
# docs.bigmodel.cn, chat completion.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund ai@7.0.173 zhipu-ai-provider@0.2.2 @ai-sdk/openai-compatible@2.0.92 node@22.23.3
cat > program.mjs <<'JS'
import http from "node:http"
import { createOpenAICompatible } from "@ai-sdk/openai-compatible"
import { streamText } from "ai"
import { createZhipu } from "zhipu-ai-provider"

globalThis.AI_SDK_LOG_WARNINGS = false
const event = (delta, reason) =>
  `data: ${JSON.stringify({ id: "1", created: 1, model: "glm-4.6", choices: [{ index: 0, delta, ...(reason ? { finish_reason: reason } : {}) }] })}\n\n`
const half = event({ role: "assistant", content: "half" })
const answers = {
  cut: half,
  network_error: `${half}${event({}, "network_error")}data: [DONE]\n\n`,
  sensitive: `${half}${event({}, "sensitive")}data: [DONE]\n\n`
}
let answer
const server = http.createServer((request, response) => {
  request.resume().on("end", () => {
    response.writeHead(200, { "content-type": "text/event-stream" })
    response.end(answer)
  })
})
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
const baseURL = `http://127.0.0.1:${server.address().port}`
const models = {
  "zhipu-ai-provider": createZhipu({ apiKey: "id.secret", baseURL })("glm-4.6"),
  "openai-compatible": createOpenAICompatible({ name: "glm", apiKey: "id.secret", baseURL })("glm-4.6")
}
const seen = []
for (const name of Object.keys(answers)) {
  answer = answers[name]
  for (const [provider, model] of Object.entries(models)) {
    let errors = 0
    const result = streamText({ model, prompt: "Hello", onError: () => void errors++ })
    let text = ""
    for await (const part of result.textStream) text += part
    seen.push(`${name}, ${provider}: ${text}, ${await result.finishReason}, ${errors} errors`)
  }
}
server.close()
console.log(seen.join("\n"))
const expected = [
  "cut, zhipu-ai-provider: half, other, 0 errors",
  "cut, openai-compatible: half, error, 1 errors",
  "network_error, zhipu-ai-provider: half, other, 1 errors",
  "network_error, openai-compatible: half, other, 0 errors",
  "sensitive, zhipu-ai-provider: half, content-filter, 0 errors",
  "sensitive, openai-compatible: half, other, 0 errors"
]
process.exitCode = seen.join() === expected.join() ? 0 : 1
JS
node_modules/.bin/node program.mjs
