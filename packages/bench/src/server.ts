/** The load server, a process of its own: it writes prepared bytes and computes nothing while it is measured against. */
import { createServer, type ServerResponse } from "node:http"
import { documentOf, framesOf, type Shape, shapeOf } from "./frames.js"

const writeSize = 64 * 1024
const interval = 20

interface Body {
  readonly whole: Buffer
  /** One for each event, for paced streams. */
  readonly events: ReadonlyArray<Buffer>
}

/** Bodies of earlier scenarios go when there is more than this. */
const maxPrepared = 256 * 1024 * 1024

const prepared = new Map<string, Body>()
let preparedBytes = 0

const bodyOf = (shape: Shape): Body => {
  const key = JSON.stringify(shape)
  const known = prepared.get(key)
  if (known !== undefined) return known
  if (preparedBytes > maxPrepared) {
    prepared.clear()
    preparedBytes = 0
  }
  const frames = shape.mode === "json" ? [documentOf(shape)] : framesOf(shape)
  const body: Body = {
    whole: Buffer.from(frames.join("")),
    events: shape.mode === "paced" ? frames.map((frame) => Buffer.from(frame)) : []
  }
  prepared.set(key, body)
  preparedBytes += body.whole.length
  return body
}

const burst = (whole: Buffer, response: ServerResponse): void => {
  let offset = 0
  const pump = (): void => {
    while (offset < whole.length) {
      const next = whole.subarray(offset, offset + writeSize)
      offset += next.length
      if (!response.write(next)) {
        response.once("drain", pump)
        return
      }
    }
    response.end()
  }
  pump()
}

let pacedStreams = 0

const paced = (events: ReadonlyArray<Buffer>, response: ServerResponse): void => {
  let next = 0
  let timer: NodeJS.Timeout | undefined
  const write = (): void => {
    const event = events[next++]
    if (event === undefined) {
      clearInterval(timer)
      response.end()
    } else response.write(event)
  }
  const begin = (): void => {
    write()
    timer = setInterval(() => {
      if (!response.writableNeedDrain) write()
    }, interval)
  }
  // Spread over the interval, as streams of many users are: together they would arrive as one batch of reads.
  const delay = setTimeout(begin, pacedStreams++ % interval)
  response.once("close", () => {
    clearTimeout(delay)
    clearInterval(timer)
  })
  response.flushHeaders()
}

const server = createServer((request, response) => {
  const shape = shapeOf(request.url ?? "")
  request.resume()
  if (shape === undefined) {
    response.writeHead(404).end()
    return
  }
  request.once("end", () => {
    const { events, whole } = bodyOf(shape)
    if (shape.mode === "json") {
      response.writeHead(200, { "content-type": "application/json; charset=UTF-8", "content-length": whole.length })
      response.end(whole)
      return
    }
    response.writeHead(200, { "content-type": "text/event-stream;charset=UTF-8", "cache-control": "no-cache" })
    if (shape.mode === "burst") burst(whole, response)
    else paced(events, response)
  })
})

// Connections are kept between rounds: closing one while it is used again would look like a failure of the consumer.
server.keepAliveTimeout = 600_000
server.headersTimeout = 610_000
server.requestTimeout = 0
server.listen({ port: 0, host: "127.0.0.1", backlog: 2048 }, () => {
  const address = server.address()
  if (typeof address === "object" && address !== null) process.send?.({ port: address.port })
})

process.on("disconnect", () => process.exit())
