// What becomes of which package, and what is not generated.
import { handwritten as listed } from "./handwritten.mjs"

/** Folders of `packages/effect4/src` by the package that they are made of. */
export const folders = {
  client: "",
  node: "node",
  testing: "testing",
  http: "http",
  monitor: "monitor",
  redis: "redis"
}

/** Paths in `packages/effect4/src` that are written by hand. */
export const handwritten = new Set(listed.map(({ file }) => file))
