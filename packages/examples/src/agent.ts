/** An agent: tools defined by Schemas, run in a loop until the model answers; one of them asks first. */
import { Message, Tool, Toolkit, ToolLoop, Transcript, Zhipu } from "@effect-zhipu/client"
import { FetchHttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Schedule, Schema, Stream } from "effect"

const live = Zhipu.layerConfig().pipe(Layer.provide(FetchHttpClient.layer))

const print = (text: string) => Effect.sync(() => process.stdout.write(text))

const City = Schema.String.annotations({ description: "Name of the city, in English" })

const weather = Tool.make("get_weather", {
  description: "The weather in a city, now",
  parameters: { city: City },
  success: Schema.Struct({ sky: Schema.Literal("sun", "rain"), celsius: Schema.Number }),
  // What the handler may fail with, and the model is told.
  failure: Schema.Struct({ reason: Schema.String }),
  timeout: "10 seconds",
  retry: Schedule.recurs(2)
})

const postcard = Tool.make("send_postcard", {
  description: "Sends a postcard from a city",
  parameters: { city: City, greeting: Schema.String },
  needsApproval: true
})

const toolkit = Toolkit.make(weather, postcard)

const handlers = toolkit.toLayer({
  get_weather: ({ city }) =>
    city === "Atlantis"
      ? Effect.fail({ reason: "under water" })
      : Effect.succeed({ sky: city === "London" ? "rain" : "sun", celsius: city.length * 3 }),
  send_postcard: ({ city }) => Effect.succeed(`sent from ${city}`)
})

// A person would be asked here. ToolLoop.held would stop the loop, to be resumed when there is an answer.
const approve = (call: ToolLoop.Call<typeof toolkit.tools>) =>
  Effect.succeed(
    call.name === "send_postcard" && call.parameters.city === "Florence"
      ? ToolLoop.denied("no stamps left")
      : ToolLoop.approved
  )

const show = (event: ToolLoop.Event<typeof toolkit.tools>) => {
  switch (event._tag) {
    case "Chunk":
      return event.event._tag === "ContentDelta" ? print(event.event.text) : Effect.void
    case "ToolResult":
    case "ToolFailed":
    case "ApprovalDenied":
      return Console.log(`[${event.round}] ${event.name}: ${event.content}`)
    case "RoundFinished":
      // As JSON it can be kept anywhere, and given to ToolLoop.resume.
      return Effect.flatMap(Schema.encode(Transcript.FromJson)(event.transcript), (json) =>
        Console.log(`[${event.round}] saved ${event.transcript.messages.length} messages, ${json.length} characters`)
      )
    default:
      return Effect.void
  }
}

const program = ToolLoop.stream({
  request: {
    model: "glm-4.6",
    messages: [Message.user("What is the weather in London and in Florence? Send a postcard from each.")],
    thinking: { type: "enabled", clear_thinking: false },
    tool_stream: true
  },
  toolkit,
  maxRounds: 5,
  approve
}).pipe(
  Stream.tap(show),
  ToolLoop.fold,
  Effect.tap(({ transcript }) =>
    Console.log(`\n${transcript.usage?.total_tokens} tokens in ${transcript.rounds} rounds`)
  ),
  // Each error has a tag, and holds the transcript up to it.
  Effect.catchTag("ToolLoopLimit", ({ maxRounds }) => Console.log(`no answer after ${maxRounds} rounds`))
)

program.pipe(Effect.provide([handlers, live]), NodeRuntime.runMain)
