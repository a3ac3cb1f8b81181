#!/usr/bin/env bash
# One would guess: `retry:` in an event stream is a hint for later reconnects, and the events after it are read.
# What happens: Effect 4's Sse.decode fails the stream with `Retry` at such a line. Events of the same network read are still
# given out, those of later reads never: where the line comes by itself, and what is lost, depends on how the network cut the
# bytes. It must be caught before anything that takes a failed stream for a failed call. (Effect 3's ended the stream as if
# it were whole.) Gateways in front of model services send such lines.
# Versions: effect 4.1.0 on Node 20.20. Source: effect/src/encoding/Sse.ts. The standard: HTML, "Server-sent events".
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund effect@4.1.0
cat > program.mjs <<'JS'
import { Effect, Exit, Stream } from "effect"
import * as Sse from "effect/encoding/Sse"

const read = async (name, reads) => {
  const texts = []
  const exit = await Stream.fromIterable(reads).pipe(
    Stream.rechunk(1),
    Stream.pipeThroughChannel(Sse.decode()),
    Stream.runForEach((event) => Effect.sync(() => texts.push(event.data))),
    Effect.runPromiseExit
  )
  const end = Exit.isSuccess(exit) ? "ends well" : `fails with ${exit.cause.reasons[0].error._tag}`
  return `${name}: ${texts.join(" ")}, then ${end}`
}
const seen = [
  await read("one read", ["data: a\n\nretry: 3000\n\ndata: b\n\ndata: c\n\n"]),
  await read("two reads", ["data: a\n\nretry: 3000\n\n", "data: b\n\ndata: c\n\n"]),
  await read("without the line", ["data: a\n\n", "data: b\n\ndata: c\n\n"])
]
console.log(seen.join("\n"))
const expected = [
  "one read: a b c, then fails with Retry",
  "two reads: a, then fails with Retry",
  "without the line: a b c, then ends well"
]
process.exitCode = seen.join() === expected.join() ? 0 : 1
JS
node program.mjs
