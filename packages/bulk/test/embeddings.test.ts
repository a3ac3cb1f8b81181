/** A job whose items are texts, and whose answers are vectors: by calls, and by batches. */
import { Embeddings } from "@effect-zhipu/api"
import { Bulk, BulkJob, BulkStore } from "@effect-zhipu/bulk"
import { Price, RetryPolicy, Zhipu, ZhipuError } from "@effect-zhipu/client"
import { UndiciHttpClient } from "@effect-zhipu/node"
import { MockApi, MockChat, Simulator } from "@effect-zhipu/testing"
import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Layer, Option, Schedule, Stream } from "effect"
import { isRecord } from "effect/Predicate"

/** A dollar for a token. */
const prices = Price.layer([{ model: "embedding-3", currency: "USD", input: 1_000_000, output: 0 }])

const soon = RetryPolicy.backoff({ base: "5 millis", cap: "20 millis", retries: 5, elapsed: "1 minute" })

const paragraphs = (count: number) =>
  BulkJob.embeddings({
    name: "paragraphs",
    model: "embedding-3",
    dimensions: 256,
    items: Stream.map(Stream.range(1, count), (n) => ({ id: `p${n}`, text: `paragraph ${n}`, metadata: { n } })),
    concurrency: 4,
    retry: RetryPolicy.make({ throttle: soon, overload: soon, network: soon })
  })

const resultsOf = <E, R>(job: BulkJob.BulkJob<ReadonlyArray<number>, E, R>) =>
  Effect.map(Stream.runCollect(Bulk.results(job)), Chunk.toReadonlyArray)

const attemptsOf = (id: string) =>
  Effect.gen(function* () {
    const store = yield* BulkStore.BulkStore
    const { id: row } = Option.getOrThrow(yield* store.find("paragraphs"))
    return yield* store.attempts(row, id)
  })

const inputOf = ({ body }: MockApi.Call): string => (isRecord(body) ? String(body["input"]) : "")

const answer = (...vectors: ReadonlyArray<ReadonlyArray<number>>) => ({
  model: "embedding-3",
  object: "list",
  data: vectors.map((embedding, index) => ({ index, object: "embedding", embedding })),
  usage: { prompt_tokens: 3, completion_tokens: 0, total_tokens: 3 }
})

describe("texts by calls", () => {
  const throttled = new ZhipuError.RateLimitError({ message: "slow down", code: "1302", status: 429 })
  const blocked = new ZhipuError.ContentFilteredError({ message: "blocked", code: "1301", status: 400 })

  const engine = (embeddings: MockApi.Replies) =>
    Bulk.layerLocal().pipe(
      Layer.provideMerge(BulkStore.layerSqlite({ filename: ":memory:" })),
      Layer.provide(MockChat.layer([])),
      Layer.provide(prices),
      Layer.provideMerge(MockApi.layer({ embeddings }))
    )

  it.live("each have a vector, with what it cost, once", () =>
    Effect.gen(function* () {
      const report = yield* Bulk.run(paragraphs(10))
      expect(report).toMatchObject({ state: "ended", items: 10, done: 10, failed: 0, truncated: 0, calls: 10 })
      expect(report).toMatchObject({ promptTokens: 30, completionTokens: 0, cost: 30, currency: "USD", unpriced: 0 })
      const results = yield* resultsOf(paragraphs(10))
      expect(results.map(({ id, metadata, value }) => ({ id, metadata, value }))).toEqual(
        Array.from({ length: 10 }, (_, n) => ({ id: `p${n + 1}`, metadata: { n: n + 1 }, value: [n + 1, 0.5] }))
      )
      expect(results[0]?.completion).toMatchObject({ model: "embedding-3", usage: { prompt_tokens: 3 }, choices: [] })
      expect(yield* attemptsOf("p1")).toMatchObject([{ usage: { promptTokens: 3 }, cost: { amount: 3 } }])
      // Run again, also with others: what has a vector is not asked for.
      expect(yield* Bulk.run(paragraphs(12))).toMatchObject({ done: 12, calls: 12 })
      const calls = yield* Effect.flatMap(MockApi.MockApi, ({ calls }) => calls)
      expect(calls.length).toBe(12)
      expect(calls[0]?.body).toEqual({ model: "embedding-3", input: "paragraph 1", dimensions: 256 })
      // Another length is another question.
      const other = BulkJob.embeddings({
        name: "paragraphs",
        model: "embedding-3",
        items: Stream.make({ id: "p1", text: "paragraph 1" })
      })
      expect(yield* Effect.flip(Bulk.run(other))).toMatchObject({ _tag: "ItemConflictError", id: "p1" })
    }).pipe(Effect.provide(engine((call) => answer([Number(/\d+/.exec(inputOf(call))?.[0]), 0.5]))))
  )

  it.live("wait out what passes; what is refused, and an answer without a vector, are kept as failed", () => {
    let isFirst = true
    return Effect.gen(function* () {
      const report = yield* Bulk.run(paragraphs(4))
      expect(report).toMatchObject({ state: "ended", done: 2, failed: 2 })
      expect(report.failures).toEqual({ ContentFilteredError: 1, CorruptStreamError: 1 })
      expect((yield* attemptsOf("p1")).map(({ tag }) => tag)).toEqual(["RateLimitError", undefined])
      // The service answered, and bills it.
      const [first] = yield* attemptsOf("p3")
      expect(first).toMatchObject({ usage: { promptTokens: 3 } })
      expect((yield* resultsOf(paragraphs(4))).map(({ id }) => id)).toEqual(["p1", "p4"])
    }).pipe(
      Effect.provide(
        engine((call) => {
          const input = inputOf(call)
          if (input === "paragraph 1" && isFirst) {
            isFirst = false
            return throttled
          }
          if (input === "paragraph 2") return blocked
          return input === "paragraph 3" ? answer() : answer([1, 2])
        })
      )
    )
  })

  it.live("stop the job where the budget is reached", () =>
    Effect.gen(function* () {
      const job = { ...paragraphs(50), budget: { amount: 30, currency: "USD" } }
      const error = yield* Effect.flip(Bulk.run(job))
      expect(error).toMatchObject({ _tag: "JobStoppedError", reason: "Budget" })
      expect((yield* Bulk.report("paragraphs")).cost).toBeLessThanOrEqual(30 + 4 * 3)
    }).pipe(Effect.provide(engine(answer([1]))))
  )

  it.live("are asked for by nobody who runs the job as one of a chat", () =>
    Effect.gen(function* () {
      const { embed: _, ...job } = paragraphs(1)
      expect(yield* Bulk.run(job)).toMatchObject({ failed: 1, failures: { InvalidRequestError: 1 }, calls: 0 })
    }).pipe(Effect.provide(engine([])))
  )
})

