/** A JSON Schema from a file, as a Schema that answers are held to. */
import { Validator } from "@cfworker/json-schema"
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
