// zhipu, run from source: npm start -- ARGS. Only the command's own output goes to stdout.
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { root, runTool } from "./tools.mjs"

const built = await runTool("typescript", ["-b", "packages/cli"], { stdio: ["ignore", 2, 2] })
if (built.code !== 0) process.exit(1)

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
