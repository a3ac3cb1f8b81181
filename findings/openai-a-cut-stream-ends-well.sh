#!/usr/bin/env bash
# One would guess: a stream that breaks off before its finish reason fails, in both ways in which the library reads one.
# What happens: `for await` over `create({ stream: true })` ends without an error when the connection closes between two
# events, and yields nothing at all, without an error, when the service answers with a JSON error under HTTP 200 (which the
# GLM service does). Only the helper `stream()` refuses: "missing finish_reason for choice 0". The helper in turn refuses a
# whole answer whose first chunk tells no role, which the plain loop reads.
# Versions: openai 7.59.0 on Node 22.23.3. Source: openai/src/core/streaming.ts, src/lib/ChatCompletionStream.ts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund openai@7.59.0 node@22.23.3
cat > program.mjs <<'JS'
import http from "node:http"
import OpenAI from "openai"

const event = (delta, reason) =>
  `data: ${JSON.stringify({ id: "1", created: 1, model: "glm-4.6", choices: [{ index: 0, delta, finish_reason: reason ?? null }] })}\n\n`
const answers = {
  "cut between two events": ["text/event-stream", event({ role: "assistant", content: "half" })],
  "JSON error under 200": ["application/json", JSON.stringify({ error: { code: "1302", message: "slow down" } })],
  "whole, no role told": ["text/event-stream", `${event({ content: "all" })}${event({}, "stop")}data: [DONE]\n\n`]
}
let answer
const server = http.createServer((request, response) => {
  request.resume().on("end", () => {
    response.writeHead(200, { "content-type": answer[0] })
    response.end(answer[1])
  })
})
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
const client = new OpenAI({ apiKey: "id.secret", baseURL: `http://127.0.0.1:${server.address().port}` })
const request = { model: "glm-4.6", messages: [{ role: "user", content: "Hello" }] }

const loop = async () => {
  let text = ""
  for await (const chunk of await client.chat.completions.create({ ...request, stream: true })) {
    text += chunk.choices[0]?.delta?.content ?? ""
  }
  return `ends well with ${JSON.stringify(text)}`
}
const helper = async () => {
  const completion = await client.chat.completions.stream(request).finalChatCompletion()
  return `ends well with ${JSON.stringify(completion.choices[0].message.content)}`
}
const seen = []
for (const name of Object.keys(answers)) {
  answer = answers[name]
  for (const [how, read] of [["for await", loop], ["stream()", helper]]) {
    seen.push(`${name}, ${how}: ${await read().catch((error) => `fails: ${error.message}`)}`)
  }
}
server.close()
console.log(seen.join("\n"))
const expected = [
  'cut between two events, for await: ends well with "half"',
  "cut between two events, stream(): fails: missing finish_reason for choice 0",
  'JSON error under 200, for await: ends well with ""',
  /^JSON error under 200, stream\(\): fails: /,
  'whole, no role told, for await: ends well with "all"',
  "whole, no role told, stream(): fails: missing role for choice 0"
]
const same = expected.every((line, i) => (line instanceof RegExp ? line.test(seen[i]) : line === seen[i]))
process.exitCode = same ? 0 : 1
JS
node_modules/.bin/node program.mjs
