/** A process that is killed at every step of the life of a batch: the next one goes on there, and starts no second batch. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { beforeAll } from "vitest"
import * as BatchCrash from "./support/batchCrash.js"
import * as Crash from "./support/crash.js"

let program = ""

beforeAll(async () => {
  program = await Crash.program("batchWorker")
}, 120_000)

it.live(
  "a process that is killed at upload, create, wait and download leaves a job that ends with one batch a file",
  () =>
    Effect.gen(function* () {
      const items = 4000
      const { answers, kills, report, requests } = yield* BatchCrash.run({
        program,
        items,
        lines: 1000,
        kills: [
          { method: "POST", path: /\/files$/, when: "before" },
          { method: "POST", path: /\/files$/, when: "after" },
          { method: "POST", path: /\/batches$/, when: "before" },
          { method: "POST", path: /\/batches$/, when: "after" },
          { method: "GET", path: /\/batches\/batch_/, when: "after" },
          { method: "GET", path: /\/content$/, when: "half" },
          { method: "GET", path: /\/content$/, when: "half" }
        ]
      })
      expect(kills).toBe(7)
      expect(report).toMatchObject({ state: "ended", items, total: items, done: items, failed: 0, inFlight: 0 })
      // Every answer was stored once, and nothing was asked for twice: not in a batch, and not by a live call.
      expect(report).toMatchObject({ calls: items, repeated: 0 })
      expect(answers.map(({ id }) => id)).toEqual(Array.from({ length: items }, (_, n) => `item-${n + 1}`))
      for (const { id, value } of answers) expect(value).toContain(`question ${id.slice(5)}.`)
      const made = (end: string) => requests.filter((request) => request.startsWith("POST") && request.endsWith(end))
      // 3000 lines of one model and 1000 of another, 1000 a file.
      expect([made("/files").length, made("/batches").length, made("/completions").length]).toEqual([4, 4, 0])
    }),
  40_000
)
