import { describe, expect, it } from "@effect/vitest"
import { type ChatRequest, Message, ZhipuChat } from "@effect-zhipu/client"
import { Effect, Stream } from "effect"
import { client, completion, errorReply, jsonReply, mock } from "./support/http.js"

const call = (id: string) => ({ id, type: "function", function: { name: "get_weather", arguments: "{}" } })

const calling = (...ids: ReadonlyArray<string>): Message.AssistantMessage => ({
  role: "assistant",
  content: "",
  tool_calls: ids.map(call)
})

const user = Message.user("What is the weather in Paris and in London?")

/** Two calls, answered in another order, and the conversation goes on. */
const whole: ReadonlyArray<Message.Message> = [
  Message.system("Be brief."),
  user,
  calling("a", "b"),
  Message.toolResult("b", "rain"),
  Message.toolResult("a", "sun"),
  Message.assistant("Sun in Paris, rain in London."),
  Message.user("And tomorrow?"),
  calling("a"),
  Message.toolResult("a", "fog")
]

const without = (index: number) => whole.filter((_, i) => i !== index)

const replaced = (index: number, message: Message.Message) => whole.with(index, message)

/** What is broken in a conversation that was whole, and where the error points. */
const broken: Readonly<Record<string, readonly [ReadonlyArray<Message.Message>, string]>> = {
  "no messages": [[], "messages"],
  "no user turn": [[Message.system("Be brief."), Message.assistant("Yes?")], "messages"],
  "an empty user turn": [replaced(1, Message.user("")), "messages[1].content"],
  "a user turn without parts": [replaced(6, Message.user([])), "messages[6].content"],
  "a call without a result": [without(3), "messages[2].tool_calls[1]"],
  "another call without a result": [without(4), "messages[2].tool_calls[0]"],
  "a last call without a result": [without(8), "messages[7].tool_calls[0]"],
  "a result without a call": [without(2), "messages[2].tool_call_id"],
  "a result of a call that there is not": [replaced(3, Message.toolResult("c", "rain")), "messages[3].tool_call_id"],
  "a result that comes twice": [
    whole.toSpliced(5, 0, Message.toolResult("b", "rain again")),
    "messages[5].tool_call_id"
  ],
  "two calls with one id": [replaced(2, calling("a", "a")), "messages[2].tool_calls[1].id"],
  "a user turn between call and result": [whole.toSpliced(3, 0, Message.user("Well?")), "messages[2].tool_calls[0]"],
  "a result of an earlier turn's call": [
    whole.toSpliced(7, 0, Message.toolResult("b", "rain")),
    "messages[7].tool_call_id"
  ]
}

const requestOf = (messages: ReadonlyArray<Message.Message>): ChatRequest.ChatRequest => ({
  model: "glm-4.6",
  messages
})

describe("a conversation that the service would refuse", () => {
  for (const [what, [messages, path]] of Object.entries(broken)) {
    it.effect(`is not sent: ${what}`, () =>
      Effect.gen(function* () {
        const over = mock(jsonReply(completion()))
        const request = requestOf(messages)
        for (const asking of [ZhipuChat.complete(request), Stream.runDrain(ZhipuChat.stream(request))]) {
          const error = yield* Effect.flip(Effect.provide(asking, client(over)))
          expect(error).toMatchObject({ _tag: "InvalidRequestError", path, isRetryable: false })
          expect(error.attempts).toBeUndefined()
          expect(error.message).toContain(path)
          expect(error.message).toContain("1214")
          expect(error.message).not.toContain("Paris")
        }
        expect(over.sent).toEqual([])
      })
    )

    it.effect(`is the service's to refuse where the check is off: ${what}`, () =>
      Effect.gen(function* () {
        const over = mock(jsonReply(completion()))
        yield* Effect.provide(ZhipuChat.complete(requestOf(messages)), client(over, { preflight: false }))
        expect(over.sent).toHaveLength(1)
      })
    )
  }
})

describe("a conversation that is whole", () => {
  const fine: Readonly<Record<string, ReadonlyArray<Message.Message>>> = {
    "tool calls and their results": whole,
    "a question alone": [user],
    "results as the last turns": whole.slice(0, 5),
    "an answer to go on with": [user, Message.assistant("It is")],
    "a call that the service makes itself": [
      user,
      { role: "assistant", content: "", tool_calls: [{ id: "m", type: "mcp" }] },
      user
    ],
    "parts in place of text": [
      Message.user([Message.imageUrl("https://example.com/a.png"), Message.text("What is it?")])
    ],
    "an answer without content or calls": [user, { role: "assistant", content: null, tool_calls: null }, user]
  }
  for (const [what, messages] of Object.entries(fine)) {
    it.effect(`is sent: ${what}`, () =>
      Effect.gen(function* () {
        const over = mock(jsonReply(completion()))
        yield* Effect.provide(ZhipuChat.complete(requestOf(messages)), client(over))
        expect(over.sent).toHaveLength(1)
      })
    )
  }
})

describe("a conversation that does not look like one", () => {
  const odd: Readonly<Record<string, unknown>> = {
    "a turn without content": { messages: [{ role: "user" }] },
    "content that is null": { messages: [{ role: "user", content: null }] },
    "a turn that is null": { messages: [null, user] },
    "tool calls that are null": { messages: [user, { role: "assistant", tool_calls: [null] }] },
    "tools that are null": { messages: [user], tools: [null] },
    "tools that are no list": { messages: [user], tools: "all" }
  }
  for (const [what, fields] of Object.entries(odd)) {
    it.effect(`78. is sent, as the service says best what is wrong with it: ${what}`, () =>
      Effect.gen(function* () {
        const over = mock(errorReply(400, "1214"))
        const odd = Object.assign({ ...requestOf([user]) }, fields)
        for (const asking of [ZhipuChat.complete(odd), Stream.runDrain(ZhipuChat.stream(odd))]) {
          expect(yield* Effect.flip(Effect.provide(asking, client(over)))).toMatchObject({ code: "1214" })
        }
        expect(over.sent).toHaveLength(2)
      })
    )
  }
})
