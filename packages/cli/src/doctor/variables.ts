/** Which variables are set, and which of them is used. */
import type { Region } from "@effect-zhipu/client/Region"
import { baseUrlVariables, keyVariables } from "@effect-zhipu/client/ZhipuConfig"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import { Settings } from "../settings.js"
import type { Check } from "./check.js"
import * as check from "./check.js"

/** A variable that is set to nothing counts as not set, as in the client. @internal */
export const variable = (name: string): Effect.Effect<string | undefined> =>
  Effect.map(Effect.orDie(Config.withDefault(Config.string(name), "")), (value) =>
    value.trim() === "" ? undefined : value
  )

/** @internal */
export interface Key {
  /** `undefined` where it came from standard input. */
  readonly name: string | undefined
  readonly value: string
  readonly region: Region | undefined
}

interface EnvFile {
  readonly path: string
  /** The key variables in it. Values are compared, never shown. */
  readonly keys: ReadonlyMap<string, string>
}

const envFiles = [".env", ".env.local"] as const

/** The files that people believe to be read. @internal */
export const readEnvFiles = (directory: string): Effect.Effect<ReadonlyArray<EnvFile>> =>
  Effect.sync(() =>
    envFiles.flatMap((name) => {
      try {
        const path = `${directory}/${name}`
        // A pipe would be waited for, and a device has no end.
        if (!Fs.statSync(path).isFile()) return []
        const keys = keysIn(Fs.readFileSync(path, "utf8"))
        return keys.size === 0 ? [] : [{ path: name, keys }]
      } catch {
        return []
      }
    })
  )

const keysIn = (text: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const [, name = "", raw = ""] = /^\s*(?:export\s+)?(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    const value = raw.replace(/^(["'])(.*)\1$/, "$2")
    if (value !== "" && keyVariables.some((known) => known.name === name)) found.set(name, value)
  }
  return found
}

/** The key that is used, as the client chooses it, and what there is to say about the choice. @internal */
export const findKey = (
  given: string | undefined,
  files: ReadonlyArray<EnvFile>,
  isBaseUrlGiven: boolean
): Effect.Effect<{ readonly key: Key | undefined; readonly check: Check }> =>
  Effect.gen(function* () {
    const set: Array<Key> = []
    for (const { name, region } of keyVariables) {
      const value = yield* variable(name)
      if (value !== undefined) set.push({ name, value, region })
    }
    if (given !== undefined) {
      const key: Key = { name: undefined, value: given, region: undefined }
      return { key, check: check.ok("key", "The key came from standard input (--key-stdin).") }
    }
    const [first] = set
    if (first === undefined) {
      const urls = yield* Effect.forEach(baseUrlVariables, variable)
      const isBaseUrlSet = isBaseUrlGiven || urls.some((url) => url !== undefined)
      return { key: undefined, check: missing(files, isBaseUrlSet) }
    }
    const others = set.filter(({ value }) => value !== first.value).map(({ name }) => name)
    const { key: stored } = yield* Settings
    const source =
      stored === undefined
        ? `${first.name} of the environment is used.`
        : `The key ${stored.name} of zhipu keys is used, as ${first.name}.`
    if (others.length > 0) {
      return {
        key: first,
        check: check.warn(
          "key",
          `${source} ${others.join(", ")} ${others.length === 1 ? "is" : "are"} set to another key and ignored.`,
          `Unset the variables that are not meant: unset ${others.join(" ")}`
        )
      }
    }
    return { key: first, check: besideFiles(first, source, files) }
  })

const missing = (files: ReadonlyArray<EnvFile>, isBaseUrlSet: boolean): Check => {
  const file = files[0]
  return check.fail(
    "key",
    "No API key is set: neither ZHIPU_API_KEY nor, for z.ai, ZAI_API_KEY. " +
      (isBaseUrlSet
        ? "Without one zhipu asks nothing, as a base URL is set."
        : "Without one zhipu asks nobody, but for the built-in simulator at a terminal or with --simulate.") +
      (file === undefined ? "" : ` ${file.path} holds ${[...file.keys.keys()].join(", ")}, but zhipu reads no files.`),
    file === undefined
      ? "Set ZHIPU_API_KEY to the key of your account (bigmodel.cn: User Centre, API keys), or ZAI_API_KEY (z.ai: Manage API Keys)."
      : `Load it first: set -a; . ./${file.path}; set +a`
  )
}

const besideFiles = (key: Key, source: string, files: ReadonlyArray<EnvFile>): Check => {
  for (const { keys, path } of files) {
    const value = key.name === undefined ? undefined : keys.get(key.name)
    if (value === undefined) continue
    if (value === key.value) return check.ok("key", `${source} ${path} holds the same key.`)
    return check.warn(
      "key",
      `${source} ${path} holds another key under the same name: the environment won, as zhipu reads no files.`,
      `Where the one of the file is meant, load it: set -a; . ./${path}; set +a`
    )
  }
  return check.ok("key", source)
}
