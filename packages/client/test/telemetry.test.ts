import { describe, expect, it } from "@effect/vitest"
import {
  CallMetrics,
  CallObserver,
  ErrorLog,
  Message,
  Price,
  Zhipu,
  ZhipuChat,
  ZhipuHttpClient
} from "@effect-zhipu/client"
import {
  Chunk,
  Effect,
  Fiber,
  Layer,
  Logger,
  Metric,
  type MetricState,
  Option,
  Redacted,
  Schedule,
  Stream,
  Tracer
} from "effect"
import { completion, errorReply, jsonReply, type Mock, mock, request, streamed, testKey } from "./support/http.js"
import * as Time from "./support/time.js"

const sse = (document: unknown): string => `data: ${JSON.stringify(document)}\n\n`

const first = sse({ id: "c1", model: "glm-4.6", choices: [{ index: 0, delta: { content: "Hel" } }] })
const second = sse({ id: "c1", choices: [{ index: 0, delta: { content: "lo" } }] })
const last = sse({
  id: "c1",
  choices: [{ index: 0, finish_reason: "stop", delta: {} }],
  usage: {
    prompt_tokens: 1000,
    completion_tokens: 500,
    prompt_tokens_details: { cached_tokens: 400 },
    completion_tokens_details: { reasoning_tokens: 300 }
  }
})
const done = "data: [DONE]\n\n"

const slowStream = streamed(
  { wait: "2 seconds" },
  first,
  { wait: "100 millis" },
  second,
  { wait: "400 millis" },
  last + done
)

interface Told {
  readonly starts: Array<CallObserver.CallStart>
  readonly said: Array<readonly [what: string, ...values: ReadonlyArray<unknown>]>
  readonly ends: Array<CallObserver.CallEnd>
  readonly layer: Layer.Layer<never>
}

const recorder = (): Told => {
  const told: Omit<Told, "layer"> = { starts: [], said: [], ends: [] }
  const layer = CallObserver.add({
    start: (call) => {
      told.starts.push(call)
      return {
        attemptStarted: (attempt, queued) => told.said.push(["attempt", attempt, queued]),
        attemptFailed: ({ attempt, elapsedMillis, error }) =>
          told.said.push(["failed", attempt, error._tag, elapsedMillis]),
        events: (count, elapsed) => told.said.push(["events", count, elapsed]),
        ended: (end) => Effect.sync(() => void told.ends.push(end))
      }
    }
  })
  return { ...told, layer }
}

const retry = Schedule.intersect(Schedule.spaced("1 second"), Schedule.recurs(2))

const drive = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(Time.drive(effect, "2 minutes"), ({ exit }) => exit)

const clientOf = (over: Mock, below: Layer.Layer<never> = Layer.empty, options: { readonly baseUrl?: string } = {}) =>
  Zhipu.layer({ apiKey: Redacted.make(testKey), retry, ...options }).pipe(Layer.provide([over.layer, below]))

const streamIt = Stream.runCollect(ZhipuChat.stream(request))

