/**
 * Settings of the user and keys that are stored: what the environment does not say. Every setting stands for a variable, which goes
 * before it.
 */
import { keyVariables } from "@effect-zhipu/client/ZhipuConfig"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { say } from "./language.js"
import * as Folders from "./store/folders.js"
import { millis } from "./text.js"

/** @internal */
export interface Setting {
  readonly name: string
  /** The variable that it stands for. */
  readonly variable: string
  /** The only values, or what a value must be. */
  readonly values: ReadonlyArray<string> | "text" | "time" | "count" | "url"
  /** What the variable holds, where it is not the value itself. */
  readonly toVariable?: (value: string) => string
}

/** @internal */
export const settings: ReadonlyArray<Setting> = [
  { name: "model", variable: "ZHIPU_MODEL", values: "text" },
  { name: "system", variable: "ZHIPU_SYSTEM", values: "text" },
  { name: "thinking", variable: "ZHIPU_THINKING", values: ["enabled", "disabled"] },
  { name: "reasoning", variable: "ZHIPU_REASONING", values: ["show", "hide"] },
  { name: "log", variable: "ZHIPU_LOG", values: ["on", "off"] },
  { name: "key", variable: "ZHIPU_KEY", values: "text" },
  { name: "region", variable: "ZHIPU_REGION", values: ["cn", "global"] },
  { name: "base-url", variable: "ZHIPU_BASE_URL", values: "url" },
  { name: "auth", variable: "ZHIPU_AUTH", values: ["api-key", "jwt"] },
  {
    name: "timeout",
    variable: "ZHIPU_TIMEOUT",
    values: "time",
    toVariable: (value) => String((millis(value) ?? 0) / 1000)
  },
  { name: "max-retries", variable: "ZHIPU_MAX_RETRIES", values: "count" }
]

/** Why a value cannot be that of a setting; `undefined` where it can. @internal */
export const problemOf = ({ name, values }: Setting, value: string): string | undefined => {
  if (typeof values !== "string") {
    return values.includes(value) ? undefined : say("settingTakes", { name, values: values.join(", ") })
  }
  switch (values) {
    case "text":
      return value.trim() === "" ? say("settingEmpty", { name }) : undefined
    case "time":
      return millis(value) === undefined ? say("settingTakesTime", { name }) : undefined
    case "count":
      return /^\d{1,6}$/.test(value) ? undefined : say("settingTakesCount", { name })
    case "url":
      return URL.canParse(value) && /^https?:/i.test(value) ? undefined : say("settingTakesUrl", { name })
  }
}

/** @internal */
export interface StoredKey {
  readonly name: string
  readonly region: "cn" | "global"
  readonly key: string
}

const fileOf = (name: string) => Path.join(Folders.config(), name)

/** @internal */
export const settingsFile = (): string => fileOf("config.json")

/** @internal */
export const keysFile = (): string => fileOf("keys.json")

/** A file that is there, and holds no such thing. @internal */
export class Unreadable extends Error {}

