// A process that runs a job by batches, as a user's program does, until it is killed or done. It runs what was built.
// Arguments: the simulator, the database, how many items, how many lines a file. It prints its report.
import { Bulk, BulkJob, BulkStore } from "@effect-zhipu/bulk"
import { Message, RetryPolicy, Zhipu } from "@effect-zhipu/client"
import { UndiciHttpClient } from "@effect-zhipu/node"
import { Effect, Layer, Redacted, Schedule, Stream } from "effect"

const [baseUrl = "", apiKey = "", filename = "", count = "1", lines = "1"] = process.argv.slice(2)

const soon = RetryPolicy.backoff({ base: "20 millis", cap: "200 millis", retries: 20, elapsed: "1 minute" })

const job = BulkJob.make({
  name: "job",
  items: Stream.map(Stream.range(1, Number(count)), (n) => ({
    id: `item-${n}`,
    request: {
      model: n % 4 === 0 ? "glm-4.5-air" : "glm-4.6",
      messages: [Message.user(`question ${n}.`)],
      thinking: { type: "disabled" }
    }
  })),
  retry: RetryPolicy.make({ throttle: soon, overload: soon, network: soon })
})

const live = Bulk.layerBatch({
  limits: { lines: Number(lines) },
  wait: { schedule: Schedule.spaced("20 millis") }
}).pipe(
  Layer.provide(BulkStore.layerSqlite({ filename })),
  Layer.provide(Zhipu.layer({ apiKey: Redacted.make(apiKey), baseUrl })),
  Layer.provide(UndiciHttpClient.layer)
)

const report = await Effect.runPromise(Effect.provide(Bulk.run(job), live))
process.stdout.write(JSON.stringify(report))
