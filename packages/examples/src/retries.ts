/** A retry policy of one's own, and another model for when it gives up. */
import { ChatCompletion, Message, RetryPolicy, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import type { ZhipuError } from "@effect-zhipu/client"
import { FetchHttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Layer, Schedule } from "effect"

// Three schedules, one for each kind of failure that may pass; what is not given here keeps its default. The default
// waits for minutes when a model is overloaded, this one for about a second.
const policy = RetryPolicy.make({
  overload: RetryPolicy.backoff({ base: "100 millis", cap: "1 second", retries: 3, elapsed: "5 seconds" })
}).pipe(
  // A policy is an Effect Schedule over errors, so everything that works on schedules works here.
  Schedule.tapInput((error: ZhipuError.ZhipuError) => Console.log(`again after ${error._tag} (code ${error.code})`))
)

const live = Zhipu.layerConfig({
  retry: policy,
  deadlines: { total: "2 minutes" }
}).pipe(Layer.provide(FetchHttpClient.layer))

const ask = (model: string) =>
  ZhipuChat.complete({ model, messages: [Message.user("Say: here I am")] }).pipe(
    Effect.map((answer) => `${model}: ${ChatCompletion.text(answer)}`)
  )

const program = ask("glm-4.6").pipe(
  // Overload is a matter of one model.
  Effect.catchTag("OverloadedError", ({ attempts }) =>
    Effect.zipRight(Console.log(`glm-4.6 is overloaded, asked ${attempts} times`), ask("glm-4.5-air"))
  ),
  Effect.flatMap((text) => Console.log(text))
)

program.pipe(Effect.provide(live), NodeRuntime.runMain)
