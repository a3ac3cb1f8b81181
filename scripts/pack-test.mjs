// The packages as users get them: packed, looked at by publint and Are the Types Wrong, installed into an empty project
// outside of the repository, and there type-checked, bundled and run. With --json FILE the results are written there too.
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { runInBrowser } from "./pack/browser.mjs"
import * as command from "./pack/command.mjs"
import * as effect4 from "./pack/effect4.mjs"
import { complaintsOf } from "./pack/lint.mjs"
import { install, simulate, typeCheck } from "./pack/project.mjs"
import { limit, measure } from "./pack/size.mjs"
import { forEffect3, pack } from "./pack/tarballs.mjs"
import * as wire from "./pack/wire.mjs"
import { lookForRuntime } from "./runtimes.mjs"
import { findChromium, findRedis, startRedis } from "./services.mjs"
import { must, run } from "./tools.mjs"

const results = []

/** Keeps what the work complains of; an error is the one complaint. A missing program of the system skips the check. */
const check = async (name, work) => {
  const start = performance.now()
  // Its place is that of its beginning, as some run beside each other.
  const result = { name, status: "failed", complaints: [] }
  results.push(result)
  const { complaints = [], missing, notes = [] } = await work().catch(({ message }) => ({ complaints: [message] }))
  result.status = missing !== undefined ? "skipped" : complaints.length > 0 ? "failed" : "passed"
  result.complaints = missing === undefined ? complaints : [missing]
  console.log(`${result.status.padEnd(7)} ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`)
  for (const line of [...notes, ...result.complaints]) console.log(`        ${line.replaceAll("\n", "\n        ")}`)
  return result.status === "passed"
}

const modules = ["ai", "api", "bulk", "client", "http", "mcp", "monitor", "node", "protocol", "redis", "testing"]

/** What is wrong with what the user's program has written. */
const complaintsOfReport = (report) => {
  const wanted = {
    streamed: /^You asked: "Why is the sky blue\?"\. ./.test(report.streamed) ? report.streamed : "an answer",
    inPieces: true,
    signed: "hello",
    caught: "AuthenticationError 401",
    promised: "hello",
    mocked: "hello from a mock",
    body: report.streamed
  }
  return Object.entries(wanted).flatMap(([key, value]) =>
    report[key] === value ? [] : [`${key} is ${JSON.stringify(report[key])}, and not ${JSON.stringify(value)}`]
  )
}

const folder = await mkdtemp(join(tmpdir(), "effect-zhipu-"))
const project = join(folder, "project")
const environment = Object.entries(process.env).filter(
  ([name]) => !/^(ZHIPU|ZHIPUAI|ZAI|GLM|Z_AI|BIGMODEL)_/.test(name)
)
const edition = "@effect-zhipu/effect4"
let tarballs = []
let simulator
let env

/** Runs a program in the project as a user does, with the simulator's key; gives its output. */
const output = (what, command, args, more = {}) =>
  must(what, run(command, args, { cwd: project, stdio: "pipe", env: { ...env, ...more } }))

const runtimeOf = async (name) =>
  name === "node" ? { path: process.execPath, version: process.versions.node } : await lookForRuntime(name)

/** The runtimes, and what each takes before a program. */
const everywhere = { node: [], node22: [], node24: [], bun: ["run"], deno: ["run", "--allow-all", "--no-prompt"] }

const deno = { DENO_DIR: join(folder, "deno"), DENO_NO_UPDATE_CHECK: "1" }

const program = (name, args, more) =>
  check(`runs in ${name}`, async () => {
    const { path, reason, version } = await runtimeOf(name)
    if (path === undefined) return { missing: `${reason}.` }
    const report = JSON.parse(await output(name, path, [...args, "out/main.js"], more))
    const empty = modules.filter((name) => !(report.modules[name]?.length > 0))
    return {
      notes: [`version ${version}`],
      complaints: [...empty.map((name) => `${name} exports nothing`), ...complaintsOfReport(report)]
    }
  })

