#!/usr/bin/env bash
# One would guess: a Schema that reads numbers from texts refuses a text that is none, as it did in Effect 3, so that a header, an
# argument of a tool or a cell of a CSV file that was decoded is a number.
# What happens: in Effect 4 NumberFromString takes every text. "soon" is NaN, and an empty text is 0: an empty `retry-after` is "at
# once", an empty cell a price of nothing. FiniteFromString refuses "soon", and still makes 0 of an empty text.
# Versions: effect 4.1.0 beside effect 3.22.4. Source: https://effect.website/docs/schema
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund effect@4.1.0 effect3@npm:effect@3.22.4
cat > program.mjs <<'JS'
import { Exit, Schema } from "effect"
import { Either, Schema as Schema3 } from "effect3"

const four = (schema, text) => {
  const exit = Schema.decodeUnknownExit(schema)(text)
  return Exit.isSuccess(exit) ? String(exit.value) : "refused"
}
const three = (text) =>
  Either.match(Schema3.decodeUnknownEither(Schema3.NumberFromString)(text), { onLeft: () => "refused", onRight: String })

const seen = ["12", "soon", ""].map(
  (text) =>
    `${JSON.stringify(text)}: NumberFromString of Effect 3 ${three(text)}, of Effect 4 ${four(Schema.NumberFromString, text)}, FiniteFromString ${four(Schema.FiniteFromString, text)}`
)
console.log(seen.join("\n"))
const expected = [
  '"12": NumberFromString of Effect 3 12, of Effect 4 12, FiniteFromString 12',
  '"soon": NumberFromString of Effect 3 refused, of Effect 4 NaN, FiniteFromString refused',
  '"": NumberFromString of Effect 3 refused, of Effect 4 0, FiniteFromString 0'
]
process.exitCode = seen.join() === expected.join() ? 0 : 1
JS
node program.mjs
