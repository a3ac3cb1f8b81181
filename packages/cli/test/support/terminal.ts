/** The command on a pseudo-terminal, which `script` of util-linux provides. */
import * as Effect from "effect/Effect"
import * as ChildProcess from "node:child_process"
import { bin } from "./zhipu.js"

export const hasScript = ChildProcess.spawnSync("script", ["--version"]).status === 0

// eslint-disable-next-line no-control-regex -- this is what is looked for
const escapes = /\u001b\[[0-9;?]*[A-Za-z]/g

export interface Terminal {
  /** Types, then waits until something new that matches was printed, and gives it. */
  readonly type: (keys: string, expected: RegExp) => Promise<string>
  readonly exit: Promise<number | null>
}

/** The line on what an answer cost, then the next prompt. */
export const answered = /glm[^\r\n]*tokens in[^\r\n]*tokens out[^\r\n]*\r\n[^]*> $/

/** Conversations are kept only where a test says where: not in the home of whoever runs it. */
const nothingKept = (env: Readonly<Record<string, string>> = {}) =>
  env["XDG_STATE_HOME"] === undefined ? { ZHIPU_LOG: "0" } : {}

/** `setup` is run by the shell first, such as `stty cols 200;`. */
export const terminal = (
  args: string,
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string; readonly setup?: string } = {}
) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() =>
        ChildProcess.spawn(
          "script",
          ["-qefc", `${options.setup ?? ""} ${process.execPath} ${bin} ${args}`, "/dev/null"],
          {
            cwd: options.cwd,
            env: {
              PATH: process.env["PATH"] ?? "",
              TERM: "xterm",
              NO_COLOR: "1",
              ...nothingKept(options.env),
              ...options.env
            }
          }
        )
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    ),
    (child): Terminal => {
      let text = ""
      let wake = () => {}
      child.stdout.setEncoding("utf8").on("data", (more: string) => {
        text += more.replace(escapes, "")
        wake()
      })
      return {
        type: (keys, expected) =>
          new Promise((resolve, reject) => {
            let fresh = ""
            const timer = setTimeout(() => reject(new Error(`waited for ${expected}, saw: ${fresh}${text}`)), 30_000)
            wake = () => {
              fresh += text
              text = ""
              if (!expected.test(fresh)) return
              clearTimeout(timer)
              wake = () => {}
              resolve(fresh)
            }
            child.stdin.write(keys)
            wake()
          }),
        exit: new Promise((resolve) => child.on("close", resolve))
      }
    }
  )
