/** Faults of HTTP and of the network, and what is sent again: over real sockets and both transports. */
import { RetryPolicy, ZhipuChat, type ZhipuConfig, type ZhipuError } from "@effect-zhipu/client"
import { Simulator } from "@effect-zhipu/testing"
import { HttpClient } from "@effect/platform"
import { describe, expect, it, layer } from "@effect/vitest"
import { Duration, Effect } from "effect"
import * as Net from "node:net"
import * as Sim from "../support/simulator.js"

/** How often the client of these tests sends again what it may. */
const retries = 2

const askStream = Sim.outcomeOf(ZhipuChat.stream(Sim.question))

/** A whole completion, told in the same words. */
const askWhole = Effect.map(Effect.either(ZhipuChat.complete(Sim.question)), (either): Sim.Outcome => ({
  events: [],
  error: either._tag === "Left" ? either.left : undefined
}))

const shortly = { retry: Sim.again(retries) }

const described = (outcome: Sim.Outcome): string =>
  outcome.error === undefined ? "success" : Sim.describeOutcome(outcome, outcome)

/** A call under these faults: how it ends, and the requests that it costs. */
const costs = (faults: string, ask: typeof askStream | typeof askWhole) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.Simulator
    yield* simulator.reset
    yield* simulator.setFaults(faults)
    const outcome = yield* ask
    const { requests } = yield* simulator.stats
    return { outcome, requests, told: described(outcome) }
  })

/** A port of this machine that nothing listens on. */
const closedPort: Effect.Effect<number> = Effect.async<number>((resume) => {
  // Below those that the system gives to whoever asks for any: nobody takes it meanwhile.
  const port = 20_000 + Math.floor(Math.random() * 10_000)
  const server = Net.createServer()
  server.on("error", () => resume(closedPort))
  server.listen(port, "127.0.0.1", () => server.close(() => resume(Effect.succeed(port))))
})

/** Counts what the client hands to its transport, where no simulator can. */
const counting = () => {
  const count = { sent: 0 }
  const transformClient = HttpClient.tapRequest(() => Effect.sync(() => void count.sent++))
  return { count, transformClient }
}

interface Row {
  readonly row: number
  readonly faults: string
  readonly outcome: string
  readonly again: boolean
  /** `complete` ends in the same way, unless told otherwise. */
  readonly only?: "stream"
}

const once = (row: number, faults: string, outcome: string): Row => ({ row, faults, outcome, again: false })

const again = (row: number, faults: string, outcome: string): Row => ({ row, faults, outcome, again: true })

