/** A text in the editor of the user, as VISUAL or EDITOR names it. */
import * as Effect from "effect/Effect"
import * as ChildProcess from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"

/** What was left of the text; `undefined` where the editor failed. Ctrl-C is for the editor while it runs. @internal */
export const edit = (text: string): Effect.Effect<string | undefined> =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const handlers = process.listeners("SIGINT")
      process.on("SIGINT", ignored)
      for (const handler of handlers) process.off("SIGINT", handler)
      return handlers
    }),
    // A signal that came while the editor ran is told of some turns of the event loop later.
    () => Effect.zipLeft(edited(text), Effect.sleep("20 millis")),
    (handlers) =>
      Effect.sync(() => {
        for (const handler of handlers) process.on("SIGINT", handler)
        process.off("SIGINT", ignored)
      })
  )

const ignored = (): void => {}

const edited = (text: string): Effect.Effect<string | undefined> =>
  Effect.sync(() => {
    const windows = process.platform === "win32"
    const named = [process.env["VISUAL"], process.env["EDITOR"]].find((name) => (name ?? "").trim() !== "")
    const editor = named ?? (windows ? "notepad" : "vi")
    const folder = Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-"))
    const file = Path.join(folder, "prompt.md")
    try {
      Fs.writeFileSync(file, text, { mode: 0o600 })
      // Through a shell, as the variable may hold options: EDITOR="code --wait".
      const { status } = windows
        ? ChildProcess.spawnSync(`${editor} "${file}"`, { shell: true, stdio: "inherit" })
        : ChildProcess.spawnSync("/bin/sh", ["-c", `${editor} "$0"`, file], { stdio: "inherit" })
      return status === 0 ? Fs.readFileSync(file, "utf8") : undefined
    } catch {
      return undefined
    } finally {
      Fs.rmSync(folder, { recursive: true, force: true })
    }
  })
