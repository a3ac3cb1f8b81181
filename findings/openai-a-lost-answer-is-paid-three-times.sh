#!/usr/bin/env bash
# One would guess: a call that creates something that costs (a batch, an image, a file) is sent once, or carries a key by which the
# service knows a repetition.
# What happens: where the connection breaks after the request was read, so that the answer alone is lost, openai-node sends it again
# twice, without an idempotency key, whatever it creates: three batches, three images, three files, one error. `maxRetries: 0` for
# these calls, and a look at the list of batches, is what is left to the program.
# Versions: openai 7.59.0 on Node 22.23.3. Source: openai/src/client.ts, makeRequest (retries of APIConnectionError; its
# `idempotencyHeader` is undefined).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund openai@7.59.0 node@22.23.3
cat > program.mjs <<'JS'
import http from "node:http"
import OpenAI, { toFile } from "openai"

let requests = []
// Reads the whole request, so that the work is begun, and then loses the connection.
const server = http.createServer((request) => {
  request.resume().on("end", () => {
    requests.push(Object.keys(request.headers).some((name) => name.includes("idempotency")))
    request.socket.destroy()
  })
})
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
const client = new OpenAI({ apiKey: "id.secret", baseURL: `http://127.0.0.1:${server.address().port}` })

const calls = {
  batch: () => client.batches.create({ input_file_id: "file-1", endpoint: "/v1/chat/completions", completion_window: "24h" }),
  image: () => client.images.generate({ model: "cogview-4", prompt: "a cat" }),
  file: async () => client.files.create({ file: await toFile(Buffer.from("{}\n"), "lines.jsonl"), purpose: "batch" })
}
const seen = []
for (const [name, call] of Object.entries(calls)) {
  requests = []
  const error = await call().catch((error) => error)
  seen.push(`${name}: ${requests.length} requests, ${requests.includes(true) ? "with" : "without"} an idempotency key, then ${error.constructor.name}`)
}
server.close()
console.log(seen.join("\n"))
const expected = ["batch", "image", "file"].map((name) => `${name}: 3 requests, without an idempotency key, then APIConnectionError`)
process.exitCode = seen.join() === expected.join() ? 0 : 1
JS
node_modules/.bin/node program.mjs