describe("an observer", () => {
  it.effect("hears of each attempt, of the reads, and of the end of a streamed call", () =>
    Effect.gen(function* () {
      const told = recorder()
      const over = mock([errorReply(429, 1302), slowStream])
      const events = yield* drive(streamIt.pipe(Effect.provide(clientOf(over, told.layer))))
      expect(told.starts).toMatchObject([{ operation: "chat", model: request.model, stream: true, startedAt: 0 }])
      const [start] = told.said
      expect(start).toEqual(["attempt", 1, 0])
      const told1 = told.said.filter(([what]) => what !== "events")
      expect(told1).toEqual([
        ["attempt", 1, 0],
        ["failed", 1, "RateLimitError", 0],
        ["attempt", 2, 0]
      ])
      const reads = told.said.filter(([what]) => what === "events")
      expect(reads.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(Chunk.size(events))
      const times = reads.map(([, , elapsed]) => Number(elapsed))
      const firstAt = times[0] ?? 0
      expect(firstAt).toBeGreaterThanOrEqual(2000)
      expect(times.map((time) => time - firstAt)).toEqual([0, 100, 500])
      expect(told.ends).toMatchObject([
        {
          outcome: "success",
          attempts: 2,
          durationMillis: firstAt + 500,
          firstChunkMillis: firstAt,
          responseId: "c1",
          responseModel: "glm-4.6",
          finishReasons: ["stop"],
          usage: { prompt_tokens: 1000, completion_tokens: 500 },
          cost: undefined
        }
      ])
    })
  )

  it.effect("hears of a whole answer, whatever the operation", () =>
    Effect.gen(function* () {
      const told = recorder()
      const document = { ...completion(), model: "m", usage: { prompt_tokens: 3, total_tokens: null } }
      const live = clientOf(mock(jsonReply(document)), told.layer)
      yield* drive(ZhipuChat.complete(request).pipe(Effect.provide(live)))
      const other = { path: "/embeddings", body: {}, stream: false, operation: "embeddings" }
      const embed = Effect.flatMap(ZhipuHttpClient.ZhipuHttpClient, (http) => http.json(other, () => Effect.void))
      yield* drive(embed.pipe(Effect.provide(live)))
      expect(told.starts.map(({ operation }) => operation)).toEqual(["chat", "embeddings"])
      expect(told.ends).toMatchObject([
        { outcome: "success", attempts: 1, usage: { prompt_tokens: 3 }, firstChunkMillis: undefined },
        { outcome: "success", attempts: 1, responseModel: "m" }
      ])
    })
  )

  it.effect("is told how a call ended that was left, and how long it waited for a permit", () =>
    Effect.gen(function* () {
      const told = recorder()
      const over = mock(slowStream)
      const live = Zhipu.layer({ apiKey: Redacted.make(testKey), limits: { maxInFlight: 1 } }).pipe(
        Layer.provide([over.layer, told.layer])
      )
      const both = Effect.gen(function* () {
        const leaving = yield* Effect.fork(Stream.runHead(ZhipuChat.stream(request)))
        const waiting = yield* Effect.fork(streamIt)
        yield* Fiber.join(leaving)
        yield* Fiber.join(waiting)
      })
      yield* drive(both.pipe(Effect.provide(live)))
      const [left, waited] = told.ends
      expect(left).toMatchObject({ outcome: "interrupted", errorType: undefined, queuedMillis: 0 })
      expect(waited).toMatchObject({ outcome: "success", queuedMillis: left?.durationMillis })
      expect(waited?.queuedMillis).toBeGreaterThanOrEqual(2000)
    })
  )

  it.effect("is told the sum of the waits for a permit, of each attempt anew", () =>
    Effect.gen(function* () {
      const told = recorder()
      const replies = [{ ...jsonReply(completion()), delay: "2 seconds" }, errorReply(429, 1302)] as const
      const over = mock([...replies, { ...jsonReply(completion()), delay: "3 seconds" }, jsonReply(completion())])
      const live = Zhipu.layer({ apiKey: Redacted.make(testKey), limits: { maxInFlight: 1 }, retry }).pipe(
        Layer.provide([over.layer, told.layer])
      )
      // The second waits for the first, is refused, and a second later waits again, for the third.
      const three = Effect.forEach([1, 2, 3], () => ZhipuChat.complete(request), { concurrency: 3, discard: true })
      yield* drive(three.pipe(Effect.provide(live)))
      expect(told.ends).toMatchObject([
        { attempts: 1, queuedMillis: 0, durationMillis: 2000 },
        { attempts: 1, queuedMillis: 2000, durationMillis: 5000 },
        { attempts: 2, queuedMillis: 4000, durationMillis: 5000 }
      ])
    })
  )

  it.effect("is not told of the time that a slow consumer took as time of the service", () =>
    Effect.gen(function* () {
      const told = recorder()
      const live = clientOf(mock(slowStream), told.layer)
      const slowly = Stream.runForEachChunk(ZhipuChat.stream(request), () => Effect.sleep("10 seconds"))
      yield* drive(slowly.pipe(Effect.provide(live)))
      const times = told.said.flatMap(([what, , elapsed]) => (what === "events" ? [Number(elapsed)] : []))
      expect((times.at(-1) ?? Infinity) - (times[0] ?? 0)).toBeLessThan(1000)
    })
  )

  it.effect("that throws hears no more, and its call goes on; what went wrong is logged", () =>
    Effect.gen(function* () {
      const told = recorder()
      const logged: Array<unknown> = []
      let reads = 0
      const broken = CallObserver.add({
        start: () => ({
          events: () => {
            reads++
            throw new Error("observer broke")
          },
          ended: () => Effect.die("never called")
        })
      })
      const dying = CallObserver.add({ start: () => ({ ended: () => Effect.die("observer died") }) })
      const refusing = CallObserver.add({
        start: () => {
          throw new Error("observer refused")
        }
      })
      const below = Layer.mergeAll(broken, dying, refusing, told.layer)
      const live = clientOf(mock(slowStream), below)
      const events = yield* drive(
        Effect.provide(streamIt, [
          live,
          Logger.replace(
            Logger.defaultLogger,
            Logger.make(({ message, cause }) => void logged.push(message, cause))
          )
        ])
      )
      expect(Chunk.size(events)).toBeGreaterThan(3)
      expect(reads).toBe(1)
      expect(told.ends).toHaveLength(1)
      const text = logged.map(String).join("\n")
      expect(text).toContain("observer broke")
      expect(text).toContain("observer refused")
      expect(text).toContain("observer died")
      expect(text).not.toContain("never called")
    })
  )

  it.effect("is one of many, however the layers are put together, and only of the clients above it", () =>
    Effect.gen(function* () {
      const [a, b, c] = [recorder(), recorder(), recorder()]
      const one = clientOf(mock(jsonReply(completion())), Layer.mergeAll(a.layer, b.layer)).pipe(Layer.provide(c.layer))
      const two = clientOf(mock(jsonReply(completion())), b.layer)
      yield* drive(ZhipuChat.complete(request).pipe(Effect.provide(one)))
      yield* drive(ZhipuChat.complete(request).pipe(Effect.provide(two)))
      expect([a, b, c].map(({ ends }) => ends.length)).toEqual([1, 2, 1])
    })
  )
})

describe("the span of a call", () => {
  it.effect("tells of attempts that failed as events, of the first events, and what it cost", () =>
    Effect.gen(function* () {
      const native = yield* Effect.tracer
      const spans: Array<Tracer.Span> = []
      const tracer = Tracer.make({
        span: (...args) => {
          const span = native.span(...args)
          spans.push(span)
          return span
        },
        context: native.context
      })
      const prices = Price.layer([{ model: request.model, currency: "USD", input: 1000, output: 2000 }])
      const live = clientOf(mock([errorReply(500, 500), slowStream]), prices)
      yield* drive(streamIt.pipe(Effect.provide(live), Effect.withTracer(tracer)))
      const [span, ...more] = spans.filter(({ name }) => name === "chat glm-4.6")
      expect(more).toEqual([])
      expect(span && Reflect.get(span, "events")).toEqual([
        [
          "zhipu.attempt.failed",
          0n,
          { "error.type": "ServerError", "zhipu.error.code": "500", "zhipu.attempt": 1, "zhipu.elapsed_ms": 0 }
        ]
      ])
      const attributes = Object.fromEntries(span?.attributes ?? [])
      expect(attributes).toMatchObject({
        "zhipu.retry.count": 1,
        "zhipu.queue.wait_ms": 0,
        "zhipu.cost.amount": 2,
        "zhipu.cost.currency": "USD",
        "gen_ai.response.time_to_first_chunk": 3,
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": 1000,
        "gen_ai.usage.output_tokens": 500,
        "gen_ai.usage.cache_read.input_tokens": 400,
        "gen_ai.usage.reasoning.output_tokens": 300
      })
      expect(attributes).not.toHaveProperty("error.type")
    })
  )
})

describe("the metrics", () => {
  it.effect("are those of the conventions, with buckets, units and labels", () =>
    Effect.gen(function* () {
      const prices = Price.layer([{ model: "glm-of-metrics", currency: "CNY", input: 4, cachedInput: 1, output: 16 }])
      const live = clientOf(mock([errorReply(429, 1302), slowStream]), Layer.merge(CallMetrics.layer, prices))
      yield* drive(
        Stream.runDrain(ZhipuChat.stream({ ...request, model: "glm-of-metrics" })).pipe(Effect.provide(live))
      )
      const snapshot = (yield* Metric.snapshot).filter(({ metricKey }) =>
        metricKey.tags.some(({ value }) => value === "glm-of-metrics")
      )
      const found = new Map(
        snapshot.map(({ metricKey, metricState }) => {
          const tags = Object.fromEntries(metricKey.tags.map(({ key, value }) => [key, value]))
          const suffix = tags["gen_ai.token.type"] ?? ""
          return [`${metricKey.name} ${suffix}`.trim(), { tags, state: metricState }] as const
        })
      )
      expect(Array.from(found.keys()).sort()).toEqual([
        "gen_ai.client.inference.usage.cache_read.input_tokens",
        "gen_ai.client.inference.usage.reasoning.output_tokens",
        "gen_ai.client.operation.duration",
        "gen_ai.client.operation.time_per_output_chunk",
        "gen_ai.client.operation.time_to_first_chunk",
        "gen_ai.client.token.usage input",
        "gen_ai.client.token.usage output",
        "zhipu.client.cost",
        "zhipu.client.failed_attempts"
      ])
      const state = (name: string) => found.get(name)?.state as MetricState.MetricState.Histogram
      expect(state("gen_ai.client.operation.duration")).toMatchObject({ count: 1, min: 3.5, max: 3.5 })
      expect(state("gen_ai.client.operation.time_to_first_chunk")).toMatchObject({ count: 1, sum: 3 })
      expect(state("gen_ai.client.operation.time_per_output_chunk")).toMatchObject({ count: 2, min: 0.1, max: 0.4 })
      expect(state("gen_ai.client.token.usage input")).toMatchObject({ count: 1, sum: 1000 })
      expect(state("gen_ai.client.token.usage output")).toMatchObject({ count: 1, sum: 500 })
      expect(state("gen_ai.client.inference.usage.cache_read.input_tokens")).toMatchObject({ count: 400 })
      expect(state("gen_ai.client.inference.usage.reasoning.output_tokens")).toMatchObject({ count: 300 })
      expect(state("zhipu.client.failed_attempts")).toMatchObject({ count: 1 })
      // 600 at 4, 400 at 1 and 500 at 16 yuan a million.
      expect(Number(Reflect.get(state("zhipu.client.cost"), "count"))).toBeCloseTo(0.0108, 10)
      expect(found.get("gen_ai.client.operation.duration")?.tags).toEqual({
        unit: "s",
        "gen_ai.operation.name": "chat",
        "gen_ai.provider.name": "zhipuai",
        "gen_ai.request.model": "glm-of-metrics",
        "gen_ai.response.model": "glm-4.6",
        "server.address": "open.bigmodel.cn",
        "server.port": "443"
      })
    })
  )
})

describe("the label of the model that answered", () => {
  it.effect("is one of few, whatever answers say", () =>
    Effect.gen(function* () {
      const answered = [
        ...Array.from({ length: 60 }, (_, i) => `model-${i}`),
        "glm-of-labels",
        "GLM-of-Labels",
        "glm-of-labels-250414",
        "glm-of-labels-and-more",
        "GLM-4.5-Air"
      ]
      const replies = answered.map((model) =>
        jsonReply({
          id: "1",
          model,
          choices: [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }]
        })
      )
      const live = clientOf(mock(replies), CallMetrics.layer)
      yield* Effect.forEach(answered, () => ZhipuChat.complete({ ...request, model: "glm-of-labels" })).pipe(
        Effect.provide(live)
      )
      const labels = (yield* Metric.snapshot).flatMap(({ metricKey }) => {
        const tags = Object.fromEntries(metricKey.tags.map(({ key, value }) => [key, value]))
        return metricKey.name.endsWith("operation.duration") && tags["gen_ai.request.model"] === "glm-of-labels"
          ? [tags["gen_ai.response.model"]]
          : []
      })
      expect(labels.toSorted()).toEqual(["glm-4.5-air", "glm-of-labels", "glm-of-labels-250414", "other"])
    })
  )

  it.effect("have no more time series than models, whatever models are asked for", () =>
    Effect.gen(function* () {
      const live = clientOf(mock(jsonReply(completion())), CallMetrics.layer)
      const models = ["glm-4.5-airx", ...Array.from({ length: 150 }, (_, i) => `made-up-${i}`), "glm-4.5-x"]
      yield* Effect.forEach(models, (model) => ZhipuChat.complete({ ...request, model })).pipe(Effect.provide(live))
      const labels = new Set(
        (yield* Metric.snapshot).flatMap(({ metricKey }) =>
          metricKey.tags.flatMap(({ key, value }) => (key === "gen_ai.request.model" ? [value] : []))
        )
      )
      expect([...labels].filter((label) => label.startsWith("made-up-")).length).toBeLessThanOrEqual(100)
      expect([...labels]).toEqual(expect.arrayContaining(["glm-4.5-airx", "glm-4.5-x", "made-up-0", "other"]))
    })
  )
})

