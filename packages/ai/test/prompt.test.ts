/** What goes over the wire: prompts, reasoning sent back, tool results, files. */
import type { ZhipuLanguageModel } from "@effect-zhipu/ai"
import type { Message } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import type { Prompt } from "@effect/ai"
import { Chat, LanguageModel, Tool, Toolkit } from "@effect/ai"
import { describe, expect, it } from "@effect/vitest"
import { Effect, FastCheck as fc, Schema, Stream } from "effect"
import { failed, mocked, request, requests } from "./support/model.js"

/** The messages that a prompt becomes. */
const sent = (prompt: Prompt.RawInput, config?: ZhipuLanguageModel.Config.Settings) =>
  LanguageModel.generateText({ prompt }).pipe(
    Effect.zipRight(request),
    Effect.map(({ messages }) => messages),
    Effect.provide(mocked([MockChat.text("Hi")], config))
  )

/** Why a prompt cannot be sent; nothing was. */
const refused = (prompt: Prompt.RawInput) =>
  LanguageModel.generateText({ prompt }).pipe(
    failed,
    Effect.tap(() => Effect.map(requests, (all) => expect(all).toEqual([]))),
    Effect.provide(mocked([]))
  )

describe("messages", () => {
  it.effect("of every role", () =>
    Effect.gen(function* () {
      const messages = yield* sent([
        { role: "system", content: "Be brief." },
        { role: "user", content: "What is the weather?" },
        {
          role: "assistant",
          content: [
            { type: "text", text: "Let me " },
            { type: "text", text: "look." },
            { type: "tool-call", id: "a", name: "get_weather", params: { city: "London" } },
            { type: "tool-call", id: "b", name: "get_time", params: {} }
          ]
        },
        {
          role: "tool",
          content: [
            {
              type: "tool-result",
              id: "a",
              name: "get_weather",
              isFailure: false,
              result: { sky: "rain" },
              providerExecuted: false
            },
            {
              type: "tool-result",
              id: "b",
              name: "get_time",
              isFailure: false,
              result: "noon",
              providerExecuted: false
            }
          ]
        },
        { role: "assistant", content: "Rain at noon." },
        {
          role: "user",
          content: [
            { type: "text", text: "And" },
            { type: "text", text: "tomorrow?" }
          ]
        }
      ])
      expect(messages).toEqual([
        { role: "system", content: "Be brief." },
        { role: "user", content: "What is the weather?" },
        {
          role: "assistant",
          content: "Let me look.",
          tool_calls: [
            { id: "a", type: "function", function: { name: "get_weather", arguments: '{"city":"London"}' } },
            { id: "b", type: "function", function: { name: "get_time", arguments: "{}" } }
          ]
        },
        { role: "tool", tool_call_id: "a", content: '{"sky":"rain"}' },
        { role: "tool", tool_call_id: "b", content: "noon" },
        { role: "assistant", content: "Rain at noon." },
        { role: "user", content: "And\ntomorrow?" }
      ])
    })
  )

  it.effect("each call is answered once, by the last result, and void is null", () =>
    Effect.gen(function* () {
      const result = (result: unknown): Prompt.ToolResultPartEncoded => ({
        type: "tool-result",
        id: "a",
        name: "get_weather",
        isFailure: false,
        result,
        providerExecuted: false
      })
      const messages = yield* sent([
        { role: "user", content: "Hello" },
        {
          role: "assistant",
          content: [{ type: "tool-call", id: "a", name: "get_weather", params: {} }, result("pending")]
        },
        { role: "tool", content: [result("wait")] },
        { role: "tool", content: [result(undefined)] }
      ])
      expect(messages.slice(2)).toEqual([{ role: "tool", tool_call_id: "a", content: "null" }])
    })
  )

  it.effect("calls that the service made itself, and turns with nothing to send, are left out", () =>
    Effect.gen(function* () {
      const messages = yield* sent([
        { role: "user", content: "Search" },
        {
          role: "assistant",
          content: [
            { type: "tool-call", id: "s", name: "web_search", params: {}, providerExecuted: true },
            { type: "tool-result", id: "s", name: "web_search", isFailure: false, result: [], providerExecuted: true },
            { type: "text", text: "Found." }
          ]
        },
        { role: "assistant", content: [{ type: "reasoning", text: "Only a thought" }] },
        { role: "user", content: "Thanks" }
      ])
      expect(messages).toEqual([
        { role: "user", content: "Search" },
        { role: "assistant", content: "Found." },
        { role: "user", content: "Thanks" }
      ])
    })
  )

  it.effect("parameters go back as the schema of the tool writes them", () =>
    Effect.gen(function* () {
      const tool = Tool.make("book", { parameters: { on: Schema.Date, seats: Schema.BigInt } })
      const toolkit = Toolkit.make(tool)
      const chat = yield* Chat.empty
      const handlers = toolkit.toLayer({ book: () => Effect.void })
      yield* chat.generateText({ prompt: "Book", toolkit }).pipe(Effect.provide(handlers))
      yield* chat.generateText({ prompt: "Thanks", toolkit }).pipe(Effect.provide(handlers))
      const [, second] = yield* requests
      const turn = second?.messages.find((message) => message.role === "assistant")
      expect(turn?.tool_calls?.[0]?.function?.arguments).toBe('{"on":"2026-01-15T00:00:00.000Z","seats":"2"}')
    }).pipe(
      Effect.provide(
        mocked([
          MockChat.toolCall({ name: "book", arguments: { on: "2026-01-15T00:00:00.000Z", seats: "2" } }),
          MockChat.text("Done")
        ])
      )
    )
  )

  it.effect("what cannot be written as JSON is told, not thrown", () =>
    Effect.gen(function* () {
      const error = yield* refused([
        { role: "user", content: "Hello" },
        { role: "assistant", content: [{ type: "tool-call", id: "a", name: "count", params: { upTo: 10n } }] }
      ])
      expect(error).toMatchObject({
        _tag: "MalformedInput",
        description: expect.stringContaining("parameters of count")
      })
    })
  )
})

