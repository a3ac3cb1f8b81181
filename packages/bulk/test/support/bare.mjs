// The calls of a job alone, by `Effect.forEach`. It runs what was built. Arguments: the simulator, how many calls, how many at once.
// It prints how many it made a second, the first tenth left out.
import { ChunkEvent, Message, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { UndiciHttpClient } from "@effect-zhipu/node"
import { Effect, Layer, Redacted } from "effect"

const [baseUrl = "", apiKey = "", count = "1", concurrency = "1"] = process.argv.slice(2)

const calls = (count) =>
  Effect.forEach(
    Array.from({ length: count }, (_, n) => n),
    (n) =>
      ChunkEvent.fold(
        ZhipuChat.stream({
          model: "glm-4.6",
          messages: [Message.user(`question ${n}.`)],
          thinking: { type: "disabled" }
        })
      ),
    { concurrency: Number(concurrency), discard: true }
  )

const program = Effect.gen(function* () {
  yield* calls(Number(count) / 10)
  const startedAt = performance.now()
  yield* calls(Number(count))
  return (Number(count) * 1000) / (performance.now() - startedAt)
})

const live = Layer.provide(Zhipu.layer({ apiKey: Redacted.make(apiKey), baseUrl }), UndiciHttpClient.layer)

process.stdout.write(String(await Effect.runPromise(Effect.provide(program, live))))
