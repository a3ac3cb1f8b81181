#!/usr/bin/env bash
# One would guess: `Stream.timeout("30 seconds")` guards an answer whose model has stopped talking, and fails the stream, as
# `Effect.timeout` fails an effect.
# What happens: the stream ends, without an error, with what had come: half an answer is collected as if it were whole, in both
# editions. `Stream.timeoutFail` of Effect 3 fails; Effect 4 has it no more, and `timeoutOrElse` with a stream that fails takes its
# place. Whoever moves over and reads `timeout` in the list of what is left changes the meaning.
# Versions: effect 3.22.4 and 4.1.0 on Node 20.20. Source: effect/src/Stream.ts, timeout.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund effect3@npm:effect@3.22.4 effect4@npm:effect@4.1.0
cat > program.mjs <<'JS'
import * as three from "effect3"
import * as four from "effect4"

const seen = []
for (const [edition, { Effect, Exit, Stream }] of [["effect 3", three], ["effect 4", four]]) {
  const answer = Stream.concat(Stream.make("half "), Stream.never)
  const told = Effect.match({ onSuccess: (chunks) => `success with ${JSON.stringify([...chunks])}`, onFailure: (error) => `failure: ${error._tag ?? error}` })
  seen.push(`${edition}, Stream.timeout: ${await Effect.runPromise(answer.pipe(Stream.timeout("100 millis"), Stream.runCollect, told))}`)
  seen.push(`${edition}, Effect.timeout: ${await Effect.runPromise(answer.pipe(Stream.runCollect, Effect.timeout("100 millis"), told))}`)
  seen.push(`${edition} has Stream.timeoutFail: ${"timeoutFail" in Stream}`)
}
console.log(seen.join("\n"))
const expected = ['success with ["half "]', "failure: TimeoutException", "true", 'success with ["half "]', "failure: TimeoutError", "false"]
process.exitCode = seen.every((line, i) => line.endsWith(`: ${expected[i]}`)) ? 0 : 1
JS
node program.mjs
