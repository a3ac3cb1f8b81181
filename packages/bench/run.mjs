// Builds the benchmark with what it measures, and runs it: npm run bench -w packages/bench -- --quick
import { spawnSync } from "node:child_process"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { lookForRuntime } from "../../scripts/runtimes.mjs"

const here = import.meta.dirname
const run = (program, args, options) => spawnSync(program, args, { stdio: "inherit", ...options }).status ?? 1

const given = process.argv.slice(2)
const node = given.includes("--node22") ? await lookForRuntime("node22") : { path: process.execPath }
if (node.path === undefined) throw new Error(node.reason)

const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"))
const built = run(process.execPath, [join(typescript, "bin", "tsc"), "-b", here, join(here, "../effect4")], {
  stdio: ["ignore", 2, 2]
})
process.exitCode = built === 0 ? run(node.path, [join(here, "dist", "main.js"), ...given]) : built
