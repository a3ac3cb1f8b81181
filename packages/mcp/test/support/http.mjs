// The same server over Streamable HTTP, on a free port that it writes. It counts what the tests ask about at /seen.
import { randomUUID } from "node:crypto"
import { createServer } from "node:http"
import { Server } from "@modelcontextprotocol/sdk/server/index.js"
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js"
import { behave, sending } from "./behave.mjs"

const [mode] = process.argv.slice(2)
const sessions = new Map()
const seen = { gets: 0, deletes: 0, sessions: 0, calls: {} }

const open = async () => {
  const server = new Server({ name: "test", version: "1.0.0" }, { capabilities: { tools: {} } })
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    enableJsonResponse: mode === "json",
    onsessioninitialized: (id) => {
      seen.sessions++
      sessions.set(id, transport)
    }
  })
  behave(server, {})
  await server.connect(sending(transport))
  return transport
}

const bodyOf = async (request) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString())
}

const http = createServer(async (request, response) => {
  if (request.url === "/seen") return response.end(JSON.stringify(seen))
  if (request.method === "GET") seen.gets++
  if (request.method === "DELETE") seen.deletes++
  if (mode === "refuses") {
    response.writeHead(401, { "content-type": "text/plain" })
    return response.end(`The key ${request.headers.authorization} is not known.`)
  }
  if (mode === "silent") return
  const body = await bodyOf(request)
  if (mode === "page") {
    response.writeHead(200, { "content-type": "text/html" })
    return response.end("<h1>Hello</h1>")
  }
  const tool = body?.params?.name
  if (tool !== undefined) seen.calls[tool] = (seen.calls[tool] ?? 0) + 1
  const events = () => response.writeHead(200, { "content-type": "text/event-stream" })
  if (tool === "die") {
    events().write(": working\n\n")
    setTimeout(() => response.destroy(), 50)
    return
  }
  if (tool === "end") return events().end(": that was all\n\n")
  if (tool === "flood") {
    const { bytes } = body.params.arguments
    if (mode === "json") {
      response.writeHead(200, { "content-type": "application/json" })
      return response.end(`{"x": "${"x".repeat(bytes)}"}`)
    }
    return events().end(`data: ${"x".repeat(bytes)}\n\n`)
  }
  if (tool === "forget") sessions.clear()
  const id = request.headers["mcp-session-id"]
  const transport = id === undefined ? await open() : sessions.get(id)
  if (transport === undefined) {
    response.writeHead(404, { "content-type": "application/json" })
    return response.end(
      JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: -32001, message: "Session not found" } })
    )
  }
  await transport.handleRequest(request, response, body)
})

http.listen(0, "127.0.0.1", () => console.log(http.address().port))