const rows: ReadonlyArray<Row> = [
  again(58, "reset-before-headers", "ConnectionError connect"),
  { ...again(59, "reset@chunk:0", "ConnectionError body"), only: "stream" },
  { ...again(59, "truncate@chunk:0", "CorruptStreamError EmptyResponse"), only: "stream" },
  { ...once(59, "reset@chunk:4", "ConnectionError body"), only: "stream" },
  { ...once(59, "truncate@chunk:4", "StreamTruncatedError"), only: "stream" },
  again(65, "code:1302, status:429", "RateLimitError 1302"),
  again(65, "code:1303, status:429", "RateLimitError 1303"),
  again(65, "code:1305, status:429", "OverloadedError 1305"),
  again(65, "code:1999, status:429", "RateLimitError 1999"),
  again(65, "status:429", "RateLimitError"),
  again(65, "status:429-html", "RateLimitError"),
  again(65, "status:429-text", "RateLimitError"),
  once(65, "code:1113, status:429", "InsufficientBalanceError 1113"),
  once(65, "code:1301, status:429", "ContentFilteredError 1301"),
  once(65, "code:1304, status:429", "QuotaExceededError 1304"),
  once(65, "code:1308, status:429", "QuotaExceededError 1308"),
  once(65, "code:1309, status:429", "AccountError 1309"),
  once(65, "code:1310, status:429", "QuotaExceededError 1310"),
  once(65, "code:1311, status:429", "PermissionError 1311"),
  once(65, "code:1313, status:429", "QuotaExceededError 1313"),
  once(65, "code:1316, status:429", "QuotaExceededError 1316"),
  once(65, "code:1317, status:429", "QuotaExceededError 1317"),
  again(66, "code:1302, envelope:number", "RateLimitError 1302"),
  again(66, "code:1302, envelope:error-string", "RateLimitError 429"),
  again(66, "code:1302, envelope:flat", "RateLimitError 1302"),
  again(66, "code:1302, envelope:message", "RateLimitError"),
  again(66, "code:1302, envelope:code-message", "RateLimitError 1302"),
  again(66, "code:1302, envelope:request-id", "RateLimitError 1302"),
  again(66, "code:1302, envelope:anthropic", "RateLimitError 1302"),
  once(66, "code:1113, envelope:number", "InsufficientBalanceError 1113"),
  once(66, "code:1113, envelope:flat", "InsufficientBalanceError 1113"),
  once(66, "code:1113, envelope:code-message", "InsufficientBalanceError 1113"),
  once(66, "code:1113, envelope:anthropic", "InsufficientBalanceError 1113"),
  once(66, "error-200:1113, envelope:number", "InsufficientBalanceError 1113"),
  once(66, "error-200:1113, envelope:flat", "InsufficientBalanceError 1113"),
  once(66, "error-200:1113, envelope:code-message", "InsufficientBalanceError 1113"),
  again(66, "error-200:1305, envelope:request-id", "OverloadedError 1305"),
  again(66, "error-200:1302, envelope:error-string", "RateLimitError 429"),
  { ...again(66, "error-frame:1302@chunk:0, envelope:number", "RateLimitError 1302"), only: "stream" },
  { ...again(66, "error-frame:1302@chunk:0, envelope:flat", "RateLimitError 1302"), only: "stream" },
  { ...once(66, "error-frame:1302@chunk:2, envelope:anthropic", "RateLimitError 1302"), only: "stream" },
  once(67, "code:1003", "AuthenticationError 1003"),
  once(67, "code:1000", "AuthenticationError 1000"),
  once(68, "status:434", "PermissionError"),
  once(68, "status:435", "InvalidRequestError"),
  once(69, "code:1231", "InvalidRequestError 1231"),
  again(70, "status:408", "ServerError"),
  ...[500, 502, 503, 504, 529].flatMap((status) => {
    const name = status === 503 || status === 529 ? "OverloadedError" : "ServerError"
    return ["", "-html", "-text"].map((body) => again(70, `status:${status}${body}`, name))
  }),
  again(70, "code:500", "ServerError 500"),
  again(70, "code:-1", "ServerError -1"),
  again(70, "code:1200", "ServerError 1200"),
  again(70, "code:1234, status:503-html", "ServerError 1234"),
  once(71, "status:400", "InvalidRequestError"),
  once(71, "code:1210", "InvalidRequestError 1210"),
  once(71, "code:1211", "ModelNotFoundError 1211"),
  once(71, "code:1214", "InvalidRequestError 1214"),
  once(71, "code:1261", "ContextLengthError 1261"),
  once(71, "code:1220", "PermissionError 1220")
]

