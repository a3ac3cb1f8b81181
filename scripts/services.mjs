// The programs of the system that some tests need. What is not there is installed from the system's packages where that can
// be done: by root, with apt-get. Otherwise the tests that need it say that they were skipped, and why.
import { execFile, spawn } from "node:child_process"
import { accessSync, chownSync, constants, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { createServer } from "node:net"
import { homedir, tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { alone } from "./alone.mjs"

const places = [
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
  "/snap/bin",
  "/opt/homebrew/bin"
]

const redis = { names: ["redis-server"], files: [], package: "redis-server" }

const chromium = {
  names: ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"],
  files: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    join(homedir(), "Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe"
  ],
  package: "chromium"
}

const nginx = { names: ["nginx"], files: [], package: "nginx" }

const caddy = { names: ["caddy"], files: [], package: "caddy" }

/** Debian keeps the programs of the server off the path, in a folder a version. Looked up anew, as it comes with the package. */
const postgres = {
  names: ["postgres"],
  get files() {
    try {
      const home = "/usr/lib/postgresql"
      const versions = readdirSync(home).sort((one, other) => Number(other) - Number(one))
      return versions.map((version) => join(home, version, "bin/postgres"))
    } catch {
      return []
    }
  },
  package: "postgresql"
}

const isProgram = (file) => {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

const look = (names, { path, folders, files = [] }) => {
  const all = [...path.split(delimiter).filter((folder) => folder !== ""), ...folders]
  return [...names.flatMap((name) => all.map((folder) => join(folder, name))), ...files].find(isProgram)
}

/** Resolves to undefined, or to what went wrong. Nothing asks, starts a service or waits for ever. */
const aptGet = (program, args, { path, minutes }) =>
  new Promise((resolve) => {
    const env = { ...process.env, PATH: path, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" }
    const options = { env, timeout: minutes * 60_000, killSignal: "SIGTERM", maxBuffer: 64 * 1024 * 1024 }
    execFile(program, ["-qq", "-o", "DPkg::Lock::Timeout=120", ...args], options, (error, _, stderr) => {
      if (error === null) return resolve(undefined)
      const last = stderr.trim().split("\n").at(-1)
      resolve(`apt-get ${args[0]} failed: ${error.killed ? `no end after ${minutes} minutes` : last || error.message}`)
    })
  })

const attempts = new Map()

const find = async (wanted, options = {}) => {
  const { names, package: name } = wanted
  const where = { path: options.path ?? process.env.PATH ?? "", folders: options.folders ?? places }
  const isRoot = options.isRoot ?? process.getuid?.() === 0
  const found = () => look(names, { ...where, files: options.folders === undefined ? wanted.files : [] })
  const path = found()
  if (path !== undefined) return { path, reason: undefined }
  const missing = (why) => ({ path: undefined, reason: `${names[0]} is not installed, and ${why}` })
  const program = look(["apt-get"], where)
  if (program === undefined) return missing("there is no apt-get to install it with")
  if (!isRoot) return missing(`only root can install it: sudo apt-get install -y ${name}`)
  // apt-get does not wait for another one while it updates its lists.
  return alone(options.lock ?? join(tmpdir(), "effect-zhipu-apt-get"), 20, async () => {
    const since = found()
    if (since !== undefined) return { path: since, reason: undefined }
    const problem =
      (await aptGet(program, ["update"], { path: where.path, minutes: 3 })) ??
      (await aptGet(program, ["install", "-y", "--no-install-recommends", name], { path: where.path, minutes: 10 }))
    if (problem !== undefined) return missing(problem)
    const installed = found()
    return installed === undefined
      ? missing(`the package ${name} does not bring it`)
      : { path: installed, reason: undefined }
  })
}

/** What could not be installed is not tried again by the same process. */
const once = (program, options) => {
  if (options !== undefined) return find(program, options)
  const before = attempts.get(program)
  if (before !== undefined) return before
  const attempt = find(program)
  attempts.set(program, attempt)
  return attempt
}

/** Where redis-server is, or why there is none; installs it if need be. The options are for tests. */
export const findRedis = (options) => once(redis, options)

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().once("error", reject)
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })

/** Starts a Redis that keeps nothing; resolves, when it takes connections, to its URL and to what stops it. */
export const startRedis = async (program) => {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), "redis-"))
  const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"]
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "ignore"] })
  const stop = () => {
    child.kill("SIGKILL")
    rmSync(folder, { recursive: true, force: true })
  }
  return new Promise((resolve, reject) => {
    let output = ""
    child.on("error", reject)
    child.on("exit", (code) => reject(new Error(`redis-server ended with ${code}: ${output}`)))
    child.stdout.setEncoding("utf8").on("data", (text) => {
      output += text
      if (output.includes("Ready to accept connections")) resolve({ url: `redis://127.0.0.1:${port}`, stop })
    })
  })
}

/** Where postgres is, or why there is none; installs it if need be. The options are for tests. */
export const findPostgres = (options) => once(postgres, options)

/** PostgreSQL refuses to run as root: whom it runs as instead. */
const ordinaryUser = () => {
  if (process.getuid?.() !== 0) return {}
  const users = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .map((line) => line.split(":"))
  const [, , uid, gid] = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody") ?? []
  return uid === undefined ? {} : { uid: Number(uid), gid: Number(gid) }
}

/**
 * Starts a PostgreSQL with a database that is empty; resolves, when it takes connections, to its URL and to what stops it. Unless it is
 * to be `durable`, it does not wait for the disk.
 */
export const startPostgres = async (program, { durable = false } = {}) => {
  const port = await freePort()
  const user = ordinaryUser()
  const folder = mkdtempSync(join(tmpdir(), "postgres-"))
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid)
  const data = join(folder, "data")
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const init = ["-D", data, "-U", "zhipu", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
  await new Promise((resolve, reject) => {
    execFile(join(dirname(program), "initdb"), init, { ...user, cwd: folder }, (error, _, stderr) => {
      if (error === null) return resolve()
      remove()
      reject(new Error(`initdb failed: ${stderr || error.message}`))
    })
  })
  const settings = ["unix_socket_directories=", "listen_addresses=127.0.0.1", `fsync=${durable ? "on" : "off"}`]
  const args = ["-D", data, "-p", `${port}`, ...settings.flatMap((setting) => ["-c", setting])]
  const child = spawn(program, args, { ...user, cwd: folder, stdio: ["ignore", "ignore", "pipe"] })
  const ended = new Promise((resolve) => child.on("close", resolve))
  // An immediate shutdown: its processes end with it.
  const stop = async () => {
    child.kill("SIGQUIT")
    await ended
    remove()
  }
  return new Promise((resolve, reject) => {
    let output = ""
    child.on("error", reject)
    child.on("exit", (code) => reject(new Error(`postgres ended with ${code}: ${output}`)))
    child.stderr.setEncoding("utf8").on("data", (text) => {
      if (output.length < 100_000) output += text
      if (text.includes("ready to accept connections"))
        resolve({ url: `postgres://zhipu@127.0.0.1:${port}/postgres`, stop })
    })
  })
}

/** Where nginx is, or why there is none; installs it if need be. The options are for tests. */
export const findNginx = (options) => once(nginx, options)

/** Where Caddy is, or why there is none; installs it if need be. The options are for tests. */
export const findCaddy = (options) => once(caddy, options)

/** Where a Chromium is, or why there is none; installs it if need be. The options are for tests. */
export const findChromium = (options) => once(chromium, options)
