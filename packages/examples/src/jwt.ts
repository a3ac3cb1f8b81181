/** Signing a JWT with the key instead of sending the key itself. */
import { ChatCompletion, Message, Zhipu, ZhipuAuth, ZhipuChat } from "@effect-zhipu/client"
import { FetchHttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Redacted } from "effect"

// ZHIPU_AUTH=jwt does the same without a change of code. A token is signed once and used until shortly before it
// expires; calls that need one at the same time share it.
const live = Zhipu.layerConfig({
  auth: "jwt",
  jwtTtl: "1 hour"
}).pipe(Layer.provide(FetchHttpClient.layer))

const program = Effect.gen(function* () {
  const answer = yield* ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user("Say: the token is good")] })
  yield* Console.log(ChatCompletion.text(answer))

  // The token of these calls, for other programs. It is `Redacted`, so printing it by accident prints nothing.
  const auth = yield* ZhipuAuth.ZhipuAuth
  const authorization = yield* auth.authorization
  yield* Console.log(`${authorization}, ${Redacted.value(authorization).split(".").length} parts`)
})

program.pipe(Effect.provide(live), NodeRuntime.runMain)
