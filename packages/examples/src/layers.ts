/** The client put together by hand: each service is a layer that can be replaced. */
import {
  ChatCompletion,
  Message,
  ZhipuAuth,
  ZhipuChat,
  ZhipuConfig,
  ZhipuHttpClient,
  ZhipuLimits
} from "@effect-zhipu/client"
import { HttpClient } from "@effect/platform"
import { NodeHttpClient, NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer } from "effect"

// Where the service is, and within which limits. Base URL and key still come from the environment.
const config = ZhipuConfig.layerConfig({
  limits: { maxInFlight: 2, maxQueue: 100 },
  deadlines: { queue: "1 minute", idle: "1 minute" },
  // Any HttpClient of @effect/platform can be wrapped: to log as here, or to count.
  transformClient: (client: HttpClient.HttpClient) =>
    HttpClient.tapRequest(client, (request) => Console.log(`${request.method} ${new URL(request.url).pathname}`))
})

// Who asks (layerJwt would sign tokens), and how many at once.
const access = Layer.merge(ZhipuAuth.layerApiKey, ZhipuLimits.layer)

// This is what Zhipu.layerConfig() does, over undici in place of fetch.
const live = ZhipuChat.layer.pipe(
  Layer.provide(ZhipuHttpClient.layer),
  Layer.provide(access),
  Layer.provide(config),
  Layer.provide(NodeHttpClient.layerUndici)
)

const ask = (word: string) =>
  ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user(`Say: ${word}`)] }).pipe(
    Effect.map(ChatCompletion.text)
  )

// Four questions at once; two of them wait for a permit.
const program = Effect.forEach(["one", "two", "three", "four"], ask, { concurrency: "unbounded" }).pipe(
  Effect.flatMap((answers) => Console.log(answers.join(" ")))
)

program.pipe(Effect.provide(live), NodeRuntime.runMain)
