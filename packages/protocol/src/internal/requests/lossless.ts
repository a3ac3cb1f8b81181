/**
 * Models write arguments as texts where a schema wants numbers, booleans or objects (`{"limit": "10"}`). What such a text says
 * without a doubt can be read, for whoever asks for it. Pure.
 */
import { parseJson } from "../text/jsonScan.js"
import { isRecord } from "../text/records.js"

type Schema = Readonly<Record<string, unknown>>

/** Deeper than any arguments: a schema of itself goes on as long as the value does. */
const maxDepth = 100

/**
 * The value with texts read as what the JSON Schema asks for, where nothing is lost by it: `"5"` as 5, `"true"` as true, JSON
 * as an object or a list. A text stays one where the schema takes texts, and where a number would be rounded. The same value
 * where there is nothing to read.
 *
 * @internal
 */
export const lossless = (root: Schema, value: unknown): unknown => read(root, root, value, 0)

const read = (root: Schema, given: unknown, value: unknown, depth: number): unknown => {
  if (!isRecord(given) || depth > maxDepth) return value
  const schema = memberFor(root, resolved(root, given), value, depth)
  if (typeof value === "string") {
    const parsed = parsedText(typesOf(root, schema, depth), value)
    return typeof parsed === "object" && parsed !== null ? read(root, schema, parsed, depth) : parsed
  }
  if (Array.isArray(value)) return readList(root, schema, value, depth)
  return isRecord(value) ? readObject(root, schema, value, depth) : value
}

const parsedText = (types: ReadonlySet<string>, text: string): unknown => {
  if (types.size === 0 || types.has("string")) return text
  if (types.has("boolean") && (text === "true" || text === "false")) return text === "true"
  if (types.has("null") && text === "null") return null
  if ((types.has("number") || types.has("integer")) && numberPattern.test(text)) {
    const number = Number(text)
    const isWhole = types.has("number") || Number.isInteger(number)
    return isWhole && Number.isFinite(number) && digitsOf(String(number)) === digitsOf(text) ? number : text
  }
  const parsed = types.has("object") || types.has("array") ? parseJson(text) : undefined
  return (types.has("object") && isRecord(parsed)) || (types.has("array") && Array.isArray(parsed)) ? parsed : text
}

/** A number as JSON writes it. */
const numberPattern = /^-?(?:0|[1-9]\d{0,400})(?:\.\d{1,400})?(?:[eE][+-]?\d{1,4})?$/

/** What a number is, however it is written: sign, digits, and where they begin. */
const digitsOf = (text: string): string => {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? []
  const digits = (whole + fraction).replace(/^0+/, "")
  const significant = digits.replace(/0+$/, "")
  const power = Number(exponent) - fraction.length + digits.length - significant.length
  return significant === "" ? `${sign}0` : `${sign}${significant}e${power}`
}

const readList = (root: Schema, schema: Schema, list: ReadonlyArray<unknown>, depth: number): unknown => {
  const { additionalItems, items, prefixItems } = schema
  const first: ReadonlyArray<unknown> = Array.isArray(prefixItems) ? prefixItems : Array.isArray(items) ? items : []
  const rest = Array.isArray(items) ? additionalItems : items
  const changed = list.map((item, index) => read(root, first[index] ?? rest, item, depth + 1))
  return changed.some((item, index) => item !== list[index]) ? changed : list
}

const readObject = (root: Schema, schema: Schema, value: Schema, depth: number): unknown => {
  const { additionalProperties, properties } = schema
  const known = isRecord(properties) ? properties : {}
  const entries = Object.entries(value)
  const changed = entries.map(([name, field]): [string, unknown] => [
    name,
    read(root, Object.hasOwn(known, name) ? known[name] : additionalProperties, field, depth + 1)
  ])
  return changed.some(([, field], index) => field !== entries[index]?.[1]) ? Object.fromEntries(changed) : value
}

const resolved = (root: Schema, schema: Schema): Schema => {
  let target = schema
  for (let hops = 0; hops < 20; hops++) {
    const reference = target["$ref"]
    if (reference === "#") return root
    const name = typeof reference === "string" ? /^#\/\$defs\/([^/]+)$/.exec(reference)?.[1] : undefined
    const definitions = root["$defs"]
    const next = name !== undefined && isRecord(definitions) ? definitions[decodeURIComponent(name)] : undefined
    if (!isRecord(next)) return target
    target = next
  }
  return {}
}

/** Of a union, what an object or a list is to be: the only member that it can be, by its kind and by what its fields are. */
const memberFor = (root: Schema, schema: Schema, value: unknown, depth: number): Schema => {
  const members: unknown = schema["anyOf"] ?? schema["oneOf"]
  if (typeof value !== "object" || value === null || !Array.isArray(members)) return schema
  const fitting = members.flatMap((member): ReadonlyArray<Schema> => {
    const one = isRecord(member) ? resolved(root, member) : {}
    return typesOf(root, one, depth).has(typeOf(value)) && agrees(one, value) ? [one] : []
  })
  const [only] = fitting
  return only !== undefined && fitting.length === 1 ? only : schema
}

/** Whether no field of a value is another than the only ones that a schema takes. */
const agrees = ({ properties }: Schema, value: object): boolean =>
  !isRecord(properties) ||
  Object.entries(properties).every(([name, property]) => {
    const listed: unknown = isRecord(property) ? (property["enum"] ?? [property["const"]]) : undefined
    const isListed = isRecord(property) && (Array.isArray(property["enum"]) || Object.hasOwn(property, "const"))
    return (
      !isListed || !Object.hasOwn(value, name) || (Array.isArray(listed) && listed.includes(Reflect.get(value, name)))
    )
  })

/** The kinds of values that a schema takes; none where it does not say, or says it in other ways. */
const typesOf = (root: Schema, schema: Schema, depth: number): ReadonlySet<string> => {
  const { anyOf, const: constant, enum: listed, oneOf, type } = schema
  if (typeof type === "string") return new Set([type])
  if (Array.isArray(type)) return new Set(type)
  if (Array.isArray(listed)) return new Set(listed.map(typeOf))
  if (Object.hasOwn(schema, "const")) return new Set([typeOf(constant)])
  const members: unknown = anyOf ?? oneOf
  if (!Array.isArray(members) || depth > maxDepth) return new Set()
  const sets = members.map((member) =>
    isRecord(member) ? typesOf(root, resolved(root, member), depth + 1) : new Set<string>()
  )
  // One that takes anything takes texts.
  return sets.some((set) => set.size === 0) ? new Set() : new Set(sets.flatMap((set) => [...set]))
}

const typeOf = (value: unknown): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value)
