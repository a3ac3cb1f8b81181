/** An image, saved to a file. */
import { Images } from "@effect-zhipu/api"
import { Zhipu } from "@effect-zhipu/client"
import { FetchHttpClient } from "@effect/platform"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer } from "effect"

const path = process.argv[2] ?? "lighthouse.png"

const program = Effect.gen(function* () {
  const model = "cogview-4"
  const size = yield* Images.size(1024, 768, model)
  const image = yield* Images.generate({ model, prompt: "A lighthouse at dusk", size })
  // The link is on another host, and lives 30 days.
  yield* Images.save(image, path)
  yield* Console.log(path)
})

const live = Zhipu.layerConfig().pipe(Layer.provideMerge(FetchHttpClient.layer))

program.pipe(Effect.provide([live, NodeContext.layer]), NodeRuntime.runMain)
