import { describe, expect, it } from "@effect/vitest"
import { type McpError, McpServer, McpToolkit } from "@effect-zhipu/mcp"
import { Tool, Toolkit, ToolLoop } from "@effect-zhipu/client"
import { Effect, Exit, Logger, LogLevel, Redacted, Scope } from "effect"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { call, http, isAlive, seen, stdio, until } from "./support/servers.js"

const secret = "sk-very-secret-key"

const errorOf = (servers: Readonly<Record<string, McpServer.McpServer>>): Effect.Effect<McpError.McpError> =>
  Effect.flip(Effect.scoped(McpToolkit.make(servers))).pipe(Effect.orDie)

/** The processes that a server has had. */
const journal = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "mcp-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
  ),
  (folder) => {
    const file = join(folder, "pids")
    return {
      file,
      pids: () =>
        readFileSync(file, "utf8")
          .trim()
          .split("\n")
          .map((line) => Number(line))
    }
  }
)

/** The two ways to the same tools. */
const both = [
  ["stdio", (limits: McpServer.Limits) => Effect.succeed(stdio("", limits))],
  ["Streamable HTTP", (limits: McpServer.Limits) => Effect.map(http(), (url) => McpServer.http({ url, ...limits }))],
  [
    "Streamable HTTP that answers with JSON",
    (limits: McpServer.Limits) => Effect.map(http("json"), (url) => McpServer.http({ url, ...limits }))
  ]
] as const

