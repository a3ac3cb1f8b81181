import { describe, expect, it } from "@effect/vitest"
import { type ChatCompletion, ChunkEvent, Conversation, Message } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import { Either, FastCheck as fc, Schema } from "effect"

const completion = (fields: object, finish = "stop"): ChatCompletion.ChatCompletion => ({
  choices: [{ index: 0, finish_reason: finish, message: { role: "assistant", ...fields } }]
})

const calls = (...ids: ReadonlyArray<string>) =>
  completion(
    {
      content: "",
      reasoning_content: " I\u2028think \r\n",
      tool_calls: ids.map((id, index) => ({
        id,
        index,
        type: "function",
        function: { name: "f", arguments: '{ "a":1 }' }
      }))
    },
    "tool_calls"
  )

const pathOf = <A>(result: Either.Either<A, { readonly path?: string | undefined }>) =>
  Either.isLeft(result) ? (result.left.path ?? "?") : "fine"

const asked = Conversation.user(Conversation.empty, "Hello").pipe(Either.getOrThrow)
const calling = Conversation.assistant(asked, calls("a", "b")).pipe(Either.getOrThrow)

/** The rule, read from what is sent: the calls of a turn and the results right behind it are the same ids, each once. */
const wellAnswered = (messages: ReadonlyArray<Message.Message>): boolean => {
  const roles = messages.map(({ role }) => (role === "tool" ? "t" : role === "assistant" ? "a" : "o")).join("")
  if (/(^|o)t/.test(roles)) return false
  return Array.from(roles.matchAll(/at*/g)).every(({ 0: { length }, index }) => {
    const [turn, ...results] = messages.slice(index, index + length)
    const called = turn?.role === "assistant" ? (turn.tool_calls ?? []).map(({ id }) => id) : []
    const answered = results.flatMap((result) => (result.role === "tool" ? [result.tool_call_id] : []))
    return new Set(called).size === called.length && called.toSorted().join() === answered.toSorted().join()
  })
}

