/** A real Redis server on a free port, in a folder of its own, without persistence. */
import { Effect } from "effect"
import type { Scope } from "effect"
import { Redis } from "ioredis"
import { spawn, type ChildProcess } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { findRedis } from "../../../../scripts/services.mjs"

/** What the tests run with, or why they cannot. */
export const found = await findRedis()

export const password = "fictional-redis-password"

export interface Server {
  readonly port: number
  /** Holds the password. */
  readonly url: string
  /** A connection for the test to look with. */
  readonly look: Redis
  readonly kill: Effect.Effect<void>
  /** Starts anew, without the data of before. */
  readonly restart: Effect.Effect<void>
  /** The server hangs: its connections stay open, and nothing is answered. */
  readonly pause: Effect.Effect<void>
  readonly resume: Effect.Effect<void>
}

const freePort: Effect.Effect<number> = Effect.async((resume) => {
  const server = createServer()
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0)))
  })
})

const start = (port: number, dir: string): Effect.Effect<ChildProcess> =>
  Effect.async((resume) => {
    const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", dir, "--save", "", "--appendonly", "no"]
    const child = spawn(found.path ?? "redis-server", [...args, "--requirepass", password, "--daemonize", "no"])
    let output = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text
      if (output.includes("Ready to accept connections")) resume(Effect.succeed(child))
    })
    child.on("exit", (code) => resume(Effect.die(new Error(`redis-server ended with ${code}: ${output}`))))
    child.on("error", (error) => resume(Effect.die(error)))
  })

const end = (child: ChildProcess): Effect.Effect<void> =>
  Effect.async((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) return resume(Effect.void)
    child.on("exit", () => resume(Effect.void))
    child.kill("SIGKILL")
  })

/** Stops with the scope. */
export const make: Effect.Effect<Server, never, Scope.Scope> = Effect.gen(function* () {
  const port = yield* freePort
  const dir = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "redis-"))),
    (dir) => Effect.sync(() => rmSync(dir, { recursive: true, force: true }))
  )
  let child = yield* start(port, dir)
  yield* Effect.addFinalizer(() => Effect.suspend(() => end(child)))
  const look = yield* Effect.acquireRelease(
    Effect.sync(() => new Redis({ port, password, retryStrategy: () => 50 }).on("error", () => {})),
    (redis) => Effect.sync(() => redis.disconnect())
  )
  return {
    port,
    url: `redis://:${password}@127.0.0.1:${port}`,
    look,
    kill: Effect.suspend(() => end(child)),
    restart: Effect.flatMap(
      Effect.suspend(() => end(child)),
      () => Effect.map(start(port, dir), (started) => void (child = started))
    ),
    pause: Effect.sync(() => void child.kill("SIGSTOP")),
    resume: Effect.sync(() => void child.kill("SIGCONT"))
  }
})
