/**
 * Consumers that the repository does not depend on: clients in other versions, and our own as it was before. They are made ready
 * before anything is measured, by the process that starts the others.
 */
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { lookForEarlier } from "../../../../scripts/earlier.mjs"
import { lookForPeer } from "../../../../scripts/peers.mjs"

export type Elsewhere = "openai" | "ai" | "earlier"

/** Where a process finds the folder. */
export const variableOf = (name: Elsewhere): string => `EFFECT_ZHIPU_BENCH_${name.toUpperCase()}`

/** Resolves to why it cannot be had, or to nothing. The folder goes to processes that are started from here on. */
export const prepare = async (name: Elsewhere): Promise<string | undefined> => {
  const { folder, reason } = await (name === "earlier" ? lookForEarlier() : lookForPeer(name))
  if (folder === undefined) return reason
  process.env[variableOf(name)] = folder
  return undefined
}

export const folderOf = (name: Elsewhere): string => {
  const folder = process.env[variableOf(name)]
  if (folder === undefined) throw new Error(`${name} was not made ready`)
  return folder
}

/** A module of what was made ready, by its path in the folder. */
export const moduleOf = <A>(name: Elsewhere, path: string): Promise<A> =>
  import(pathToFileURL(join(folderOf(name), path)).href)
