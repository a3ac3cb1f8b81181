/** Tools whose JSON Schema the service is known to refuse: how they are told of. */
import { describe, expect, it } from "@effect/vitest"
import {
  type ChatRequest,
  ChunkEvent,
  Message,
  RetryPolicy,
  StructuredOutput,
  Tool,
  ZhipuChat
} from "@effect-zhipu/client"
import { Effect, JSONSchema, Logger, Schema, Stream } from "effect"
import { answer } from "./support/decoding.js"
import { client, completion, errorReply, jsonReply, mock, request, streamed } from "./support/http.js"

const object = (properties: Readonly<Record<string, unknown>>, rest: object = {}) => ({
  type: "object",
  properties,
  ...rest
})

const raw = (name: string, parameters: Readonly<Record<string, unknown>>): Tool.FunctionTool => ({
  type: "function",
  function: { name, parameters }
})

const plain = raw("get_time", object({ zone: { type: "string" } }))
const union = raw("set_mode", object({ mode: { anyOf: [object({}), { type: "string" }] } }))
const tree = object({ children: { type: "array", items: { $ref: "#/$defs/Tree" } } })
const recursive = Tool.fn({
  name: "grow",
  parameters: object({ tree: { $ref: "#/$defs/Tree" } }, { $defs: { Tree: tree } })
})
const search = Tool.webSearch({ search_engine: "search_std" })

const both = (tools: ReadonlyArray<Tool.Tool> | undefined, answers: Parameters<typeof mock>[0]) => {
  const asked: ChatRequest.ChatRequest = tools === undefined ? request : { ...request, tools }
  const options = { retry: RetryPolicy.none }
  return Effect.all([
    Effect.flip(ZhipuChat.complete(asked)),
    Effect.flip(ChunkEvent.fold(ZhipuChat.stream(asked))),
    Effect.flip(Stream.runDrain(ZhipuChat.stream(asked)))
  ]).pipe(Effect.provide(client(mock(answers), options)))
}

const networkError = errorReply(500, "1234", "网络错误，错误id：2026x，请稍后重试")
const hint = /JSON Schema of a tool/

describe("an error 1234", () => {
  it.effect("of a request with tools names those whose schema is to be looked at", () =>
    Effect.gen(function* () {
      for (const error of yield* both([plain, union, recursive, search], networkError)) {
        expect(error).toMatchObject({ _tag: "ServerError", code: "1234", status: 500, isRetryable: true })
        expect(error.message).toMatch(hint)
        expect(error.message).toContain("set_mode (anyOf), grow ($ref)")
        expect(error.message).not.toContain("get_time")
      }
    })
  )

  it.effect("of a request with simple tools says what to try", () =>
    Effect.gen(function* () {
      for (const error of yield* both([plain], networkError)) expect(error.message).toMatch(/ask once without tools/)
    })
  )

  it.effect("names a few of many tools", () =>
    Effect.gen(function* () {
      const many = Array.from({ length: 100 }, (_, index) => raw(`tool_${index}`, object({ a: { oneOf: [{}, {}] } })))
      for (const { message } of yield* both(many, networkError)) {
        expect(message).toContain("tool_4 (oneOf) and 95 more")
        expect(message.length).toBeLessThan(600)
      }
    })
  )

  it.effect("says nothing of tools where there are none, or none of functions", () =>
    Effect.gen(function* () {
      for (const tools of [undefined, [], [search]]) {
        for (const error of yield* both(tools, networkError)) expect(error.message).not.toMatch(hint)
      }
    })
  )

  it.effect("alone is told so: another error says nothing of tools", () =>
    Effect.gen(function* () {
      for (const error of yield* both([union], errorReply(500, "500"))) expect(error.message).not.toMatch(hint)
      for (const error of yield* both([union], errorReply(429, "1302"))) expect(error.message).not.toMatch(hint)
    })
  )
})

