/** Typed objects: a Schema instead of text. The object is shown as it is written, and decoded when it is whole. */
import { Message, StructuredOutput, Zhipu } from "@effect-zhipu/client"
import { FetchHttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Schema, Stream } from "effect"

const live = Zhipu.layerConfig().pipe(Layer.provide(FetchHttpClient.layer))

// What the model is told, and what its answer is held to. Annotations go to the model as well.
const Weather = Schema.Struct({
  city: Schema.String,
  celsius: Schema.Int.pipe(Schema.between(-90, 60)),
  sky: Schema.Literal("sun", "clouds", "rain").annotations({ description: "What one sees looking up" })
}).annotations({ identifier: "Weather" })

const request = {
  model: "glm-4.6",
  messages: [Message.user("Read this report: Florence, 31 degrees, not a cloud to be seen, only sun.")]
}

const program = Effect.gen(function* () {
  // An answer that does not fit is asked for again, with what was wrong with it.
  const { attempts, value } = yield* StructuredOutput.generate({ request, schema: Weather, maxAttempts: 2 })
  yield* Console.log(`${value.celsius} degrees and ${value.sky} in ${value.city}, at attempt ${attempts}`)

  // Any Schema will do: a list is asked for as an object that holds it, and given as a list.
  yield* StructuredOutput.stream({ request, schema: Schema.Array(Weather) }).pipe(
    Stream.runForEach((event) =>
      event._tag === "Partial"
        ? Console.log("so far", JSON.stringify(event.value))
        : Console.log("in all", event.value.map(({ city }) => city).join())
    )
  )
})

program.pipe(
  // The answer that did not fit is in the error, for whoever wants to see it.
  Effect.catchTag("StructuredOutputError", (error) => Console.error(`${error.message}\n${error.issue}`)),
  Effect.provide(live),
  NodeRuntime.runMain
)
