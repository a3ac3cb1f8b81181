/** What was given out once is never given out again, and what was not is asked for again. */
import { describe, expect, it } from "@effect/vitest"
import { ChatCompletion, ChunkEvent, RetryPolicy, Zhipu, ZhipuChat, ZhipuLimits } from "@effect-zhipu/client"
import { HttpClient } from "@effect/platform"
import { Effect, Exit, Fiber, FiberId, Layer, Redacted, Stream } from "effect"
import { client, completion, errorReply, jsonReply, mock, request, streamed, testKey } from "./support/http.js"
import { drive } from "./support/time.js"

const chunk = (choice: Record<string, unknown>) =>
  `data: ${JSON.stringify({ id: "c1", choices: [{ index: 0, ...choice }] })}\n\n`

const hello = streamed(
  chunk({ delta: { content: "Hello" } }),
  chunk({ delta: {}, finish_reason: "stop" }),
  "data: [DONE]\n\n"
)

const announced = chunk({ delta: { role: "assistant", content: "" } })

const retry = RetryPolicy.backoff({ base: "1 second", cap: "1 second", retries: 3, elapsed: "1 minute" })

const events = (over: ReturnType<typeof mock>, options = {}) => {
  const seen: Array<ChunkEvent.ChunkEvent> = []
  const reading = Stream.runForEach(ZhipuChat.stream(request), (event) => Effect.sync(() => seen.push(event)))
  return Effect.map(drive(Effect.provide(reading, client(over, { retry, ...options })), "5 minutes"), ({ exit }) => ({
    exit,
    seen
  }))
}

const tags = (seen: ReadonlyArray<ChunkEvent.ChunkEvent>) => seen.map(({ _tag }) => _tag)

describe("a stream", () => {
  it.effect("that has begun is not asked for again, though a token expired in the middle of it", () =>
    Effect.gen(function* () {
      const expired = `data: ${JSON.stringify({ error: { code: "1003", message: "expired" } })}\n\n`
      const over = mock([streamed(chunk({ delta: { content: "one" } }), expired), hello])
      const { exit, seen } = yield* events(over, { apiKey: Redacted.make(testKey), auth: "jwt" })
      expect(exit._tag).toBe("Failure")
      expect(over.sent).toHaveLength(1)
      expect(tags(seen)).toEqual(["Started", "ContentDelta"])
    })
  )

  const beginnings = {
    "a finish reason that is a failure": [
      chunk({ delta: { role: "assistant", content: "" }, finish_reason: "network_error" })
    ],
    "the end of the body": [announced],
    "the end of the body, a little later": [announced, { wait: "1 second" }],
    "an error": [
      announced,
      { wait: "1 second" },
      `data: ${JSON.stringify({ error: { code: "1305", message: "busy" } })}\n\n`
    ],
    "a broken connection": [announced, { wait: "1 second" }, { fail: new Error("reset") }]
  } as const
  for (const [what, steps] of Object.entries(beginnings)) {
    it.effect(`59. that was only announced is asked for again after ${what}`, () =>
      Effect.gen(function* () {
        const over = mock([streamed(...steps), hello])
        const { exit, seen } = yield* events(over)
        expect(exit._tag).toBe("Success")
        expect(over.sent).toHaveLength(2)
        expect(tags(seen)).toEqual(["Started", "ContentDelta", "Finished"])
      })
    )
  }
})

describe("a client that refuses statuses by itself", () => {
  it.effect("hides neither the code of an error nor that it does not go away", () =>
    Effect.gen(function* () {
      const over = mock(errorReply(429, "1113"))
      const options = { retry, transformClient: HttpClient.filterStatusOk }
      const { exit } = yield* drive(
        Effect.provide(Effect.flip(ZhipuChat.complete(request)), client(over, options)),
        "5 minutes"
      )
      expect(exit).toMatchObject({ _tag: "Success", value: { _tag: "InsufficientBalanceError", code: "1113" } })
      expect(over.sent).toHaveLength(1)
    })
  )
})

