/** One question, one whole answer. */
import { ChatCompletion, Message, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { FetchHttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer } from "effect"

// The client as a layer: the key comes from ZHIPU_API_KEY, and the built-in `fetch` talks to the service.
const live = Zhipu.layerConfig().pipe(Layer.provide(FetchHttpClient.layer))

const program = Effect.gen(function* () {
  // The fields of a request are those of the vendor's documentation, word for word.
  const answer = yield* ZhipuChat.complete({
    model: "glm-4.6",
    messages: [
      Message.system("You are a helpful assistant."),
      Message.user("What is artificial intelligence, in one sentence?")
    ],
    max_tokens: 4096
  })
  yield* Console.log(ChatCompletion.text(answer))
  // What was received is there as it came: id, choices, usage.
  yield* Console.log(`${answer.usage?.total_tokens} tokens, finished by ${answer.choices[0]?.finish_reason}`)
})

program.pipe(Effect.provide(live), NodeRuntime.runMain)
