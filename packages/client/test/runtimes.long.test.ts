/**
 * The client in other runtimes than that of the tests: the smoke suite in Node 22 and 24, Bun, Deno, a page of Chromium and a Worker
 * in workerd, and Node's own parts where they work.
 */
import { Effect, Exit } from "effect"
import { join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import { compiled } from "../../../scripts/built.mjs"
import { lookForFramework } from "../../../scripts/frameworks.mjs"
import { lookForRuntime } from "../../../scripts/runtimes.mjs"
import { findChromium } from "../../../scripts/services.mjs"
import { workerdProgram } from "../../../scripts/workerd.mjs"
import { bundle, type Ran, type Report, runCommand, runInside, runPage, runSuite, runWorker } from "./smoke/drive.js"
import { suite } from "./smoke/suite.js"

const names = ["node22", "node24", "bun", "deno"] as const

type Name = (typeof names)[number]

/** One after the other: what is not there is downloaded. */
const found = await Effect.runPromise(
  Effect.forEach(names, (name) =>
    Effect.map(
      Effect.promise(() => lookForRuntime(name)),
      (found) => ({ name, found })
    )
  )
)
const chromium = await findChromium()
const workerd = await lookForFramework("workerd")

const reasons = [...found.map((each) => each.found.reason), chromium.reason, workerd.reason].filter(
  (reason) => reason !== undefined
)
for (const reason of reasons) console.warn(`SKIPPED: the smoke suite in a runtime. ${reason}.`)

const deno = (...permissions: ReadonlyArray<string>) => ["run", "--no-prompt", ...permissions]

const all: Readonly<Record<Name, ReadonlyArray<string>>> = { node22: [], node24: [], bun: [], deno: deno("-A") }

/** Runs are started in `beforeAll`, three at a time; each test looks at one of them. */
const jobs: Array<{ readonly start: () => Promise<void> }> = []

const job = <A>(run: () => Promise<A>): (() => A) => {
  let exit: Exit.Exit<A, unknown> = Exit.die("it was not run")
  jobs.push({
    start: async () => {
      exit = await Effect.runPromiseExit(Effect.tryPromise(run))
    }
  })
  return () => Exit.getOrElse(exit, (cause) => expect.fail(String(cause)))
}

const testReport = (title: string, path: string | undefined, cases: number, run: (path: string) => Promise<Report>) => {
  // The runtime cannot be had here, which is said above, with the reason.
  if (path === undefined) return it.skip(title)
  const report = job(() => run(path))
  return it(title, () => {
    const { ended, noise, outcomes } = report()
    expect(outcomes.filter(({ ok }) => !ok)).toEqual([])
    expect({ cases: outcomes.length, ended, noise }).toEqual({ cases, ended: true, noise: "" })
  })
}

const testCommand = (path: string | undefined, flags: ReadonlyArray<string>) => {
  const title = "the command zhipu"
  // The runtime cannot be had here, which is said above, with the reason.
  if (path === undefined) return it.skip(title)
  const ran = job((): Promise<Ran> => runCommand({ path, flags }))
  return it(title, () => expect(ran()).toEqual({ code: 0, stdout: "Hello 世界\n", stderr: "" }))
}

for (const { found: each, name } of found) {
  describe(`${name} ${each.version ?? ""}`, () => {
    const { path } = each
    const flags = all[name]
    testReport("the smoke suite", path, suite.length, (path) =>
      runSuite({
        path,
        flags:
          name === "deno" ? deno("--allow-net=127.0.0.1", "--allow-env=ZHIPU*,ZAI_*,GLM_*,Z_AI_*,BIGMODEL_*") : flags
      })
    )
    testReport("the simulator and the mock", path, 4, (path) => runInside({ path, flags }))
    if (name === "deno") {
      testReport("the smoke suite without a permission to read the environment", path, suite.length, (path) =>
        runSuite({ path, flags: deno("--allow-net=127.0.0.1") }, { environment: "denied" })
      )
    }
    testReport("the smoke suite over @effect-zhipu/node", path, suite.length, (path) =>
      runSuite({ path, flags }, { transport: "undici" })
    )
    testCommand(path, flags)
  })
}

describe("chromium", () => {
  testReport("the smoke suite in a page", chromium.path, suite.length, runPage)
})

describe("workerd", () => {
  const path = workerd.folder === undefined ? undefined : join(workerd.folder, workerdProgram)
  testReport("the smoke suite in a Worker", path, suite.length, runWorker)
})

beforeAll(async () => {
  // And with the command, all that it needs.
  await compiled("cli")
  await bundle()
  const run = Effect.forEach(jobs, ({ start }) => Effect.promise(start), { concurrency: 3, discard: true })
  await Effect.runPromise(run)
}, 300_000)
