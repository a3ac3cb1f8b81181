/** Several turns: the service remembers nothing, so each request carries the conversation so far. */
import { ChatCompletion, Message, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { FetchHttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Ref } from "effect"

const live = Zhipu.layerConfig().pipe(Layer.provide(FetchHttpClient.layer))

// A conversation is a list of messages in a Ref, and `ask` adds two of them: the question and its answer.
const conversation = (system: string) =>
  Effect.map(Ref.make<ReadonlyArray<Message.Message>>([Message.system(system)]), (history) => ({
    history: Ref.get(history),
    ask: (question: string) =>
      Effect.gen(function* () {
        const messages = [...(yield* Ref.get(history)), Message.user(question)]
        const answer = yield* ZhipuChat.complete({ model: "glm-4.6", messages })
        // `toMessage` keeps content, reasoning and tool calls as they came, which the service wants.
        yield* Ref.set(history, [...messages, ChatCompletion.toMessage(answer)])
        return ChatCompletion.text(answer)
      })
  }))

const program = Effect.gen(function* () {
  const chat = yield* conversation("You are a patient teacher.")
  for (const question of ["Hello, my name is Ada.", "How much is 6 * 7?", "What is my name?"]) {
    yield* Console.log(`> ${question}`)
    yield* Console.log(yield* chat.ask(question))
  }
  yield* Console.log(`${(yield* chat.history).length} messages`)
})

program.pipe(Effect.provide(live), NodeRuntime.runMain)