for (const transport of Sim.transports) {
  describe(`HTTP faults over ${transport}`, () => {
    layer(Sim.layer(transport, shortly), { excludeTestServices: true })((it) => {
      for (const { again, faults, only, outcome, row } of rows) {
        it.effect(`${row}. ${faults} -> ${outcome}, ${again ? "sent again" : "sent once"}`, () =>
          Effect.gen(function* () {
            const requests = again ? retries + 1 : 1
            for (const ask of only === undefined ? [askStream, askWhole] : [askStream]) {
              const actual = yield* costs(faults, ask)
              expect(actual.told).toBe(outcome)
              expect(actual.requests).toBe(requests)
              expect(actual.outcome.error?.attempts).toBe(requests)
              expect(actual.outcome.error?.message).not.toContain("simulator-secret")
              // What was sent again had told nothing.
              if (again) expect(actual.outcome.events).toStrictEqual([])
              if (again) expect(actual.outcome.error?.partial).toBeUndefined()
            }
          })
        )
      }

      it.effect("59. after a reset with no event the answer of the third request is whole", () =>
        Effect.gen(function* () {
          const plain = yield* costs("", askStream)
          for (const faults of ["reset@chunk:0*2", "reset-before-headers*2", "truncate@chunk:0*2", "code:1305*2"]) {
            const { outcome, requests } = yield* costs(faults, askStream)
            expect([faults, requests, outcome.error]).toStrictEqual([faults, 3, undefined])
            expect(Sim.textOf(outcome.events)).toBe(Sim.textOf(plain.outcome.events))
          }
        })
      )

      it.effect("59. a reset after events gives what came", () =>
        Effect.gen(function* () {
          const { outcome } = yield* costs("reset@chunk:4", askStream)
          expect(outcome.events.length).toBeGreaterThan(0)
          expect(outcome.error?.partial?.choices[0]?.message?.reasoning_content).toBe(Sim.reasoningOf(outcome.events))
          expect(Sim.reasoningOf(outcome.events)).not.toBe("")
        })
      )

      it.effect("64. Retry-After is told in the error, as far as it makes sense", () =>
        Effect.gen(function* () {
          const asked = (faults: string) =>
            Effect.map(costs(`code:1113, ${faults}`, askStream), ({ outcome }) => {
              const delay = outcome.error?.retryAfter
              return delay === undefined ? undefined : Duration.toMillis(delay)
            })
          const told: Array<readonly [string, number | undefined]> = [
            ["retry-after:0", 0],
            ["retry-after:2", 2000],
            ["retry-after:1.5", 1500],
            ["retry-after:-1", undefined],
            ["retry-after:NaN", undefined],
            ["retry-after:99999", 3_600_000],
            ["retry-after-ms:250", 250],
            ["retry-after-ms:250, retry-after:9", 250],
            ["retry-after-ms:x, retry-after:9", 9000],
            ["retry-after-date:-30", 0]
          ]
          for (const [faults, millis] of told) expect([faults, yield* asked(faults)]).toStrictEqual([faults, millis])
          const date = yield* asked("retry-after-date:30")
          expect(date).toBeGreaterThan(25_000)
          expect(date).toBeLessThanOrEqual(30_000)
        })
      )

      it.effect("64. a retry waits as long as it was asked to", () =>
        Effect.gen(function* () {
          const simulator = yield* Simulator.Simulator
          for (const faults of ["code:1302*1, retry-after:0.3*1", "code:1302*1, retry-after-ms:300*1"]) {
            const { told } = yield* costs(faults, askStream)
            expect(told).toBe("success")
            const [first, second] = yield* simulator.requests
            expect((second?.time ?? 0) - (first?.time ?? 0)).toBeGreaterThanOrEqual(295)
          }
        })
      )

      it.effect("69. a call with a request_id of its own is not sent again", () =>
        Effect.gen(function* () {
          const simulator = yield* Simulator.Simulator
          const pinned = ZhipuChat.stream({ ...Sim.question, request_id: "pinned-1" })
          const { requests, told } = yield* costs("code:1305", Sim.outcomeOf(pinned))
          expect([told, requests]).toStrictEqual(["OverloadedError 1305", 1])
          yield* costs("code:1305", askStream)
          const ids = (yield* simulator.requests).map(({ body }) => Object(body).request_id)
          expect(ids).toStrictEqual([undefined, undefined, undefined])
        })
      )

      for (const status of [301, 302, 303, 307, 308]) {
        it.effect(`72. a redirect ${status} is not followed, nor sent again`, () =>
          Effect.gen(function* () {
            const simulator = yield* Simulator.Simulator
            for (const ask of [askStream, askWhole]) {
              const { outcome, told } = yield* costs(`redirect:${status}`, ask)
              expect(told).toBe("InvalidRequestError")
              expect(outcome.error?.status).toBe(status)
              const requests = yield* simulator.requests
              expect(requests.map(({ method, path }) => `${method} ${path}`)).toStrictEqual([
                "POST /api/paas/v4/chat/completions"
              ])
            }
          })
        )
      }
    })

    const jwt = { ...shortly, auth: "jwt" } as const
    layer(Sim.layer(transport, jwt), { excludeTestServices: true })((it) => {
      for (const [skew, where] of [
        [-3_600_000, "3600 s ahead of"],
        [7_200_000, "7200 s behind"]
      ] as const) {
        it.effect(`67. a clock off by ${skew} ms -> one new token, then an error that tells it`, () =>
          Effect.gen(function* () {
            const { outcome, requests, told } = yield* costs(`clock-skew:${skew}`, askStream)
            expect([told, requests]).toStrictEqual(["AuthenticationError 1003", 2])
            expect(outcome.error?.message).toMatch(
              new RegExp(`${where.replace("3600", "3(?:599|600|601)").replace("7200", "7(?:199|200|201)")}`)
            )
          })
        )
      }

      it.effect("67. an expired token is signed anew, and the call goes through", () =>
        Effect.gen(function* () {
          const simulator = yield* Simulator.Simulator
          const { requests, told } = yield* costs("clock-skew:3600000*1", askStream)
          expect([told, requests]).toStrictEqual(["success", 2])
          expect((yield* simulator.requests).map(({ auth }) => auth)).toStrictEqual(["jwt", "jwt"])
          expect(yield* costs("code:1003*1", askWhole)).toMatchObject({ told: "success", requests: 2 })
        })
      )
    })

    layer(Sim.layer(transport, shortly, { uniqueRequestIds: true }), { excludeTestServices: true })((it) => {
      it.effect("69. an id that was used before is refused, once", () =>
        Effect.gen(function* () {
          const pinned = Sim.outcomeOf(ZhipuChat.stream({ ...Sim.question, request_id: "pinned-2" }))
          expect(yield* costs("", pinned)).toMatchObject({ told: "success", requests: 1 })
          const simulator = yield* Simulator.Simulator
          expect(described(yield* pinned)).toBe("InvalidRequestError 1231")
          expect((yield* simulator.stats).requests).toBe(2)
        })
      )
    })
  })

  describe(`a network that fails, over ${transport}`, () => {
    const unreachable = (baseUrl: string, requests = retries + 1) =>
      Effect.gen(function* () {
        const { count, transformClient } = counting()
        const outcome = yield* askStream.pipe(
          Effect.provide(Sim.layer(transport, { ...shortly, baseUrl, transformClient }))
        )
        expect(described(outcome)).toBe("ConnectionError connect")
        expect(outcome.error?.attempts).toBe(requests)
        expect(count.sent).toBe(requests)
        return outcome.error?._tag === "ConnectionError" ? outcome.error.reason : undefined
      })

    it.live("58. a host that has no address", () =>
      Effect.gen(function* () {
        expect(yield* unreachable("https://nowhere.invalid/api/paas/v4")).toMatch(/ENOTFOUND|EAI_AGAIN/)
      })
    )

    it.live("58. a port that nothing listens on", () =>
      Effect.gen(function* () {
        expect(yield* unreachable(`http://127.0.0.1:${yield* closedPort}/api/paas/v4`)).toMatch(/ECONNREFUSED/)
      })
    )

    it.live("58. TLS to a server that speaks none", () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.Simulator
        const secure = simulator.baseUrl.replace("http:", "https:")
        expect(yield* unreachable(secure)).not.toBeUndefined()
        const { connections, requests } = yield* simulator.stats
        expect([connections, requests]).toStrictEqual([retries + 1, 0])
      }).pipe(Effect.provide(Simulator.layer()))
    )
  })

  describe(`deadlines over ${transport}`, () => {
    /** Each in a world of its own, so that every socket the simulator sees is the one of the call. */
    const expires = (
      faults: string,
      deadlines: ZhipuConfig.Options["deadlines"],
      phase: ZhipuError.DeadlinePhase,
      options: {
        readonly requests?: number
        readonly retry?: RetryPolicy.RetryPolicy
        readonly ask?: typeof askStream
      } = {}
    ) =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.Simulator
        const before = Date.now()
        const outcome = yield* options.ask ?? askStream
        const took = Date.now() - before
        expect(described(outcome)).toBe(`DeadlineExceededError ${phase}`)
        expect(took).toBeLessThan(30_000)
        expect((yield* simulator.stats).requests).toBe(options.requests ?? 1)
        const most = Sim.spareSockets(transport)
        const { disconnects, openSockets } = yield* Sim.eventually(
          simulator.stats,
          (stats) => stats.openSockets <= most && stats.disconnects.length >= (options.requests ?? 1)
        )
        expect(openSockets).toBeLessThanOrEqual(most)
        expect(disconnects).toHaveLength(options.requests ?? 1)
        return { outcome, took }
      }).pipe(Effect.provide(Sim.layer(transport, { retry: options.retry ?? RetryPolicy.none, deadlines }, { faults })))

    it.live("60. headers that never come -> connect", () => expires("idle@headers", { connect: 150 }, "connect"))

    it.live("60. a connect deadline is worth another try", () =>
      expires("idle@headers", { connect: 100 }, "connect", { requests: 2, retry: Sim.again(1) })
    )

    it.live("61. headers but no event -> firstChunk, sent once", () =>
      expires("idle@chunk:0", { firstChunk: 200, idle: 100 }, "firstChunk", { retry: Sim.again(2) })
    )

    it.live("61. headers that never come to a whole completion -> firstChunk", () =>
      expires("idle@headers", { firstChunk: 200, connect: 100 }, "firstChunk", { ask: askWhole })
    )

    it.live("61. comments are no first event -> firstChunk", () =>
      expires("idle@chunk:0, keepalive:20", { firstChunk: 400, idle: 150 }, "firstChunk")
    )

    it.live("62. silence after events -> idle, with what came", () =>
      Effect.gen(function* () {
        const { outcome } = yield* expires("idle@chunk:3", { idle: 200 }, "idle", { retry: Sim.again(2) })
        expect(Sim.reasoningOf(outcome.events)).not.toBe("")
        const message = outcome.error?.partial?.choices[0]?.message
        expect(message?.reasoning_content).toBe(Sim.reasoningOf(outcome.events))
      })
    )

    it.live("6, 62. comments keep a stream alive until its total deadline", () =>
      Effect.gen(function* () {
        const { took } = yield* expires("idle@chunk:3, keepalive:40", { idle: 400, total: 1200 }, "total")
        expect(took).toBeGreaterThanOrEqual(1190)
      })
    )

    it.live("62. a slow stream is no silent one", () =>
      Effect.gen(function* () {
        const outcome = yield* askStream
        expect(described(outcome)).toBe("success")
        expect(Sim.textOf(outcome.events)).not.toBe("")
      }).pipe(
        Effect.provide(
          Sim.layer(transport, { deadlines: { connect: 500, firstChunk: 500, idle: 400 } }, { faults: "slow:5" })
        )
      )
    )

    for (const ask of [askStream, askWhole]) {
      it.live(`63. the total deadline ends a back-off${ask === askWhole ? " of a whole completion" : ""}`, () =>
        Effect.gen(function* () {
          const simulator = yield* Simulator.Simulator
          const before = Date.now()
          const outcome = yield* ask
          expect(described(outcome)).toBe("DeadlineExceededError total")
          expect(Date.now() - before).toBeGreaterThanOrEqual(290)
          expect(Date.now() - before).toBeLessThan(30_000)
          expect((yield* simulator.stats).requests).toBe(1)
        }).pipe(
          Effect.provide(
            Sim.layer(
              transport,
              {
                retry: RetryPolicy.backoff({ base: "20 seconds", cap: "20 seconds", retries: 3, elapsed: "1 hour" }),
                deadlines: { total: 300 }
              },
              { faults: "code:1305" }
            )
          )
        )
      )
    }
  })
}
