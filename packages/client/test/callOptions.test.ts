import { expect, it } from "@effect/vitest"
import {
  ChunkEvent,
  KeyPool,
  RetryPolicy,
  Zhipu,
  ZhipuCall,
  ZhipuChat,
  ZhipuConfig,
  ZhipuError,
  ZhipuLimits
} from "@effect-zhipu/client"
import { UndiciHttpClient } from "@effect-zhipu/node"
import { HttpClient, HttpClientRequest, HttpServer, HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import {
  Cause,
  ConfigError,
  DateTime,
  Duration,
  Effect,
  Exit,
  Fiber,
  Layer,
  Logger,
  Option,
  Redacted,
  Stream,
  TestClock
} from "effect"
import * as Http from "node:http"
import { chunk, frame } from "./support/decoding.js"
import {
  client,
  completion,
  errorReply,
  jsonReply,
  jsonType,
  mock,
  request,
  streamed,
  testKey,
  type Sent
} from "./support/http.js"
import { httpLayer, transports } from "./support/simulator.js"

const complete = ZhipuChat.complete(request)

const tenant = Redacted.make("tenant0123456789.tenantsecret0123456")

const failureOf = (exit: Exit.Exit<unknown, ZhipuError.ZhipuError>): ZhipuError.ZhipuError | undefined =>
  Exit.isFailure(exit) && Cause.isFailType(exit.cause) ? exit.cause.error : undefined

it.effect("one call has deadlines of its own beside others", () =>
  Effect.gen(function* () {
    const over = mock({ ...jsonReply(completion()), delay: "1 minute" })
    const both = Effect.all(
      [
        Effect.exit(complete),
        Effect.exit(complete.pipe(ZhipuCall.with({ deadlines: { total: "20 seconds" } }))),
        Effect.exit(ZhipuCall.with(complete, { deadlines: { firstChunk: "30 seconds" } }))
      ],
      { concurrency: "unbounded" }
    )
    const fiber = yield* Effect.fork(Effect.provide(both, client(over)))
    yield* TestClock.adjust("2 minutes")
    const [usual, total, first] = yield* Fiber.join(fiber)
    expect(Exit.isSuccess(usual)).toBe(true)
    expect(failureOf(total)).toMatchObject({ phase: "total", limit: Duration.seconds(20) })
    expect(failureOf(first)).toMatchObject({ phase: "firstChunk", limit: Duration.seconds(30) })
  })
)

it.effect("the deadline for a permit is that of the call", () =>
  Effect.gen(function* () {
    const over = mock({ ...jsonReply(completion()), delay: "1 hour" })
    const program = Effect.gen(function* () {
      yield* Effect.fork(complete)
      yield* Effect.yieldNow()
      return yield* Effect.flip(ZhipuCall.with(complete, { deadlines: { queue: "5 seconds" } }))
    })
    const fiber = yield* Effect.fork(Effect.provide(program, client(over, { limits: { maxInFlight: 1 } })))
    yield* TestClock.adjust("6 seconds")
    expect(yield* Fiber.join(fiber)).toMatchObject({ phase: "queue", limit: Duration.seconds(5) })
  })
)

it.effect("the deadline for a permit is one for both that a call needs", () =>
  Effect.gen(function* () {
    const over = mock((sent: Sent) => ({
      ...jsonReply(completion()),
      delay: sent.body.includes("glm-4.5") ? "1 hour" : "4 seconds"
    }))
    const limits = { maxInFlight: 2, perModel: { [request.model]: 1 } }
    const program = Effect.gen(function* () {
      // Its own model is free in 4 seconds; then a third of another one has the place that all share.
      yield* Effect.fork(complete)
      yield* Effect.yieldNow()
      const late = yield* Effect.fork(Effect.flip(complete))
      yield* Effect.yieldNow()
      for (let i = 0; i < 2; i++) {
        yield* Effect.fork(ZhipuChat.complete({ ...request, model: "glm-4.5" }))
        yield* Effect.yieldNow()
      }
      yield* TestClock.adjust("4 seconds")
      yield* TestClock.adjust("1 second")
      return yield* Fiber.poll(late)
    })
    const told = yield* Effect.provide(program, client(over, { limits, deadlines: { queue: "5 seconds" } }))
    expect(Option.getOrUndefined(told)).toMatchObject({ value: { phase: "queue", limit: Duration.seconds(5) } })
  })
)

it.effect("a deadline that an inner option leaves out is that of the outer one", () =>
  Effect.gen(function* () {
    const over = mock({ ...jsonReply(completion()), delay: "1 hour" })
    const call = complete.pipe(
      ZhipuCall.with({ deadlines: { total: undefined } }),
      ZhipuCall.with({ deadlines: { total: "20 seconds" } })
    )
    const fiber = yield* Effect.fork(Effect.provide(Effect.flip(call), client(over)))
    yield* TestClock.adjust("21 seconds")
    expect(yield* Fiber.join(fiber)).toMatchObject({ phase: "total", limit: Duration.seconds(20) })
  })
)

it.effect("a stream that its own total ends keeps what came, folded or event by event", () =>
  Effect.gen(function* () {
    const over = mock(streamed(frame(chunk({ content: "so far" })), { hang: true }))
    const stream = ZhipuChat.stream(request).pipe(ZhipuCall.with({ deadlines: { total: "20 seconds" } }))
    for (const run of [ChunkEvent.fold(stream), Stream.runDrain(stream)]) {
      const fiber = yield* Effect.fork(Effect.flip(Effect.provide(run, client(over))))
      yield* TestClock.adjust("21 seconds")
      const error = yield* Fiber.join(fiber)
      expect(error).toMatchObject({ _tag: "DeadlineExceededError", phase: "total" })
      expect(error.partial?.choices[0]?.message.content).toBe("so far")
    }
  })
)

it.effect("headers are added to the client's, inner ones over outer ones, and none replaces the key", () =>
  Effect.gen(function* () {
    const over = mock(jsonReply(completion()))
    const program = Effect.gen(function* () {
      yield* complete.pipe(ZhipuCall.with({ headers: { "X-B": "inner", Authorization: "Bearer other" } }))
      yield* complete
    }).pipe(ZhipuCall.with({ headers: { "x-a": "outer", "x-b": "outer" } }))
    yield* Effect.provide(program, client(over, { headers: { "x-a": "client", "x-c": "client" } }))
    expect(over.sent.map(({ headers }) => [headers["x-a"], headers["x-b"], headers["x-c"]])).toEqual([
      ["outer", "inner", "client"],
      ["outer", "outer", "client"]
    ])
    expect(over.sent[0]?.headers["authorization"]).toBe(`Bearer ${testKey}`)
  })
)

it.effect("the retry policy is that of the call", () =>
  Effect.gen(function* () {
    const over = mock(errorReply(429, "1302"))
    const live = client(over, { retry: RetryPolicy.none })
    yield* Effect.provide(Effect.exit(complete), live)
    expect(over.sent).toHaveLength(1)
    const twice = RetryPolicy.backoff({ base: "1 second", cap: "1 second", retries: 2, elapsed: "1 minute" })
    const fiber = yield* Effect.fork(Effect.provide(Effect.exit(ZhipuCall.with(complete, { retry: twice })), live))
    yield* TestClock.adjust("1 minute")
    yield* Fiber.join(fiber)
    expect(over.sent).toHaveLength(4)
  })
)

it.effect.each(["api-key", "jwt"] as const)(
  "with %s, a call asks with a key of its own, which no error shows",
  (auth) =>
    Effect.gen(function* () {
      const over = mock(({ headers }) =>
        errorReply(401, "1000", `refused ${headers["authorization"]} of ${Redacted.value(tenant)}`)
      )
      const logs: Array<string> = []
      const logger = Logger.replace(
        Logger.defaultLogger,
        Logger.map(Logger.jsonLogger, (line) => void logs.push(line))
      )
      const both = Effect.all([
        Effect.flip(Effect.tapErrorCause(ZhipuCall.with(complete, { apiKey: tenant }), Effect.logError)),
        Effect.flip(ZhipuCall.with(complete, { apiKey: Effect.succeed(tenant) })),
        Effect.flip(complete)
      ])
      const errors = yield* Effect.provide(both, Layer.merge(client(over, { auth }), logger))
      const [value, effect, usual] = over.sent.map(({ headers }) => headers["authorization"] ?? "")
      if (auth === "api-key") {
        expect([value, effect, usual]).toEqual([
          ...Array(2).fill(`Bearer ${Redacted.value(tenant)}`),
          `Bearer ${testKey}`
        ])
      } else {
        const idOf = (token = "") => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()).api_key
        expect([idOf(value), idOf(effect), idOf(usual)]).toEqual([
          "tenant0123456789",
          "tenant0123456789",
          "0123456789abcdef"
        ])
      }
      for (const [index, error] of errors.entries()) {
        const text = `${error.message} ${JSON.stringify(error)} ${logs.join("\n")}`
        if (index < 2) expect(text).not.toMatch(/tenant0123456789|tenantsecret/)
        expect(text).not.toContain((over.sent[index]?.headers["authorization"] ?? "").slice("Bearer ".length))
      }
    })
)

