/** `generateText` and `generateObject`: whole answers. */
import { MockChat, MockHttpClient } from "@effect-zhipu/testing"
import { Message, Zhipu } from "@effect-zhipu/client"
import { ZhipuLanguageModel } from "@effect-zhipu/ai"
import { LanguageModel, Tool, Toolkit } from "@effect/ai"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema } from "effect"
import { failed, mocked, plain, request } from "./support/model.js"

const Contact = Schema.Struct({ name: Schema.String, born: Schema.NumberFromString }).annotations({
  description: "Somebody to call"
})

const contact = LanguageModel.generateObject({ prompt: "Ada, 1815", schema: Contact, objectName: "contact" })
const ada = `{"name":"Ada","born":"1815"}`

/** A model over a real client that gets one document. */
const answered = (document: unknown) =>
  ZhipuLanguageModel.layer({ model: "glm-4.6" }).pipe(
    Layer.provide(Zhipu.layer({ apiKey: Redacted.make("fictional-id.fictional-secret") })),
    Layer.provide(
      MockHttpClient.layer([{ headers: { "content-type": "application/json" }, body: JSON.stringify(document) }])
    )
  )

const completion = (message: object, rest: object = {}, reason = "stop") => ({
  id: "c1",
  request_id: "r1",
  created: 1_700_000_000,
  model: "glm-4.6",
  choices: [{ index: 0, finish_reason: reason, message: { role: "assistant", ...message } }],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7, prompt_tokens_details: { cached_tokens: 2 } },
  ...rest
})

const Add = Tool.make("add", { parameters: { a: Schema.Number, b: Schema.Number }, success: Schema.Number })
const toolkit = Toolkit.make(Add)
const handlers = toolkit.toLayer({ add: ({ a, b }) => Effect.succeed(a + b) })
const fn = (name: string, args: string, id?: string) => ({
  ...(id === undefined ? {} : { id }),
  type: "function",
  function: { name, arguments: args }
})

it.effect("the schema of an object is told without references and unions of single types", () =>
  Effect.gen(function* () {
    class Place extends Schema.Class<Place>("Place")({ city: Schema.String, zip: Schema.NullOr(Schema.String) }) {}
    yield* LanguageModel.generateObject({ prompt: "Where?", schema: Schema.Struct({ at: Place }) })
    const [system] = (yield* request).messages
    expect(JSON.stringify(system)).not.toMatch(/\$ref|\$defs|anyOf/)
  }).pipe(Effect.provide(mocked([MockChat.text('{"at":{"city":"A","zip":null}}')])))
)

describe("generateText", () => {
  it.effect("parts in order, with text and reasoning as they came", () =>
    Effect.gen(function* () {
      const response = yield* LanguageModel.generateText({ prompt: "2 + 3", toolkit })
      expect(response.content.map(plain)).toMatchObject([
        { type: "response-metadata", metadata: { zhipu: { requestId: "r1" } } },
        { type: "reasoning", text: " Hm.\n" },
        { type: "text", text: "\nI add." },
        { type: "tool-call", id: "a", params: { a: 2, b: 3 } },
        { type: "tool-call", id: "call_c1_0_1", params: { a: 4, b: 5 } },
        {
          type: "finish",
          reason: "tool-calls",
          usage: { inputTokens: 3, outputTokens: 4, totalTokens: 7, cachedInputTokens: 2 }
        },
        { type: "tool-result", id: "a", result: 5 },
        { type: "tool-result", id: "call_c1_0_1", result: 9 }
      ])
      expect(response.usage.reasoningTokens).toBeUndefined()
    }).pipe(
      Effect.provide([
        handlers,
        answered(
          completion(
            {
              content: "\nI add.",
              reasoning_content: " Hm.\n",
              tool_calls: [fn("add", '{"a":2,"b":3}', "a"), fn("add", '{"a":4,"b":5}')]
            },
            {},
            "tool_calls"
          )
        )
      ])
    )
  )

  it.effect.each<readonly [string, string, string]>([
    ["length", '{"a":2,"b', "ToolArgumentsTruncated"],
    ["tool_calls", "a = 2", "ToolArgumentsMalformed"]
  ])("finish reason %s, arguments %s: no call is given out", ([reason, args, code]) =>
    Effect.gen(function* () {
      const error = yield* failed(LanguageModel.generateText({ prompt: "2 + 3", toolkit }))
      expect(error).toMatchObject({ _tag: "MalformedOutput", cause: { _tag: "Warning", code } })
    }).pipe(
      Effect.provide([
        handlers,
        answered(
          completion({ content: "", tool_calls: [fn("add", '{"a":2,"b":3}', "a"), fn("add", args, "b")] }, {}, reason)
        )
      ])
    )
  )

  it.effect("what moderation saw", () =>
    Effect.gen(function* () {
      const response = yield* LanguageModel.generateText({ prompt: "Hello" })
      expect(response.finishReason).toBe("content-filter")
      expect(response.content.at(-1)?.metadata).toEqual({
        zhipu: { finishReason: "sensitive", contentFilter: [{ role: "assistant", level: 0 }] }
      })
    }).pipe(
      Effect.provide(
        answered(completion({ content: "Hi" }, { content_filter: [{ role: "assistant", level: 0 }] }, "sensitive"))
      )
    )
  )

  it.effect("text that looks like a fenced object is left as it is", () =>
    Effect.gen(function* () {
      const response = yield* LanguageModel.generateText({ prompt: "Hello" })
      expect(response.text).toBe("```json\n{}\n```")
    }).pipe(Effect.provide(mocked([MockChat.text("```json\n{}\n```")])))
  )
})

