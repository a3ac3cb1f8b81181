// zhipu, run from source: npm start -- ARGS. Only the command's own output goes to stdout.
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { root, runTool } from "./tools.mjs"

// Compiling takes up to a minute the first time. A terminal shows at once that something happens; elsewhere a line says so only
// where it takes long.
const { isTTY } = process.stderr
const building = setTimeout(() => process.stderr.write(isTTY ? "Building…" : "Building…\n"), isTTY ? 0 : 3000)
const built = await runTool("typescript", ["-b", "packages/cli"], { stdio: ["ignore", 2, 2] })
clearTimeout(building)
if (isTTY) process.stderr.write("\r\u001b[K")
if (built.code !== 0) process.exit(1)

// Whoever tries a clone without a key wants to see an answer, also through a pipe. With an address a key is missing.
const said = [
  "ZHIPU_API_KEY",
  "ZHIPUAI_API_KEY",
  "ZAI_API_KEY",
  "GLM_API_KEY",
  "Z_AI_API_KEY",
  "BIGMODEL_API_KEY",
  "ZHIPU_BASE_URL",
  "ZHIPUAI_BASE_URL",
  "ZAI_BASE_URL"
]
if (said.every((name) => (process.env[name] ?? "").trim() === "")) {
  const { hasStoredKey } = await import(pathToFileURL(join(root, "packages", "cli", "dist", "settings.js")))
  if (!hasStoredKey()) process.env.ZHIPU_SIMULATE ??= "1"
}

// At a terminal Ctrl-C reaches this process from the terminal and, with some shells, from npm as well.
// The second one would end the command in the middle of its cleaning up.
let interrupted
process.on("SIGINT", () => {
  const now = performance.now()
  const handled = process.listenerCount("SIGINT") > 1
  if (interrupted === undefined ? !handled : !handled && now - interrupted > 500) process.exit(130)
  interrupted ??= now
})

// npm runs scripts at the top of the repository; the command's files are those of where it was called.
if (process.env.INIT_CWD !== undefined) process.chdir(process.env.INIT_CWD)

const bin = join(root, "packages", "cli", "dist", "bin.js")
process.argv = [process.argv[0], bin, ...process.argv.slice(2)]
await import(pathToFileURL(bin))