it.effect("a token is signed once for a tenant, and the keys of a tenant's pool rest between its calls", () =>
  Effect.gen(function* () {
    const over = mock(jsonReply(completion()))
    const asked = ZhipuCall.with(complete, { apiKey: tenant })
    yield* Effect.provide(Effect.zipRight(asked, asked), client(over, { auth: "jwt" }))
    expect(over.sent[0]?.headers["authorization"]).toBe(over.sent[1]?.headers["authorization"])

    const pool = KeyPool.make({ keys: [tenant, Redacted.make("other0123456789.othersecret01234567")] })
    const limited = mock(({ headers }) =>
      headers["authorization"]?.includes("tenant") === true ? errorReply(429, "1113") : jsonReply(completion())
    )
    const pooled = ZhipuCall.with(complete, { apiKey: pool })
    yield* Effect.provide(Effect.zipRight(pooled, pooled), client(limited))
    expect(limited.sent.map(({ headers }) => headers["authorization"]?.slice(7, 12))).toEqual([
      "tenan",
      "other",
      "other"
    ])
  })
)

it.effect("a key that cannot work, a deadline or a header that is none, fail before anything is sent", () =>
  Effect.gen(function* () {
    const over = mock(jsonReply(completion()))
    const failing = (options: ZhipuCall.Options) => Effect.flip(ZhipuCall.with(complete, options))
    const errors = yield* Effect.provide(
      Effect.all([
        failing({ apiKey: Redacted.make("two words") }),
        failing({ deadlines: { total: Number.NaN } }),
        failing({ deadlines: { idle: -1 } }),
        failing({ headers: { "x-secret": "line\nbreak" } })
      ]),
      client(over)
    )
    expect(errors.map((error) => [error._tag, "path" in error ? error.path : undefined])).toEqual([
      ["AuthenticationError", undefined],
      ["InvalidRequestError", "deadlines.total"],
      ["InvalidRequestError", "deadlines.idle"],
      ["InvalidRequestError", "headers.x-secret"]
    ])
    expect(errors.map(({ message }) => message).join()).not.toMatch(/two words|break/)
    expect(over.sent).toEqual([])
  })
)

