/** Runs a job by batches in processes that are killed at the steps of a batch, until one of them ends by itself. */
import { Bulk, BulkJob, type BulkReport, BulkStore } from "@effect-zhipu/bulk"
import { MockChat, Simulator } from "@effect-zhipu/testing"
import { Chunk, Effect, Layer, Redacted, Stream } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { createServer, request as ask } from "node:http"
import type { AddressInfo } from "node:net"
import { join } from "node:path"
import { folder } from "./crash.js"

/** When a process dies: as this request reaches the service, or before it does, or with half of the answer. */
export interface Kill {
  readonly method: "GET" | "POST"
  readonly path: RegExp
  readonly when: "before" | "after" | "half"
}

export interface Outcome {
  readonly report: BulkReport.Report
  readonly kills: number
  readonly answers: ReadonlyArray<{ readonly id: string; readonly value: string }>
  /** What reached the service, by method and path. */
  readonly requests: ReadonlyArray<string>
}

/** Hands requests on to the simulator, and ends the process that asks where a kill says so. */
const gateway = (target: URL, strike: (method: string, path: string) => Kill["when"] | undefined, kill: () => void) =>
  Effect.acquireRelease(
    Effect.async<ReturnType<typeof createServer>>((resume) => {
      const server = createServer((incoming, outgoing) => {
        const { headers, method = "", url = "" } = incoming
        const when = strike(method, url)
        if (when === "before") return kill()
        const onward = ask({ host: target.hostname, port: target.port, method, path: url, headers }, (answer) => {
          if (when === undefined) {
            outgoing.writeHead(answer.statusCode ?? 0, answer.headers)
            return void answer.pipe(outgoing)
          }
          const pieces: Array<Buffer> = []
          answer.on("data", (piece: Buffer) => pieces.push(piece))
          answer.on("end", () => {
            if (when === "after") return kill()
            const whole = Buffer.concat(pieces)
            outgoing.writeHead(answer.statusCode ?? 0, answer.headers)
            outgoing.write(whole.subarray(0, whole.length / 2))
            // So that some of it is read and stored.
            setTimeout(kill, 200)
          })
        })
        onward.on("error", () => outgoing.destroy())
        // A process that dies leaves its requests half sent.
        outgoing.on("close", () => onward.destroy())
        incoming.pipe(onward)
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) =>
      Effect.sync(() => {
        server.closeAllConnections()
        server.close()
      })
  )

export const run = (options: {
  readonly program: string
  readonly items: number
  readonly lines: number
  readonly kills: ReadonlyArray<Kill>
}) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make({ taskPolls: 2, maxRecordedRequests: 5000 })
    const filename = join(yield* folder, "jobs.db")
    let child: ChildProcess | undefined
    let next: Kill | undefined
    const server = yield* gateway(
      new URL(simulator.baseUrl),
      (method, path) => {
        if (next?.method !== method || !next.path.test(path)) return undefined
        const { when } = next
        next = undefined
        return when
      },
      () => child?.kill("SIGKILL")
    )
    const { port } = server.address() as AddressInfo
    const baseUrl = simulator.baseUrl.replace(/:\d+/, `:${port}`)
    const args = [options.program, baseUrl, Redacted.value(simulator.apiKey), filename, options.items, options.lines]

    const live = (kill: Kill | undefined) =>
      Effect.gen(function* () {
        next = kill
        const started = yield* Effect.acquireRelease(
          Effect.sync(() => spawn(process.execPath, args.map(String), { stdio: ["ignore", "pipe", "pipe"] })),
          (child) => Effect.sync(() => child.kill("SIGKILL"))
        )
        child = started
        let output = ""
        started.stdout.setEncoding("utf8").on("data", (text: string) => (output += text))
        started.stderr.setEncoding("utf8").on("data", (text: string) => (output += text))
        const code = yield* Effect.promise(() => new Promise<number | null>((done) => started.on("close", done)))
        yield* simulator.awaitIdle
        return { code, output }
      }).pipe(Effect.scoped)

    let kills = 0
    for (const kill of options.kills) {
      const { code, output } = yield* live(kill)
      if (code !== null) return yield* Effect.dieMessage(`the process ended by itself before ${kill.path}: ${output}`)
      kills++
    }
    const last = yield* live(undefined)
    if (last.code !== 0) return yield* Effect.dieMessage(`the last process failed: ${last.output}`)

    const requests = (yield* simulator.requests).map(({ method, path }) => `${method} ${path}`)
    return yield* Effect.gen(function* () {
      const job = BulkJob.make({ name: "job", items: Stream.empty })
      const answers = yield* Stream.runCollect(Stream.map(Bulk.results(job), ({ id, value }) => ({ id, value })))
      return {
        report: yield* Bulk.report("job"),
        kills,
        answers: Chunk.toReadonlyArray(answers),
        requests
      } satisfies Outcome
    }).pipe(
      Effect.provide(
        Bulk.layerLocal().pipe(Layer.provide(BulkStore.layerSqlite({ filename })), Layer.provide(MockChat.layer([])))
      )
    )
  }).pipe(Effect.scoped)
