/** The parent's side of the processes: the load server, and one process for each consumer. */
import { type ChildProcess, fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { Job, JobResult, Reply, Target } from "./job.js"
import { runProgram } from "./programs/run.js"

const jobTimeout = 15 * 60 * 1000

export interface Worker {
  readonly run: (job: Job) => Promise<JobResult>
  readonly stop: () => Promise<void>
}

export interface Server {
  readonly origin: string
  readonly stop: () => Promise<void>
}

interface Child {
  readonly process: ChildProcess
  /** The next message; fails when the process ends first. */
  readonly message: () => Promise<unknown>
  readonly stop: () => Promise<void>
}

const start = (module: string, args: ReadonlyArray<string>): Child => {
  const child = fork(fileURLToPath(new URL(module, import.meta.url)), [...args], {
    stdio: ["ignore", "ignore", "pipe", "ipc"]
  })
  let stderr = ""
  let ended: string | undefined
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-2000)
  })
  child.on("error", (error) => {
    ended = error.message
  })
  const exited = new Promise<void>((resolve) => {
    child.once("close", (code, signal) => {
      ended ??= `the process ended by ${signal ?? `exit code ${code}`}${stderr === "" ? "" : `:\n${stderr.trim()}`}`
      resolve()
    })
  })
  return {
    process: child,
    message: () =>
      new Promise((resolve, reject) => {
        if (ended !== undefined) return reject(new Error(ended))
        const timer = setTimeout(() => settle(() => reject(new Error("no answer in 15 minutes"))), jobTimeout)
        const settle = (settled: () => void): void => {
          clearTimeout(timer)
          child.off("message", onMessage)
          settled()
        }
        const onMessage = (message: unknown): void => settle(() => resolve(message))
        child.once("message", onMessage)
        void exited.then(() => settle(() => reject(new Error(ended))))
      }),
    stop: async () => {
      if (ended === undefined) child.kill()
      await exited
    }
  }
}

export const startServer = async (): Promise<Server> => {
  const child = start("./server.js", [])
  const { port } = (await child.message()) as { readonly port: number }
  return { origin: `http://127.0.0.1:${port}`, stop: child.stop }
}

export const startWorker = (target: Target): Worker => {
  if (target.kind === "program") return { run: (job) => runProgram(target, job), stop: () => Promise.resolve() }
  const child = start("./worker.js", [target.kind, target.name])
  return {
    run: async (job) => {
      const reply = child.message()
      child.process.send(job, () => {})
      const received = (await reply) as Reply
      if ("error" in received) throw new Error(received.error)
      return received.result
    },
    stop: child.stop
  }
}

export interface Pool {
  readonly take: (target: Target) => Worker
  /** Gives a worker back after its race. */
  readonly give: (target: Target, worker: Worker, isHealthy: boolean) => Promise<void>
  readonly close: () => Promise<void>
}

/**
 * Workers for races. With `keep` they go from race to race, which saves their start; without, each race has new ones,
 * whose compiled code has seen nothing else.
 */
export const makePool = (keep: boolean): Pool => {
  const idle = new Map<string, Worker>()
  return {
    take: (target) => {
      const key = `${target.kind}/${target.name}`
      const worker = idle.get(key)
      idle.delete(key)
      return worker ?? startWorker(target)
    },
    give: async (target, worker, isHealthy) => {
      if (keep && isHealthy) idle.set(`${target.kind}/${target.name}`, worker)
      else await worker.stop()
    },
    close: async () => {
      await Promise.all(Array.from(idle.values(), (worker) => worker.stop()))
    }
  }
}
