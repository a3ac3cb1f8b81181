/** Four processes over PostgreSQL; two are killed and two added on the way. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { beforeAll } from "vitest"
import * as Cluster from "./support/cluster.js"
import * as Crash from "./support/crash.js"
import * as Postgres from "./support/postgres.js"

/** All of them are asked for by `BULK_ITEMS=20000`. */
const items = Number(process.env["BULK_ITEMS"] ?? 600)

const concurrency = 40

let program = ""

beforeAll(async () => {
  program = await Crash.program("clusterWorker")
}, 120_000)

Postgres.start()

describe.skipIf(Postgres.found.path === undefined)("a cluster of four processes", () => {
  it.live(
    "answers every item once though two are killed, among them the one that reads, and never asks for too many",
    () =>
      Effect.gen(function* () {
        const outcome = yield* Cluster.run({
          program,
          items,
          concurrency,
          // All of them go by the default, a few by one that passes sooner.
          leaseMillis: items > 5000 ? 15_000 : 6000,
          faults: "code:1302~5, code:1305~2, truncate@chunk:2~1, code:1301~1",
          begin: ["run", "run", "work", "work"],
          events: [
            { at: items * 0.2, kill: 0 },
            { at: items * 0.3, add: "run" },
            { at: items * 0.4, kill: 2 },
            { at: items * 0.5, add: "work" }
          ]
        })
        const { answers, failed, kills, longestPause, peakInFlight, report, requests, seconds } = outcome
        console.log({ ...report, kills, requests, peakInFlight, longestPause: Math.round(longestPause), seconds })
        expect(kills).toBe(2)
        expect(report).toMatchObject({ state: "ended", items, total: items, inFlight: 0 })
        expect(report.done + report.failed).toBe(items)
        // Throttles, overloads and cut answers pass; what moderation blocks does not.
        expect(Object.keys(report.failures)).toEqual(["ContentFilteredError"])
        const ids = new Set([...answers, ...failed].map(({ id }) => id))
        expect([ids.size, answers.length, failed.length]).toEqual([items, report.done, report.failed])
        expect(answers.filter(({ id, value }) => !value.includes(`question ${id.slice(5)}.`))).toEqual([])
        expect(peakInFlight).toBeLessThanOrEqual(concurrency)
        expect(report.repeated).toBeGreaterThan(0)
        expect(report.repeated).toBeLessThanOrEqual(kills * concurrency)
        // A call that was begun, and died before it was sent, is counted; what its process had tried before died with it.
        expect(Math.abs(report.calls - requests)).toBeLessThanOrEqual(concurrency)
        expect(longestPause).toBeLessThan(40_000)
      }),
    1_000_000
  )
})
