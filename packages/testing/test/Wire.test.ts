import * as ChunkEvent from "@effect-zhipu/client/ChunkEvent"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Simulator from "../src/Simulator.js"
import {
  ask,
  chunksOf,
  dataOf,
  type Json,
  post,
  postJson,
  postText,
  streamed,
  text,
  user,
  withSimulator
} from "./utils.js"

const weather = {
  type: "function",
  function: {
    name: "get_weather",
    description: "The weather in a city",
    parameters: {
      type: "object",
      properties: { city: { type: "string" }, unit: { type: "string", enum: ["celsius", "fahrenheit"] } },
      required: ["city", "unit"]
    }
  }
}

const numbers = (name: string, description: string) => ({
  type: "function",
  function: {
    name,
    description,
    parameters: { type: "object", properties: { a: { type: "integer" }, b: { type: "integer" } }, required: ["a", "b"] }
  }
})

/** The events that a client makes of the chunks of a well-formed stream. */
const eventsOf = (chunks: ReadonlyArray<Json>): ReadonlyArray<ChunkEvent.ChunkEvent> => {
  const [first] = chunks
  const events: Array<ChunkEvent.ChunkEvent> = [
    { _tag: "Started", id: first?.["id"], model: first?.["model"], created: first?.["created"] }
  ]
  for (const chunk of chunks) {
    const { delta, finish_reason: reason } = chunk["choices"][0]
    if (delta.reasoning_content) events.push({ _tag: "ReasoningDelta", choice: 0, text: delta.reasoning_content })
    if (delta.content) events.push({ _tag: "ContentDelta", choice: 0, text: delta.content })
    for (const call of delta.tool_calls ?? []) {
      if (call.id)
        events.push({ _tag: "ToolCallStarted", choice: 0, index: call.index, id: call.id, name: call.function.name })
      events.push({ _tag: "ToolCallDelta", choice: 0, index: call.index, arguments: call.function.arguments })
    }
    if (chunk["usage"]) events.push({ _tag: "Usage", usage: chunk["usage"] })
    if (chunk["web_search"]) events.push({ _tag: "WebSearch", results: chunk["web_search"] })
    if (reason) events.push({ _tag: "Finished", choice: 0, reason })
  }
  return events
}

const requests: Record<string, Json> = {
  "a plain question": ask("Why is the sky blue?"),
  "a question in Chinese": ask("天空为什么是蓝色的？"),
  "no thinking": ask("Hello", { thinking: { type: "disabled" } }),
  "a limit": ask("Tell me 200 words about rain", { max_tokens: 30 }),
  "a limit within the text": ask("Tell me 200 words about rain", { max_tokens: 90 }),
  "a stop word": ask("count to 20", { stop: ["7"] }),
  "a JSON answer": ask("Answer as JSON", { response_format: { type: "json_object" } }),
  "one tool call": ask("What is the weather in Paris?", { tools: [weather] }),
  "two tool calls": ask("北京和上海的天气怎么样？", { tools: [weather] }),
  "arguments cut by the limit": ask("What is the weather in Paris?", { tools: [weather], max_tokens: 60 }),
  "a search": ask("Search the latest news", {
    tools: [{ type: "web_search", web_search: { search_engine: "search_std" } }]
  }),
  "tool results": {
    model: "glm-4.6",
    messages: [
      user("What is the weather in Paris?"),
      {
        role: "assistant",
        content: "",
        tool_calls: [{ id: "c1", type: "function", function: { name: "get_weather", arguments: "{}" } }]
      },
      { role: "tool", tool_call_id: "c1", content: "21 degrees and sunny" }
    ],
    tools: [weather]
  }
}

