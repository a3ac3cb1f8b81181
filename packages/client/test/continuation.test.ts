import { describe, expect, it } from "@effect/vitest"
import { ChatCompletion, type ChunkEvent, Continuation, Message } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import { Effect } from "effect"

const request = { model: "glm-4.6", messages: [Message.user("Tell a story.")], request_id: "story" }

const usage = { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }

const cut = (text: string) => MockChat.text(text, { finishReason: "length", usage })
const whole = (text: string) => MockChat.text(text, { usage })

const trial = (script: MockChat.Script, options?: Continuation.Options) =>
  Effect.gen(function* () {
    const completion = yield* Continuation.complete(request, options)
    const { requests } = yield* MockChat.MockChat
    return { completion, requests: yield* requests }
  }).pipe(Effect.provide(MockChat.layer(script)))

describe("an answer that was cut", () => {
  it.effect("is gone on with until it is whole, and is one answer", () =>
    Effect.gen(function* () {
      const { completion, requests } = yield* trial([cut("Once upon "), cut("a time "), whole("it ended.")])
      expect(ChatCompletion.text(completion)).toBe("Once upon a time it ended.")
      expect(completion.choices[0]?.finish_reason).toBe("stop")
      expect(completion.usage).toMatchObject({ prompt_tokens: 30, completion_tokens: 15, total_tokens: 45 })
      expect(requests.map(({ request_id: id }) => id)).toEqual(["story", "story-2", "story-3"])
      expect(requests[2]?.messages).toEqual([
        Message.user("Tell a story."),
        Message.assistant("Once upon a time "),
        Message.user(Continuation.defaultInstruction)
      ])
    })
  )

  it.effect("is asked for no more often than allowed, and says that it is cut", () =>
    Effect.gen(function* () {
      const { completion, requests } = yield* trial(() => cut("on "), { maxContinuations: 2 })
      expect(requests).toHaveLength(3)
      expect(ChatCompletion.text(completion)).toBe("on on on ")
      const error = yield* Effect.flip(ChatCompletion.whole(completion))
      expect(error.reason).toBe("length")
    })
  )

  it.effect("is not gone on with where nothing was said, tools are called, or it ended otherwise", () =>
    Effect.gen(function* () {
      const others: ReadonlyArray<MockChat.Reply> = [
        cut(""),
        whole("done"),
        MockChat.toolCall({ name: "f", arguments: {} }, { finishReason: "length" })
      ]
      for (const reply of others) expect((yield* trial([reply])).requests).toHaveLength(1)
    })
  )

  it.effect("may be left to the model, with its own turn as the last", () =>
    Effect.gen(function* () {
      const { requests } = yield* trial([cut("a"), whole("b")], { instruction: undefined })
      expect(requests[1]?.messages.at(-1)).toEqual(Message.assistant("a"))
    })
  )

  it.effect("is gone on with alone of several choices, which stay as they were", () =>
    Effect.gen(function* () {
      const of = (choices: ReadonlyArray<readonly [string, string]>): ReadonlyArray<ChunkEvent.ChunkEvent> => [
        { _tag: "Started", id: "1", model: "glm-4.6", created: 1 },
        ...choices.map(([text], choice) => ({ _tag: "ContentDelta", choice, text }) as const),
        ...choices.map(([, reason], choice) => ({ _tag: "Finished", choice, reason }) as const)
      ]
      const script = [
        of([
          ["A1", "length"],
          ["B", "stop"]
        ]),
        of([
          ["A2", "stop"],
          ["another", "length"]
        ])
      ]
      const several = { ...request, n: 2, extra_body: { n: 2, top_k: 1 } }
      const { asked, choices } = yield* Effect.gen(function* () {
        const { choices } = yield* Continuation.complete(several)
        const { requests } = yield* MockChat.MockChat
        return { choices, asked: (yield* requests)[1] }
      }).pipe(Effect.provide(MockChat.layer(script)))
      expect(choices.map(({ finish_reason: reason, message }) => [message.content, reason])).toEqual([
        ["A1A2", "stop"],
        ["B", "stop"]
      ])
      expect(asked).toMatchObject({ extra_body: { n: 1, top_k: 1 } })
      expect(asked).not.toHaveProperty("n")
    })
  )
})
