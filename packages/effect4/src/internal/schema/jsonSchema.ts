/** JSON Schemas of Schemas. What is named in one stands in `$defs`, to which `$ref` points. */
import * as Arr from "effect/Array"
import type * as JsonSchemaModule from "effect/JsonSchema"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as SchemaAST from "effect/SchemaAST"
import * as SchemaRepresentation from "effect/SchemaRepresentation"

/** @internal */
export interface JsonSchema {
  readonly root: Readonly<Record<string, unknown>>
  readonly $defs: Readonly<Record<string, unknown>> | undefined
}

/**
 * Throws where a Schema has no JSON Schema. The root may be a reference.
 *
 * @internal
 */
export const of = (schema: Schema.Constraint): JsonSchema => {
  const document = SchemaRepresentation.toJsonSchemaDocument(plain(Schema.toRepresentation(Schema.toEncoded(schema))), {
    onExcessProperty: "error"
  })
  const definitions = Object.entries(document.definitions).map(([name, definition]) => [name, unbounded(definition)])
  return {
    root: anyObject(unbounded(document.schema)),
    $defs: definitions.length === 0 ? undefined : Object.fromEntries(definitions)
  }
}

/**
 * That of an object, as the parameters of a tool have to be: the root is no reference. Throws where a Schema has no JSON
 * Schema; undefined where it is that of something else.
 *
 * @internal
 */
