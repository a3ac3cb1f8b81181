#!/usr/bin/env bash
# One would guess: a reverse proxy that gives up an upstream in the middle of a chunked answer breaks the connection to its own
# client, as nginx does, so that every HTTP client sees that the answer is cut.
# What happens: Caddy 2.6, the one of Debian 12, logs "aborting with incomplete response" and ends the body properly. An answer
# whose model thinks longer than `read_timeout` becomes HTTP 200 with half a stream and a well-formed last chunk, or with nothing
# at all where no byte had come: no client of HTTP sees a fault. Whether an answer is whole, only the answer itself can tell.
# Versions: caddy 2.6.2-5 and nginx 1.22.1 (Debian 12), Node 20.20. Source: modules/caddyhttp/reverseproxy/reverseproxy.go of 2.6,
# finalizeResponse: it returns nil after the log line; later versions panic with http.ErrAbortHandler there.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# The packages alone, unpacked here: nothing is installed.
(apt-get update -qq && apt-get download -qq caddy=2.6.2-5 nginx && for package in ./*.deb; do dpkg -x "$package" .; done) > /dev/null 2>&1
cat > program.mjs <<'JS'
import { spawn } from "node:child_process"
import { mkdirSync, writeFileSync } from "node:fs"
import http from "node:http"
import net from "node:net"

const listen = (server) => new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)))
const freePort = async () => {
  const server = net.createServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

// Says one event, or none, and then nothing more.
const upstream = http.createServer((request, response) => {
  response.writeHead(200, { "content-type": "text/event-stream" })
  if (request.url === "/begun") response.write("data: {}\n\n")
  else response.flushHeaders()
})
const port = await listen(upstream)
const ports = { caddy: await freePort(), nginx: await freePort() }

writeFileSync(
  "Caddyfile",
  `{
  admin off
  auto_https off
}
http://127.0.0.1:${ports.caddy} {
  reverse_proxy 127.0.0.1:${port} {
    transport http {
      read_timeout 1s
    }
  }
}
`
)
mkdirSync("temp")
const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path temp/${name};`).join(" ")
writeFileSync(
  "nginx.conf",
  `daemon off; master_process off; pid ./pid; error_log ./error.log; events {}
http {
  access_log off; ${temp}
  server { listen 127.0.0.1:${ports.nginx}; location / { proxy_pass http://127.0.0.1:${port}; proxy_http_version 1.1; proxy_read_timeout 1s; } }
}
`
)
const here = process.cwd()
const env = { PATH: process.env.PATH, HOME: here }
const children = [
  spawn("usr/bin/caddy", ["run", "--adapter", "caddyfile", "--config", "Caddyfile"], { env, stdio: "ignore" }),
  spawn("usr/sbin/nginx", ["-p", here, "-c", "nginx.conf", "-e", "error.log"], { env, stdio: "ignore" })
]

const ask = (proxy, path) =>
  new Promise((resolve) => {
    const request = http.get({ host: "127.0.0.1", port: ports[proxy], path, agent: false }, (response) => {
      let bytes = 0
      response.on("data", (data) => (bytes += data.length))
      response.on("error", ({ code }) => resolve(`HTTP ${response.statusCode}, ${bytes} bytes, then ${code}`))
      response.on("end", () => resolve(`HTTP ${response.statusCode}, ${bytes} bytes, a proper end`))
    })
    request.on("error", ({ code }) => resolve(code))
  })

const said = {}
for (const proxy of ["caddy", "nginx"]) {
  for (const path of ["/begun", "/silent"]) {
    let answer = await ask(proxy, path)
    for (let tries = 0; answer === "ECONNREFUSED" && tries < 100; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100))
      answer = await ask(proxy, path)
    }
    said[`${proxy} ${path}`] = answer
    console.log(`${proxy} ${path}: ${answer}`)
  }
}
for (const child of children) child.kill("SIGKILL")
upstream.closeAllConnections()
upstream.close()
const expected = {
  "caddy /begun": "HTTP 200, 10 bytes, a proper end",
  "caddy /silent": "HTTP 200, 0 bytes, a proper end",
  "nginx /begun": "HTTP 200, 10 bytes, then ECONNRESET",
  "nginx /silent": "HTTP 200, 0 bytes, then ECONNRESET"
}
process.exitCode = JSON.stringify(said) === JSON.stringify(expected) ? 0 : 1
JS
node program.mjs
