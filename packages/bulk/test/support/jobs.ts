import { Bulk, type BulkError, type BulkJob, BulkStore } from "@effect-zhipu/bulk"
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

type Store = Layer.Layer<BulkStore.BulkStore, BulkError.BulkStoreError>

let store: Store = BulkStore.layerSqlite({ filename: ":memory:" })

let elsewhere = false

/** Whether jobs are kept in another process: the clock of a test does not wait for it. */
export const isElsewhere = (): boolean => elsewhere

/** Has the engines that are made from now on keep their jobs in another process. */
export const keptIn = (other: Store): void => {
  store = other
  elsewhere = true
}

/** An engine over a script, and a database of its own. */
export const engine = (script: MockChat.Script, options: Bulk.LocalOptions = {}) =>
  Bulk.layerLocal(options).pipe(
    Layer.provideMerge(Layer.suspend(() => Layer.fresh(store))),
    Layer.provideMerge(MockChat.layer(script)),
    Layer.provide(prices)
  )

export const asked = Effect.flatMap(MockChat.MockChat, (mock) => Effect.map(mock.requests, (all) => all.map(numberOf)))
