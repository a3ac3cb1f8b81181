/** A job by the vendor's batches: how items become files, what comes back, and what is asked again. */
import { Bulk, BulkJob, BulkStore } from "@effect-zhipu/bulk"
import { Message, Price, RetryPolicy, Tool, Toolkit, Zhipu, type ZhipuConfig } from "@effect-zhipu/client"
import { UndiciHttpClient } from "@effect-zhipu/node"
import { MockChat, Simulator } from "@effect-zhipu/testing"
import { HttpClient, HttpClientError, HttpClientRequest } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Fiber, Layer, Option, Schedule, Schema, Stream } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { items, request } from "./support/jobs.js"

/** No test waits for the pace of the service. */
const wait = { schedule: Schedule.spaced("5 millis") }

const prices = Price.layer([{ model: "glm-4.6", currency: "USD", input: 1_000_000, output: 0 }])

const soon = RetryPolicy.backoff({ base: "5 millis", cap: "20 millis", retries: 5, elapsed: "1 minute" })

const retry = RetryPolicy.make({ throttle: soon, overload: soon, network: soon })

const engine = (options: Bulk.BatchOptions = {}, filename = ":memory:", client: Partial<ZhipuConfig.Options> = {}) =>
  Bulk.layerBatch({ wait, ...options }).pipe(
    Layer.provideMerge(BulkStore.layerSqlite({ filename })),
    Layer.provide(
      Layer.unwrapEffect(
        Effect.map(Simulator.Simulator, ({ apiKey, baseUrl }) =>
          Zhipu.layer({ apiKey, baseUrl, retry: RetryPolicy.none, ...client })
        )
      )
    ),
    Layer.provide(UndiciHttpClient.layer),
    Layer.provide(prices)
  )

const simulator = (faults = "") => Simulator.layer({ taskPolls: 1, faults })

const collect = <A, E, R>(stream: Stream.Stream<A, E, R>) =>
  Effect.map(Stream.runCollect(stream), Chunk.toReadonlyArray)

/** What the service was asked, by operation. */
const counts = Effect.gen(function* () {
  const { requests } = yield* Simulator.Simulator
  const made = yield* requests
  const of = (method: string, end: string) =>
    made.filter((request) => request.method === method && request.path.endsWith(end)).length
  return { uploads: of("POST", "/files"), batches: of("POST", "/batches"), chats: of("POST", "/chat/completions") }
})

const folder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "bulk-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