describe.each(both)("the tools of a server over %s", (_, server) => {
  const toolkit = (limits: McpServer.Limits = {}) =>
    Effect.flatMap(server(limits), (server) => McpToolkit.make({ a: server }))

  it.scopedLive("are listed page by page, and run by the loop", () =>
    Effect.gen(function* () {
      const made = yield* toolkit()
      const names = Object.keys(made.toolkit.tools)
      expect(names).toHaveLength(18)
      expect(made.servers.a?.tools.a__echo).toMatchObject({ name: "echo", annotations: { readOnlyHint: true } })
      expect(yield* call(made, "a__echo", { text: "你好" })).toEqual({ tag: "ToolResult", content: "You said: 你好" })
    })
  )

  it.scopedLive("have names that the service takes, each its own", () =>
    Effect.gen(function* () {
      const made = yield* toolkit()
      const names = Object.keys(made.toolkit.tools)
      for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/)
      const { a } = made.servers
      const nameOf = (tool: string) =>
        Object.entries(a?.tools ?? {}).find(([, { name }]) => name === tool)?.[0] ?? "none"
      expect(nameOf("files.read")).toMatch(/^a__files_read_[0-9a-f]{8}$/)
      expect(nameOf("files_read")).toMatch(/^a__files_read_[0-9a-f]{8}$/)
      expect((yield* call(made, nameOf("files.read"))).content).toBe("dot")
      expect((yield* call(made, nameOf("files_read"))).content).toBe("line")
      expect((yield* call(made, nameOf(`long_${"name_".repeat(20)}`))).content).toBe("long")
    })
  )

  it.scopedLive("have schemas as GLM takes them", () =>
    Effect.gen(function* () {
      const { toolkit: made } = yield* toolkit()
      const offered = made.wire.find((tool) => tool.function.name === "a__shapes")
      expect(offered?.function.parameters).toEqual({
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: "object",
        properties: {
          at: { type: "object", properties: { x: { type: "number" } } },
          name: { type: ["string", "null"] }
        }
      })
    })
  )

  it.scopedLive("that fail tell the model why", () =>
    Effect.gen(function* () {
      const made = yield* toolkit()
      const failed = { tag: "ToolFailed", reason: "Failure" }
      expect(yield* call(made, "a__fails")).toEqual({ ...failed, content: '{"error":"There is no such file."}' })
      expect(yield* call(made, "a__throws")).toEqual({
        ...failed,
        content: `{"error":"The tool's server refused the call. The tool broke."}`
      })
      expect(yield* call(made, "a__odd")).toEqual({
        ...failed,
        content: `{"error":"The server's answer is not that of a tool."}`
      })
    })
  )

  it.scopedLive("answer with more than texts, and the model is told what it was", () =>
    Effect.gen(function* () {
      const made = yield* toolkit()
      expect((yield* call(made, "a__kinds")).content).toBe(
        [
          "A text",
          "[image image/png, 7 bytes]",
          "[audio audio/wav, 5 bytes]",
          "[resource file:///a.txt text/plain]",
          "inside",
          "[resource file:///a.bin application/zip, 3 bytes]",
          "[link b https://example.com/b text/html] A page",
          '[content of the type "hologram"]'
        ].join("\n")
      )
      expect((yield* call(made, "a__structured")).content).toBe('{"celsius":21}')
      expect((yield* call(made, "a__nothing")).content).toBe("[no content]")
    })
  )

  it.scopedLive("answer no more than is allowed, and the model is told that it was cut", () =>
    Effect.gen(function* () {
      const made = yield* toolkit({ maxText: 10 })
      const { content } = yield* call(made, "a__long", { length: 1234 })
      expect(content).toBe(`${"字".repeat(10)}\n[cut here: these are the first 10 of 1234 characters]`)
    })
  )

  it.scopedLive("that hang are cancelled, and the server works on", () =>
    Effect.gen(function* () {
      const made = yield* toolkit({ callTimeout: "500 millis" })
      expect(yield* call(made, "a__hang")).toEqual({
        tag: "ToolFailed",
        reason: "Timeout",
        content: '{"error":"The tool was not done within 500ms."}'
      })
      expect((yield* call(made, "a__cancelled")).content).toBe("1")
    })
  )

  it.scopedLive("that end the connection in the middle are told of, and the server can be asked again", () =>
    Effect.gen(function* () {
      const made = yield* toolkit({ callTimeout: "20 seconds" })
      const died = yield* call(made, "a__die")
      expect(died).toMatchObject({ tag: "ToolFailed", reason: "Failure" })
      expect(died.content).toContain("The tool's server went away before it answered")
      expect((yield* call(made, "a__echo", { text: "again" })).content).toBe("You said: again")
    })
  )

  it.scopedLive("that answer without end are broken off", () =>
    Effect.gen(function* () {
      const made = yield* toolkit({ maxMessageBytes: 20_000, callTimeout: "20 seconds" })
      const flooded = yield* call(made, "a__flood", { bytes: 300_000 })
      expect(flooded.content).toContain("its answer was too large to be read. The message was larger than 20000 bytes.")
      expect((yield* call(made, "a__echo", { text: "again" })).content).toBe("You said: again")
    })
  )

  it.scopedLive("wait for an approval where the program says so", () =>
    Effect.gen(function* () {
      const made = yield* toolkit({ needsApproval: ({ annotations }) => annotations.readOnlyHint !== true })
      const approve = () => Effect.succeed(ToolLoop.denied("not today"))
      expect((yield* call(made, "a__echo", { text: "hi" }, { approve })).tag).toBe("ToolResult")
      expect(yield* call(made, "a__nothing", {}, { approve })).toEqual({
        tag: "ApprovalDenied",
        content: '{"error":"The call was denied: not today"}'
      })
      const held = yield* Effect.flip(call(made, "a__nothing"))
      expect(held._tag).toBe("ToolLoopHeld")
    })
  )

  it.scopedLive("may be chosen, and are no more than are allowed", () =>
    Effect.gen(function* () {
      const { toolkit: made } = yield* toolkit({ tools: ["echo", "fails"] })
      expect(Object.keys(made.tools)).toEqual(["a__echo", "a__fails"])
      const unknown = yield* errorOf({ a: yield* server({ tools: ["echo", "eco"] }) })
      expect(unknown).toMatchObject({ reason: "InvalidOptions", server: "a" })
      expect(unknown.message).toMatch(/^The MCP server a: It has no tool eco\. Its tools are: echo, /)
      const many = yield* errorOf({ a: yield* server({ maxTools: 5 }) })
      expect(many).toMatchObject({ reason: "TooManyTools" })
      expect(many.message).toContain("It has 18 tools, and 5 are allowed")
    })
  )
})

