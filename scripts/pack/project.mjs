// A user's project: outside of the repository, with nothing but the packed packages and what they ask for.
import { spawn } from "node:child_process"
import { cp, mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { must, root, run, runNpm, tool } from "../tools.mjs"

const programs = fileURLToPath(new URL("./user/", import.meta.url))

/** The first ```ts block of the README. */
const firstSnippet = async () => {
  const snippet = /^```ts\r?\n([^]*?)^```/m.exec(await readFile(join(root, "README.md"), "utf8"))?.[1]
  if (snippet === undefined) throw new Error("README.md has no block of TypeScript")
  return snippet
}

/** Makes the project; gives what is wrong with what npm installed. */
export const install = async (project, tarballs) => {
  await mkdir(join(project, "out"), { recursive: true })
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }))
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"]
  const args = ["install", ...flags, ...tarballs.map(({ path }) => path)]
  await must("npm install", runNpm("npm", args, { cwd: project, stdio: "pipe" }))
  await cp(programs, project, { recursive: true })
  await writeFile(join(project, "example.ts"), await firstSnippet())

  const lock = JSON.parse(await readFile(join(project, "node_modules", ".package-lock.json"), "utf8"))
  const complaints = []
  const { version } = lock.packages["node_modules/effect"]
  if (!version.startsWith("3.")) complaints.push(`npm chose effect ${version}`)
  for (const name of ["effect", "@effect/platform", ...tarballs.map((tarball) => tarball.name)]) {
    const copies = Object.keys(lock.packages).filter((path) => path.endsWith(`node_modules/${name}`))
    if (copies.length !== 1) complaints.push(`${name} is installed ${copies.length} times: ${copies.join(", ")}`)
  }
  return complaints
}

const compilerOptions = {
  target: "ES2022",
  lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  typeRoots: [join(root, "node_modules", "@types")],
  types: ["node"],
  outDir: "out"
}

/** Compiles the programs; what dependencies of ours get wrong in their own declarations is not counted. */
export const typeCheck = async (project, module, moduleResolution) => {
  const options = { ...compilerOptions, module, moduleResolution }
  const files = ["example.ts", "main.ts", "page.ts", "mock.test.ts"]
  await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions: options, files }))
  const args = [tool("typescript"), "-p", ".", "--pretty", "false"]
  const { stdout } = await run(process.execPath, args, { cwd: project, stdio: "pipe" })
  return stdout
    .split(/\r?\n/)
    .filter((line) => /error TS\d/.test(line) && !/^node_modules\/(?!@effect-zhipu\/)/.test(line))
}

/** Starts the simulator of the installed command and resolves, when it listens, to what it says of itself. */
export const simulate = (project) =>
  new Promise((resolve, reject) => {
    const bin = join(project, "node_modules", "@effect-zhipu", "cli", "bundle", "zhipu.js")
    const args = [bin, "simulate", "--port", "0", "--json"]
    const child = spawn(process.execPath, args, { cwd: project, stdio: ["ignore", "pipe", "ignore"] })
    const stop = () => child.kill("SIGKILL")
    const timer = setTimeout(() => {
      stop()
      reject(new Error("zhipu simulate did not answer within a minute"))
    }, 60_000)
    let output = ""
    child.on("exit", (code) => reject(new Error(`zhipu simulate ended with code ${code}`)))
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text
      if (!output.includes("\n")) return
      clearTimeout(timer)
      resolve({ ...JSON.parse(output), stop })
    })
  })
