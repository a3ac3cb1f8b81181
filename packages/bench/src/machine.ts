/** What the numbers were taken on, and with which versions. */
import { existsSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { cpus, loadavg, totalmem } from "node:os"
import { dirname, join } from "node:path"
import { variableOf } from "./consumers/elsewhere.js"

const packages = [
  "@effect-zhipu/client",
  "@effect-zhipu/node",
  "@effect-zhipu/effect4",
  "effect",
  "@effect/platform",
  "@effect/platform-node",
  "undici",
  "openai",
  "ai",
  "zhipu-ai-provider",
  "@effect/ai-openai"
]

const require = createRequire(import.meta.url)

/** Walks up the folders, as Node does: not every package exports its package.json. */
const versionOf = (name: string, folders = require.resolve.paths(name) ?? []): string | undefined => {
  for (const folder of folders) {
    const file = join(folder, name, "package.json")
    if (!existsSync(file)) continue
    const { version }: { readonly version?: unknown } = JSON.parse(readFileSync(file, "utf8"))
    return typeof version === "string" ? version : undefined
  }
  return undefined
}

/** Of those with two versions here, where the other one stands. */
const others = (): ReadonlyArray<readonly [name: string, folder: string]> => [
  ["effect", join(packageFolder, "../effect4/node_modules")],
  ...(["openai", "ai"] as const).flatMap((name) => {
    const folder = process.env[variableOf(name)]
    return folder === undefined ? [] : [[name, join(folder, "node_modules")] as const]
  })
]

export const versions = (): ReadonlyArray<readonly [name: string, version: string]> =>
  [
    ...packages.map((name) => [name, versionOf(name)] as const),
    ...others().map(([name, folder]) => [name, versionOf(name, [folder])] as const)
  ].flatMap(([name, version]) => (version === undefined ? [] : [[name, version] as const]))

export const machine = (): string => {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 1024 ** 3)
  return `${cpu?.model.trim() ?? "unknown CPU"}, ${cpus().length} cores, ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`
}

/** How busy the machine was over the last minute; above the number of cores the measurements are unreliable. */
export const load = (): string => (loadavg()[0] ?? 0).toFixed(2)

export const packageFolder = dirname(import.meta.dirname)
