/** Traces, metrics and logs over OTLP, to a collector that listens where OTEL_EXPORTER_OTLP_ENDPOINT says. */
import { CallMetrics, ChunkEvent, ErrorLog, Message, Price, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { Otlp } from "@effect/opentelemetry"
import { FetchHttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Config, Console, Effect, Layer, Stream } from "effect"

// Spans, metrics and log lines of the whole program; they need no SDK, and leave when the program ends.
const exporter = Layer.unwrapEffect(
  Effect.map(Config.withDefault(Config.string("OTEL_EXPORTER_OTLP_ENDPOINT"), "http://localhost:4318"), (baseUrl) =>
    Otlp.layerJson({ baseUrl, resource: { serviceName: "telemetry-example" } })
  )
)

// Each is switched on by a layer under the client. The span of a call needs none: its tracer is that of the program.
const observed = Layer.mergeAll(
  CallMetrics.layer,
  ErrorLog.layer,
  // Numbers of an imaginary contract; without a row of one's own, the list price of api.z.ai.
  Price.layer([{ model: "glm-4.6", currency: "USD", input: 0.5, cachedInput: 0.1, output: 2 }])
)

const live = Zhipu.layerConfig().pipe(Layer.provide([FetchHttpClient.layer, observed]))

const program = ZhipuChat.stream({
  model: "glm-4.6",
  messages: [Message.user("What is a span?")]
}).pipe(
  ChunkEvent.text,
  Stream.runForEach((text) => Effect.sync(() => process.stdout.write(text))),
  Effect.zipRight(Console.log("")),
  Effect.withSpan("example")
)

program.pipe(Effect.provide([live, Layer.provide(exporter, FetchHttpClient.layer)]), NodeRuntime.runMain)