describe("the log of errors", () => {
  interface Line {
    readonly level: string
    readonly message: unknown
    readonly annotations: Record<string, unknown>
  }

  const logged = <A, E>(over: Mock, program: Effect.Effect<A, E, ZhipuChat.ZhipuChat>) =>
    Effect.gen(function* () {
      const lines: Array<Line> = []
      const logger = Logger.make(({ annotations, logLevel, message }) => {
        lines.push({ level: logLevel.label, message, annotations: Object.fromEntries(annotations) })
      })
      yield* drive(
        program.pipe(
          Effect.provide(clientOf(over, ErrorLog.layer)),
          Effect.annotateLogs("caller", "test"),
          Effect.exit,
          Effect.provide(Logger.replace(Logger.defaultLogger, logger))
        )
      )
      return lines
    })

  it.effect("has one line for a call that failed for good, with what is known of it", () =>
    Effect.gen(function* () {
      const refused = errorReply(429, 1302, `refused: ${testKey} asked "a secret question"`)
      const over = mock({ ...refused, headers: { ...refused.headers, "x-request-id": "req-7" } })
      const lines = yield* logged(over, streamIt)
      expect(lines).toEqual([
        {
          level: "ERROR",
          message: ["A call of the GLM service failed."],
          annotations: {
            caller: "test",
            "gen_ai.operation.name": "chat",
            "gen_ai.request.model": request.model,
            "error.type": "RateLimitError",
            "zhipu.error.code": "1302",
            "http.response.status_code": 429,
            "zhipu.request_id": "req-7",
            "zhipu.attempts": 3,
            "zhipu.elapsed_ms": 2000
          }
        }
      ])
      expect(JSON.stringify(lines)).not.toMatch(/secret|question/)
    })
  )

  it.effect("has none for a call that came through, or that was left", () =>
    Effect.gen(function* () {
      expect(yield* logged(mock([errorReply(429, 1302), slowStream]), streamIt)).toEqual([])
      expect(yield* logged(mock(slowStream), Stream.runHead(ZhipuChat.stream(request)))).toEqual([])
    })
  )
})