export const ofObject = (schema: Schema.Constraint): JsonSchema | undefined => {
  const { $defs, root } = of(schema)
  const reference = root["$ref"]
  const name = typeof reference === "string" ? reference.replace(/^#\/\$defs\//, "") : undefined
  const resolved = name === undefined ? root : $defs?.[name]
  if (!Predicate.isObject(resolved) || resolved["type"] !== "object") return undefined
  // Nothing but the root pointed there, unless it is a Schema of itself.
  const rest = Object.entries($defs ?? {}).filter(
    ([key]) => key !== name || JSON.stringify(resolved).includes(`"#/$defs/${name}"`)
  )
  return { root: resolved, $defs: rest.length === 0 ? undefined : Object.fromEntries(rest) }
}

/** The same as one document. @internal */
export const documentOf = (schema: Schema.Constraint): Record<string, unknown> => {
  const { $defs, root } = ofObject(schema) ?? of(schema)
  return $defs === undefined ? { ...root } : { ...root, $defs }
}

/** What the author of a Schema calls it. @internal */
export const nameOf = ({ ast }: Schema.Constraint): string | undefined =>
  SchemaAST.resolveTitle(ast) ?? SchemaAST.resolveIdentifier(ast)

type Representation = SchemaRepresentation.Representation

/**
 * Without what the JSON Schema of Effect allows besides, as its own JSON codec would: words for numbers, `null` for `undefined`; and
 * with what it does not tell of strings.
 */
const plain = ({ references, representation }: SchemaRepresentation.Document): SchemaRepresentation.Document => ({
  representation: plainly(representation),
  references: Object.fromEntries(Object.entries(references).map(([name, one]) => [name, plainly(one, [name])]))
})

const { representation: finiteNumber } = Schema.toRepresentation(Schema.Finite)

const finite = finiteNumber._tag === "Number" ? finiteNumber.checks : []

/**
 * Effect tells a pattern only where its flags make it one of JSON Schema, and half of a least length, as two units of UTF-16 may be one
 * character. A model is told what the author wrote.
 */
const told = (check: SchemaRepresentation.Check): SchemaRepresentation.Check => {
  if (check._tag === "FilterGroup") return { ...check, checks: Arr.map(check.checks, told) }
  const { id, payload } = check.representation ?? {}
  if (!Predicate.isObject(payload)) return check
  const keywords: JsonSchemaModule.JsonSchema | undefined =
    id === "effect/schema/isPattern"
      ? { pattern: payload["source"] }
      : id === "effect/schema/isMinLength"
        ? { minLength: payload["minLength"] }
        : id === "effect/schema/isBetweenLength"
          ? { minLength: payload["minimum"], maxLength: payload["maximum"] }
          : undefined
  return keywords === undefined
    ? check
    : { ...check, annotations: { ...check.annotations, toJsonSchema: () => keywords } }
}

/** What a string is decoded into is known to no model but by its description. */
const described = (annotations: Schema.Annotations.Annotations | undefined) =>
  annotations?.["description"] === undefined && typeof annotations?.["expected"] === "string"
    ? { ...annotations, description: annotations["expected"] }
    : annotations

/** @param path the fields that lead there, for whoever has to find the one that cannot be told */
const plainly = (one: Representation, path: ReadonlyArray<string> = []): Representation => {
  const below = (name: string, field: Representation): Representation => plainly(field, [...path, name])
  switch (one._tag) {
    case "String":
      return { ...one, annotations: described(one.annotations), checks: one.checks.map(told) }
    case "Number":
      return { ...one, checks: [...one.checks, ...finite] }
    case "Union": {
      const types = one.types.filter(({ _tag }) => _tag !== "Undefined").map((type) => plainly(type, path))
      return types.length === 1 && types[0] !== undefined && one.annotations === undefined
        ? types[0]
        : { ...one, types }
    }
    case "Objects":
      return {
        ...one,
        propertySignatures: one.propertySignatures.map((field) => ({
          ...field,
          type: below(String(field.name), field.type)
        })),
        indexSignatures: one.indexSignatures.map((field) => ({ ...field, type: below("*", field.type) }))
      }
    case "Arrays":
      return {
        ...one,
        elements: one.elements.map((element, index) => ({ ...element, type: below(String(index), element.type) })),
        rest: one.rest.map((element) => below("*", element))
      }
    case "Declaration":
    case "BigInt":
    case "Symbol":
    case "UniqueSymbol":
    case "Void": {
      const where = path.length === 0 ? "" : ` at ${path.join(".")}`
      throw new Error(`There is no JSON Schema for a ${one._tag}${where}: give it an encoding that is JSON.`)
    }
    case "Suspend":
      return { ...one, thunk: plainly(one.thunk, path) }
    default:
      return one
  }
}

/** What can stand beside its type, and says the same there. */
const plainKeyword =
  /^(?:title|description|default|examples|format|pattern|multipleOf|uniqueItems|(?:exclusive)?M(?:in|ax)imum|m(?:in|ax)\w+)$/i

/** What checks and fields add to a Schema stands in an `allOf`, where a model may not look: it goes beside the type. */
const together = (whole: Record<string, unknown>): Record<string, unknown> => {
  const { allOf, ...schema } = whole
  if (!Array.isArray(allOf)) return whole
  const rest = allOf.filter((one) => {
    const isPlain =
      Predicate.isObject(one) &&
      schema["$ref"] === undefined &&
      Object.keys(one).every((keyword) => plainKeyword.test(keyword) && !(keyword in schema))
    if (isPlain) Object.assign(schema, one)
    return !isPlain
  })
  return rest.length === 0 ? schema : { ...schema, allOf: rest }
}

/** Integers of JavaScript are bounded, which says nothing to a model. */
const unbounded = (schema: JsonSchemaModule.JsonSchema): Record<string, unknown> =>
  together(
    Object.fromEntries(
      Object.entries(schema).flatMap(([keyword, value]) => {
        if (keyword === "minimum" && value === Number.MIN_SAFE_INTEGER) return []
        if (keyword === "maximum" && value === Number.MAX_SAFE_INTEGER) return []
        if (Array.isArray(value))
          return [[keyword, value.map((one) => (Predicate.isObject(one) ? unbounded(one) : one))]]
        return [[keyword, Predicate.isObject(value) ? unbounded(value) : value]]
      })
    )
  )

/** A Struct without fields takes everything but `null`; the service asks for an object, and for its properties, be there none. */
const anyObject = (schema: Record<string, unknown>): Record<string, unknown> => {
  if (JSON.stringify(schema) === '{"not":{"type":"null"}}') return { type: "object", properties: {} }
  return schema["type"] === "object" && schema["properties"] === undefined
    ? { ...schema, properties: {}, required: [] }
    : schema
}
