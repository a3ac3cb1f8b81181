/** JSON Schemas as the service takes them: other words, and the same meaning. */
import { plainSchema } from "@effect-zhipu/protocol/internal/requests/plainSchema"
import { FastCheck } from "effect"
import { describe, expect, it } from "vitest"
import { isValid } from "./support/jsonSchema.js"

type Schema = Readonly<Record<string, unknown>>

const object = (properties: Schema, rest: Schema = {}): Schema => ({ type: "object", properties, ...rest })
const text = { type: "string" }
const none = { type: "null" }

const cases: ReadonlyArray<readonly [string, Schema, Schema]> = [
  [
    "a named type stands where it is used",
    object(
      { at: { $ref: "#/$defs/Place" }, all: { type: "array", items: { $ref: "#/$defs/Place" } } },
      {
        $defs: { Place: object({ city: { $ref: "#/$defs/Name" } }), Name: { type: "string", minLength: 1 } }
      }
    ),
    object({
      at: object({ city: { type: "string", minLength: 1 } }),
      all: { type: "array", items: object({ city: { type: "string", minLength: 1 } }) }
    })
  ],
  [
    "older definitions, and what is said beside a reference",
    object(
      { at: { $ref: "#/definitions/Place", description: "Where from" } },
      { definitions: { Place: { ...text, description: "A place" } } }
    ),
    object({ at: { ...text, description: "Where from" } })
  ],
  ["a root that is a reference", { $ref: "#/$defs/A", $defs: { A: object({ a: text }) } }, object({ a: text })],
  [
    "a reference into the schema, with escapes",
    object({ "a/b": { ...text, minLength: 2 }, c: { $ref: "#/properties/a~1b" } }),
    object({ "a/b": { ...text, minLength: 2 }, c: { ...text, minLength: 2 } })
  ],
  [
    "a text or null",
    object({ a: { anyOf: [text, none], default: null } }),
    object({ a: { type: ["string", "null"], default: null } })
  ],
  [
    "a named type or null, with its own words and those around it",
    object(
      { a: { description: "How many", anyOf: [{ $ref: "#/$defs/Int" }, none] } },
      { $defs: { Int: { type: "integer", description: "an integer" } } }
    ),
    object({ a: { type: ["integer", "null"], description: "How many" } })
  ],
  [
    "an object or null",
    object({ a: { oneOf: [none, object({ b: text }, { required: ["b"], additionalProperties: false })] } }),
    object({ a: { type: ["object", "null"], properties: { b: text }, required: ["b"], additionalProperties: false } })
  ],
  [
    "a list of values or null",
    object({ a: { anyOf: [{ type: "string", enum: ["x", "y"] }, none] } }),
    object({ a: { type: ["string", "null"], enum: ["x", "y", null] } })
  ],
  [
    "values one by one",
    object({ a: { anyOf: [{ const: "x" }, { type: "string", const: "y" }, { enum: ["z", "x"] }] } }),
    object({ a: { type: "string", enum: ["x", "y", "z"] } })
  ],
  [
    "values with names",
    object({
      a: {
        anyOf: [
          { type: "number", title: "Red", enum: [0] },
          { type: "number", title: "Green", enum: [1] }
        ]
      }
    }),
    object({ a: { type: "number", enum: [0, 1], description: "0: Red; 1: Green" } })
  ],
  [
    "kinds of values",
    object({ a: { anyOf: [text, { anyOf: [{ type: "number" }, none] }, text] } }),
    object({ a: { type: ["string", "number", "null"] } })
  ],
  [
    "a union of one",
    object({ a: { anyOf: [{ $ref: "#/$defs/A" }], title: "A" } }, { $defs: { A: text } }),
    object({ a: { ...text, title: "A" } })
  ],
  [
    "all of one",
    object({ a: { allOf: [{ $ref: "#/$defs/A" }], description: "a" } }, { $defs: { A: text } }),
    object({ a: { ...text, description: "a" } })
  ],
  [
    "a property called as a keyword",
    object({ anyOf: text, $ref: text, definitions: object({ a: text }) }, { required: ["$ref"] }),
    object({ anyOf: text, $ref: text, definitions: object({ a: text }) }, { required: ["$ref"] })
  ],
  [
    "what is no schema",
    object({ a: { enum: [{ $ref: "#/$defs/A" }, { anyOf: [text] }], default: { anyOf: [text] } } }),
    object({ a: { enum: [{ $ref: "#/$defs/A" }, { anyOf: [text] }], default: { anyOf: [text] } } })
  ]
]

