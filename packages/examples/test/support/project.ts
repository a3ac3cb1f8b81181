/** A folder of programs, as a project that has installed the packages would hold them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { compiled } from "../../../../scripts/built.mjs"
import { root } from "./child.js"

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
  const cache = join(root, "node_modules", ".cache")
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

/** What `node` takes to run a program that was compiled; vitest runs a file of tests. */
export const command = (folder: string, name: string): ReadonlyArray<string> =>
  name.endsWith(".test") ? [vitest, "run", "--root", folder, `out/${name}.js`] : [join(folder, "out", `${name}.js`)]

export const remove = (folder: string): void => {
  if (folder !== "") rmSync(folder, { recursive: true, force: true })
}
