/** GLM behind `@effect/ai`: a chat with a tool, streamed, and an object. Only the layer at the bottom names the provider. */
import { ZhipuLanguageModel } from "@effect-zhipu/ai"
import { Zhipu } from "@effect-zhipu/client"
import { Chat, LanguageModel, Tool, Toolkit } from "@effect/ai"
import { FetchHttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Effect, Layer, Schema, Stream } from "effect"

const print = (text: string) => Effect.sync(() => process.stdout.write(text))

class Weather extends Schema.Class<Weather>("Weather")({ sky: Schema.String, celsius: Schema.Number }) {}

const toolkit = Toolkit.make(
  Tool.make("get_weather", {
    description: "The weather in a city, now",
    parameters: { city: Schema.String },
    success: Weather
  })
)

const handlers = toolkit.toLayer({
  get_weather: ({ city }) => Effect.succeed(new Weather({ sky: "rain", celsius: city.length * 2 }))
})

const Packing = Schema.Struct({ city: Schema.String, umbrella: Schema.Boolean })

const program = Effect.gen(function* () {
  const chat = yield* Chat.fromPrompt([{ role: "system", content: "You know about the weather." }])

  // The model asks for the weather. The handler runs, and its result is in the history for the turn that follows.
  yield* chat.streamText({ prompt: "What is the weather in London?", toolkit }).pipe(
    Stream.runForEach((part) => {
      if (part.type === "tool-params-start") return print(`[${part.name}] `)
      if (part.type === "tool-call") return print(`${part.params.city} `)
      return part.type === "tool-result" ? print(`-> ${part.result.sky}\n`) : Effect.void
    })
  )
  yield* chat.streamText({ prompt: [], toolkit }).pipe(
    Stream.runForEach((part) => {
      if (part.type === "text-delta") return print(part.delta)
      return part.type === "finish" ? print(`\n${part.reason}, ${part.usage.totalTokens} tokens\n`) : Effect.void
    })
  )

  // The schema goes into the instructions, as GLM enforces only that there is JSON; what comes is decoded here.
  const { value } = yield* LanguageModel.generateObject({
    prompt: "It rains in London. What do I pack?",
    schema: Packing,
    objectName: "packing"
  }).pipe(ZhipuLanguageModel.withConfigOverride({ thinking: { type: "disabled" } }))
  yield* print(`${value.city}: ${value.umbrella ? "with" : "without"} an umbrella\n`)
})

const glm = ZhipuLanguageModel.model("glm-4.6", {
  tool_stream: true,
  // The model goes on from its earlier thoughts, which are sent back as they came.
  thinking: { type: "enabled", clear_thinking: false }
}).pipe(Layer.provide(Zhipu.layerConfig()), Layer.provide(FetchHttpClient.layer))

program.pipe(Effect.provide(Layer.merge(handlers, glm)), NodeRuntime.runMain)
