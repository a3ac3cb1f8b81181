// Generated from packages/client/src/internal/tools/schema.ts by scripts/effect4: change that file.
/** What the service asks of a tool: its name, and its parameters as a JSON Schema. Pure. */
import type * as Schema from "effect/Schema"
import { ofObject } from "../schema/jsonSchema.js"

/** The names of functions that the service takes, by its reference. @internal */
export const namePattern = /^[a-zA-Z0-9_-]{1,64}$/

/** The most functions that one request may offer. @internal */
export const maxTools = 128

/**
 * The JSON Schema of what goes over the wire. Throws where there is none, or where it is not that of an object: that is
 * a fault of the program which its first run shall show.
 *
 * @internal
 */
export const parametersOf = (tool: string, schema: Schema.Top): Record<string, unknown> => {
  const parameters = ofObject(schema)
  if (parameters === undefined) {
    throw new Error(`The parameters of the tool ${tool} are not an object: give fields, a Schema.Struct or a class.`)
  }
  const { $defs, root } = parameters
  return $defs === undefined ? { ...root } : { ...root, $defs }
}