describe("toolkits", () => {
  it.scopedLive("of several servers keep their tools apart, beside tools of the program", () =>
    Effect.gen(function* () {
      const url = yield* http()
      const made = yield* McpToolkit.make({
        "my files": stdio("", { tools: ["echo"] }),
        my_files: McpServer.http({ url, tools: ["echo"] }),
        三: stdio("", { tools: ["echo"] })
      })
      const names = Object.keys(made.toolkit.tools)
      expect(names).toHaveLength(3)
      expect(names[0]).toMatch(/^my_files__echo_[0-9a-f]{8}$/)
      expect(names[1]).toMatch(/^my_files__echo_[0-9a-f]{8}$/)
      expect(names[2]).toBe("___echo")
      const own = Toolkit.make(Tool.make("now", { description: "The time" }))
      const merged = Toolkit.merge(own, made.toolkit)
      // The handlers of both are needed, by their types too.
      const layers = [own.toLayer({ now: () => Effect.succeed("12:00") }), made.handlers] as const
      expect(Object.keys(merged.tools)).toEqual(["now", ...names])
      expect(layers).toHaveLength(2)
    })
  )

  it.scopedLive("leave out the tools that cannot be offered, and tell which", () =>
    Effect.gen(function* () {
      const { servers } = yield* McpToolkit.make({ a: stdio("odd") }).pipe(Logger.withMinimumLogLevel(LogLevel.None))
      expect(servers.a?.omitted).toEqual([
        { tool: "task", reason: "it runs as a task of the protocol alone, which is not supported" },
        { tool: "array", reason: "its input is not an object" }
      ])
      expect(servers.a?.instructions).toBe("Be kind.")
    })
  )

  it.scopedLive("of more tools than a request takes are refused", () =>
    Effect.gen(function* () {
      const server = stdio("many", { maxTools: 200 })
      const error = yield* errorOf({ a: server, b: server })
      expect(error.reason).toBe("TooManyTools")
      expect(error.message).toContain("have 236 tools, and a request takes 128")
    })
  )
})

describe("a program", () => {
  it.scopedLive("is ended with the scope, also one that will not end", () =>
    Effect.gen(function* () {
      const { file, pids } = yield* journal
      const scope = yield* Scope.make()
      yield* McpToolkit.make({
        kind: stdio("", { journal: file }),
        stubborn: stdio("stubborn", { journal: file })
      }).pipe(Scope.extend(scope))
      expect(pids().map(isAlive)).toEqual([true, true])
      yield* Scope.close(scope, Exit.void)
      yield* until(() => pids().every((pid) => !isAlive(pid)))
    })
  )

  it.scopedLive("that does not get ready is ended, and said to be late", () =>
    Effect.gen(function* () {
      const { file, pids } = yield* journal
      const error = yield* errorOf({ deaf: stdio("deaf", { journal: file, connectTimeout: "700 millis" }) })
      expect(error).toMatchObject({ reason: "Timeout", server: "deaf" })
      expect(error.message).toBe("The MCP server deaf: It was not ready within 700ms.")
      expect(pids().map(isAlive)).toEqual([false])
    })
  )

  it.scopedLive("that cannot be started, or ends at once, is unreachable; its last words are told, but for keys", () =>
    Effect.gen(function* () {
      const missing = yield* errorOf({ none: McpServer.stdio({ command: "no-such-program-here" }) })
      expect(missing).toMatchObject({ reason: "Unreachable" })
      expect(missing.message).toContain("There is no program no-such-program-here on the PATH")
      const dies = yield* errorOf({ dies: stdio("dies", { env: { SOME_KEY: Redacted.make(secret) } }) })
      expect(dies).toMatchObject({ reason: "Unreachable" })
      expect(dies.message).toContain("It wrote: no such key: <redacted>")
    })
  )

  it.scopedLive("finds no variable that it was not given", () =>
    Effect.gen(function* () {
      process.env.ZHIPU_API_KEY = "id.secret-of-the-program"
      const made = yield* McpToolkit.make({ a: stdio("", { env: { GIVEN: "yes", TOKEN: Redacted.make(secret) } }) })
      const { content } = yield* call(made, "a__env")
      delete process.env.ZHIPU_API_KEY
      expect(content).toContain('"GIVEN":"yes"')
      expect(content).toContain('"TOKEN":"<redacted>"')
      expect(content).not.toContain("ZHIPU")
    })
  )

  it.scopedLive("that died is started again for the next call, once", () =>
    Effect.gen(function* () {
      const { file, pids } = yield* journal
      const made = yield* McpToolkit.make({ a: stdio("", { journal: file }) })
      yield* call(made, "a__die")
      expect(pids()).toHaveLength(1)
      yield* call(made, "a__echo", { text: "x" })
      yield* call(made, "a__echo", { text: "y" })
      expect(pids()).toHaveLength(2)
    })
  )
})

