#!/usr/bin/env node
/**
 * The command `zhipu`.
 *
 * @since 0.1.0
 */
import * as Module from "node:module"

import { version } from "./version.js"

const argv = process.argv.slice(2)

if (argv.length === 1 && argv[0] === "--version") {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    process.exitCode = error.code === "EPIPE" ? 141 : 1
  })
  process.stdout.write(`${version}\n`)
} else {
  // From Node 22.8 on: compiled modules are kept, which shortens the start.
  if ("enableCompileCache" in Module && typeof Module.enableCompileCache === "function") Module.enableCompileCache()
  const { main } = await import("./main.js")
  main(argv)
}