describe("calls of functions", () => {
  const answer = (args: string, finish_reason: string) => ({
    ...completion(""),
    choices: [
      {
        index: 0,
        finish_reason,
        message: {
          content: "",
          tool_calls: [{ id: "c1", type: "function", function: { name: "rm", arguments: args } }]
        }
      }
    ]
  })
  const complete = (document: Record<string, unknown>) =>
    ZhipuChat.complete(request).pipe(Effect.provide(client(mock(jsonReply(document)))))

  it.effect("54. that may have been cut are not for running, nor for sending back", () =>
    Effect.gen(function* () {
      for (const reason of ["length", "sensitive", "model_context_window_exceeded"]) {
        for (const args of ["", "1", '{"path":"/']) {
          const cut = yield* complete(answer(args, reason))
          expect(ChatCompletion.functionCalls(cut)).toEqual([])
          expect(ChatCompletion.toMessage(cut).tool_calls).toBeUndefined()
          expect(ChatCompletion.toolCalls(cut)).toHaveLength(1)
        }
      }
      expect(ChatCompletion.functionCalls(yield* complete(answer("", "tool_calls")))).toEqual([
        { id: "c1", name: "rm", arguments: "{}" }
      ])
      expect(ChatCompletion.functionCalls(yield* complete(answer('{"a":1}', "length")))).toHaveLength(1)
      expect(ChatCompletion.functionCalls(yield* complete(answer('{"a":', "tool_calls")))).toEqual([])
    })
  )

  it.effect("44, 49. whose id comes late and whose name comes twice are one call", () =>
    Effect.gen(function* () {
      const call = (fields: Record<string, unknown>, args: string) =>
        chunk({ delta: { tool_calls: [{ index: 0, ...fields, function: { name: "f", arguments: args } }] } })
      const over = mock(
        streamed(
          call({}, ""),
          call({ id: "c1" }, '{"a"'),
          call({ id: "c1" }, ":1}"),
          chunk({ delta: {}, finish_reason: "tool_calls" }),
          "data: [DONE]\n\n"
        )
      )
      const folded = yield* ChunkEvent.fold(ZhipuChat.stream(request)).pipe(Effect.provide(client(over)))
      expect(ChatCompletion.functionCalls(folded).map((call) => [call.name, call.arguments])).toEqual([
        ["f", '{"a":1}']
      ])
    })
  )
})

describe("a call", () => {
  it.effect("is given up though its caller is interrupted in the very moment in which it is sent", () =>
    Effect.gen(function* () {
      let caller: Fiber.RuntimeFiber<unknown, unknown> | undefined
      const log: Array<string> = []
      const http = HttpClient.make(() =>
        Effect.onInterrupt(
          Effect.suspend(() => {
            log.push("sent")
            return Effect.never
          }),
          () => Effect.sync(() => log.push("given up"))
        )
      )
      const apiKey = Effect.sync(() => {
        caller?.unsafeInterruptAsFork(FiberId.none)
        return Redacted.make(testKey)
      })
      const live = Zhipu.layer({ apiKey, baseUrl: "http://127.0.0.1:9", deadlines: { total: "1 minute" } }).pipe(
        Layer.provide(Layer.succeed(HttpClient.HttpClient, http))
      )
      yield* Effect.gen(function* () {
        const calling = Effect.withFiberRuntime<unknown, unknown, ZhipuChat.ZhipuChat>((fiber) => {
          caller = fiber
          return ZhipuChat.complete(request)
        })
        const exit = yield* Effect.flatMap(Effect.fork(calling), Fiber.await)
        expect(Exit.isInterrupted(exit)).toBe(true)
        expect(log.filter((entry) => entry === "sent")).toHaveLength(log.filter((entry) => entry === "given up").length)
        const { state } = yield* ZhipuLimits.ZhipuLimits
        expect(yield* state).toEqual({ inFlight: 0, waiting: 0 })
      }).pipe(Effect.provide(live))
    })
  )
})
