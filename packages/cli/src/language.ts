/** Which language the command speaks, and its sentences in each. */
import { type Key, table } from "./sentences.js"

/** @internal */
export type Language = "en" | "zh"

/** As POSIX has it: the first of the three that is set says it. @internal */
export const languageOf = (env: Readonly<Record<string, string | undefined>>): Language => {
  const locale = [env["LC_ALL"], env["LC_MESSAGES"], env["LANG"]].find((value) => value !== undefined && value !== "")
  return /^zh\b|^zh_/i.test(locale ?? "") ? "zh" : "en"
}

/** The language of this process. @internal */
export const language: Language = languageOf(process.env)

/** The names in braces. */
type Names<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never

/** What a sentence needs: one value for each name in braces. @internal */
export type Values<K extends Key> = [Names<(typeof table)[K]["en"]>] extends [never]
  ? []
  : [values: Readonly<Record<Names<(typeof table)[K]["en"]>, string | number>>]

/** A sentence in a language. @internal */
export const sayIn = <K extends Key>(language: Language, key: K, ...[values]: Values<K>): string => {
  const named: Readonly<Record<string, string | number>> = values ?? {}
  return table[key][language].replace(/\{(\w+)\}/g, (_, name: string) => String(named[name] ?? ""))
}

/** A sentence in the language of this process. @internal */
export const say = <K extends Key>(key: K, ...values: Values<K>): string => sayIn(language, key, ...values)