const checks = async () => {
  const packed = await check("packs what it should", async () => {
    tarballs = await pack(folder, [...forEffect3, "effect4"])
    return { complaints: tarballs.flatMap(({ complaints }) => complaints) }
  })
  if (!packed) return
  await protocolAlone()
  await commandAlone()
  // npm waits for the disk and the network meanwhile.
  const [installed] = await Promise.all([
    check("installs, with one copy of everything", async () => ({
      complaints: await install(
        project,
        tarballs.filter(({ name }) => name !== edition)
      )
    })),
    check("publint and Are the Types Wrong have nothing to say", async () => {
      const complaints = []
      for (const tarball of tarballs) complaints.push(...(await complaintsOf(tarball)))
      return { complaints }
    })
  ])
  if (!installed) return
  await check("a page that only streams stays small", async () => {
    const { bytes, largest, minified, unused } = await measure(project)
    return {
      notes: [
        `${bytes} bytes compressed, ${minified} minified, without effect and @effect/platform; ${limit} are allowed`,
        ...largest.map((module) => `${String(module.bytes).padStart(6)} ${module.path}`)
      ],
      complaints: [
        ...(bytes > limit ? [`${bytes} bytes are more than ${limit}: see scripts/pack/size.mjs`] : []),
        ...unused.map(({ path }) => `${path} is in the bundle, and not used`)
      ]
    }
  })
  await check("type-checks for bundlers", async () => ({ complaints: await typeCheck(project, "ESNext", "Bundler") }))
  const compiled = await check("type-checks for Node", async () => ({
    complaints: await typeCheck(project, "Node16", "Node16")
  }))
  if (!compiled) return

  const started = await check("the command simulates", async () => {
    simulator = await simulate(project)
    const { apiKey, baseUrl } = simulator
    env = { ...Object.fromEntries(environment), ZHIPU_API_KEY: apiKey, ZHIPU_BASE_URL: baseUrl }
    return {}
  })
  if (!started) return
  await check("the command asks", async () => {
    const windows = process.platform === "win32"
    const zhipu = join(project, "node_modules", ".bin", windows ? "zhipu.cmd" : "zhipu")
    const answer = await must(
      "zhipu",
      run(zhipu, ["Say: hello"], { cwd: project, stdio: ["ignore", "pipe", "pipe"], env, shell: windows })
    )
    return { complaints: answer.trim() === "hello" ? [] : [`zhipu answers ${JSON.stringify(answer)}`] }
  })
  await check("runs the README's first example", async () => {
    const answer = await output("the example", process.execPath, ["out/example.js"])
    return { complaints: answer.startsWith("You asked: ") ? [] : [`the example prints ${JSON.stringify(answer)}`] }
  })
  await check("runs a test with a mock", async () => {
    const report = await output("the test", process.execPath, ["--test", "out/mock.test.js"])
    return { complaints: /^. pass 1$/m.test(report) ? [] : [report] }
  })
  await program("node", [])
  await program("bun", ["run"])
  await program("deno", ["run", "--allow-all", "--no-prompt"], deno)
  await check("runs on a page in Chromium", async () => {
    const { path, reason } = await findChromium()
    if (path === undefined) return { missing: `${reason}.` }
    const page = await runInBrowser(path, join(project, "page.ts"), simulator)
    return { complaints: [...page.complaints, ...complaintsOfReport(JSON.parse(page.output))] }
  })
  await onEffect4()
}

/** The command is a program of its own, whichever packages a project has. */
const commandAlone = async () => {
  const place = join(folder, "command")
  const { path: tarball } = tarballs.find(({ name }) => name === "@effect-zhipu/cli")
  const installed = await check("the command installs alone", async () => ({
    complaints: await command.install(place, tarball)
  }))
  if (!installed) return
  await check("the command has Node keep what it compiles", async () => ({
    complaints: await command.kept(place, Object.fromEntries(environment))
  }))
  await check("the command alone shows its page", async () => ({
    complaints: await command.page(place, Object.fromEntries(environment))
  }))
}