describe("Price", () => {
  const usage = { prompt_tokens: 1_000_000, completion_tokens: 1_000_000 }

  it("tells what tokens cost, cached ones for less", () => {
    const price = Option.getOrThrow(Price.find(Price.table, "glm-4.6", "global"))
    expect(Price.cost(price, usage)).toEqual({ amount: 2.8, currency: "USD" })
    const cached = { ...usage, prompt_tokens_details: { cached_tokens: 500_000 } }
    expect(Price.cost(price, cached).amount).toBeCloseTo(2.555, 10)
    expect(Price.cost({ ...price, cachedInput: undefined }, cached).amount).toBeCloseTo(2.8, 10)
    expect(Price.cost(price, {}).amount).toBe(0)
  })

  it("never takes more tokens from the cache than the prompt has", () => {
    const price = Option.getOrThrow(Price.find(Price.table, "glm-4.6", "global"))
    const odd = { prompt_tokens: 1_000_000, prompt_tokens_details: { cached_tokens: 3_000_000 } }
    expect(Price.cost(price, odd).amount).toBeCloseTo(0.11, 10)
  })

  it("goes by the length of the prompt and of the answer where the host does", () => {
    const price = Option.getOrThrow(Price.find(Price.tableCn, "glm-4.6", "cn"))
    const amount = (prompt_tokens: number, completion_tokens: number, cached_tokens = 0) =>
      Price.cost(price, { prompt_tokens, completion_tokens, prompt_tokens_details: { cached_tokens } }).amount * 1e6
    expect(amount(1000, 199)).toBeCloseTo(1000 * 2 + 199 * 8, 6)
    expect(amount(1000, 199, 400)).toBeCloseTo(600 * 2 + 400 * 0.4 + 199 * 8, 6)
    expect(amount(1000, 200)).toBeCloseTo(1000 * 3 + 200 * 14, 6)
    expect(amount(31_999, 1)).toBeCloseTo(31_999 * 2 + 8, 6)
    expect(amount(32_000, 1)).toBeCloseTo(32_000 * 4 + 16, 6)
    expect(Price.cost(price, { prompt_tokens: 1 }).currency).toBe("CNY")
  })

  it("knows what longer calls cost at least as much as shorter ones", () => {
    for (const { tiers = [], ...longest } of Price.tableCn) {
      const rates = [...tiers, longest].map(({ input, cachedInput = input, output }) => [input, cachedInput, output])
      for (const of of [0, 1, 2]) {
        const column = rates.map((row) => row[of] ?? Number.NaN)
        expect(column, longest.model).toEqual(column.toSorted((a, b) => a - b))
      }
      for (const [input = 0, cachedInput = 0, output = 0] of rates) {
        expect(cachedInput).toBeLessThanOrEqual(input)
        expect(input).toBeLessThanOrEqual(output)
      }
    }
  })

  it("knows nothing of hosts that take other prices", () => {
    expect(Price.find(Price.tableCn, "glm-4.6", "global")).toEqual(Option.none())
    expect(Price.find(Price.table, "glm-4.6", "cn")).toEqual(Option.none())
    expect(Price.find(Price.table, "glm-4.6", undefined)).toEqual(Option.none())
    expect(Price.find(Price.table, "glm-unknown", "global")).toEqual(Option.none())
  })

  it.effect("goes by the host of the client, and by rows of one's own first", () =>
    Effect.gen(function* () {
      const document = { ...completion(), usage }
      const costs = (baseUrl: string, rows: ReadonlyArray<Price.Price>) =>
        Effect.gen(function* () {
          const told = recorder()
          const below = Layer.merge(told.layer, rows.length === 0 ? Layer.empty : Price.layer(rows))
          const live = clientOf(mock(jsonReply(document)), below, { baseUrl })
          const ask = ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user("Hello")] })
          yield* drive(ask.pipe(Effect.provide(live)))
          return told.ends[0]?.cost
        })
      const own = { model: "glm-4.6", currency: "CNY", input: 1, output: 1 }
      expect(yield* costs("https://api.z.ai/api/paas/v4", [])).toEqual({ amount: 2.8, currency: "USD" })
      expect(yield* costs("https://open.bigmodel.cn/api/paas/v4", [])).toBeUndefined()
      expect(yield* costs("https://api.z.ai/api/paas/v4", [own])).toEqual({ amount: 2, currency: "CNY" })
      expect(yield* costs("https://gateway.example/v4", [own])).toEqual({ amount: 2, currency: "CNY" })
    })
  )
})
