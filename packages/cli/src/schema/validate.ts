/**
 * Whether a value is valid for a JSON Schema, as far as answers are checked here. What a schema says beyond these words is told to the
 * model, and not checked. Pure.
 */
import { isDeepStrictEqual } from "node:util"
import { say } from "../language.js"

type Record = Readonly<{ [name: string]: unknown }>

const isRecord = (value: unknown): value is Record =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** Words that demand nothing. */
const silent = "title description default examples $schema $id $comment $defs definitions deprecated readOnly writeOnly"

const checked =
  "$ref type enum const properties required additionalProperties items minItems maxItems minLength maxLength pattern minimum maximum " +
  "exclusiveMinimum exclusiveMaximum multipleOf anyOf oneOf allOf not"

const known: ReadonlySet<string> = new Set(`${silent} ${checked}`.split(" "))

const schemasIn = (schema: Record): ReadonlyArray<unknown> => {
  const ofNames = [schema["properties"], schema["$defs"], schema["definitions"]].filter(isRecord).flatMap(Object.values)
  const listed = [schema["anyOf"], schema["oneOf"], schema["allOf"]].filter(Array.isArray).flat()
  return [...ofNames, ...listed, schema["items"], schema["additionalProperties"], schema["not"]]
}

/** The words that are not checked. @internal */
export const unchecked = (schema: unknown): ReadonlySet<string> => {
  const found = new Set<string>()
  const look = (part: unknown): void => {
    if (!isRecord(part)) return
    for (const name of Object.keys(part)) if (!known.has(name)) found.add(name)
    schemasIn(part).forEach(look)
  }
  look(schema)
  return found
}

const typeOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "array" : typeof value === "object" ? "object" : typeof value

const hasType = (value: unknown, type: unknown): boolean =>
  type === "integer" ? Number.isInteger(value) : typeOf(value) === type

const listed = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [value])

/** References that lead to references, at the most. */
const maxReferences = 32

const unescaped = (name: string): string => {
  try {
    return decodeURIComponent(name).replaceAll("~1", "/").replaceAll("~0", "~")
  } catch {
    return name
  }
}

