/** What `--schema` names: a file of JSON Schema, a JSON Schema itself, or a list of fields. */
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import { UsageError } from "../errors.js"
import * as Input from "../input.js"
import { say } from "../language.js"
import { printable } from "../text.js"
import { unusable } from "./validate.js"

const types: Readonly<Record<string, string>> = {
  str: "string",
  string: "string",
  int: "integer",
  integer: "integer",
  float: "number",
  number: "number",
  bool: "boolean",
  boolean: "boolean"
}

/**
 * A list of fields as a JSON Schema: `name, age int, bio: one sentence`, by commas or lines; `name[]` is a list, and with the whole
 * in brackets it is a list of such objects. `undefined` where it is none.
 *
 * @internal
 */
export const ofFields = (text: string): unknown => {
  const [, inside] = /^\s*\[([^]*)\]\s*$/.exec(text) ?? []
  if (inside !== undefined) {
    const items = ofFields(inside)
    return items === undefined ? undefined : { type: "array", items }
  }
  const fields = text.split(text.includes("\n") ? "\n" : ",").filter((field) => field.trim() !== "")
  const properties: Array<readonly [string, unknown]> = []
  for (const field of fields) {
    const [whole, name = "", isList, word = "str", description] =
      /^\s*([A-Za-z_]\w*)(\[\])?(?:\s+(\w+))?\s*(?::\s*(.*?))?\s*$/.exec(field) ?? []
    const type = Object.hasOwn(types, word) ? types[word] : undefined
    if (whole === undefined || type === undefined) return undefined
    const described = description === undefined || description === "" ? {} : { description }
    properties.push([
      name,
      isList === undefined ? { type, ...described } : { type: "array", items: { type }, ...described }
    ])
  }
  if (properties.length === 0) return undefined
  const names = properties.map(([name]) => name)
  return { type: "object", properties: Object.fromEntries(properties), required: names, additionalProperties: false }
}

const parsed = (text: string, source: string): Effect.Effect<unknown, UsageError> =>
  Effect.try({
    try: (): unknown => {
      const schema: unknown = JSON.parse(text.replace(/^\uFEFF/, ""))
      if (typeof schema !== "object" || schema === null || Array.isArray(schema)) throw new Error("no object")
      return schema
    },
    catch: () => new UsageError({ message: say("noJsonSchema", { source: printable(source) }) })
  }).pipe(
    Effect.filterOrElse(
      (schema) => unusable(schema) === undefined,
      (schema) =>
        new UsageError({
          message: say("unusableSchema", { source: printable(source), problem: printable(unusable(schema) ?? "") })
        })
    )
  )

/** @internal */
export const read = (given: string): Effect.Effect<unknown, UsageError> => {
  if (given.trimStart().startsWith("{")) return parsed(given, "--schema")
  if (/\.json$/i.test(given) || Fs.existsSync(given)) {
    return Effect.flatMap(Input.readFile("--schema", given), (text) => parsed(text, given))
  }
  const schema = ofFields(given)
  return schema === undefined ? Effect.fail(new UsageError({ message: say("schemaTakes") })) : Effect.succeed(schema)
}
