// A process of a cluster, as a user's program is. It runs what was built.
// Arguments: `run` or `work`, the simulator, PostgreSQL, how many items, how many at once. One that runs the job prints its report.
import { Bulk, BulkJob, BulkStore, BulkWorker } from "@effect-zhipu/bulk"
import { Message, RetryPolicy, Zhipu } from "@effect-zhipu/client"
import { UndiciHttpClient } from "@effect-zhipu/node"
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, Option, Redacted, Stream } from "effect"

const [role, baseUrl = "", apiKey = "", url = "", count = "1", concurrency = "1"] = process.argv.slice(2)

const soon = RetryPolicy.backoff({ base: "20 millis", cap: "200 millis", retries: 20, elapsed: "1 minute" })

const job = BulkJob.make({
  name: "job",
  items: Stream.map(Stream.range(1, Number(count)), (n) => ({
    id: `item-${n}`,
    request: { model: "glm-4.6", messages: [Message.user(`question ${n}.`)], thinking: { type: "disabled" } }
  })),
  concurrency: Number(concurrency),
  retry: RetryPolicy.make({ throttle: soon, overload: soon, network: soon })
})

const services = Layer.merge(BulkStore.layerSql, Zhipu.layer({ apiKey: Redacted.make(apiKey), baseUrl })).pipe(
  Layer.provide(PgClient.layer({ url: Redacted.make(url), maxConnections: 4 })),
  Layer.provide(UndiciHttpClient.layer)
)

if (role === "work") {
  await Effect.runPromise(Effect.provide(BulkWorker.run({ workOf: () => Effect.succeed(Option.some(job)) }), services))
} else {
  const report = await Effect.runPromise(Effect.provide(Bulk.run(job), Layer.provide(Bulk.layerCluster(), services)))
  process.stdout.write(JSON.stringify(report))
}