/** What a reference within a schema leads to. */
const at = (root: unknown, reference: string): unknown => {
  let part = root
  for (const name of reference.replace(/^#\/?/, "").split("/")) {
    if (name === "") continue
    const key = unescaped(name)
    part = Array.isArray(part) ? part[Number(key)] : isRecord(part) && Object.hasOwn(part, key) ? part[key] : undefined
  }
  return part
}

/** As Unicode, or as it was before that, by which `[\\w-.]` is a pattern. */
const regExpOf = (pattern: string): RegExp | undefined => {
  for (const flags of ["u", ""]) {
    try {
      return new RegExp(pattern, flags)
    } catch {
      continue
    }
  }
  return undefined
}

/** Whether references lead to nothing but each other. */
const isCircle = (root: unknown, reference: string): boolean => {
  let part = at(root, reference)
  for (let i = 0; i < maxReferences; i++) {
    if (!isRecord(part) || typeof part["$ref"] !== "string") return false
    part = at(root, part["$ref"])
  }
  return true
}

/** Why no answer can be checked by a schema: asked before anything is paid for. @internal */
export const unusable = (root: unknown): string | undefined => {
  const look = (part: unknown): string | undefined => {
    if (!isRecord(part)) return undefined
    const { $ref: reference, pattern } = part
    if (typeof reference === "string") {
      if (!reference.startsWith("#")) return say("schemaRefOutside", { reference })
      if (at(root, reference) === undefined) return say("schemaRefNowhere", { reference })
      if (isCircle(root, reference)) return say("schemaRefCircle", { reference })
    }
    if (typeof pattern === "string" && regExpOf(pattern) === undefined) {
      return say("schemaPattern", { pattern })
    }
    for (const inner of schemasIn(part)) {
      const problem = look(inner)
      if (problem !== undefined) return problem
    }
    return undefined
  }
  return look(root)
}

/** What is wrong with a value, each with its place: `.steps[2]: …`. @internal */
export const problems = (root: unknown, value: unknown): ReadonlyArray<string> => {
  const check = (schema: unknown, value: unknown, path: string, references = 0): ReadonlyArray<string> => {
    if (schema === false) return [`${path}: is not allowed`]
    if (!isRecord(schema)) return []
    const wrong: Array<string> = []
    const tell = (text: string): void => void wrong.push(`${path}: ${text}`)
    const number = (name: string): number | undefined => {
      const bound = schema[name]
      return typeof bound === "number" ? bound : undefined
    }
    const below = (actual: number, name: string, what: string): void => {
      const bound = number(name)
      if (bound !== undefined && actual < bound) tell(`${what} is ${actual}, at least ${bound} is demanded`)
    }
    const above = (actual: number, name: string, what: string): void => {
      const bound = number(name)
      if (bound !== undefined && actual > bound) tell(`${what} is ${actual}, at most ${bound} is allowed`)
    }
    const isValid = (part: unknown): boolean => check(part, value, path, references).length === 0

    const { $ref: reference, anyOf, const: constant, enum: values, not, oneOf, type } = schema
    if (typeof reference === "string") {
      if (references >= maxReferences) return [`${path}: the schema leads in a circle`]
      wrong.push(...check(at(root, reference), value, path, references + 1))
    }
    if (type !== undefined && !listed(type).some((one) => hasType(value, one))) {
      return [...wrong, `${path}: expected ${listed(type).join(" or ")}, actual ${typeOf(value)}`]
    }
    if (Array.isArray(values) && !values.some((one) => isDeepStrictEqual(one, value))) {
      tell(`expected one of ${JSON.stringify(values)}`)
    }
    if ("const" in schema && !isDeepStrictEqual(constant, value)) tell(`expected ${JSON.stringify(constant)}`)
    if (Array.isArray(anyOf) && !anyOf.some(isValid)) tell("fits none of anyOf")
    if (Array.isArray(oneOf) && oneOf.filter(isValid).length !== 1) tell("does not fit exactly one of oneOf")
    for (const part of listed(schema["allOf"] ?? [])) wrong.push(...check(part, value, path, references))
    if (not !== undefined && isValid(not)) tell("fits what it must not be")
    if (typeof value === "number") {
      below(value, "minimum", "it")
      above(value, "maximum", "it")
      const [low, high, step] = [number("exclusiveMinimum"), number("exclusiveMaximum"), number("multipleOf")]
      if (low !== undefined && value <= low) tell(`it has to be above ${low}`)
      if (high !== undefined && value >= high) tell(`it has to be below ${high}`)
      if (step !== undefined && step > 0 && !Number.isInteger(Number((value / step).toFixed(9)))) {
        tell(`it has to be a multiple of ${step}`)
      }
    }
    if (typeof value === "string") {
      const length = Array.from(value).length
      below(length, "minLength", "its length")
      above(length, "maxLength", "its length")
      const { pattern } = schema
      if (typeof pattern === "string" && regExpOf(pattern)?.test(value) === false) tell(`does not match ${pattern}`)
    }
    if (Array.isArray(value)) {
      below(value.length, "minItems", "the number of items")
      above(value.length, "maxItems", "the number of items")
      value.forEach((item, index) => wrong.push(...check(schema["items"], item, `${path}[${index}]`)))
    }
    if (isRecord(value)) {
      const properties = isRecord(schema["properties"]) ? schema["properties"] : {}
      for (const name of listed(schema["required"] ?? [])) {
        if (typeof name === "string" && !Object.hasOwn(value, name)) wrong.push(`${path}.${name}: is missing`)
      }
      for (const [name, item] of Object.entries(value)) {
        const part = Object.hasOwn(properties, name) ? properties[name] : schema["additionalProperties"]
        wrong.push(...check(part, item, `${path}.${name}`))
      }
    }
    return wrong
  }

  return check(root, value, "").map((problem) => (problem.startsWith(":") ? problem.slice(2) : problem))
}