describe("an empty answer", () => {
  const empty = [
    `data: {"id":"c","model":"glm-4.6","choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}\n\n`,
    `data: {"id":"c","model":"glm-4.6","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n`,
    "data: [DONE]\n\n"
  ]

  it.effect("to a request with tools is no success, and names those whose schema is to be looked at", () =>
    Effect.gen(function* () {
      for (const error of yield* both([plain, union], [streamed(...empty), streamed(...empty), streamed(...empty)])) {
        expect(error).toMatchObject({ _tag: "CorruptStreamError", reason: "EmptyResponse" })
        expect(error.message).toContain("look at the parameters of set_mode (anyOf)")
      }
    })
  )

  it.effect("to a request with simple tools names none", () =>
    Effect.gen(function* () {
      for (const error of yield* both([plain], [streamed(...empty), streamed(...empty), streamed(...empty)])) {
        expect(error).toMatchObject({ _tag: "CorruptStreamError", reason: "EmptyResponse" })
        expect(error.message).not.toMatch(hint)
      }
    })
  )
})

describe("a tool whose type refers to itself", () => {
  it.effect("keeps its reference, of which the client warns once", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.make<unknown, void>(({ message }) => {
        lines.push(String(message))
      })
      const over = mock([jsonReply(completion()), streamed(answer("Hi"))])
      const asked = { ...request, tools: [plain, union, recursive] }
      yield* Effect.zipRight(ZhipuChat.complete(asked), Stream.runDrain(ZhipuChat.stream(asked))).pipe(
        Effect.provide([client(over), Logger.replace(Logger.defaultLogger, logger)])
      )
      expect(lines).toEqual([expect.stringMatching(/^The parameters of the tool grow hold a \$ref/)])
      expect(JSON.parse(over.sent[0]?.body ?? "").tools[2].function.parameters).toEqual(
        object({ tree: { $ref: "#/$defs/Tree" } }, { $defs: { Tree: tree } })
      )
    })
  )
})

class Name extends Schema.Class<Name>("Name")({ first: Schema.String, nick: Schema.NullOr(Schema.String) }) {}

describe("schemas that are written", () => {
  it("by Tool.fn are without references, also those of Effect's JSONSchema", () => {
    const { function: offered } = Tool.fn({
      name: "greet",
      strict: true,
      parameters: JSONSchema.make(Schema.Struct({ a: Name, b: Schema.optional(Name) }))
    })
    const name = {
      type: "object",
      required: ["first", "nick"],
      properties: { first: { type: "string" }, nick: { type: ["string", "null"] } },
      additionalProperties: false
    }
    expect(offered.parameters).toMatchObject({ type: "object", properties: { a: name, b: name } })
    expect(offered.parameters).not.toHaveProperty("$defs")
    expect(offered).toMatchObject({ name: "greet", strict: true })
  })

  it.effect(
    "into the instructions for an object are without references as well, but where a type refers to itself",
    () =>
      Effect.gen(function* () {
        interface Tree {
          readonly name: Name
          readonly children: ReadonlyArray<Tree>
        }
        interface Encoded {
          readonly name: typeof Name.Encoded
          readonly children: ReadonlyArray<Encoded>
        }
        const Tree: Schema.Schema<Tree, Encoded> = Schema.Struct({
          name: Name,
          children: Schema.Array(Schema.suspend((): Schema.Schema<Tree, Encoded> => Tree))
        }).annotations({ identifier: "Tree" })
        const value = { name: { first: "A", nick: null }, children: [] }
        const over = mock([
          streamed(answer(JSON.stringify({ a: value.name }))),
          streamed(answer(JSON.stringify(value)))
        ])
        const messages = [Message.user("Go.")]
        yield* StructuredOutput.generate({
          request: { model: "glm-4.6", messages },
          schema: Schema.Struct({ a: Name })
        }).pipe(
          Effect.zipRight(StructuredOutput.generate({ request: { model: "glm-4.6", messages }, schema: Tree })),
          Effect.provide(client(over))
        )
        const [first, second] = over.sent.map(({ body }) => String(JSON.parse(body).messages[0].content))
        expect(first).not.toMatch(/\$ref|\$defs|anyOf/)
        expect(first).toContain('"nick":{"type":["string","null"]}')
        expect(second?.match(/\$ref/g)).toHaveLength(2)
        expect(second).not.toContain("#/$defs/Name")
      })
  )
})
