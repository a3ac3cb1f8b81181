/**
 * What could differ from one runtime to the next: sockets, bytes, streams, time, cryptography, the environment. It knows no
 * test framework and no module of Node's, so that the same cases run in Node, Bun, Deno, a page and a Worker.
 */
import {
  Attachment,
  ChatCompletion,
  ChunkEvent,
  Message,
  StructuredOutput,
  Tool,
  Toolkit,
  ToolLoop,
  Zhipu,
  ZhipuChat,
  ZhipuConfig
} from "@effect-zhipu/client"
import { AnswerStream, ServerSentEvents } from "@effect-zhipu/http"
import { Cause, ConfigError, Effect, Either, Fiber, Inspectable, Redacted, Schedule, Schema, Stream } from "effect"
import { ask, assert, type At, type Case, client, drain, equal, folded, leaves, streamed, until } from "./case.js"

const poem = "静夜思。床前明月光，疑是地上霜。🌕 Καλημέρα, naïve café! ".repeat(2)

const long = "One word after the other. ".repeat(400)

const replies = (...contents: ReadonlyArray<string>) => ({ script: contents.map((content) => ({ content })) })

/** A model that thinks and speaks so slowly that there is time to leave. */
const slowly = { ...replies(long), tokensPerSecond: 50 }

const soon = Schedule.intersect(Schedule.spaced("20 millis"), Schedule.recurs(3))

const texts = (events: Iterable<ChunkEvent.ChunkEvent>): string =>
  Array.from(events, (event) => (event._tag === "ContentDelta" ? event.text : "")).join("")

/** The text of an answer, over a simulator that does something to its bytes. */
const arrives = (name: string, faults: string): Case => ({
  name,
  simulator: { ...replies(poem), faults },
  run: (at) =>
    folded().pipe(
      Effect.map((completion) => equal(ChatCompletion.text(completion), poem)),
      Effect.provide(client(at))
    )
})

/** The error of a call against a simulator with a fault; `check` looks at it. */
const fails = (
  name: string,
  simulator: Case["simulator"] & object,
  check: (error: Effect.Effect.Error<ReturnType<typeof folded>>) => void,
  options: Partial<ZhipuConfig.Options> = {}
): Case => ({
  name,
  simulator,
  run: (at) =>
    folded().pipe(
      Effect.provide(client(at, options)),
      Effect.flip,
      Effect.map((error) => {
        assert(!ConfigError.isConfigError(error), String(error))
        check(error)
      })
    )
})

const deadline = (phase: "connect" | "firstChunk" | "idle" | "total", simulator: Case["simulator"] & object): Case => ({
  name: `deadline: ${phase}`,
  simulator,
  run: (at) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Effect.provide(folded(), client(at, { deadlines: { [phase]: "300 millis" } })))
      equal([error._tag, "phase" in error ? error.phase : ""], ["DeadlineExceededError", phase])
      yield* leaves(at)
    })
})

/** However an error is printed, no part of the key comes with it. */
const tellsNoKey = (at: At, error: unknown): void => {
  const inspected: unknown = Inspectable.toJSON(error)
  const printed = [
    String(error),
    error instanceof Error ? error.stack : "",
    JSON.stringify(error),
    JSON.stringify(inspected),
    Cause.pretty(Cause.fail(error))
  ].join("\n")
  for (const part of at.key.split(".")) assert(!printed.includes(part), `the key is in: ${printed}`)
}

const weather = Tool.make("get_weather", {
  description: "The weather in a city, now",
  parameters: { city: Schema.String }
})

const toolkit = Toolkit.make(weather)

const png = new Uint8Array(100_000).map((_, index) => (index * 31) & 255)
png.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

