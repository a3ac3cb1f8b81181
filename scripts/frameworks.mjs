// What the recipes of the guide for web servers and pages are run with. It is installed in exactly these versions into a cache
// under node_modules, by the tests alone: npm ci does not.
import { join } from "node:path"
import { installInto } from "./npm-cache.mjs"
import { root } from "./tools.mjs"
import { workerdPackage } from "./workerd.mjs"

const frameworks = {
  express: ["express@5.1.0"],
  fastify: ["fastify@5.8.5"],
  hono: ["hono@4.13.19", "@hono/node-server@1.19.19"],
  nest: [
    "@nestjs/common@11.2.10",
    "@nestjs/core@11.2.10",
    "@nestjs/platform-express@11.2.10",
    "reflect-metadata@0.2.2",
    "rxjs@7.8.2"
  ],
  workerd: [workerdPackage],
  react: ["react@19.2.3", "react-dom@19.2.3"]
}

/** A folder that has a framework in its node_modules, or the reason why there is none. */
export const lookForFramework = async (name) => {
  const cache = join(root, "node_modules/.cache/frameworks")
  const problem = await installInto(cache, name, frameworks[name])
  return problem === undefined
    ? { folder: join(cache, name), reason: undefined }
    : { folder: undefined, reason: `npm cannot install ${frameworks[name].join(", ")}: ${problem}` }
}
