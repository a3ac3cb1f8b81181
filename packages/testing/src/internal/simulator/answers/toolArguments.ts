/**
 * Arguments for a tool from its JSON Schema and from what the prompt says.
 */
import { isObject, type Json } from "../json.js"
import type { Random } from "../random.js"

/** @internal */
export interface ArgumentContext {
  readonly prompt: string
  /** The city that this call is about, where the prompt names one. */
  readonly city: string | undefined
  readonly random: Random
}

const cities =
  "Beijing Shanghai Shenzhen Guangzhou Hangzhou Chengdu London Paris Berlin Madrid Rome Vienna Tokyo Osaka Seoul " +
  "Singapore Bangkok Sydney Moscow Toronto Chicago Boston Seattle Florence Amsterdam Munich Dublin Lisbon Athens"

const hanCities =
  "北京 上海 深圳 广州 杭州 成都 南京 武汉 西安 重庆 天津 苏州 香港 台北 东京 伦敦 巴黎 纽约 柏林 新加坡"

const spaced = "New York|San Francisco|Los Angeles|Hong Kong"

const cityPattern = new RegExp(
  `\\b(?:${spaced}|${cities.split(" ").join("|")})\\b|${hanCities.split(" ").join("|")}`,
  "g"
)

/** "in Xville" names a place too, known or not. */
const placePattern = /\b(?:in|at|for|near)\s+(\p{Lu}\p{L}+(?:\s\p{Lu}\p{L}+)?)/gu

/**
 * The cities that a text names, each once, in order.
 *
 * @internal
 */
export const citiesIn = (text: string): ReadonlyArray<string> => {
  const known = Array.from(text.matchAll(cityPattern), (match) => match[0])
  if (known.length > 0) return Array.from(new Set(known))
  return Array.from(new Set(Array.from(text.matchAll(placePattern), (match) => match[1] ?? "")))
}

/** @internal */
export const isPlaceName = (name: string): boolean => /city|location|place|town|城市|地点|位置/i.test(name)

const numbersIn = (text: string): ReadonlyArray<number> =>
  Array.from(text.matchAll(/-?\d+(?:\.\d+)?/g), (match) => Number(match[0]))

interface State {
  readonly context: ArgumentContext
  readonly root: Json
  readonly numbers: Array<number>
}

const formats: Record<string, string> = {
  date: "2026-01-15",
  "date-time": "2026-01-15T09:30:00Z",
  time: "09:30:00Z",
  email: "user@example.com",
  uri: "https://example.com/",
  url: "https://example.com/",
  uuid: "6f1c2b1e-0c4e-4a7b-9d7e-2f3a4b5c6d7e",
  ipv4: "192.0.2.1",
  hostname: "example.com"
}

const fitLength = (text: string, schema: Json): string => {
  const { maxLength, minLength } = schema
  const cut = typeof maxLength === "number" && text.length > maxLength ? text.slice(0, maxLength) : text
  return typeof minLength === "number" && cut.length < minLength ? cut.padEnd(minLength, "x") : cut
}

const stringFor = (schema: Json, name: string, { context }: State): string => {
  const format = schema["format"]
  if (typeof format === "string" && formats[format] !== undefined) return formats[format]
  const { city, prompt } = context
  if (isPlaceName(name)) return city ?? (/\p{Script=Han}/u.test(prompt) ? "北京" : "Beijing")
  const quoted = /["“'「]([^"”'」]{1,200})["”'」]/.exec(prompt)?.[1]
  if (quoted !== undefined) return quoted
  if (/expression|formula|算式|表达式/i.test(name)) {
    return /\d[\d\s.+\-*/^()×÷]*[\d)]/.exec(prompt)?.[0].trim() ?? "1 + 1"
  }
  if (/date|日期/i.test(name)) return formats["date"] ?? ""
  return prompt.trim().slice(0, 60) || name || "text"
}

