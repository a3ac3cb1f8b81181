/**
 * The client end to end, over both transports.
 *
 * With `E2E_ZHIPU_API_KEY` (and, if it is not the default, `E2E_ZHIPU_BASE_URL`; `E2E_ZHIPU_MODEL` for another model
 * than glm-4.6) it talks to the real service, which costs a few thousand tokens. Without a key the same tests talk to
 * the simulator over HTTP, and those that need to look inside the service run as well.
 */
import {
  ChatCompletion,
  type ChatRequest,
  ChunkEvent,
  Message,
  RetryPolicy,
  Tool,
  Zhipu,
  ZhipuChat,
  type ZhipuConfig
} from "@effect-zhipu/client"
import { Simulator } from "@effect-zhipu/testing"
import { FetchHttpClient } from "@effect/platform"
import { NodeHttpClient } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Layer, Redacted, Stream } from "effect"
import { beforeAll, describe } from "vitest"

const setting = (name: string): string | undefined => {
  const value = process.env[name]?.trim()
  return value === "" ? undefined : value
}

const realKey = setting("E2E_ZHIPU_API_KEY")
const realUrl = setting("E2E_ZHIPU_BASE_URL")
const model = setting("E2E_ZHIPU_MODEL") ?? "glm-4.6"
const target = realKey === undefined ? "the simulator" : (realUrl ?? "the real service")

const transports = { fetch: FetchHttpClient.layer, undici: NodeHttpClient.layerUndici }

type Transport = keyof typeof transports

type ClientOptions = Partial<ZhipuConfig.Options>

/** A client of a simulator of its own. */
const simulated = (transport: Transport, client: ClientOptions, simulator: Simulator.Options = {}) =>
  Layer.unwrapEffect(
    Effect.map(Simulator.Simulator, ({ apiKey, baseUrl }) => Zhipu.layer({ apiKey, baseUrl, ...client }))
  ).pipe(Layer.provide(transports[transport]), Layer.provideMerge(Simulator.layer(simulator)))

/** A client of whatever these tests run against. */
const client = (transport: Transport, options: ClientOptions = {}) =>
  realKey === undefined
    ? simulated(transport, options)
    : Zhipu.layer({ apiKey: Redacted.make(realKey), baseUrl: realUrl, ...options }).pipe(
        Layer.provide(transports[transport])
      )

const ask = (text: string, rest: Partial<ChatRequest.ChatRequest> = {}): ChatRequest.ChatRequest => ({
  model,
  messages: [Message.user(text)],
  max_tokens: 4096,
  ...rest
})

const weather = Tool.fn({
  name: "get_weather",
  description: "The weather in a city, now",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] }
})

const weatherQuestion = "What is the weather in London? Use the tool."

const textOf = (events: Iterable<ChunkEvent.ChunkEvent>, tag: "ContentDelta" | "ReasoningDelta"): string =>
  Array.from(events, (event) => (event._tag === tag ? event.text : "")).join("")

const collect = (request: ChatRequest.ChatRequest) =>
  Effect.map(Stream.runCollect(ZhipuChat.stream(request)), (events): ReadonlyArray<ChunkEvent.ChunkEvent> =>
    Array.from(events)
  )

beforeAll(() => {
  console.log(`end to end against ${target}, model ${model}`)
})

const patience = realKey === undefined ? 30_000 : 300_000

