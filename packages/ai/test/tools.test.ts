/** Tools on the wire: those of a toolkit, those of the service, and which of them may be called. */
import { ZhipuTool } from "@effect-zhipu/ai"
import type { ChunkEvent } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import { LanguageModel, Tool, Toolkit } from "@effect/ai"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { collect, failed, mocked, plain, request, typesOf } from "./support/model.js"

const Weather = Tool.make("get_weather", {
  description: "The weather in a city",
  parameters: { city: Schema.String },
  success: Schema.String
})
const Time = Tool.make("get_time", { success: Schema.String })

const toolkit = Toolkit.make(Weather, Time)
const handlers = toolkit.toLayer({ get_weather: () => Effect.succeed("rain"), get_time: () => Effect.succeed("noon") })

const calls = (name: string) => MockChat.toolCall({ name, arguments: name === "get_time" ? {} : { city: "London" } })

const ask = (toolChoice?: LanguageModel.ToolChoice<"get_weather" | "get_time">) =>
  LanguageModel.generateText({ prompt: "Hello", toolkit, toolChoice }).pipe(Effect.provide(handlers))

const must = /^You must call one of the tools/

describe("functions", () => {
  it.effect("are offered with their schemas", () =>
    Effect.gen(function* () {
      yield* ask()
      const { tool_choice: choice, tools } = yield* request
      expect(choice).toBeUndefined()
      expect(tools).toEqual([
        {
          type: "function",
          function: {
            name: "get_weather",
            description: "The weather in a city",
            parameters: {
              type: "object",
              required: ["city"],
              properties: { city: { type: "string" } },
              additionalProperties: false
            }
          }
        },
        {
          type: "function",
          function: {
            name: "get_time",
            description: "get_time",
            parameters: { type: "object", required: [], properties: {}, additionalProperties: false }
          }
        }
      ])
    }).pipe(Effect.provide(mocked([MockChat.text("Hi")])))
  )

  it.effect("are offered without references and unions of single types", () =>
    Effect.gen(function* () {
      class Place extends Schema.Class<Place>("Place")({ city: Schema.String, zip: Schema.NullOr(Schema.String) }) {}
      const routes = Toolkit.make(Tool.make("route", { parameters: { from: Place, to: Place } }))
      yield* LanguageModel.generateText({ prompt: "Hello", toolkit: routes }).pipe(
        Effect.provide(routes.toLayer({ route: () => Effect.void }))
      )
      const sent = JSON.stringify((yield* request).tools)
      expect(sent).not.toMatch(/\$ref|\$defs|anyOf/)
      expect(sent).toContain('"zip":{"type":["string","null"]}')
    }).pipe(Effect.provide(mocked([MockChat.text("Hi")])))
  )

  it.effect("whose parameters have no JSON Schema are told before anything is sent", () =>
    Effect.gen(function* () {
      const bad = Toolkit.make(Tool.make("book", { parameters: { on: Schema.DateFromSelf } }))
      const error = yield* LanguageModel.generateText({ prompt: "Hello", toolkit: bad }).pipe(
        Effect.provide(bad.toLayer({ book: () => Effect.void })),
        failed
      )
      expect(error).toMatchObject({ _tag: "MalformedInput", description: expect.stringContaining("the tool book") })
    }).pipe(Effect.provide(mocked([])))
  )

  it.effect("of a call without arguments", () =>
    Effect.gen(function* () {
      const response = yield* ask()
      expect(response.toolResults.map(plain)).toMatchObject([{ name: "get_time", result: "noon" }])
    }).pipe(Effect.provide(mocked([MockChat.toolCall({ name: "get_time", arguments: "{}" })])))
  )
})