it.effect("a request id goes into the document, one for each call of an effect, and is not sent again", () =>
  Effect.gen(function* () {
    const over = mock(errorReply(429, "1302"))
    let count = 0
    const ids = Effect.sync(() => `request-${++count}`)
    const program = Effect.all([
      Effect.exit(complete),
      Effect.exit(ZhipuCall.with(complete, { requestId: "of-my-own" })),
      Effect.exit(ZhipuChat.complete({ ...request, request_id: "in-the-request" }))
    ]).pipe(ZhipuCall.with({ requestId: ids }))
    yield* Effect.provide(program, client(over))
    expect(over.sent.map(({ body }) => JSON.parse(body).request_id)).toEqual([
      "request-1",
      "of-my-own",
      "in-the-request"
    ])
  })
)

it.effect("the headers of a success and of a 429 are told with the answer, and on the error, without secrets", () =>
  Effect.gen(function* () {
    const limits = (left: number) => ({ "x-ratelimit-remaining-requests": String(left), "x-request-id": "id" })
    const secrets = { "set-cookie": "session=secret", "x-echo": `key ${testKey}` }
    const refusal = {
      status: 429,
      headers: { ...jsonType, ...limits(0), ...secrets },
      body: JSON.stringify({ error: { code: "1302", message: "slow down" } })
    }
    const over = mock([
      refusal,
      { ...jsonReply(completion()), headers: { ...jsonType, ...limits(9), ...secrets } },
      refusal
    ])
    const live = client(over)
    const fiber = yield* Effect.fork(Effect.provide(ZhipuCall.withResponses(complete), live))
    yield* TestClock.adjust("1 minute")
    const { responses, value } = yield* Fiber.join(fiber)
    expect(value.id).toBe(completion()["id"])
    expect(
      responses.map(({ attempt, headers, status }) => [attempt, status, headers["x-ratelimit-remaining-requests"]])
    ).toEqual([
      [1, 429, "0"],
      [2, 200, "9"]
    ])
    const error = yield* Effect.provide(Effect.flip(ZhipuCall.with(complete, { retry: RetryPolicy.none })), live)
    expect(error.headers).toMatchObject(limits(0))
    for (const headers of [error.headers, ...responses.map(({ headers }) => headers)]) {
      expect(headers).not.toHaveProperty("set-cookie")
      expect(headers?.["x-echo"]).toBe("key <redacted>")
    }
    expect(JSON.stringify(error)).not.toContain("x-ratelimit")
    expect(ZhipuError.isZhipuError(error)).toBe(true)
  })
)

