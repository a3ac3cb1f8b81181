/** What a cluster keeps to whatever its processes lack, and whatever their clocks say: here each of them is an engine of its own in this process. */
import { Bulk, BulkJob, BulkWorker } from "@effect-zhipu/bulk"
import { Tool, Toolkit } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Fiber, HashSet, Layer, Logger, type Redacted, Schema, Stream } from "effect"
import { items, usage } from "./support/jobs.js"
import * as Postgres from "./support/postgres.js"

Postgres.start()

/** An answer that takes so many milliseconds. */
const slow = (millis: number, text = "fine"): MockChat.Reply =>
  Stream.unwrap(Effect.as(Effect.sleep(millis), Stream.fromIterable(MockChat.text(text, { usage }))))

/** A process of its own, as far as the store can tell. */
const runner = (url: Redacted.Redacted, script: MockChat.Script, options: Bulk.ClusterOptions = {}) =>
  Layer.fresh(
    Bulk.layerCluster({ leaseDuration: "2 seconds", ...options }).pipe(
      Layer.provideMerge(Layer.merge(Postgres.storeAt(url), MockChat.layer(script)))
    )
  )

describe.skipIf(Postgres.found.path === undefined)("a cluster", () => {
  it.live("has no item of a job with tools asked for by a process without them", () =>
    Effect.gen(function* () {
      const url = yield* Postgres.database
      const toolkit = Toolkit.make(
        Tool.make("get_weather", { description: "The weather", parameters: { city: Schema.String } })
      )
      const handlers = toolkit.toLayer({ get_weather: ({ city }) => Effect.succeed(`11 degrees in ${city}`) })
      const script: MockChat.Script = ({ messages, tools }) => {
        if (tools === undefined) return slow(30, "I have no tools")
        return messages.some(({ role }) => role === "tool")
          ? slow(30, "11 degrees")
          : MockChat.toolCall({ name: "get_weather", arguments: { city: "London" } })
      }
      const said: Array<string> = []
      const logger = Logger.replace(
        Logger.defaultLogger,
        Logger.make(({ message }) => void said.push(String(message)))
      )
      const worker = yield* Effect.fork(
        Effect.provide(
          BulkWorker.run({ leaseDuration: "2 seconds" }),
          Layer.mergeAll(Layer.fresh(Layer.merge(Postgres.storeAt(url), MockChat.layer(script))), logger)
        )
      )
      const cities = BulkJob.tools({ name: "cities", toolkit, items: items(90), concurrency: 4 })
      const values = yield* Effect.gen(function* () {
        const running = yield* Effect.fork(Bulk.run(cities))
        yield* Effect.repeat(
          Effect.delay(
            Effect.orElseSucceed(Bulk.report("cities"), () => undefined),
            "20 millis"
          ),
          { until: (report) => report?.state === "running" }
        )
        // One that runs it as a job of another kind is told, and changes nothing.
        const other = yield* Effect.flip(Bulk.run(BulkJob.make({ name: "cities", items: items(90) })))
        expect([other._tag, other.message]).toEqual(["JobBusyError", expect.stringContaining("with tools. Run it as")])
        yield* Fiber.join(running)
        return yield* Stream.runCollect(Stream.map(Bulk.results(cities), ({ value }) => value))
      }).pipe(Effect.provide(Layer.merge(runner(url, script), handlers)))
      yield* Fiber.interrupt(worker)
      expect([...HashSet.fromIterable(values)]).toEqual(["11 degrees"])
      expect(said).toEqual([expect.stringContaining("asked for with tools")])
    })
  )
})
