// What a user's program does, written once for all runtimes: it streams an answer, signs its calls, catches an error by its
// tag, hands an answer on as a ReadableStream, asks without Effect, and is tested with a mock.
import { ChatCompletion, ChunkEvent, Message, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { createZhipu } from "@effect-zhipu/client/promise"
import * as AnswerStream from "@effect-zhipu/http/AnswerStream"
import * as MockChat from "@effect-zhipu/testing/MockChat"
import { FetchHttpClient } from "@effect/platform"
import { Effect, Layer, Redacted, Stream } from "effect"

export interface Service {
  readonly apiKey: string
  readonly baseUrl: string
}

export const run = ({ apiKey, baseUrl }: Service) => {
  const live = (options: { readonly apiKey?: string; readonly auth?: "api-key" | "jwt" }) =>
    Zhipu.layer({ baseUrl, ...options, apiKey: Redacted.make(options.apiKey ?? apiKey) }).pipe(
      Layer.provide(FetchHttpClient.layer)
    )
  const stream = ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user("Why is the sky blue?")] })
  const complete = ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user("Say: hello")] })

  return Effect.gen(function* () {
    const pieces = yield* stream.pipe(ChunkEvent.text, Stream.runCollect, Effect.provide(live({})))
    const signed = yield* complete.pipe(Effect.provide(live({ auth: "jwt" })))
    const caught = yield* complete.pipe(
      Effect.as("nothing"),
      Effect.catchTag("AuthenticationError", (error) => Effect.succeed(`${error._tag} ${error.status}`)),
      Effect.provide(live({ apiKey: "wrong.key" }))
    )
    const mocked = yield* complete.pipe(Effect.provide(MockChat.layer([MockChat.text("hello from a mock")])))
    const body = yield* Effect.runtime<ZhipuChat.ZhipuChat>().pipe(
      Effect.map((runtime) =>
        stream.pipe(ChunkEvent.text, Stream.encodeText, AnswerStream.toReadableStreamRuntime(runtime))
      ),
      Effect.flatMap((readable) => Effect.promise(() => new Response(readable).text())),
      Effect.provide(live({}))
    )
    const promised = yield* Effect.promise(async () => {
      const zhipu = createZhipu({ apiKey, baseUrl })
      const text = await zhipu.text("Say: hello")
      await zhipu.close()
      return text
    })
    return {
      streamed: Array.from(pieces).join(""),
      inPieces: pieces.length > 1,
      signed: ChatCompletion.text(signed),
      caught,
      promised,
      mocked: ChatCompletion.text(mocked),
      body
    }
  }).pipe(Effect.runPromise)
}
