// The tests of the client in every runtime, as a table: npm run matrix, or npm run matrix -- bun deno for some of them. It takes
// minutes; npm test runs the smoke suite alone.
import { build as bundle } from "esbuild"
import { spawn } from "node:child_process"
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { lookForFramework } from "./frameworks.mjs"
import { lookForRuntime, runtimeNames } from "./runtimes.mjs"
import { findChromium } from "./services.mjs"
import { build, packages, root, run, tool } from "./tools.mjs"
import { workerdProgram, workerdVersion } from "./workerd.mjs"

/** Runs the smoke suite in all runtimes itself. */
const itself = "runtimes.long.test.ts"

const noDispatcher =
  "Bun puts an undici of its own, which has no dispatchers, in the place of the package that it imports"
const toldLate =
  "the simulator runs in Bun there, whose HTTP server tells late that a client has gone; the smoke suite has one in Node"
const dropsUnread =
  "a reset connection loses what was not read yet in Bun, so nothing had come, and the call is sent again"
const collectsLater = "the bound is one of V8; Bun's collector leaves some 75 MB in use instead of at most 60"
const deeper = "the stack is deeper than Node's, so a document that is nested that deep can be read"
const otherWords = "it looks for the codes of Node's errors, and Deno tells the same in words"
const evaluates = "it starts its own runtime with flags of Node"

/** What cannot be run in a runtime for reasons of the test: whole files, or tests of a file by a part of their names. */
const excluded = {
  bun: [
    { file: "checker.test.ts", test: "nested deeply", reason: deeper },
    { file: "e2e.test.ts", test: "over undici", reason: noDispatcher },
    { file: "faults/http.test.ts", test: "over fetch 59\\. (reset@chunk:4|a reset after)", reason: dropsUnread },
    { file: "faults/lifecycle.test.ts", test: "over node 73\\. 300 times while it sleeps", reason: toldLate },
    { file: "faults/volume.long.test.ts", test: "50 MB are read in bounded memory", reason: collectsLater }
  ],
  deno: [
    { file: "checker.test.ts", test: "nested deeply", reason: deeper },
    { file: "faults/http.test.ts", test: "over fetch 58\\.", reason: otherWords },
    { file: "portability.test.ts", test: "81\\. without process", reason: evaluates }
  ]
}

/** What stands before a program. Bun would leave vitest to Node without its flag. */
const flags = { bun: ["--bun"], deno: ["run", "-A"] }

/** A file that hangs in a runtime is killed, and counts as failed. */
const fileMinutes = 4

const folder = join(root, "packages/client/test")

