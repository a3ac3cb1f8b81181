// The edition for Effect 4 as a newcomer has it: in an empty folder, the packed package and the effect that npm gives. What its README
// shows runs there, the first block in every runtime.
import { transform } from "esbuild"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { must, root, runNpm } from "../tools.mjs"

const readme = join(root, "packages/effect4/README.md")

/** What each block of the README prints, by the subpath or module that it shows. */
export const blocks = [
  { name: "stream", prints: /^You asked: "Why is the sky blue\?"\. ./ },
  { name: "mock", prints: /^hello from a mock\n$/ },
  { name: "provider", prints: /^\[ 'rain in London' \]\n$/ },
  { name: "embeddings", prints: /^0\.\d\d The sky is blue\.\n0\.\d\d The sea is blue, too\.\n$/ },
  { name: "bridge", prints: /^You asked: "Why is the sky blue\?"\. ./ },
  { name: "monitor", prints: /^1 of 1 attempts, error rate 0\n$/ },
  { name: "redis", prints: /^You asked: "Hello"\. ./ },
  { name: "bulk", prints: /^100 of 100 done\n$/ }
]

const npmInstall = (folder, packages) => {
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"]
  return must("npm install", runNpm("npm", ["install", ...flags, ...packages], { cwd: folder, stdio: "pipe" }))
}

/** What a page has that Node has by itself, and then the block as it stands. */
const page = `
const { searchParams } = new URL(location.href)
let written = ""
globalThis.process = {
  env: { ZHIPU_API_KEY: searchParams.get("key"), ZHIPU_BASE_URL: location.origin + "/api/paas/v4" },
  stdout: { write: (text) => { written += text } }
}
import("./stream.mjs").then(
  () => document.body.append(written),
  (error) => document.body.append(String(error))
)
`

/** Makes the folder; gives what is wrong with what npm installed. */
export const install = async (folder, tarballs) => {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "user", private: true, type: "module" }))
  await npmInstall(folder, [...tarballs, "effect"])
  const shown = [...(await readFile(readme, "utf8")).matchAll(/^```ts\r?\n([^]*?)^```/gm)]
  for (const [index, { name }] of blocks.entries()) {
    const { code } = await transform(shown[index]?.[1] ?? "", { loader: "ts", target: "es2022" })
    await writeFile(join(folder, `${name}.mjs`), code)
  }
  await writeFile(join(folder, "page.js"), page)
  const lock = JSON.parse(await readFile(join(folder, "node_modules", ".package-lock.json"), "utf8"))
  const copies = Object.keys(lock.packages).filter((path) => path.endsWith("node_modules/effect"))
  const version = lock.packages["node_modules/effect"]?.version
  return [
    ...(shown.length === blocks.length ? [] : [`the README has ${shown.length} blocks, and not ${blocks.length}`]),
    ...(copies.length === 1 ? [] : [`effect is installed ${copies.length} times`]),
    ...(version?.startsWith("4.") ? [] : [`npm chose effect ${version}`]),
    // A newcomer has neither a server nor Redis nor jobs.
    ...["ioredis", "libsql", "@effect/platform-node"].flatMap((name) =>
      lock.packages[`node_modules/${name}`] === undefined ? [] : [`npm installed ${name}, which is optional`]
    )
  ]
}

/** What the limits in Redis ask for besides, as the README says. */
export const installRedis = (folder) => npmInstall(folder, ["ioredis@^5.8"])

/** What jobs in SQLite ask for besides. */
export const installSqlite = (folder) => npmInstall(folder, ["libsql@^0.5"])
