/** Runs the benchmark in a process of its own. */
import { spawn } from "node:child_process"
import { join } from "node:path"

const folder = join(import.meta.dirname, "../..")

const node = (...args: ReadonlyArray<string>) =>
  new Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>((resolve, reject) => {
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] })
    let stdout = ""
    let stderr = ""
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    child.on("error", reject)
    child.on("close", (code) => resolve({ code, stdout, stderr }))
  })

/** The benchmark, as it was built. */
export const bench = (...args: ReadonlyArray<string>) => node(join(folder, "dist", "main.js"), ...args)
