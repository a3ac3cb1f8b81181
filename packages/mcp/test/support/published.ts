/** Servers of other makings, as they are published; or the reason why they cannot be had. */
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { createServer } from "node:net"
import { join } from "node:path"
import { lookForPeer } from "../../../../scripts/peers.mjs"

export const found = await lookForPeer("mcp-servers")
if (found.reason !== undefined) console.warn(`SKIPPED: the published MCP servers. ${found.reason}.`)

export const program = (name: string): string =>
  join(found.folder ?? "", "node_modules/@modelcontextprotocol", name, "dist/index.js")

const freePort = Effect.async<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

/** The URL of the everything server, when it listens. */
export const everythingAt = Effect.gen(function* () {
  const port = yield* freePort
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(process.execPath, [program("server-everything"), "streamableHttp"], {
        env: { PATH: process.env.PATH, PORT: String(port) },
        stdio: ["ignore", "ignore", "pipe"]
      })
    ),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )
  yield* Effect.async<void>((resume) => {
    child.stderr.on("data", (data) => {
      if (String(data).includes("listening")) resume(Effect.void)
    })
  })
  return `http://127.0.0.1:${port}/mcp`
})
