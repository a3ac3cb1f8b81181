/** How fast four processes of a cluster are beside the same calls alone, on the same machine. */
import { Bulk } from "@effect-zhipu/bulk"
import { MockChat, Simulator } from "@effect-zhipu/testing"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { execFile, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { beforeAll } from "vitest"
import * as Crash from "./support/crash.js"
import * as Postgres from "./support/postgres.js"

let program = ""

beforeAll(async () => {
  program = await Crash.program("clusterWorker")
}, 120_000)

Postgres.start({ durable: true })

const [items, concurrency] = [Number(process.env["BULK_ITEMS"] ?? 800), 50]

const bare = fileURLToPath(new URL("./support/bare.mjs", import.meta.url))

describe.skipIf(Postgres.found.path === undefined)("a cluster of four processes", () => {
  it.scopedLive(
    "keeps a part of the rate of the same calls alone",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.make({ maxRecordedRequests: 0 })
        const service = [simulator.baseUrl, Redacted.value(simulator.apiKey)]
        const alone = yield* Effect.promise(
          () =>
            new Promise<number>((resolve, reject) => {
              execFile(process.execPath, [bare, ...service, `${items}`, `${concurrency}`], (error, stdout) =>
                error === null ? resolve(Number(stdout)) : reject(error)
              )
            })
        )
        const url = yield* Postgres.database
        const args = [...service, Redacted.value(url), `${items}`, `${concurrency}`]
        for (const role of ["run", "work", "work", "work"]) {
          yield* Effect.acquireRelease(
            Effect.sync(() => spawn(process.execPath, [program, role, ...args], { stdio: "ignore" })),
            (child) => Effect.sync(() => child.kill("SIGKILL"))
          )
        }
        /** When so many have ended. */
        const reached = (count: number) =>
          Effect.repeat(
            Effect.delay(Effect.option(Bulk.report("job")), "50 millis").pipe(
              Effect.map((report) => ({
                ended: report._tag === "Some" ? report.value.done + report.value.failed : 0,
                at: performance.now()
              }))
            ),
            { until: ({ ended }) => ended >= count }
          )
        const together = yield* Effect.gen(function* () {
          // Until all of them are there.
          const begun = yield* reached(items / 4)
          const over = yield* reached(items)
          return ((over.ended - begun.ended) * 1000) / (over.at - begun.at)
        }).pipe(
          Effect.provide(
            Bulk.layerLocal().pipe(Layer.provide(Postgres.storeAt(url)), Layer.provide(MockChat.layer([])))
          )
        )
        const figures = { alone: Math.round(alone), together: Math.round(together), ratio: together / alone }
        console.log(figures)
        // 0.25 and more where the machine has little else to do.
        expect(figures.ratio).toBeGreaterThan(0.1)
      }),
    300_000
  )
})
