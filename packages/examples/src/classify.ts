/** A thousand classifications as a batch, at half the price. Kill it and run it again: it goes on where it was. */
import { Batches } from "@effect-zhipu/api"
import { ChatCompletion, Message, Zhipu } from "@effect-zhipu/client"
import { FetchHttpClient } from "@effect/platform"
import { NodeContext, NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Ref, Schedule, Stream } from "effect"

const reviews = Stream.range(1, 1000).pipe(
  Stream.map((number) => ({ id: `review-${number}`, text: number % 3 === 0 ? "Never again." : "I liked it." }))
)

const calls = Stream.map(reviews, ({ id, text }) => ({
  id,
  body: {
    model: "glm-4-flash",
    messages: [Message.system("Answer with one word: good or bad."), Message.user(text)]
  }
}))

const program = Effect.gen(function* () {
  const counts = yield* Ref.make({ answered: 0, failed: 0 })
  const lines = Batches.run(calls, {
    directory: process.env["BATCH_DIRECTORY"] ?? "reviews.batch",
    // The default looks after half a minute, then less often. A batch may take a day.
    wait: { schedule: Schedule.exponential("1 second", 1.5).pipe(Schedule.either(Schedule.spaced("5 minutes"))) },
    onStep: ({ id, step }) => Console.log(`${step}: ${id}`)
  })
  yield* Stream.runForEach(lines, (line) =>
    line._tag === "Success" && ChatCompletion.text(line.body) !== ""
      ? Ref.update(counts, (all) => ({ ...all, answered: all.answered + 1 }))
      : Ref.update(counts, (all) => ({ ...all, failed: all.failed + 1 }))
  )
  const { answered, failed } = yield* Ref.get(counts)
  yield* Console.log(`${answered} answered, ${failed} failed`)
})

program.pipe(
  Effect.provide([Zhipu.layerConfig().pipe(Layer.provide(FetchHttpClient.layer)), NodeContext.layer]),
  NodeRuntime.runMain
)
