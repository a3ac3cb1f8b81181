/** What was given to a server in confidence, and what its errors tell of it. */
import { describe, expect, it } from "@effect/vitest"
import { McpServer, McpToolkit } from "@effect-zhipu/mcp"
import { Effect, Redacted } from "effect"
import { redactorOf } from "../src/internal/secrets.js"

const key = "sk-live-0123456789abcdefABCDEF-last"
const secret = Redacted.make(key)

/** The longest part of the key that is told. */
const leaked = (text: string): string => {
  let longest = ""
  for (let from = 0; from < key.length; from++) {
    while (text.includes(key.slice(from, from + longest.length + 1)) && from + longest.length < key.length) {
      longest = key.slice(from, from + longest.length + 1)
    }
  }
  return longest
}

const messageOf = (server: McpServer.McpServer): Effect.Effect<string> =>
  Effect.scoped(McpToolkit.make({ a: server })).pipe(
    Effect.flip,
    Effect.map(({ message }) => message),
    Effect.orDie
  )

const program = (script: string, options: Omit<McpServer.StdioOptions, "command"> = {}) =>
  McpServer.stdio({ ...options, command: process.execPath, args: ["-e", script, ...(options.args ?? [])] })

describe("no part of a key is told", () => {
  // An error is cut to 2000 characters, which stand for all places of the key about the cut.
  it.effect.each([1960, 1980, 1991])("where a refusal of HTTP is cut, after %i characters", (place) =>
    Effect.gen(function* () {
      const fetch = () => Promise.resolve(new Response(`${"x".repeat(place)}${key} and more`, { status: 500 }))
      const message = yield* messageOf(McpServer.http({ url: "http://a/", headers: { "x-key": secret }, fetch }))
      expect(message).toContain("HTTP 500: xxx")
      expect(leaked(message).length).toBeLessThan(4)
    })
  )

  it.live("where the last words of a program are cut, though it writes them in pieces", () =>
    Effect.gen(function* () {
      const script = `
        const { API_KEY } = process.env
        const write = (text) => require("node:fs").writeSync(2, text)
        write(API_KEY.slice(0, 9))
        setTimeout(() => {
          write(API_KEY.slice(9) + " is refused")
          write("y".repeat(1970))
        }, 50)`
      const message = yield* messageOf(program(script, { env: { API_KEY: secret } }))
      expect(message).toContain("yyy")
      expect(leaked(message).length).toBeLessThan(4)
    })
  )

  it.live("where a program repeats its arguments", () =>
    Effect.gen(function* () {
      const script = `console.error(process.argv.slice(1).join(" "))`
      const message = yield* messageOf(program(script, { args: ["--", secret, "--depth", "three-hundred"] }))
      expect(message).toContain("It wrote: <redacted> --depth three-hundred")
    })
  )

  it.each([
    [["--api-key", key]],
    [[`--api-key=${key}`]],
    [["-e", `SOME_TOKEN=${key}`]],
    [[`--env=SOME_TOKEN=${key}`]],
    [["--header", `Authorization: Bearer ${key}`]],
    [[`--header=Authorization:${key}`]],
    [[`postgres://me:${key}@localhost/notes`]],
    [["remote", `https://example.com/mcp?api_key=${key}`]],
    [[Redacted.make(`run with ${key}`)]]
  ])("where it is an argument: %j", (args) => {
    const redacted = redactorOf(McpServer.stdio({ command: "a", args }))
    expect(redacted(`a ${key} b`)).toBe("a <redacted> b")
    expect(redacted("notes localhost remote example.com")).toBe("notes localhost remote example.com")
  })

  it("where it is a part of the path", () => {
    const redacted = redactorOf(
      McpServer.http({ url: "https://example.com/web_search_prime/0a1B2c3D4e5F6g7H8i9J/mcp" })
    )
    expect(redacted("Cannot POST /web_search_prime/0a1B2c3D4e5F6g7H8i9J/mcp")).toBe(
      "Cannot POST /web_search_prime/<redacted>/mcp"
    )
  })

  it.effect("where an argument of a file comes of a variable", () =>
    Effect.gen(function* () {
      const servers = yield* McpServer.fromJson(
        '{ "mcpServers": { "a": { "command": "b", "args": ["-q", "${TEAM_KEY}"] } } }',
        { env: () => key }
      )
      expect(JSON.stringify(servers)).not.toContain(key)
      const { a } = servers
      if (a === undefined) return expect.unreachable()
      expect(redactorOf(a)(`bad ${key}`)).toBe("bad <redacted>")
    })
  )
})
