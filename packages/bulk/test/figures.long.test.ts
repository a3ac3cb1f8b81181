/** How fast a job is beside the same calls alone, and that its memory does not grow with what is queued. */
import { Simulator } from "@effect-zhipu/testing"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { beforeAll } from "vitest"
import { compiled } from "../../../scripts/built.mjs"

beforeAll(async () => {
  for (const name of ["bulk", "node", "testing"]) await compiled(name)
}, 120_000)

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "bulk-figures-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** What a script of `support` printed. */
const printed = (script: string, ...args: ReadonlyArray<string>) =>
  Effect.async<unknown>((resume) => {
    const path = fileURLToPath(new URL(`./support/${script}`, import.meta.url))
    const child = execFile(process.execPath, [path, ...args], (error, stdout) => {
      resume(error === null ? Effect.succeed(JSON.parse(stdout)) : Effect.die(error))
    })
    return Effect.sync(() => child.kill("SIGKILL"))
  })

describe("a job", () => {
  it.scopedLive(
    "at 50 in flight keeps most of the rate of the same calls alone",
    () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.make({ maxRecordedRequests: 0 })
        const filename = join(yield* folder, "jobs.db")
        const figures = yield* printed("ratio.mjs", simulator.baseUrl, Redacted.value(simulator.apiKey), filename)
        console.log(figures)
        // 0.6 to 0.8 where the machine has little else to do; a busy disk takes its share of every commit.
        expect(Object(figures).ratio).toBeGreaterThan(0.4)
      }),
    120_000
  )

  it.scopedLive(
    "with a million items queued takes no more memory than with ten thousand",
    () =>
      Effect.gen(function* () {
        const at = yield* folder
        const few = Number(yield* printed("memory.mjs", "10000", join(at, "few.db")))
        const many = Number(yield* printed("memory.mjs", "1000000", join(at, "many.db")))
        console.log({ few: Math.round(few / 1e6), many: Math.round(many / 1e6) })
        expect(many - few).toBeLessThan(60e6)
      }),
    120_000
  )
})