const allFiles = readdirSync(folder, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts") && file !== itself)
  .map((file) => file.replaceAll("\\", "/"))
  .sort()

const isLong = (file) => file.endsWith(".long.test.ts")

const testFiles = (name) =>
  allFiles.filter((file) => !(excluded[name] ?? []).some((one) => one.file === file && one.test === undefined))

/** Runs vitest by a runtime; undefined where it did not come to its end. */
const vitest = (name, path, files, minutes) =>
  new Promise((resolve) => {
    const results = join(mkdtempSync(join(tmpdir(), "matrix-")), "results.json")
    const args = ["run", "--project", "client", "--reporter=json", `--outputFile.json=${results}`, "--pool=forks"]
    const paths = files.map((file) => join(folder, file))
    if (files.some(isLong)) args.push("--config", join(root, "vitest.long.config.ts"))
    const tests = (excluded[name] ?? []).flatMap(({ file, test }) => (files.includes(file) && test ? [test] : []))
    if (tests.length > 0) args.push("--testNamePattern", `^(?!.*(${tests.join("|")}))`)
    const child = spawn(path, [...(flags[name] ?? []), tool("vitest"), ...args, ...paths], {
      cwd: root,
      stdio: ["ignore", "ignore", "pipe"],
      // With its workers, which would go on by themselves.
      detached: process.platform !== "win32"
    })
    let stderr = ""
    child.stderr.setEncoding("utf8").on("data", (text) => (stderr += text))
    const timer = setTimeout(() => {
      stderr += `no end after ${minutes} minutes`
      if (process.platform === "win32") child.kill("SIGKILL")
      else process.kill(-child.pid, "SIGKILL")
    }, minutes * 60_000)
    child.on("close", () => {
      clearTimeout(timer)
      let read
      try {
        read = JSON.parse(readFileSync(results, "utf8"))
      } catch {
        read = undefined
      }
      rmSync(join(results, ".."), { recursive: true, force: true })
      resolve({ read, stderr })
    })
  })

const firstLine = (text) => text.trim().split("\n")[0]?.slice(0, 200) ?? ""

/** The client's tests by a runtime. In Node at once, but for the long ones; elsewhere file by file, so that one that hangs hides no other. */
const clientTests = async (name, path) => {
  const files = testFiles(name)
  const isNode = name.startsWith("node")
  const total = { passed: 0, failed: 0, skipped: 0, problems: [] }
  const atOnce = [files.filter((file) => !isLong(file)), files.filter(isLong)]
  for (const some of isNode ? atOnce : files.map((file) => [file])) {
    const { read, stderr } = await vitest(name, path, some, isNode ? 15 : fileMinutes)
    if (read === undefined) {
      total.failed++
      total.problems.push(`${some.length === 1 ? some[0] : "vitest"}: ${firstLine(stderr)}`)
      continue
    }
    total.passed += read.numPassedTests
    total.failed += read.numFailedTests
    total.skipped += read.numPendingTests + (read.numTodoTests ?? 0)
    for (const { assertionResults, message, name: file, status } of read.testResults) {
      const broken = assertionResults.filter((result) => result.status === "failed")
      const short = file.slice(folder.length + 1)
      for (const { failureMessages, fullName } of broken) {
        total.problems.push(`${short}: ${fullName}: ${firstLine(failureMessages[0] ?? "")}`)
      }
      // A file that cannot be loaded holds no tests.
      if (status === "failed" && broken.length === 0) {
        total.failed++
        total.problems.push(`${short}: ${firstLine(message)}`)
      }
    }
  }
  return total
}

const loadDriver = async () => {
  const source = join(folder, "smoke/drive.ts")
  const outfile = join(root, "node_modules/.cache/smoke-driver.mjs")
  await bundle({
    entryPoints: [source],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    logLevel: "error",
    // It finds the repository from where it is.
    define: { "import.meta.url": JSON.stringify(pathToFileURL(source).href) }
  })
  const driver = await import(pathToFileURL(outfile))
  await driver.bundle()
  return driver
}

const smokeOf = ({ ended, noise, outcomes }) => {
  const broken = outcomes.filter(({ ok }) => !ok)
  return {
    passed: outcomes.length - broken.length,
    failed: broken.length + (ended ? 0 : 1),
    skipped: 0,
    problems: [
      ...broken.map(({ name, problem }) => `${name}: ${firstLine(problem)}`),
      ...(ended ? [] : [`did not come to its end: ${firstLine(noise)}`])
    ]
  }
}

const commandOf = ({ code, stderr, stdout }) => {
  const good = code === 0 && stdout === "Hello 世界\n"
  return {
    passed: good ? 1 : 0,
    failed: good ? 0 : 1,
    skipped: 0,
    problems: good ? [] : [`code ${code}: ${firstLine(stderr)}`]
  }
}

const rows = []

const row = async (runtime, version, what, action) => {
  const start = performance.now()
  const result = await action().catch((error) => ({ passed: 0, failed: 1, skipped: 0, problems: [String(error)] }))
  rows.push({ runtime, version, what, ...result })
  const seconds = ((performance.now() - start) / 1000).toFixed(0)
  console.log(`${runtime} ${version}, ${what}: ${result.passed} passed, ${result.failed} failed, ${seconds} s`)
  for (const problem of result.problems) console.log(`  ${problem}`)
}

const titles = {
  node20: "Node",
  node22: "Node",
  node24: "Node",
  bun: "Bun",
  deno: "Deno",
  chromium: "Chromium",
  workerd: "workerd"
}

const main = async () => {
  const wanted = process.argv.slice(2)
  const unknown = wanted.filter((name) => titles[name] === undefined)
  if (unknown.length > 0) throw new Error(`No runtime is called ${unknown[0]}: there are ${Object.keys(titles)}`)
  const isWanted = (name) => wanted.length === 0 || wanted.includes(name)
  const { code } = await build(packages.map((name) => `packages/${name}`))
  if (code !== 0) throw new Error("The packages do not build.")
  const driver = await loadDriver()

  for (const name of runtimeNames.filter(isWanted)) {
    const title = titles[name]
    const { path, reason, version } = await lookForRuntime(name)
    if (path === undefined) {
      console.log(`NOT RUN: ${reason}.`)
      rows.push({ runtime: title, version: "not here", what: "nothing", passed: 0, failed: 0, skipped: 0 })
      continue
    }
    const runtime = { path, flags: name === "deno" ? ["run", "--no-prompt", "-A"] : [] }
    await row(title, version, "tests of the client", () => clientTests(name, path))
    await row(title, version, "smoke suite, `fetch`", async () => smokeOf(await driver.runSuite(runtime)))
    await row(title, version, "smoke suite, `@effect-zhipu/node`", async () =>
      smokeOf(await driver.runSuite(runtime, { transport: "undici" }))
    )
    await row(title, version, "`zhipu`", async () => commandOf(await driver.runCommand(runtime)))
    await row(title, version, "simulator and mock", async () => smokeOf(await driver.runInside(runtime)))
  }

  if (isWanted("chromium")) {
    const { path, reason } = await findChromium()
    if (path === undefined) console.log(`NOT RUN: ${reason}.`)
    else {
      const browser = await run(path, ["--version"], { stdio: "pipe" })
      const version = /[\d.]+/.exec(browser.stdout)?.[0] ?? ""
      await row("Chromium", version, "smoke suite, `fetch`", async () => smokeOf(await driver.runPage(path)))
    }
  }

  if (isWanted("workerd")) {
    const { folder, reason } = await lookForFramework("workerd")
    if (folder === undefined) console.log(`NOT RUN: ${reason}.`)
    else {
      const program = join(folder, workerdProgram)
      await row("workerd", workerdVersion, "smoke suite, `fetch`", async () => smokeOf(await driver.runWorker(program)))
    }
  }

  const cells = rows.map((row) => [row.runtime, row.version, row.what, row.passed, row.failed, row.skipped].map(String))
  const lines = [["runtime", "version", "what", "passed", "failed", "skipped"], Array(6).fill("---"), ...cells]
  console.log(["", ...lines.map((line) => `| ${line.join(" | ")} |`)].join("\n"))
  for (const [name, list] of Object.entries(excluded).filter(([name]) => isWanted(name))) {
    for (const { file, reason, test } of list) {
      console.log(`Not run in ${name}: ${file}${test === undefined ? "" : ` (${test})`}: ${reason}.`)
    }
  }
  process.exitCode = rows.some(({ failed }) => failed > 0) ? 1 : 0
}

await main()
