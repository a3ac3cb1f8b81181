#!/usr/bin/env bash
# One would guess: a cache of embeddings keeps vectors, and a text that was refused because the service was busy is asked for again.
# What happens: the failure is kept like an answer, for all of `timeToLive`: a service that was busy for a moment refuses that text for a day.
# Versions: @effect/ai 0.37.0 over effect 3.22.4, @effect/platform 0.97.2, @effect/experimental 0.61.1 and @effect/rpc 0.76.2 on Node 20.20.
# Source: @effect/ai/src/EmbeddingModel.ts (`Request.makeCache`, `Effect.request` with caching), effect/src/internal/query.ts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund --legacy-peer-deps @effect/ai@0.37.0 effect@3.22.4 @effect/platform@0.97.2 @effect/experimental@0.61.1 @effect/rpc@0.76.2
cat > program.mjs <<'JS'
import { AiError, EmbeddingModel } from "@effect/ai"
import { Effect } from "effect"

let asked = 0
const busy = new AiError.UnknownError({ module: "test", method: "embed", description: "busy" })

const program = Effect.gen(function* () {
  const model = yield* EmbeddingModel.make({
    maxBatchSize: 10,
    cache: { capacity: 10, timeToLive: "1 day" },
    embedMany: (texts) =>
      Effect.suspend(() => (asked++ === 0 ? Effect.fail(busy) : Effect.succeed(texts.map((_, index) => ({ index, embeddings: [1] })))))
  })
  const ask = Effect.match(model.embed("hello"), { onFailure: () => "busy", onSuccess: () => "a vector" })
  return [yield* ask, yield* ask, yield* ask]
})
const seen = `${(await Effect.runPromise(program)).join(", ")}; the service was asked ${asked} time(s)`
console.log(seen)
process.exitCode = seen === "busy, busy, busy; the service was asked 1 time(s)" ? 0 : 1
JS
node program.mjs
