import { existsSync, readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

// The tests of the edition for Effect 4 run under another vitest: scripts/effect4/tests.mjs.
const packages = readdirSync(at("./packages")).filter(
  (name) => name !== "effect4" && existsSync(at(`./packages/${name}/package.json`))
)

// Tests run against the sources, so that a failure points at a line one can edit.
const alias = packages.flatMap((name) => [
  { find: new RegExp(`^@effect-zhipu/${name}$`), replacement: at(`./packages/${name}/src/index.ts`) },
  { find: new RegExp(`^@effect-zhipu/${name}/(.*)$`), replacement: at(`./packages/${name}/src/$1.ts`) }
])

const longTests = "test/**/*.long.test.ts"

/** A project for each package, by its name, with the tests that `npm test` runs or those of `npm run test:long`. */
export const projects = (which: "short" | "long") =>
  packages.map((name) => ({
    resolve: { alias },
    test: {
      name,
      // The files of a package share what is loaded, as that takes longer than most of them. Some of the long ones look at the
      // memory and at the handles of their process, which is one of their own.
      pool: which === "long" ? ("forks" as const) : ("threads" as const),
      root: at(`./packages/${name}`),
      include: [which === "long" ? longTests : "test/**/*.test.ts"],
      exclude: which === "long" ? [] : [longTests],
      setupFiles: [at("./scripts/vitest-setup.mjs")],
      // Some thousand tests wait for sockets, processes and other people's programs. One that fails is asked once more; what passes
      // only then is named at the end of the run, and is a fault of the test or of the code all the same.
      retry: 1,
      testTimeout: 60_000,
      hookTimeout: 60_000
    }
  }))
