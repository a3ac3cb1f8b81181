// Schemas. Documents of the wire are made of `internal/schema/wire.ts`, which is written by hand in each edition.
import { calls, renamed, replaced, types } from "./rule.mjs"

const literals = (...values) => (values.length === 1 ? undefined : `Schema.Literals([${values.join(", ")}])`)

/** Filters that are checks now, by the name in a pipe. */
const checks = {
  pattern: "isPattern",
  minLength: "isMinLength",
  maxLength: "isMaxLength",
  positive: "isGreaterThan(0)",
  nonNegative: "isGreaterThanOrEqualTo(0)",
  greaterThanOrEqualTo: "isGreaterThanOrEqualTo",
  lessThanOrEqualTo: "isLessThanOrEqualTo"
}

export const schema = [
  calls("Schema.Struct", (fields, rest) =>
    /^\{ key: Schema\.String, value: Schema\.Unknown \}$/.test(rest)
      ? `Schema.StructWithRest(Schema.Struct(${fields}), [Schema.Record(Schema.String, Schema.Unknown)])`
      : undefined
  ),
  calls(
    "Schema.transform",
    (from, to, functions) =>
      functions &&
      `${from}.pipe(Schema.decodeTo(${to}, SchemaTransformation.transform(${functions.replace(/strict: true,\s*/, "")})))`
  ),
  replaced(
    /Schema\.NonNegative\.pipe\(Schema\.finite\(\)\)/g,
    "Schema.Finite.pipe(Schema.check(Schema.isGreaterThanOrEqualTo(0)))"
  ),
  replaced(/JSONSchema\.JsonSchema7(?:Root)?\b/g, "JsonSchema.JsonSchema"),
  replaced(/from "effect\/JSONSchema"/g, 'from "effect/JsonSchema"'),
  replaced(/\* as JSONSchema from/g, "* as JsonSchema from"),
  replaced(/JSONSchema\.make\(([^\n]*)\)(?=,?\n)/g, "Schema.toJsonSchemaDocument($1).schema"),
  calls("Schema.Literal", literals),
  calls("Schema.Union", (...members) =>
    members[0]?.startsWith("[") ? undefined : `Schema.Union([${members.join(", ")}])`
  ),
  calls("Schema.Tuple", (...members) =>
    /^\[[^\]]*\]$/.test(members[0] ?? "") && members.length > 1
      ? `Schema.TupleWithRest(Schema.Tuple(${members[0]}), [${members.slice(1).join(", ")}])`
      : members[0]?.startsWith("[")
        ? undefined
        : `Schema.Tuple([${members.join(", ")}])`
  ),
  calls("Schema.Record", (options) => {
    const record = /^\{\s*key:\s*([\s\S]+?),\s*value:\s*([\s\S]+?)\s*\}$/.exec(options)
    return record === null ? undefined : `Schema.Record(${record[1]}, ${record[2]})`
  }),
  calls("Schema.optionalWith", (schema, options) =>
    /^\{ exact: true \}$/.test(options) ? `Schema.optionalKey(${schema})` : undefined
  ),
  calls(
    "Schema.between",
    (minimum, maximum) => `Schema.check(Schema.isBetween({ minimum: ${minimum}, maximum: ${maximum} }))`
  ),
  calls(
    "Schema.filter",
    (...args) => `Schema.check(Schema.makeFilter(${args.join(", ").replace("message: () =>", "message:")}))`
  ),
  ...Object.entries(checks).map(([filter, check]) =>
    calls(`Schema.${filter}`, (...args) =>
      check.endsWith(")") ? `Schema.check(Schema.${check})` : `Schema.check(Schema.${check}(${args.join(", ")}))`
    )
  ),
  types("Schema.Schema", (type, encoded, services) =>
    encoded === undefined
      ? `Schema.Codec<${type}>`
      : services === undefined
        ? `Schema.Codec<${type}, ${encoded}>`
        : `Schema.Codec<${type}, ${encoded}, ${services}, ${services}>`
  ),
  renamed({
    "Schema.Schema.Any": "Schema.Top",
    "Schema.Schema.All": "Schema.Top",
    "Schema.Schema.AnyNoContext": "Schema.Codec<unknown, unknown>",
    "Schema.Schema.Encoded": "Schema.Codec.Encoded",
    "Schema.Schema.Context": "Schema.Codec.DecodingServices",
    "Schema.encodedSchema": "Schema.toEncoded",
    "Schema.typeSchema": "Schema.toType",
    "Schema.Date": "Schema.DateFromString",
    "Schema.DateFromSelf": "Schema.Date",
    "Schema.BigInt": "Schema.BigIntFromString",
    "Schema.BigIntFromSelf": "Schema.BigInt",
    // That of Effect 4 makes NaN of what is no number.
    "Schema.NumberFromString": "Schema.FiniteFromString",
    "Schema.NonNegativeInt": "Schema.Natural",
    "Schema.Defect": "Schema.Defect()",
    "Schema.parseJson": "Schema.fromJsonString",
    "Schema.DateTimeUtc": "Schema.DateTimeUtcFromString",
    "Schema.DateTimeUtcFromSelf": "Schema.DateTimeUtc",
    "Schema.Uint8ArrayFromSelf": "Schema.Uint8Array",
    "Schema.decodeUnknown": "Schema.decodeUnknownEffect",
    "Schema.decodeUnknownEither": "Schema.decodeUnknownResult",
    "Schema.decodeEither": "Schema.decodeResult",
    "Schema.decode": "Schema.decodeEffect",
    "Schema.encode": "Schema.encodeEffect",
    "Schema.encodeUnknownEither": "Schema.encodeUnknownResult",
    "Schema.encodeUnknown": "Schema.encodeUnknownEffect",
    "Schema.encodeEither": "Schema.encodeResult",
    "ParseResult.ParseError": "Schema.SchemaError"
  }),
  replaced(/Schema\.fromJsonString\(\)/g, "Schema.fromJsonString(Schema.Unknown)"),
  replaced(/\.annotations\(/g, ".annotate(")
]
