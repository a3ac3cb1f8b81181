#!/usr/bin/env bash
# One would guess: a reverse proxy passes events on as they come or, where it buffers, passes on a whole answer or an error; and when
# the visitor leaves, it lets go of the upstream, so that the model stops.
# What happens: lighttpd, as Debian 12 sets it up, keeps the answer until the upstream is through and sends it with a Content-Length. Of
# an upstream that breaks off it sends what had come, HTTP 200, with a Content-Length that fits the half: to every client of HTTP that
# is a whole answer. A visitor who leaves changes nothing upstream: the model goes on, and is paid, to its end.
# With `server.stream-response-body = 2` events pass at once, a cut is passed on, and a visitor who leaves closes the upstream.
# Versions: lighttpd 1.4.69-1 (Debian 12), Node 20.20. Source: lighttpd's "server.stream-response-body", default 0.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
# The package alone, unpacked here: nothing is installed.
(apt-get update -qq && apt-get download -qq lighttpd && dpkg -x lighttpd_*.deb .) > /dev/null 2>&1
cat > program.mjs <<'JS'
import { spawn } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import http from "node:http"
import net from "node:net"

const listen = (server) => new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)))
const freePort = async () => {
  const server = net.createServer()
  const port = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}
const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis))

// One event at once. "/cut" says another after a second and breaks off; "/long" goes on until it is let go.
let left = false
const upstream = http.createServer((request, response) => {
  response.writeHead(200, { "content-type": "text/event-stream" })
  response.write("data: 1\n\n")
  if (request.url === "/cut") setTimeout(() => response.write("data: 2\n\n", () => setTimeout(() => response.destroy(), 200)), 1000)
  if (request.url === "/long") {
    const timer = setInterval(() => response.write("data: 2\n\n"), 100)
    response.on("close", () => {
      clearInterval(timer)
      left = true
    })
  }
})
const port = await listen(upstream)
const here = process.cwd()

const seen = []
for (const setting of [0, 2]) {
  const proxy = await freePort()
  writeFileSync(
    "lighttpd.conf",
    `server.document-root = "${here}"
server.port = ${proxy}
server.bind = "127.0.0.1"
server.modules = ("mod_proxy")
server.errorlog = "${here}/error.log"
server.stream-response-body = ${setting}
proxy.server = ("/" => (("host" => "127.0.0.1", "port" => ${port})))
`
  )
  const child = spawn("usr/sbin/lighttpd", ["-D", "-f", "lighttpd.conf", "-m", `${here}/usr/lib/lighttpd`], { stdio: "ignore" })
  const get = (path) => http.get({ host: "127.0.0.1", port: proxy, path, agent: false })
  const cut = () =>
    new Promise((resolve) => {
      const started = Date.now()
      get("/cut")
        .on("error", ({ code }) => resolve(code))
        .on("response", (response) => {
          const first = Date.now() - started < 700 ? "at once" : "at the end"
          const length = response.headers["content-length"]
          let bytes = 0
          response.on("data", (data) => (bytes += data.length))
          response.on("error", ({ code }) => resolve(`${first}, ${bytes} bytes, then ${code}`))
          response.on("end", () => resolve(`${first}, ${bytes} bytes${length === undefined ? "" : ` of ${length}`}, a proper end`))
        })
    })
  let answer = await cut()
  for (let tries = 0; answer === "ECONNREFUSED" && tries < 100; tries++) {
    await sleep(100)
    answer = await cut()
  }
  seen.push(`stream-response-body ${setting}, cut upstream: ${answer}`)

  left = false
  const visitor = get("/long").on("error", () => {})
  await sleep(500)
  visitor.destroy()
  await sleep(2000)
  seen.push(`stream-response-body ${setting}, visitor left: upstream ${left ? "closed" : "goes on"}`)
  child.kill("SIGKILL")
  await once(child, "exit")
  await sleep(100)
}
upstream.closeAllConnections()
upstream.close()
console.log(seen.join("\n"))
const expected = ["at the end, 18 bytes of 18, a proper end", "upstream goes on", "at once, 18 bytes, then ECONNRESET", "upstream closed"]
process.exitCode = seen.every((line, i) => line.endsWith(`: ${expected[i]}`)) ? 0 : 1
JS
node program.mjs
