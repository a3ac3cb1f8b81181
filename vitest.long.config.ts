import { defineConfig } from "vitest/config"
import { projects } from "./vitest.workspace.js"

/** What `npm run test:long` runs: files named `*.long.test.ts`. */
export default defineConfig({ test: { projects: projects("long"), maxWorkers: 4, minWorkers: 1 } })
