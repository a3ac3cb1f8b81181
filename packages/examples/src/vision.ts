/** Pictures: from a URL and from a file. What the model cannot take fails before it is sent. */
import { Attachment, ChatCompletion, Message, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { FetchHttpClient, FileSystem } from "@effect/platform"
import { NodeFileSystem, NodeRuntime } from "@effect/platform-node"
import { Console, Effect, Encoding, Layer } from "effect"

const live = Zhipu.layerConfig().pipe(Layer.provide(FetchHttpClient.layer), Layer.merge(NodeFileSystem.layer))

const model = "glm-4.6v"

// A picture of one red pixel, to have a file to read.
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"

const program = Effect.gen(function* () {
  const fileSystem = yield* FileSystem.FileSystem
  const path = yield* fileSystem.makeTempFileScoped({ suffix: ".png" })
  yield* Effect.flatMap(Encoding.decodeBase64(pixel), (bytes) => fileSystem.writeFile(path, bytes))

  const answer = yield* ZhipuChat.complete({
    model,
    messages: [
      Message.user([
        yield* Attachment.imageFromUrl("https://example.com/flag.png", { model }),
        yield* Attachment.imageFromPath(path, { model }),
        Message.text("Which colour have both pictures?")
      ])
    ]
  })
  yield* Console.log(ChatCompletion.text(answer))

  // Another model may not see, and a file may be too large: both are told by a typed error.
  yield* Attachment.imageFromPath(path, { model: "glm-4.6" }).pipe(
    Effect.catchTag("AttachmentError", (error) => Console.log(`${error.reason}: ${error.message}`))
  )
})

program.pipe(Effect.scoped, Effect.provide(live), NodeRuntime.runMain)
