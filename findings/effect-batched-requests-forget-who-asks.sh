#!/usr/bin/env bash
# One would guess: a batched `Effect.request` sees what is provided around it, as every other effect does: the key of the tenant who asks.
# What happens: the resolver runs once for all that ask together, in the fiber around them. What is set around one request alone (a
# FiberRef, a Reference, a service) is not seen there: both texts go out by the key of the program. Alone, without batching, it is seen.
# Versions: effect 3.22.4 on Node 20.20.
# Source: effect/src/internal/core.ts (`blocked`), effect/src/internal/fiberRuntime.ts (`invokeWithInterrupt`, `runBlockedRequests`).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund effect@3.22.4
cat > program.mjs <<'JS'
import { Effect, FiberRef, Request, RequestResolver } from "effect"

const key = FiberRef.unsafeMake("the program's key")
const Embed = Request.tagged("Embed")
const sent = []
const resolver = RequestResolver.makeBatched((requests) =>
  Effect.flatMap(FiberRef.get(key), (by) => {
    sent.push(`${requests.map(({ text }) => text).join(" and ")} by ${by}`)
    return Effect.forEach(requests, (request) => Request.succeed(request, 1), { discard: true })
  })
)
const ask = (tenant) => Effect.locally(Effect.request(Embed({ text: `a text of ${tenant}` }), resolver), key, `the key of ${tenant}`)

await Effect.runPromise(Effect.all([ask("Ada"), ask("Bob")], { batching: true, concurrency: "unbounded" }))
await Effect.runPromise(ask("Ada"))
console.log(sent.join("\n"))
process.exitCode =
  sent.join() === "a text of Ada and a text of Bob by the program's key,a text of Ada by the key of Ada" ? 0 : 1
JS
node program.mjs
