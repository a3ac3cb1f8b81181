import * as ChatCompletion from "@effect-zhipu/client/ChatCompletion"
import * as ChunkEvent from "@effect-zhipu/client/ChunkEvent"
import * as Message from "@effect-zhipu/client/Message"
import * as ZhipuChat from "@effect-zhipu/client/ZhipuChat"
import * as ZhipuError from "@effect-zhipu/client/ZhipuError"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import * as MockChat from "../src/MockChat.js"
import * as MockHttpClient from "../src/MockHttpClient.js"

const request = { model: "glm-4.6", messages: [Message.user("Hi")] }
const overloaded = new ZhipuError.OverloadedError({ message: "busy", code: "1305", status: 429 })

describe("MockChat", () => {
  it.effect("streams and completes from the same script, and remembers", () =>
    Effect.gen(function* () {
      const events = MockChat.text("Hello, wide world", { reasoning: "Hm, well" })
      const whole = yield* ZhipuChat.complete(request)
      expect(ChatCompletion.text(whole)).toBe("Hello, wide world")
      expect(ChatCompletion.reasoning(whole)).toBe("Hm, well")
      const streamed = yield* Stream.runCollect(ZhipuChat.stream(request))
      expect(Array.from(streamed)).toEqual(events)
      expect(streamed.length).toBeGreaterThan(6)
      const mock = yield* MockChat.MockChat
      expect(yield* mock.requests).toEqual([request, request])
      expect((yield* mock.calls).map((call) => call.operation)).toEqual(["complete", "stream"])
    }).pipe(
      Effect.provide(
        MockChat.layer([
          MockChat.text("Hello, wide world", { reasoning: "Hm, well" }),
          MockChat.text("Hello, wide world", { reasoning: "Hm, well" })
        ])
      )
    )
  )

  it.effect("calls tools", () =>
    Effect.gen(function* () {
      const whole = yield* ZhipuChat.complete(request)
      expect(ChatCompletion.toolCalls(whole)).toEqual([
        { id: "call_0", index: 0, type: "function", function: { name: "f", arguments: `{"a":1}` } },
        { id: "mine", index: 1, type: "function", function: { name: "g", arguments: "{" } }
      ])
      expect(whole.choices[0]?.finish_reason).toBe("tool_calls")
      const one = yield* Stream.runCollect(ZhipuChat.stream(request))
      expect(Array.from(one).filter(ChunkEvent.isToolCallCompleted)).toHaveLength(1)
    }).pipe(
      Effect.provide(
        MockChat.layer([
          MockChat.toolCalls([
            { name: "f", arguments: { a: 1 } },
            { name: "g", arguments: "{", id: "mine" }
          ]),
          MockChat.toolCall({ name: "f", arguments: {} })
        ])
      )
    )
  )

  it.effect("fails at once, midway, or stalls", () =>
    Effect.gen(function* () {
      expect(yield* Effect.flip(ZhipuChat.complete(request))).toBe(overloaded)
      const seen: Array<string> = []
      const error = yield* ZhipuChat.stream(request).pipe(
        Stream.runForEach((event) => Effect.sync(() => seen.push(event._tag))),
        Effect.flip
      )
      expect(error).toBeInstanceOf(ZhipuError.OverloadedError)
      expect(error).toMatchObject({ _tag: "OverloadedError", message: overloaded.message })
      expect(seen).toEqual(["Started", "ContentDelta"])
      // What had come is told as the client tells it, and the error of the script is left as it was.
      expect(error.partial === undefined ? undefined : ChatCompletion.text(error.partial)).toBe("partly")
      expect(error.partial?.choices[0]).not.toHaveProperty("finish_reason")
      expect(JSON.stringify(error)).not.toContain("partly")
      expect(overloaded.partial).toBeUndefined()
      const fiber = yield* Effect.fork(Effect.timeoutOption(Stream.runDrain(ZhipuChat.stream(request)), "1 hour"))
      yield* TestClock.adjust("1 hour")
      expect((yield* Fiber.join(fiber))._tag).toBe("None")
    }).pipe(
      Effect.provide(
        MockChat.layer([
          overloaded,
          MockChat.failAfter(MockChat.text("partly"), overloaded),
          MockChat.hangAfter(MockChat.text("partly"))
        ])
      )
    )
  )

  it.effect("leaves a tool call open where the answer breaks off or stalls, as the client does", () => {
    const call = MockChat.toolCall({ name: "f", arguments: { a: 1 } })
    const first = (stream: ReturnType<typeof ZhipuChat.stream>) =>
      Stream.runCollect(Stream.map(Stream.take(stream, 3), ({ _tag }) => _tag))
    return Effect.gen(function* () {
      const seen: Array<string> = []
      const error = yield* ZhipuChat.stream(request).pipe(
        Stream.runForEach((event) => Effect.sync(() => seen.push(event._tag))),
        Effect.flip
      )
      expect(seen).toEqual(["Started", "ToolCallStarted", "ToolCallDelta"])
      expect(error.partial?.choices[0]?.message.tool_calls).toMatchObject([{ incomplete: true }])
      expect(Array.from(yield* first(ZhipuChat.stream(request)))).toEqual(seen)
      const more = yield* Effect.fork(
        Effect.timeoutOption(Stream.runCount(Stream.take(ZhipuChat.stream(request), 4)), "1 hour")
      )
      yield* TestClock.adjust("1 hour")
      expect((yield* Fiber.join(more))._tag).toBe("None")
    }).pipe(
      Effect.provide(
        MockChat.layer([MockChat.failAfter(call, overloaded), MockChat.hangAfter(call), MockChat.hangAfter(call)])
      )
    )
  })

  it.effect("counts retries, and dies when the script has run out", () =>
    Effect.gen(function* () {
      const text = yield* ZhipuChat.complete(request).pipe(
        Effect.retry(Schedule.recurs(3)),
        Effect.map(ChatCompletion.text)
      )
      expect(text).toBe("at last")
      const exit = yield* Effect.exit(ZhipuChat.complete(request))
      expect(Exit.isFailure(exit) && String(exit.cause)).toContain(
        "call 4 (complete) has no reply, the script ends after 3"
      )
    }).pipe(Effect.provide(MockChat.layer([overloaded, overloaded, MockChat.text("at last")])))
  )

  it.effect("follows a function", () =>
    Effect.gen(function* () {
      yield* ZhipuChat.complete(request)
      expect(ChatCompletion.text(yield* ZhipuChat.complete({ ...request, model: "m" }))).toBe("1: m")
    }).pipe(Effect.provide(MockChat.layer((request, call) => MockChat.text(`${call}: ${request.model}`))))
  )
})

