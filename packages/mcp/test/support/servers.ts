/** Servers of the tests, each a process of its own. */
import { McpServer, type McpToolkit } from "@effect-zhipu/mcp"

import { Message, ToolLoop } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import { Chunk, Data, Effect, Schedule, Stream } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { fileURLToPath } from "node:url"

const at = (file: string): string => fileURLToPath(new URL(file, import.meta.url))

export const stdio = (
  mode = "",
  { journal, ...options }: Partial<McpServer.StdioOptions> & { readonly journal?: string } = {}
) =>
  McpServer.stdio({
    command: process.execPath,
    args: [at("server.mjs"), mode, ...(journal === undefined ? [] : [journal])],
    ...options
  })

class NoPort extends Data.TaggedError("NoPort") {}

/** Its URL; it is ended with the scope. */
export const http = (mode = "") =>
  Effect.acquireRelease(
    Effect.sync(() => spawn(process.execPath, [at("http.mjs"), mode], { stdio: ["ignore", "pipe", "inherit"] })),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  ).pipe(
    Effect.flatMap((child) => Effect.promise(() => once(child.stdout, "data"))),
    Effect.flatMap(([data]) => {
      const port = Number(String(data))
      return Number.isInteger(port) ? Effect.succeed(`http://127.0.0.1:${port}`) : new NoPort()
    })
  )

interface Seen {
  readonly gets: number
  readonly deletes: number
  readonly sessions: number
  readonly calls: Readonly<Record<string, number>>
}

export const seen = (url: string): Effect.Effect<Seen> =>
  Effect.promise(() => fetch(`${url}/seen`).then((response) => response.json() as Promise<Seen>))

export interface Settled {
  readonly tag: "ToolResult" | "ToolFailed" | "ApprovalDenied"
  readonly content: string
  readonly reason: string | undefined
}

/** The model calls a tool of a toolkit by the name that it has there, and is told something. */
export const call = (
  { handlers, toolkit }: McpToolkit.McpToolkit,
  name: string,
  args: object = {},
  options: Partial<ToolLoop.Settings<McpToolkit.Tools, never, never>> = {}
) =>
  ToolLoop.stream({ request: { model: "glm-4.6", messages: [Message.user("Go.")] }, toolkit, ...options }).pipe(
    Stream.runCollect,
    Effect.provide([handlers, MockChat.layer([MockChat.toolCall({ name, arguments: args }), MockChat.text("done")])]),
    Effect.map((events): Settled => {
      for (const event of Chunk.toReadonlyArray(events)) {
        if (event._tag === "ToolResult" || event._tag === "ToolFailed" || event._tag === "ApprovalDenied") {
          const reason = event._tag === "ToolFailed" ? event.reason : undefined
          return { tag: event._tag, content: event.content, reason }
        }
      }
      throw new Error("No call was settled.")
    })
  )

class NeverHeld extends Data.TaggedError("NeverHeld") {}

/** Waits until something holds, for about 20 seconds. */
export const until = (condition: () => boolean): Effect.Effect<void, NeverHeld> =>
  Effect.suspend(() => (condition() ? Effect.void : new NeverHeld())).pipe(
    Effect.retry({ schedule: Schedule.spaced("20 millis"), times: 1000 })
  )

/** Whether a process is there. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
