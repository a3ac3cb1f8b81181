/** What the service asks of a tool: its name, and its parameters as a JSON Schema. Pure. */
import * as JSONSchema from "effect/JSONSchema"
import type * as Schema from "effect/Schema"

/** Section 4 of the protocol. @internal */
export const namePattern = /^[a-zA-Z0-9_-]{1,64}$/

/** The most functions that one request may offer. @internal */
export const maxTools = 128

/**
 * The JSON Schema of what goes over the wire. Throws where there is none, or where it is not that of an object: that is
 * a fault of the program which its first run shall show.
 *
 * @internal
 */
export const parametersOf = (tool: string, schema: Schema.Schema.Any): Record<string, unknown> => {
  const $defs: Record<string, JSONSchema.JsonSchema7> = {}
  const root = JSONSchema.fromAST(schema.ast, { definitions: $defs, topLevelReferenceStrategy: "skip" })
  const hasDefinitions = Object.keys($defs).length > 0
  // What Effect calls "any object" is a union with arrays, which the service does not take for parameters.
  if ("$id" in root && root.$id === "/schemas/%7B%7D") return { type: "object", properties: {} }
  if (!("type" in root) || root.type !== "object") {
    throw new Error(`The parameters of the tool ${tool} are not an object: give fields, a Schema.Struct or a class.`)
  }
  return hasDefinitions ? { ...root, $defs } : { ...root }
}
