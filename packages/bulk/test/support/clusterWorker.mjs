// A process of a cluster, as a user's program is. It runs what was built.
// Arguments: `run` or `work`, the simulator, PostgreSQL, how many items, how many at once, the lease in milliseconds. It says "asking"
// to standard error at its first call. One that runs the job prints its report.
import { Bulk, BulkJob, BulkStore, BulkWorker } from "@effect-zhipu/bulk"
import { Message, RetryPolicy, Zhipu } from "@effect-zhipu/client"
import { UndiciHttpClient } from "@effect-zhipu/node"
import { HttpClient } from "@effect/platform"
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, Option, Redacted, Stream } from "effect"

const [role, baseUrl = "", apiKey = "", url = "", count = "1", concurrency = "1", lease = "15000"] =
  process.argv.slice(2)

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

const leaseDuration = Number(lease)

let isAsking = false

const noting = HttpClient.tapRequest(() =>
  Effect.sync(() => {
    if (!isAsking) process.stderr.write("asking")
    isAsking = true
  })
)

const client = Layer.effect(HttpClient.HttpClient, Effect.map(HttpClient.HttpClient, noting)).pipe(
  Layer.provide(UndiciHttpClient.layer)
)

const services = Layer.merge(BulkStore.layerSql, Zhipu.layer({ apiKey: Redacted.make(apiKey), baseUrl })).pipe(
  Layer.provide(PgClient.layer({ url: Redacted.make(url), maxConnections: 4 })),
  Layer.provide(client)
)

if (role === "work") {
  const worker = BulkWorker.run({ leaseDuration, workOf: () => Effect.succeed(Option.some(job)) })
  await Effect.runPromise(Effect.provide(worker, services))
} else {
  const live = Layer.provide(Bulk.layerCluster({ leaseDuration }), services)
  const report = await Effect.runPromise(Effect.provide(Bulk.run(job), live))
  process.stdout.write(JSON.stringify(report))
}
