import { describe, expect, it } from "@effect/vitest"
import { McpServer } from "@effect-zhipu/mcp"
import { Effect, Redacted } from "effect"
import { readFileSync } from "node:fs"
import { version } from "../src/internal/version.js"

const secret = "sk-very-secret-key"

const env = (name: string) => (name === "TEAM_KEY" ? secret : undefined)

const headersOf = (server: McpServer.McpServer | undefined) =>
  server?._tag === "Http"
    ? Object.entries(server.options.headers ?? {}).map(([name, value]) => [
        name,
        Redacted.isRedacted(value) ? Redacted.value(value) : value
      ])
    : []

describe("a file of servers", () => {
  it.effect("is read as other tools have it", () =>
    Effect.gen(function* () {
      const file = {
        mcpServers: {
          files: { command: "npx", args: ["-y", "server", "${DIR:-/srv}"], env: { LEVEL: "2" }, cwd: "/tmp" },
          web: { type: "http", url: "https://example.com/mcp", headers: { Authorization: "Bearer ${TEAM_KEY}" } },
          off: { command: "nothing", disabled: true }
        }
      }
      const servers = yield* McpServer.fromJson(JSON.stringify(file), { env, limits: { maxText: 100 } })
      expect(Object.keys(servers)).toEqual(["files", "web"])
      expect(servers.files).toMatchObject({
        _tag: "Stdio",
        options: { command: "npx", args: ["-y", "server", "/srv"], cwd: "/tmp", maxText: 100 }
      })
      expect(headersOf(servers.web)).toEqual([["Authorization", `Bearer ${secret}`]])
      expect(JSON.stringify(servers)).not.toContain(secret)
      const ofEditors = yield* McpServer.fromJson('\uFEFF{ "servers": { "a": { "command": "b" } } }')
      expect(Object.keys(ofEditors)).toEqual(["a"])
    })
  )

  const bad: ReadonlyArray<readonly [string, unknown, string]> = [
    ["that is no JSON", "{", "it wants JSON, an object with"],
    ["without servers", {}, "it wants JSON, an object with"],
    ["with a number for a command", { mcpServers: { a: { command: 5 } } }, "look at mcpServers.a.command"],
    ["with a server of both kinds", { mcpServers: { a: { command: "b", url: "c" } } }, "and not both"],
    ["with a server of neither", { mcpServers: { a: {} } }, "A server has a command, or a url"],
    ["with the old transport", { mcpServers: { a: { type: "sse", url: "https://a" } } }, "Streamable HTTP"],
    ["that wants a variable", { mcpServers: { a: { command: "${NOPE}" } } }, "The server wants NOPE of the environment"]
  ]
  it.effect.each(bad)("%s says what is wrong", ([, file, words]) =>
    Effect.gen(function* () {
      const text = typeof file === "string" ? file : JSON.stringify(file)
      const error = yield* Effect.flip(McpServer.fromJson(text, { env }))
      expect(error).toMatchObject({ _tag: "McpError", reason: "InvalidOptions" })
      expect(error.message).toContain(words)
    })
  )
})

it("tells servers the version of the package", () => {
  const { version: published } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
    readonly version: string
  }
  expect(version).toBe(published)
})
