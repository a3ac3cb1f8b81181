/** That calls with forms and bytes can be recorded and replayed. */
import { Files, Images, Upload } from "@effect-zhipu/api"
import { RetryPolicy, Zhipu } from "@effect-zhipu/client"
import { UndiciHttpClient } from "@effect-zhipu/node"
import { Cassette, Simulator } from "@effect-zhipu/testing"
import { FileSystem } from "@effect/platform"
import { NodeContext } from "@effect/platform-node"
import { expect, it } from "@effect/vitest"
import { Chunk, Effect, Layer, Stream } from "effect"

const program = (content: string) =>
  Effect.gen(function* () {
    const bytes = new TextEncoder().encode(content)
    const file = yield* Files.upload(Upload.fromBytes(bytes, { filename: "a.jsonl" }), { purpose: "batch" })
    const image = yield* Images.generate({ model: "cogview-4", prompt: "a" })
    const picture = Buffer.concat(Chunk.toReadonlyArray(yield* Stream.runCollect(Images.download(image))))
    return [yield* Files.text(file.id), picture.toString("base64")]
  })

it.scopedLive("forms and bytes are recorded, and replayed whatever the boundary is", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = `${yield* fs.makeTempDirectoryScoped()}/calls.json`
    const { apiKey, baseUrl } = yield* Simulator.make()
    const client = Zhipu.layer({ apiKey, baseUrl, retry: RetryPolicy.none })
    const recorder = Layer.provide(Cassette.layerRecord(path), UndiciHttpClient.layer)
    const recorded = yield* Effect.provide(program('{"a":1}\n'), Layer.provideMerge(client, recorder))
    const text = yield* fs.readFileString(path)
    expect(text).toContain('"filename": "a.jsonl"')
    expect(text).not.toContain("boundary")
    const player = Layer.provideMerge(client, Cassette.layerReplay(path))
    expect(yield* Effect.provide(program('{"a":1}\n'), player)).toEqual(recorded)
    const other = yield* Effect.flip(Effect.provide(program('{"a":2}\n'), player))
    expect(other.message).toContain("file.sha256")
  }).pipe(Effect.provide(NodeContext.layer))
)
