/** What a JSON Schema says of a value, for the keywords that tests use; written down from the specification. */
type Schema = Readonly<Record<string, unknown>>

const isRecord = (u: unknown): u is Schema => typeof u === "object" && u !== null && !Array.isArray(u)

const isOf = (type: string, value: unknown): boolean => {
  switch (type) {
    case "null":
      return value === null
    case "integer":
      return Number.isInteger(value)
    case "array":
      return Array.isArray(value)
    case "object":
      return isRecord(value)
    default:
      return typeof value === type
  }
}

export const isValid = (root: Schema, value: unknown, schema: unknown = root): boolean => {
  if (typeof schema === "boolean") return schema
  if (!isRecord(schema)) return true
  const { $ref, additionalProperties, allOf, anyOf, items, minimum, minLength, oneOf, properties, required, type } =
    schema
  const all = (list: unknown) => (Array.isArray(list) ? list.map((one) => isValid(root, value, one)) : undefined)
  if (typeof $ref === "string") {
    const definitions = root["$defs"]
    const target = $ref === "#" ? root : isRecord(definitions) ? definitions[$ref.replace("#/$defs/", "")] : undefined
    if (target === undefined) throw new Error(`nothing at ${$ref}`)
    if (!isValid(root, value, target)) return false
  }
  if (type !== undefined && ![type].flat().some((one) => isOf(String(one), value))) return false
  if (Array.isArray(schema["enum"]) && !schema["enum"].includes(value)) return false
  if (Object.hasOwn(schema, "const") && schema["const"] !== value) return false
  if (typeof minLength === "number" && typeof value === "string" && value.length < minLength) return false
  if (typeof minimum === "number" && typeof value === "number" && value < minimum) return false
  if (all(allOf)?.includes(false) === true || all(anyOf)?.includes(true) === false) return false
  if (oneOf !== undefined && all(oneOf)?.filter(Boolean).length !== 1) return false
  if (Array.isArray(value) && items !== undefined && !value.every((item) => isValid(root, item, items))) return false
  if (!isRecord(value)) return true
  if (Array.isArray(required) && !required.every((name) => Object.hasOwn(value, String(name)))) return false
  const known = isRecord(properties) ? properties : {}
  return Object.entries(value).every(([name, field]) =>
    Object.hasOwn(known, name)
      ? isValid(root, field, known[name])
      : additionalProperties === undefined || isValid(root, field, additionalProperties)
  )
}
