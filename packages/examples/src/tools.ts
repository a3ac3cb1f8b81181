/** Tool calls, streamed: the arguments appear as the model writes them, then the tools run and the model answers. */
import { ChatCompletion, ChunkEvent, Message, Tool, Zhipu, ZhipuChat, type ZhipuError } from "@effect-zhipu/client"
import { FetchHttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Effect, JSONSchema, Layer, Schema, Stream } from "effect"

const live = Zhipu.layerConfig().pipe(Layer.provide(FetchHttpClient.layer))

const print = (text: string) => Effect.sync(() => process.stdout.write(text))

// One Schema says what the tool takes: as JSON Schema to the model, and to us when the arguments come back.
const Arguments = Schema.Struct({ city: Schema.String })

const weather = Tool.fn({
  name: "get_weather",
  description: "The weather in a city, now",
  parameters: JSONSchema.make(Arguments)
})

const getWeather = ({ city }: typeof Arguments.Type) =>
  Effect.succeed({ city, sky: city === "London" ? "rain" : "sun", celsius: city.length * 3 })

const run = (call: ChatCompletion.FunctionCall) =>
  Schema.decode(Schema.parseJson(Arguments))(call.arguments).pipe(
    Effect.flatMap(getWeather),
    // A model may get its arguments wrong. Told so, it tries again.
    Effect.catchTag("ParseError", (error) => Effect.succeed({ error: error.message })),
    Effect.map((result) => Message.toolResult(call.id, result))
  )

const show = (event: ChunkEvent.ChunkEvent) => {
  if (event._tag === "ContentDelta") return print(event.text)
  if (event._tag === "ToolCallStarted") return print(`\n[${event.name}] `)
  return event._tag === "ToolCallDelta" ? print(event.arguments) : Effect.void
}

const converse = (
  messages: ReadonlyArray<Message.Message>
): Effect.Effect<void, ZhipuError.ZhipuError, ZhipuChat.ZhipuChat> =>
  Effect.gen(function* () {
    const events = yield* ZhipuChat.stream({ model: "glm-4.6", messages, tools: [weather], tool_stream: true }).pipe(
      Stream.tap(show),
      Stream.runCollect
    )
    yield* print("\n")
    const turn = ChunkEvent.toCompletion(events)
    // Only calls whose arguments are whole: one that was cut is never run.
    const calls = ChatCompletion.functionCalls(turn)
    if (calls.length === 0) return
    const results = yield* Effect.forEach(calls, run, { concurrency: "unbounded" })
    yield* converse([...messages, ChatCompletion.toMessage(turn), ...results])
  })

converse([Message.user("What is the weather in London and in Florence?")]).pipe(
  Effect.provide(live),
  NodeRuntime.runMain
)
