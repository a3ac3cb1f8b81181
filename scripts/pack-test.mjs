// Installs the packed packages into an empty project, as a user would, and there type-checks and runs the first
// example of the README.
import { existsSync } from "node:fs"
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { spawn } from "node:child_process"
import { tmpdir } from "node:os"
import { basename, join } from "node:path"
import { build, publicPackages, root, run, sourceOf, tool } from "./tools.mjs"

const placeholder = `import { Message } from "@effect-zhipu/client"

console.log(Message.user("hello").content)
`

/** The first \`\`\`ts block of the README. */
const firstSnippet = async () => {
  const readme = await readFile(join(root, "README.md"), "utf8").catch(() => "")
  return /^```ts\r?\n([^]*?)^```/m.exec(readme)?.[1] ?? placeholder
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
      if (!/^(dist\/|src\/|package\.json$|README\.md$|LICENSE$)/.test(path) || path.endsWith(".tsbuildinfo")) {
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

const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

/** Starts the simulator of the installed command and resolves when it answers. */
const simulate = async (project) => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const bin = join(project, "node_modules", "@effect-zhipu", "cli", "dist", "bin.js")
  const child = spawn(process.execPath, [bin, "simulate", "--port", String(port)], { cwd: project, stdio: "ignore" })
  for (let attempt = 0; attempt < 100; attempt++) {
    if (child.exitCode !== null) fail(`zhipu simulate ended with code ${child.exitCode}`)
    const answered = await fetch(url).then(
      () => true,
      () => false
    )
    if (answered) return { url, stop: () => child.kill("SIGKILL") }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  child.kill("SIGKILL")
  return fail("zhipu simulate did not answer within 10 seconds")
}

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

  if (existsSync(join(project, "node_modules", "@effect-zhipu", "cli", "dist", "bin.js"))) {
    simulator = await step("simulator", () => simulate(project))
  }
  const env = simulator && { ZHIPU_API_KEY: "id.secret", ZHIPU_BASE_URL: simulator.url }
  const output = await step("run", () => node("the example", ["out/example.js"], project, env))
  if (output.trim() === "") fail("the example prints nothing")
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
} finally {
  simulator?.stop()
  await rm(folder, { recursive: true, force: true })
}
