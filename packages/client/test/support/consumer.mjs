/**
 * A process that reads one stream and keeps nothing of it: how much memory lives while it does, as JSON on stdout.
 *
 * Arguments: transport, base URL, whether to collect garbage and measure (`measure`) or only to read (`read`), and how many
 * characters the server shall say.
 */
// The modules and not the barrels, which are 30 MB of code.
import * as Message from "@effect-zhipu/client/Message"
import * as RetryPolicy from "@effect-zhipu/client/RetryPolicy"
import * as Zhipu from "@effect-zhipu/client/Zhipu"
import * as ZhipuChat from "@effect-zhipu/client/ZhipuChat"
import * as UndiciHttpClient from "@effect-zhipu/node/UndiciHttpClient"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Stream from "effect/Stream"

const [transport = "fetch", baseUrl = "", how = "read", length = "0"] = process.argv.slice(2)

const layers = { fetch: FetchHttpClient.layer, undici: NodeHttpClient.layerUndici, node: UndiciHttpClient.layer }

const live = Zhipu.layer({ apiKey: Redacted.make("memory-id.memory-secret"), baseUrl, retry: RetryPolicy.none }).pipe(
  Layer.provide(layers[transport])
)

const used = () => {
  globalThis.gc()
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

const stream = (characters) =>
  ZhipuChat.stream({
    model: "glm-4.6",
    messages: [Message.user("Hello")],
    // The server reads how much it shall say.
    user_id: `characters:${characters}`
  })

const program = Effect.gen(function* () {
  yield* Stream.runDrain(stream(100_000))
  const before = how === "measure" ? used() : 0
  let characters = 0
  let peak = 0
  let looked = 0
  yield* stream(Number(length)).pipe(
    Stream.runForEachChunk((events) =>
      Effect.sync(() => {
        for (const event of events) if (event._tag === "ContentDelta") characters += event.text.length
        if (how !== "measure" || characters < looked + Number(length) / 10) return
        looked = characters
        peak = Math.max(peak, used() - before)
      })
    )
  )
  return { characters, peak }
})

console.log(JSON.stringify(await Effect.runPromise(Effect.provide(program, live))))