it.effect("who listens hears of a stream before its first event, and cannot break it", () =>
  Effect.gen(function* () {
    const over = mock(
      streamed(frame(chunk({ content: "Hi" })), frame(chunk({}, { finish_reason: "stop" })), "data: [DONE]\n\n")
    )
    const heard: Array<string> = []
    const stream = ZhipuChat.stream(request).pipe(
      ZhipuCall.with({ onResponse: () => Effect.die("a defect") }),
      Stream.tap(({ _tag }) => Effect.sync(() => heard.push(_tag))),
      ZhipuCall.with({ onResponse: ({ status }) => Effect.sync(() => void heard.push(`${status}`)) })
    )
    const quiet = Logger.remove(Logger.defaultLogger)
    yield* Effect.provide(Stream.runDrain(stream), Layer.merge(client(over), quiet))
    expect(heard[0]).toBe("200")
    expect(heard.length).toBeGreaterThan(1)
  })
)

const echo = Layer.provideMerge(
  HttpServer.serve(
    Effect.gen(function* () {
      const { headers } = yield* HttpServerRequest.HttpServerRequest
      if (headers["x-slow"] !== undefined) yield* Effect.sleep("3 seconds")
      return HttpServerResponse.unsafeJson(
        { ...completion(`${headers["authorization"]} ${headers["x-part"]}`) },
        { headers: { "x-ratelimit-remaining-requests": "7" } }
      )
    })
  ),
  NodeHttpServer.layer(() => Http.createServer(), { port: 0, host: "127.0.0.1" })
)

it.live("over sockets, calls with options run beside others without any", () =>
  Effect.gen(function* () {
    const server = yield* HttpServer.HttpServer
    const port = server.address._tag === "TcpAddress" ? server.address.port : 0
    const live = Zhipu.layer({ apiKey: Redacted.make(testKey), baseUrl: `http://127.0.0.1:${port}` }).pipe(
      Layer.provide(UndiciHttpClient.layer)
    )
    const text = Effect.map(complete, ({ choices }) => choices[0]?.message.content)
    const [slow, own, usual] = yield* Effect.provide(
      Effect.all(
        [
          Effect.flip(text).pipe(ZhipuCall.with({ headers: { "x-slow": "1" }, deadlines: { total: "200 millis" } })),
          ZhipuCall.withResponses(text).pipe(ZhipuCall.with({ apiKey: tenant, headers: { "x-part": "mine" } })),
          text
        ],
        { concurrency: "unbounded" }
      ),
      live
    )
    expect(slow).toMatchObject({ _tag: "DeadlineExceededError", phase: "total" })
    expect(own.value).toBe(`Bearer ${Redacted.value(tenant)} mine`)
    expect(own.responses[0]?.headers["x-ratelimit-remaining-requests"]).toBe("7")
    expect(usual).toBe(`Bearer ${testKey} undefined`)
  }).pipe(Effect.provide(echo))
)

