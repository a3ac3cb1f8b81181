/** The outputs of the command on a screen of this test. */
import * as Output from "../../src/output.js"
import * as Screen from "./screen.js"

export interface Outputs {
  readonly output: Output.Service
  readonly screen: Screen.Screen
  /** Everything that was written to each. */
  readonly written: { out: string; err: string }
  /** The size of the terminal, which may change. */
  readonly size: { columns: number; rows: number }
}

export const make = (
  options: {
    readonly columns?: number
    readonly rows?: number
    readonly env?: Readonly<Record<string, string>>
    readonly stdoutIsTty?: boolean
    readonly stderrIsTty?: boolean
  } = {}
): Outputs => {
  const size = { columns: options.columns ?? 80, rows: options.rows ?? 24 }
  const screen = Screen.make(size.columns, size.rows)
  const written = { out: "", err: "" }
  const stream = (to: "out" | "err", isTTY: boolean) => {
    const fake = {
      isTTY,
      get columns() {
        return isTTY ? size.columns : undefined
      },
      get rows() {
        return isTTY ? size.rows : undefined
      },
      on: () => fake,
      write: (text: string, done?: (error?: Error) => void) => {
        written[to] += text
        if (isTTY) screen.write(text)
        if (done !== undefined) queueMicrotask(done)
        return true
      }
    }
    return fake as unknown as NodeJS.WriteStream
  }
  const output = Output.make(
    stream("out", options.stdoutIsTty ?? true),
    stream("err", options.stderrIsTty ?? true),
    options.env ?? { TERM: "xterm" }
  )
  return { output, screen, written, size }
}
