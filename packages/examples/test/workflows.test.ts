/** The workflows: nothing runs that somebody else may exchange, and nothing may publish that runs what others wrote. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { describe, expect, it } from "vitest"
import { parse } from "yaml"

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, unknown>>
}

interface Job {
  readonly permissions?: Readonly<Record<string, string>>
  readonly environment?: unknown
  readonly steps: ReadonlyArray<Step>
}

interface Workflow {
  readonly permissions?: Readonly<Record<string, string>>
  readonly jobs: Readonly<Record<string, Job>>
}

const folder = new URL("../../../.github/workflows/", import.meta.url)
const files = readdirSync(folder).map((name) => {
  const text = readFileSync(new URL(name, folder), "utf8")
  const workflow: Workflow = parse(text)
  return { name, text, workflow }
})

const jobs = files.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([job, { environment, permissions, steps }]) => ({
    job: `${name} ${job}`,
    permissions: permissions ?? workflow.permissions,
    environment,
    steps
  }))
)

/** An action by its commit; one of this repository has no version of its own. */
const isPinned = (uses: string): boolean => uses.startsWith("./") || /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/.test(uses)

describe("the workflows", () => {
  it("use every action by its commit, with the version in a comment", () => {
    const used = jobs.flatMap(({ job, steps }) =>
      steps.flatMap(({ uses }) => (uses === undefined ? [] : [{ job, uses }]))
    )
    expect(used.length).toBeGreaterThan(10)
    expect(used.filter(({ uses }) => !isPinned(uses))).toEqual([])
    const lines = files.flatMap(({ text }) => text.split("\n")).filter((line) => /^\s*(- )?uses:/.test(line))
    expect(lines).toHaveLength(used.length)
    expect(lines.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([])
    // One version of each.
    expect(new Set(used.map(({ uses }) => uses)).size).toBe(new Set(used.map(({ uses }) => uses.split("@")[0])).size)
    for (const uses of ["actions/checkout@v5", "a/b@main", "a/b@08c6903", "docker://node:24"]) {
      expect([uses, isPinned(uses)]).toEqual([uses, false])
    }
  })

  it("say what each job may do, and keep no credentials in a checkout", () => {
    for (const { job, permissions, steps } of jobs) {
      expect([job, permissions]).toEqual([job, expect.any(Object)])
      for (const { uses, with: given } of steps) {
        if (uses?.startsWith("actions/checkout@")) expect([job, given?.["persist-credentials"]]).toEqual([job, false])
      }
    }
  })

  it("let no job publish that checks out or installs anything, and none without an environment", () => {
    const publishing = jobs.filter(({ permissions }) => permissions?.["id-token"] === "write")
    expect(publishing.map(({ job }) => job)).toEqual(["release.yml publish", "release.yml pages"])
    for (const { environment, job, permissions, steps } of publishing) {
      expect([job, environment]).toEqual([job, expect.anything()])
      expect([job, permissions?.["contents"]]).toEqual([job, undefined])
      for (const { run = "", uses = "" } of steps) {
        expect(uses).not.toContain("checkout")
        expect(run).not.toMatch(/\bnpm (ci|install|i|run|test|exec)\b|\bnpx\b/)
        if (run.includes("npm publish")) expect(run).toContain("--ignore-scripts")
      }
    }
  })

  it("test in jobs that may only read", () => {
    const testing = jobs.filter(({ steps }) =>
      steps.some(({ run = "" }) => /npm (test|run (test|matrix|reference))/.test(run))
    )
    expect(testing.length).toBeGreaterThan(2)
    for (const { job, permissions } of testing) expect([job, permissions]).toEqual([job, { contents: "read" }])
  })
})

it("a package that is packed, also from a fork, is built before", () => {
  const packages = new URL("../../", import.meta.url)
  const manifests = readdirSync(packages)
    .filter((name) => existsSync(new URL(`${name}/package.json`, packages)))
    .map((name) => JSON.parse(readFileSync(new URL(`${name}/package.json`, packages), "utf8")))
    .filter((manifest) => manifest.private !== true)
  expect(manifests.length).toBeGreaterThan(10)
  for (const { name, scripts } of manifests) {
    const expected = name === "@effect-zhipu/cli" ? "node ../../scripts/bundle-command.mjs" : "tsc -b"
    expect([name, scripts?.prepack]).toEqual([name, expected])
  }
})
