// The tools of the servers in these tests.
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js"

const none = { type: "object", properties: {} }
const text = (text) => ({ content: [{ type: "text", text }] })

/** The SDK checks what a tool answers; servers of other makings do not. */
const unchecked = (result) => ({ content: [], _meta: { unchecked: result } })

/** A transport that sends what is unchecked as it is. */
export const sending = (transport) => {
  const send = transport.send.bind(transport)
  transport.send = (message, options) => {
    const result = message.result?._meta?.unchecked
    return send(result === undefined ? message : { ...message, result }, options)
  }
  return transport
}

const kinds = {
  content: [
    { type: "text", text: "A text" },
    { type: "image", data: Buffer.from("picture").toString("base64"), mimeType: "image/png" },
    { type: "audio", data: Buffer.from("sound").toString("base64"), mimeType: "audio/wav" },
    { type: "resource", resource: { uri: "file:///a.txt", mimeType: "text/plain", text: "inside" } },
    { type: "resource", resource: { uri: "file:///a.bin", mimeType: "application/zip", blob: "AAAA" } },
    { type: "resource_link", uri: "https://example.com/b", name: "b", mimeType: "text/html", description: "A page" },
    { type: "hologram", depth: 3 }
  ]
}

/** `host` does what ends or floods the connection that the server is asked over. */
export const behave = (server, host) => {
  let cancelled = 0
  const tools = {
    echo: {
      description: "Says it again",
      inputSchema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
      annotations: { readOnlyHint: true },
      run: ({ text: said }) => text(`You said: ${said}`)
    },
    "files.read": { description: "With a dot", inputSchema: none, run: () => text("dot") },
    files_read: { description: "With a line", inputSchema: none, run: () => text("line") },
    ["long_" + "name_".repeat(20)]: { inputSchema: none, run: () => text("long") },
    shapes: {
      description: "With references",
      inputSchema: {
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: "object",
        properties: { at: { $ref: "#/$defs/Point" }, name: { anyOf: [{ type: "string" }, { type: "null" }] } },
        $defs: { Point: { type: "object", properties: { x: { type: "number" } } } }
      },
      run: () => text("shape")
    },
    fails: { inputSchema: none, run: () => ({ ...text("There is no such file."), isError: true }) },
    throws: {
      inputSchema: none,
      run: () => {
        throw new Error("The tool broke.")
      }
    },
    kinds: { inputSchema: none, run: () => unchecked(kinds) },
    structured: { inputSchema: none, run: () => ({ content: [], structuredContent: { celsius: 21 } }) },
    nothing: { inputSchema: none, run: () => ({ content: [] }) },
    odd: { inputSchema: none, run: () => unchecked({ content: "none" }) },
    env: {
      inputSchema: none,
      run: () => text(JSON.stringify({ ...process.env }))
    },
    headers: { inputSchema: none, run: (_, extra) => text(JSON.stringify(extra.requestInfo?.headers ?? {})) },
    long: { inputSchema: none, run: ({ length }) => text("字".repeat(length)) },
    hang: {
      inputSchema: none,
      run: (_, { signal }) =>
        new Promise(() => {
          signal.addEventListener("abort", () => {
            cancelled++
          })
        })
    },
    cancelled: { inputSchema: none, run: () => text(String(cancelled)) },
    die: { inputSchema: none, run: () => new Promise(() => host.die()) },
    flood: { inputSchema: none, run: ({ bytes }) => new Promise(() => host.flood(bytes)) }
  }
  if (host.odd) {
    Object.assign(tools, {
      task: { inputSchema: none, execution: { taskSupport: "required" }, run: () => text("task") },
      array: { inputSchema: { type: "array" }, run: () => text("array") }
    })
  }
  for (let i = 0; i < (host.many ?? 0); i++) tools[`many_${i}`] = { inputSchema: none, run: () => text("many") }

  server.setRequestHandler(ListToolsRequestSchema, ({ params }) => {
    const all = Object.entries(tools).map(([name, { run: _, ...tool }]) => ({ name, ...tool }))
    // In pages of ten.
    const from = Number(params?.cursor ?? 0)
    const next = from + 10
    return { tools: all.slice(from, next), ...(next < all.length ? { nextCursor: String(next) } : {}) }
  })
  server.setRequestHandler(CallToolRequestSchema, ({ params }, extra) =>
    tools[params.name].run(params.arguments ?? {}, extra)
  )
}
