/** Runs a job in processes that are killed at random moments, until one of them ends by itself. */
import { Bulk, BulkJob, type BulkReport, BulkStore } from "@effect-zhipu/bulk"
import { MockChat, Simulator } from "@effect-zhipu/testing"
import { Chunk, Effect, Layer, Random, Redacted, Stream } from "effect"
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { bundleInto, compiled } from "../../../../scripts/built.mjs"

export const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "bulk-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** What the workers run; a bundle of it starts in a fraction of the time. It lies where the packages are found. */
export const program = async (name: "worker" | "batchWorker" | "clusterWorker" = "worker"): Promise<string> => {
  for (const needed of ["bulk", "node"]) await compiled(needed)
  const out = fileURLToPath(new URL(`../../../../node_modules/.cache/bulk-${name}`, import.meta.url))
  await bundleInto(out, [{ in: fileURLToPath(new URL(`./${name}.mjs`, import.meta.url)), out: name }])
  return join(out, `${name}.js`)
}

export interface Options {
  readonly program: string
  readonly items: number
  readonly concurrency: number
  readonly kills: number
  /** Between how many milliseconds a process lives. */
  readonly lives: readonly [number, number]
  readonly faults: string
}

export interface Outcome {
  readonly report: BulkReport.Report
  readonly kills: number
  /** Requests that reached the simulator. */
  readonly requests: number
  /** The longest that a process took from its start to its first request, in milliseconds. */
  readonly slowestStart: number
  readonly answers: ReadonlyArray<{ readonly id: string; readonly value: string }>
  readonly failed: ReadonlyArray<BulkReport.Failure>
}

export const run = (options: Options) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make({ faults: options.faults, maxRecordedRequests: 0 })
    const filename = join(yield* folder, "jobs.db")
    const { concurrency, items } = options
    const args = [options.program, simulator.baseUrl, Redacted.value(simulator.apiKey), filename, items, concurrency]

    /** Starts a process, and kills it after so many milliseconds from its first request. */
    const live = (millis: number | undefined) =>
      Effect.gen(function* () {
        const before = (yield* simulator.stats).requests
        const startedAt = performance.now()
        const child = yield* Effect.acquireRelease(
          Effect.sync(() => spawn(process.execPath, args.map(String), { stdio: ["ignore", "pipe", "pipe"] })),
          (child) => Effect.sync(() => child.kill("SIGKILL"))
        )
        let output = ""
        child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text))
        child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text))
        const closed = new Promise<number | null>((resolve) => child.on("close", resolve))
        const isOver = () => child.exitCode !== null || child.signalCode !== null
        yield* Effect.repeat(Effect.sleep(5), {
          until: () => Effect.map(simulator.stats, ({ requests }) => requests > before || isOver())
        })
        const start = performance.now() - startedAt
        if (millis !== undefined) yield* Effect.sleep(millis)
        if (millis !== undefined && !isOver()) child.kill("SIGKILL")
        const code = yield* Effect.promise(() => closed)
        yield* simulator.awaitIdle
        return { start, code, output }
      }).pipe(Effect.scoped)

    let slowestStart = 0
    let kills = 0
    for (let n = 0; n < options.kills; n++) {
      const life = yield* live(yield* Random.nextIntBetween(...options.lives))
      if (life.code === 0) break
      if (life.code !== null) return yield* Effect.dieMessage(`the process ended by itself: ${life.output}`)
      kills++
      slowestStart = Math.max(slowestStart, life.start)
    }
    const last = yield* live(undefined)
    if (last.code !== 0) return yield* Effect.dieMessage(`the last process failed: ${last.output}`)

    const job = BulkJob.make({ name: "job", items: Stream.empty })
    const { requests } = yield* simulator.stats
    return yield* Effect.gen(function* () {
      const answers = yield* Stream.runCollect(Stream.map(Bulk.results(job), ({ id, value }) => ({ id, value })))
      const failed = yield* Stream.runCollect(Bulk.failures("job"))
      return {
        report: yield* Bulk.report("job"),
        kills,
        requests,
        slowestStart: Math.max(slowestStart, last.start),
        answers: Chunk.toReadonlyArray(answers),
        failed: Chunk.toReadonlyArray(failed)
      } satisfies Outcome
    }).pipe(
      Effect.provide(
        Bulk.layerLocal().pipe(Layer.provide(BulkStore.layerSqlite({ filename })), Layer.provide(MockChat.layer([])))
      )
    )
  }).pipe(Effect.scoped)