describe("reasoning", () => {
  const turns: ReadonlyArray<Prompt.MessageEncoded> = [
    { role: "user", content: "One" },
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "first thought" },
        { type: "text", text: "1" }
      ]
    },
    { role: "user", content: "Two" },
    {
      role: "assistant",
      content: [
        { type: "reasoning", text: "second thought" },
        { type: "tool-call", id: "a", name: "count", params: {} }
      ]
    },
    {
      role: "tool",
      content: [{ type: "tool-result", id: "a", name: "count", isFailure: false, result: 2, providerExecuted: false }]
    }
  ]
  const reasoningOf = (messages: ReadonlyArray<Message.Message>) =>
    messages.flatMap((message) => (message.role === "assistant" ? [message.reasoning_content] : []))

  it.effect.each([
    [false, ["first thought", "second thought"]],
    // The endpoint decides: the Coding Plan preserves thinking unless told otherwise.
    [undefined, ["first thought", "second thought"]],
    // What led to the calls that are being answered belongs to this answer.
    [true, [undefined, "second thought"]]
  ] as const)("with clear_thinking %s", ([clear, expected]) =>
    Effect.gen(function* () {
      const config = clear === undefined ? {} : { thinking: { type: "enabled" as const, clear_thinking: clear } }
      expect(reasoningOf(yield* sent(turns, config))).toEqual(expected)
    })
  )

  it.effect.prop(
    "of a chat, streamed or not, goes back byte for byte",
    {
      thoughts: fc.array(fc.string({ unit: "binary", minLength: 1 }), { minLength: 1 }),
      words: fc.array(fc.string({ unit: "binary", minLength: 1 }), { minLength: 1 }),
      streamed: fc.boolean(),
      size: fc.integer({ min: 1, max: 5 })
    },
    ({ size, streamed, thoughts, words }) =>
      Effect.gen(function* () {
        const chat = yield* Chat.empty
        yield* streamed ? Stream.runDrain(chat.streamText({ prompt: "Hello" })) : chat.generateText({ prompt: "Hello" })
        // As a store would hold it.
        const restored = yield* Chat.fromJson(yield* chat.exportJson)
        yield* restored.generateText({ prompt: "Again" })
        const [, second] = yield* requests
        expect(second?.messages).toEqual([
          { role: "user", content: "Hello" },
          { role: "assistant", content: words.join(""), reasoning_content: thoughts.join("") },
          { role: "user", content: "Again" }
        ])
      }).pipe(
        Effect.provide(
          mocked(
            () =>
              Stream.fromIterable([
                { _tag: "Started" as const, id: "c1" },
                ...thoughts.map((text) => ({ _tag: "ReasoningDelta" as const, choice: 0, text })),
                ...words.map((text) => ({ _tag: "ContentDelta" as const, choice: 0, text })),
                { _tag: "Finished" as const, choice: 0, reason: "stop" }
              ]).pipe(Stream.rechunk(size)),
            { thinking: { clear_thinking: false } }
          )
        )
      )
  )
})

