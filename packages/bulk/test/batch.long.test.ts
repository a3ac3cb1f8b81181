/** A process that is killed at every step of the life of a batch: the next one goes on there, and starts no second batch. */
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { beforeAll } from "vitest"
import * as BatchCrash from "./support/batchCrash.js"
import * as Crash from "./support/crash.js"

/** Files of the size that the service takes are cut by `BULK_ITEMS=120000`. */
const items = Number(process.env["BULK_ITEMS"] ?? 4000)

const lines = items > 50_000 ? 50_000 : items / 4

/** Three quarters of the items are for one model, and the others for another one. */
const files = Math.ceil((items * 0.75) / lines) + Math.ceil((items * 0.25) / lines)

let program = ""

beforeAll(async () => {
  program = await Crash.program("batchWorker")
}, 120_000)

it.live(
  "a process that is killed at upload, create, wait and download leaves a job that ends with one batch a file",
  () =>
    Effect.gen(function* () {
      const { answers, kills, report, requests } = yield* BatchCrash.run({
        program,
        items,
        lines,
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
      expect([made("/files").length, made("/batches").length, made("/completions").length]).toEqual([files, files, 0])
    }),
  1_000_000
)
