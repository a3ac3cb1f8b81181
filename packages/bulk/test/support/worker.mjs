// A process that runs a job, as a user's program does, until it is killed or done. It runs what was built.
// Arguments: the simulator, the database, how many items, how many at once. It prints its report.
import { Bulk, BulkJob, BulkStore } from "@effect-zhipu/bulk"
import { Message, RetryPolicy, Zhipu } from "@effect-zhipu/client"
import { UndiciHttpClient } from "@effect-zhipu/node"
import { Effect, Layer, Redacted, Stream } from "effect"

const [baseUrl = "", apiKey = "", filename = "", count = "1", concurrency = "1"] = process.argv.slice(2)

const soon = RetryPolicy.backoff({ base: "5 millis", cap: "200 millis", retries: 20, elapsed: "1 minute" })

const job = BulkJob.make({
  name: "job",
  items: Stream.map(Stream.range(1, Number(count)), (n) => ({
    id: `item-${n}`,
    request: { model: "glm-4.6", messages: [Message.user(`question ${n}.`)], thinking: { type: "disabled" } }
  })),
  concurrency: Number(concurrency),
  retry: RetryPolicy.make({ throttle: soon, overload: soon, network: soon })
})

const live = Bulk.layerLocal().pipe(
  Layer.provide(BulkStore.layerSqlite({ filename })),
  Layer.provide(Zhipu.layer({ apiKey: Redacted.make(apiKey), baseUrl })),
  Layer.provide(UndiciHttpClient.layer)
)

const report = await Effect.runPromise(Effect.provide(Bulk.run(job), live))
process.stdout.write(JSON.stringify(report))
