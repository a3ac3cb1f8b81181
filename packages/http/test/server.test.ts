/** A server and its browsers over real sockets: what reaches the simulator when a browser leaves, or does not read. */
import { Message, RetryPolicy, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { ServerSentEvents } from "@effect-zhipu/http"
import { Simulator } from "@effect-zhipu/testing"
import { FetchHttpClient, HttpRouter, HttpServer, HttpServerRequest } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { describe, expect, layer } from "@effect/vitest"
import { Effect, Either, Layer, Option, Schema, Stream } from "effect"
import { createServer, request as nodeRequest } from "node:http"
import { arrayOf, eventually } from "./support.js"

const answer = ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user("Tell me about the sea.")] })

const handlers = HttpRouter.empty.pipe(
  HttpRouter.post("/answer", ServerSentEvents.toResponse(answer, { heartbeat: "50 millis" })),
  HttpRouter.post("/status", ServerSentEvents.toResponseWithStatus(answer, { within: "30 seconds" }))
)

const client = Layer.unwrapEffect(
  Effect.map(Simulator.Simulator, ({ apiKey, baseUrl }) =>
    Zhipu.layer({ apiKey, baseUrl, retry: RetryPolicy.none }).pipe(Layer.provide(FetchHttpClient.layer))
  )
)

const server = HttpServer.serve(handlers).pipe(
  Layer.provide(client),
  Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0 })),
  Layer.provideMerge(Simulator.layer())
)

const origin = HttpServer.addressWith((address) =>
  Effect.succeed(address._tag === "TcpAddress" ? `http://127.0.0.1:${address.port}` : "")
)

/** Sets the faults of one test, and forgets those before. */
const withFaults = (faults: string) =>
  Effect.flatMap(Simulator.Simulator, (simulator) =>
    simulator.setFaults(faults).pipe(Effect.zipRight(simulator.awaitIdle), Effect.zipRight(simulator.reset))
  )

const stats = Effect.flatMap(Simulator.Simulator, (simulator) => simulator.stats)

const post = (path: string) =>
  Effect.flatMap(origin, (origin) =>
    Effect.promise(async () => {
      const abort = new AbortController()
      const response = await fetch(origin + path, { method: "POST", signal: abort.signal })
      return { abort, response }
    })
  )

/** Milliseconds from now until the simulator saw its client leave; fails when it was not within 20 seconds. */
const untilSimulatorSees = Effect.suspend(() => {
  const since = Date.now()
  return Effect.map(
    eventually(stats, ({ disconnects }) => disconnects.length > 0),
    ({ disconnects }) => (disconnects[0]?.time ?? Infinity) - since
  )
})