describe.each(["fetch", "undici"] as const)(`against ${target}, over %s`, (transport) => {
  it.live(
    "a whole completion",
    () =>
      Effect.gen(function* () {
        const answer = yield* ZhipuChat.complete(ask("Say: hello"))
        expect(ChatCompletion.text(answer)).toMatch(/hello/i)
        expect(answer.choices[0]?.finish_reason).toBe("stop")
        expect(answer.id).toEqual(expect.any(String))
        expect(answer.usage?.total_tokens).toBeGreaterThan(0)
      }).pipe(Effect.provide(client(transport))),
    patience
  )

  it.live(
    "a stream: reasoning, then the answer, the usage and the end",
    () =>
      Effect.gen(function* () {
        const events = yield* collect(ask("How much is 17 + 25? Think first.", { thinking: { type: "enabled" } }))
        const tags = events.map((event) => event._tag)
        expect(tags[0]).toBe("Started")
        expect(tags.filter((tag) => tag === "Started")).toHaveLength(1)
        expect(textOf(events, "ReasoningDelta")).not.toBe("")
        expect(textOf(events, "ContentDelta")).toContain("42")
        expect(tags.indexOf("ContentDelta")).toBeGreaterThan(tags.indexOf("ReasoningDelta"))
        expect(tags).toContain("Usage")
        expect(events.at(-1)).toEqual({ _tag: "Finished", choice: 0, reason: "stop" })
        const folded = ChunkEvent.toCompletion(events)
        expect(ChatCompletion.text(folded)).toBe(textOf(events, "ContentDelta"))
        expect(ChatCompletion.reasoning(folded)).toBe(textOf(events, "ReasoningDelta"))
        expect(folded.usage?.completion_tokens).toBeGreaterThan(0)
      }).pipe(Effect.provide(client(transport))),
    patience
  )

  it.live(
    "several turns",
    () =>
      Effect.gen(function* () {
        const first = ask("Hello, my name is Ada. Answer in one sentence.")
        const greeting = yield* ZhipuChat.complete(first)
        const answer = yield* ZhipuChat.complete({
          ...first,
          messages: [...first.messages, ChatCompletion.toMessage(greeting), Message.user("What is my name?")]
        })
        expect(ChatCompletion.text(answer)).toContain("Ada")
      }).pipe(Effect.provide(client(transport))),
    patience
  )

  it.live(
    "no reasoning where thinking is disabled",
    () =>
      Effect.gen(function* () {
        const events = yield* collect(ask("Say: hello", { thinking: { type: "disabled" } }))
        expect(events.some(ChunkEvent.isReasoningDelta)).toBe(false)
        expect(textOf(events, "ContentDelta")).toMatch(/hello/i)
        const whole = yield* ZhipuChat.complete(ask("Say: hello", { thinking: { type: "disabled" } }))
        expect(ChatCompletion.reasoning(whole)).toBe("")
      }).pipe(Effect.provide(client(transport))),
    patience
  )

  it.live(
    "a tool call in a whole completion, and its result",
    () =>
      Effect.gen(function* () {
        const question = ask(weatherQuestion, { tools: [weather] })
        const answer = yield* ZhipuChat.complete(question)
        expect(answer.choices[0]?.finish_reason).toBe("tool_calls")
        const [call] = ChatCompletion.toolCalls(answer)
        expect(call?.function?.name).toBe("get_weather")
        expect(JSON.parse(call?.function?.arguments ?? "")).toEqual({ city: expect.stringContaining("London") })
        const turn = ChatCompletion.toMessage(answer)
        const after = yield* ZhipuChat.complete({
          ...question,
          messages: [
            ...question.messages,
            turn,
            ...(turn.tool_calls ?? []).map(({ id }) => Message.toolResult(id, { sky: "rain", celsius: 11 }))
          ]
        })
        expect(ChatCompletion.text(after)).toContain("11")
      }).pipe(Effect.provide(client(transport))),
    patience
  )

  it.live.each([false, true])(
    "a tool call in a stream, tool_stream: %s",
    (toolStream) =>
      Effect.gen(function* () {
        const events = yield* collect(ask(weatherQuestion, { tools: [weather], tool_stream: toolStream }))
        const call = events.find(ChunkEvent.isToolCallCompleted)
        expect(call).toMatchObject({ choice: 0, index: 0, name: "get_weather" })
        expect(JSON.parse(call?.arguments ?? "")).toEqual({ city: expect.stringContaining("London") })
        const pieces = events.flatMap((event) =>
          event._tag === "ToolCallDelta" && event.index === 0 ? [event.arguments] : []
        )
        expect(pieces.join("")).toBe(call?.arguments)
        if (realKey === undefined) {
          if (toolStream) expect(pieces.length).toBeGreaterThan(1)
          else expect(pieces).toHaveLength(1)
        }
        expect(events.at(-1)).toEqual({ _tag: "Finished", choice: 0, reason: "tool_calls" })
      }).pipe(Effect.provide(client(transport))),
    patience
  )

  it.live(
    "a signed token in place of the key",
    () =>
      Effect.gen(function* () {
        const answer = yield* ZhipuChat.complete(ask("Say: hello"))
        expect(ChatCompletion.text(answer)).toMatch(/hello/i)
      }).pipe(Effect.provide(client(transport, { auth: "jwt" }))),
    patience
  )

  it.live.each(["api-key", "jwt"] as const)(
    "a wrong key, as %s",
    (auth) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(ZhipuChat.complete(ask("Say: hello")))
        expect(error._tag).toBe("AuthenticationError")
        expect(error).toMatchObject({ status: 401, attempts: 1, isRetryable: false })
        const streamed = yield* Effect.flip(collect(ask("Say: hello")))
        expect(streamed._tag).toBe("AuthenticationError")
      }).pipe(
        Effect.provide(
          client(transport, { auth, apiKey: Redacted.make("0123456789abcdef0123456789abcdef.0123456789abcdef") })
        )
      ),
    patience
  )

  it.live(
    "a model that does not exist",
    () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(ZhipuChat.complete(ask("Say: hello", { model: "glm-0-none" })))
        // 1211, or 1214 as it was also seen.
        expect(["ModelNotFoundError", "InvalidRequestError"]).toContain(error._tag)
        expect(error).toMatchObject({ status: 400, attempts: 1 })
      }).pipe(Effect.provide(client(transport))),
    patience
  )

  it.live(
    "a stream that is left early, and the next one",
    () =>
      Effect.gen(function* () {
        const events = yield* ZhipuChat.stream(ask("Count to 200")).pipe(Stream.take(3), Stream.runCollect)
        expect(events).toHaveLength(3)
        const answer = yield* ChunkEvent.fold(ZhipuChat.stream(ask("Say: hello")))
        expect(ChatCompletion.text(answer)).toMatch(/hello/i)
      }).pipe(Effect.provide(client(transport))),
    patience
  )
})

