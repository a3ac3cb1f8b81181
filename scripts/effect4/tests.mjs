// The tests of the Effect 3 packages, for Effect 4: written anew at each run beside the sources that they test, and run by vitest 5 under
// Node 22. Arguments are passed on to vitest.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join, relative, sep } from "node:path"
import { lookForRuntime } from "../runtimes.mjs"
import { root, run } from "../tools.mjs"
import { folders } from "./editions.mjs"
import { rewriteTest } from "./rewrite.mjs"

const home = join(root, "packages/effect4")

const folderOf = (name) => join(home, `.tests-${name}`)

export const writeTests = () => {
  for (const name of Object.keys(folders)) {
    const source = join(root, "packages", name, "test")
    const target = folderOf(name)
    rmSync(target, { recursive: true, force: true })
    for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const from = join(entry.parentPath, entry.name)
      const to = join(target, relative(source, from))
      mkdirSync(dirname(to), { recursive: true })
      if (!entry.name.endsWith(".ts")) cpSync(from, to)
      else writeFileSync(to, rewriteTest(readFileSync(from, "utf8"), name, relative(source, from).split(sep).join("/")))
    }
  }
}

if (process.argv[1] === import.meta.filename) {
  if (!process.argv.includes("--as-written")) writeTests()
  const node = await lookForRuntime("node22")
  if (node.path === undefined) throw new Error(node.reason)
  const vitest = join(home, "node_modules/vitest/vitest.mjs")
  if (!existsSync(vitest)) throw new Error("vitest 5 is not installed: run npm ci")
  const { code } = await run(
    node.path,
    [vitest, "run", ...process.argv.slice(2).filter((argument) => argument !== "--as-written")],
    { cwd: home }
  )
  process.exitCode = code
}