/** GLM documents no choice but auto: what may not be called is not offered, what must be is told in words. */
describe("tool choice", () => {
  it.effect.each<
    readonly [string, LanguageModel.ToolChoice<"get_weather" | "get_time">, ReadonlyArray<string>, boolean]
  >([
    ["auto", "auto", ["get_weather", "get_time"], false],
    ["required", "required", ["get_weather", "get_time"], true],
    ["a tool", { tool: "get_time" }, ["get_time"], true],
    ["one of some", { oneOf: ["get_time"] }, ["get_time"], false],
    ["one of some, required", { mode: "required", oneOf: ["get_time"] }, ["get_time"], true]
  ])("%s", ([, choice, names, required]) =>
    Effect.gen(function* () {
      yield* ask(choice)
      const { messages, tool_choice: sent, tools } = yield* request
      expect(tools?.map((tool) => Object(tool)["function"]["name"])).toEqual(names)
      expect(sent).toBeUndefined()
      expect(messages[0]?.role).toBe(required ? "system" : "user")
      if (required) expect(messages[0]?.content).toMatch(must)
    }).pipe(Effect.provide(mocked([calls("get_time")])))
  )

  it.effect("none offers nothing", () =>
    Effect.gen(function* () {
      yield* ask("none")
      expect(yield* request).toEqual({ model: "glm-4.6", messages: [{ role: "user", content: "Hello" }] })
    }).pipe(Effect.provide(mocked([MockChat.text("Hi")])))
  )

  it.effect("a tool outside the choice that is called all the same is not run", () =>
    Effect.gen(function* () {
      const error = yield* failed(ask({ tool: "get_time" }))
      expect(error).toMatchObject({ _tag: "MalformedOutput", description: expect.stringContaining("get_weather") })
    }).pipe(Effect.provide(mocked([calls("get_weather")])))
  )

  it.effect("required, and none called, is an error; but an answer that was cut tells so itself", () =>
    Effect.gen(function* () {
      const error = yield* failed(ask("required"))
      expect(error).toMatchObject({ _tag: "MalformedOutput", description: expect.stringContaining("called no tool") })
      expect((yield* ask("required")).finishReason).toBe("length")
    }).pipe(Effect.provide(mocked([MockChat.text("Hi"), MockChat.text("Hi", { finishReason: "length" })])))
  )

  it.effect("of the wire, for models that take one", () =>
    Effect.gen(function* () {
      yield* ask()
      expect(yield* request).toMatchObject({ tool_choice: { type: "function", function: { name: "get_time" } } })
    }).pipe(
      Effect.provide(mocked([calls("get_time")], { tool_choice: { type: "function", function: { name: "get_time" } } }))
    )
  )
})

