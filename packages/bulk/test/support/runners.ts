/** Processes of a cluster, each of them an engine of its own in this process. */
import { Bulk, BulkJob } from "@effect-zhipu/bulk"
import { Price } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import { Effect, Layer, type Redacted, Stream } from "effect"
import { items, usage } from "./jobs.js"
import * as Postgres from "./postgres.js"

export const job = BulkJob.make({ name: "job", items: items(40), concurrency: 4 })

/** Takes a moment, so that several take part. */
export const fine = (): MockChat.Reply =>
  Stream.unwrap(Effect.as(Effect.sleep("30 millis"), Stream.fromIterable(MockChat.text("fine", { usage }))))

/** More than is asked for before the last of the processes has begun. */
export const long = { ...job, items: items(600) }

const prices = Price.layer([{ model: "glm-4.6", currency: "USD", input: 1, output: 1 }])

/** A process of its own, as far as the store can tell. */
export const runner = (url: Redacted.Redacted, script: MockChat.Script = fine) =>
  Layer.fresh(
    Bulk.layerCluster({ leaseDuration: "2 seconds" }).pipe(
      Layer.provideMerge(Layer.merge(Postgres.storeAt(url), MockChat.layer(script))),
      Layer.provide(prices)
    )
  )

const asked = Effect.flatMap(MockChat.MockChat, (mock) => Effect.map(mock.requests, ({ length }) => length))

/** Runs a job in a process of its own; gives how it ended, and how many calls it made. */
export const running = (url: Redacted.Redacted, script: MockChat.Script = fine, of = job) => {
  const ended = Effect.match(Bulk.run(of), {
    onFailure: (error) => ({ error }),
    onSuccess: (report) => ({ report })
  })
  return Effect.fork(Effect.provide(Effect.zip(ended, asked), runner(url, script)))
}
