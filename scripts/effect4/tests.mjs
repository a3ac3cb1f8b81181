// The tests of the Effect 3 packages, for Effect 4: written anew at each run beside the sources that they test, and run by vitest 5 under
// Node 22, as that vitest wants. With --compare those of edition 3 run as well, and each is looked for among those of edition 4: a test
// that silently does not run is green otherwise. With --long the long ones run in place of the others. Other arguments are passed on
// to vitest.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative, sep } from "node:path"
import { builtEnvironment } from "../built.mjs"
import { lookForRuntime } from "../runtimes.mjs"
import { build, must, packages, root, run, runTool } from "../tools.mjs"
import { compare } from "./compare.mjs"
import { folders } from "./editions.mjs"
import { misplaced, rewriteTest } from "./rewrite.mjs"

const home = join(root, "packages/effect4")

const pathIn = (folder, file) => relative(folder, file).split(sep).join("/")

export const writeTests = () => {
  for (const name of Object.keys(folders)) {
    const source = join(root, "packages", name, "test")
    const target = join(home, `.tests-${name}`)
    rmSync(target, { recursive: true, force: true })
    for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue
      const from = join(entry.parentPath, entry.name)
      const to = join(target, relative(source, from))
      mkdirSync(dirname(to), { recursive: true })
      if (!/\.m?[jt]s$/.test(entry.name)) cpSync(from, to)
      else writeFileSync(to, rewriteTest(readFileSync(from, "utf8"), name, pathIn(source, from)))
    }
  }
  if (misplaced.length > 0) throw new Error(`Edits of tests have no place:\n${misplaced.join("\n")}`)
}

/** The name by which both editions know a file of tests, as "client/stream.test.ts"; none for those of edition 4 alone. */
const fileOf = (edition, path) => {
  const inside = edition === 3 ? pathIn(join(root, "packages"), path).replace("/test/", "/") : pathIn(home, path)
  return edition === 3 ? inside : /^\.tests-(.*)$/.exec(inside)?.[1]
}

/** A run of vitest that writes its report to a file: the report, how it ended, and how long it took. */
const reported = async (file, start) => {
  const since = performance.now()
  const { code } = await start(["--reporter=json", `--outputFile.json=${file}`])
  return { code, report: JSON.parse(readFileSync(file, "utf8")), seconds: (performance.now() - since) / 1000 }
}

/** Names what passes only when asked again. */
const flaky = `--reporter=${join(root, "scripts/flaky-reporter.mjs")}`

/** @param passedOn files by their names in edition 4, or options of vitest */
const ofEdition3 = (isLong, passedOn) => (reporters) => {
  const projects = Object.keys(folders).flatMap((name) => ["--project", name])
  const config = isLong ? ["--config", "vitest.long.config.ts"] : []
  const files = passedOn.map((argument) => argument.replace(/^\.tests-(\w+)\//, "packages/$1/test/"))
  return runTool("vitest", ["run", ...config, ...projects, flaky, ...reporters, ...files], {
    env: { ...process.env, ...builtEnvironment }
  })
}

if (process.argv[1] === import.meta.filename) {
  const own = ["--as-written", "--compare", "--long"]
  const args = process.argv.slice(2)
  const isLong = args.includes("--long")
  const isCompared = args.includes("--compare")
  if (!args.includes("--as-written")) writeTests()
  const node = await lookForRuntime("node22")
  if (node.path === undefined) throw new Error(node.reason)
  const vitest = join(home, "node_modules/vitest/vitest.mjs")
  if (!existsSync(vitest)) throw new Error("vitest 5 is not installed: run npm ci")
  const passedOn = args.filter((argument) => !own.includes(argument))
  const ofEdition4 = (reporters) =>
    run(node.path, [vitest, "run", "--reporter=default", flaky, ...reporters, ...passedOn], {
      cwd: home,
      env: { ...process.env, ...(isCompared ? builtEnvironment : {}), EFFECT4_TESTS: isLong ? "long" : "short" }
    })
  if (!isCompared) process.exitCode = (await ofEdition4([])).code
  else {
    const folder = mkdtempSync(join(tmpdir(), "effect4-"))
    try {
      await must("tsc", build(packages.map((name) => `packages/${name}`)))
      const four = await reported(join(folder, "edition4.json"), ofEdition4)
      const three = await reported(join(folder, "edition3.json"), ofEdition3(isLong, passedOn))
      const problems = compare([three, four], fileOf, isLong ? "long" : "short")
      for (const problem of problems) console.log(problem)
      process.exitCode = problems.length > 0 ? 1 : 0
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}
