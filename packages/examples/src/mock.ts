/** A program run over a mock: no key, no network, no waiting. sentiment.test.ts does the same in tests. */
import { MockChat } from "@effect-zhipu/testing"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect } from "effect"
import { sentiment } from "./sentiment.js"

// What the model answers: nonsense to the first call, JSON to the second.
const scripted = MockChat.layer([MockChat.text("Well, it depends"), MockChat.text(`{"sentiment": "mixed"}`)])

const program = Effect.gen(function* () {
  yield* Console.log(yield* sentiment("The food was great. The waiter was not."))
  const mock = yield* MockChat.MockChat
  yield* Console.log(`after ${(yield* mock.requests).length} requests`)
})

program.pipe(Effect.provide(scripted), NodeRuntime.runMain)
