// Generated from packages/testing/src/internal/simulator/answers/toolChoice.ts by scripts/effect4: change that file.
/**
 * Which of the offered functions the prompt asks for, and with what.
 */
import { isObject } from "../json.js"
import type { Random } from "../random.js"
import { type FunctionTool, lastOf, textOf, type ValidRequest } from "../requests/request.js"
import { argumentsFor, citiesIn, isPlaceName } from "./toolArguments.js"

/** @internal */
export interface PlannedCall {
  /** Where none is given, one is made up. */
  readonly id?: string | undefined
  readonly name: string
  readonly arguments: string
}

const maxCalls = 8

const commonWords = new Set(
  (
    "get set the fetch find make do run call tool function with from that this what which your user given return " +
    "returns data info information name value about into for and any all now new use used using current"
  ).split(" ")
)

const translations: ReadonlyArray<readonly [english: string, han: string]> = [
  ["weather", "天气"],
  ["temperature", "温度"],
  ["time", "时间"],
  ["date", "日期"],
  ["search", "搜索"],
  ["calculate", "计算"],
  ["add", "相加"],
  ["multiply", "相乘"],
  ["stock", "股票"],
  ["news", "新闻"],
  ["translate", "翻译"],
  ["email", "邮件"],
  ["order", "订单"],
  ["price", "价格"],
  ["flight", "航班"],
  ["hotel", "酒店"]
]

const wordsOf = (text: string): ReadonlyArray<string> =>
  Array.from(
    text
      .replace(/([a-z])([A-Z])/g, "$1 $2")
      .toLowerCase()
      .matchAll(/[a-z]{3,}/g),
    (match) => match[0]
  ).filter((word) => !commonWords.has(word))

const hanPairs = (text: string): ReadonlyArray<string> =>
  Array.from(text.matchAll(/\p{Script=Han}+/gu), (match) => match[0]).flatMap((run) =>
    Array.from({ length: Math.max(0, run.length - 1) }, (_, index) => run.slice(index, index + 2))
  )

/** Pairs of characters that any request in Chinese may hold. */
const commonPairs = new Set(
  "查询 获取 一个 指定 返回 什么 怎么 请问 帮我 可以 用户 信息 进行 当前 现在 今天".split(" ")
)

const namedBy = (tool: FunctionTool, prompt: string, words: ReadonlySet<string>): boolean => {
  if (prompt.includes(tool.name.toLowerCase())) return true
  const own = wordsOf(tool.name)
  if (own.some((word) => words.has(word))) return true
  return translations.some(([english, han]) => own.includes(english) && prompt.includes(han))
}

const describedBy = (tool: FunctionTool, prompt: string, words: ReadonlySet<string>): boolean => {
  if (wordsOf(tool.description).some((word) => word.length > 3 && words.has(word))) return true
  if (hanPairs(tool.description).some((pair) => !commonPairs.has(pair) && prompt.includes(pair))) return true
  const described = tool.description.toLowerCase()
  return translations.some(
    ([english, han]) =>
      (described.includes(han) && words.has(english)) || (described.includes(english) && prompt.includes(han))
  )
}

const forcedName = (request: ValidRequest): string | undefined => {
  const choice = request.body["tool_choice"]
  const fn = isObject(choice) ? choice["function"] : undefined
  return isObject(fn) && typeof fn["name"] === "string" ? fn["name"] : undefined
}

const takesPlace = (tool: FunctionTool): boolean => {
  const properties = tool.parameters["properties"]
  return isObject(properties) && Object.keys(properties).some(isPlaceName)
}

const asksForTwo = (prompt: string): boolean => /\b(both|twice|two|each)\b|分别|两个|两次|同时/i.test(prompt)

const wanted = (request: ValidRequest, prompt: string, force: boolean): ReadonlyArray<FunctionTool> => {
  const forced = forcedName(request)
  if (forced !== undefined) return request.functions.filter((tool) => tool.name === forced)
  const lower = prompt.toLowerCase()
  const words = new Set(wordsOf(prompt))
  const named = request.functions.filter((tool) => namedBy(tool, lower, words))
  if (named.length > 0) return named
  const described = request.functions.filter((tool) => describedBy(tool, lower, words)).slice(0, 1)
  return described.length === 0 && force ? request.functions.slice(0, 1) : described
}

/**
 * The calls of this turn; none where nothing was asked for, or where the results of calls were just given. `force`
 * makes the model call the first function where it would call none.
 *
 * @internal
 */
export const planCalls = (request: ValidRequest, random: Random, force: boolean): ReadonlyArray<PlannedCall> => {
  const last = request.messages.at(-1)
  if (request.functions.length === 0 || last?.["role"] !== "user") return []
  const prompt = textOf(lastOf(request.messages, "user"))
  const cities = citiesIn(prompt)
  const callOf = (tool: FunctionTool, city: string | undefined): PlannedCall => ({
    name: tool.name,
    arguments: JSON.stringify(argumentsFor(tool.parameters, { prompt, city, random }))
  })
  const calls = wanted(request, prompt, force).flatMap((tool) =>
    takesPlace(tool) && cities.length > 1 ? cities.map((city) => callOf(tool, city)) : [callOf(tool, cities[0])]
  )
  const [only] = calls
  if (calls.length === 1 && only !== undefined && asksForTwo(prompt)) return [only, only]
  return calls.slice(0, maxCalls)
}
