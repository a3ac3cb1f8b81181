// How much memory a job with so many items in its source takes, in its first seconds. It runs what was built. The client
// is the real one over answers that are at hand: a mock of the chat keeps each request for the test that asks it.
// Arguments: how many items, the database. It prints the highest resident set, in bytes.
import { Bulk, BulkJob, BulkStore } from "@effect-zhipu/bulk"
import { Zhipu } from "@effect-zhipu/client"
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { Effect, Layer, Redacted, Stream } from "effect"

const [count = "1", filename = ""] = process.argv.slice(2)

const job = BulkJob.make({
  name: "job",
  items: Stream.map(Stream.range(1, Number(count)), (n) => ({
    id: `item-${n}`,
    request: { model: "glm-4.6", messages: [{ role: "user", content: "x".repeat(1000) + n }] }
  })),
  concurrency: 50
})

const answer = {
  id: "1",
  created: 1,
  model: "glm-4.6",
  choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "fine" } }],
  usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 }
}

const http = HttpClient.make((request) => Effect.sync(() => HttpClientResponse.fromWeb(request, Response.json(answer))))

const live = Bulk.layerLocal().pipe(
  Layer.provide(BulkStore.layerSqlite({ filename })),
  Layer.provide(Zhipu.layer({ apiKey: Redacted.make("id.secret") })),
  Layer.provide(Layer.succeed(HttpClient.HttpClient, http))
)

let peak = 0
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss)
}, 50)

await Effect.runPromise(Effect.provide(Effect.timeoutOption(Bulk.run(job), "8 seconds"), live))
process.stdout.write(String(peak), () => process.exit(0))
