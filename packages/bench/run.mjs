// Builds the benchmark with what it measures, and runs it: npm run bench -w packages/bench -- --quick
import { spawnSync } from "node:child_process"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

const here = import.meta.dirname
const run = (args, options) => spawnSync(process.execPath, args, { stdio: "inherit", ...options }).status ?? 1

const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"))
const built = run([join(typescript, "bin", "tsc"), "-b", here], { stdio: ["ignore", 2, 2] })
process.exitCode = built === 0 ? run([join(here, "dist", "main.js"), ...process.argv.slice(2)]) : built
