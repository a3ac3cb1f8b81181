#!/usr/bin/env bash
# One would guess: tests written with `it.scoped(...)` of @effect/vitest for Effect 3 fail to load, or run, after the move to
# its edition for Effect 4.
# What happens: `it.scoped` still exists, as it now is vitest's own function for fixtures: it takes the name and the effect,
# runs nothing, and the file is green with one test fewer. `it.effect` has a Scope in the new edition. Compare the number of
# tests before and after.
# Versions: @effect/vitest 4.0.5, vitest 5.1.2, effect 4.1.0 on Node 22.23.3.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund effect@4.1.0 @effect/vitest@4.0.5 vitest@5.1.2 node@22.23.3
cat > some.test.mjs <<'JS'
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"

it.effect("runs", () => Effect.sync(() => expect(1).toBe(1)))
it.scoped("would fail if it ran", () => Effect.sync(() => expect(1).toBe(2)))
JS
code=0
node_modules/.bin/node node_modules/vitest/vitest.mjs run --reporter=json --outputFile=results.json > /dev/null 2>&1 || code=$?
node -e '
const { numTotalTests, numPassedTests, success } = JSON.parse(require("fs").readFileSync("results.json", "utf8"))
console.log(`exit code '$code', success ${success}, ${numPassedTests} of ${numTotalTests} tests passed`)
process.exitCode = success && numTotalTests === 1 && "'$code'" === "0" ? 0 : 1'
