import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

const folders = "node|testing|ai|api|http|monitor|redis|bulk"

// Tests run against the sources, so that a failure points at a line one can edit.
const alias = [
  { find: "#test-time", replacement: here("./test/support/testTime.ts") },
  { find: /^@effect-zhipu\/effect4$/, replacement: here("./src/index.ts") },
  { find: new RegExp(`^@effect-zhipu/effect4/(${folders})$`), replacement: here("./src/$1/index.ts") },
  { find: /^@effect-zhipu\/effect4\/(.*)$/, replacement: here("./src/$1.ts") },
  { find: /^@effect-zhipu\/protocol$/, replacement: here("../protocol/src/index.ts") },
  { find: /^@effect-zhipu\/protocol\/(.*)$/, replacement: here("../protocol/src/$1.ts") }
]

/** scripts/effect4/tests.mjs tells the long tests from the others. */
const isLong = process.env["EFFECT4_TESTS"] === "long"

export default defineConfig({
  resolve: { alias },
  test: {
    include: isLong ? [".tests-*/**/*.long.test.ts"] : [".tests-*/**/*.test.ts", "test/**/*.test.ts"],
    exclude: isLong ? [] : ["**/*.long.test.ts"],
    // As the tests of edition 3: what passes only when asked again is named at the end.
    retry: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2
  }
})
