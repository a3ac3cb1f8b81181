/**
 * A server in a thread of its own, which goes on while the thread of a test is blocked. The path is what it says and when:
 * steps, each after a dash, `h` headers, `c` content, `f` finish reason, `u` usage, `d` done, `e` end, `j` a piece of a JSON document,
 * `w300` a wait of 300 ms, and `*10(…)` steps ten times. a further `gzip` packs it.
 */
import { createServer } from "node:http"
import { parentPort } from "node:worker_threads"
import { constants, createGzip } from "node:zlib"

const choice = (delta, reason) =>
  JSON.stringify({ id: "c", choices: [{ index: 0, delta, ...(reason && { finish_reason: reason }) }] })

const frames = {
  c: choice({ content: "x" }),
  f: choice({}, "stop"),
  u: JSON.stringify({ id: "c", choices: [], usage: { total_tokens: 7 } }),
  d: "[DONE]"
}

const stepsOf = (path) =>
  path
    .replace(/\*(\d+)\(([^)]*)\)/g, (_, times, steps) => Array.from({ length: Number(times) }, () => steps).join("-"))
    .split("-")

const server = createServer(async (request, response) => {
  request.resume()
  const url = new URL(request.url, "http://localhost")
  const packed = url.pathname.includes("/gzip/")
  const steps = stepsOf(decodeURIComponent(url.pathname).split("/")[1])
  const body = packed ? createGzip({ flush: constants.Z_SYNC_FLUSH }) : response
  if (packed) body.pipe(response)
  for (const step of steps) {
    if (response.destroyed) return
    if (step === "e") body.end()
    else if (step === "h" || step === "H") {
      const type = step === "h" ? "text/event-stream" : "application/json"
      response.writeHead(200, { "content-type": type, ...(packed && { "content-encoding": "gzip" }) })
      response.flushHeaders()
    } else if (step.startsWith("w")) await new Promise((resolve) => setTimeout(resolve, Number(step.slice(1))))
    else if (step.startsWith("j")) body.write(step.slice(1))
    else body.write(`data: ${frames[step]}\n\n`)
  }
})

server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port))
