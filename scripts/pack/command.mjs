// The command by itself, in an empty folder: it brings all that it needs in one file.
import { spawn } from "node:child_process"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { must, runNpm } from "../tools.mjs"

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
