/** How free the model is in its choice of words. For GLM-4.6 change `temperature` or `top_p`, never both. */
import { ChatCompletion, type ChatRequest, Message, Model, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { FetchHttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Option } from "effect"

const live = Zhipu.layerConfig().pipe(Layer.provide(FetchHttpClient.layer))

const question: ChatRequest.ChatRequest = {
  model: "glm-4.6",
  messages: [Message.user("Name a colour that has no name yet.")],
  // Reasoning counts as output: leave room for it.
  max_tokens: 4096
}

const program = Effect.gen(function* () {
  // What the service takes where the request says nothing is in a table.
  const defaults = Option.map(Model.find(question.model), (model) => model.defaults)
  yield* Console.log(`defaults of ${question.model}:`, Option.getOrUndefined(defaults))

  const lively = yield* ZhipuChat.complete({ ...question, temperature: 1.0 })
  yield* Console.log(`temperature 1.0: ${ChatCompletion.text(lively)}`)

  const focused = yield* ZhipuChat.complete({ ...question, top_p: 0.8 })
  yield* Console.log(`top_p 0.8: ${ChatCompletion.text(focused)}`)

  // The likeliest word each time; temperature and top_p are then not looked at.
  const greedy = yield* ZhipuChat.complete({ ...question, do_sample: false })
  yield* Console.log(`greedy: ${ChatCompletion.text(greedy)}`)
})

program.pipe(Effect.provide(live), NodeRuntime.runMain)