describe("a job by batches", () => {
  it.live("gives every item its answer, in files of the limits, at half the price", () =>
    Effect.gen(function* () {
      const job = BulkJob.make({ name: "job", items: items(3000) })
      const report = yield* Bulk.run(job)
      expect(report).toMatchObject({ state: "ended", items: 3000, total: 3000, done: 3000, failed: 0, inFlight: 0 })
      expect(report).toMatchObject({ calls: 3000, repeated: 0, unpriced: 0, currency: "USD" })
      expect(report.promptTokens).toBeGreaterThan(0)
      expect(report.cost).toBeCloseTo(report.promptTokens / 2)
      expect(yield* counts).toEqual({ uploads: 3, batches: 3, chats: 0 })
      const results = yield* collect(Bulk.results(job))
      expect(results.map(({ id }) => id)).toEqual(Array.from({ length: 3000 }, (_, n) => `item-${n + 1}`))
      for (const { id, metadata, value } of results) {
        expect(value).toContain(`question ${id.slice(5)}`)
        expect(metadata).toEqual({ n: Number(id.slice(5)) })
      }
      // Run again, there is nothing to do.
      expect(yield* Bulk.run(job)).toMatchObject({ state: "ended", done: 3000, calls: 3000 })
      expect(yield* counts).toEqual({ uploads: 3, batches: 3, chats: 0 })
    }).pipe(Effect.provide(engine({ limits: { lines: 1000 } }).pipe(Layer.provideMerge(simulator()))))
  )

  it.live("puts each model into files of its own, and no file over its bytes", () =>
    Effect.gen(function* () {
      const of = (n: number) => (n % 3 === 0 ? "glm-4.5-air" : "glm-4.6")
      const job = BulkJob.make({
        name: "job",
        items: Stream.map(Stream.range(1, 90), (n) => ({
          id: `item-${n}`,
          request: { model: of(n), messages: [Message.user(`question ${n}`)] }
        }))
      })
      expect(yield* Bulk.run(job)).toMatchObject({ done: 90, failed: 0, calls: 90 })
      const { batches, chats, uploads } = yield* counts
      // 60 lines and 30 lines of some 130 bytes, at 2000 bytes a file.
      expect([uploads, chats]).toEqual([batches, 0])
      expect(batches).toBeGreaterThanOrEqual(6)
      const results = yield* collect(Bulk.results(job))
      expect(results.map(({ completion }) => completion.model)).toEqual(Array.from({ length: 90 }, (_, n) => of(n + 1)))
    }).pipe(Effect.provide(engine({ limits: { bytes: 2000 } }).pipe(Layer.provideMerge(simulator()))))
  )

  it.live("asks again by live calls for what a batch left undone, at the full price", () =>
    Effect.gen(function* () {
      const job = BulkJob.make({ name: "job", items: items(10), retry })
      const report = yield* Bulk.run(job)
      // The batch expired with half of its lines done: 10 calls of the batch, and 5 more.
      expect(report).toMatchObject({ state: "ended", done: 10, failed: 0, calls: 15 })
      expect(yield* counts).toMatchObject({ batches: 1, chats: 5 })
      const store = yield* BulkStore.BulkStore
      const { id: row } = Option.getOrThrow(yield* store.find("job"))
      const [first] = yield* store.attempts(row, "item-1")
      const last = yield* store.attempts(row, "item-10")
      expect(last.map(({ tag }) => tag)).toEqual(["TaskFailedError", undefined])
      const perToken = (attempt: BulkStore.Attempt | undefined) =>
        (attempt?.cost?.amount ?? 0) / (attempt?.usage?.promptTokens ?? 0)
      expect([perToken(first), perToken(last[1])]).toEqual([0.5, 1])
    }).pipe(Effect.provide(engine().pipe(Layer.provideMerge(simulator("batch:expired")))))
  )

  it.live("keeps them as failed where the option says so, and retries them in another batch", () =>
    Effect.gen(function* () {
      const job = BulkJob.make({ name: "job", items: items(10), retry })
      expect(yield* Bulk.run(job)).toMatchObject({ done: 5, failed: 5, failures: { TaskFailedError: 5 } })
      expect((yield* collect(Bulk.failures("job")))[0]?.message).toContain("without a result")
      yield* Effect.flatMap(Simulator.Simulator, ({ setFaults }) => setFaults(""))
      expect(yield* Bulk.retry("job")).toBe(5)
      expect(yield* Bulk.run(job)).toMatchObject({ state: "ended", done: 10, failed: 0 })
      expect(yield* counts).toEqual({ uploads: 2, batches: 2, chats: 0 })
    }).pipe(Effect.provide(engine({ onFailure: "keep" }).pipe(Layer.provideMerge(simulator("batch:expired")))))
  )

  it.live("puts no item into a second batch that a call is to ask for", () =>
    Effect.gen(function* () {
      const filename = join(yield* folder, "jobs.db")
      const job = BulkJob.make({ name: "job", items: items(10), retry })
      const keeping = engine({ onFailure: "keep" }, filename)
      expect(yield* Effect.provide(Bulk.run(job), keeping)).toMatchObject({ done: 5, failed: 5 })
      // As a process leaves them that dies between the batch and its live calls.
      yield* Effect.provide(Bulk.retry("job"), keeping)
      expect(yield* Effect.provide(Bulk.run(job), engine({}, filename))).toMatchObject({ done: 10, failed: 0 })
      expect(yield* counts).toEqual({ uploads: 1, batches: 1, chats: 5 })
    }).pipe(Effect.scoped, Effect.provide(simulator("batch:expired")))
  )

  it.live("gives a line that the error file names to a live call, whose word is the last", () =>
    Effect.gen(function* () {
      const job = BulkJob.make({
        name: "job",
        retry,
        items: Stream.map(Stream.range(1, 4), (n) => ({
          id: `item-${n}`,
          request: { ...request(`question ${n}`), ...(n === 2 ? { top_p: 7 } : {}) }
        }))
      })
      expect(yield* Bulk.run(job)).toMatchObject({ done: 3, failed: 1, failures: { InvalidRequestError: 1 } })
      const store = yield* BulkStore.BulkStore
      const { id: row } = Option.getOrThrow(yield* store.find("job"))
      expect((yield* store.attempts(row, "item-2")).map(({ tag }) => tag)).toEqual([
        "InvalidRequestError",
        "InvalidRequestError"
      ])
    }).pipe(Effect.provide(engine().pipe(Layer.provideMerge(simulator()))))
  )

  it.live("asks for values of a Schema", () =>
    Effect.gen(function* () {
      const job = BulkJob.structured({
        name: "job",
        items: items(3),
        schema: Schema.Struct({ day: Schema.Number }),
        maxAttempts: 1
      })
      expect(yield* Bulk.run(job)).toMatchObject({ done: 3, failed: 0 })
      // The line asks for the Schema: a plain prompt would be answered by a text.
      expect((yield* collect(Bulk.results(job))).map(({ value }) => typeof value.day)).toEqual(Array(3).fill("number"))
      expect(yield* counts).toEqual({ uploads: 1, batches: 1, chats: 0 })
    }).pipe(Effect.provide(engine().pipe(Layer.provideMerge(simulator()))))
  )

  it.live("sends a file again that was refused", () =>
    Effect.gen(function* () {
      const job = BulkJob.make({ name: "job", items: items(10), retry })
      expect(yield* Bulk.run(job)).toMatchObject({ done: 10, failed: 0, calls: 10 })
      expect(yield* counts).toEqual({ uploads: 3, batches: 1, chats: 0 })
    }).pipe(Effect.provide(engine().pipe(Layer.provideMerge(simulator("code:1302*2")))))
  )

  it.live("sends no file and starts no batch twice whose answer was lost", () => {
    const lost = new Set<string>()
    /** The first answer to an upload, and to a batch, does not arrive. */
    const losing = (client: HttpClient.HttpClient) =>
      HttpClient.transformResponse(client, (made) =>
        Effect.flatMap(made, (response) => {
          const { method, url } = response.request
          if (method !== "POST" || lost.has(url)) return Effect.succeed(response)
          lost.add(url)
          const { request } = response
          return Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport", description: "lost" }))
        })
      )
    return Effect.gen(function* () {
      const job = BulkJob.make({ name: "job", items: items(10), retry })
      expect(yield* Bulk.run(job)).toMatchObject({ done: 10, failed: 0, calls: 10 })
      expect(lost.size).toBe(2)
      expect(yield* counts).toEqual({ uploads: 1, batches: 1, chats: 0 })
    }).pipe(Effect.provide(engine({}, ":memory:", { transformClient: losing }).pipe(Layer.provideMerge(simulator()))))
  })

  it.live("fetches what a run that was stopped had started", () =>
    Effect.gen(function* () {
      const filename = join(yield* folder, "jobs.db")
      const job = BulkJob.make({ name: "job", items: items(20), retry })
      const slow = engine({ wait: { schedule: Schedule.spaced("1 hour") } }, filename)
      const running = yield* Effect.fork(Effect.provide(Bulk.run(job), slow))
      yield* Effect.repeat(Effect.sleep("10 millis"), {
        until: () => Effect.map(counts, ({ batches }) => batches === 1)
      })
      yield* Effect.sleep("200 millis")
      yield* Fiber.interrupt(running)
      const again = engine({}, filename)
      expect(yield* Effect.provide(Bulk.report("job"), again)).toMatchObject({
        state: "interrupted",
        done: 0,
        items: 20
      })
      expect(yield* Effect.flip(Effect.provide(Bulk.remove("job"), again))).toMatchObject({
        _tag: "JobBusyError",
        message: expect.stringContaining("in batch files: cancel it")
      })
      expect(yield* Effect.provide(Bulk.run(job), again)).toMatchObject({ done: 20, calls: 20, repeated: 0 })
      expect(yield* counts).toEqual({ uploads: 1, batches: 1, chats: 0 })
    }).pipe(Effect.scoped, Effect.provide(simulator()))
  )

  it.live("cancels at the service what a cancelled job has there, and puts what is left into another batch", () =>
    Effect.gen(function* () {
      const filename = join(yield* folder, "jobs.db")
      const job = BulkJob.make({ name: "job", items: items(20), retry })
      const slow = engine({ wait: { schedule: Schedule.spaced("1 hour") } }, filename)
      const cancels = Effect.map(
        Effect.flatMap(Simulator.Simulator, ({ requests }) => requests),
        (made) => made.filter(({ path }) => path.endsWith("/cancel")).length
      )
      const stops = (run: Effect.Effect<unknown, unknown, Simulator.Simulator>, batches: number) =>
        Effect.gen(function* () {
          const running = yield* Effect.fork(Effect.exit(run))
          yield* Effect.repeat(Effect.sleep("10 millis"), {
            until: () => Effect.map(counts, (made) => made.batches === batches)
          })
          yield* Effect.sleep("100 millis")
          return running
        })

      // While a process waits for the batch, another one cancels.
      const waiting = yield* stops(Effect.provide(Effect.flip(Bulk.run(job)), slow), 1)
      yield* Effect.provide(Bulk.cancel("job"), engine({}, filename))
      expect(yield* Effect.flatten(Fiber.join(waiting))).toMatchObject({ reason: "Cancelled" })
      expect(yield* cancels).toBe(1)

      // While nobody does.
      const interrupted = yield* stops(Effect.provide(Bulk.run(job), slow), 2)
      yield* Fiber.interrupt(interrupted)
      yield* Effect.provide(Bulk.cancel("job"), engine({}, filename))
      expect(yield* cancels).toBe(2)
      expect(yield* Effect.provide(Bulk.report("job"), slow)).toMatchObject({ state: "cancelled", done: 0 })

      expect(yield* Effect.provide(Bulk.run(job), engine({}, filename))).toMatchObject({
        state: "ended",
        done: 20,
        failed: 0,
        inFlight: 0
      })
      expect(yield* counts).toEqual({ uploads: 3, batches: 3, chats: 0 })
    }).pipe(Effect.scoped, Effect.provide(simulator()))
  )

  it.live("asks by live calls for all of a batch whose file is refused", () =>
    Effect.gen(function* () {
      const job = BulkJob.make({ name: "job", items: items(6), retry })
      expect(yield* Bulk.run(job)).toMatchObject({ state: "ended", done: 6, failed: 0, inFlight: 0, calls: 12 })
      expect(yield* counts).toEqual({ uploads: 1, batches: 1, chats: 6 })
    }).pipe(Effect.provide(engine().pipe(Layer.provideMerge(simulator("batch:failed")))))
  )

  it.live("asks by live calls alone for items that may call tools", () =>
    Effect.gen(function* () {
      const toolkit = Toolkit.make(Tool.make("now", { description: "The time of day" }))
      const job = BulkJob.tools({ name: "job", toolkit, items: items(3), retry })
      const ran = Effect.provide(Bulk.run(job), toolkit.toLayer({ now: () => Effect.succeed("noon") }))
      expect(yield* ran).toMatchObject({ state: "ended", done: 3, failed: 0 })
      expect(yield* counts).toMatchObject({ uploads: 0, batches: 0 })
    }).pipe(Effect.provide(engine().pipe(Layer.provideMerge(simulator()))))
  )

  it.live("goes on with files that were being filled, and leaves them to no engine that would pay twice", () =>
    Effect.gen(function* () {
      const filename = join(yield* folder, "jobs.db")
      const batch = engine({ limits: { lines: 400 } }, filename)
      const some = BulkJob.make({ name: "job", items: Stream.concat(items(700), Stream.never) })
      const running = yield* Effect.fork(Effect.provide(Bulk.run(some), batch))
      yield* Effect.repeat(Effect.sleep("10 millis"), {
        until: () => Effect.map(counts, ({ batches }) => batches === 1)
      })
      yield* Fiber.interrupt(running)
      const job = BulkJob.make({ name: "job", items: items(1000), retry })
      const local = Bulk.layerLocal().pipe(
        Layer.provide(BulkStore.layerSqlite({ filename })),
        Layer.provide(MockChat.layer([]))
      )
      expect(yield* Effect.flip(Effect.provide(Bulk.run(job), local))).toMatchObject({ _tag: "JobBusyError" })
      expect(yield* Effect.provide(Bulk.run(job), batch)).toMatchObject({ done: 1000, calls: 1000, repeated: 0 })
      expect(yield* counts).toEqual({ uploads: 3, batches: 3, chats: 0 })
      const ids = yield* Effect.provide(collect(Stream.map(Bulk.results(job), ({ id }) => id)), batch)
      expect(ids).toEqual(Array.from({ length: 1000 }, (_, n) => `item-${n + 1}`))
    }).pipe(Effect.scoped, Effect.provide(simulator()))
  )

  it.live("asks by a live call for what is too large for a file, or lets it fail", () =>
    Effect.gen(function* () {
      const job = BulkJob.make({
        name: "job",
        retry,
        items: Stream.map(Stream.range(1, 4), (n) => ({
          id: `item-${n}`,
          request: request(n === 2 ? "long ".repeat(1000) : `question ${n}`)
        }))
      })
      const limits = { bytes: 4000 }
      const of = (onFailure: "live" | "keep") => Effect.provide(Bulk.run(job), engine({ limits, onFailure }))
      expect(yield* of("live")).toMatchObject({ done: 4, failed: 0 })
      expect(yield* counts).toEqual({ uploads: 1, batches: 1, chats: 1 })
      expect(yield* of("keep")).toMatchObject({ done: 3, failed: 1, failures: { InvalidRequestError: 1 } })
      expect(yield* counts).toEqual({ uploads: 2, batches: 2, chats: 1 })
    }).pipe(Effect.provide(simulator()))
  )

  it.live("stops where the service has no batches, rather than paying the full price for all", () => {
    const without = (client: HttpClient.HttpClient) =>
      HttpClient.mapRequest(client, (request) =>
        HttpClientRequest.setUrl(request, request.url.replace(/batches$/, "nothing"))
      )
    return Effect.gen(function* () {
      const stopped = yield* Effect.flip(Bulk.run(BulkJob.make({ name: "job", items: items(5), retry })))
      expect(stopped).toMatchObject({ _tag: "JobStoppedError", reason: "Account" })
      expect(yield* counts).toMatchObject({ chats: 0 })
    }).pipe(Effect.provide(engine({}, ":memory:", { transformClient: without }).pipe(Layer.provideMerge(simulator()))))
  })

  it.live("sends no file that would exceed the budget", () =>
    Effect.gen(function* () {
      const { cost } = yield* Bulk.run(BulkJob.make({ name: "probe", items: items(10) }))
      const of = (files: number) =>
        BulkJob.make({ name: "job", items: items(40), budget: { amount: files * cost, currency: "USD" } })
      const stopped = yield* Effect.flip(Bulk.run(of(2.7)))
      expect(stopped).toMatchObject({ reason: "Budget", report: { done: 20, items: 40 } })
      expect(yield* counts).toMatchObject({ batches: 3 })
      expect(yield* Bulk.run(of(10))).toMatchObject({ state: "ended", done: 40, calls: 40 })
    }).pipe(Effect.provide(engine({ limits: { lines: 10 } }).pipe(Layer.provideMerge(simulator()))))
  )
})
