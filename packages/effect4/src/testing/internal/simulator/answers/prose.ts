// Generated from packages/testing/src/internal/simulator/answers/prose.ts by scripts/effect4: change that file.
/**
 * What the model of the simulator thinks and says. Everything follows from the messages and the seed.
 */
import * as Result from "effect/Result"
import { isObject, type Json } from "../json.js"
import type { Random } from "../random.js"
import { type Language, lastOf, textOf, type ValidRequest } from "../requests/request.js"
import { type ArgumentContext, citiesIn, valueOf } from "./toolArguments.js"

/** @internal */
export const languageOf = (text: string): Language => (/\p{Script=Han}/u.test(text) ? "zh" : "en")

/** @internal */
export const snippet = (text: string, length = 80): string => {
  const line = text.replace(/\s+/g, " ").trim()
  const points = Array.from(line)
  return points.length > length ? `${points.slice(0, length).join("")}…` : line
}

const tokenPattern = /\s*(?:\p{Script=Han}{1,2}|[^\s\p{P}\p{S}\p{Script=Han}]{1,12}|\S)|\s+/gu

/**
 * Pieces of about the size of a token; joined they are the text.
 *
 * @internal
 */
export const tokenize = (text: string): ReadonlyArray<string> => text.match(tokenPattern) ?? []

/**
 * How many tokens a text has; an estimate where it is long.
 *
 * @internal
 */
export const countTokens = (text: string): number =>
  text.length <= sample
    ? tokenize(text).length
    : Math.ceil((tokenize(text.slice(0, sample)).length * text.length) / sample)

/** Characters that are counted; as many tokens are in the rest as in these. */
const sample = 20_000

const userTexts = (request: ValidRequest): ReadonlyArray<string> =>
  request.messages.filter((message) => message["role"] === "user").map(textOf)

const nameIn = (text: string): string | undefined => {
  const english = /\b(?:my name is|call me|i am called|i'm called)\s+(\p{L}[\p{L}'-]*)/iu.exec(text)?.[1]
  if (english !== undefined) return english
  const han = /我(?:叫|的名字(?:是|叫))\s*([\p{L}·]{1,12}?)(?=[，。！？,.!?\s]|$)/u.exec(text)?.[1]
  return han === undefined || han.startsWith("什么") ? undefined : han
}

