/** Objects by a schema: the model of the simulator reads it where the prompt holds it, and tries to keep to it. */
import { describe, expect, it } from "@effect/vitest"
import { Effect, JSONSchema, Schema } from "effect"
import { ask, type Json, postJson, withSimulator } from "./utils.js"

const Tree: Schema.Schema<{ readonly name: string; readonly children: ReadonlyArray<unknown> }> = Schema.Struct({
  name: Schema.NonEmptyString,
  children: Schema.Array(Schema.Unknown)
})

const field = (schema: Schema.Schema.AnyNoContext) => Schema.Struct({ value: schema })

const schemas: Record<string, Schema.Schema.AnyNoContext> = {
  "a date": field(Schema.Date),
  "a DateTime": field(Schema.DateTimeUtc),
  "a number in a string": field(Schema.NumberFromString),
  "a bigint in a string": field(Schema.BigInt),
  "a URL": field(Schema.URL),
  "a UUID": field(Schema.UUID),
  "a boolean in a string": field(Schema.BooleanFromString),
  base64: field(Schema.Uint8ArrayFromBase64),
  "a trimmed string": field(Schema.Trimmed),
  "a pattern of digits": field(Schema.String.pipe(Schema.pattern(/^\d{5}$/))),
  "a pattern of words": field(Schema.String.pipe(Schema.pattern(/^[A-Z]{3}-\d{3}$/))),
  "a pattern that nobody would guess": field(Schema.String.pipe(Schema.pattern(/^q[xyz]{4,6}_\d[a-f]{2}$/))),
  "a pattern and a length": field(Schema.String.pipe(Schema.pattern(/^[a-z]+$/), Schema.length(17))),
  "an email by its pattern": Schema.Struct({
    email: Schema.String.pipe(Schema.pattern(/^[^@\s]+@[^@\s]+\.[a-z]{2,}$/))
  }),
  "what starts with": field(Schema.String.pipe(Schema.startsWith("order-"))),
  "a template": field(Schema.TemplateLiteral("user:", Schema.Number)),
  lengths: field(Schema.String.pipe(Schema.minLength(200), Schema.maxLength(210))),
  "a choice": field(Schema.Literal("red", "green")),
  "an enum": field(Schema.Enums({ a: "A", b: "B" } as const)),
  "numbers within bounds": Schema.Struct({
    a: Schema.Number.pipe(Schema.between(0.2, 0.4)),
    b: Schema.Int.pipe(Schema.greaterThan(10), Schema.lessThan(12)),
    c: Schema.Int.pipe(Schema.multipleOf(7), Schema.greaterThan(20)),
    d: Schema.Number.pipe(Schema.lessThan(-5)),
    e: Schema.NonNegative,
    f: Schema.Positive
  }),
  "a tuple": field(Schema.Tuple(Schema.String, Schema.Number, Schema.Boolean)),
  "items within bounds": field(Schema.Array(Schema.Number).pipe(Schema.minItems(3), Schema.maxItems(4))),
  "a union": field(Schema.Union(Schema.Struct({ kind: Schema.Literal("a"), a: Schema.Date }), Schema.Number)),
  "what may be null": Schema.Struct({ a: Schema.NullOr(Schema.Date), b: Schema.optional(Schema.NumberFromString) }),
  "a record": field(Schema.Record({ key: Schema.String, value: Schema.Number })),
  "structs inside": Schema.Struct({ who: Schema.Struct({ born: Schema.Date, mail: Schema.String }), tree: Tree }),
  "structs together": Schema.extend(Schema.Struct({ a: Schema.Date }), Schema.Struct({ b: Schema.UUID }))
}

const decodeJson = (schema: Schema.Schema.AnyNoContext, text: unknown) =>
  Schema.decodeUnknownEither(Schema.parseJson(schema))(text)

describe("an object by a schema decodes", () => {
  for (const [name, schema] of Object.entries(schemas)) {
    const prompts: Record<string, Json> = {
      "of the instructions": {
        ...ask("Tell me of Ada, 36 years old."),
        messages: [
          { role: "system", content: `Answer by this JSON Schema:\n${JSON.stringify(JSONSchema.make(schema))}` },
          { role: "user", content: "Tell me of Ada, 36 years old." }
        ],
        response_format: { type: "json_object" }
      },
      "of the prompt, over many lines": {
        ...ask(
          `Tell me of Ada.\n\`\`\`json\n${JSON.stringify(JSONSchema.make(schema), undefined, 2)}\n\`\`\`\nThank you.`
        ),
        response_format: { type: "json_schema", json_schema: { name: "x", schema: {} } }
      }
    }
    it.live(name, () =>
      Effect.gen(function* () {
        for (const [where, body] of Object.entries(prompts)) {
          const answer = yield* postJson(body)
          const { content } = answer["choices"][0].message
          expect(decodeJson(schema, content), `${where}: ${content}`).toMatchObject({ _tag: "Right" })
        }
      }).pipe(withSimulator())
    )

    it.live(`${name}, as the arguments of a tool`, () =>
      Effect.gen(function* () {
        const tool = {
          type: "function",
          function: { name: "save", description: "", parameters: JSONSchema.make(schema) }
        }
        const answer = yield* postJson(ask("Please save it: Ada, 36 years old.", { tools: [tool] }))
        const args = answer["choices"][0].message.tool_calls[0].function.arguments
        expect(decodeJson(schema, args), args).toMatchObject({ _tag: "Right" })
      }).pipe(withSimulator())
    )
  }

  it.live("a schema that the service does not read changes nothing", () =>
    Effect.gen(function* () {
      const schema = { name: "x", schema: JSONSchema.make(field(Schema.Date)) }
      const plain = yield* postJson(ask("Hi"))
      const asked = yield* postJson(ask("Hi", { response_format: { type: "json_schema", json_schema: schema } }))
      expect(() => JSON.parse(asked["choices"][0].message.content)).toThrow()
      expect(plain["choices"][0].message.content).not.toBe("")
    }).pipe(withSimulator())
  )
})