const wrong: ReadonlyArray<readonly [option: string, options: Partial<ZhipuConfig.Options>]> = [
  ["limits.maxInFlight", { limits: { maxInFlight: 0 } }],
  ["limits.maxInFlight", { limits: { maxInFlight: Number.NaN } }],
  ["limits.maxInFlight", { limits: { maxInFlight: -1 } }],
  ["limits.perModel.glm-4.6", { limits: { perModel: { "glm-4.6": -1 } } }],
  ["limits.maxQueue", { limits: { maxQueue: -1 } }],
  ["limits.maxQueue", { limits: { maxQueue: Number.NaN } }],
  ["jwtTtl", { jwtTtl: Number.NaN }],
  ["jwtTtl", { jwtTtl: "0 seconds" }],
  ["jwtTtl", { jwtTtl: Duration.infinity }],
  ["deadlines.idle", { deadlines: { idle: Number.NaN } }],
  ["deadlines.total", { deadlines: { total: -5 } }],
  ["resetZone", { resetZone: "Asia/Atlantis" }],
  ["resetZone", { resetZone: "+8" }],
  ["headers.x-a", { headers: { "x-a": "a\nb" } }],
  ["headers.accept-language", { acceptLanguage: "中文" }]
]

it.effect.each(wrong)("%s is checked when the client is built: %#", ([option, options]) =>
  Effect.gen(function* () {
    const exit = yield* Effect.exit(ZhipuConfig.make({ apiKey: Redacted.make(testKey), ...options }))
    const error = Exit.isFailure(exit) && Cause.isFailType(exit.cause) ? exit.cause.error : undefined
    expect(ConfigError.isConfigError(error) && "path" in error && error.path.join(".")).toBe(
      option === "limits.perModel.glm-4.6" ? "limits.perModel.glm-4.6" : option
    )
    expect(String(error)).toContain(option.split(".").at(1)?.split("-")[0] ?? "")
  })
)

it.live.each(transports)("a header that %s cannot send fails at once, and is not sent again", (transport) =>
  Effect.gen(function* () {
    const named = (value: string) => HttpClient.mapRequest(HttpClientRequest.setHeader("x-tenant", value))
    const live = Zhipu.layer({
      apiKey: Redacted.make(testKey),
      baseUrl: "http://127.0.0.1:9",
      transformClient: named("租户")
    }).pipe(Layer.provide(httpLayer[transport]))
    const error = yield* Effect.provide(Effect.flip(complete), live)
    expect(error).toMatchObject({ _tag: "InvalidRequestError", attempts: 1 })
    expect(error.message).toMatch(/^It cannot be sent \(.*\): change its headers or base URL\.$/)
  })
)

it.effect("limits of one, none and infinite durations are fine", () =>
  ZhipuConfig.make({
    apiKey: Redacted.make(testKey),
    limits: { maxInFlight: Number.POSITIVE_INFINITY, maxQueue: 0, perModel: { "glm-4.6": 1 } },
    deadlines: { total: Number.POSITIVE_INFINITY, idle: "0 millis" },
    resetZone: "Asia/Shanghai"
  })
)

const zones = [
  ["Asia/Shanghai", "2026-03-01T04:00:00.000Z"],
  ["+08:00", "2026-03-01T04:00:00.000Z"],
  ["+0800", "2026-03-01T04:00:00.000Z"],
  ["UTC", "2026-03-01T12:00:00.000Z"],
  ["America/New_York", "2026-03-01T17:00:00.000Z"]
] as const

it.effect.each(zones)("in %s a quota that fills at noon fills at %s", ([resetZone, at]) =>
  Effect.gen(function* () {
    const over = mock(errorReply(429, "1308", "Usage limit reached. It resets at 2026-03-01 12:00:00"))
    const error = yield* Effect.provide(Effect.flip(complete), client(over, { resetZone }))
    expect(error._tag === "QuotaExceededError" && error.resetAt && DateTime.formatIso(error.resetAt)).toBe(at)
  })
)

it.effect("the client takes limits of somebody else's making, which learn how long a call would wait", () =>
  Effect.gen(function* () {
    const over = mock(jsonReply(completion()))
    const asked: Array<readonly [string | undefined, Duration.Duration | undefined]> = []
    const limits = Layer.succeed(ZhipuLimits.ZhipuLimits, {
      withPermit: (model, patience) => (effect) =>
        Effect.suspend(() => {
          asked.push([model, patience])
          return effect
        }),
      state: Effect.succeed({ inFlight: 0, waiting: 0 })
    })
    const live = Zhipu.layer({ apiKey: Redacted.make(testKey) }, { limits }).pipe(Layer.provide(over.layer))
    const program = Effect.zipRight(complete, ZhipuCall.with(complete, { deadlines: { queue: "3 seconds" } }))
    yield* Effect.provide(program, live)
    expect(asked).toEqual([
      ["glm-4.6", undefined],
      ["glm-4.6", Duration.seconds(3)]
    ])
  })
)