const unchanged: ReadonlyArray<readonly [string, Schema]> = [
  [
    "a union of objects",
    object({ a: { anyOf: [object({ kind: { const: "a" } }), object({ kind: { const: "b" } })] } })
  ],
  [
    "a union whose parts say what they are for",
    object({
      a: {
        anyOf: [
          { ...text, description: "a date" },
          { type: "number", description: "ms" }
        ]
      }
    })
  ],
  [
    "a union beside what it narrows",
    object({ a: text, b: text }, { anyOf: [{ required: ["a"] }, { required: ["b"] }] })
  ],
  ["one of two kinds that overlap", object({ a: { oneOf: [{ type: "integer" }, { type: "number" }] } })],
  ["a reference to the whole", object({ child: { $ref: "#" } })],
  ["a reference to another document", object({ a: { $ref: "https://example.com/a.json" } })],
  ["a reference by an id", object({ a: { $ref: "Tree" } }, { $defs: { Tree: { $id: "Tree", type: "string" } } })],
  [
    "a type that refers to itself",
    object(
      { tree: { $ref: "#/$defs/Tree" } },
      { $defs: { Tree: object({ children: { type: "array", items: { $ref: "#/$defs/Tree" } } }) } }
    )
  ]
]

describe("a JSON Schema as the service takes it", () => {
  for (const [title, given, plain] of cases) {
    it(`${title}`, () => expect(plainSchema(given)).toEqual(plain))
  }

  for (const [title, given] of unchanged) {
    it(`keeps ${title}`, () => expect(plainSchema(given)).toEqual(given))
  }

  it("keeps the definition of a type that refers to itself alone, at a root that is a reference to it as well", () => {
    const tree = object({ name: { $ref: "#/$defs/Name" }, left: { anyOf: [{ $ref: "#/$defs/Tree" }, none] } })
    const plain = object({ name: text, left: { anyOf: [{ $ref: "#/$defs/Tree" }, none] } })
    expect(plainSchema({ $ref: "#/$defs/Tree", $defs: { Tree: tree, Name: text } })).toEqual({
      ...plain,
      $defs: { Tree: plain }
    })
  })

  it("changes nothing of what it is given", () => {
    for (const [, given] of cases) {
      const before = JSON.stringify(given)
      plainSchema(given)
      expect(JSON.stringify(given)).toBe(before)
    }
  })

  it("does not grow without a bound, and ends with what has no end", () => {
    const doubling = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [
        `D${index}`,
        object({ a: { $ref: `#/$defs/D${index + 1}` }, b: { $ref: `#/$defs/D${index + 1}` } })
      ])
    )
    const grown = plainSchema(object({ a: { $ref: "#/$defs/D0" } }, { $defs: { ...doubling, D60: text } }))
    expect(JSON.stringify(grown).length).toBeLessThan(100_000)
    expect(grown["$defs"]).toHaveProperty("D60")
    const holdsItself: Record<string, unknown> = { type: "object", properties: {} }
    holdsItself["properties"] = { a: holdsItself, b: holdsItself }
    expect(plainSchema(holdsItself)).toEqual(holdsItself)
    expect(plainSchema({ $ref: "#/$defs/A", $defs: { A: { $ref: "#/$defs/A" } } })).toBeDefined()
    const chain = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`D${i}`, { $ref: `#/$defs/D${i + 1}` }]))
    expect(plainSchema(object({ a: { $ref: "#/$defs/D0" } }, { $defs: chain }))).toBeDefined()
  })

  const leaf = FastCheck.constantFrom<Schema>(
    text,
    none,
    { type: "integer" },
    { type: "number", minimum: 1 },
    { type: "boolean" },
    { type: "string", minLength: 2, description: "two" },
    { enum: ["a", 1, null] },
    { const: "a" },
    { type: "string", enum: ["a", "b"], title: "ab" },
    {},
    { $ref: "#/$defs/A" },
    { $ref: "#/$defs/B" },
    { $ref: "#/$defs/Tree", description: "a tree" }
  )
  const { schema } = FastCheck.letrec<{ schema: Schema; node: Schema }>((tie) => ({
    schema: FastCheck.oneof({ maxDepth: 3, depthSize: "small" }, leaf, tie("node")),
    node: FastCheck.oneof(
      FastCheck.record({ anyOf: FastCheck.array(tie("schema"), { minLength: 1, maxLength: 3 }) }),
      FastCheck.record({ oneOf: FastCheck.array(tie("schema"), { minLength: 1, maxLength: 3 }) }),
      FastCheck.record({
        allOf: FastCheck.array(tie("schema"), { minLength: 1, maxLength: 2 }),
        minLength: FastCheck.nat(2)
      }),
      FastCheck.record({ type: FastCheck.constant("array"), items: tie("schema") }),
      FastCheck.record({
        type: FastCheck.constant("object"),
        properties: FastCheck.dictionary(FastCheck.constantFrom("a", "b"), tie("schema")),
        required: FastCheck.subarray(["a", "b"]),
        additionalProperties: FastCheck.boolean()
      }),
      FastCheck.record({
        anyOf: FastCheck.array(tie("schema"), { minLength: 1, maxLength: 2 }),
        type: FastCheck.constant("string")
      }),
      FastCheck.record({
        allOf: FastCheck.tuple(tie("schema")),
        properties: FastCheck.dictionary(FastCheck.constantFrom("a", "b", "c"), tie("schema")),
        additionalProperties: FastCheck.constant(false)
      })
    )
  }))
  const { value } = FastCheck.letrec<{ value: unknown }>((tie) => ({
    value: FastCheck.oneof(
      { maxDepth: 3, depthSize: "small" },
      FastCheck.constantFrom(null, true, 0, 1, 1.5, "", "a", "b", "abc"),
      FastCheck.array(tie("value"), { maxLength: 2 }),
      FastCheck.dictionary(FastCheck.constantFrom("a", "b", "c"), tie("value"))
    )
  }))

  it("takes and refuses the same values", () => {
    const definitions = FastCheck.record({ A: schema, B: leaf })
    let simplified = 0
    FastCheck.assert(
      FastCheck.property(
        schema,
        definitions,
        FastCheck.array(value, { minLength: 5, maxLength: 10 }),
        (inner, { A, B }, values) => {
          const Tree = object({ a: { anyOf: [{ $ref: "#/$defs/Tree" }, none] } })
          const given = { properties: { x: inner }, $defs: { A: withoutReferences(A), B: withoutReferences(B), Tree } }
          const plain = plainSchema(given)
          if (JSON.stringify(plain["properties"]) !== JSON.stringify(given.properties)) simplified++
          for (const x of values) {
            expect({ plain, valid: isValid(plain, { x }) }).toEqual({ plain, valid: isValid(given, { x }) })
          }
        }
      ),
      { numRuns: 2000 }
    )
    expect(simplified).toBeGreaterThan(500)
  })

  /** Of definitions that name each other the validator of this test would not come to an end. */
  const withoutReferences = (schema: Schema): Schema =>
    JSON.parse(JSON.stringify(schema).replace(/\{"\$ref":"#\/\$defs\/[AB]"/g, '{"type":"string"'))
})
