/** An answer that appears while the model is still writing it. */
import { ChunkEvent, Message, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { FetchHttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Effect, Layer, Stream } from "effect"

const live = Zhipu.layerConfig().pipe(Layer.provide(FetchHttpClient.layer))

const print = (text: string) => Effect.sync(() => process.stdout.write(text))

const program = ZhipuChat.stream({
  model: "glm-4.6",
  messages: [Message.user("Write a short poem about spring.")]
}).pipe(
  // The text of the answer alone. Without this line the stream holds every event: see thinking.ts.
  ChunkEvent.text,
  Stream.runForEach(print),
  // We get here only when the service said that the answer is complete; anything else is a typed error.
  Effect.zipRight(print("\n"))
)

program.pipe(Effect.provide(live), NodeRuntime.runMain)