export const suite: ReadonlyArray<Case> = [
  {
    name: "a stream: reasoning, then the answer, the usage and the end",
    simulator: { script: [{ reasoning: "Let me think. ", content: poem }], tokensPerSecond: 500 },
    run: (at) =>
      Effect.gen(function* () {
        const events = Array.from(yield* Stream.runCollect(streamed()))
        const tags = events.map((event) => event._tag)
        equal(tags[0], "Started")
        assert(tags.indexOf("ReasoningDelta") < tags.indexOf("ContentDelta"), "the answer came before the reasoning")
        assert(tags.includes("Usage"), "no usage came")
        equal(events.at(-1), { _tag: "Finished", choice: 0, reason: "stop" })
        equal(texts(events), poem)
        equal(ChatCompletion.reasoning(ChunkEvent.toCompletion(events)), "Let me think. ")
      }).pipe(Effect.provide(client(at)))
  },
  {
    name: "a whole completion",
    simulator: replies(poem),
    run: (at) =>
      Effect.gen(function* () {
        const completion = yield* ZhipuChat.complete(ask("你好 🌍"))
        equal(ChatCompletion.text(completion), poem)
        const { requests } = yield* at.seen
        equal([requests.length, requests[0]?.method, requests[0]?.auth], [1, "POST", "api-key"])
        assert(JSON.stringify(requests[0]?.body).includes("你好 🌍"), "the question did not arrive as it was")
      }).pipe(Effect.provide(client(at)))
  },
  arrives("UTF-8 that is split over reads", "split:1"),
  arrives("lines that end in CR LF, and a byte order mark", "crlf, bom"),
  arrives("a compressed body", "gzip"),
  {
    name: "a streamed tool call",
    simulator: { script: [{ calls: [{ name: "get_weather", arguments: { city: "北京" } }] }] },
    run: (at) =>
      Effect.gen(function* () {
        const tools = [Tool.fn({ name: "get_weather", description: "The weather", parameters: { type: "object" } })]
        const events = Array.from(yield* Stream.runCollect(streamed(ask("Weather?", { tools, tool_stream: true }))))
        const started = events.filter((event) => event._tag === "ToolCallStarted")
        equal([started.length, started[0]?.name], [1, "get_weather"])
        const calls = ChatCompletion.functionCalls(ChunkEvent.toCompletion(events))
        equal(
          calls.map((call): unknown => JSON.parse(call.arguments)),
          [{ city: "北京" }]
        )
      }).pipe(Effect.provide(client(at)))
  },
  fails("an error by its business code", { faults: "code:1113" }, (error) => {
    equal([error._tag, error.code, error.status], ["InsufficientBalanceError", "1113", 429])
  }),
  {
    name: "a key that is refused",
    run: (at) =>
      Effect.gen(function* () {
        const other = { ...at, key: "somebody.else-s-secret-key" }
        const error = yield* Effect.flip(Effect.provide(folded(), client(other)))
        equal(error._tag, "AuthenticationError")
        tellsNoKey(other, error)
      })
  },
  fails("a stream that ends too early", { ...replies(poem), faults: "truncate@chunk:5" }, (error) => {
    equal(error._tag, "StreamTruncatedError")
    const partial = "partial" in error ? error.partial : undefined
    assert(partial !== undefined && poem.startsWith(ChatCompletion.text(partial)), "what came is not with the error")
  }),
  // A reset takes along what was not read yet, so the chunks come one by one.
  fails("a connection that breaks", { ...replies(poem), faults: "slow:20, reset@chunk:5" }, (error) => {
    equal([error._tag, "phase" in error ? error.phase : ""], ["ConnectionError", "body"])
    assert("partial" in error && error.partial !== undefined, "what came is not with the error")
  }),
  fails("a connection that breaks before the answer", { faults: "reset-before-headers" }, (error) => {
    equal([error._tag, "phase" in error ? error.phase : ""], ["ConnectionError", "connect"])
  }),
  fails("a redirect is not followed", { faults: "redirect:302" }, (error) => {
    equal(error._tag, "InvalidRequestError")
  }),
  {
    name: "errors tell no key",
    run: (at) =>
      Effect.gen(function* () {
        for (const auth of ["api-key", "jwt"] as const) {
          const unreachable = { ...at, baseUrl: at.closedUrl }
          const error = yield* Effect.flip(Effect.provide(folded(), client(unreachable, { auth })))
          equal([error._tag, "phase" in error ? error.phase : ""], ["ConnectionError", "connect"])
          tellsNoKey(at, error)
        }
        const refused = yield* Effect.flip(Effect.provide(folded(ask("Hello", { model: "no-such-model" })), client(at)))
        tellsNoKey(at, refused)
      })
  },
  {
    name: "taking a part closes the connection",
    simulator: slowly,
    run: (at) =>
      Effect.gen(function* () {
        const first = yield* Stream.runCollect(Stream.take(ChunkEvent.text(streamed()), 2))
        assert(long.startsWith(Array.from(first).join("")), "other text came")
        yield* leaves(at)
      }).pipe(Effect.provide(client(at)))
  },
  {
    name: "an interrupt closes the connection",
    simulator: slowly,
    run: (at) =>
      Effect.gen(function* () {
        const fiber = yield* Effect.fork(drain(streamed()))
        yield* until(at, "an answer on its way", ({ stats }) => stats.chunksWritten > 2)
        yield* Fiber.interrupt(fiber)
        yield* leaves(at)
      }).pipe(Effect.provide(client(at)))
  },
  {
    name: "an interrupt before the answer closes the connection",
    simulator: { faults: "idle@headers" },
    run: (at) =>
      Effect.gen(function* () {
        const fiber = yield* Effect.fork(ZhipuChat.complete(ask()))
        yield* until(at, "the request", ({ requests }) => requests.length === 1)
        yield* Fiber.interrupt(fiber)
        yield* until(at, "that the client left", ({ stats }) => stats.disconnects.length === 1)
      }).pipe(Effect.provide(client(at)))
  },
  deadline("connect", { faults: "idle@headers" }),
  deadline("firstChunk", { firstTokenDelay: "30 seconds" }),
  deadline("idle", { ...replies(long), faults: "idle@chunk:3" }),
  deadline("total", slowly),
  {
    name: "a token that is signed with the key",
    simulator: replies("Signed", "Signed again"),
    run: (at) =>
      Effect.gen(function* () {
        equal(ChatCompletion.text(yield* folded()), "Signed")
        equal(ChatCompletion.text(yield* ZhipuChat.complete(ask())), "Signed again")
        equal(
          (yield* at.seen).requests.map(({ auth }) => auth),
          ["jwt", "jwt"]
        )
      }).pipe(Effect.provide(client(at, { auth: "jwt" })))
  },
  {
    name: "retries",
    simulator: { ...replies("At last"), faults: "code:1305*2" },
    run: (at) =>
      Effect.gen(function* () {
        equal(ChatCompletion.text(yield* folded()), "At last")
        equal((yield* at.seen).requests.length, 3)
      }).pipe(Effect.provide(client(at, { retry: soon })))
  },
  fails("how long the service asks to wait", { faults: "code:1302, retry-after:7" }, (error) => {
    equal([error._tag, String(error.retryAfter)], ["RateLimitError", "Duration(7s)"])
  }),
  {
    name: "a limit on requests in flight",
    simulator: { firstTokenDelay: "50 millis" },
    run: (at) =>
      Effect.gen(function* () {
        yield* Effect.all(
          Array.from({ length: 6 }, () => drain(streamed())),
          { concurrency: "unbounded" }
        )
        const { stats } = yield* at.seen
        equal([stats.requests, stats.peakInFlight], [6, 2])
      }).pipe(Effect.provide(client(at, { limits: { maxInFlight: 2 } })))
  },
  {
    name: "50 streams at once",
    simulator: { tokensPerSecond: 2000 },
    run: (at) =>
      Effect.gen(function* () {
        const questions = Array.from({ length: 50 }, (_, index) => `Question ${index}: ${"很".repeat(index)}`)
        const answers = yield* Effect.forEach(questions, (question) => folded(ask(question)), {
          concurrency: "unbounded"
        })
        equal(answers.filter((answer) => answer.choices[0]?.finish_reason === "stop").length, 50)
        yield* until(at, "50 whole answers", ({ stats }) => stats.completed === 50)
      }).pipe(Effect.provide(client(at)))
  },
  {
    name: "the configuration of the environment",
    simulator: replies("Configured"),
    run: (at) =>
      Effect.gen(function* () {
        const options = yield* Effect.either(ZhipuConfig.fromEnvironment())
        if (at.environment === "set") {
          assert(Either.isRight(options) && Redacted.isRedacted(options.right.apiKey), String(options))
          equal(Redacted.value(options.right.apiKey), at.key)
          const live = Zhipu.layerConfig({ baseUrl: at.baseUrl })
          equal(ChatCompletion.text(yield* Effect.provide(folded(), live)), "Configured")
          return
        }
        assert(Either.isLeft(options) && ConfigError.isConfigError(options.left), String(options))
        assert(String(options.left).includes("ZHIPU_API_KEY"), `no name of a variable is in: ${String(options.left)}`)
        equal(ConfigError.isMissingDataOnly(options.left), at.environment === "none")
        // Where the key comes from elsewhere, the environment is not needed.
        equal(ChatCompletion.text(yield* Effect.provide(folded(), client(at))), "Configured")
      })
  },
  {
    name: "an attachment",
    run: (at) =>
      Effect.gen(function* () {
        const image = yield* Attachment.imageFromBytes(png, { model: "glm-4.6v" })
        yield* folded({ model: "glm-4.6v", messages: [Message.user([Message.text("What is it?"), image])] })
        const sent = /"url":"(?:data:image\/png;base64,)?([^"]*)"/.exec(
          JSON.stringify((yield* at.seen).requests[0]?.body)
        )
        const bytes = atob(sent?.[1] ?? "")
        equal(bytes.length, png.length)
        assert(
          png.every((byte, index) => bytes.charCodeAt(index) === byte),
          "other bytes arrived"
        )
      }).pipe(Effect.provide(client(at)))
  },
  {
    name: "a value of a Schema",
    simulator: replies('```json\n{"city":"上海","people":24}\n```'),
    run: (at) =>
      StructuredOutput.generate({
        request: ask("A city"),
        schema: Schema.Struct({ city: Schema.String, people: Schema.Number })
      }).pipe(
        Effect.map(({ value }) => equal(value, { city: "上海", people: 24 })),
        Effect.provide(client(at))
      )
  },
  {
    name: "an agent with a tool",
    simulator: {
      script: [{ calls: [{ name: "get_weather", arguments: { city: "London" } }] }, { content: "It is raining." }]
    },
    run: (at) =>
      Effect.gen(function* () {
        const answer = yield* ToolLoop.run({ request: ask("Weather in London?"), toolkit })
        equal(ChatCompletion.text(answer.completion), "It is raining.")
        const { requests } = yield* at.seen
        equal(requests.length, 2)
        assert(JSON.stringify(requests[1]?.body).includes("11 degrees"), "the result of the tool did not go back")
      }).pipe(
        Effect.provide([
          toolkit.toLayer({ get_weather: ({ city }) => Effect.succeed(`${city}: 11 degrees`) }),
          client(at)
        ])
      )
  },
  {
    name: "for await, and leaving it",
    simulator: slowly,
    run: (at) =>
      Effect.gen(function* () {
        const runtime = yield* Effect.runtime<ZhipuChat.ZhipuChat>()
        const read = async () => {
          let text = ""
          for await (const piece of AnswerStream.toAsyncIterableRuntime(ChunkEvent.text(streamed()), runtime)) {
            text += piece
            if (text.length > 10) break
          }
          return text
        }
        assert(long.startsWith(yield* Effect.promise(read)), "other text came")
        yield* leaves(at)
      }).pipe(Effect.provide(client(at)))
  },
  {
    name: "a ReadableStream, and cancelling it",
    simulator: slowly,
    run: (at) =>
      Effect.gen(function* () {
        const runtime = yield* Effect.runtime<ZhipuChat.ZhipuChat>()
        const read = async () => {
          const text = AnswerStream.toReadableStreamRuntime(ChunkEvent.text(streamed()), runtime)
          const reader = text.pipeThrough(new TextEncoderStream()).getReader()
          const first = await reader.read()
          await reader.cancel()
          return new TextDecoder().decode(first.value)
        }
        const first = yield* Effect.promise(read)
        assert(first !== "" && long.startsWith(first), "other text came")
        yield* leaves(at)
      }).pipe(Effect.provide(client(at)))
  },
  {
    name: "a Response of server-sent events, and its reader",
    simulator: replies(poem, poem),
    run: (at) =>
      Effect.gen(function* () {
        const runtime = yield* Effect.runtime<ZhipuChat.ZhipuChat>()
        const response = ServerSentEvents.toWebResponseRuntime(streamed(), runtime)
        equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8")
        const events = yield* Stream.runCollect(ServerSentEvents.fromWebResponse(response))
        equal(texts(events), poem)
        const refused = ServerSentEvents.toWebResponseRuntime(
          streamed(ask("Hello", { model: "no-such-model" })),
          runtime
        )
        const error = yield* Effect.flip(drain(ServerSentEvents.fromWebResponse(refused)))
        equal([error._tag, error.code], ["ModelNotFoundError", "1211"])
      }).pipe(Effect.provide(client(at)))
  }
]
