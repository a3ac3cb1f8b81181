/** A JSON Schema from a file, as a Schema that answers are held to. */
import { dereference, Validator } from "@cfworker/json-schema"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { isRecord } from "effect/Predicate"
import * as Schema from "effect/Schema"
import { UsageError } from "../errors.js"
import * as Input from "../input.js"

/** @internal */
export const read = (path: string): Effect.Effect<Schema.Schema<unknown>, UsageError> =>
  Effect.gen(function* () {
    const text = yield* Input.readFile("--schema", path)
    const document = Either.getOrUndefined(Either.try((): unknown => JSON.parse(text)))
    if (!isRecord(document))
      return yield* new UsageError({ message: `--schema ${path} is no JSON Schema: it has to be an object.` })
    // All that is wrong is told to the model, not the first of it alone.
    const validator = new Validator(document, "2020-12", false)
    const problem = problemOf(document)
    if (problem !== undefined) return yield* new UsageError({ message: `--schema ${path}: ${problem}` })
    return Schema.Unknown.pipe(
      Schema.filter(
        (value) => {
          const { errors, valid } = validator.validate(value)
          return valid || errors.map(({ error, instanceLocation }) => `${instanceLocation}: ${error}`).join("\n")
        },
        { jsonSchema: document }
      )
    )
  })

/** What the validator would throw at, once an answer came to it: asked before anything is paid for. */
const problemOf = (document: Readonly<Record<string, unknown>>): string | undefined => {
  for (const [pattern, isKey] of patternsIn(document)) {
    const schema = isKey ? { patternProperties: { [pattern]: {} } } : { pattern }
    try {
      new Validator(schema, "2020-12").validate(isKey ? { a: 1 } : "a")
    } catch {
      return `the pattern ${JSON.stringify(pattern)} is no regular expression of JavaScript.`
    }
  }
  const known = dereference(document)
  for (const schema of Object.values(known)) {
    if (typeof schema === "boolean" || schema.$ref === undefined) continue
    if (known[schema.__absolute_ref__ ?? schema.$ref] === undefined)
      return `there is nothing at "$ref": ${JSON.stringify(schema.$ref)}; references outside of the file are not followed.`
  }
  return undefined
}

/** Each `pattern`, and each name of `patternProperties`. */
const patternsIn = (part: unknown): ReadonlyArray<readonly [pattern: string, isKey: boolean]> => {
  if (Array.isArray(part)) return part.flatMap(patternsIn)
  if (!isRecord(part)) return []
  const { pattern, patternProperties } = part
  return [
    ...(typeof pattern === "string" ? [[pattern, false] as const] : []),
    ...(isRecord(patternProperties) ? Object.keys(patternProperties).map((key) => [key, true] as const) : []),
    ...Object.values(part).flatMap(patternsIn)
  ]
}
