#!/usr/bin/env bash
# One would guess: a client of an OpenAI-like API asks again where asking again can help.
# What happens: the GLM service says "the wallet is empty" (business code 1113) and "the quota of your plan is used up"
# (1308) under HTTP 429, as it does for real rate limits (1302). openai-node looks at the status alone: each of these calls
# is sent three times, and all fail as RateLimitError. A program that tells them apart must read `error.code`.
# A `request_id` in the body is repeated as it is with each try; the service refuses an id that it has seen (1231).
# Versions: openai 7.59.0 on Node 22.23.3. Source: openai/src/client.ts, shouldRetry.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund openai@7.59.0 node@22.23.3
cat > program.mjs <<'JS'
import http from "node:http"
import OpenAI from "openai"

const ids = []
let answer
const server = http.createServer((request, response) => {
  let body = ""
  request.on("data", (data) => (body += data))
  request.on("end", () => {
    ids.push(JSON.parse(body).request_id)
    response.writeHead(answer.status, { "content-type": "application/json" })
    response.end(JSON.stringify({ error: { code: answer.code, message: "refused" } }))
  })
})
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
const client = new OpenAI({ apiKey: "id.secret", baseURL: `http://127.0.0.1:${server.address().port}` })

const seen = []
for (answer of [{ status: 429, code: "1113" }, { status: 429, code: "1308" }, { status: 429, code: "1302" }]) {
  ids.length = 0
  const error = await client.chat.completions
    .create({ model: "glm-4.6", messages: [{ role: "user", content: "Hello" }], request_id: "mine" })
    .catch((error) => error)
  seen.push(`code ${answer.code}: ${ids.length} requests (${ids.join(" ")}), ${error.constructor.name}`)
}
server.close()
console.log(seen.join("\n"))
const expected = ["1113", "1308", "1302"].map((code) => `code ${code}: 3 requests (mine mine mine), RateLimitError`)
process.exitCode = seen.join() === expected.join() ? 0 : 1
JS
node_modules/.bin/node program.mjs
