#!/usr/bin/env bash
# One would guess: a WebSocket session read with Effect's Socket ends well when it was closed properly (code 1000), and fails when the
# connection broke (1006, where no close frame came), in both editions; a realtime session that was cut can so be told from a whole one.
# What happens: they are opposite, and neither is so. Effect 3 takes 1006 for an end like any other: `run` succeeds, and half an
# answer looks whole unless `closeCodeIsError` is given. Effect 4 has no such option and fails on every close, 1000 included: `toStream`
# of a session that went well ends with a SocketError, and only the code inside tells.
# Versions: @effect/platform 0.97.2 with effect 3.22.4, effect 4.1.0, ws 8.18.0, Node 22.23.3 (its own WebSocket).
# Source: @effect/platform/src/Socket.ts, defaultCloseCodeIsError; effect/src/socket/Socket.ts, onClose.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --legacy-peer-deps node@22.23.3 ws@8.18.0 effect@3.22.4 @effect/platform@0.97.2 effect4@npm:effect@4.1.0
cat > program.mjs <<'JS'
import { WebSocketServer } from "ws"
import * as three from "effect"
import * as Socket3 from "@effect/platform/Socket"
import * as four from "effect4"
import * as Socket4 from "effect4/socket/Socket"

const server = new WebSocketServer({ port: 0, host: "127.0.0.1" })
server.on("connection", (socket, request) => {
  socket.send("half")
  setTimeout(() => (request.url === "/cut" ? socket.terminate() : socket.close(1000)), 100)
})
await new Promise((resolve) => server.on("listening", resolve))
const url = (path) => `ws://127.0.0.1:${server.address().port}${path}`

const inThree = (path, options) =>
  Socket3.makeWebSocket(url(path), options).pipe(
    three.Effect.flatMap((socket) => socket.runRaw(() => {})),
    three.Effect.provide(Socket3.layerWebSocketConstructorGlobal),
    three.Effect.match({ onSuccess: () => "success", onFailure: (error) => `${error._tag} ${error.code ?? error.reason}` }),
    three.Effect.runPromise
  )
const inFour = (path) =>
  four.Effect.gen(function* () {
    const socket = yield* Socket4.makeWebSocket(url(path))
    yield* four.Stream.runDrain(Socket4.toStream(socket))
  }).pipe(
    four.Effect.provide(Socket4.layerWebSocketConstructorGlobal),
    four.Effect.match({ onSuccess: () => "success", onFailure: ({ reason }) => `${reason._tag} ${reason.code ?? ""}` }),
    four.Effect.runPromise
  )

const seen = [
  `effect 3, closed with 1000: ${await inThree("/closed")}`,
  `effect 3, connection broken: ${await inThree("/cut")}`,
  `effect 4, closed with 1000: ${await inFour("/closed")}`,
  `effect 4, connection broken: ${await inFour("/cut")}`
]
server.close()
console.log(seen.join("\n"))
const expected = ["success", "success", "SocketCloseError 1000", "SocketCloseError 1006"]
process.exitCode = seen.every((line, i) => line.endsWith(`: ${expected[i]}`)) ? 0 : 1
JS
node_modules/.bin/node program.mjs
