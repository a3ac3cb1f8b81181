// How much memory a job with so many items in its source takes, in its first seconds. It runs what was built.
// Arguments: how many items, the database. It prints the highest resident set, in bytes.
import { Bulk, BulkJob, BulkStore } from "@effect-zhipu/bulk"
import { MockChat } from "@effect-zhipu/testing"
import { Effect, Layer, Stream } from "effect"

const [count = "1", filename = ""] = process.argv.slice(2)

const job = BulkJob.make({
  name: "job",
  items: Stream.map(Stream.range(1, Number(count)), (n) => ({
    id: `item-${n}`,
    request: { model: "glm-4.6", messages: [{ role: "user", content: "x".repeat(1000) + n }] }
  })),
  concurrency: 50
})

const live = Bulk.layerLocal().pipe(
  Layer.provide(BulkStore.layerSqlite({ filename })),
  Layer.provide(MockChat.layer(() => MockChat.text("fine")))
)

let peak = 0
setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss)
}, 50)

await Effect.runPromise(Effect.provide(Effect.timeoutOption(Bulk.run(job), "8 seconds"), live))
process.stdout.write(String(peak), () => process.exit(0))
