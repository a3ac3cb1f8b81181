// The command by itself, in an empty folder: it brings all that it needs.
import { spawn } from "node:child_process"
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises"
import * as Module from "node:module"
import { join } from "node:path"
import { must, run, runNpm } from "../tools.mjs"

/** Installs the command alone; gives what is wrong with what npm installed. */
export const install = async (folder, tarball) => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "user", private: true }))
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"]
  await must("npm install", runNpm("npm", ["install", ...flags, tarball], { cwd: folder, stdio: "pipe" }))
  const lock = JSON.parse(await readFile(join(folder, "node_modules", ".package-lock.json"), "utf8"))
  const installed = Object.keys(lock.packages).map((path) => path.replace(/^node_modules\//, ""))
  // All else is in the file.
  const needed = /^(@effect-zhipu\/cli|uplot|libsql|@libsql\/.+|@neon-rs\/load|detect-libc)$/
  return installed.every((name) => needed.test(name)) ? [] : [`npm installed ${installed.join(", ")}`]
}

/** Starts the command, and looks whether Node keeps what it compiled of it, which halves the next start. */
export const kept = async (folder, env) => {
  if (!("enableCompileCache" in Module)) return []
  const bin = join(folder, "node_modules/@effect-zhipu/cli/bundle/zhipu.js")
  const cache = join(folder, "compiled")
  await mkdir(cache)
  // Where Node keeps it, unless a variable says otherwise, which would also have it keep everything from the first file on.
  const { NODE_COMPILE_CACHE: _, ...rest } = env
  const started = { cwd: folder, env: { ...rest, TMPDIR: cache, TEMP: cache, TMP: cache }, stdio: "pipe" }
  await must("zhipu", run(process.execPath, [bin, "--help"], started))
  const files = (await readdir(cache, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(file.parentPath, file.name))).size))
  return Math.max(0, ...sizes) > 100_000
    ? []
    : [`of what Node compiled it keeps ${sizes.length} files, none as large as the command`]
}

/** Opens the page of `zhipu monitor` and what it asks for; gives what could not be had. */
export const page = async (folder, env) => {
  const bin = join(folder, "node_modules/@effect-zhipu/cli/bundle/zhipu.js")
  const child = spawn(process.execPath, [bin, "monitor"], { cwd: folder, env, stdio: ["ignore", "pipe", "ignore"] })
  try {
    const url = await new Promise((resolve, reject) => {
      let output = ""
      child.on("exit", (code) => reject(new Error(`zhipu monitor ended with code ${code}`)))
      child.stdout.setEncoding("utf8").on("data", (text) => {
        output += text
        const found = /https?:\/\/\S+/.exec(output)
        if (found !== null) resolve(found[0])
      })
    })
    const html = await (await fetch(url)).text()
    const files = [...html.matchAll(/(?:src|href)="([^"#:]+)"/g)].map(([, path]) => new URL(path, url).href)
    const answers = await Promise.all(files.map(async (file) => [file, (await fetch(file)).status]))
    const failed = answers.filter(([, status]) => status !== 200)
    return [
      ...(files.length > 1 ? [] : [`the page at ${url} asks for nothing`]),
      ...failed.map(([file, status]) => `${file} is answered with ${status}`)
    ]
  } finally {
    child.kill("SIGKILL")
  }
}
