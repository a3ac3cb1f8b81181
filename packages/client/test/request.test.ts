import { describe, expect, it } from "@effect/vitest"
import { ChatRequest, Message, Tool, ZhipuChat } from "@effect-zhipu/client"
import { Effect, Exit, Schema, Stream } from "effect"
import { answer } from "./support/decoding.js"
import { client, completion, jsonReply, mock, request, streamed, testKey } from "./support/http.js"

/** Fields that the types do not know. */
const budget = { budget: 5 }
const newField = { some_new_field: { nested: [1, null, "😀", { deep: true }] } }

const full: ChatRequest.ChatRequest = {
  model: "glm-4.6",
  messages: [
    Message.system("Answer briefly."),
    { role: "system", content: "With a name.", name: "rules" },
    Message.user("Why?"),
    Message.user([
      Message.text("What is this?"),
      Message.imageUrl("https://images.example/1.png"),
      Message.videoUrl("https://videos.example/1.mp4"),
      Message.fileUrl("https://files.example/1.pdf"),
      { type: "file", file: { file_id: "file-1", filename: "a.pdf" } },
      { type: "file", file: { file_data: "data:application/pdf;base64,QQ==" } },
      { type: "input_audio", input_audio: { data: "QQ==", format: "wav" } }
    ]),
    { role: "assistant", content: "Because.", reasoning_content: "I think…" },
    {
      role: "assistant",
      content: null,
      tool_calls: [
        { id: "call_-7", type: "function", function: { name: "f", arguments: '{"a": 1}' } },
        { id: "call_8", type: "mcp", mcp: { server_label: "s" } }
      ]
    },
    Message.toolResult("call_-7", { ok: true }),
    { role: "assistant", audio: { id: "audio-1" } },
    {
      role: "assistant",
      content: "",
      tool_calls: [{ id: "call_9", type: "function", function: { name: "g", arguments: "" } }]
    },
    { role: "tool", content: "", tool_call_id: "call_9", name: "g" }
  ],
  thinking: { type: "enabled", clear_thinking: false, ...budget },
  reasoning_effort: "max",
  do_sample: true,
  temperature: 0,
  top_p: 0.95,
  max_tokens: 65536,
  tools: [
    Tool.fn({ name: "f", description: "does", parameters: { type: "object", properties: { a: { type: "integer" } } } }),
    { type: "function", function: { name: "g", strict: true } },
    Tool.webSearch({ enable: true, search_engine: "search_pro", count: 5, search_recency_filter: "noLimit" }),
    Tool.retrieval({ knowledge_id: "k", prompt_template: "{{knowledge}} {{question}}" }),
    Tool.mcp({ server_label: "s", server_url: "https://mcp.example", transport_type: "sse", headers: { a: "b" } }),
    { type: "code_interpreter", code_interpreter: { sandbox: "auto" } }
  ],
  tool_choice: { type: "function", function: { name: "f" } },
  tool_stream: true,
  stop: ["\n\n", "停"],
  response_format: { type: "json_object" },
  request_id: "request-1",
  user_id: "user-1",
  seed: 42,
  stream_options: { include_usage: true },
  meta: { user_info: "u", bot_info: "b", bot_name: "n", user_name: "m" },
  sensitive_word_check: { type: "ALL", status: "DISABLE" },
  watermark_enabled: false,
  extra: { target: { path: "a.ts", language: "ts", code_prefix: "x", code_suffix: "y" }, contexts: [] },
  ...newField
}

const deepFreeze = (value: unknown): void => {
  if (typeof value !== "object" || value === null) return
  Object.freeze(value)
  Object.values(value).forEach(deepFreeze)
}

/** A type parameter, as its literals may have fields that the types do not know. */
const completing = <Body extends ChatRequest.ChatRequest>(body: Body) =>
  Effect.suspend(() => {
    const over = mock(jsonReply(completion()))
    return ZhipuChat.complete(body).pipe(
      Effect.provide(client(over)),
      Effect.map(() => over.sent)
    )
  })

const streaming = <Body extends ChatRequest.ChatRequest>(body: Body) =>
  Effect.suspend(() => {
    const over = mock(streamed(answer("Hi")))
    return Stream.runDrain(ZhipuChat.stream(body)).pipe(
      Effect.provide(client(over)),
      Effect.map(() => over.sent)
    )
  })

const bodyOf = (sent: ReadonlyArray<{ readonly body: string }>): unknown => JSON.parse(sent[0]?.body ?? "none")

