/** Servers of other makings, as they are published, run by the loop over both transports. */
import { describe, expect, it } from "@effect/vitest"
import { McpServer, McpToolkit } from "@effect-zhipu/mcp"
import { ToolLoop } from "@effect-zhipu/client"
import { Effect } from "effect"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { everythingAt, found, program } from "./support/published.js"
import { call } from "./support/servers.js"

const ways = [
  [
    "stdio",
    Effect.sync(() => McpServer.stdio({ command: process.execPath, args: [program("server-everything"), "stdio"] }))
  ],
  ["Streamable HTTP", Effect.map(everythingAt, (url) => McpServer.http({ url }))]
] as const

// They cannot be had here, which is said above, with the reason.
describe.skipIf(found.reason !== undefined)("the published servers", () => {
  it.scopedLive.each(ways)("everything, over %s", ([, server]) =>
    Effect.gen(function* () {
      const made = yield* McpToolkit.make({ everything: yield* server })
      for (const name of Object.keys(made.toolkit.tools)) expect(name).toMatch(/^everything__[a-zA-Z0-9_-]+$/)
      expect(yield* call(made, "everything__echo", { message: "你好" })).toEqual({
        tag: "ToolResult",
        content: "Echo: 你好"
      })
      expect((yield* call(made, "everything__get-sum", { a: 19, b: 23 })).content).toContain("42")
      const image = yield* call(made, "everything__get-tiny-image")
      expect(image.content).toMatch(/\[image image\/png, \d+ bytes\]/)
      const wrong = yield* call(made, "everything__get-sum", { a: "many", b: 1 })
      expect(wrong).toMatchObject({ tag: "ToolFailed", reason: "Failure" })
      expect(wrong.content).toContain("expected number")
    })
  )

  it.scopedLive("filesystem: reads unasked, writes when approved, and nothing outside of its folder", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => mkdtempSync(join(tmpdir(), "notes-"))),
        (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
      )
      const note = join(folder, "note.txt")
      writeFileSync(note, "Buy tea")
      const made = yield* McpToolkit.make({
        files: McpServer.stdio({
          command: process.execPath,
          args: [program("server-filesystem"), folder],
          needsApproval: ({ annotations }) => annotations.readOnlyHint !== true
        })
      })
      const approve = () => Effect.succeed(ToolLoop.approved)
      expect((yield* call(made, "files__read_text_file", { path: note })).content).toBe("Buy tea")
      const writing = { path: note, content: "Buy coffee" }
      expect((yield* Effect.flip(call(made, "files__write_file", writing)))._tag).toBe("ToolLoopHeld")
      expect(readFileSync(note, "utf8")).toBe("Buy tea")
      expect((yield* call(made, "files__write_file", writing, { approve })).tag).toBe("ToolResult")
      expect(readFileSync(note, "utf8")).toBe("Buy coffee")
      const outside = yield* call(made, "files__read_text_file", { path: "/etc/passwd" })
      expect(outside).toMatchObject({ tag: "ToolFailed" })
      expect(outside.content).toContain("Access denied")
    })
  )
})
