/** Several keys, another model for when one is overloaded, and a circuit breaker in front of it. */
import {
  ChatCompletion,
  CircuitBreaker,
  Fallback,
  KeyPool,
  Message,
  RetryPolicy,
  Zhipu,
  ZhipuAuth,
  ZhipuChat,
  ZhipuError
} from "@effect-zhipu/client"
import { FetchHttpClient } from "@effect/platform"
import { NodeRuntime } from "@effect/platform-node"
import { Config, Console, Effect, Layer, Stream } from "effect"

// Read again every 10 seconds, so that keys come and go without a restart: a file or a vault would do as well.
const keys = Config.array(Config.redacted(), "ZHIPU_API_KEY").pipe(
  Effect.mapError(
    () => new ZhipuError.AuthenticationError({ message: "Set ZHIPU_API_KEY to keys with commas between." })
  )
)

const zhipu = Zhipu.layerConfig({
  apiKey: KeyPool.make({ keys, refresh: "10 seconds", cooldown: { RateLimitError: "2 seconds" } }),
  // The default asks an overloaded model for minutes; here another one is to answer before that.
  retry: RetryPolicy.make({
    overload: RetryPolicy.backoff({ base: "100 millis", cap: "1 second", retries: 2, elapsed: "5 seconds" })
  })
})

const live = Fallback.layer([{ model: "glm-4.5-air" }]).pipe(
  Layer.provideMerge(CircuitBreaker.layer({ cooldown: "30 seconds" })),
  Layer.provideMerge(zhipu),
  Layer.provide(FetchHttpClient.layer)
)

const program = Effect.gen(function* () {
  // Runs beside the calls, for a log or an alert.
  yield* CircuitBreaker.changes.pipe(
    Stream.runForEach((states) => Effect.forEach(states, ([model, { _tag }]) => Console.log(`${model} is ${_tag}`))),
    Effect.forkScoped
  )
  const { attempts, exit } = yield* Fallback.withTrail(
    ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user("Say: here I am")] })
  )
  for (const { error, model, name, of } of attempts) {
    yield* Console.log(`${of === "key" ? `key ${name}` : model}: ${error ?? "answered"}`)
  }
  yield* Console.log(ChatCompletion.text(yield* exit))
  for (const { label, resting } of yield* ZhipuAuth.keyStates) {
    yield* Console.log(`key ${label} ${resting === undefined ? "is in use" : `rests: ${resting.error}`}`)
  }
})

program.pipe(Effect.scoped, Effect.provide(live), NodeRuntime.runMain)
