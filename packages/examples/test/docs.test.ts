/** The examples in docstrings: each type-checks as a program of its own. */
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root, tsc } from "./support/child.js"
import * as Project from "./support/project.js"

const modules = [
  "protocol",
  "client",
  "api",
  "bulk",
  "node",
  "testing",
  "ai",
  "http",
  "mcp",
  "monitor",
  "redis"
].flatMap((name) => {
  const folder = join(root, "packages", name, "src")
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && file !== "index.ts")
    .map((file) => ({ name: `${name}-${file.slice(0, -3).replaceAll(/[\\/]/g, "-")}`, path: join(folder, file) }))
})

const examples = modules.flatMap(({ name, path }) =>
  Array.from(readFileSync(path, "utf8").matchAll(/^ \* ```ts\n((?: \*.*\n)*?) \* ```$/gm), ([, lines = ""], index) => ({
    name: `${name}-${index + 1}`,
    code: lines.replace(/^ \* ?/gm, "")
  }))
)

let folder = ""

beforeAll(async () => {
  folder = await Project.make("docs", examples)
}, 120_000)

afterAll(() => Project.remove(folder))

describe("the examples in docstrings", () => {
  it("are there", () => {
    expect(examples.length).toBeGreaterThan(15)
  })

  it.live("type-check", () =>
    Effect.gen(function* () {
      expect(yield* tsc(["-p", folder])).toMatchObject({ code: 0, stdout: "" })
    })
  )
})