describe("the body of a request", () => {
  it.effect("is what the caller gave, with `stream` set by the operation", () =>
    Effect.gen(function* () {
      expect(bodyOf(yield* completing(full))).toEqual(full)
      expect(bodyOf(yield* streaming(full))).toEqual({ ...full, stream: true })
    })
  )

  it.effect("has the fields of `extra_body` beside the others, and in place of those of the same name", () =>
    Effect.gen(function* () {
      const extra = { top_k: 40, temperature: 0.2, request_id: "request-2" }
      const asked: ChatRequest.ChatRequest = { ...request, temperature: 1, seed: 1, extra_body: extra }
      expect(bodyOf(yield* completing(asked))).toEqual({ ...request, seed: 1, ...extra })
      expect(bodyOf(yield* streaming(asked))).toEqual({ ...request, seed: 1, ...extra, stream: true })
      expect(bodyOf(yield* streaming({ ...asked, extra_body: { stream: false } }))).toMatchObject({ stream: true })
      expect(bodyOf(yield* completing({ ...request, extra_body: undefined }))).toEqual(request)
      expect(asked.extra_body).toBe(extra)
    })
  )

  it.effect("may have content in parts in every turn, a developer, and a schema", () =>
    Effect.gen(function* () {
      const parts = [Message.text("Be brief.")]
      const asked: ChatRequest.ChatRequest = {
        model: "glm-4.6",
        messages: [
          { role: "system", content: parts },
          { role: "developer", content: parts },
          { role: "user", content: parts, name: "Ada" },
          { role: "assistant", content: parts, tool_calls: [{ id: "a", type: "function" }] },
          { role: "tool", content: parts, tool_call_id: "a" }
        ],
        response_format: { type: "json_schema", json_schema: { name: "answer", schema: { type: "object" } } }
      }
      expect(bodyOf(yield* completing(asked))).toEqual(asked)
      expect(Schema.decodeUnknownSync(ChatRequest.ChatRequest)(JSON.parse(JSON.stringify(asked)))).toEqual(asked)
      expect(Schema.encodeSync(ChatRequest.ChatRequest)(full)).toEqual(full)
    })
  )

  it.effect("has nothing that the caller did not give", () =>
    Effect.gen(function* () {
      expect(bodyOf(yield* completing(request))).toEqual({
        model: "glm-4.6",
        messages: [{ role: "user", content: "Hello" }]
      })
      expect(bodyOf(yield* streaming(request))).toEqual({ ...request, stream: true })
    })
  )

  it.effect("has the `stream` of the operation where the caller gave another", () =>
    Effect.gen(function* () {
      expect(bodyOf(yield* completing({ ...request, stream: true }))).toEqual({ ...request, stream: false })
      expect(bodyOf(yield* streaming({ ...request, stream: false }))).toEqual({ ...request, stream: true })
    })
  )

  it.effect("leaves out fields that are undefined, as JSON does", () =>
    Effect.gen(function* () {
      expect(bodyOf(yield* completing({ ...request, temperature: undefined, seed: 0 }))).toEqual({
        ...request,
        seed: 0
      })
    })
  )

  it.effect("is made of frozen input as well, and never changes it", () =>
    Effect.gen(function* () {
      const input = structuredClone(full)
      deepFreeze(input)
      const operations = Array.from({ length: 5 }, () => [completing(input), streaming(input)]).flat()
      const all = yield* Effect.all(operations, { concurrency: "unbounded" })
      for (const sent of all) expect(bodyOf(sent)).toMatchObject(newField)
      expect(input).toEqual(full)
    })
  )

  it.effect("is never changed where it could be", () =>
    Effect.gen(function* () {
      const input = structuredClone(full)
      yield* completing(input)
      yield* streaming(input)
      expect(input).toEqual(full)
    })
  )

  it.effect("uses what an object says of itself as JSON", () =>
    Effect.gen(function* () {
      const sent = yield* completing({ ...request, at: new Date(0), url: new URL("https://a.example/") })
      expect(bodyOf(sent)).toEqual({ ...request, at: "1970-01-01T00:00:00.000Z", url: "https://a.example/" })
    })
  )

  it.effect("may hold one object twice, which is no cycle", () =>
    Effect.gen(function* () {
      const shared = { a: 1 }
      expect(bodyOf(yield* completing({ ...request, x: [shared, shared] }))).toEqual({
        ...request,
        x: [{ a: 1 }, { a: 1 }]
      })
    })
  )
})

