/** Templates of prompts: a text with names in braces, and above it what it is asked with. */
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import * as Path from "node:path"
import { UsageError } from "./errors.js"
import { say } from "./language.js"
import * as Folders from "./store/folders.js"
import { printable } from "./text.js"

/** @internal */
export interface Template {
  readonly name: string
  /** What stands above the text, between two lines of `---`. */
  readonly settings: ReadonlyMap<string, string>
  readonly text: string
}

/** @internal */
export const settingNames = ["model", "system", "thinking", "temperature", "top-p", "max-tokens"] as const

/** @internal */
export const folder = (): string => Path.join(Folders.config(), "templates")

/** @internal */
export const fileOf = (name: string): string => Path.join(folder(), `${name}.md`)

/** @internal */
export const isName = (name: string): boolean => /^[\w][\w-]{0,60}$/.test(name)

/** @internal */
export const parse = (name: string, source: string): Template => {
  const text = source.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n")
  const [whole, head] = /^---\n([^]*?)\n?---(?:\n|$)/.exec(text) ?? []
  if (whole === undefined || head === undefined) return { name, settings: new Map(), text: text.trim() }
  const settings = new Map(
    head.split("\n").flatMap((line) => {
      const [, key, value] = /^\s*([\w-]+)\s*:\s*(.*?)\s*$/.exec(line) ?? []
      return key === undefined || value === undefined ? [] : [[key, value.replace(/^(["'])(.*)\1$/, "$2")] as const]
    })
  )
  return { name, settings, text: text.slice(whole.length).trim() }
}

/** `{{name}}`, or `{{name|what stands for it where it is not given}}`. */
const variable = /\{\{\s*([A-Za-z_][\w-]*)\s*(?:\|([^{}]*))?\}\}/g

/** The name of what is asked. @internal */
export const input = "input"

/** The names that a text has, and whether something stands for each where it is not given. @internal */
export const variablesOf = (text: string): ReadonlyMap<string, boolean> => {
  const names = new Map<string, boolean>()
  for (const [, name = "", instead] of text.matchAll(variable)) {
    names.set(name, (names.get(name) ?? true) && instead !== undefined)
  }
  return names
}

/** What is not given. @internal */
export const missing = (text: string, given: ReadonlyMap<string, string>): ReadonlyArray<string> =>
  [...variablesOf(text)].flatMap(([name, isOptional]) => (isOptional || given.has(name) ? [] : [name]))

/** The text with what is given in the place of the names. What is given is not looked through for names. @internal */
export const fill = (text: string, given: ReadonlyMap<string, string>): string =>
  text.replace(variable, (_, name: string, instead: string | undefined) => given.get(name) ?? (instead ?? "").trim())

/** @internal */
export const names = (): ReadonlyArray<string> => {
  try {
    return Fs.readdirSync(folder())
      .filter((file) => file.endsWith(".md"))
      .map((file) => file.slice(0, -3))
      .sort()
  } catch {
    return []
  }
}

/** @internal */
export const read = (name: string): Template | undefined => {
  if (!isName(name)) return undefined
  try {
    return parse(name, Fs.readFileSync(fileOf(name), "utf8"))
  } catch {
    return undefined
  }
}

/** @internal */
export const write = (name: string, text: string): void => {
  Folders.makePrivate(folder())
  Folders.replace(fileOf(name), text.endsWith("\n") ? text : `${text}\n`)
}

/** @internal */
export const remove = (name: string): void => Fs.rmSync(fileOf(name))

/** What the command line says that a template may say as well. @internal */
export interface Asked {
  readonly template: string | undefined
  /** `name=value` each. */
  readonly param: ReadonlyArray<string>
  readonly model: string | undefined
  readonly system: string | undefined
  readonly thinking: "enabled" | "disabled" | undefined
  readonly temperature: number | undefined
  readonly topP: number | undefined
  readonly maxTokens: number | undefined
}

/** @internal */
export interface Applied<A> {
  /** With what the template says where the command line says nothing. */
  readonly options: A
  /** The prompt, made of what is asked. */
  readonly promptOf: (asked: string) => Effect.Effect<string, UsageError>
  /** The text is a prompt without anything that is asked. */
  readonly isPrompt: boolean
}

const plain = <A>(options: A): Applied<A> => ({ options, promptOf: Effect.succeed, isPrompt: false })

const fail = (message: string): Effect.Effect<never, UsageError> => Effect.fail(new UsageError({ message }))

/** @internal */
export const apply = <A extends Asked>(options: A): Effect.Effect<Applied<A>, UsageError> =>
  Effect.gen(function* () {
    if (options.template === undefined) {
      return options.param.length === 0 ? plain(options) : yield* fail(say("paramWithoutTemplate"))
    }
    const template = read(options.template)
    if (template === undefined) return yield* fail(say("noSuchTemplate", { name: printable(options.template) }))
    const { name, settings, text } = template
    const system = settings.get("system")
    const known = variablesOf(`${text}\n${system ?? ""}`)
    const given = new Map<string, string>()
    for (const param of options.param) {
      const [whole, key = "", value = ""] = /^([A-Za-z_][\w-]*)=([^]*)$/.exec(param) ?? []
      if (whole === undefined) return yield* fail(say("paramTakes"))
      if (!known.has(key)) return yield* fail(say("paramUnknown", { name, param: key }))
      given.set(key, value)
    }
    const needed = (names: ReadonlyArray<string>) =>
      fail(say("templateNeeds", { name, params: names.map((param) => `--param ${param}=…`).join(" ") }))
    const lacking = missing(system ?? "", given)
    if (lacking.length > 0) return yield* needed(lacking)
    const wrong = (setting: string) =>
      fail(say("templateSettingWrong", { name, setting, value: printable(settings.get(setting) ?? "") }))
    const number = (setting: string) => {
      const value = settings.get(setting)
      if (value === undefined) return Effect.succeed(undefined)
      return value !== "" && Number.isFinite(Number(value)) ? Effect.succeed(Number(value)) : wrong(setting)
    }
    const thinking = settings.get("thinking")
    if (thinking !== undefined && thinking !== "enabled" && thinking !== "disabled") return yield* wrong("thinking")
    const [temperature, topP, maxTokens] = [
      yield* number("temperature"),
      yield* number("top-p"),
      yield* number("max-tokens")
    ]
    return {
      options: {
        ...options,
        model: options.model ?? settings.get("model"),
        system: options.system ?? (system === undefined ? undefined : fill(system, given)),
        thinking: options.thinking ?? thinking,
        temperature: options.temperature ?? temperature,
        topP: options.topP ?? topP,
        maxTokens: options.maxTokens ?? maxTokens
      },
      isPrompt: text !== "" && missing(text, given).length === 0,
      promptOf: (asked) => {
        const all = asked === "" ? given : new Map([...given, [input, asked]])
        const lacking = missing(text, all)
        // Without anything that is asked there is no prompt, as without a template.
        if (lacking.includes(input)) return Effect.succeed("")
        if (lacking.length > 0) return needed(lacking)
        const filled = fill(text, all)
        return Effect.succeed(
          asked === "" || known.has(input) ? filled : [filled, asked].filter((part) => part !== "").join("\n\n")
        )
      }
    }
  })
