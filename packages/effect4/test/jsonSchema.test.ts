/** What a model is shown of a Schema: a plain object, as on Effect 3, and what the decoder takes. */
import { describe, expect, it } from "@effect/vitest"
import { Tool } from "@effect-zhipu/effect4"
import { Schema } from "effect"

const parametersOf = (parameters: Schema.Struct.Fields): unknown =>
  Tool.make("look", { description: "d", parameters }).wire.function.parameters

describe("the parameters of a tool", () => {
  it("are closed, with numbers that are numbers", () => {
    expect(
      parametersOf({
        city: Schema.String.annotate({ description: "Name" }),
        days: Schema.Int,
        at: Schema.Number.pipe(Schema.check(Schema.isBetween({ minimum: 1, maximum: 5 }))),
        all: Schema.Array(Schema.Struct({ x: Schema.Number }))
      })
    ).toEqual({
      type: "object",
      properties: {
        city: { type: "string", description: "Name" },
        days: { type: "integer" },
        at: { type: "number", minimum: 1, maximum: 5 },
        all: {
          type: "array",
          items: { type: "object", properties: { x: { type: "number" } }, required: ["x"], additionalProperties: false }
        }
      },
      required: ["city", "days", "at", "all"],
      additionalProperties: false
    })
  })

  it("may be left out, and are no null then", () => {
    const expected = { type: "object", properties: { unit: { type: "string" } }, additionalProperties: false }
    expect(parametersOf({ unit: Schema.optional(Schema.String) })).toMatchObject(expected)
    expect(parametersOf({ unit: Schema.optionalKey(Schema.String) })).toMatchObject(expected)
    expect(parametersOf({ unit: Schema.NullOr(Schema.String) })).toMatchObject({
      properties: { unit: { type: ["string", "null"] } }
    })
  })

  it("say of a string what its author wrote: its pattern, its lengths, what it is decoded into", () => {
    const word = Schema.String.check(Schema.isPattern(/^[a-z]+$/i), Schema.isMinLength(20), Schema.isMaxLength(30))
    const group = Schema.makeFilterGroup([Schema.isPattern(/\d/), Schema.isBetweenLength(3, 4)])
    expect(
      parametersOf({
        word,
        code: Schema.String.check(group),
        items: Schema.Array(Schema.String).check(Schema.isMinLength(3)),
        at: Schema.DateFromString,
        count: Schema.optionalKey(Schema.FiniteFromString),
        named: Schema.String.annotate({ description: "Name", expected: "a name" }),
        field: Schema.String.annotateKey({ description: "Of the field" }),
        allOf: Schema.Int
      })
    ).toMatchObject({
      properties: {
        word: { type: "string", pattern: "^[a-z]+$", minLength: 20, maxLength: 30 },
        code: { type: "string", pattern: "\\d", minLength: 3, maxLength: 4 },
        items: { type: "array", minItems: 3 },
        at: { type: "string", description: "a string that will be decoded as a Date" },
        count: { type: "string", description: "a string that will be decoded as a finite number" },
        named: { type: "string", description: "Name" },
        field: { type: "string", description: "Of the field" },
        allOf: { type: "integer" }
      }
    })
  })

  it("may be none", () => {
    expect(parametersOf({})).toEqual({ type: "object", properties: {} })
  })

  it("are those of a class, and nothing but an object", () => {
    class Place extends Schema.Class<Place>("Place")({ city: Schema.String }) {}
    expect(Tool.make("look", { description: "d", parameters: Place }).wire.function.parameters).toEqual({
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
      additionalProperties: false
    })
    expect(() => Tool.make("look", { description: "d", parameters: Schema.String })).toThrow(/not an object/)
    expect(() => parametersOf({ at: Schema.Date })).toThrow(/no JSON Schema/)
    expect(parametersOf({ at: Schema.DateFromString })).toMatchObject({ properties: { at: { type: "string" } } })
  })
})
