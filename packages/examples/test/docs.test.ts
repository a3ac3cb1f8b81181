/** The examples in the docstrings of the public modules: each type-checks as a program of its own. */
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { root, tsc } from "./support/child.js"

const modules = ["client", "node", "testing"].flatMap((name) => {
  const folder = join(root, "packages", name, "src")
  return readdirSync(folder)
    .filter((file) => file.endsWith(".ts") && file !== "index.ts")
    .map((file) => ({ name: `${name}-${file.slice(0, -3)}`, path: join(folder, file) }))
})

const examples = modules.flatMap(({ name, path }) =>
  Array.from(readFileSync(path, "utf8").matchAll(/^ \* ```ts\n((?: \*.*\n)*?) \* ```$/gm), ([, lines = ""], index) => ({
    name: `${name}-${index + 1}`,
    code: lines.replace(/^ \* ?/gm, "")
  }))
)

// Inside the repository, so that the packages resolve as in a project that has installed them.
const cache = join(root, "node_modules", ".cache")
let folder = ""

beforeAll(async () => {
  expect(await Effect.runPromise(tsc(["-b", join(root, "packages", "examples")]))).toMatchObject({
    code: 0,
    stdout: ""
  })
  mkdirSync(cache, { recursive: true })
  folder = mkdtempSync(join(cache, "docs-"))
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }))
  for (const { code, name } of examples) writeFileSync(join(folder, `${name}.ts`), code)
  const compilerOptions = {
    target: "ES2022",
    lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
    module: "NodeNext",
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    types: ["node"],
    noEmit: true
  }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }))
}, 120_000)

afterAll(() => {
  if (folder !== "") rmSync(folder, { recursive: true, force: true })
})

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