describe("the wire", () => {
  it.live("frames a stream as the service does", () =>
    Effect.gen(function* () {
      const response = yield* post(ask("Why is the sky blue?", { stream: true }))
      expect(response.status).toBe(200)
      expect(response.headers.get("content-type")).toBe("text/event-stream;charset=UTF-8")
      const body = yield* text(response)
      expect(body).not.toContain("\r")
      expect(body.endsWith("data: [DONE]\n\n")).toBe(true)
      for (const event of body.split("\n\n").slice(0, -1)) expect(event).toMatch(/^data: \S/)
      const chunks = chunksOf(body)
      const [first] = dataOf(body)
      expect(first).toMatch(
        /^\{"id":"\d{14}[0-9a-f]{16}","created":\d{10},"object":"chat\.completion\.chunk","model":"glm-4\.6","choices":\[\{"index":0,"delta":\{"role":"assistant","reasoning_content":"/
      )
      expect(dataOf(body).at(-2)).toMatch(
        /"choices":\[\{"index":0,"finish_reason":"stop","delta":\{"role":"assistant","content":""\}\}\],"usage":\{"prompt_tokens":\d+,"completion_tokens":\d+,"total_tokens":\d+,"prompt_tokens_details":\{"cached_tokens":\d+\},"completion_tokens_details":\{"reasoning_tokens":\d+\}\}\}$/
      )
      expect(chunks.slice(0, -1).every((chunk) => !("finish_reason" in chunk["choices"][0]))).toBe(true)
      const order = chunks.slice(0, -1).map((chunk) => ("reasoning_content" in chunk["choices"][0].delta ? 0 : 1))
      expect(order).toEqual(order.toSorted())
      expect(new Set(order).size).toBe(2)
      expect(order.length).toBeGreaterThan(15)
    }).pipe(withSimulator())
  )

  it.live("writes whole replies with sorted keys and a request id", () =>
    Effect.gen(function* () {
      const response = yield* post(ask("Hi"))
      expect(response.headers.get("content-type")).toBe("application/json; charset=UTF-8")
      const body = yield* text(response)
      expect(body).toMatch(/^\{"choices":\[\{"finish_reason":"stop","index":0,"message":\{"content":/)
      const parsed: Json = JSON.parse(body)
      expect(Object.keys(parsed)).toEqual(Object.keys(parsed).toSorted())
      expect(parsed["request_id"]).toBe(parsed["id"])
      const named = yield* postJson(ask("Hi", { request_id: "my-request" }))
      expect(named).toEqual({ ...parsed, request_id: "my-request" })
    }).pipe(withSimulator())
  )

  for (const [name, request] of Object.entries(requests)) {
    it.live(`the whole reply is the fold of the stream: ${name}`, () =>
      Effect.gen(function* () {
        const { request_id: _, ...whole } = yield* postJson(request)
        expect(ChunkEvent.toCompletion(eventsOf(yield* streamed(request)))).toEqual(whole)
        expect(ChunkEvent.toCompletion(eventsOf(yield* streamed({ ...request, tool_stream: true })))).toEqual(whole)
      }).pipe(withSimulator())
    )
  }

  it.live("sends a tool call whole, without a role", () =>
    Effect.gen(function* () {
      const chunks = yield* streamed(ask("What is the weather in Paris?", { tools: [weather] }))
      const calls = chunks.filter((chunk) => "tool_calls" in chunk["choices"][0].delta)
      expect(calls).toHaveLength(1)
      const delta = calls[0]?.["choices"][0].delta
      expect(Object.keys(delta)).toEqual(["tool_calls"])
      expect(delta.tool_calls[0]).toEqual({
        id: expect.stringMatching(/^call_[0-9a-f]{24}$/),
        index: 0,
        type: "function",
        function: { name: "get_weather", arguments: `{"city":"Paris","unit":"celsius"}` }
      })
      expect(chunks.at(-1)?.["choices"][0].finish_reason).toBe("tool_calls")
    }).pipe(withSimulator())
  )

  it.live("streams arguments in fragments when asked to", () =>
    Effect.gen(function* () {
      const request = ask("北京和上海的天气怎么样？", { tools: [weather], tool_stream: true })
      const chunks = yield* streamed(request)
      const calls = chunks.flatMap((chunk) => chunk["choices"][0].delta.tool_calls ?? [])
      expect(calls.length).toBeGreaterThan(4)
      for (const index of [0, 1]) {
        const [first, ...rest] = calls.filter((call) => call.index === index)
        expect(Object.keys(first)).toEqual(["id", "index", "type", "function"])
        for (const call of rest) expect(call).toEqual({ index, function: { arguments: expect.any(String) } })
        const joined = [first, ...rest].map((call) => call.function.arguments).join("")
        expect(JSON.parse(joined)).toEqual({ city: index === 0 ? "北京" : "上海", unit: "celsius" })
      }
      const older = yield* streamed({ ...request, model: "glm-4.5" })
      expect(older.flatMap((chunk) => chunk["choices"][0].delta.tool_calls ?? [])).toHaveLength(2)
    }).pipe(withSimulator())
  )

  it.live("searches when asked to, with the results on the finish chunk", () =>
    Effect.gen(function* () {
      const search = { type: "web_search", web_search: { search_engine: "search_std", count: 2 } }
      const chunks = yield* streamed(ask("Search the latest news", { tools: [search] }))
      expect(chunks.at(-1)?.["web_search"]).toHaveLength(2)
      expect(chunks.filter((chunk) => "web_search" in chunk)).toHaveLength(1)
      const quiet = yield* streamed(ask("Hello", { tools: [search] }))
      expect(quiet.some((chunk) => "web_search" in chunk)).toBe(false)
    }).pipe(withSimulator())
  )
})

describe("the answers", () => {
  const contentOf = (request: Json) =>
    Effect.map(postJson(request), (body): string => body["choices"][0].message.content)

  it.live("depend on the seed and the request alone", () =>
    Effect.gen(function* () {
      const request = ask("Why is the sky blue?")
      const first = yield* postText(request)
      expect(yield* postText(request)).toBe(first)
      expect(yield* postText(request).pipe(withSimulator())).toBe(first)
      expect(yield* postText(request).pipe(withSimulator({ seed: 2 }))).not.toBe(first)
      expect(yield* postText(ask("Why is the sky red?"))).not.toBe(first)
    }).pipe(withSimulator())
  )

  it.live("are in the language of the prompt", () =>
    Effect.gen(function* () {
      expect(yield* contentOf(ask("你好，世界"))).toMatch(/\p{Script=Han}{5}/u)
      expect(yield* contentOf(ask("Hello, world"))).not.toMatch(/\p{Script=Han}/u)
    }).pipe(withSimulator())
  )

  it.live("remember earlier turns", () =>
    Effect.gen(function* () {
      const turns = (...texts: ReadonlyArray<string>) => ({
        model: "glm-4.6",
        messages: texts.map((content, index) => (index % 2 === 0 ? user(content) : { role: "assistant", content }))
      })
      expect(yield* contentOf(turns("My name is Ada.", "Hi Ada", "What is my name?"))).toBe("Your name is Ada.")
      expect(yield* contentOf(turns("我叫小明，你好", "你好", "我叫什么名字？"))).toBe("你的名字是小明。")
      expect(yield* contentOf(turns("What is my name?"))).toContain("not told me")
      expect(yield* contentOf(turns("I like tea", "Good", "What did I say?"))).toContain("I like tea")
      expect(yield* contentOf(turns("Rain", "Yes", "And snow?"))).toContain("turn 2")
    }).pipe(withSimulator())
  )

  it.live("use the results of tools", () =>
    Effect.gen(function* () {
      expect(yield* contentOf(requests["tool results"] ?? {})).toContain("get_weather says: 21 degrees and sunny")
    }).pipe(withSimulator())
  )

  it.live("follow max_tokens, stop, response_format and thinking", () =>
    Effect.gen(function* () {
      const short = yield* postJson(ask("Tell me 500 words", { max_tokens: 5 }))
      expect(short["choices"][0].finish_reason).toBe("length")
      expect(short["choices"][0].message.content).toBe("")
      expect(short["usage"].completion_tokens).toBe(5)
      expect(yield* contentOf(ask("count to 9", { stop: ["4", "6"] }))).toBe("1, 2, 3, ")
      expect(JSON.parse(yield* contentOf(ask("Hi", { response_format: { type: "json_object" } })))).toHaveProperty(
        "answer"
      )
      const plain = yield* postJson(ask("Hi", { thinking: { type: "disabled" } }))
      expect(plain["choices"][0].message).not.toHaveProperty("reasoning_content")
      const older = yield* postJson({ ...ask("Hi"), model: "glm-4-plus" })
      expect(older["choices"][0].message).not.toHaveProperty("reasoning_content")
      const effort = yield* postJson({ ...ask("Hi", { reasoning_effort: "none" }), model: "glm-5.2" })
      expect(effort["choices"][0].message).not.toHaveProperty("reasoning_content")
    }).pipe(withSimulator())
  )

  it.live("call the tools that the prompt asks for", () =>
    Effect.gen(function* () {
      const callsOf = (request: Json) =>
        Effect.map(postJson(request), (body) =>
          (body["choices"][0].message.tool_calls ?? []).map((call: Json) => [
            call["function"].name,
            JSON.parse(call["function"].arguments)
          ])
        )
      const add = numbers("add", "Add two numbers")
      const multiply = numbers("multiply", "Multiply two numbers")
      expect(yield* callsOf(ask("Add and multiply the numbers 2 and 3", { tools: [add, multiply] }))).toEqual([
        ["add", { a: 2, b: 3 }],
        ["multiply", { a: 2, b: 3 }]
      ])
      expect(yield* callsOf(ask("Hello there", { tools: [add, weather] }))).toEqual([])
      expect(yield* callsOf(ask("Is it sunny weather in Rome and Vienna?", { tools: [weather] }))).toHaveLength(2)
      expect(
        yield* callsOf(
          ask("Hello", { tools: [add, weather], tool_choice: { type: "function", function: { name: "add" } } })
        )
      ).toEqual([["add", { a: 10, b: 10 }]])
      const nested = {
        type: "function",
        function: {
          name: "save_person",
          description: "Saves a person",
          parameters: {
            type: "object",
            properties: {
              person: { $ref: "#/$defs/person" },
              tags: { type: "array", items: { enum: ["a", "b"] } },
              note: { type: "string" },
              when: { anyOf: [{ type: "null" }, { type: "string", format: "date" }] }
            },
            required: ["person", "tags", "when"],
            $defs: {
              person: {
                type: "object",
                properties: { age: { type: "integer", minimum: 18, maximum: 99 }, ok: { type: "boolean" } },
                required: ["age", "ok"]
              }
            }
          }
        }
      }
      expect(yield* callsOf(ask("save_person please", { tools: [nested] }))).toEqual([
        ["save_person", { person: { age: 19, ok: true }, tags: ["a"], when: "2026-01-15" }]
      ])
    }).pipe(withSimulator())
  )
})

describe("the service", () => {
  it.live("tells where it is and what came", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      expect(simulator.baseUrl).toBe(`http://127.0.0.1:${simulator.port}/api/paas/v4`)
      yield* postJson(ask("Hi"), { headers: { "x-test": "yes" } })
      const [request] = yield* simulator.requests
      expect(request).toMatchObject({
        index: 0,
        method: "POST",
        path: "/api/paas/v4/chat/completions",
        auth: "api-key",
        body: ask("Hi")
      })
      expect(request?.headers).toMatchObject({ authorization: "<redacted>", "x-test": "yes" })
      expect(yield* simulator.stats).toMatchObject({
        requests: 1,
        completed: 1,
        inFlight: 0,
        peakInFlight: 1,
        connections: 1
      })
      yield* simulator.reset
      expect(yield* simulator.requests).toEqual([])
      expect(yield* simulator.stats).toMatchObject({ requests: 0, completed: 0, peakInFlight: 0 })
    }).pipe(withSimulator())
  )
})
