#!/usr/bin/env bash
# One would guess: a program that has set up no tracer sends no trace headers.
# What happens: Effect 4's HttpClient makes a span for each request with the default tracer, whose spans go nowhere, and
# sends its ids as both `traceparent` and `b3` to whoever is asked, third parties included. Two calls of one program under a
# span of its own can so be told to belong together. `HttpClient.TracerPropagationEnabled` turns it off.
# Versions: effect 4.1.0 on Node 20.20. Source: effect/src/http/HttpClient.ts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund effect@4.1.0
cat > program.mjs <<'JS'
import http from "node:http"
import { Effect } from "effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"

const sent = []
const server = http.createServer((request, response) => {
  sent.push(request.headers)
  response.end("ok")
})
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
const get = HttpClient.get(`http://127.0.0.1:${server.address().port}/`).pipe(Effect.flatMap((response) => response.text))
const run = (effect) => Effect.runPromise(effect.pipe(Effect.provide(FetchHttpClient.layer)))

await run(Effect.withSpan(Effect.andThen(get, get), "two questions"))
await run(get.pipe(Effect.provideService(HttpClient.TracerPropagationEnabled, false)))
server.close()
const trace = ({ traceparent }) => traceparent?.split("-")[1]
const seen = [
  `traceparent sent: ${sent[0].traceparent !== undefined}`,
  `b3 sent: ${sent[0].b3 !== undefined}`,
  `two requests of one span share a trace id: ${trace(sent[0]) === trace(sent[1])}`,
  `turned off: ${sent[2].traceparent === undefined && sent[2].b3 === undefined}`
]
console.log(seen.join("\n"))
process.exitCode = seen.every((line) => line.endsWith("true")) ? 0 : 1
JS
node program.mjs