const numberFor = (schema: Json, state: State, whole: boolean): number => {
  const low = typeof schema["minimum"] === "number" ? schema["minimum"] : undefined
  const high = typeof schema["maximum"] === "number" ? schema["maximum"] : undefined
  const fits = (n: number) =>
    (!whole || Number.isInteger(n)) && (low === undefined || n >= low) && (high === undefined || n <= high)
  const index = state.numbers.findIndex(fits)
  if (index >= 0) return state.numbers.splice(index, 1)[0] ?? 0
  const base = low === undefined ? Math.min(high ?? 10, 10) : high === undefined ? low + 1 : Math.min(low + 1, high)
  return whole ? Math.ceil(base) : base
}

const resolveRef = (ref: string, root: Json): Json | undefined => {
  let node: unknown = root
  for (const part of ref.replace(/^#\/?/, "").split("/")) {
    if (part === "") continue
    node = isObject(node) ? node[part.replaceAll("~1", "/").replaceAll("~0", "~")] : undefined
  }
  return isObject(node) ? node : undefined
}

const typeOf = (schema: Json): string => {
  const type = schema["type"]
  if (typeof type === "string") return type
  if (Array.isArray(type)) return String(type.find((one) => one !== "null") ?? "null")
  return isObject(schema["properties"]) ? "object" : schema["items"] === undefined ? "string" : "array"
}

const maxDepth = 8

const valueFor = (schema: Json, name: string, state: State, depth: number): unknown => {
  if (depth > maxDepth) return null
  if (typeof schema["$ref"] === "string") {
    return valueFor(resolveRef(schema["$ref"], state.root) ?? {}, name, state, depth + 1)
  }
  if (schema["const"] !== undefined) return schema["const"]
  const options = schema["enum"]
  if (Array.isArray(options) && options.length > 0) {
    const prompt = state.context.prompt.toLowerCase()
    return options.find((one) => typeof one === "string" && prompt.includes(one.toLowerCase())) ?? options[0]
  }
  if (schema["default"] !== undefined) return schema["default"]
  for (const key of ["anyOf", "oneOf", "allOf"]) {
    const variants: unknown = schema[key]
    if (!Array.isArray(variants)) continue
    const objects = variants.filter(isObject)
    const merged: Json =
      key === "allOf" ? Object.assign({}, ...objects) : (objects.find((one) => one["type"] !== "null") ?? {})
    return valueFor(merged, name, state, depth + 1)
  }
  switch (typeOf(schema)) {
    case "object":
      return objectFor(schema, state, depth)
    case "array": {
      const least = typeof schema["minItems"] === "number" ? Math.min(schema["minItems"], 16) : 1
      const items = isObject(schema["items"]) ? schema["items"] : {}
      return Array.from({ length: Math.max(1, least) }, () => valueFor(items, name, state, depth + 1))
    }
    case "integer":
      return numberFor(schema, state, true)
    case "number":
      return numberFor(schema, state, false)
    case "boolean":
      return true
    case "null":
      return null
    default:
      return fitLength(stringFor(schema, name, state), schema)
  }
}

const objectFor = (schema: Json, state: State, depth: number): Json => {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {}
  const required: ReadonlyArray<unknown> = Array.isArray(schema["required"]) ? schema["required"] : []
  const out: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(properties)) {
    const mentioned = isPlaceName(name) && state.context.city !== undefined
    if (!required.includes(name) && !mentioned) continue
    Object.defineProperty(out, name, {
      value: valueFor(isObject(property) ? property : {}, name, state, depth + 1),
      enumerable: true
    })
  }
  return out
}

/**
 * Required properties, and a place where the prompt names one.
 *
 * @internal
 */
export const argumentsFor = (parameters: Json, context: ArgumentContext): Json =>
  objectFor(parameters, { context, root: parameters, numbers: [...numbersIn(context.prompt)] }, 0)

/**
 * A value of a JSON Schema of any kind.
 *
 * @internal
 */
export const valueOf = (schema: Json, context: ArgumentContext): unknown =>
  valueFor(schema, "", { context, root: schema, numbers: [...numbersIn(context.prompt)] }, 0)
