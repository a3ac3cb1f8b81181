import { Bulk, type BulkJob, BulkStore } from "@effect-zhipu/bulk"
import { Message, Price } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import { Effect, Layer, Stream } from "effect"

export const request = (text: string): BulkJob.Item["request"] => ({ model: "glm-4.6", messages: [Message.user(text)] })

export const items = (count: number): Stream.Stream<BulkJob.Item> =>
  Stream.map(Stream.range(1, count), (n) => ({ id: `item-${n}`, request: request(`question ${n}`), metadata: { n } }))

/** What an item asks, as `items` makes it. */
export const numberOf = (asked: BulkJob.Item["request"]): number =>
  Number(/\d+/.exec(JSON.stringify(asked.messages))?.[0])

/** A dollar for an answer of `MockChat.text` with `usage`. */
export const usage = { prompt_tokens: 500_000, completion_tokens: 500_000, total_tokens: 1_000_000 }

const prices = Price.layer([{ model: "glm-4.6", currency: "USD", input: 1, output: 1 }])

/** An engine over a script, and a database in memory. */
export const engine = (script: MockChat.Script, options: Bulk.LocalOptions = {}) =>
  Bulk.layerLocal(options).pipe(
    Layer.provideMerge(BulkStore.layerSqlite({ filename: ":memory:" })),
    Layer.provideMerge(MockChat.layer(script)),
    Layer.provide(prices)
  )

export const asked = Effect.flatMap(MockChat.MockChat, (mock) => Effect.map(mock.requests, (all) => all.map(numberOf)))
