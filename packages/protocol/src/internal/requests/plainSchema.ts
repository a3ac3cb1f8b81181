/**
 * Writes a JSON Schema as the service takes it. GLM answers tools whose schema has `$ref` or `anyOf` with an error 1234 under
 * HTTP 500, or streams nothing at all (seen with GLM-5.2 in 2026), while the libraries that make schemas write both for the
 * simplest things: for every named type, and for "a text or null". Pure.
 *
 * Nothing that a schema allows or refuses changes. What cannot be said in another way stays as it is: unions of objects, and
 * references of a type to itself.
 */
import { isRecord } from "../text/records.js"

type Schema = Readonly<Record<string, unknown>>

/** Keywords that hold a schema, a list of them, or schemas by name. */
const withOne: ReadonlySet<string> = new Set([
  "additionalItems",
  "additionalProperties",
  "contains",
  "else",
  "if",
  "items",
  "not",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties"
])
const withList: ReadonlySet<string> = new Set(["allOf", "anyOf", "items", "oneOf", "prefixItems"])
const withNames: ReadonlySet<string> = new Set(["dependentSchemas", "patternProperties", "properties"])
const withDefinitions: ReadonlySet<string> = new Set(["$defs", "definitions"])

/** Keywords that say something to a reader, and nothing about what is valid. */
const annotations: ReadonlySet<string> = new Set([
  "$comment",
  "default",
  "deprecated",
  "description",
  "examples",
  "readOnly",
  "title",
  "writeOnly"
])

/** So many schemas may come of one: definitions that name each other twice double with each step. */
const maxSize = 2000

/** So much is looked at to find the types that refer to themselves. */
const maxSteps = 100_000

/** Deeper than any schema that a model reads: an object that holds itself. */
const maxDepth = 100

class TooLarge extends Error {}

/**
 * The same schema without what the service is known to refuse. One that would grow too large keeps its references.
 *
 * @internal
 */
export const plainSchema = (schema: Schema): Record<string, unknown> => {
  for (const inlines of [true, false]) {
    try {
      return simplified(schema, inlines)
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error
    }
  }
  return { ...schema }
}

const simplified = (root: Schema, inlines: boolean): Record<string, unknown> => {
  /** The definitions that are still referred to, by their reference: their names, and in the end what they are. */
  const names = new Map<string, string>()
  const definitions: Record<string, unknown> = {}
  const recursive = new Map<string, boolean>()
  let isForeign = false
  let size = 0
  let steps = 0

  const isRecursive = (reference: string): boolean => {
    const known = recursive.get(reference)
    if (known !== undefined) return known
    const found = reaches(root, reference, () => {
      if (++steps > maxSteps) throw new TooLarge()
    })
    recursive.set(reference, found)
    return found
  }

  /** The reference to where what is kept will stand. */
  const keep = (reference: string): Schema => {
    const name = names.get(reference) ?? unused(lastOf(reference), new Set(names.values()))
    names.set(reference, name)
    return { $ref: `#/$defs/${escaped(name)}` }
  }

  const resolved = (schema: Schema, depth: number): Schema => {
    const { $ref: reference, ...rest } = schema
    // The root of a schema stays where it is.
    if (typeof reference !== "string" || reference === "#") return schema
    const target = at(root, reference)
    if (target === undefined) {
      isForeign = true
      return schema
    }
    if (depth > 0 && (!inlines || isRecursive(reference))) return { ...keep(reference), ...rest }
    const beside = Object.fromEntries(Object.entries(rest).filter(([keyword]) => !withDefinitions.has(keyword)))
    return isDisjoint(target, beside)
      ? resolved({ ...target, ...beside }, depth + 1)
      : { allOf: [resolved(target, depth + 1), beside] }
  }

  const walkAny = (value: unknown, depth: number): unknown => (isRecord(value) ? walk(value, depth) : value)

  const walk = (given: Schema, depth: number): Schema => {
    if (++size > maxSize || depth > maxDepth) throw new TooLarge()
    const schema = resolved(given, depth)
    const entries = Object.entries(schema).flatMap(([keyword, value]): ReadonlyArray<[string, unknown]> => {
      if (withDefinitions.has(keyword) && isRecord(value)) return []
      if (withNames.has(keyword) && isRecord(value)) {
        return [
          [keyword, Object.fromEntries(Object.entries(value).map(([name, field]) => [name, walkAny(field, depth + 1)]))]
        ]
      }
      if (withList.has(keyword) && Array.isArray(value)) {
        return [[keyword, value.map((one: unknown) => walkAny(one, depth + 1))]]
      }
      return [[keyword, withOne.has(keyword) ? walkAny(value, depth + 1) : value]]
    })
    return joined(Object.fromEntries(entries))
  }

  const whole = walk(root, 0)
  for (const [reference, name] of names) {
    // While this goes on, more may be kept, which a Map gives as well.
    definitions[name] = walk(at(root, reference) ?? {}, 0)
  }
  // A reference by the id of a definition, or to another document: what it needs is not known.
  const { $defs, definitions: older } = root
  const all = isForeign ? { ...(isRecord($defs) ? $defs : {}), ...definitions } : definitions
  return {
    ...whole,
    ...(isForeign && isRecord(older) ? { definitions: older } : {}),
    ...(Object.keys(all).length === 0 ? {} : { $defs: all })
  }
}

