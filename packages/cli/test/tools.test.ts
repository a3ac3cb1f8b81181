/** Tools that the command runs: MCP servers, and functions of a module. */
import * as Approval from "../src/tools/approval.js"
import * as Simulator from "@effect-zhipu/testing/Simulator"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { fileURLToPath } from "node:url"
import { hasScript, terminal } from "./support/terminal.js"
import { run } from "./support/zhipu.js"

const server = fileURLToPath(new URL("../../mcp/test/support/server.mjs", import.meta.url))

const functions = `
export const get_weather = {
  description: "The weather in a city, now",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  run: async ({ city }) => {
    console.log("looked for " + city)
    return { city, sky: "rain" }
  }
}
export const read_stars = {
  description: "The stars tonight",
  approval: false,
  run: () => { throw new Error("There are clouds.") }
}
export const helper = 5
`

const files = Effect.acquireRelease(
  Effect.sync(() => {
    const folder = Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-tools-"))
    const write = (name: string, text: string) => {
      const path = Path.join(folder, name)
      Fs.writeFileSync(path, text)
      return path
    }
    return {
      folder,
      write,
      functions: write("tools.mjs", functions),
      mcp: write(
        "mcp.json",
        JSON.stringify({ mcpServers: { s: { command: process.execPath, args: [server], env: { LEVEL: "1" } } } })
      )
    }
  }),
  ({ folder }) => Effect.sync(() => Fs.rmSync(folder, { recursive: true }))
)

const simulated = Effect.map(Simulator.make(), (simulator) => ({
  ...simulator,
  env: { ZHIPU_API_KEY: Redacted.value(simulator.apiKey), ZHIPU_BASE_URL: simulator.baseUrl }
}))

const weather = 'What is the weather in "London"?'

describe("--functions", () => {
  it.scopedLive("runs what is allowed, and gives the answer that comes of it", () =>
    Effect.gen(function* () {
      const { env } = yield* simulated
      const paths = yield* files
      const args = ["--functions", paths.functions, "--yes-tools", "get_weather", weather]
      const { code, stderr, stdout } = yield* Effect.promise(() => run(args, { env }))
      expect(code).toBe(0)
      expect([stdout.includes("looked for"), stderr]).toEqual([false, expect.stringContaining("looked for London\n")])
      expect(stdout).toContain('get_weather says: {"city":"London","sky":"rain"}')
      expect(stderr).toContain('zhipu: runs get_weather {"city":"London"}')
      expect(stderr).toContain('zhipu: get_weather: {"city":"London","sky":"rain"}')
    })
  )

  it.scopedLive("runs nothing unasked where there is no terminal, and says how to allow it", () =>
    Effect.gen(function* () {
      const { env } = yield* simulated
      const paths = yield* files
      const { code, stderr, stdout } = yield* Effect.promise(() =>
        run(["--functions", paths.functions, weather], { env })
      )
      expect(code).toBe(0)
      expect(stdout).not.toContain("rain")
      expect(stderr).toContain("not run, as nobody is here to be asked")
      expect(stderr).toContain("--yes-tools get_weather allows it.")
    })
  )

  it.scopedLive("tells the model what a function throws; one that needs no approval runs", () =>
    Effect.gen(function* () {
      const { env } = yield* simulated
      const paths = yield* files
      const { code, stderr } = yield* Effect.promise(() =>
        run(["--functions", paths.functions, "Which stars can be seen?"], { env })
      )
      expect(code).toBe(0)
      expect(stderr).toContain('zhipu: read_stars failed: {"error":"There are clouds."}')
    })
  )

  it.scopedLive("gives one answer as JSON, of all rounds", () =>
    Effect.gen(function* () {
      const { env } = yield* simulated
      const paths = yield* files
      const args = ["--json", "--functions", paths.functions, "--yes-tools", "*", weather]
      const { stdout } = yield* Effect.promise(() => run(args, { env }))
      const completion = JSON.parse(stdout) as {
        readonly choices: ReadonlyArray<{
          readonly finish_reason: string
          readonly message: { readonly content: string }
        }>
        readonly usage: { readonly prompt_tokens: number }
      }
      expect(completion.choices[0]).toMatchObject({
        finish_reason: "stop",
        message: { content: expect.stringContaining('"sky":"rain"') }
      })
      expect(completion.usage.prompt_tokens).toBeGreaterThan(20)
    })
  )

  it.scopedLive("says what is wrong with a module, and asks nothing", () =>
    Effect.gen(function* () {
      const { env, requests } = yield* simulated
      const paths = yield* files
      const wrong: ReadonlyArray<readonly [string, string]> = [
        [paths.write("none.mjs", "export const x = 1"), "exports no function for the model"],
        [paths.write("broken.mjs", "export const = "), "cannot be loaded"],
        [paths.write("shape.mjs", "export const a = { run: () => 1 }"), "look at description of a"],
        [Path.join(paths.folder, "missing.mjs"), "cannot be loaded"]
      ]
      for (const [path, words] of wrong) {
        const { code, stderr } = yield* Effect.promise(() => run(["--functions", path, "Hello"], { env }))
        expect([code, stderr]).toEqual([2, expect.stringContaining(words)])
      }
      expect(yield* requests).toEqual([])
    })
  )
})