const asksName = (text: string): boolean =>
  /\b(what(?:'s| is| was) my name|who am i|remember my name)\b/i.test(text) ||
  /我叫什么|我的名字(是|叫)?什么|我是谁/.test(text)

const asksEarlier = (text: string): boolean =>
  /\bwhat did i (just )?(say|ask|tell)|\bmy (first|last|previous) (question|message)/i.test(text) ||
  /我(刚才|之前|上次)(说|问)|上一个问题|第一个问题/.test(text)

const compute = (text: string): string | undefined => {
  const match = /(-?\d+(?:\.\d+)?)\s*([+\-*/×÷])\s*(-?\d+(?:\.\d+)?)/.exec(text)
  if (match === null) return undefined
  const [left, right] = [Number(match[1]), Number(match[3])]
  const results: Record<string, number> = {
    "+": left + right,
    "-": left - right,
    "*": left * right,
    "×": left * right,
    "/": left / right,
    "÷": left / right
  }
  const result = results[match[2] ?? ""]
  return result === undefined || !Number.isFinite(result) ? undefined : `${match[0]} = ${result}`
}

const filler: Record<Language, readonly [string, ...Array<string>]> = {
  en: [
    "The short version is that it depends on what you want to do next.",
    "There are two sides to it, and both are worth a look.",
    "A small example makes it clearer than a long explanation.",
    "Most people start with the simple case and add detail later.",
    "If one part is unclear, ask about it and I will go deeper.",
    "It helps to write down what is known before guessing the rest."
  ],
  zh: [
    "简单来说，这取决于你接下来想做什么。",
    "这件事有两个方面，都值得看一看。",
    "一个小例子往往比长篇解释更清楚。",
    "多数人先从简单的情形开始，再补充细节。",
    "如果哪一部分不清楚，可以继续问我。",
    "先写下已知的内容，再推断其余部分会更容易。"
  ]
}

const sentences = (language: Language, random: Random, count: number): string =>
  Array.from({ length: count }, () => random.pick(filler[language])).join(language === "zh" ? "" : " ")

/** Asked for: a number of words, or of characters in Chinese. At most 100,000. */
const longText = (prompt: string, language: Language, random: Random): string | undefined => {
  const match = /(\d{2,6})[\s-]*(?:words?\b|字)/i.exec(prompt)
  if (match === null) return undefined
  const wanted = Math.min(Number(match[1]), 100_000)
  const parts: Array<string> = []
  let size = 0
  while (size < wanted) {
    const sentence = random.pick(filler[language])
    parts.push(sentence)
    size += language === "zh" ? sentence.length : sentence.split(" ").length
  }
  return parts.join(language === "zh" ? "" : " ")
}

const counted = (prompt: string): string | undefined => {
  const match = /(?:count (?:from 1 )?to|从\s*1\s*数到|数到)\s*(\d{1,5})/i.exec(prompt)
  return match === null ? undefined : Array.from({ length: Number(match[1]) }, (_, index) => index + 1).join(", ")
}

const echoed = (prompt: string): string | undefined =>
  /^\s*(?:say|repeat|echo)(?:\s*[:：]\s*|\s+)(.+)$/is.exec(prompt)?.[1] ??
  /^\s*(?:请)?(?:说|重复)[:：\s]\s*(.+)$/s.exec(prompt)?.[1]

const plainAnswer = (request: ValidRequest, language: Language, random: Random): string => {
  const texts = userTexts(request)
  const prompt = texts.at(-1) ?? ""
  const earlier = texts.slice(0, -1)
  if (asksName(prompt)) {
    const name = texts
      .toReversed()
      .map(nameIn)
      .find((name) => name !== undefined)
    if (language === "zh") return name === undefined ? "你还没有告诉我你的名字。" : `你的名字是${name}。`
    return name === undefined ? "You have not told me your name yet." : `Your name is ${name}.`
  }
  if (asksEarlier(prompt)) {
    const said = /first|第一/i.test(prompt) ? earlier[0] : earlier.at(-1)
    if (said !== undefined)
      return language === "zh" ? `你之前说：“${snippet(said)}”。` : `Earlier you said: "${snippet(said)}".`
  }
  const direct = echoed(prompt) ?? counted(prompt) ?? longText(prompt, language, random) ?? compute(prompt)
  if (direct !== undefined) return direct
  const name = nameIn(prompt)
  const before = earlier.at(-1)
  if (language === "zh") {
    return (
      (name === undefined ? `你问的是“${snippet(prompt)}”。` : `你好，${name}！`) +
      (before === undefined ? "" : `这是第${texts.length}轮，之前你说的是“${snippet(before, 40)}”。`) +
      sentences(language, random, 1 + random.below(2))
    )
  }
  return (
    (name === undefined ? `You asked: "${snippet(prompt)}". ` : `Nice to meet you, ${name}! `) +
    (before === undefined ? "" : `This is turn ${texts.length}, after "${snippet(before, 40)}". `) +
    sentences(language, random, 1 + random.below(2))
  )
}

const resultsAnswer = (request: ValidRequest, language: Language): string | undefined => {
  if (request.messages.at(-1)?.["role"] !== "tool") return undefined
  const from = request.messages.findLastIndex((message) => message["role"] !== "tool")
  const names = new Map<unknown, string>()
  for (const message of request.messages) {
    const calls: ReadonlyArray<unknown> = Array.isArray(message["tool_calls"]) ? message["tool_calls"] : []
    for (const call of calls) {
      if (isObject(call) && isObject(call["function"])) names.set(call["id"], String(call["function"]["name"]))
    }
  }
  const line = (message: Json): string => {
    const name = names.get(message["tool_call_id"]) ?? "tool"
    return language === "zh" ? `${name} 返回：${textOf(message)}。` : `${name} says: ${textOf(message)}.`
  }
  const lines = request.messages.slice(from + 1).map(line)
  return language === "zh" ? `根据工具的结果，${lines.join("")}` : `Here is what I found. ${lines.join(" ")}`
}

/** @internal */
export interface Prose {
  readonly language: Language
  readonly reasoning: string
  readonly content: string
}

const reasoningOf = (request: ValidRequest, language: Language, random: Random): string => {
  const prompt = textOf(lastOf(request.messages, "user"))
  return language === "zh"
    ? `用户说：“${snippet(prompt, 60)}”。我先想一想。${sentences(language, random, 1 + random.below(2))}现在可以回答了。`
    : `The user says: "${snippet(prompt, 60)}". Let me think. ${sentences(language, random, 1 + random.below(2))} Now I can answer.`
}

/**
 * The JSON Schema that the prompt holds: an object that begins a line, over as many lines as it takes. Instructions before
 * what the user says, and of several schemas the first.
 */
const schemaIn = (request: ValidRequest): Json | undefined => {
  const texts = ["system", "user"].flatMap((role) =>
    request.messages.flatMap((message) => (message["role"] === role ? [textOf(message)] : []))
  )
  for (const text of texts) {
    const begins = Array.from(text.slice(0, longest).matchAll(/^[ \t]*\{/gm)).slice(0, 20)
    for (const { index } of begins) {
      const schema = readSchema(text.slice(index, longest))
      if (schema !== undefined) return schema
    }
  }
  return undefined
}

/** How far into a text a schema is looked for. */
const longest = 200_000

/** The object that a text begins with, whatever comes after it. */
const readSchema = (text: string): Json | undefined => {
  let depth = 0
  // Strings as a whole, so that braces inside of them do not count.
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (token === "{") depth++
    if (token !== "}" || --depth > 0) continue
    const parsed = Result.try((): unknown => JSON.parse(text.slice(0, index + 1)))
    const schema = Result.getOrUndefined(parsed)
    return isObject(schema) && isSchema(schema) ? schema : undefined
  }
  return undefined
}

const isSchema = (schema: Json): boolean =>
  isObject(schema["properties"]) ||
  typeof schema["$ref"] === "string" ||
  typeof schema["$schema"] === "string" ||
  (typeof schema["type"] === "string" &&
    ["array", "boolean", "integer", "number", "object", "string"].includes(schema["type"]))

const contextOf = (request: ValidRequest, random: Random): ArgumentContext => {
  const prompt = userTexts(request).at(-1) ?? ""
  return { prompt, city: citiesIn(prompt)[0], random }
}

/** @internal */
export const compose = (
  request: ValidRequest,
  random: Random,
  calls: number,
  references: ReadonlyArray<string>
): Prose => {
  const language = languageOf(textOf(lastOf(request.messages, "user")) || textOf(request.messages.at(-1)))
  const reasoning = reasoningOf(request, language, random)
  if (calls > 0) {
    const content =
      language === "zh" ? "好的，我来查一下。" : calls > 1 ? "I'll use the tools for you." : "I'll look that up."
    return { language, reasoning, content }
  }
  const answer = resultsAnswer(request, language) ?? plainAnswer(request, language, random)
  const format = request.body["response_format"]
  // The service takes `json_schema` and does not act on it: the model knows of a schema only what the prompt says.
  const type = isObject(format) ? format["type"] : undefined
  const schema = type === "json_object" || type === "json_schema" ? schemaIn(request) : undefined
  if (type === "json_object" || schema !== undefined) {
    const turn = userTexts(request).length
    const value = schema === undefined ? { answer, language, turn } : valueOf(schema, contextOf(request, random))
    return { language, reasoning, content: JSON.stringify(value) }
  }
  const cited = references.length === 0 ? "" : ` ${references.map((reference) => `[${reference}]`).join("")}`
  return { language, reasoning, content: answer + cited }
}
