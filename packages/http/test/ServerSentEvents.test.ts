import { ChunkEvent, ZhipuError } from "@effect-zhipu/client"
import { AnswerStream, ServerSentEvents } from "@effect-zhipu/http"
import { MockChat } from "@effect-zhipu/testing"
import { HttpApp, HttpClientRequest, HttpClientResponse, HttpServerResponse } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import {
  Arbitrary,
  Cause,
  DateTime,
  Deferred,
  Duration,
  Effect,
  Exit,
  FastCheck,
  Fiber,
  Logger,
  Metric,
  Option,
  Queue,
  Schema,
  Stream,
  TestClock
} from "effect"
import { arrayOf, content, finished, started, textOf } from "./support.js"

const utf8 = new TextEncoder()

const overloaded = new ZhipuError.OverloadedError({ message: "Busy.", code: "1305", retryAfter: Duration.seconds(2) })

const errorIn = (body: string): Record<string, unknown> => {
  const [, data = "null"] = /^event: error\ndata: (.*)$/m.exec(body) ?? []
  return JSON.parse(data)
}

/** Cuts bytes at these places. */
const cut = (bytes: Uint8Array, places: ReadonlyArray<number>): ReadonlyArray<Uint8Array> => {
  const ends = [...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return ends.map((end, i) => bytes.slice(i === 0 ? 0 : ends[i - 1], end))
}

const parse = (body: string | Uint8Array, places: ReadonlyArray<number> = []) =>
  ServerSentEvents.fromBytes(Stream.fromIterable(cut(typeof body === "string" ? utf8.encode(body) : body, places)))

const wholeBody = `: open\n\nid: 0\nevent: Started\ndata: ${JSON.stringify(started)}\n\nid: 1\nevent: ContentDelta\ndata: ${JSON.stringify(content("天气"))}\n\nid: 2\nevent: Finished\ndata: ${JSON.stringify(finished)}\n\nevent: done\ndata: {}\n\n`

/** Events as the network brings them: JSON knows no infinity, and not what is undefined. */
const anyEvent = Arbitrary.make(ChunkEvent.ChunkEvent)
  .map((event): unknown => JSON.parse(JSON.stringify(event)))
  .filter(Schema.is(ChunkEvent.ChunkEvent))

/** One error of every tag, some fields filled. */
const errors: ReadonlyArray<ZhipuError.ZhipuError> = [
  new ZhipuError.AuthenticationError({ message: "m", code: "1000", status: 401, requestId: "r" }),
  new ZhipuError.PermissionError({ message: "m", attempts: 2 }),
  new ZhipuError.AccountError({ message: "m", code: "1120" }),
  new ZhipuError.InsufficientBalanceError({ message: "m", code: "1113", status: 429 }),
  new ZhipuError.InvalidRequestError({ message: "m", path: "messages[0]" }),
  new ZhipuError.ModelNotFoundError({ message: "m" }),
  new ZhipuError.ContextLengthError({ message: "m" }),
  new ZhipuError.ContentFilteredError({ message: "m", contentFilter: [{ role: "user", level: 1 }] }),
  new ZhipuError.RateLimitError({ message: "m", retryAfter: Duration.millis(1500) }),
  new ZhipuError.QuotaExceededError({ message: "m", resetAt: DateTime.unsafeMake("2026-01-02T03:04:05Z") }),
  overloaded,
  new ZhipuError.ServerError({ message: "m" }),
  new ZhipuError.ConnectionError({ message: "m", phase: "body", reason: "ECONNRESET" }),
  new ZhipuError.ConnectionError({ message: "m", phase: "closed" }),
  new ZhipuError.DeadlineExceededError({ message: "m", phase: "idle", limit: Duration.minutes(1) }),
  new ZhipuError.DeadlineExceededError({ message: "m", phase: "queue", limit: Duration.minutes(1) }),
  new ZhipuError.StreamTruncatedError({ message: "m", receivedBytes: 3, receivedFrames: 1 }),
  new ZhipuError.CorruptStreamError({ message: "m", reason: "IdChanged", frame: 4 }),
  new ZhipuError.RequestEncodeError({ message: "m", path: "tools" }),
  new ZhipuError.QueueFullError({ message: "m", maxQueue: 5 })
]

describe("toBytes", () => {
  it.effect("writes each event with its name, its number and itself, and says that it is done", () =>
    Effect.gen(function* () {
      const body = yield* textOf(ServerSentEvents.toBytes(Stream.make(started, content("天气"), finished)))
      expect(body).toBe(wholeBody)
    })
  )

  it.effect("sends something at once, and a comment for every heartbeat in which nothing came", () =>
    Effect.gen(function* () {
      const events = yield* Queue.unbounded<ChunkEvent.ChunkEvent>()
      const seen: Array<string> = []
      const look = Effect.as(Effect.yieldNow(), seen).pipe(
        Effect.repeatN(20),
        Effect.map(() => seen.splice(0))
      )
      yield* ServerSentEvents.toBytes(Stream.fromQueue(events)).pipe(
        Stream.decodeText(),
        Stream.runForEach((text) => Effect.sync(() => seen.push(text))),
        Effect.fork
      )
      yield* TestClock.adjust(0)
      expect(yield* look).toEqual([": open\n\n"])
      // The model thinks for a minute before its first event.
      yield* TestClock.adjust("60 seconds")
      expect(yield* look).toEqual([": keep-alive\n\n", ": keep-alive\n\n", ": keep-alive\n\n", ": keep-alive\n\n"])
      yield* TestClock.adjust("10 seconds")
      yield* Queue.offer(events, content("a"))
      yield* TestClock.adjust("14 seconds")
      expect(yield* look).toEqual([expect.stringContaining("event: ContentDelta")])
      yield* TestClock.adjust("1 second")
      expect(yield* look).toEqual([": keep-alive\n\n"])
    })
  )

  it.effect.each([Duration.zero, Duration.infinity])("sends none where the heartbeat is %s", (heartbeat) =>
    Effect.gen(function* () {
      const body = yield* Effect.fork(
        textOf(
          ServerSentEvents.toBytes(Stream.fromEffect(Effect.delay(Effect.succeed(finished), "1 hour")), { heartbeat })
        )
      )
      yield* TestClock.adjust("1 hour")
      expect(yield* Fiber.join(body)).not.toContain("keep-alive")
    })
  )

  it.effect("queues no heartbeats for a browser that does not read", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const body = yield* ServerSentEvents.toBytes(
        Stream.concat(Stream.make(started), Stream.fromEffect(Effect.delay(Effect.succeed(finished), "10 minutes")))
      ).pipe(
        Stream.tap(() => Deferred.await(gate)),
        textOf,
        Effect.fork
      )
      yield* TestClock.adjust("10 minutes")
      yield* Deferred.succeed(gate, undefined)
      expect((yield* Fiber.join(body)).split("keep-alive").length).toBeLessThan(4)
    })
  )

  it.effect("closes the request of a browser that stays and reads nothing, and tells it where it reads again", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      let isOpen = true
      const endless = Stream.repeatEffect(Effect.as(Effect.yieldNow(), content("a"))).pipe(
        Stream.ensuring(Effect.sync(() => (isOpen = false)))
      )
      const body = yield* ServerSentEvents.toBytes(endless, { idle: "2 minutes" }).pipe(
        Stream.tap(() => Deferred.await(gate)),
        textOf,
        Effect.fork
      )
      yield* TestClock.adjust("119 seconds")
      expect(isOpen).toBe(true)
      yield* TestClock.adjust("1 second")
      expect(isOpen).toBe(false)
      yield* Deferred.succeed(gate, undefined)
      const text = yield* Fiber.join(body)
      expect(text).toMatch(/event: error\ndata: .*"_tag":"ConnectionError".*\n\n$/)
    })
  )

  it.effect("ends a broken answer with its error, and never says that it is done", () =>
    Effect.gen(function* () {
      const answer = Stream.concat(Stream.make(started, content("half")), Stream.fail(overloaded))
      const body = yield* textOf(ServerSentEvents.toBytes(answer))
      expect(body).toContain(`"text":"half"`)
      expect(errorIn(body)).toEqual({
        _tag: "OverloadedError",
        message: "Busy.",
        code: "1305",
        retryAfter: 2000,
        isRetryable: true
      })
      expect(body).not.toContain("event: done")
    })
  )

  it.effect("sends what came of an answer with its error only where it is asked to", () =>
    Effect.gen(function* () {
      const error = new ZhipuError.StreamTruncatedError({
        message: "Cut.",
        receivedBytes: 9,
        receivedFrames: 1,
        partial: ChunkEvent.toCompletion([started, content("secret part")])
      })
      const without = yield* textOf(ServerSentEvents.toBytes(Stream.fail(error)))
      expect(without).not.toContain("secret part")
      const body = yield* textOf(Stream.fail(error).pipe(ServerSentEvents.toBytes({ partial: true })))
      expect(errorIn(body)).toMatchObject({ partial: { choices: [{ message: { content: "secret part" } }] } })
      const read = yield* Effect.flip(Stream.runDrain(parse(body)))
      expect(read.partial?.choices[0]?.message.content).toBe("secret part")
    })
  )

  it.effect("tells a defect as an error without its words, which go to the log", () =>
    Effect.gen(function* () {
      const logged: Array<string> = []
      const logger = Logger.make(({ cause }) => void logged.push(Cause.pretty(cause)))
      const answer = Stream.concat(Stream.make(started), Stream.die(new Error("the key is id.fictional")))
      const body = yield* textOf(ServerSentEvents.toBytes(answer)).pipe(
        Effect.provide(Logger.replace(Logger.defaultLogger, logger))
      )
      expect(errorIn(body)).toMatchObject({ _tag: "ServerError", isRetryable: true })
      expect(body).not.toContain("fictional")
      expect(logged).toEqual([expect.stringContaining("id.fictional")])
    })
  )

  it.effect("tells an answer that was interrupted on the server as an error", () =>
    Effect.gen(function* () {
      const body = yield* textOf(ServerSentEvents.toBytes(Stream.fromEffect(Effect.interrupt)))
      expect(errorIn(body)).toMatchObject({ _tag: "ConnectionError", phase: "closed" })
    })
  )

  it.effect("tells an event that is no JSON as an error", () =>
    Effect.gen(function* () {
      const extra: ChunkEvent.Extra = { _tag: "Extra", fields: { big: 1n } }
      const body = yield* textOf(ServerSentEvents.toBytes(Stream.make(extra)))
      expect(errorIn(body)).toMatchObject({ _tag: "ServerError" })
    }).pipe(Effect.provide(Logger.remove(Logger.defaultLogger)))
  )

  for (const levels of [3000, 20_000, 200_000]) {
    const deep = (): unknown => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`)

    it.effect(`leaves out what is nested too deeply to be written, at most: ${levels} levels`, () =>
      Effect.gen(function* () {
        const extra: ChunkEvent.Extra = { _tag: "Extra", fields: { deep: deep() } }
        const odd = { ...content("Hi"), deep: deep() }
        const events = [started, extra, content("Hello"), odd, finished]
        const body = yield* textOf(ServerSentEvents.toBytes(Stream.fromIterable(events)))
        expect(body).toContain("Hello")
        expect(body).toContain('"text":"Hi"')
        expect(body).toContain("event: Finished")
        expect(body).toContain("event: done")
      })
    )

    it(`tells an error without what came, where that cannot be written: ${levels} levels`, async () => {
      const extra: ChunkEvent.Extra = { _tag: "Extra", fields: { deep: deep() } }
      const whole = ChunkEvent.toCompletion([started, content("part"), extra])
      // Wherever it is kept.
      const partial = { ...whole, deep: deep() }
      const error = new ZhipuError.StreamTruncatedError({
        message: "cut",
        receivedBytes: 1,
        receivedFrames: 1,
        partial
      })
      const response = HttpServerResponse.toWeb(ServerSentEvents.toErrorResponse(error, { partial: true }))
      expect(await response.json()).toMatchObject({ _tag: "StreamTruncatedError", message: "cut" })
      const body = await Effect.runPromise(
        textOf(ServerSentEvents.toBytes(Stream.concat(Stream.make(started), Stream.fail(error)), { partial: true }))
      )
      expect(errorIn(body)).toMatchObject({ _tag: "StreamTruncatedError" })
    })
  }

  it.effect("reads one batch ahead of a browser that does not read, counts it, and stops when it leaves", () =>
    Effect.gen(function* () {
      let batches = 0
      let released = 0
      const endless = Stream.repeatEffect(Effect.sync(() => content(String(batches++)))).pipe(
        Stream.ensuring(Effect.sync(() => released++))
      )
      const backlog = Effect.map(Metric.value(AnswerStream.backlog), ({ value }) => value)
      const before = yield* backlog
      const browser = yield* ServerSentEvents.toBytes(endless).pipe(
        Stream.runForEach(() => Effect.never),
        Effect.fork
      )
      yield* Effect.yieldNow().pipe(Effect.repeatN(100))
      expect(batches).toBe(2)
      expect((yield* backlog) - before).toBe(2)
      yield* Fiber.interrupt(browser)
      expect({ batches, released, backlog: (yield* backlog) - before }).toEqual({ batches: 2, released: 1, backlog: 0 })
    })
  )
})

describe("fromBytes", () => {
  it.effect.prop(
    "reads what toBytes wrote, wherever the network cuts it",
    [FastCheck.array(anyEvent, { maxLength: 6 }), FastCheck.array(FastCheck.nat(), { maxLength: 20 })],
    ([events, places]) =>
      Effect.gen(function* () {
        const body = yield* textOf(ServerSentEvents.toBytes(Stream.fromIterable(events)))
        expect(yield* arrayOf(parse(body, places))).toEqual(events)
      }),
    { fastCheck: { numRuns: 100 } }
  )

  it.effect("keeps what the vendor calls its fields, and lets none become a prototype", () =>
    Effect.gen(function* () {
      const event: ChunkEvent.ChunkEvent = JSON.parse(`{"_tag":"Extra","fields":{"__proto__":{"x":1},"a":2}}`)
      const [read] = yield* arrayOf(parse(yield* textOf(ServerSentEvents.toBytes(Stream.make(event)))))
      expect(read).toEqual(event)
      expect(read?._tag === "Extra" && "x" in read.fields).toBe(false)
    })
  )

  it.effect.each(errors)("reads the error that the server told: $_tag", (error) =>
    Effect.gen(function* () {
      const body = yield* textOf(ServerSentEvents.toBytes(Stream.concat(Stream.make(started), Stream.fail(error))))
      const read = yield* Effect.flip(Stream.runDrain(parse(body)))
      expect(read).toEqual(error)
      expect(read).toBeInstanceOf(error.constructor)
    })
  )

  it.effect("never takes a body that was cut for an answer", () =>
    Effect.gen(function* () {
      const bytes = utf8.encode(wholeBody)
      for (let length = 0; length < bytes.length - 1; length++) {
        const exit = yield* Effect.exit(Stream.runCollect(parse(bytes.slice(0, length), [length >> 1])))
        expect(Exit.isFailure(exit) && Cause.failureOption(exit.cause)).toMatchObject(
          Option.some({ _tag: "StreamTruncatedError", receivedBytes: length })
        )
      }
      expect(yield* arrayOf(parse(bytes))).toEqual([started, content("天气"), finished])
    })
  )

  it.effect("gives what came before the failure", () =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const broken = Stream.concat(Stream.make(utf8.encode(wholeBody.slice(0, 200))), Stream.fail("reset"))
      const error = yield* ServerSentEvents.fromBytes(broken).pipe(
        Stream.runForEach((event) => Effect.sync(() => seen.push(event._tag))),
        Effect.flip
      )
      expect(error).toMatchObject({ _tag: "ConnectionError", phase: "body", isRetryable: true })
      expect(seen).toEqual(["Started", "ContentDelta"])
    })
  )

  it.effect("skips names it does not know, and what comes after the end", () =>
    Effect.gen(function* () {
      const own = "event: title\ndata: About the weather\n\ndata: hello\n\nevent: toString\ndata: {}\n\n"
      expect(yield* arrayOf(parse(own + wholeBody + "event: ContentDelta\ndata: broken\n\n"))).toHaveLength(3)
    })
  )

  it.effect("ends with `done`, though the connection stays open", () =>
    Effect.gen(function* () {
      const open = Stream.concat(Stream.make(utf8.encode(wholeBody)), Stream.never)
      expect(yield* arrayOf(ServerSentEvents.fromBytes(open))).toHaveLength(3)
    })
  )

  it.effect.each([
    ["event: ContentDelta\ndata: {", { _tag: "CorruptStreamError", reason: "MalformedFrame", frame: 0 }],
    [`event: ContentDelta\ndata: {"_tag":"ContentDelta","choice":0}`, { _tag: "CorruptStreamError" }],
    ["event: error\ndata: no JSON", { _tag: "ServerError" }],
    [`event: error\ndata: {"_tag":"AnotherError"}`, { _tag: "ServerError" }],
    [
      `event: ContentDelta\ndata: ${"x".repeat(17 * 1024 * 1024)}`,
      { _tag: "CorruptStreamError", reason: "EventTooLarge" }
    ]
  ] as const)("fails for what it cannot read: %#", ([body, expected]) =>
    Effect.gen(function* () {
      expect(
        yield* Effect.flip(Stream.runDrain(parse(`${body}\n\nevent: done\ndata: {}\n\n`, [body.length])))
      ).toMatchObject(expected)
    })
  )
})

describe("responses", () => {
  it.effect("has the headers of an event stream, and further ones", () =>
    Effect.gen(function* () {
      const response = yield* ServerSentEvents.toResponse(Stream.make(finished), {
        headers: { "x-request": "7", "Cache-Control": "no-store" }
      })
      expect(response.status).toBe(200)
      expect(response.headers).toEqual({
        "content-type": "text/event-stream; charset=utf-8",
        "cache-control": "no-store",
        "x-accel-buffering": "no",
        "x-request": "7"
      })
    })
  )

  it("as a web Response: starts when it is read, and stops when its body is cancelled", async () => {
    let state = "not started"
    const answer = Stream.concat(
      Stream.sync(() => ((state = "running"), started)),
      Stream.never
    ).pipe(Stream.ensuring(Effect.sync(() => (state = "released"))))
    const response = ServerSentEvents.toWebResponse(answer)
    expect(Object.fromEntries(response.headers)).toEqual(ServerSentEvents.headers)
    const reader = response.body?.getReader()
    expect(state).toBe("not started")
    await reader?.read()
    await reader?.read()
    expect(state).toBe("running")
    await reader?.cancel()
    expect(state).toBe("released")
  })

  it("as a web Response, is read by fromWebResponse", async () => {
    const events = MockChat.text("Hello", { reasoning: "A greeting." })
    const response = ServerSentEvents.toWebResponse(Stream.fromIterable(events))
    expect(await Effect.runPromise(arrayOf(ServerSentEvents.fromWebResponse(response)))).toEqual(events)
  })
})

describe("toResponseWithStatus", () => {
  const ask = (answer: ServerSentEvents.Answer, options?: ServerSentEvents.StatusOptions) =>
    HttpApp.toWebHandler(ServerSentEvents.toResponseWithStatus(answer, options))(new Request("http://localhost/"))

  const readAll = (response: Response) =>
    Effect.runPromise(Effect.either(arrayOf(ServerSentEvents.fromWebResponse(response))))

  it.each(errors)("tells an early error by its status, and the reader gets it: $_tag", async (error) => {
    const response = await ask(Stream.fail(error))
    expect(response.status).toBe(ServerSentEvents.status(error))
    expect(response.headers.get("content-type")).toBe("application/json")
    expect(await readAll(response)).toMatchObject({ _tag: "Left", left: error })
  })

  it("says when to come again", async () => {
    expect((await ask(Stream.fail(overloaded))).headers.get("retry-after")).toBe("2")
    const quota = new ZhipuError.QuotaExceededError({
      message: "m",
      resetAt: DateTime.unsafeMake("2026-01-02T03:04:05Z")
    })
    expect((await ask(Stream.fail(quota))).headers.get("retry-after")).toBe("Fri, 02 Jan 2026 03:04:05 GMT")
  })

  it("tells an error after the first event, and one after `within`, as an event", async () => {
    const late = Stream.concat(Stream.make(started), Stream.fail(overloaded))
    const slow = Stream.fromEffect(Effect.delay(Effect.fail(overloaded), "100 millis"))
    for (const [answer, options] of [
      [late, {}],
      [slow, { within: "10 millis" }]
    ] as const) {
      const response = await ask(answer, options)
      expect(response.status).toBe(200)
      expect(await readAll(response)).toMatchObject({ _tag: "Left", left: overloaded })
    }
  })

  it("gives a whole answer, and stops it when the body is cancelled", async () => {
    const events = MockChat.text("Hello")
    expect(await readAll(await ask(Stream.fromIterable(events)))).toMatchObject({ _tag: "Right", right: events })
    let released = false
    const endless = Stream.concat(Stream.make(started), Stream.never).pipe(
      Stream.ensuring(Effect.sync(() => (released = true)))
    )
    await (await ask(endless)).body?.cancel()
    expect(released).toBe(true)
  })

  it.effect("stops the answer of a browser that leaves while the headers wait", () =>
    Effect.gen(function* () {
      let released = false
      const silent = Stream.ensuring(
        Stream.never,
        Effect.sync(() => (released = true))
      )
      const handler = yield* ServerSentEvents.toResponseWithStatus(silent).pipe(
        Effect.scoped,
        Effect.uninterruptible,
        Effect.fork
      )
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(handler)
      expect(released).toBe(true)
    })
  )
})

describe("fromResponse", () => {
  const respond = (body: string | null, init: ResponseInit) =>
    HttpClientResponse.fromWeb(HttpClientRequest.get("http://localhost/"), new Response(body, init))

  const eventStream = { headers: { "content-type": "text/event-stream" } }

  it.effect("reads events", () =>
    Effect.gen(function* () {
      expect(yield* arrayOf(ServerSentEvents.fromResponse(respond(wholeBody, eventStream)))).toHaveLength(3)
    })
  )

  it.effect.each([
    ["", eventStream, { _tag: "StreamTruncatedError", receivedBytes: 0 }],
    [null, eventStream, { _tag: "ConnectionError", phase: "body" }],
    [
      "<html>",
      { headers: { "content-type": "text/html" } },
      { _tag: "CorruptStreamError", reason: "UnexpectedContentType" }
    ],
    ["no", { status: 404 }, { _tag: "InvalidRequestError", status: 404 }],
    ["no", { status: 502, ...eventStream }, { _tag: "ServerError", status: 502 }],
    [
      JSON.stringify({ _tag: "RateLimitError", message: "m", code: "1302" }),
      { status: 429 },
      { _tag: "RateLimitError" }
    ]
  ] as const)("fails for what is no event stream: %j %j", ([body, init, expected]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Stream.runDrain(ServerSentEvents.fromResponse(respond(body, init))))
      expect(error).toMatchObject(expected)
    })
  )

  it("is what a server made by hand sends, too", async () => {
    const response = HttpServerResponse.toWeb(ServerSentEvents.toErrorResponse(overloaded))
    const read = Effect.flip(Stream.runDrain(ServerSentEvents.fromWebResponse(response)))
    expect(await Effect.runPromise(read)).toMatchObject({ _tag: "OverloadedError", code: "1305" })
  })
})
