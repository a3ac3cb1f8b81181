// The tests of the Effect 3 packages, for Effect 4: written anew at each run beside the sources that they test, and run by vitest 5 under
// Node 22, as that vitest wants. With --compare the number of tests that ran is held against that of edition 3, file by file: a test
// that silently does not run is green otherwise. Other arguments are passed on to vitest.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative, sep } from "node:path"
import { lookForRuntime } from "../runtimes.mjs"
import { must, root, run, runTool } from "../tools.mjs"
import { differences } from "./differences.mjs"
import { folders } from "./editions.mjs"
import { rewriteTest } from "./rewrite.mjs"

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
      if (!entry.name.endsWith(".ts")) cpSync(from, to)
      else writeFileSync(to, rewriteTest(readFileSync(from, "utf8"), name, pathIn(source, from)))
    }
  }
}

/** Numbers by file, as "client/stream.test.ts". */
const countBy = (paths) => {
  const counts = new Map()
  for (const path of paths) counts.set(path, (counts.get(path) ?? 0) + 1)
  return counts
}

/** The tests of edition 3 that there are, without running them. */
const listed = async () => {
  const projects = Object.keys(folders).flatMap((name) => ["--project", name])
  const output = await must("vitest list", runTool("vitest", ["list", "--json", ...projects], { stdio: "pipe" }))
  const tests = JSON.parse(output.slice(output.indexOf("[")))
  return countBy(tests.map(({ file }) => pathIn(join(root, "packages"), file).replace("/test/", "/")))
}

/** What ran in edition 4, and what of it passed. */
const ran = (results) => {
  const tests = results.testResults.flatMap(({ assertionResults, name }) =>
    assertionResults.map(({ status }) => ({ file: pathIn(home, name).replace(/^\.tests-/, ""), status }))
  )
  return {
    all: countBy(tests.map(({ file }) => file)),
    passed: countBy(tests.flatMap(({ file, status }) => (status === "failed" ? [] : [file])))
  }
}

/** Both editions side by side; gives the number of differences that nobody has named. */
const compare = (three, { all, passed }) => {
  const total = (counts) => [...counts.values()].reduce((sum, count) => sum + count, 0)
  console.log(
    `\nedition 3: ${total(three)} tests; edition 4: ${total(all)} ran, ${total(passed)} passed or were skipped\n`
  )
  let unnamed = 0
  for (const file of [...new Set([...three.keys(), ...all.keys()])].sort()) {
    const numbers = [three.get(file) ?? 0, all.get(file) ?? 0, passed.get(file) ?? 0]
    if (numbers.every((number) => number === numbers[0])) continue
    const why = differences.find((difference) => difference.file === file)?.why
    if (why === undefined) unnamed++
    console.log(
      `${numbers.map((number) => String(number).padStart(5)).join("")}  ${file}: ${why ?? "nobody has said why"}`
    )
  }
  return unnamed
}

if (process.argv[1] === import.meta.filename) {
  const own = ["--as-written", "--compare"]
  const args = process.argv.slice(2)
  if (!args.includes("--as-written")) writeTests()
  const node = await lookForRuntime("node22")
  if (node.path === undefined) throw new Error(node.reason)
  const vitest = join(home, "node_modules/vitest/vitest.mjs")
  if (!existsSync(vitest)) throw new Error("vitest 5 is not installed: run npm ci")
  const folder = mkdtempSync(join(tmpdir(), "effect4-"))
  try {
    const file = join(folder, "results.json")
    const reporters = args.includes("--compare")
      ? ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`]
      : []
    const passedOn = args.filter((argument) => !own.includes(argument))
    const { code } = await run(node.path, [vitest, "run", ...reporters, ...passedOn], { cwd: home })
    process.exitCode = code
    if (args.includes("--compare")) {
      process.exitCode = compare(await listed(), ran(JSON.parse(readFileSync(file, "utf8")))) > 0 ? 1 : 0
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