const get = Effect.flatMap(HttpClient.HttpClient, (client) => client.get("http://localhost/x"))

const pieces = Effect.flatMap(get, (response) => Stream.runCollect(response.stream)).pipe(
  Effect.map((pieces) => Array.from(pieces, (piece) => Buffer.from(piece).toString("latin1")))
)

describe("MockHttpClient", () => {
  it.effect("answers, and remembers", () =>
    Effect.gen(function* () {
      const client = yield* HttpClient.HttpClient
      const response = yield* client.execute(
        HttpClientRequest.post("http://localhost/x?y=1").pipe(
          HttpClientRequest.bearerToken("key"),
          HttpClientRequest.bodyUnsafeJson({ a: "ü" })
        )
      )
      expect([response.status, response.headers["x-a"], yield* response.text]).toEqual([429, "b", "no"])
      const mock = yield* MockHttpClient.MockHttpClient
      const [recorded] = yield* mock.requests
      expect(recorded).toMatchObject({ method: "POST", url: "http://localhost/x?y=1", body: `{"a":"ü"}` })
      expect(recorded?.headers["authorization"]).toBe("Bearer key")
      const exit = yield* Effect.exit(client.get("http://localhost/x"))
      expect(Exit.isFailure(exit) && String(exit.cause)).toContain("request 2 has no reply, the list ends after 1")
    }).pipe(Effect.provide(MockHttpClient.layer([{ status: 429, headers: { "x-a": "b" }, body: "no" }])))
  )

  it.effect("cuts bodies", () => {
    const body = "abcdef"
    return Effect.gen(function* () {
      expect(yield* pieces).toEqual(["abcdef"])
      expect(yield* pieces).toEqual(["a", "b", "c", "d", "e", "f"])
      expect(yield* pieces).toEqual(["abcd", "ef"])
      expect(yield* pieces).toEqual(["a", "bc", "def"])
      expect(yield* pieces).toEqual(["ab", "cdef"])
      expect(yield* pieces).toEqual(["a", "bc", "def"])
      expect(yield* pieces).toEqual(["ab", "cd", "ef"])
      expect(yield* pieces).toEqual([])
      const mock = yield* MockHttpClient.MockHttpClient
      expect([yield* mock.opened, yield* mock.closed, yield* mock.cancelled]).toEqual([8, 8, 0])
    }).pipe(
      Effect.provide(
        MockHttpClient.layer([
          { body, chunks: "whole" },
          { body, chunks: "bytes" },
          { body: new TextEncoder().encode(body), chunks: { every: 4 } },
          { body, chunks: { sizes: [1, 2] } },
          { body, chunks: { at: [99, 2] } },
          { body, chunks: { at: [-1, 3, 3, Number.NaN, 1] } },
          { body, chunks: { sizes: [4, -2, 100, 1] } },
          { body: "" }
        ])
      )
    )
  })

  it.effect("breaks, stalls and cannot be reached", () =>
    Effect.gen(function* () {
      const seen: Array<number> = []
      const reset = yield* get.pipe(
        Effect.flatMap((response) =>
          Stream.runForEach(response.stream, (piece) => Effect.sync(() => seen.push(piece.length)))
        ),
        Effect.flip
      )
      expect([reset._tag, seen]).toEqual(["ResponseError", [2, 1]])
      const mock = yield* MockHttpClient.MockHttpClient
      const read: Array<string> = []
      const fiber = yield* Effect.fork(
        Effect.flatMap(get, (response) =>
          Stream.runForEach(Stream.decodeText(response.stream), (text) => Effect.sync(() => read.push(text)))
        )
      )
      while (read.length === 0) yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 1)))
      expect([yield* mock.opened, yield* mock.closed]).toEqual([2, 1])
      yield* Fiber.interrupt(fiber)
      while ((yield* mock.closed) < 2) yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 1)))
      expect(yield* mock.cancelled).toBe(1)
      expect((yield* Effect.flip(get))._tag).toBe("RequestError")
      const never = yield* Effect.fork(Effect.timeoutOption(get, "1 minute"))
      yield* TestClock.adjust("1 minute")
      expect((yield* Fiber.join(never))._tag).toBe("None")
    }).pipe(
      Effect.provide(
        MockHttpClient.layer((request, index) => {
          switch (index) {
            case 0:
              return { body: "abc", chunks: { every: 2 }, end: "reset" }
            case 1:
              return { body: "abc", end: "hang" }
            case 2:
              return MockHttpClient.unreachable(request)
            default:
              return Effect.never
          }
        })
      )
    )
  )

  it.effect("moves bodies with the test clock", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(pieces)
      yield* TestClock.adjust("30 seconds")
      expect(yield* Fiber.join(fiber)).toEqual(["a", "b", "c"])
    }).pipe(
      Effect.provide(
        MockHttpClient.layer([
          { body: Stream.fromIterable(["a", "b", "c"]).pipe(Stream.schedule(Schedule.spaced("10 seconds"))) }
        ])
      )
    )
  )

  it("writes event streams", () => {
    expect(MockHttpClient.sse([{ a: 1 }, "raw"])).toBe(`data: {"a":1}\n\ndata: raw\n\ndata: [DONE]\n\n`)
    expect(MockHttpClient.sse([], { done: false })).toBe("")
  })
})