describe("a conversation", () => {
  it("keeps what the model said byte for byte, and waits for the results of its calls", () => {
    expect(calling.messages[1]).toEqual({
      role: "assistant",
      content: "",
      reasoning_content: " I\u2028think \r\n",
      tool_calls: ["a", "b"].map((id) => ({ id, type: "function", function: { name: "f", arguments: '{ "a":1 }' } }))
    })
    expect(Conversation.pending(calling).map(({ id }) => id)).toEqual(["a", "b"])
    expect(pathOf(Conversation.sendable(calling))).toBe("messages[1].tool_calls[0]")
    const done = calling.pipe(
      Conversation.toolResult("b", { ok: true }),
      Either.flatMap(Conversation.toolResult("a", "text")),
      Either.flatMap(Conversation.sendable)
    )
    expect(Either.getOrThrow(done).slice(2)).toEqual([
      { role: "tool", tool_call_id: "b", content: '{"ok":true}' },
      { role: "tool", tool_call_id: "a", content: "text" }
    ])
  })

  it("cannot be built wrong", () => {
    const once = Conversation.toolResult(calling, "a", 1).pipe(Either.getOrThrow)
    const cases: ReadonlyArray<readonly [string, ReturnType<typeof Conversation.fromMessages>, string]> = [
      ["goes on before the results", Conversation.user(calling, "And?"), "messages[1].tool_calls[0]"],
      [
        "answers before the results",
        Conversation.assistant(once, completion({ content: "x" })),
        "messages[1].tool_calls[1]"
      ],
      ["a result twice", Conversation.toolResult(once, "a", 2), "messages[3].tool_call_id"],
      ["a result of nothing", Conversation.toolResult(calling, "c", 2), "messages[2].tool_call_id"],
      ["a result without a call", Conversation.toolResult(asked, "a", 2), "messages[1].tool_call_id"],
      ["nothing to say", Conversation.user(asked, ""), "messages[1].content"],
      ["two calls of one id", Conversation.assistant(asked, calls("a", "a")), "messages[1].tool_calls[1].id"],
      ["from elsewhere", Conversation.fromMessages([Message.toolResult("a", 1)]), "messages[0].tool_call_id"]
    ]
    for (const [what, result, path] of cases) expect([what, pathOf(result)]).toEqual([what, path])
    expect(pathOf(Conversation.sendable(Conversation.empty))).toBe("messages")
    expect(pathOf(Conversation.system(Conversation.empty, "x").pipe(Either.flatMap(Conversation.sendable)))).toBe(
      "messages"
    )
  })

  it("takes calls of the service itself for answered, and leaves out those that did not come whole", () => {
    const mixed = completion(
      {
        content: "x",
        tool_calls: [
          { id: "m", type: "mcp", mcp: { output: "y" } },
          { id: "c", type: "function", function: { name: "f", arguments: '{"a":' } }
        ]
      },
      "length"
    )
    const next = Conversation.assistant(asked, mixed).pipe(Either.getOrThrow)
    expect(Conversation.pending(next)).toEqual([])
    expect(next.messages[1]).toMatchObject({ tool_calls: [{ id: "m", type: "mcp", mcp: { output: "y" } }] })
  })

  it("can be broken into: what waits is answered, once", () => {
    const once = Conversation.toolResult(calling, "a", 1).pipe(Either.getOrThrow)
    const broken = Conversation.cancelPending(once, "The user broke in.")
    expect(broken.messages.slice(2)).toEqual([
      Message.toolResult("a", 1),
      Message.toolResult("b", "The user broke in.")
    ])
    expect(Either.isRight(Conversation.sendable(broken))).toBe(true)
    expect(Conversation.cancelPending(asked, "x")).toBe(asked)
  })

  it("is saved and loaded, and checked on loading", () => {
    const FromJson = Schema.parseJson(Conversation.FromMessages)
    const saved = Schema.encodeSync(FromJson)(calling)
    expect(saved).toBe(JSON.stringify(calling.messages))
    const loaded = Schema.decodeSync(FromJson)(saved)
    expect(loaded.messages).toEqual(calling.messages)
    expect(Conversation.isConversation(loaded)).toBe(true)
    const broken = JSON.stringify([...calling.messages, Message.user("x")])
    expect(Either.isLeft(Schema.decodeEither(FromJson)(broken))).toBe(true)
  })

  it("is trimmed to a budget, calls with their results, and can still be sent", () => {
    let long = asked
    for (let i = 0; i < 50; i++) {
      long = Conversation.assistant(long, calls("a", "b")).pipe(
        Either.flatMap(Conversation.toolResult("a", "x".repeat(50))),
        Either.flatMap(Conversation.toolResult("b", "y")),
        Either.flatMap(Conversation.assistant(completion({ content: `answer ${i}` }))),
        Either.flatMap(Conversation.user(`question ${i}`)),
        Either.getOrThrow
      )
    }
    const shorter = Conversation.trim(long, { model: "unknown", maxTokens: 40, countTokens: () => 1 })
    expect(shorter.messages.length).toBeLessThanOrEqual(40)
    expect(shorter.messages.length).toBeGreaterThan(30)
    expect(shorter.messages.at(-1)).toEqual(Message.user("question 49"))
    expect(Either.isRight(Conversation.sendable(shorter))).toBe(true)
    expect(Conversation.trim(long, { model: "unknown", maxTokens: 1e6 })).toBe(long)
  })

  it("whatever is tried: what can be sent is what the service takes", () => {
    const id = fc.constantFrom("a", "b", "c")
    type Step = (self: Conversation.Conversation) => ReturnType<typeof Conversation.fromMessages>
    const step: fc.Arbitrary<Step> = fc.oneof(
      fc.constantFrom<Step>(Conversation.system("s"), Conversation.user("u"), Conversation.user("")),
      fc.array(id, { maxLength: 3 }).map((ids): Step => Conversation.assistant(calls(...ids))),
      id.map((id): Step => Conversation.toolResult(id, { id })),
      fc.constant<Step>((self) => Either.right(Conversation.cancelPending(self, "no")))
    )
    let sent = 0
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let self = Conversation.empty
        for (const step of steps) {
          // A step that is refused leaves everything as it was.
          const before = JSON.stringify(self.messages)
          const next = step(self)
          expect(JSON.stringify(self.messages)).toBe(before)
          self = Either.getOrElse(next, () => self)
          const settled = Conversation.cancelPending(self, "-")
          const sendable = Conversation.sendable(settled)
          const hasUser = settled.messages.some(({ role }) => role === "user" || role === "tool")
          expect(Either.isRight(sendable)).toBe(hasUser)
          expect(wellAnswered(settled.messages)).toBe(true)
          if (Conversation.pending(self).length === 0) expect(wellAnswered(self.messages)).toBe(true)
          else expect(Either.isLeft(Conversation.sendable(self))).toBe(true)
          if (hasUser) sent++
        }
      }),
      { seed: 1, numRuns: 300 }
    )
    expect(sent).toBeGreaterThan(500)
  })

  it("takes what a stream folds to", () => {
    const turn = ChunkEvent.toCompletion(
      MockChat.toolCall({ name: "f", arguments: { a: 1 }, id: "z" }, { reasoning: "Let me see" })
    )
    const next = Conversation.assistant(asked, turn).pipe(Either.getOrThrow)
    expect(Conversation.pending(next)).toEqual([{ id: "z", name: "f", arguments: '{"a":1}' }])
    expect(next.messages[1]).toMatchObject({ reasoning_content: "Let me see" })
  })
})
