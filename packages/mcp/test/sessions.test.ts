/** Servers that forget, that cannot be had beside others, and that choose their names badly; in the process of the test. */
import { describe, expect, it } from "@effect/vitest"
import { McpServer, McpToolkit } from "@effect-zhipu/mcp"
import { Effect, Exit, Hash } from "effect"
import { call } from "./support/servers.js"

interface Asked {
  readonly id?: number
  readonly method: string
  readonly params: { readonly protocolVersion: string }
}

const json = (body: unknown, init: ResponseInit = {}): Response =>
  new Response(JSON.stringify(body), { ...init, headers: { "content-type": "application/json", ...init.headers } })

/** A server of Streamable HTTP with these tools, which answers a session that it does not know by `unknown`. */
const serverOf = (
  tools: ReadonlyArray<string>,
  unknown: () => Response = () => json({ error: "Session not found" }, { status: 404 })
) => {
  const sessions = new Set<string>()
  const seen = { begun: 0, calls: 0, ended: 0 }
  const fetch: typeof globalThis.fetch = async (_, init = {}) => {
    const session = new Headers(init.headers).get("mcp-session-id") ?? ""
    if (init.method === "DELETE") {
      seen.ended++
      return new Response(null)
    }
    const { id, method, params } = JSON.parse(String(init.body)) as Asked
    const answer = (result: object, headers = {}) => json({ jsonrpc: "2.0", id, result }, { headers })
    if (method === "initialize") {
      const own = `s${++seen.begun}`
      sessions.add(own)
      const { protocolVersion } = params
      const result = { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "x", version: "1" } }
      return answer(result, { "mcp-session-id": own })
    }
    if (method === "tools/call") seen.calls++
    if (!sessions.has(session)) return unknown()
    if (id === undefined) return new Response(null, { status: 202 })
    return method === "tools/list"
      ? answer({ tools: tools.map((name) => ({ name, inputSchema: { type: "object" } })) })
      : answer({ content: [{ type: "text", text: "ran" }] })
  }
  return { server: McpServer.http({ url: "http://a/mcp", fetch }), seen, forget: () => sessions.clear() }
}

const rpcError = (message: string) => () =>
  json({ jsonrpc: "2.0", error: { code: -32_000, message }, id: null }, { status: 400 })

describe("a session that its server has forgotten", () => {
  // As the examples of the official SDKs answer, and as the protocol has it.
  it.scopedLive.each([
    ["404", undefined],
    ["400, as an example of the SDK", rpcError("Bad Request: No valid session ID provided")],
    ["400, as a new transport of the SDK", rpcError("Bad Request: Server not initialized")],
    ["400, as another", () => new Response("Invalid or expired session", { status: 400 })]
  ] as const)("is begun anew: %s", ([, unknown]) =>
    Effect.gen(function* () {
      const { forget, seen, server } = serverOf(["t"], unknown)
      const made = yield* McpToolkit.make({ a: server })
      forget()
      expect(yield* call(made, "a__t")).toEqual({ tag: "ToolResult", content: "ran" })
      expect(seen).toMatchObject({ begun: 2, calls: 2 })
    })
  )

  it.scopedLive("is not what another refusal means", () =>
    Effect.gen(function* () {
      const { forget, seen, server } = serverOf(["t"], rpcError("Bad Request: city is missing"))
      const made = yield* McpToolkit.make({ a: server })
      forget()
      expect((yield* call(made, "a__t")).content).toContain("city is missing")
      expect(seen).toMatchObject({ begun: 1, calls: 1 })
    })
  )
})

it.scopedLive("the servers beside one that cannot be had are ended, and not with the scope only", () =>
  Effect.gen(function* () {
    const good = serverOf(["t"])
    const bad = McpServer.http({ url: "http://a/", fetch: () => Promise.resolve(new Response("", { status: 500 })) })
    expect(yield* Effect.exit(McpToolkit.make({ good: good.server, bad }))).toSatisfy(Exit.isFailure)
    expect(good.seen).toMatchObject({ begun: 1, ended: 1 })
  })
)

it.scopedLive("names that look like those of other tools, marked, are told apart as well", () =>
  Effect.gen(function* () {
    const digits = (Hash.string("a\na b") >>> 0).toString(16).padStart(8, "0")
    const tools = [`a_b_${digits}`, "a b", "a_b"]
    const made = yield* McpToolkit.make({ a: serverOf(tools).server })
    const names = Object.keys(made.toolkit.tools)
    expect(new Set(names).size).toBe(3)
    expect(
      Object.values(made.servers.a?.tools ?? {})
        .map(({ name }) => name)
        .sort()
    ).toEqual([...tools].sort())
    for (const name of names) expect((yield* call(made, name)).content).toBe("ran")
  })
)
