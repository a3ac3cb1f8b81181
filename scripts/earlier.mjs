// The repository as it was before its hot path was rebuilt, which the benchmark compares with: taken from git and built once, with
// its own lockfile, in a folder below that of the system for temporary files.
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { alone } from "./alone.mjs"
import { ask, npmCi } from "./npm-cache.mjs"
import { root } from "./tools.mjs"

export const earlierCommit = "05ba594"

/** So long it may take to install and compile it; others wait. */
const buildMinutes = 8

const build = async (folder) => {
  const archive = `${folder}.tar`
  const compiler = join(folder, "node_modules/typescript/bin/tsc")
  const steps = [
    async () => (await ask("git", ["archive", "--output", archive, earlierCommit], { cwd: root })).problem,
    async () => (await ask("tar", ["-xf", archive, "-C", folder], { cwd: folder })).problem,
    () => npmCi(folder, buildMinutes),
    async () =>
      (await ask(process.execPath, [compiler, "-b", "packages/bench", "packages/cli"], { cwd: folder })).problem
  ]
  try {
    for (const step of steps) {
      const problem = await step()
      if (problem !== undefined) return problem.split("\n")[0]
    }
    return undefined
  } finally {
    rmSync(archive, { force: true })
  }
}

/** Where it is, or why it cannot be had: a clone without history does not have the commit. */
export const lookForEarlier = async ({ cache = tmpdir() } = {}) => {
  const folder = join(cache, `effect-zhipu-${earlierCommit}`)
  if (existsSync(folder)) return { folder, reason: undefined }
  mkdirSync(cache, { recursive: true })
  return alone(`${folder}.lock`, buildMinutes + 1, async () => {
    if (existsSync(folder)) return { folder, reason: undefined }
    // Under another name until it is whole: whoever finds the folder may use it.
    const part = `${folder}.part`
    rmSync(part, { recursive: true, force: true })
    mkdirSync(part)
    const problem = await build(part)
    if (problem === undefined) renameSync(part, folder)
    else rmSync(part, { recursive: true, force: true })
    return problem === undefined
      ? { folder, reason: undefined }
      : { folder: undefined, reason: `the commit ${earlierCommit} cannot be built: ${problem}` }
  })
}
