/** Consumers as programs of one minified file each. */
import { join } from "node:path"
import { oneFile } from "../../../../scripts/built.mjs"
import { folderOf } from "../consumers/elsewhere.js"
import { packageFolder } from "../machine.js"

const compiled = (path: string): string => JSON.stringify(join(packageFolder, "dist", path))

const own = (module: string) => (): string => `import { connect } from ${compiled(`consumers/${module}.js`)}`

const edition = (transport: string) => (): string =>
  `import * as edition from ${JSON.stringify(join(packageFolder, "../effect4/bench", `${transport}.mjs`))}
import { connectBy } from ${compiled("consumers/effect4.js")}
const connect = connectBy(edition)`

/** By the consumer's name, how a program gets at it. Modules that a consumer finds at run time are named here. */
const sources: ReadonlyMap<string, () => string> = new Map([
  ["floor", own("floor")],
  ["ours-fetch", own("oursFetch")],
  ["ours-promise", own("oursPromise")],
  ["ours-node", own("oursNode")],
  ["effect4-fetch", edition("fetch")],
  ["effect4-node", edition("node")],
  ["openai", own("openai")],
  [
    "openai-7",
    () => `import Client from ${JSON.stringify(join(folderOf("openai"), "node_modules/openai/index.mjs"))}
import { connectWith } from ${compiled("consumers/openaiClient.js")}
const connect = connectWith(Client)`
  ]
])

export const canBeBundled = (name: string): boolean => sources.has(name)

/** Writes the program of a consumer into a folder, and gives its file. */
export const bundle = async (name: string, folder: string): Promise<string> => {
  const source = sources.get(name)
  if (source === undefined) throw new Error(`there is no bundle of ${name}`)
  const file = join(folder, `${name}.mjs`)
  await oneFile(
    `${source()}
import { run } from ${compiled("programs/shortLived.js")}
await run(connect)`,
    file
  )
  return file
}
