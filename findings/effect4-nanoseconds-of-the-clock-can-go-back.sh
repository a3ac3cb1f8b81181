#!/usr/bin/env bash
# One would guess: `Clock.currentTimeNanos` is for measuring, as in Effect 3, where it is made of performance.now() and goes on
# evenly when the clock of the machine is set.
# What happens: in Effect 4 it is wall time, and goes back with it; for measuring there is `monotonicTimeNanos`, new in 4. A
# program that moved over and measures deadlines or rates by nanoseconds waits an hour when the clock is set back by one.
# Versions: effect 3.22.4 and 4.1.0 on Node 20.20. Source: effect/src/Clock.ts, of 3 effect/src/internal/clock.ts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund effect3@npm:effect@3.22.4 effect4@npm:effect@4.1.0
cat > program.mjs <<'JS'
import * as three from "effect3"
import * as four from "effect4"

const wall = Date.now
const hour = 3_600_000
const moved = async (read) => {
  const before = await read()
  Date.now = () => wall() - hour
  const after = await read()
  Date.now = wall
  return Number(after - before) < -1e12 ? "goes back by an hour" : "goes on"
}
const seen = [
  `effect 3, currentTimeNanos: ${await moved(() => three.Effect.runPromise(three.Clock.currentTimeNanos))}`,
  `effect 4, currentTimeNanos: ${await moved(() => four.Effect.runPromise(four.Clock.currentTimeNanos))}`,
  `effect 4, monotonicTimeNanos: ${await moved(() => four.Effect.runPromise(four.Clock.monotonicTimeNanos))}`
]
console.log(seen.join("\n"))
const expected = ["goes on", "goes back by an hour", "goes on"]
process.exitCode = seen.every((line, i) => line.endsWith(`: ${expected[i]}`)) ? 0 : 1
JS
node program.mjs
