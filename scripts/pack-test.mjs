// Installs the packed packages into an empty project, as a user would, and there type-checks and runs the first
// example of the README.
import { existsSync } from "node:fs"
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { spawn } from "node:child_process"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { build, publicPackages, root, run, sourceOf, tool } from "./tools.mjs"

/** The first ```ts block of the README. */
const firstSnippet = async () => {
  const snippet = /^```ts\r?\n([^]*?)^```/m.exec(await readFile(join(root, "README.md"), "utf8"))?.[1]
  return snippet ?? fail("README.md has no block of TypeScript")
}

const must = async (what, result) => {
  const { code, stdout, stderr } = await result
  if (code !== 0) throw new Error(`${what} failed with code ${code}\n${stdout}${stderr}`)
  return stdout
}

const windows = process.platform === "win32"
const npm = (args, cwd) =>
  must(`npm ${args[0]}`, run(windows ? "npm.cmd" : "npm", args, { cwd, stdio: "pipe", shell: windows }))
const node = (what, args, cwd, env = {}) =>
  must(what, run(process.execPath, args, { cwd, stdio: "pipe", env: { ...process.env, ...env } }))

const fail = (message) => {
  throw new Error(message)
}

/** Packs the public packages and looks at what is inside. */
const pack = async (folder) => {
  const workspaces = publicPackages.flatMap((name) => ["-w", `packages/${name}`])
  const packed = JSON.parse(await npm(["pack", "--json", "--pack-destination", folder, ...workspaces], root))
  return Object.values(packed).map(({ name, filename, files }) => {
    const paths = files.map(({ path }) => path)
    const source = join(root, "packages", basename(name))
    for (const path of paths) {
      if (!/^(dist\/|src\/|assets\/|package\.json$|README\.md$|LICENSE$)/.test(path) || path.endsWith(".tsbuildinfo")) {
        fail(`${name} packs ${path}`)
      }
      if (path.startsWith("dist/") && !existsSync(join(source, sourceOf(path) ?? "none"))) {
        fail(`${name} packs ${path}, which has no source`)
      }
    }
    for (const path of ["package.json", "LICENSE"]) if (!paths.includes(path)) fail(`${name} does not pack ${path}`)
    if (!paths.some((path) => /^dist\/.*\.js$/.test(path))) fail(`${name} packs no JavaScript`)
    return join(folder, basename(filename))
  })
}

/** Starts the simulator of the installed command and resolves, when it listens, to what it says of itself. */
const simulate = (project) =>
  new Promise((resolve, reject) => {
    const bin = join(project, "node_modules", "@effect-zhipu", "cli", "dist", "bin.js")
    const args = [bin, "simulate", "--port", "0", "--json"]
    const child = spawn(process.execPath, args, { cwd: project, stdio: ["ignore", "pipe", "ignore"] })
    const stop = () => child.kill("SIGKILL")
    const timer = setTimeout(() => {
      stop()
      reject(new Error("zhipu simulate did not answer within 10 seconds"))
    }, 10_000)
    let output = ""
    child.on("exit", (code) => reject(new Error(`zhipu simulate ended with code ${code}`)))
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text
      if (!output.includes("\n")) return
      clearTimeout(timer)
      resolve({ ...JSON.parse(output), stop })
    })
  })

const compilerOptions = {
  target: "ES2022",
  lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  typeRoots: [join(root, "node_modules", "@types")],
  types: ["node"]
}

/** Compiles the project; what dependencies of ours get wrong in their own declarations is not counted. */
const typeCheck = async (project) => {
  const { stdout } = await run(process.execPath, [tool("typescript"), "-p", ".", "--pretty", "false"], {
    cwd: project,
    stdio: "pipe"
  })
  const errors = stdout
    .split(/\r?\n/)
    .filter((line) => /error TS\d/.test(line) && !/^node_modules\/(?!@effect-zhipu\/)/.test(line))
  if (errors.length > 0) fail(errors.join("\n"))
}

const step = async (name, work) => {
  const start = performance.now()
  const result = await work()
  console.log(`${name}: ${((performance.now() - start) / 1000).toFixed(1)} s`)
  return result
}

const folder = await mkdtemp(join(tmpdir(), "effect-zhipu-"))
const project = join(folder, "project")
let simulator
try {
  await mkdir(join(project, "out"), { recursive: true })
  await step("build", () =>
    must(
      "tsc",
      build(
        publicPackages.map((name) => `packages/${name}`),
        { stdio: "pipe" }
      )
    )
  )
  const tarballs = await step("pack", () => pack(folder))

  await writeFile(join(project, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }))
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"]
  await step("install", () => npm(["install", ...flags, ...tarballs], project))
  const version = async (name) =>
    JSON.parse(await readFile(join(project, "node_modules", name, "package.json"), "utf8")).version
  if (!(await version("effect")).startsWith("3.")) fail(`npm chose effect ${await version("effect")}`)
  const installed = JSON.parse(await readFile(join(project, "node_modules", ".package-lock.json"), "utf8")).packages
  const copies = Object.keys(installed).filter((path) => path.endsWith("node_modules/effect"))
  if (copies.length !== 1) fail(`effect is installed ${copies.length} times: ${copies.join(", ")}`)

  await writeFile(join(project, "example.ts"), await firstSnippet())
  for (const [module, moduleResolution] of [
    ["ESNext", "Bundler"],
    ["Node16", "Node16"]
  ]) {
    const options = { ...compilerOptions, module, moduleResolution, outDir: "out" }
    await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files: ["example.ts"] }))
    await step(`types, ${moduleResolution}`, () => typeCheck(project))
  }

  simulator = await step("simulator", () => simulate(project))
  const env = { ZHIPU_API_KEY: simulator.apiKey, ZHIPU_BASE_URL: simulator.baseUrl }
  const output = await step("run", () => node("the example", ["out/example.js"], project, env))
  if (output.trim() === "") fail("the example prints nothing")
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  simulator?.stop()
  await rm(folder, { recursive: true, force: true })
}
