import { defineConfig } from "vitest/config"
import { projects } from "./vitest.workspace.js"

export default defineConfig({
  test: {
    projects: projects("short"),
    poolOptions: { threads: { isolate: false } },
    // Most files wait for sockets, processes and timers, so two at a time take little more than half as long, on two cores as well.
    // With three, workers that are kept between files were ended in the middle of one now and then.
    maxWorkers: 2,
    minWorkers: 1
  }
})