/** What a reference within a document points to. */
const at = (root: Schema, reference: string): Schema | undefined => {
  if (!reference.startsWith("#/")) return undefined
  let target: unknown = root
  for (const part of reference.slice(2).split("/")) {
    const key = unescaped(part)
    if (typeof target !== "object" || target === null || !Object.hasOwn(target, key)) return undefined
    target = Reflect.get(target, key)
  }
  return isRecord(target) ? target : undefined
}

const unescaped = (part: string): string => {
  const pointer = part.replaceAll("~1", "/").replaceAll("~0", "~")
  try {
    return decodeURIComponent(pointer)
  } catch {
    return pointer
  }
}

const escaped = (name: string): string => encodeURIComponent(name).replaceAll("~", "~0").replaceAll("%2F", "~1")

const lastOf = (reference: string): string => unescaped(reference.slice(reference.lastIndexOf("/") + 1))

const unused = (name: string, taken: ReadonlySet<string>): string => {
  if (!taken.has(name)) return name
  let count = 2
  while (taken.has(`${name}${count}`)) count++
  return `${name}${count}`
}

/** Whether what a reference points to leads back to it. */
const reaches = (root: Schema, reference: string, step: () => void): boolean => {
  const seen = new Set<unknown>()
  const open: Array<unknown> = [at(root, reference)]
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== "object" || value === null || seen.has(value)) continue
    step()
    seen.add(value)
    const next = isRecord(value) ? value["$ref"] : undefined
    if (next === reference) return true
    if (typeof next === "string") open.push(at(root, next))
    open.push(...Object.values(value).filter((one) => one !== undefined))
  }
  return false
}

/** The same schema with what `anyOf`, `oneOf` and `allOf` say in its own words, where these can say it. */
const joined = (schema: Schema): Schema => {
  const { allOf, ...withoutAll } = schema
  if (isListOf(allOf, 1) && isRecord(allOf[0]) && isDisjoint(allOf[0], withoutAll)) {
    return joined({ ...allOf[0], ...withoutAll })
  }
  for (const keyword of ["anyOf", "oneOf"] as const) {
    const { [keyword]: members, ...rest } = schema
    if (!Array.isArray(members) || !members.every(isRecord)) continue
    // `oneOf` of two that are the same takes nothing.
    const union = keyword === "anyOf" ? unionOf(distinct(members.flatMap(flat)), keyword) : unionOf(members, keyword)
    if (union !== undefined && isDisjoint(union, rest)) return { ...union, ...rest }
  }
  return schema
}

const isListOf = (value: unknown, length: number): value is ReadonlyArray<unknown> =>
  Array.isArray(value) && value.length === length

/** Whether two schemas that both hold can be written as one: what both say are annotations, of which the second counts. */
const isDisjoint = (inner: Schema, outer: Schema): boolean =>
  Object.keys(outer).every((keyword) => annotations.has(keyword) || !Object.hasOwn(inner, keyword)) &&
  // It looks at the properties beside it.
  !(["additionalProperties", "unevaluatedProperties", "additionalItems", "unevaluatedItems"] as const).some(
    (keyword) => Object.hasOwn(inner, keyword) !== Object.hasOwn(outer, keyword) && hasConstraints(inner, outer)
  )

