/** A job whose process is killed while it runs: the short form of crash.long.test.ts. */
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { beforeAll } from "vitest"
import * as Crash from "./support/crash.js"

let program = ""

beforeAll(async () => {
  program = await Crash.program()
}, 120_000)

describe("a process that is killed", () => {
  it.live("leaves a job that the next one ends, with one answer an item", () =>
    Effect.gen(function* () {
      const { answers, failed, kills, report } = yield* Crash.run({
        program,
        items: 600,
        concurrency: 10,
        kills: 3,
        lives: [20, 120],
        faults: "code:1302~5, truncate@chunk:2~2"
      })
      expect(kills).toBeGreaterThan(0)
      expect(report).toMatchObject({ state: "ended", items: 600, done: 600, failed: 0, inFlight: 0 })
      expect(failed).toEqual([])
      expect(answers.map(({ id }) => id)).toEqual(Array.from({ length: 600 }, (_, n) => `item-${n + 1}`))
      for (const { id, value } of answers) expect(value).toContain(`question ${id.slice(5)}.`)
      expect(report.repeated).toBeLessThanOrEqual(kills * 10)
    })
  )
})
