/**
 * Whether a value is valid for a JSON Schema, as far as answers are checked here. What a schema says beyond these words is told to the
 * model, and not checked. Pure.
 */
import { isDeepStrictEqual } from "node:util"

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

/** What is wrong with a value, each with its place: `.steps[2]: …`. @internal */
export const problems = (root: unknown, value: unknown): ReadonlyArray<string> => {
  const found = (reference: string): unknown => {
    let at = root
    for (const name of reference.replace(/^#\/?/, "").split("/")) {
      if (name === "") continue
      at = isRecord(at) ? at[decodeURIComponent(name).replaceAll("~1", "/").replaceAll("~0", "~")] : undefined
    }
    return at
  }

  const check = (schema: unknown, value: unknown, path: string, references = 0): ReadonlyArray<string> => {
    if (schema === false) return [`${path}: is not allowed`]
    if (!isRecord(schema)) return []
    const wrong: Array<string> = []
    const say = (text: string): void => void wrong.push(`${path}: ${text}`)
    const number = (name: string): number | undefined => {
      const bound = schema[name]
      return typeof bound === "number" ? bound : undefined
    }
    const below = (actual: number, name: string, what: string): void => {
      const bound = number(name)
      if (bound !== undefined && actual < bound) say(`${what} is ${actual}, at least ${bound} is demanded`)
    }
    const above = (actual: number, name: string, what: string): void => {
      const bound = number(name)
      if (bound !== undefined && actual > bound) say(`${what} is ${actual}, at most ${bound} is allowed`)
    }
    const isValid = (part: unknown): boolean => check(part, value, path, references).length === 0

    const { $ref: reference, anyOf, const: constant, enum: values, not, oneOf, type } = schema
    if (typeof reference === "string") {
      if (references >= maxReferences) return [`${path}: the schema leads in a circle`]
      wrong.push(...check(found(reference), value, path, references + 1))
    }
    if (type !== undefined && !listed(type).some((one) => hasType(value, one))) {
      return [...wrong, `${path}: expected ${listed(type).join(" or ")}, actual ${typeOf(value)}`]
    }
    if (Array.isArray(values) && !values.some((one) => isDeepStrictEqual(one, value))) {
      say(`expected one of ${JSON.stringify(values)}`)
    }
    if ("const" in schema && !isDeepStrictEqual(constant, value)) say(`expected ${JSON.stringify(constant)}`)
    if (Array.isArray(anyOf) && !anyOf.some(isValid)) say("fits none of anyOf")
    if (Array.isArray(oneOf) && oneOf.filter(isValid).length !== 1) say("does not fit exactly one of oneOf")
    for (const part of listed(schema["allOf"] ?? [])) wrong.push(...check(part, value, path, references))
    if (not !== undefined && isValid(not)) say("fits what it must not be")
    if (typeof value === "number") {
      below(value, "minimum", "it")
      above(value, "maximum", "it")
      const [low, high, step] = [number("exclusiveMinimum"), number("exclusiveMaximum"), number("multipleOf")]
      if (low !== undefined && value <= low) say(`it has to be above ${low}`)
      if (high !== undefined && value >= high) say(`it has to be below ${high}`)
      if (step !== undefined && step > 0 && !Number.isInteger(Number((value / step).toFixed(9)))) {
        say(`it has to be a multiple of ${step}`)
      }
    }
    if (typeof value === "string") {
      const length = Array.from(value).length
      below(length, "minLength", "its length")
      above(length, "maxLength", "its length")
      const { pattern } = schema
      if (typeof pattern === "string" && !matches(pattern, value)) say(`does not match ${pattern}`)
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
        const at = Object.hasOwn(properties, name) ? properties[name] : schema["additionalProperties"]
        wrong.push(...check(at, item, `${path}.${name}`))
      }
    }
    return wrong
  }

  return check(root, value, "").map((problem) => (problem.startsWith(":") ? problem.slice(2) : problem))
}

/** A pattern that is none demands nothing. */
const matches = (pattern: string, text: string): boolean => {
  try {
    return new RegExp(pattern, "u").test(text)
  } catch {
    return true
  }
}
