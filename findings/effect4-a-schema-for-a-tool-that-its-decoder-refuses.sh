#!/usr/bin/env bash
# One would guess: the JSON Schema made of an Effect Schema describes what that Schema decodes, and that of an object begins
# with `type: "object"`, which services want for the parameters of a tool.
# What happens, with Schema.toJsonSchemaDocument:
#   Struct({ a: optional(String) }) allows `{ "a": null }`, which the same Schema refuses to decode (use optionalKey);
#   Struct({}) is `{ "not": { "type": "null" } }`: no object, so a tool without parameters is refused by the service;
#   Number allows the strings "NaN" and "Infinity";
#   an object without a rest is open (`additionalProperties: true`), and what is more is dropped in decoding.
# Versions: effect 4.1.0 on Node 20.20. Source: effect/src/Schema.ts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund effect@4.1.0
cat > program.mjs <<'JS'
import { Schema } from "effect"

const json = (schema) => JSON.stringify(Schema.toJsonSchemaDocument(schema).schema)
const decodes = (schema, input) => {
  try {
    return JSON.stringify(Schema.decodeUnknownSync(schema)(input))
  } catch {
    return "refused"
  }
}
const optional = Schema.Struct({ a: Schema.optional(Schema.String) })
const optionalKey = Schema.Struct({ a: Schema.optionalKey(Schema.String) })
const seen = [
  `optional: ${json(optional)}, null is ${decodes(optional, { a: null })}`,
  `optionalKey: ${json(optionalKey)}`,
  `empty: ${json(Schema.Struct({}))}`,
  `Number: ${json(Schema.Number)}`,
  `more fields: ${decodes(optionalKey, { a: "x", b: "y" })}`
]
console.log(seen.join("\n"))
const expected = [
  'optional: {"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}},"additionalProperties":true}, null is refused',
  'optionalKey: {"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":true}',
  'empty: {"not":{"type":"null"}}',
  'Number: {"anyOf":[{"type":"number"},{"type":"string","enum":["Infinity","-Infinity","NaN"]}]}',
  'more fields: {"a":"x"}'
]
process.exitCode = seen.join() === expected.join() ? 0 : 1
JS
node program.mjs
