// Everything that must hold: npm test, and with --long what takes longer: npm run test:long. Other arguments are passed on to
// vitest: npm test -- --project client
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, relative } from "node:path"
import { builtEnvironment } from "./built.mjs"
import { faultRows } from "./fault-rows.mjs"
import { build, packages, root, run, runTool } from "./tools.mjs"

const script = (name, ...args) => run(process.execPath, [join(root, "scripts", name), ...args])

const isLong = process.argv.includes("--long")
const args = process.argv.slice(2).filter((argument) => argument !== "--long")

const checks = [
  ["types of the tests", () => runTool("typescript", ["-b"])],
  [
    "Effect diagnostics",
    () => runTool("@effect/tsgo", ["diagnostics", "--strict", "--format", "text", "--project", "tsconfig.effect.json"])
  ],
  ["lint", () => runTool("oxlint", ["--deny-warnings"])],
  ["format", () => runTool("oxfmt", ["--check"])],
  ["barrels", () => script("codegen.mjs", "--check")],
  ["lock file", () => script("lockfile.mjs", "--check")]
]

const steps = [["build", () => build(packages.map((name) => `packages/${name}`))], ...(isLong ? [] : checks)]

const summary = (passed, failed, skipped = 0) => {
  process.exitCode = failed > 0 ? 1 : 0
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`)
}

/** The failed tests by name, each with the first line of what it says, as the run itself is long to look through. */
const listFailed = ({ testResults }) => {
  for (const { assertionResults, message, name, status } of testResults) {
    const file = relative(root, name)
    const failed = assertionResults.filter((result) => result.status === "failed")
    for (const { failureMessages, fullName } of failed) {
      console.log(`failed: ${file} > ${fullName}: ${failureMessages[0]?.split("\n")[0] ?? ""}`)
    }
    if (status === "failed" && failed.length === 0) console.log(`failed: ${file}: ${message.split("\n")[0]}`)
  }
}

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

const vitest = async () => {
  const folder = mkdtempSync(join(tmpdir(), "vitest-"))
  const file = join(folder, "results.json")
  try {
    const config = isLong ? ["--config", "vitest.long.config.ts"] : []
    const flaky = join(root, "scripts/flaky-reporter.mjs")
    const reporters = ["--reporter=default", `--reporter=${flaky}`, "--reporter=json", `--outputFile.json=${file}`]
    const { code } = await runTool("vitest", ["run", ...config, "--allowOnly=false", ...reporters, ...args], {
      env: { ...process.env, ...builtEnvironment }
    })
    const results = JSON.parse(readFileSync(file, "utf8"))
    // A file that cannot be loaded holds no tests, and an unhandled error belongs to none: both count as a failure.
    const broken = results.testResults.filter(
      ({ status, assertionResults }) =>
        status === "failed" && !assertionResults.some((result) => result.status === "failed")
    ).length
    // Only a run of everything can tell which rows no test shows.
    const { lines, missing } = faultRows(results, isLong ? "long" : "short")
    if (args.length === 0) {
      console.log(["", "fault rows", ...lines].join("\n"))
      if (missing.length > 0) console.log(`\nNo test shows the rows ${missing.join(", ")}.`)
    }
    listFailed(results)
    const unshown = args.length === 0 ? missing.length : 0
    const failed = results.numFailedTests + broken + unshown
    return [
      results.numPassedTests,
      failed === 0 && code !== 0 ? 1 : failed,
      results.numPendingTests + (results.numTodoTests ?? 0)
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const main = async () => {
  for (const [name, step] of steps) {
    const start = performance.now()
    console.log(`\n== ${name}`)
    const { code } = await step()
    if (code !== 0) {
      console.log(`\nThe step "${name}" failed; the steps after it did not run.`)
      return summary(0, 1)
    }
    console.log(`   ${seconds(start)}`)
  }
  console.log(isLong ? "\n== long tests" : "\n== tests")
  try {
    summary(...(await vitest()))
  } catch (error) {
    console.log(`\nThe tests did not run: ${error.message}`)
    summary(0, 1)
  }
}

await main()
