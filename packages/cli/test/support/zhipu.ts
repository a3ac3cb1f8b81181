/** Runs the built command as a user would: a process of its own, with nothing in its environment but what is given. */
import * as ChildProcess from "node:child_process"
import * as Path from "node:path"
import { bundled } from "../../../../scripts/built.mjs"

/** The command in one bundle, built if need be: it starts several times as fast as its modules, which pack.long.test.ts runs. */
export const bin = Path.join(await bundled("cli", ["bin"]), "bin.js")

export interface Options {
  readonly env?: Readonly<Record<string, string>>
  /** What is piped in; without it there is no standard input, with `null` one that is left open and says nothing. */
  readonly stdin?: string | null
  readonly cwd?: string
}

export interface Result {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly child: ChildProcess.ChildProcess
  readonly stdout: () => string
  readonly stderr: () => string
  /** Resolves when the output so far satisfies the predicate; rejects when the process ends before. */
  readonly until: (predicate: (running: Running) => boolean) => Promise<void>
  readonly done: Promise<Result>
}

export const start = (args: ReadonlyArray<string>, options: Options = {}): Running => {
  const child = ChildProcess.spawn(process.execPath, [bin, ...args], {
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: process.env["HOME"] ?? "",
      // The settings of whoever runs the tests are none of theirs.
      XDG_CONFIG_HOME: "/nowhere",
      ...options.env
    },
    stdio: [options.stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd })
  })
  let stdout = ""
  let stderr = ""
  const watchers = new Set<() => void>()
  const changed = () => {
    for (const watcher of watchers) watcher()
  }
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text
    changed()
  })
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text
    changed()
  })
  if (typeof options.stdin === "string") {
    child.stdin?.on("error", () => {})
    child.stdin?.end(options.stdin)
  }
  const done = new Promise<Result>((resolve, reject) => {
    child.on("error", reject)
    child.on("close", (code, signal) => {
      const key = options.env?.["ZHIPU_API_KEY"]
      for (const secret of key === undefined || key === ""
        ? []
        : [key, ...key.split(".").filter((part) => part.length > 12)]) {
        if (`${stdout}${stderr}`.includes(secret)) reject(new Error("a key was printed"))
      }
      if (/\n\s+at .*[:(]/.test(stderr)) reject(new Error(`a stack trace was printed: ${stderr}`))
      resolve({ code, signal, stdout, stderr })
    })
  })
  done.catch(() => {})
  const running: Running = {
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    until: (predicate) =>
      new Promise((resolve, reject) => {
        const check = () => {
          if (!predicate(running)) return
          watchers.delete(check)
          resolve()
        }
        watchers.add(check)
        void done.then(() => reject(new Error(`ended early\nstdout: ${stdout}\nstderr: ${stderr}`)), reject)
        check()
      }),
    done
  }
  return running
}

export const run = (args: ReadonlyArray<string>, options: Options = {}): Promise<Result> => start(args, options).done
