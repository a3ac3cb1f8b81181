/** Texts in arguments, read as what a schema asks for where nothing is lost by it. */
import { lossless } from "@effect-zhipu/protocol/internal/requests/lossless"
import { FastCheck } from "effect"
import { describe, expect, it } from "vitest"

const number = { type: "number" }
const integer = { type: "integer" }
const flag = { type: "boolean" }
const inner = {
  type: "object",
  properties: { n: number, flags: { type: "array", items: flag }, text: { type: "string" } }
}

const read: ReadonlyArray<readonly [object, unknown, unknown]> = [
  [number, "5", 5],
  [number, "-0.50", -0.5],
  [number, "1e3", 1000],
  [number, "0.0", 0],
  [number, "123456789.123", 123456789.123],
  [integer, "5.0", 5],
  [integer, "9007199254740992", 9007199254740992],
  [flag, "true", true],
  [flag, "false", false],
  [{ type: ["integer", "null"] }, "null", null],
  [{ type: ["integer", "null"] }, "12", 12],
  [{ enum: [1, 2, 3] }, "2", 2],
  [{ const: true }, "true", true],
  [{ anyOf: [integer, flag] }, "true", true],
  [{ anyOf: [integer, flag] }, "7", 7],
  [{ type: "array", items: integer }, '["1", 2]', [1, 2]],
  [{ type: "array", items: [integer, { type: "string" }], additionalItems: flag }, ["1", "1", "true"], [1, "1", true]],
  [{ type: "array", prefixItems: [integer], items: flag }, ["1", "true"], [1, true]],
  [{ type: "object", additionalProperties: integer }, '{"a":"1","b":2}', { a: 1, b: 2 }],
  [inner, '{"n":"1","flags":"[\\"true\\",false]","text":"1"}', { n: 1, flags: [true, false], text: "1" }],
  [
    { type: "object", properties: { config: inner } },
    { config: '{"n":"2"}', more: "3" },
    { config: { n: 2 }, more: "3" }
  ],
  [{ type: ["object", "null"], properties: { n: number } }, '{"n":"1"}', { n: 1 }],
  [
    {
      anyOf: [
        { type: "object", properties: { kind: { const: "a" }, n: integer } },
        { type: "object", properties: { kind: { enum: ["b"] }, n: flag } }
      ]
    },
    { kind: "b", n: "true" },
    { kind: "b", n: true }
  ],
  [
    {
      $ref: "#/$defs/Tree",
      $defs: { Tree: { type: "object", properties: { n: integer, next: { $ref: "#/$defs/Tree" } } } }
    },
    '{"n":"1","next":"{\\"n\\":\\"2\\"}"}',
    { n: 1, next: { n: 2 } }
  ]
]

const left: ReadonlyArray<readonly [object, unknown]> = [
  // No number, or one that would be another.
  ...[
    "",
    " 5",
    "5 ",
    "05",
    "0x10",
    "5,0",
    "five",
    "NaN",
    "Infinity",
    "1e999",
    "+5",
    ".5",
    "-0",
    "9007199254740993"
  ].map((text) => [number, text] as const),
  [number, "0.1000000000000000055"],
  [number, `1${"0".repeat(5000)}`],
  [integer, "5.5"],
  [flag, "True"],
  [flag, "1"],
  [flag, 1],
  // A text is what the schema takes, or it does not say what it takes.
  [{ type: "string" }, "5"],
  [{ type: ["string", "number"] }, "5"],
  [{ anyOf: [number, { type: "string" }] }, "5"],
  [{ anyOf: [number, {}] }, "5"],
  [{ enum: ["5", 5] }, "5"],
  [{}, "5"],
  [{ type: "object" }, "[1]"],
  [{ type: "object" }, '{"a":1'],
  [{ type: "array" }, '{"a":1}'],
  [{ type: "object" }, "null"],
  [{ $ref: "#/$defs/A", $defs: { A: { $ref: "#/$defs/A" } } }, "5"],
  // As it is already.
  [inner, { n: 1, text: "1" }]
]

describe("a text in arguments", () => {
  for (const [schema, value, expected] of read) {
    it(`${JSON.stringify(value)} is read as ${JSON.stringify(schema).slice(0, 60)} asks`, () => {
      const before = JSON.stringify(value)
      expect(lossless({ ...schema }, value)).toEqual(expected)
      expect(JSON.stringify(value)).toBe(before)
    })
  }

  for (const [schema, value] of left) {
    it(`${JSON.stringify(value).slice(0, 40)} stays for ${JSON.stringify(schema).slice(0, 60)}`, () => {
      expect(lossless({ ...schema }, value)).toBe(value)
    })
  }

  it("is every number that JavaScript writes, and never another number", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.double({ noNaN: true, noDefaultInfinity: true }), (n) => {
        const text = JSON.stringify(n)
        const got = lossless(number, text)
        expect(got).toBe(text.includes("e") && !/^-?\d(\.\d+)?e/.test(text) ? text : Number(text))
      })
    )
    FastCheck.assert(
      FastCheck.property(FastCheck.bigInt(), (n) => {
        const got = lossless(number, `${n}`)
        if (typeof got === "number") expect(BigInt(got)).toBe(n)
        // A double may hold it, and JSON write it with other digits: 30023997515803312 as 30023997515803310.
        else expect(String(Number(`${n}`))).not.toBe(`${n}`)
      })
    )
  })
})
