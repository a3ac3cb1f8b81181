/**
 * Thousands of items against a service that throttles, is overloaded, cuts answers and blocks some, and a process that is killed again
 * and again: `BULK_ITEMS=20000` for more of both.
 */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { beforeAll } from "vitest"
import * as Crash from "./support/crash.js"

let program = ""

beforeAll(async () => {
  program = await Crash.program()
}, 120_000)

describe("thousands of items and many kills", () => {
  it.live(
    "end as their faults call for, each of them once, and repeat no more calls than were in flight",
    () =>
      Effect.gen(function* () {
        const items = Number(process.env["BULK_ITEMS"] ?? 6000)
        const most = items / 1000
        const concurrency = 50
        const outcome = yield* Crash.run({
          program,
          items,
          concurrency,
          kills: most,
          lives: [100, 1000],
          faults: "code:1302~5, code:1305~2, truncate@chunk:2~1, code:1301~1"
        })
        const { answers, failed, kills, report, requests, slowestStart } = outcome
        console.log({ ...report, kills, requests, slowestStart: Math.round(slowestStart) })
        expect(kills).toBe(most)
        expect(report).toMatchObject({ state: "ended", items, total: items, inFlight: 0 })
        expect(report.done + report.failed).toBe(items)
        // Throttles, overloads and cut answers pass; what moderation blocks does not.
        expect(Object.keys(report.failures)).toEqual(["ContentFilteredError"])
        const ids = new Set([...answers, ...failed].map(({ id }) => id))
        expect([ids.size, answers.length, failed.length]).toEqual([items, report.done, report.failed])
        expect(answers.filter(({ id, value }) => !value.includes(`question ${id.slice(5)}.`))).toEqual([])
        expect(report.repeated).toBeLessThanOrEqual(kills * concurrency)
        // Every request is accounted for: a call that was begun, and died before it was sent, is counted as well.
        expect(requests).toBeLessThanOrEqual(report.calls)
        expect(report.calls - requests).toBeLessThanOrEqual(kills * concurrency)
        // Most of it is the start of Node; less than a second where the machine has little else to do.
        expect(slowestStart).toBeLessThan(5000)
      }),
    300_000
  )
})