describe("generateObject", () => {
  it.effect("asks for JSON, with the schema in the instructions", () =>
    Effect.gen(function* () {
      const { value } = yield* contact
      expect(value).toEqual({ name: "Ada", born: 1815 })
      const { messages, response_format: format, ...rest } = yield* request
      expect(rest).toEqual({ model: "glm-4.6" })
      expect(format).toEqual({ type: "json_object" })
      expect(messages).toEqual([
        { role: "system", content: expect.stringContaining(`("contact": Somebody to call)`) },
        Message.user("Ada, 1815")
      ])
      const text = String(messages[0]?.content)
      expect(JSON.parse(text.slice(text.indexOf("\n") + 1))).toMatchObject({
        type: "object",
        required: ["name", "born"],
        properties: { name: { type: "string" }, born: { type: "string" } }
      })
    }).pipe(Effect.provide(mocked([MockChat.text(ada)])))
  )

  it.effect("asks a vision model by the instructions alone: it does not take the field", () =>
    Effect.gen(function* () {
      yield* contact.pipe(ZhipuLanguageModel.withConfigOverride({ model: "glm-4.6v" }))
      const { messages, response_format: format } = yield* request
      expect(format).toBeUndefined()
      expect(messages[0]?.content).toContain("JSON Schema")
    }).pipe(Effect.provide(mocked([MockChat.text(ada)])))
  )

  it.effect("adds to a system message that is there", () =>
    Effect.gen(function* () {
      yield* LanguageModel.generateObject({
        schema: Contact,
        prompt: [
          { role: "system", content: "Be exact." },
          { role: "user", content: "Ada, 1815" }
        ]
      })
      const { messages } = yield* request
      expect(messages).toHaveLength(2)
      expect(messages[0]).toMatchObject({
        role: "system",
        content: expect.stringMatching(/^Be exact\.\n\nAnswer with one/)
      })
    }).pipe(Effect.provide(mocked([MockChat.text(ada)])))
  )

  it.effect.each([
    ["a fence", "```json\n" + ada + "\n```"],
    ["a fence without a language", "```\n" + ada + "\n```\n"],
    ["a fence on one line", "```" + ada + "```"],
    ["words around a fence", "Here {it} is:\n\n```json\n" + ada + "\n```\nAnything else?"],
    ["words around it", `Sure: ${ada}. Bye`],
    ["a box", `<|begin_of_box|>${ada}<|end_of_box|>`],
    ["a fence in a box", "\n<|begin_of_box|>```json\n" + ada + "\n```<|end_of_box|>"],
    ["nothing but space", `\n\n  ${ada}\n`]
  ])("is read out of %s", ([, text]) =>
    Effect.gen(function* () {
      expect((yield* contact).value).toEqual({ name: "Ada", born: 1815 })
    }).pipe(Effect.provide(answered(completion({ content: text }))))
  )

  it.effect("is not changed by fences inside of its strings", () =>
    Effect.gen(function* () {
      const { value } = yield* LanguageModel.generateObject({
        prompt: "x",
        schema: Schema.Struct({ code: Schema.String })
      })
      expect(value).toEqual({ code: "```json\n{}\n```" })
    }).pipe(Effect.provide(answered(completion({ content: JSON.stringify({ code: "```json\n{}\n```" }) }))))
  )

  it.effect("that broke off tells why", () =>
    Effect.gen(function* () {
      const error = yield* failed(contact)
      expect(error).toMatchObject({ _tag: "MalformedOutput", description: expect.stringMatching(/length.*max_tokens/) })
    }).pipe(Effect.provide(answered(completion({ content: ada.slice(0, 10) }, {}, "length"))))
  )

  it.effect("that does not fit the schema, or is none, fails with MalformedOutput", () =>
    Effect.gen(function* () {
      expect(yield* failed(contact)).toMatchObject({ _tag: "MalformedOutput" })
      expect(yield* failed(contact)).toMatchObject({ _tag: "MalformedOutput" })
    }).pipe(Effect.provide(mocked([MockChat.text("I would rather not"), MockChat.text(`{"name":1}`)])))
  )

  it.effect("of a schema without a JSON Schema fails before anything is sent", () =>
    Effect.gen(function* () {
      const schema = Schema.Struct({ on: Schema.DateFromSelf })
      const error = yield* failed(LanguageModel.generateObject({ prompt: "x", schema }))
      expect(error).toMatchObject({ _tag: "MalformedInput", description: expect.stringContaining("JSON Schema") })
    }).pipe(Effect.provide(mocked([])))
  )
})