// What follows looks at the service from inside, which only the simulator allows.
if (realKey === undefined) {
  /** Looks every few milliseconds until it sees what it looks for; gives what it saw last after 20 seconds. */
  const eventually = <A>(look: Effect.Effect<A>, found: (a: A) => boolean): Effect.Effect<A> => {
    const search: Effect.Effect<A> = Effect.filterOrElse(look, found, () => Effect.delay(search, "2 millis"))
    return Effect.catchAll(Effect.timeout(search, "20 seconds"), () => look)
  }

  const left = (stats: Simulator.Stats): boolean => stats.disconnects.length > 0

  const once: ClientOptions = { retry: RetryPolicy.none }

  describe.each(["fetch", "undici"] as const)("connections, over %s", (transport) => {
    it.live("200 streams one after the other use a handful of connections", () =>
      Effect.gen(function* () {
        for (let i = 0; i < 200; i++) {
          const answer = yield* ChunkEvent.fold(ZhipuChat.stream(ask("Say: hello", { thinking: { type: "disabled" } })))
          expect(ChatCompletion.text(answer)).toBe("hello")
        }
        const simulator = yield* Simulator.Simulator
        const stats = yield* simulator.stats
        console.log(`${transport}: 200 streams over ${stats.connections} connections`)
        expect(stats).toMatchObject({ requests: 200, completed: 200, disconnects: [] })
        expect(stats.connections).toBeLessThanOrEqual(10)
      }).pipe(Effect.provide(simulated(transport, once)))
    )

    it.live("taking a part of a stream closes the connection", () =>
      Effect.gen(function* () {
        const events = yield* ZhipuChat.stream(ask("Count to 1000")).pipe(Stream.take(2), Stream.runCollect)
        expect(events).toHaveLength(2)
        const simulator = yield* Simulator.Simulator
        const stats = yield* eventually(simulator.stats, left)
        expect(stats.disconnects).toMatchObject([{ index: 0, complete: false }])
        // At 50 tokens a second it had written two or three when it noticed, of a thousand.
        expect(stats.disconnects[0]?.chunksWritten).toBeLessThan(500)
        expect(stats.inFlight).toBe(0)
      }).pipe(Effect.provide(simulated(transport, once, { tokensPerSecond: 50 })))
    )

    it.live("interrupting a stream closes its connection at once", () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.Simulator
        const delays: Array<number> = []
        for (let i = 0; i < 15; i++) {
          yield* simulator.reset
          const begun = yield* Deferred.make<void>()
          const fiber = yield* ZhipuChat.stream(ask("Count to 1000")).pipe(
            Stream.runForEach(() => Deferred.succeed(begun, undefined)),
            Effect.fork
          )
          yield* Deferred.await(begun)
          const interruptedAt = Date.now()
          yield* Fiber.interrupt(fiber)
          const { disconnects } = yield* eventually(simulator.stats, left)
          expect(disconnects).toHaveLength(1)
          delays.push((disconnects[0]?.time ?? Number.POSITIVE_INFINITY) - interruptedAt)
        }
        const sorted = delays.toSorted((a, b) => a - b)
        const median = sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY
        console.log(
          `${transport}: an interrupted stream closes after ${median} ms (median), ${sorted.at(-1)} ms at most`
        )
        // The goal is 100 ms, which an idle machine keeps by far; the whole answer would take 20 seconds.
        expect(sorted.at(-1)).toBeLessThan(15_000)
      }).pipe(Effect.provide(simulated(transport, once, { tokensPerSecond: 50 })))
    )

    it.live("interrupting a call that waits for its answer closes the connection", () =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.Simulator
        const fiber = yield* Effect.fork(ZhipuChat.complete(ask("Say: hello")))
        yield* eventually(simulator.stats, ({ inFlight }) => inFlight === 1)
        yield* Fiber.interrupt(fiber)
        const stats = yield* eventually(simulator.stats, left)
        expect(stats.disconnects).toMatchObject([{ chunksWritten: 0, complete: false }])
      }).pipe(Effect.provide(simulated(transport, once, { firstTokenDelay: "20 seconds" })))
    )
  })
}