layer(server, { excludeTestServices: true })("over HTTP", (it) => {
  it.effect("a whole answer", () =>
    Effect.gen(function* () {
      yield* withFaults("")
      const { response } = yield* post("/answer")
      const events = yield* arrayOf(ServerSentEvents.fromWebResponse(response))
      expect(events.map(({ _tag }) => _tag)).toEqual(expect.arrayContaining(["Started", "ContentDelta", "Finished"]))
      expect((yield* stats).disconnects).toEqual([])
    })
  )

  it.effect("a browser that leaves in the middle ends the request to the service", () =>
    Effect.gen(function* () {
      yield* withFaults("slow:20")
      const { abort, response } = yield* post("/answer")
      yield* ServerSentEvents.fromWebResponse(response).pipe(Stream.take(5), Stream.runDrain)
      abort.abort()
      expect(yield* untilSimulatorSees).toBeLessThan(15_000)
    })
  )

  describe("before the first event", () => {
    it.effect("the headers and a heartbeat are there, and leaving ends the request", () =>
      Effect.gen(function* () {
        yield* withFaults("idle@chunk:0")
        const { abort, response } = yield* post("/answer")
        const reader = response.body?.getReader()
        const utf8 = new TextDecoder()
        let text = ""
        while (!text.includes("keep-alive")) {
          const next = yield* Effect.promise(async () => reader?.read())
          if (next?.value === undefined) break
          text += utf8.decode(next.value)
        }
        expect(text).toMatch(/^: open\n\n: keep-alive\n\n/)
        yield* eventually(stats, ({ inFlight }) => inFlight === 1)
        abort.abort()
        expect(yield* untilSimulatorSees).toBeLessThan(15_000)
      })
    )

    it.effect("leaving ends the request also while the headers wait for a status", () =>
      Effect.gen(function* () {
        yield* withFaults("idle@chunk:0")
        const abort = new AbortController()
        const url = `${yield* origin}/status`
        const response = fetch(url, { method: "POST", signal: abort.signal }).catch(() => "left")
        yield* eventually(stats, ({ inFlight }) => inFlight === 1)
        abort.abort()
        expect(yield* untilSimulatorSees).toBeLessThan(15_000)
        expect(yield* Effect.promise(() => response)).toBe("left")
      })
    )

    it.effect("an error is a status where the headers wait, and an event where they do not", () =>
      Effect.gen(function* () {
        yield* withFaults("code:1302,retry-after:7")
        const early = yield* post("/status")
        expect([early.response.status, early.response.headers.get("retry-after")]).toEqual([429, "7"])
        const late = yield* post("/answer")
        expect(late.response.status).toBe(200)
        for (const { response } of [early, late]) {
          const error = yield* Effect.flip(Stream.runDrain(ServerSentEvents.fromWebResponse(response)))
          expect(error).toMatchObject({ _tag: "RateLimitError", code: "1302" })
        }
      })
    )
  })

  it.effect.each([
    ["truncate@chunk:10", "StreamTruncatedError"],
    ["reset@chunk:10", "ConnectionError"],
    ["error-frame:1305@chunk:10", "OverloadedError"],
    ["malformed@chunk:10", "CorruptStreamError"]
  ] as const)("a fault in the middle reaches the browser as an error: %s", ([faults, tag]) =>
    Effect.gen(function* () {
      yield* withFaults(faults)
      const { response } = yield* post("/answer")
      const seen: Array<string> = []
      const outcome = yield* ServerSentEvents.fromWebResponse(response).pipe(
        Stream.runForEach((event) => Effect.sync(() => seen.push(event._tag))),
        Effect.either
      )
      expect(seen).toContain("Started")
      expect(Either.flip(outcome)).toMatchObject({ right: { _tag: tag } })
      expect(outcome).not.toMatchObject({ left: { partial: expect.anything() } })
    })
  )

  it.effect("a browser that does not read stops the service, and is let go when it leaves", () =>
    Effect.gen(function* () {
      const size = 64 * 1024 * 1024
      yield* withFaults(`big:${size}`)
      const url = `${yield* origin}/answer`
      const browser = yield* Effect.async<{ readonly destroy: () => void }>((resume) => {
        const sent = nodeRequest(url, { method: "POST" }, (response) => {
          response.pause()
          resume(Effect.succeed({ destroy: () => response.destroy() }))
        })
        sent.end()
      })
      // It stands still: two looks half a second apart see the same.
      const still = (before: number): Effect.Effect<number, never, Simulator.Simulator> =>
        Effect.flatMap(Effect.delay(stats, "500 millis"), ({ chunksWritten }) =>
          chunksWritten === before ? Effect.succeed(before) : still(chunksWritten)
        )
      const written = yield* Effect.timeoutOption(still(-1), "20 seconds")
      const { inFlight } = yield* stats
      expect({ stands: Option.isSome(written), inFlight }).toEqual({ stands: true, inFlight: 1 })
      browser.destroy()
      expect(yield* untilSimulatorSees).toBeLessThan(15_000)
      expect((yield* stats).disconnects).toMatchObject([{ complete: false }])
    })
  )
})

const Question = Schema.Struct({ question: Schema.NonEmptyString })

layer(Layer.mergeAll(Simulator.layer({ firstTokenDelay: "1 minute" })), { excludeTestServices: true })(
  "a server that goes down",
  (it) => {
    it.effect("never ends an answer well", () =>
      Effect.gen(function* () {
        const routes = HttpRouter.empty.pipe(
          HttpRouter.post(
            "/answer",
            Effect.zipRight(HttpServerRequest.schemaBodyJson(Question), ServerSentEvents.toResponse(answer))
          )
        )
        const reading = yield* Effect.scoped(
          Effect.gen(function* () {
            const context = yield* Layer.build(
              HttpServer.serve(routes).pipe(
                Layer.provide(client),
                Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0 }))
              )
            )
            const url = yield* Effect.provide(origin, context)
            const response = yield* Effect.promise(() =>
              fetch(`${url}/answer`, { method: "POST", body: JSON.stringify({ question: "Why?" }) })
            )
            const reading = yield* Effect.forkDaemon(
              Effect.either(Stream.runDrain(ServerSentEvents.fromWebResponse(response)))
            )
            yield* eventually(stats, ({ inFlight }) => inFlight === 1)
            return reading
          })
        )
        const outcome = yield* reading
        expect(outcome).toMatchObject({ _tag: "Left" })
      })
    )
  }
)
