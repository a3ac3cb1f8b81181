import { spawn } from "node:child_process"
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** The top of the repository. */
export const root = fileURLToPath(new URL("..", import.meta.url))

/** All packages, by folder. */
export const packages = readdirSync(join(root, "packages"))
  .filter((name) => existsSync(join(root, "packages", name, "package.json")))
  .sort()

const manifestOf = (name) => JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"))

/** The packages that are published, by folder. */
export const publicPackages = packages.filter((name) => manifestOf(name).private !== true)

/** The script behind a development dependency's command, so that it runs without a shell on every system. */
export const tool = (name) => {
  const folder = join(root, "node_modules", name)
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
  return join(folder, typeof bin === "string" ? bin : Object.values(bin)[0])
}

/**
 * Runs a program and resolves to its exit code and, with `stdio` "pipe", its output. `options.input` is its
 * standard input.
 */
export const run = (command, args, { input, ...options } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: "inherit", ...options })
    let stdout = ""
    let stderr = ""
    child.stdout?.setEncoding("utf8").on("data", (text) => (stdout += text))
    child.stderr?.setEncoding("utf8").on("data", (text) => (stderr += text))
    child.stdin?.on("error", () => {}).end(input)
    child.on("error", reject)
    child.on("close", (code) => resolve({ code: code ?? 1, stdout, stderr }))
  })

/** Resolves to what a program wrote, if that was piped; throws with its output when it fails. */
export const must = async (what, result) => {
  const { code, stdout, stderr } = await result
  if (code !== 0) throw new Error(`${what} failed with code ${code}\n${stdout}${stderr}`.trimEnd())
  return stdout
}

/** Runs npm or npx, which are scripts of the shell on Windows. */
export const runNpm = (command, args, options) => {
  const windows = process.platform === "win32"
  return run(windows ? `${command}.cmd` : command, args, { shell: windows, ...options })
}

/** Runs the command of a development dependency. */
export const runTool = (name, args, options) => run(process.execPath, [tool(name), ...args], options)

/** The source of a file that tsc wrote, or undefined for any other file; both relative to the package. */
export const sourceOf = (path) => {
  const module = /^dist\/(.+?)(\.d\.ts|\.js)(\.map)?$/.exec(path.replaceAll("\\", "/"))
  return module === null ? undefined : `src/${module[1]}.ts`
}

/** Builds packages; what is left in dist of sources that are gone goes as well, which tsc does not do. */
export const build = (packages, options) => {
  for (const path of packages) {
    const folder = join(root, path)
    if (!existsSync(join(folder, "dist"))) continue
    for (const file of readdirSync(join(folder, "dist"), { recursive: true })) {
      const source = sourceOf(`dist/${file}`)
      if (source !== undefined && !existsSync(join(folder, source))) rmSync(join(folder, "dist", file))
    }
  }
  return runTool("typescript", ["-b", ...packages], options)
}