/** The edition for Effect 4, in a folder that has nothing else. */
const onEffect4 = async () => {
  const place = join(folder, "effect4")
  const paths = tarballs
    .filter(({ name }) => [edition, "@effect-zhipu/protocol"].includes(name))
    .map(({ path }) => path)
  const installed = await check("on Effect 4: installs beside the effect that npm gives", async () => ({
    complaints: await effect4.install(place, paths)
  }))
  if (!installed) return
  const [stream, ...others] = effect4.blocks
  const shows = (what, name, prints, command, args, more) =>
    check(`on Effect 4: ${what}`, async () => {
      const options = { cwd: place, stdio: "pipe", env: { ...env, ...more } }
      const written = await must(name, run(command, [...args, `${name}.mjs`], options))
      return { complaints: prints.test(written) ? [] : [`it prints ${JSON.stringify(written)}`] }
    })
  for (const [name, args] of Object.entries(everywhere)) {
    const { path, reason } = await runtimeOf(name)
    const what = `the README's first block streams in ${name}`
    if (path === undefined) await check(`on Effect 4: ${what}`, async () => ({ missing: `${reason}.` }))
    else await shows(what, stream.name, stream.prints, path, args, deno)
  }
  await check("on Effect 4: the README's first block streams on a page in Chromium", async () => {
    const { path, reason } = await findChromium()
    if (path === undefined) return { missing: `${reason}.` }
    const { complaints, output } = await runInBrowser(path, join(place, "page.js"), simulator)
    return { complaints: [...complaints, ...(stream.prints.test(output) ? [] : [`it writes ${output}`])] }
  })
  for (const { name, prints } of others) {
    const what = `the README's block of the ${name} runs`
    if (name === "bulk") await effect4.installSqlite(place)
    if (name !== "redis") await shows(what, name, prints, process.execPath, [])
    else {
      const { path, reason } = await findRedis()
      if (path === undefined) {
        await check(`on Effect 4: ${what}`, async () => ({ missing: `${reason}.` }))
        continue
      }
      await effect4.installRedis(place)
      const redis = await startRedis(path)
      await shows(what, name, prints, process.execPath, [], { REDIS_URL: redis.url })
      redis.stop()
    }
  }
}

/** The protocol has no peer, and is used where there is no Effect. */
const protocolAlone = async () => {
  const place = join(folder, "wire")
  const { path: tarball } = tarballs.find(({ name }) => name === "@effect-zhipu/protocol")
  const installed = await check("the protocol installs alone", async () => ({
    complaints: await wire.install(place, tarball)
  }))
  if (!installed) return
  await check("a page that reads a stream by the protocol stays small", async () => {
    const { bytes, minified } = await wire.measure(place)
    return {
      notes: [`${bytes} bytes compressed, ${minified} minified; ${wire.limit} are allowed`],
      complaints: bytes > wire.limit ? [`${bytes} bytes are more than ${wire.limit}: see scripts/pack/wire.mjs`] : []
    }
  })
  for (const [name, args] of Object.entries(everywhere)) {
    await check(`the protocol alone runs in ${name}`, async () => {
      const { path, reason, version } = await runtimeOf(name)
      if (path === undefined) return { missing: `${reason}.` }
      const options = { cwd: place, stdio: "pipe", env: { ...Object.fromEntries(environment), ...deno } }
      const written = await must(name, run(path, [...args, "main.js"], options))
      return { notes: [`version ${version}`], complaints: wire.complaintsOf(written) }
    })
  }
  await check("the protocol alone runs on a page in Chromium", async () => {
    const { path, reason } = await findChromium()
    if (path === undefined) return { missing: `${reason}.` }
    const page = await runInBrowser(path, join(place, "page.js"), { apiKey: "none", baseUrl: "http://127.0.0.1:9" })
    return { complaints: [...page.complaints, ...wire.complaintsOf(page.output)] }
  })
}

try {
  await checks()
} finally {
  simulator?.stop()
  await rm(folder, { recursive: true, force: true })
}
const [option, file] = process.argv.slice(2)
if (option === "--json") await writeFile(file, JSON.stringify(results))
process.exitCode = results.some(({ status }) => status === "failed") ? 1 : 0
