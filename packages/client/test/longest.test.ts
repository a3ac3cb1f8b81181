/** An answer that is longer than a text can be: shown with a bound that a test can reach. */
import { Message, RetryPolicy, ZhipuError, ZhipuHttpClient } from "@effect-zhipu/client"
import { describe, expect, it } from "@effect/vitest"
import { makeFoldOf } from "@effect-zhipu/protocol/internal/decoding/fold"
import { maxTextLength } from "@effect-zhipu/protocol/internal/decoding/growingText"
import { Chunk, Effect, Stream } from "effect"
import * as chatStream from "../src/internal/streaming/chatStream.js"
import { chunk, done, finish, frame } from "./support/decoding.js"
import { client, mock, streamed } from "./support/http.js"

const limit = 100_000
const piece = "a".repeat(1000)

const call = {
  path: "/chat/completions",
  operation: "chat",
  model: "glm-4.6",
  expects: "events",
  body: { model: "glm-4.6", stream: true, messages: [Message.user("Write without an end.")] }
} as const

const deltas = {
  text: (content: string) => chunk({ content }),
  thinking: (reasoning_content: string) => chunk({ reasoning_content }),
  "arguments of a tool": (text: string) =>
    chunk({ tool_calls: [{ index: 0, id: "c1", type: "function", function: { name: "find", arguments: text } }] })
}

/** The stream of a call under that bound. */
const bounded = Effect.gen(function* () {
  const http = yield* ZhipuHttpClient.ZhipuHttpClient
  const scope = yield* Effect.scope
  return chatStream.make(http.execute, scope, call, {
    before: Effect.void,
    maxEventSize: 1_000_000,
    onMalformed: "fail",
    resetZone: "+08:00",
    toolNames: new Set(),
    choices: 1,
    strict: false,
    explain: (error) => error,
    maxTextLength: limit
  })
})

describe("an answer that is longer than a text can be", () => {
  it("is told of long before the engine would throw", () => {
    // V8: 2^29 - 24.
    expect(maxTextLength).toBeLessThan(2 ** 29 - 24 - 2 ** 24)
    const fold = makeFoldOf(limit)
    for (let i = 0; i < 200; i++) fold.add({ _tag: "ContentDelta", choice: 0, text: piece })
    expect(fold.isFull()).toBe(true)
    const kept = fold.result().choices[0]?.message.content?.length ?? 0
    expect(kept).toBeGreaterThan(limit - 20_000)
    expect(kept).toBeLessThanOrEqual(limit)
  })

  for (const [what, delta] of Object.entries(deltas)) {
    it.scopedLive(`ends with an error that has the beginning: ${what}`, () =>
      Effect.gen(function* () {
        const over = mock(
          streamed(...Array.from({ length: 300 }, () => frame(delta(piece))), frame(finish("stop")), done)
        )
        yield* Effect.gen(function* () {
          const stream = yield* bounded
          let events = 0
          const error = yield* Effect.flip(
            Stream.runForEachChunk(stream, (batch) => Effect.sync(() => void (events += Chunk.size(batch))))
          )
          expect(ZhipuError.isZhipuError(error)).toBe(true)
          expect(error).toMatchObject({ _tag: "CorruptStreamError", reason: "EventTooLarge", isRetryable: false })
          expect(error.message).toContain("longer than")
          expect(JSON.stringify(error.partial).length).toBeGreaterThan(limit - 20_000)
          expect(events).toBeGreaterThan(90)
          expect(over.sent).toHaveLength(1)
        }).pipe(Effect.provide(client(over, { retry: RetryPolicy.none })))
      })
    )
  }

  it.scopedLive("is none while it fits", () =>
    Effect.gen(function* () {
      const over = mock(
        streamed(...Array.from({ length: 90 }, () => frame(chunk({ content: piece }))), frame(finish()), done)
      )
      yield* Effect.gen(function* () {
        const stream = yield* bounded
        const events = yield* Stream.runCollect(stream)
        expect(Chunk.toReadonlyArray(events).at(-1)).toMatchObject({ _tag: "Finished", reason: "stop" })
      }).pipe(Effect.provide(client(over)))
    })
  )
})
