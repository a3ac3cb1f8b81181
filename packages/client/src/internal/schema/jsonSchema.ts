/** JSON Schemas of Schemas. What is named in one stands in `$defs`, to which `$ref` points. */
import * as JSONSchema from "effect/JSONSchema"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"

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
export const of = <A, I, R>(schema: Schema.Schema<A, I, R>): JsonSchema => {
  const { $defs, $schema: _, ...root } = JSONSchema.make(schema)
  return { root, $defs }
}

/**
 * That of an object, as the parameters of a tool have to be: the root is no reference. Throws where a Schema has no JSON
 * Schema; undefined where it is that of something else.
 *
 * @internal
 */
export const ofObject = (schema: Schema.Schema.All): JsonSchema | undefined => {
  const definitions: Record<string, JSONSchema.JsonSchema7> = {}
  const root = JSONSchema.fromAST(schema.ast, { definitions, topLevelReferenceStrategy: "skip" })
  const $defs = Object.keys(definitions).length > 0 ? definitions : undefined
  // What Effect calls "any object" is a union with arrays, which the service does not take for parameters.
  if ("$id" in root && root.$id === "/schemas/%7B%7D")
    return { root: { type: "object", properties: {} }, $defs: undefined }
  return "type" in root && root.type === "object" ? { root: { ...root }, $defs } : undefined
}

/** What the author of a Schema calls it. @internal */
export const nameOf = ({ ast }: Schema.Schema.All): string | undefined =>
  Option.getOrUndefined(Option.orElse(AST.getTitleAnnotation(ast), () => AST.getIdentifierAnnotation(ast)))
