// Generated from packages/testing/src/internal/simulator/answers/toolArguments.ts by scripts/effect4: change that file.
/**
 * Arguments for a tool from its JSON Schema and from what the prompt says.
 */
import { isObject, type Json } from "../json.js"
import type { Random } from "../random.js"
import { stringFor } from "./strings.js"

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

const stringOf = (schema: Json, name: string, state: State): string => {
  const { city, prompt } = state.context
  const quoted = /["“'「]([^"”'」]{1,200})["”'」]/.exec(prompt)?.[1]
  const words = isPlaceName(name)
    ? [city ?? (/\p{Script=Han}/u.test(prompt) ? "北京" : "Beijing")]
    : quoted !== undefined
      ? [quoted]
      : /expression|formula|算式|表达式/i.test(name)
        ? [/\d[\d\s.+\-*/^()×÷]*[\d)]/.exec(prompt)?.[0].trim() ?? "1 + 1"]
        : [prompt.trim().slice(0, 60) || name || "text"]
  return stringFor(schema, name, { words, nextNumber: () => numberFor({}, state, true) })
}

const numberOr = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise)

const numberFor = (schema: Json, state: State, whole: boolean): number => {
  const low = numberOr(schema["minimum"], -Infinity)
  const high = numberOr(schema["maximum"], Infinity)
  const above = numberOr(schema["exclusiveMinimum"], -Infinity)
  const below = numberOr(schema["exclusiveMaximum"], Infinity)
  const step = numberOr(schema["multipleOf"], whole ? 1 : 0)
  const isMultiple = (n: number) => step === 0 || Math.abs(n / step - Math.round(n / step)) < 1e-9
  const fits = (n: number) =>
    isMultiple(n) && (!whole || Number.isInteger(n)) && n >= low && n <= high && n > above && n < below
  const index = state.numbers.findIndex(fits)
  if (index >= 0) return state.numbers.splice(index, 1)[0] ?? 0
  const least = Math.max(low, above)
  const most = Math.min(high, below)
  const grid = step === 0 ? 1 : step
  // What lies a step from the bounds first; then what is between them.
  const tries = [
    least === -Infinity ? Math.min(most, 10) : least + grid,
    10,
    Math.ceil(least / grid) * grid,
    Math.floor(most / grid) * grid,
    Math.ceil(least / grid) * grid + grid,
    Math.floor(most / grid) * grid - grid,
    (least + most) / 2,
    least,
    most,
    0
  ]
  return tries.find((n) => Number.isFinite(n) && fits(n)) ?? (Number.isFinite(least) ? least : 0)
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

/** Schemas that all have to hold, as one: their properties together, their other words over each other. */
const mergedOf = (schemas: ReadonlyArray<Json>): Json => {
  const properties = schemas.map(({ properties }) => properties).filter(isObject)
  const required = schemas.flatMap(({ required }): ReadonlyArray<unknown> => (Array.isArray(required) ? required : []))
  return {
    ...Object.assign({}, ...schemas),
    ...(properties.length === 0 ? {} : { properties: Object.assign({}, ...properties) }),
    ...(required.length === 0 ? {} : { required })
  }
}

/** As many different ones as there are: those of an enum, numbers that count on, words with a number. */
const distinct = (items: ReadonlyArray<unknown>, schema: Json | undefined): ReadonlyArray<unknown> => {
  const choice = schema?.["enum"]
  if (Array.isArray(choice)) return choice.slice(0, items.length)
  return items.map((item, index) =>
    index === 0
      ? item
      : typeof item === "number"
        ? item + index
        : typeof item === "string"
          ? `${item} ${index + 1}`
          : item
  )
}

const valueFor = (schema: Json, name: string, state: State, depth: number): unknown => {
  if (depth > maxDepth) return null
  if (typeof schema["$ref"] === "string") {
    // The name of a definition tells as well: NumberFromString, Email.
    const definition = schema["$ref"].replace(/^.*\//, "")
    const { $ref: _, ...own } = schema
    const whole = mergedOf([resolveRef(schema["$ref"], state.root) ?? {}, own])
    return valueFor(whole, `${name} ${definition}`.trim(), state, depth + 1)
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
    const { [key]: _, ...own } = schema
    const merged: Json =
      key === "allOf"
        ? mergedOf([own, ...objects])
        : mergedOf([own, objects.find((one) => one["type"] !== "null") ?? {}])
    return valueFor(merged, name, state, depth + 1)
  }
  switch (typeOf(schema)) {
    case "object":
      return objectFor(schema, state, depth)
    case "array": {
      // Draft 7 has the members of a tuple in `items`, later drafts in `prefixItems`.
      const members: ReadonlyArray<unknown> = [schema["prefixItems"], schema["items"]].find(Array.isArray) ?? []
      const rest = [schema["items"], schema["additionalItems"]].find(isObject)
      const most = numberOr(schema["maxItems"], Infinity)
      const least = Math.min(numberOr(schema["minItems"], rest === undefined ? members.length : 1), 16)
      const length = Math.min(most, Math.max(least, members.length, rest === undefined ? 0 : 1))
      const items = Array.from({ length }, (_, index) => {
        const item = members[index] ?? rest
        return valueFor(isObject(item) ? item : {}, name, state, depth + 1)
      })
      return schema["uniqueItems"] === true ? distinct(items, rest) : items
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
      return stringOf(schema, name, state)
  }
}

const objectFor = (schema: Json, state: State, depth: number): Json => {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {}
  const required: ReadonlyArray<unknown> = Array.isArray(schema["required"]) ? schema["required"] : []
  const out: Record<string, unknown> = {}
  const unknown = required.filter((name) => typeof name === "string" && !Object.hasOwn(properties, name))
  const others = isObject(schema["additionalProperties"]) ? schema["additionalProperties"] : {}
  const all = [...Object.entries(properties), ...unknown.map((name) => [String(name), others] as const)]
  for (const [name, property] of all) {
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
