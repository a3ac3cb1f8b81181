/** A folder of programs, as a project that has installed the packages would hold them. */
import { Effect } from "effect"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { bundleInto, compiled } from "../../../../scripts/built.mjs"
import { node, root } from "./child.js"

interface Results {
  readonly testResults: ReadonlyArray<{ readonly name: string; readonly status: string }>
}

export interface Program {
  /** Without an ending. A name that ends in `.test` is that of a file of tests. */
  readonly name: string
  readonly code: string
}

const compilerOptions = {
  target: "ES2022",
  lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
  module: "NodeNext",
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  types: ["node"],
  rootDir: ".",
  outDir: "out"
}

/** Builds the packages, and writes the programs to a folder from where they resolve; gives its path. */
export const make = async (
  name: string,
  programs: ReadonlyArray<Program>,
  options: Readonly<Record<string, unknown>> = {}
): Promise<string> => {
  await compiled("examples")
  // Below the package of the examples, whose dependencies may be in other versions than those of the repository.
  const cache = join(root, "packages", "examples", "node_modules", ".cache")
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, `${name}-`))
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }))
  // Of its own, or vitest finds the one of this repository.
  writeFileSync(join(folder, "vitest.config.mjs"), `export default { test: { include: ["out/**/*.test.js"] } }`)
  for (const { code, name } of programs) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, `${name}.ts`), code)
  }
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { ...compilerOptions, ...options } }))
  return folder
}

const vitest = join(root, "node_modules", "vitest", "vitest.mjs")

/** Runs all files of tests that were compiled, by one vitest; gives the names of those that passed. */
export const test = (folder: string, env: Readonly<Record<string, string>>): Effect.Effect<ReadonlyArray<string>> =>
  Effect.gen(function* () {
    const file = join(folder, "tests.json")
    const args = ["run", "--root", folder, "--pool=threads", "--no-isolate", "--reporter=json"]
    yield* node([vitest, ...args, `--outputFile.json=${file}`], { cwd: folder, env })
    if (!existsSync(file)) return []
    const { testResults }: Results = JSON.parse(readFileSync(file, "utf8"))
    return testResults
      .filter(({ status }) => status === "passed")
      .map(({ name }) => relative(join(folder, "out"), name).replaceAll("\\", "/").replace(/\.js$/, ""))
  })

/** Bundles programs that were compiled, which then start several times as fast. */
export const bundle = (folder: string, names: ReadonlyArray<string>): Promise<unknown> =>
  bundleInto(
    join(folder, "bundle"),
    names.map((name) => ({ in: join(folder, "out", `${name}.js`), out: name }))
  )

/** What `node` takes to run a program that was compiled; vitest runs a file of tests. */
export const command = (folder: string, name: string, out: "out" | "bundle" = "out"): ReadonlyArray<string> =>
  name.endsWith(".test") ? [vitest, "run", "--root", folder, `out/${name}.js`] : [join(folder, out, `${name}.js`)]

export const remove = (folder: string): void => {
  if (folder !== "") rmSync(folder, { recursive: true, force: true })
}