describe("a request that cannot be written as JSON", () => {
  const cycle: Record<string, unknown> = {}
  cycle["self"] = { again: cycle }
  const getter = Object.defineProperty({}, "a", {
    enumerable: true,
    get: () => {
      throw new Error("SENTINEL")
    }
  })
  const cases: Readonly<Record<string, readonly [field: unknown, path: string]>> = {
    "a cycle": [cycle, "x.self.again"],
    "a bigint": [{ a: [1, 2n] }, "x.a[1]"],
    NaN: [{ a: Number.NaN }, "x.a"],
    Infinity: [[[Number.POSITIVE_INFINITY]], "x[0][0]"],
    "half a surrogate pair": ["SENTINEL\ud83d", "x"],
    "the other half": ["\ude00", "x"],
    "halves in the wrong order": ["\ude00\ud83d", "x"],
    "a function": [{ f: () => 1 }, "x.f"],
    "a symbol": [{ s: Symbol("s") }, "x.s"],
    "undefined in an array": [[1, undefined], "x[1]"],
    "a hole in an array": [Array(1), "x[0]"],
    "a getter that throws": [getter, ""],
    "a toJSON that throws": [
      {
        toJSON: () => {
          throw new Error("SENTINEL")
        }
      },
      ""
    ]
  }

  for (const [what, [field, path]] of Object.entries(cases)) {
    it.effect(`78. because of ${what}: fails with its path, and nothing is sent`, () =>
      Effect.gen(function* () {
        const over = mock(jsonReply(completion()))
        const bad = { ...request, x: field }
        const both = [ZhipuChat.complete(bad), Stream.runDrain(ZhipuChat.stream(bad))]
        for (const operation of both) {
          const error = yield* Effect.flip(Effect.provide(operation, client(over)))
          expect(error).toMatchObject({ _tag: "RequestEncodeError", path, isRetryable: false })
          expect(error.message).toContain(path)
          expect(error.message).not.toContain("SENTINEL")
        }
        expect(over.sent).toEqual([])
      })
    )
  }

  it.effect("whole surrogate pairs are fine, at both ends of a string", () =>
    Effect.gen(function* () {
      expect(bodyOf(yield* completing({ ...request, x: "😀 a 😀" }))).toEqual({ ...request, x: "😀 a 😀" })
    })
  )

  it.effect("a key with half a surrogate pair is found as well", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(completing({ ...request, x: { "\ud83d": 1 } }))
      expect(Exit.isFailure(exit)).toBe(true)
    })
  )

  it.effect("nesting that is too deep is an error, no crash", () =>
    Effect.gen(function* () {
      let deep: unknown = 1
      for (let i = 0; i < 100_000; i++) deep = [deep]
      const error = yield* Effect.flip(completing({ ...request, deep }))
      expect(error._tag).toBe("RequestEncodeError")
    })
  )
})

describe("the headers of a request", () => {
  const headersOf = (options: Parameters<typeof client>[1] = {}) =>
    Effect.gen(function* () {
      const over = mock([jsonReply(completion()), streamed(answer("Hi"))])
      yield* Effect.zipRight(ZhipuChat.complete(request), Stream.runDrain(ZhipuChat.stream(request))).pipe(
        Effect.provide(client(over, options)),
        Effect.withSpan("outer")
      )
      return over.sent.map((sent) => sent.headers)
    })

  it.effect("hold the key and the type of the body, and say who asks", () =>
    Effect.gen(function* () {
      for (const headers of yield* headersOf()) {
        expect(headers["authorization"]).toBe(`Bearer ${testKey}`)
        expect(headers["content-type"]).toBe("application/json")
        expect(headers["user-agent"]).toMatch(/^effect-zhipu\/\d/)
        expect(headers).not.toHaveProperty("accept-language")
      }
    })
  )

  it.effect("ask for a document or for events", () =>
    Effect.gen(function* () {
      const [whole, stream] = yield* headersOf()
      expect(whole?.["accept"]).toBe("application/json")
      expect(stream?.["accept"]).toContain("text/event-stream")
    })
  )

  it.effect("tell nothing of the caller's trace, unless asked to", () =>
    Effect.gen(function* () {
      for (const headers of yield* headersOf()) {
        for (const name of ["traceparent", "b3", "tracestate"]) expect(headers).not.toHaveProperty(name)
      }
      for (const headers of yield* headersOf({ propagateTrace: true })) expect(headers).toHaveProperty("traceparent")
    })
  )

  it.effect("can be extended, but not the authorization replaced", () =>
    Effect.gen(function* () {
      const options = { acceptLanguage: "en-US", headers: { "x-source-channel": "me", authorization: "Bearer other" } }
      for (const headers of yield* headersOf(options)) {
        expect(headers).toMatchObject({ "x-source-channel": "me", "accept-language": "en-US" })
        expect(headers["authorization"]).toBe(`Bearer ${testKey}`)
      }
    })
  )
})
