// What becomes of which package, and what is not generated.
import { handwritten as listed } from "./handwritten.mjs"

/** Folders of `packages/effect4/src` by the package that they are made of. */
export const folders = {
  client: "",
  api: "api",
  node: "node",
  testing: "testing",
  ai: "ai",
  http: "http",
  monitor: "monitor",
  redis: "redis",
  bulk: "bulk"
}

/** Modules of those packages that the edition does not have yet. */
export const missing = new Set([])

/** Paths in `packages/effect4/src` that are written by hand. */
export const handwritten = new Set(listed.map(({ file }) => file))
