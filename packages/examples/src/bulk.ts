/** Many prompts as a job: typed answers, kept in a file; run again after a crash, it goes on where it was. */
import { Bulk, BulkJob, BulkStore } from "@effect-zhipu/bulk"
import { Message, Zhipu } from "@effect-zhipu/client"
import { FetchHttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { PgClient } from "@effect/sql-pg"
import { Config, Console, Effect, Layer, Schema, Stream } from "effect"

const Weather = Schema.Struct({
  city: Schema.String,
  sky: Schema.Literal("sun", "clouds", "rain")
}).annotations({ identifier: "Weather" })

const cities = ["Florence", "Bergen", "Quito", "Perth", "Hanoi"]

const job = BulkJob.structured({
  name: "weather",
  schema: Weather,
  // Read as the work goes on. BulkSource has JSONL, CSV and SQL.
  items: Stream.map(Stream.fromIterable(cities), (city) => ({
    id: city,
    request: { model: "glm-4.6", messages: [Message.user(`What is the sky over ${city} mostly like?`)] },
    metadata: { asked: city }
  })),
  concurrency: 3,
  deadline: "1 hour"
})

const program = Effect.gen(function* () {
  const report = yield* Bulk.run(job)
  yield* Console.log(`${report.done} done, ${report.failed} failed, ${report.calls} calls`)
  yield* Stream.runForEach(Bulk.results(job), ({ id, value }) => Console.log(id, value.sky))
  yield* Stream.runForEach(Bulk.failures(job.name), ({ id, tag }) => Console.log(id, tag))
}).pipe(
  // An empty balance, a refused key, the deadline: what is done is kept, and the next run goes on.
  Effect.catchTag("JobStoppedError", ({ message }) => Console.error(message))
)

const file = Config.withDefault(Config.string("BULK_FILE"), "weather.db")

const sqlite = Layer.unwrapEffect(Effect.map(file, (filename) => BulkStore.layerSqlite({ filename })))

const postgres = Layer.provide(BulkStore.layerSql, PgClient.layerConfig({ url: Config.redacted("DATABASE_URL") }))

/** Another engine is another layer, and the program stays. */
const engines = {
  /** Calls, by this process. */
  local: Layer.provide(Bulk.layerLocal(), sqlite),
  /** Calls, by all processes that run this program on the same database. */
  cluster: Layer.provide(Bulk.layerCluster(), postgres),
  /** The service's batch files, at half the price. */
  batch: Layer.provide(Bulk.layerBatch(), sqlite)
}

const engine = Layer.unwrapEffect(
  Effect.map(
    Config.withDefault(Config.literal("local", "cluster", "batch")("BULK_ENGINE"), "local"),
    (name) => engines[name]
  )
)

const live = engine.pipe(Layer.provide(Zhipu.layerConfig()), Layer.provide(FetchHttpClient.layer))

NodeRuntime.runMain(Effect.provide(program, live))