describe("files", () => {
  const bytes = new Uint8Array([1, 2, 3])
  const url = new URL("https://example.com/a.bin")
  const part = (
    mediaType: string,
    data: string | Uint8Array | URL,
    rest: Partial<Prompt.FilePartEncoded> = {}
  ): Prompt.FilePartEncoded => ({ type: "file", mediaType, data, ...rest })

  it.effect.each<readonly [string, Prompt.FilePartEncoded, Message.Part]>([
    ["an image by URL", part("image/png", url), { type: "image_url", image_url: { url: url.href } }],
    ["an image by a URL as text", part("image/png", url.href), { type: "image_url", image_url: { url: url.href } }],
    [
      "the bytes of an image",
      part("image/png", bytes),
      { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } }
    ],
    ["any image", part("image/*", bytes), { type: "image_url", image_url: { url: "data:image/jpeg;base64,AQID" } }],
    [
      "an image in base64",
      part("image/png", "AQID"),
      { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } }
    ],
    [
      "a data URI",
      part("image/png", "data:image/png;base64,AQID"),
      { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } }
    ],
    ["a video", part("video/mp4", url), { type: "video_url", video_url: { url: url.href } }],
    ["a file by URL", part("application/pdf", url), { type: "file_url", file_url: { url: url.href } }],
    [
      "a file by URL for the newer models",
      part("application/pdf", url, { fileName: "a.pdf", options: { zhipu: { part: "file" } } }),
      { type: "file", file: { file_url: url.href, filename: "a.pdf" } }
    ],
    [
      "the bytes of a file",
      part("application/pdf", bytes, { fileName: "a.pdf" }),
      { type: "file", file: { file_data: "data:application/pdf;base64,AQID", filename: "a.pdf" } }
    ],
    [
      "an upload",
      part("application/pdf", "", { options: { zhipu: { fileId: "file-1" } } }),
      { type: "file", file: { file_id: "file-1" } }
    ],
    ["sound", part("audio/mpeg", bytes), { type: "input_audio", input_audio: { data: "AQID", format: "mp3" } }],
    [
      "sound as a recorder names it",
      part('Audio/WAV; codecs="1,2"', bytes),
      { type: "input_audio", input_audio: { data: "AQID", format: "wav" } }
    ],
    [
      "an image in capitals",
      part("IMAGE/PNG", bytes),
      { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } }
    ]
  ])("%s", ([, file, expected]) =>
    Effect.gen(function* () {
      const messages = yield* sent([{ role: "user", content: [{ type: "text", text: "What is this?" }, file] }])
      expect(messages).toEqual([{ role: "user", content: [{ type: "text", text: "What is this?" }, expected] }])
    })
  )

  it.effect.each<readonly [string, Prompt.MessageEncoded, RegExp]>([
    ["sound by URL", { role: "user", content: [part("audio/wav", url)] }, /not by URL/],
    ["sound of another type", { role: "user", content: [part("audio/ogg", bytes)] }, /audio\/ogg/],
    ["a file of an assistant turn", { role: "assistant", content: [part("image/png", bytes)] }, /assistant turn/]
  ])("%s is refused", ([, message, told]) =>
    Effect.gen(function* () {
      const error = yield* refused([message])
      expect(error).toMatchObject({ _tag: "MalformedInput", description: expect.stringMatching(told) })
    })
  )
})