describe("an address", () => {
  it.scopedLive("gets the headers that are given, which are in no error and no answer", () =>
    Effect.gen(function* () {
      const headers = { Authorization: Redacted.make(`Bearer ${secret}`), "X-Team": "blue" }
      const made = yield* McpToolkit.make({ a: McpServer.http({ url: yield* http(), headers }) })
      const { content } = yield* call(made, "a__headers")
      expect(content).toContain('"authorization":"<redacted>"')
      expect(content).toContain('"x-team":"blue"')
      const refused = yield* errorOf({ a: McpServer.http({ url: yield* http("refuses"), headers }) })
      expect(refused).toMatchObject({ reason: "Refused" })
      expect(refused.message).toBe(
        "The MCP server a: HTTP 401: The key <redacted> is not known. Give its key in headers."
      )
      expect(JSON.stringify(refused)).not.toContain(secret)
    })
  )

  it.scopedLive("that is none, or where nobody listens, or where no server of the protocol is, says which", () =>
    Effect.gen(function* () {
      const of = (url: string, limits: McpServer.Limits = {}) => errorOf({ a: McpServer.http({ url, ...limits }) })
      expect(yield* of("nowhere")).toMatchObject({ reason: "InvalidOptions" })
      expect(yield* of("ftp://127.0.0.1/")).toMatchObject({ reason: "InvalidOptions" })
      const named = yield* of(`http://user:${secret}@127.0.0.1/`)
      expect(named).toMatchObject({ reason: "InvalidOptions" })
      expect(named.message).not.toContain(secret)
      expect(yield* of("http://127.0.0.1:1/mcp")).toMatchObject({ reason: "Unreachable" })
      expect(yield* of(yield* http("page"))).toMatchObject({ reason: "Invalid" })
      expect(yield* of(yield* http("silent"), { connectTimeout: "500 millis" })).toMatchObject({ reason: "Timeout" })
    })
  )

  it.scopedLive("is told that the session is over; no stream is held open beside the calls", () =>
    Effect.gen(function* () {
      const url = yield* http()
      yield* Effect.scoped(McpToolkit.make({ a: McpServer.http({ url }) }))
      expect(yield* seen(url)).toMatchObject({ gets: 0, deletes: 1, sessions: 1 })
    })
  )

  it.scopedLive("that has forgotten the session gets another, and the call that it refused for it", () =>
    Effect.gen(function* () {
      const url = yield* http()
      const made = yield* McpToolkit.make({ a: McpServer.http({ url }) })
      yield* Effect.promise(() =>
        fetch(url, { method: "POST", body: JSON.stringify({ params: { name: "forget" } }) }).then((r) => r.text())
      )
      expect((yield* call(made, "a__echo", { text: "hi" })).content).toBe("You said: hi")
      expect(yield* seen(url)).toMatchObject({ sessions: 2, calls: { echo: 2 } })
    })
  )
})
