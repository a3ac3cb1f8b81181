#!/usr/bin/env bash
# One would guess: the idempotency key of a workflow guards against running the same work twice, and a failed run can be
# started again.
# What happens: the key alone decides. A run with the same key and another payload does not run and gives the answer to the
# first payload, without a word; and a run that failed gives the same failure to everybody who comes later with this key,
# though the cause is gone. For prompts in bulk: the key must contain a digest of the prompt, and a retry needs a new key.
# `Activity.retry({ times: 3 })` is four runs, with no delay between them.
# Versions: effect 4.1.0 on Node 20.20, the engine in memory. Source: effect/src/workflow/WorkflowEngine.ts.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo '{"type":"module"}' > package.json
npm install --silent --no-audit --no-fund effect@4.1.0
cat > program.mjs <<'JS'
import { Effect, Layer, Schema } from "effect"
import * as Activity from "effect/workflow/Activity"
import * as Workflow from "effect/workflow/Workflow"
import * as WorkflowEngine from "effect/workflow/WorkflowEngine"

let runs = 0
const attempts = []
const Ask = Workflow.make("Ask", {
  payload: { id: Schema.String, prompt: Schema.String },
  success: Schema.String,
  error: Schema.String,
  idempotencyKey: ({ id }) => id
})
const attempt = Activity.make({
  name: "attempt",
  error: Schema.String,
  execute: Effect.flatMap(Activity.CurrentAttempt, (number) => {
    attempts.push(number)
    return Effect.fail("refused")
  })
})
const layer = Ask.toLayer(({ prompt }) =>
  Effect.suspend(() => {
    runs++
    if (prompt === "refused") return Effect.fail("refused")
    if (prompt === "tried") return Effect.as(Activity.retry(attempt, { times: 3 }), "")
    return Effect.succeed(`answer to ${prompt}`)
  })
).pipe(Layer.provideMerge(WorkflowEngine.layerMemory))

const ask = (id, prompt) => Effect.catch(Ask.execute({ id, prompt }), Effect.succeed)
const seen = await Effect.gen(function* () {
  const answers = [yield* ask("1", "one"), yield* ask("1", "two"), yield* ask("2", "refused"), yield* ask("2", "three")]
  const counted = runs
  yield* ask("3", "tried")
  return [...answers, `${counted} runs`, `attempts ${attempts.join(" ")}`]
}).pipe(Effect.provide(layer), Effect.runPromise)
console.log(seen.join("\n"))
const expected = ["answer to one", "answer to one", "refused", "refused", "2 runs", "attempts 1 2 3 4"]
process.exitCode = seen.join() === expected.join() ? 0 : 1
JS
node program.mjs
