/** The command with published MCP servers, over both transports. */
import * as Simulator from "@effect-zhipu/testing/Simulator"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { everythingAt, found, program } from "../../mcp/test/support/published.js"
import { run } from "./support/zhipu.js"

const ways = [
  ["stdio", Effect.sync(() => ({ command: process.execPath, args: [program("server-everything"), "stdio"] }))],
  ["Streamable HTTP", Effect.map(everythingAt, (url) => ({ url }))]
] as const

// They cannot be had here: it is said above, with the reason.
describe.skipIf(found.reason !== undefined)("zhipu --mcp, with the everything server", () => {
  it.scopedLive.each(ways)("over %s", ([, server]) =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-mcp-"))),
        (folder) => Effect.sync(() => Fs.rmSync(folder, { recursive: true }))
      )
      const file = Path.join(folder, "mcp.json")
      Fs.writeFileSync(file, JSON.stringify({ mcpServers: { all: yield* server } }))
      const { apiKey, baseUrl } = yield* Simulator.make()
      const env = { ZHIPU_API_KEY: Redacted.value(apiKey), ZHIPU_BASE_URL: baseUrl }
      const args = ["--mcp", file, "--yes-tools", "echo", 'Call all__echo with "hello"']
      const { code, stderr, stdout } = yield* Effect.promise(() => run(args, { env }))
      expect({ code, stdout, stderr }).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("all__echo says: Echo: ")
      })
    })
  )
})
