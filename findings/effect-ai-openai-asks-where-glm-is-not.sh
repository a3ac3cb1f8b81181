#!/usr/bin/env bash
# One would guess: the provider for OpenAI of @effect/ai, pointed by `apiUrl` at a service that is compatible with OpenAI, talks to it,
# as openai-node does with `baseURL`.
# What happens: every call goes to `/responses`, OpenAI's newer API, which the GLM service does not have, as most services that are
# called compatible, and there is no setting for `/chat/completions`: a 404 whose message says to verify the URL, which is right.
# Versions: @effect/ai-openai 0.41.0, @effect/ai 0.37.0, @effect/platform 0.97.2, effect 3.22.4 on Node 20.20.
# Source: @effect/ai-openai/src/OpenAiLanguageModel.ts. Paths of the service: https://docs.bigmodel.cn
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --legacy-peer-deps effect@3.22.4 @effect/platform@0.97.2 @effect/ai@0.37.0 \
  @effect/ai-openai@0.41.0 @effect/experimental@0.61.1 @effect/rpc@0.76.2
cat > program.mjs <<'JS'
import http from "node:http"
import { Effect, Layer, Redacted, Stream } from "effect"
import { LanguageModel } from "@effect/ai"
import { OpenAiClient, OpenAiLanguageModel } from "@effect/ai-openai"
import { FetchHttpClient } from "@effect/platform"

const asked = []
const server = http.createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`)
  request.resume()
  response.writeHead(404, { "content-type": "application/json" })
  response.end(JSON.stringify({ status: 404, error: "Not Found", path: request.url }))
})
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
const apiUrl = `http://127.0.0.1:${server.address().port}/api/paas/v4`
const client = OpenAiClient.layer({ apiKey: Redacted.make("id.secret"), apiUrl }).pipe(Layer.provide(FetchHttpClient.layer))
const model = OpenAiLanguageModel.layer({ model: "glm-4.6" }).pipe(Layer.provide(client))

await LanguageModel.generateText({ prompt: "Hello" }).pipe(Effect.provide(model), Effect.flip, Effect.runPromise)
await LanguageModel.streamText({ prompt: "Hello" }).pipe(Stream.runDrain, Effect.provide(model), Effect.flip, Effect.runPromise)
server.closeAllConnections()
server.close()
console.log(asked.join("\n"))
process.exitCode = asked.join() === "POST /api/paas/v4/responses,POST /api/paas/v4/responses" ? 0 : 1
JS
node program.mjs