const hasConstraints = (inner: Schema, outer: Schema): boolean =>
  [inner, outer].every((schema) => Object.keys(schema).some((keyword) => !annotations.has(keyword)))

const flat = (member: Schema): ReadonlyArray<Schema> => {
  const { anyOf, ...rest } = member
  return Object.keys(rest).length === 0 && Array.isArray(anyOf) && anyOf.every(isRecord) ? anyOf : [member]
}

const distinct = (members: ReadonlyArray<Schema>): ReadonlyArray<Schema> => [
  ...new Map(members.map((member) => [JSON.stringify(member), member])).values()
]

const unionOf = (members: ReadonlyArray<Schema>, keyword: "anyOf" | "oneOf"): Schema | undefined => {
  const [only] = members
  if (only !== undefined && members.length === 1) return only
  const others = members.filter((member) => !isNull(member))
  const [one] = others
  if (one !== undefined && others.length === 1) return members.length === 2 ? orNull(one) : undefined
  return enumOf(members, keyword) ?? typesOf(members, keyword)
}

/** What is said of `null` besides would be lost. */
const isNull = (schema: Schema): boolean =>
  Object.keys(schema).length === 1 &&
  (schema["type"] === "null" || (isListOf(schema["enum"], 1) && schema["enum"][0] === null) || schema["const"] === null)

/** All other keywords of a schema with a `type` ask nothing of `null`, but these. */
const orNull = (schema: Schema): Schema | undefined => {
  const { const: constant, ...rest } = schema
  const types = typesIn(rest["type"])
  if (types === undefined || types.includes("null")) return undefined
  if (
    ["$ref", "allOf", "anyOf", "else", "if", "not", "oneOf", "then"].some((keyword) => Object.hasOwn(rest, keyword))
  ) {
    return undefined
  }
  const values = constant === undefined ? rest["enum"] : [constant]
  return {
    ...rest,
    type: [...types, "null"],
    ...(Array.isArray(values) ? { enum: [...(values as ReadonlyArray<unknown>), null] } : {})
  }
}

const typesIn = (type: unknown): ReadonlyArray<string> | undefined => {
  if (typeof type === "string") return [type]
  return Array.isArray(type) && type.every((one): one is string => typeof one === "string") ? type : undefined
}

/** Of values that are listed, one list. What the names of single values say goes into the description. */
const enumOf = (members: ReadonlyArray<Schema>, keyword: "anyOf" | "oneOf"): Schema | undefined => {
  const values: Array<unknown> = []
  const types = new Set<string>()
  const told: Array<string> = []
  for (const member of members) {
    const { const: constant, description, enum: listed, title, type, ...rest } = member
    const own: ReadonlyArray<unknown> | undefined = Array.isArray(listed)
      ? listed
      : Object.hasOwn(member, "const")
        ? [constant]
        : isNull(member)
          ? [null]
          : undefined
    if (own === undefined || Object.keys(rest).length > 0) return undefined
    if (own.some((value) => typeof value === "object" && value !== null)) return undefined
    for (const name of typesIn(type) ?? own.map(typeOf)) types.add(name)
    values.push(...own)
    const meaning = [title, description].filter((text) => typeof text === "string" && text !== "").join(", ")
    if (meaning !== "") told.push(`${own.map((value) => JSON.stringify(value)).join(", ")}: ${meaning}`)
  }
  const unique = new Set(values)
  if (keyword === "oneOf" && unique.size < values.length) return undefined
  const [type] = types
  return {
    type: types.size === 1 ? type : [...types],
    enum: [...unique],
    ...(told.length === 0 ? {} : { description: told.join("; ") })
  }
}

const typeOf = (value: unknown): string => (value === null ? "null" : typeof value)

/** Of kinds of values of which nothing more is said, one list. */
const typesOf = (members: ReadonlyArray<Schema>, keyword: "anyOf" | "oneOf"): Schema | undefined => {
  const types: Array<string> = []
  for (const { type, ...rest } of members) {
    const own = typesIn(type)
    if (own === undefined || Object.keys(rest).length > 0) return undefined
    types.push(...own)
  }
  const unique = new Set(types)
  // A whole number is of two kinds, and `oneOf` wants exactly one.
  const overlaps = unique.size < types.length || (unique.has("integer") && unique.has("number"))
  return keyword === "oneOf" && overlaps ? undefined : { type: [...unique] }
}
