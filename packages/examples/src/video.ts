/** A video, awaited and saved. Its id is told first: should this end, `Videos.await(id)` goes on. */
import { Videos } from "@effect-zhipu/api"
import { Zhipu } from "@effect-zhipu/client"
import { FetchHttpClient } from "@effect/platform"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Schedule } from "effect"

const path = process.argv[2] ?? "waves.mp4"

const program = Effect.gen(function* () {
  const task = yield* Videos.create({ model: "cogvideox-3", prompt: "Waves at dusk", size: "1280x720" })
  yield* Console.log(`begun: ${task.id}`)
  const video = yield* Videos.await(task.id ?? "", {
    schedule: Schedule.spaced("2 seconds"),
    timeout: "20 minutes",
    onProgress: ({ polls, state }) => Console.log(`${state} (${polls})`)
  })
  yield* Videos.save(video, path)
  yield* Console.log(path)
}).pipe(
  Effect.catchTag("TaskFailedError", ({ message }) => Console.log(message)),
  Effect.catchTag("ContentFilteredError", () => Console.log("Moderation refused the words."))
)

const live = Zhipu.layerConfig().pipe(Layer.provideMerge(FetchHttpClient.layer))

program.pipe(Effect.provide([live, NodeContext.layer]), NodeRuntime.runMain)
