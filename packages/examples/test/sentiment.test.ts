/** How to test a program of your own: give it a `ZhipuChat` that follows a script. Nothing here touches a network. */
import { ZhipuError } from "@effect-zhipu/client"
import { MockChat } from "@effect-zhipu/testing"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { sentiment } from "../src/sentiment.js"

it.effect("reads the answer", () =>
  Effect.gen(function* () {
    expect(yield* sentiment("Best soup in town.")).toBe("good")
    const mock = yield* MockChat.MockChat
    expect(yield* mock.requests).toMatchObject([
      { messages: [{ role: "system" }, { role: "user", content: "Best soup in town." }] }
    ])
  }).pipe(Effect.provide(MockChat.layer([MockChat.text(`{"sentiment": "good"}`)])))
)

it.effect("asks once more after nonsense", () =>
  Effect.gen(function* () {
    expect(yield* sentiment("Meh.")).toBe("mixed")
    expect(yield* (yield* MockChat.MockChat).requests).toHaveLength(2)
  }).pipe(Effect.provide(MockChat.layer([MockChat.text("Well…"), MockChat.text(`{"sentiment": "mixed"}`)])))
)

it.effect("fails with what the service said", () => {
  const empty = new ZhipuError.InsufficientBalanceError({ message: "Top up.", code: "1113" })
  return Effect.gen(function* () {
    expect(yield* Effect.flip(sentiment("Cold soup."))).toBe(empty)
  }).pipe(Effect.provide(MockChat.layer([empty])))
})