describe("texts by batches", () => {
  const engine = (faults = "") =>
    Bulk.layerBatch({ wait: { schedule: Schedule.spaced("5 millis") } }).pipe(
      Layer.provideMerge(BulkStore.layerSqlite({ filename: ":memory:" })),
      Layer.provideMerge(
        Layer.unwrapEffect(
          Effect.map(Simulator.Simulator, ({ apiKey, baseUrl }) =>
            Zhipu.layer({ apiKey, baseUrl, retry: RetryPolicy.none })
          )
        )
      ),
      Layer.provide(UndiciHttpClient.layer),
      Layer.provide(prices),
      Layer.provideMerge(Simulator.layer({ taskPolls: 1, faults }))
    )

  const asked = Effect.gen(function* () {
    const requests = yield* Effect.flatMap(Simulator.Simulator, ({ requests }) => requests)
    const of = (end: string) => requests.filter(({ method, path }) => method === "POST" && path.endsWith(end))
    return { batches: of("/batches").map(({ body }) => body), calls: of("/embeddings").length }
  })

  it.live("are lines of a file for the embeddings, at half the price", () =>
    Effect.gen(function* () {
      const report = yield* Bulk.run(paragraphs(20))
      expect(report).toMatchObject({ state: "ended", done: 20, failed: 0, calls: 20, unpriced: 0 })
      expect(report.cost).toBeCloseTo(report.promptTokens / 2)
      const made = yield* asked
      expect(made).toMatchObject({ batches: [{ endpoint: "/v4/embeddings" }], calls: 0 })
      const { vectors } = yield* Embeddings.embedMany(
        Array.from({ length: 20 }, (_, n) => `paragraph ${n + 1}`),
        { model: "embedding-3", dimensions: 256 }
      )
      expect((yield* resultsOf(paragraphs(20))).map(({ value }) => value)).toEqual(vectors)
    }).pipe(Effect.provide(engine()))
  )

  it.live("that a batch left undone are asked for by calls", () =>
    Effect.gen(function* () {
      expect(yield* Bulk.run(paragraphs(10))).toMatchObject({ state: "ended", done: 10, failed: 0, calls: 15 })
      expect(yield* asked).toMatchObject({ batches: [{}], calls: 5 })
      for (const { value } of yield* resultsOf(paragraphs(10))) expect(value.length).toBe(256)
    }).pipe(Effect.provide(engine("batch:expired")))
  )
})