describe("--mcp", () => {
  it.scopedLive("runs the tools of a server, as far as they are allowed", () =>
    Effect.gen(function* () {
      const { env } = yield* simulated
      const { mcp } = yield* files
      const args = ["--mcp", mcp, "--yes-tools", "echo", 'Call s__echo with "hello"']
      const { code, stderr, stdout } = yield* Effect.promise(() => run(args, { env }))
      expect(code).toBe(0)
      expect(stderr).toContain("zhipu: runs s__echo")
      expect(stdout).toContain("You said: ")
    })
  )

  it.scopedLive("hands no key on to a server", () =>
    Effect.gen(function* () {
      const { env } = yield* simulated
      const { mcp } = yield* files
      const args = ["--mcp", mcp, "--yes-tools", "s__*", "Call s__env"]
      const { code, stdout } = yield* Effect.promise(() => run(args, { env }))
      expect(code).toBe(0)
      expect(stdout).toContain("LEVEL")
      expect(stdout).not.toContain("ZHIPU")
    })
  )

  it.scopedLive("goes on where a tool dies in the middle", () =>
    Effect.gen(function* () {
      const { env } = yield* simulated
      const { mcp } = yield* files
      const args = ["--mcp", mcp, "--yes-tools", "*", "Call s__die"]
      const { code, stderr } = yield* Effect.promise(() => run(args, { env }))
      expect(code).toBe(0)
      expect(stderr).toContain("zhipu: s__die failed: ")
      expect(stderr).toContain("went away before it answered")
    })
  )

  it.scopedLive("says what is wrong with the file or a server, and asks nothing", () =>
    Effect.gen(function* () {
      const { env, requests } = yield* simulated
      const { write } = yield* files
      const start = (path: string) => Effect.promise(() => run(["--mcp", path, "Hello"], { env }))
      const noFile = yield* start("/no/such/mcp.json")
      expect([noFile.code, noFile.stderr]).toEqual([2, expect.stringContaining("cannot be read")])
      const noServers = yield* start(write("a.json", "{}"))
      expect([noServers.code, noServers.stderr]).toEqual([2, expect.stringContaining("This is no file of MCP servers")])
      const dead = { mcpServers: { gone: { command: "no-such-program-here" } } }
      const noProgram = yield* start(write("b.json", JSON.stringify(dead)))
      expect([noProgram.code, noProgram.stderr]).toEqual([5, expect.stringContaining("There is no program")])
      expect(yield* requests).toEqual([])
    })
  )
})

describe("what allows a tool", () => {
  it("is its name, with the server or without, or what they begin with", () => {
    const allowed = (names: string, tool: string) => Approval.isAllowed(names.split(","), tool)
    expect(allowed("echo", "s__echo")).toBe(true)
    expect(allowed("s__echo", "s__echo")).toBe(true)
    expect(allowed("a,s__*", "s__echo")).toBe(true)
    expect(allowed("*", "anything")).toBe(true)
    expect(allowed("cho", "s__echo")).toBe(false)
    expect(allowed("other__echo", "s__echo")).toBe(false)
  })

  it("is shown without what steers a terminal", () => {
    expect(Approval.shown({ name: "a\u001b[2J", parameters: { x: "\u001b]0;b\u0007" } })).not.toContain("\u001b")
  })
})

if (!hasScript) console.warn("script (util-linux) is not installed: approvals were NOT tested on a terminal.")

describe.runIf(hasScript)("on a terminal", () => {
  it.scopedLive("a person is asked, once where they say always", () =>
    Effect.gen(function* () {
      const { env } = yield* simulated
      const paths = yield* files
      const { exit, type } = yield* terminal(`--functions ${paths.functions}`, { env })
      yield* Effect.promise(async () => {
        await type("", /> $/)
        expect(await type(`${weather}\r`, /\[n\] $/)).toContain('The model wants to run get_weather {"city":"London"}')
        expect(await type("n\r", /> $/)).not.toContain('"sky":"rain"')
        await type(`${weather}\r`, /\[n\] $/)
        expect(await type("a\r", /tokens out[^]*> $/)).toContain('"sky":"rain"')
        expect(await type(`${weather}\r`, /tokens out[^]*> $/)).toContain("runs get_weather")
        await type("/quit\r", /[^]/)
        expect(await exit).toBe(0)
      })
    })
  )

  it.scopedLive("a person is asked by a single question too", () =>
    Effect.gen(function* () {
      const { env } = yield* simulated
      const paths = yield* files
      const { exit, type } = yield* terminal(`--functions ${paths.functions} '${weather}'`, { env })
      yield* Effect.promise(async () => {
        await type("", /\[n\] $/)
        expect(await type("y\r", /tokens out/)).toContain('"sky":"rain"')
        expect(await exit).toBe(0)
      })
    })
  )
})
