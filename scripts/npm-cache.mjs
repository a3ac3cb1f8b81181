// Packages that only tests need, and that npm ci does not install: each set in a folder of its own in a cache under node_modules.
import { execFile } from "node:child_process"
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { alone } from "./alone.mjs"

const windows = process.platform === "win32"

/** What a program writes, or what went wrong. */
export const ask = (file, args, options) =>
  new Promise((resolve) => {
    execFile(file, args, { windowsHide: true, ...options }, (error, stdout, stderr) =>
      resolve(
        error === null ? { stdout } : { problem: error.killed ? "no end in time" : stderr.trim() || error.message }
      )
    )
  })

/** So long the packages may take to come; others wait, as they would fetch the same hundred megabytes. */
const installMinutes = 4

/** npm without a shell: the one that runs this, or the one that came with this Node. */
const npmScript = () =>
  [
    process.env.npm_execpath ?? "",
    join(dirname(process.execPath), "../lib/node_modules/npm/bin/npm-cli.js"),
    join(dirname(process.execPath), "node_modules/npm/bin/npm-cli.js")
  ].find((file) => basename(file) === "npm-cli.js" && existsSync(file))

const npm = async (args, folder, minutes, other) => {
  const options = { cwd: folder, timeout: minutes * 60_000, killSignal: "SIGKILL" }
  const script = npmScript()
  const all = [...args, "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"]
  const { problem } =
    other === undefined && script !== undefined
      ? await ask(process.execPath, [script, ...all], options)
      : await ask(other ?? "npm", all, { ...options, shell: windows })
  // The first line that says something; the rest is advice about npm's log.
  const line = problem?.split("\n").find((text) => /^npm error (?!code)/.test(text)) ?? problem?.split("\n")[0]
  return line?.replace(/^npm error /, "")
}

const npmInstall = (specs, folder, other) => {
  const args = ["install", ...specs, "--prefix", folder, "--no-save", "--no-package-lock"]
  // What is needed of peer dependencies is named: some packages have a hundred of them.
  return npm([...args, "--legacy-peer-deps", "--fetch-retries=1"], folder, installMinutes, other)
}

/** Installs what the lockfile of a folder says. Resolves to undefined, or to what went wrong. */
export const npmCi = (folder, minutes) => npm(["ci"], folder, minutes)

/**
 * Installs packages, each as "name@version", into the folder `name` of a cache, if they are not there. Resolves to undefined, or
 * to what went wrong. `other` is another npm, for tests.
 */
export const installInto = async (cache, name, specs, other) => {
  const folder = join(cache, name)
  if (existsSync(folder)) return undefined
  mkdirSync(cache, { recursive: true })
  return alone(join(cache, ".lock"), installMinutes + 1, async () => {
    if (existsSync(folder)) return undefined
    // Under another name until it is whole: whoever finds the folder may use it.
    const part = `${folder}.part`
    rmSync(part, { recursive: true, force: true })
    mkdirSync(part)
    const failed = await npmInstall(specs, part, other)
    if (failed === undefined) renameSync(part, folder)
    else rmSync(part, { recursive: true, force: true })
    return failed
  })
}
