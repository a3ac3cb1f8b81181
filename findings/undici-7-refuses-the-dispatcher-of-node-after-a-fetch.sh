#!/usr/bin/env bash
# One would guess: `getGlobalDispatcher()` of an installed undici gives a dispatcher of that undici, which takes its handlers.
# What happens: it gives what was there first. Where the program has called the `fetch` of Node 20 before it loads undici 7, that is the
# agent inside Node, of undici 6, and a handler of the documented form (`onRequestStart`, `onResponseData`) is refused with
# "invalid onError method". The same lines in the other order work, and so do `request` and `stream`, whose handlers are of the old form.
# Versions: undici 7.30.2 on Node 20.20, which has undici 6 inside.
# Source: undici/lib/global.js (the agent is set only where there is none), lib/dispatcher/dispatcher-base.js of undici 6.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund undici@7.30.2
cat > program.mjs <<'JS'
import http from "node:http"

const server = http.createServer((_, response) => response.end("fine"))
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
const origin = `http://127.0.0.1:${server.address().port}`
if (process.argv[2] === "fetch first") await (await fetch(origin)).text()
const { getGlobalDispatcher, request } = await import("undici")

const handled = await new Promise((resolve) => {
  const handler = {
    onRequestStart() {},
    onResponseStart() {},
    onResponseData() {},
    onResponseEnd: () => resolve("works"),
    onResponseError: (_, error) => resolve(error.message)
  }
  try {
    getGlobalDispatcher().dispatch({ origin, path: "/", method: "GET" }, handler)
  } catch (error) {
    resolve(error.message)
  }
})
const asked = await request(origin).then(({ body }) => body.text())
console.log(`${process.argv[2]}: a handler of undici 7 ${handled}; request gives ${asked}`)
server.closeAllConnections()
server.close()
JS
seen=$(node program.mjs "undici first"; node program.mjs "fetch first")
echo "node $(node --version), with undici $(node -p process.versions.undici) inside"
echo "$seen"
case $(node -p 'process.versions.undici.split(".")[0]') in
  6) [ "$seen" = "undici first: a handler of undici 7 works; request gives fine
fetch first: a handler of undici 7 invalid onError method; request gives fine" ] ;;
  *) echo "this Node has another undici inside: nothing to see here" ;;
esac
