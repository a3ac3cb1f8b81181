/** Runs a job in many processes over PostgreSQL, some of which are killed and others added on the way. */
import { Bulk, BulkJob, type BulkReport } from "@effect-zhipu/bulk"
import { MockChat, Simulator } from "@effect-zhipu/testing"
import { Chunk, Effect, Layer, Redacted, Stream } from "effect"
import { spawn } from "node:child_process"
import * as Postgres from "./postgres.js"

/** How a process takes part: with the job and its source, or as a worker. */
export type Role = "run" | "work"

export interface Options {
  readonly program: string
  readonly items: number
  readonly concurrency: number
  readonly faults: string
  readonly leaseMillis: number
  readonly begin: ReadonlyArray<Role>
  /** What happens when so many items have ended: a process that has begun to ask is killed, by its number, or another one is added. */
  readonly events: ReadonlyArray<{ readonly at: number } & ({ readonly kill: number } | { readonly add: Role })>
}

export interface Outcome {
  readonly report: BulkReport.Report
  readonly kills: number
  readonly requests: number
  readonly peakInFlight: number
  /** The longest time in which no item ended, in milliseconds, from the first kill on. */
  readonly longestPause: number
  readonly seconds: number
  readonly answers: ReadonlyArray<{ readonly id: string; readonly value: string }>
  readonly failed: ReadonlyArray<BulkReport.Failure>
}

export const run = (options: Options) =>
  Effect.gen(function* () {
    const { concurrency, events, faults, items, leaseMillis, program } = options
    // Long enough for all of them to begin before the end.
    const simulator = yield* Simulator.make({ faults, maxRecordedRequests: 0, firstTokenDelay: "150 millis" })
    const url = yield* Postgres.database
    const args = [
      simulator.baseUrl,
      Redacted.value(simulator.apiKey),
      Redacted.value(url),
      `${items}`,
      `${concurrency}`,
      `${leaseMillis}`
    ]
    const startedAt = performance.now()

    const start = (role: Role) =>
      Effect.map(
        Effect.acquireRelease(
          Effect.sync(() => spawn(process.execPath, [program, role, ...args], { stdio: ["ignore", "pipe", "pipe"] })),
          (child) => Effect.sync(() => child.kill("SIGKILL"))
        ),
        (child) => {
          const said = { output: "", role, child }
          child.stdout.setEncoding("utf8").on("data", (text: string) => (said.output += text))
          child.stderr.setEncoding("utf8").on("data", (text: string) => (said.output += text))
          return { ...said, said, closed: new Promise<number | null>((resolve) => child.on("close", resolve)) }
        }
      )

    const processes = yield* Effect.forEach(options.begin, start)
    const killed = new Set<number>()
    const left = [...events]
    let longestPause = 0

    const watch = Effect.gen(function* () {
      let ended = 0
      let endedAt = performance.now()
      for (;;) {
        const report = yield* Effect.option(Bulk.report("job"))
        const now = performance.now()
        if (report._tag === "Some") {
          const { done, failed, state } = report.value
          if (done + failed > ended) {
            ended = done + failed
            endedAt = now
          }
          if (killed.size > 0) longestPause = Math.max(longestPause, now - endedAt)
          if (state === "ended") return
        }
        for (let event = left[0]; event !== undefined && event.at <= ended; event = left[0]) {
          if ("kill" in event && processes[event.kill]?.said.output.includes("asking") !== true) break
          left.shift()
          if ("kill" in event) {
            processes[event.kill]?.child.kill("SIGKILL")
            killed.add(event.kill)
          } else processes.push(yield* start(event.add))
        }
        yield* Effect.sleep("100 millis")
      }
    })

    const engine = Bulk.layerLocal().pipe(Layer.provide(Postgres.storeAt(url)), Layer.provide(MockChat.layer([])))

    return yield* Effect.gen(function* () {
      const survivors = () => processes.filter(({ role }, n) => role === "run" && !killed.has(n))
      /** A process that ends in another way than it should says why. */
      const failing = Effect.forever(
        Effect.zipRight(
          Effect.sleep("500 millis"),
          Effect.suspend(() => {
            const bad = processes.find(
              ({ child }, n) => !killed.has(n) && child.exitCode !== null && child.exitCode !== 0
            )
            return bad === undefined ? Effect.void : Effect.dieMessage(`a process failed: ${bad.said.output}`)
          })
        )
      )
      yield* Effect.raceFirst(watch, failing)
      const seconds = (performance.now() - startedAt) / 1000
      for (const { closed, said } of survivors()) {
        const code = yield* Effect.promise(() => closed)
        if (code !== 0) return yield* Effect.dieMessage(`a process failed: ${said.output}`)
      }
      const answers = yield* Stream.runCollect(
        Stream.map(Bulk.results(BulkJob.make({ name: "job", items: Stream.empty })), ({ id, value }) => ({ id, value }))
      )
      const failed = yield* Stream.runCollect(Bulk.failures("job"))
      const { peakInFlight, requests } = yield* simulator.stats
      return {
        report: yield* Bulk.report("job"),
        kills: killed.size,
        requests,
        peakInFlight,
        longestPause,
        seconds,
        answers: Chunk.toReadonlyArray(answers),
        failed: Chunk.toReadonlyArray(failed)
      } satisfies Outcome
    }).pipe(Effect.provide(engine))
  }).pipe(Effect.scoped)
