import { relative } from "node:path"
import { root } from "./tools.mjs"

/** Names the tests that passed only when they were asked a second time: see `retry` in vitest.workspace.ts. */
export default class FlakyReporter {
  onTestRunEnd(modules) {
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        if (test.diagnostic()?.flaky !== true) continue
        const first = test.result().errors?.[0]?.message ?? ""
        console.log(`flaky: ${relative(root, module.moduleId)} > ${test.fullName}: ${first.split("\n")[0]}`)
      }
    }
  }
}
