#!/usr/bin/env bash
# One would guess: HttpBody.stream(stream, type, contentLength) sends a Content-Length, and a stream that gives fewer bytes
# fails the request.
# What happens: over Effect 4's FetchHttpClient the length is dropped without a word (fetch knows no length of a stream): the
# body goes out chunked, without Content-Length, and a stream of 20 bytes declared as 50 is a success. So is an upload whose
# source broke off early but ended "well". Servers that want a length refuse it; whoever uploads has to count for himself.
# Versions: effect 4.1.0 on Node 20.20. Source: effect/src/http/FetchHttpClient.ts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund effect@4.1.0
cat > program.mjs <<'JS'
import http from "node:http"
import { Effect, Exit, Stream } from "effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpBody from "effect/http/HttpBody"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"

let seen
const server = http.createServer((request, response) => {
  let bytes = 0
  request.on("data", (data) => (bytes += data.length))
  request.on("end", () => {
    const { "content-length": length = "none", "transfer-encoding": encoding = "none" } = request.headers
    seen = `content-length ${length}, transfer-encoding ${encoding}, ${bytes} bytes`
    response.end("stored")
  })
})
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
const body = HttpBody.stream(
  Stream.fromIterable([new Uint8Array(10), new Uint8Array(10)]),
  "application/octet-stream",
  50
)
const exit = await HttpClientRequest.post(`http://127.0.0.1:${server.address().port}/`).pipe(
  HttpClientRequest.setBody(body),
  HttpClient.execute,
  Effect.flatMap((response) => response.text),
  Effect.provide(FetchHttpClient.layer),
  Effect.runPromiseExit
)
server.close()
const result = `${seen}; ${Exit.isSuccess(exit) ? `success: ${exit.value}` : "failure"}`
console.log(result)
process.exitCode = result === "content-length none, transfer-encoding chunked, 20 bytes; success: stored" ? 0 : 1
JS
node program.mjs
