import { existsSync, readdirSync } from "node:fs"
import { fileURLToPath } from "node:url"

const folder = new URL("./packages/", import.meta.url)
const packages = readdirSync(folder).filter((name) => existsSync(new URL(`${name}/package.json`, folder)))

// Tests run against the sources, so that a failure points at a line one can edit.
const alias = packages.flatMap((name) => [
  {
    find: new RegExp(`^@effect-zhipu/${name}$`),
    replacement: fileURLToPath(new URL(`./packages/${name}/src/index.ts`, import.meta.url))
  },
  {
    find: new RegExp(`^@effect-zhipu/${name}/(.*)$`),
    replacement: fileURLToPath(new URL(`./packages/${name}/src/$1.ts`, import.meta.url))
  }
])

export default packages.map((name) => ({
  resolve: { alias },
  test: {
    name,
    root: fileURLToPath(new URL(`./packages/${name}`, import.meta.url)),
    include: ["test/**/*.test.ts"],
    setupFiles: [fileURLToPath(new URL("./scripts/vitest-setup.mjs", import.meta.url))],
    testTimeout: 60_000,
    hookTimeout: 60_000
  }
}))
