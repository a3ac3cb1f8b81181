/** A folder of programs, as a project that has installed the packages would hold them. */
import { Effect } from "effect"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect } from "vitest"
import { root, tsc } from "./child.js"

export interface Program {
  /** Without an ending. */
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
  outDir: "out"
}

/** Builds the packages, and writes the programs to a folder from where they resolve; gives its path. */
export const make = async (
  name: string,
  programs: ReadonlyArray<Program>,
  options: Readonly<Record<string, unknown>> = {}
): Promise<string> => {
  const built = await Effect.runPromise(tsc(["-b", join(root, "packages", "examples")]))
  expect(built).toMatchObject({ code: 0, stdout: "" })
  const cache = join(root, "node_modules", ".cache")
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, `${name}-`))
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }))
  for (const { code, name } of programs) writeFileSync(join(folder, `${name}.ts`), code)
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions: { ...compilerOptions, ...options } }))
  return folder
}

export const remove = (folder: string): void => {
  if (folder !== "") rmSync(folder, { recursive: true, force: true })
}
