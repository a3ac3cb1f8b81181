import { defineConfig } from "vitest/config"
import { projects } from "./vitest.workspace.js"

export default defineConfig({
  test: {
    projects: projects("short"),
    poolOptions: { threads: { isolate: false } },
    // Most files wait for sockets, processes and timers: three at a time keep two cores busy.
    maxWorkers: 3,
    minWorkers: 1
  }
})
