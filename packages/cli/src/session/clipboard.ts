/** The clipboard: by a program of the system where there is one, else by the terminal itself (OSC 52), also over SSH. */
import * as Effect from "effect/Effect"
import * as ChildProcess from "node:child_process"

const programs = (
  env: Readonly<Record<string, string | undefined>>
): ReadonlyArray<readonly [string, ...Array<string>]> => {
  if ((env["SSH_CONNECTION"] ?? "") !== "") return []
  if (process.platform === "darwin") return [["pbcopy"]]
  if (process.platform === "win32") return [["clip"]]
  return [
    ...((env["WAYLAND_DISPLAY"] ?? "") === "" ? [] : [["wl-copy"] as const]),
    ...((env["DISPLAY"] ?? "") === ""
      ? []
      : ([
          ["xclip", "-selection", "clipboard"],
          ["xsel", "--clipboard", "--input"]
        ] as const))
  ]
}

/** @internal */
export const copy = (text: string, terminal: NodeJS.WriteStream): Effect.Effect<void> =>
  Effect.sync(() => {
    for (const [program, ...args] of programs(process.env)) {
      // Its outputs are left alone: these programs go on in the background, and would hold pipes open.
      const { status } = ChildProcess.spawnSync(program, args, {
        input: text,
        stdio: ["pipe", "ignore", "ignore"],
        timeout: 2000
      })
      if (status === 0) return
    }
    terminal.write(`\u001b]52;c;${Buffer.from(text).toString("base64")}\u0007`)
  })
