/** The packages as users get them: `scripts/pack-test.mjs` packs, installs and runs them, and these are its results. */
import { spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { beforeAll, describe, expect, it } from "vitest"

interface Result {
  readonly name: string
  readonly status: "passed" | "failed" | "skipped"
  readonly complaints: ReadonlyArray<string>
}

const script = fileURLToPath(new URL("../../../scripts/pack-test.mjs", import.meta.url))

let results: ReadonlyArray<Result> = []
let output = ""

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "pack-"))
  const file = join(folder, "results.json")
  const child = spawn(process.execPath, [script, "--json", file], { stdio: ["ignore", "pipe", "pipe"] })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text))
  }
  await new Promise((resolve) => child.on("close", resolve))
  try {
    results = JSON.parse(readFileSync(file, "utf8"))
  } catch {
    throw new Error(`scripts/pack-test.mjs has no results:\n${output}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 300_000)

const checks = [
  "packs what it should",
  "the protocol installs alone",
  "a page that reads a stream by the protocol stays small",
  "the protocol alone runs in node",
  "the protocol alone runs in node22",
  "the protocol alone runs in node24",
  "the protocol alone runs in bun",
  "the protocol alone runs in deno",
  "the protocol alone runs on a page in Chromium",
  "the command installs alone",
  "the command has Node keep what it compiles",
  "the command alone shows its page",
  "installs, with one copy of everything",
  "publint and Are the Types Wrong have nothing to say",
  "a page that only streams stays small",
  "type-checks for bundlers",
  "type-checks for Node",
  "the command simulates",
  "the command asks",
  "runs the README's first example",
  "runs a test with a mock",
  "runs in node",
  "runs in bun",
  "runs in deno",
  "runs on a page in Chromium",
  "on Effect 4: installs beside the effect that npm gives",
  ...["node", "node22", "node24", "bun", "deno"].map(
    (name) => `on Effect 4: the README's first block streams in ${name}`
  ),
  "on Effect 4: the README's first block streams on a page in Chromium",
  ...["mock", "provider", "embeddings", "bridge", "monitor", "redis", "bulk"].map(
    (name) => `on Effect 4: the README's block of the ${name} runs`
  )
]

describe("the packed packages", () => {
  it.for(checks)("%s", (name, { skip }) => {
    const result = results.find((result) => result.name === name)
    expect(result, "It did not run, as a check before it failed.").toBeDefined()
    if (result?.status === "skipped") {
      console.warn(`SKIPPED: the packed packages: ${name}. ${result.complaints.join(" ")}`)
      skip()
    }
    expect(result?.complaints).toEqual([])
    if (name.includes("small")) console.log(/\d+ bytes compressed.*/.exec(output)?.[0])
  })

  it("have no results but these", () => {
    expect(results.map(({ name }) => name).toSorted(), output).toEqual(checks.toSorted())
  })
})
