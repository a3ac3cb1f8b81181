// A test as a user writes one, with a mock.
import { ChatCompletion, Message, ZhipuChat } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import { Effect } from "effect"
import assert from "node:assert/strict"
import { test } from "node:test"

test("asks for what it says", () =>
  Effect.gen(function* () {
    const answer = yield* ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user("Say: hello")] })
    assert.equal(ChatCompletion.text(answer), "hello")
    const { requests } = yield* MockChat.MockChat
    assert.equal((yield* requests).length, 1)
  }).pipe(Effect.provide(MockChat.layer([MockChat.text("hello")])), Effect.runPromise))