const parsed = (file: string): unknown => {
  let text: string
  try {
    text = Fs.readFileSync(file, "utf8")
  } catch (cause) {
    const reason = Folders.reasonOf(cause)
    if (reason === "ENOENT" || reason === "ENOTDIR") return undefined
    throw new Unreadable(say("fileUnreadable", { file, reason }))
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""))
  } catch {
    throw new Unreadable(say("fileNotJson", { file }))
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** What the file of settings says, also what this version does not know. Throws `Unreadable`. @internal */
export const readSettings = (): ReadonlyMap<string, string> => {
  const found = parsed(settingsFile()) ?? {}
  if (!isRecord(found)) throw new Unreadable(say("fileNotJson", { file: settingsFile() }))
  return new Map(
    Object.entries(found).flatMap(([name, value]) =>
      ["string", "number", "boolean"].includes(typeof value) ? [[name, String(value)] as const] : []
    )
  )
}

/** Writes what a change makes of the settings. Throws `Unreadable`. @internal */
export const changeSettings = (change: (values: ReadonlyMap<string, string>) => ReadonlyMap<string, string>): void =>
  Folders.changing(settingsFile(), () => {
    const values = Object.fromEntries(change(readSettings()))
    Folders.replace(settingsFile(), `${JSON.stringify(values, null, 2)}\n`)
  })

const isStoredKey = (value: unknown): value is StoredKey =>
  isRecord(value) &&
  typeof value["name"] === "string" &&
  typeof value["key"] === "string" &&
  (value["region"] === "cn" || value["region"] === "global")

/** Throws `Unreadable`. @internal */
export const readKeys = (): ReadonlyArray<StoredKey> => {
  const found = parsed(keysFile()) ?? []
  if (!Array.isArray(found)) throw new Unreadable(say("fileNotJson", { file: keysFile() }))
  return found.filter(isStoredKey)
}

/** Writes what a change makes of the keys. Throws `Unreadable`. @internal */
export const changeKeys = (change: (keys: ReadonlyArray<StoredKey>) => ReadonlyArray<StoredKey>): void =>
  Folders.changing(keysFile(), () => Folders.replace(keysFile(), `${JSON.stringify(change(readKeys()), null, 2)}\n`))

type Environment = Readonly<Record<string, string | undefined>>

const isSet = (env: Environment, name: string): boolean => (env[name] ?? "").trim() !== ""

/** The keys that are stored; none where they cannot be read. @internal */
export const storedKeys = (): ReadonlyArray<StoredKey> => {
  try {
    return readKeys()
  } catch {
    return []
  }
}

/** Whether a key is stored. @internal */
export const hasStoredKey = (): boolean => storedKeys().length > 0

/** What is in force beside the environment. @internal */
export interface InForce {
  /** The stored key that is used, by its name, and the variable that it stands for. */
  readonly key: { readonly name: string; readonly variable: string } | undefined
  readonly notices: ReadonlyArray<string>
}

/** @internal */
export class Settings extends Context.Reference<Settings>()("@effect-zhipu/cli/Settings", {
  defaultValue: (): InForce => ({ key: undefined, notices: [] })
}) {}

/** The environment, and after it what the files say. Throws `Unreadable`. @internal */
export const load = (
  env: Environment
): { readonly provider: ConfigProvider.ConfigProvider; readonly inForce: InForce } => {
  const values = new Map<string, string>()
  const notices: Array<string> = []
  for (const [name, value] of readSettings()) {
    const setting = settings.find((setting) => setting.name === name)
    const problem = setting === undefined ? say("noSuchSetting", { name }) : problemOf(setting, value)
    if (setting === undefined || problem !== undefined) notices.push(`zhipu: ${settingsFile()}: ${problem}`)
    // An address of the file does not stand beside a region of the environment.
    else if (name !== "base-url" || !isSet(env, "ZHIPU_REGION")) {
      values.set(setting.variable, setting.toVariable?.(value) ?? value)
    }
  }
  const isKeySet = keyVariables.some(({ name }) => isSet(env, name))
  const wanted = isSet(env, "ZHIPU_KEY") ? env["ZHIPU_KEY"] : values.get("ZHIPU_KEY")
  const keys = isKeySet ? [] : readKeys()
  const key = wanted === undefined ? keys[0] : keys.find(({ name }) => name === wanted)
  if (!isKeySet && wanted !== undefined && key === undefined) throw new Unreadable(say("noSuchKey", { name: wanted }))
  const variable = key?.region === "global" ? "ZAI_API_KEY" : "ZHIPU_API_KEY"
  if (key !== undefined) values.set(variable, key.key)
  for (const [name, value] of Object.entries(env)) {
    // A variable that is set to nothing counts as not set.
    if (value !== undefined && (value.trim() !== "" || !values.has(name))) values.set(name, value)
  }
  return {
    provider: ConfigProvider.fromMap(values, { pathDelim: "_", seqDelim: "," }),
    inForce: { key: key === undefined ? undefined : { name: key.name, variable }, notices }
  }
}
