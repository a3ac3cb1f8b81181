/** Deep thinking: the model's reasoning streams first, then its answer. */
import { ChunkEvent, Message, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { FetchHttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Effect, Layer, Stream } from "effect"

const live = Zhipu.layerConfig().pipe(Layer.provide(FetchHttpClient.layer))

const print = (text: string) => Effect.sync(() => process.stdout.write(text))

const program = Effect.gen(function* () {
  let part = ""
  // Reasoning and answer are events of their own; a heading goes before the first of each.
  const show = (event: ChunkEvent.ReasoningDelta | ChunkEvent.ContentDelta) => {
    const heading = event._tag === part ? "" : event._tag === "ReasoningDelta" ? "Thinking: " : "\nAnswer: "
    part = event._tag
    return print(heading + event.text)
  }

  const answer = yield* ZhipuChat.stream({
    model: "glm-4.6",
    messages: [Message.user("Which is larger, 9.11 or 9.9? Explain.")],
    // "enabled" is the default of GLM-4.6; "disabled" answers faster, without reasoning.
    thinking: { type: "enabled" }
  }).pipe(
    Stream.tap((event) =>
      ChunkEvent.isReasoningDelta(event) || ChunkEvent.isContentDelta(event) ? show(event) : Effect.void
    ),
    // Collects what streamed by into the completion that the service would have sent without streaming.
    ChunkEvent.fold
  )
  const spent = answer.usage?.completion_tokens_details?.reasoning_tokens
  yield* print(`\n${spent} of ${answer.usage?.completion_tokens} tokens went into thinking\n`)
})

program.pipe(Effect.provide(live), NodeRuntime.runMain)