describe("tools of the service", () => {
  const provided = Toolkit.make(
    Weather,
    ZhipuTool.WebSearch({ search_engine: "search_pro", count: 2 }),
    ZhipuTool.Retrieval({ knowledge_id: "k1" }),
    ZhipuTool.Mcp({ server_label: "docs", allowed_tools: ["read"] })
  )
  const layer = provided.toLayer({ get_weather: () => Effect.succeed("rain") })

  const pages = [
    { title: "One", link: "https://example.com/1", content: "first", media: "example.com", refer: "ref_1" },
    { title: "Two", link: "", content: "second", publish_date: "2026-01-15", refer: "ref_2" }
  ]
  const mcp = { type: "mcp_call", server_label: "docs", name: "read", arguments: '{"page":1}', output: "text" }

  const events: ReadonlyArray<ChunkEvent.ChunkEvent> = [
    { _tag: "Started", id: "c1" },
    { _tag: "ContentDelta", choice: 0, text: "Found [ref_1]" },
    { _tag: "Extra", choice: 0, fields: { tool_calls: [{ id: "m1", index: 0, type: "mcp", mcp }] } },
    { _tag: "ToolCallStarted", choice: 0, index: 0, id: "a", name: "get_weather" },
    { _tag: "ToolCallDelta", choice: 0, index: 0, arguments: '{"city":"London"}' },
    { _tag: "WebSearch", results: pages },
    { _tag: "ToolCallCompleted", choice: 0, index: 0, id: "a", name: "get_weather", arguments: '{"city":"London"}' },
    { _tag: "Finished", choice: 0, reason: "tool_calls" }
  ]

  it.effect("are offered under the vendor's names", () =>
    Effect.gen(function* () {
      yield* LanguageModel.generateText({ prompt: "Hello", toolkit: provided })
      expect((yield* request).tools?.slice(1)).toEqual([
        { type: "web_search", web_search: { search_engine: "search_pro", count: 2 } },
        { type: "retrieval", retrieval: { knowledge_id: "k1" } },
        { type: "mcp", mcp: { server_label: "docs", allowed_tools: ["read"] } }
      ])
    }).pipe(Effect.provide([layer, mocked([MockChat.text("Hi")])]))
  )

  const found = [
    {
      type: "source",
      sourceType: "url",
      id: "ref_1",
      title: "One",
      url: new URL("https://example.com/1"),
      metadata: { zhipu: { content: "first", media: "example.com" } }
    },
    {
      type: "source",
      sourceType: "document",
      id: "ref_2",
      title: "Two",
      mediaType: "text/plain",
      metadata: { zhipu: { content: "second", publishDate: "2026-01-15" } }
    }
  ]
  const ran = [
    { type: "tool-call", id: "c1_web_search", name: "ZhipuWebSearch", params: {}, providerExecuted: true },
    { type: "tool-result", id: "c1_web_search", name: "ZhipuWebSearch", result: pages, providerExecuted: true },
    {
      type: "tool-call",
      id: "m1",
      name: "ZhipuMcp",
      params: { server_label: "docs", name: "read", arguments: '{"page":1}' },
      providerName: "mcp"
    },
    { type: "tool-result", id: "m1", name: "ZhipuMcp", result: mcp, isFailure: false },
    { type: "tool-call", id: "a", name: "get_weather", providerExecuted: false },
    { type: "finish" },
    { type: "tool-result", id: "a", result: "rain" }
  ]

  it.effect("give sources as they come, and calls with results at the end; handlers run for your own alone", () =>
    Effect.gen(function* () {
      const { error, parts } = yield* collect(LanguageModel.streamText({ prompt: "Hello", toolkit: provided }))
      expect(error).toBeUndefined()
      const from = typesOf(parts).indexOf("source")
      expect(parts.slice(from, from + 2).map(plain)).toMatchObject(found)
      expect(parts.slice(from + 2).map(plain)).toMatchObject([{ type: "tool-params-end" }, ...ran])
    }).pipe(Effect.provide([layer, mocked([events])]))
  )

  it.effect("the same without streaming", () =>
    Effect.gen(function* () {
      const response = yield* LanguageModel.generateText({ prompt: "Hello", toolkit: provided })
      expect(response.content.slice(1).map(plain)).toMatchObject([{ type: "text" }, ...found, ...ran])
    }).pipe(Effect.provide([layer, mocked([events])]))
  )

  it.effect("that are not in the toolkit: sources all the same, and the call with finish", () =>
    Effect.gen(function* () {
      const { error, parts } = yield* collect(
        LanguageModel.streamText({ prompt: "Hello", toolkit, disableToolCallResolution: true })
      )
      expect(error).toBeUndefined()
      expect(typesOf(parts).filter((type) => type === "source" || type === "tool-call")).toEqual([
        "source",
        "source",
        "tool-call"
      ])
      expect(parts.at(-1)?.metadata).toMatchObject({ zhipu: { toolCalls: [{ id: "m1", type: "mcp", mcp }] } })
    }).pipe(Effect.provide([handlers, mocked([events])]))
  )

  it.effect("a search satisfies a choice that demands a call", () =>
    Effect.gen(function* () {
      const search = Toolkit.make(ZhipuTool.WebSearch({ search_engine: "search_pro" }))
      const response = yield* LanguageModel.generateText({ prompt: "Hello", toolkit: search, toolChoice: "required" })
      expect(response.toolResults).toHaveLength(1)
    }).pipe(
      Effect.provide(
        mocked([
          [
            { _tag: "Started", id: "c1" },
            { _tag: "WebSearch", results: pages },
            { _tag: "Finished", choice: 0, reason: "stop" }
          ]
        ])
      )
    )
  )

  it.effect("of another provider are refused before anything is sent", () =>
    Effect.gen(function* () {
      const foreign = Toolkit.make(
        Tool.providerDefined({ id: "other.search", toolkitName: "OtherSearch", providerName: "search", args: {} })({})
      )
      const error = yield* failed(LanguageModel.generateText({ prompt: "Hello", toolkit: foreign }))
      expect(error).toMatchObject({ _tag: "MalformedInput", description: expect.stringContaining("OtherSearch") })
    }).pipe(Effect.provide(mocked([])))
  )
})
