import { describe, expect, it } from "@effect/vitest"
import { ChatCompletion, ChunkEvent, ZhipuChat } from "@effect-zhipu/client"
import { Effect } from "effect"
import { gzipSync } from "node:zlib"
import { client, completion, jsonType, mock, request, streamed } from "./support/http.js"
import { driveToError } from "./support/time.js"

const body = [
  `data: {"id":"c1","choices":[{"index":0,"delta":{"content":"Hello"}}]}\n\n`,
  `data: {"id":"c1","choices":[{"index":0,"finish_reason":"stop","delta":{}}]}\n\n`,
  "data: [DONE]\n\n"
].join("")

const packed = (headers: Readonly<Record<string, string>>) => ({ ...headers, "content-encoding": "gzip" })

const cuts = { whole: 1e6, "a byte at a time": 1, "two bytes at a time": 2 }

const pieces = (bytes: Uint8Array, size: number): ReadonlyArray<Uint8Array> =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) => bytes.slice(i * size, (i + 1) * size))

describe("a compressed body", () => {
  for (const [how, size] of Object.entries(cuts)) {
    it.effect(`29. is unpacked where the transport did not, read ${how}`, () =>
      Effect.gen(function* () {
        const reply = streamed(...pieces(gzipSync(body), size))
        const over = mock({ ...reply, headers: packed(reply.headers ?? {}) })
        const answer = yield* ChunkEvent.fold(ZhipuChat.stream(request)).pipe(Effect.provide(client(over)))
        expect(ChatCompletion.text(answer)).toBe("Hello")
      })
    )

    it.effect(`29. is read as it is where the transport has unpacked it, read ${how}`, () =>
      Effect.gen(function* () {
        const reply = streamed(...pieces(new TextEncoder().encode(body), size))
        const over = mock({ ...reply, headers: packed(reply.headers ?? {}) })
        const answer = yield* ChunkEvent.fold(ZhipuChat.stream(request)).pipe(Effect.provide(client(over)))
        expect(ChatCompletion.text(answer)).toBe("Hello")
      })
    )
  }

  it.effect("is unpacked for a whole answer", () =>
    Effect.gen(function* () {
      const over = mock({ headers: packed(jsonType), body: [gzipSync(JSON.stringify(completion("Hello")))] })
      const answer = yield* ZhipuChat.complete(request).pipe(Effect.provide(client(over)))
      expect(ChatCompletion.text(answer)).toBe("Hello")
    })
  )

  it.effect("that stalls before its first byte is given up at the deadline, with its connection", () =>
    Effect.gen(function* () {
      const reply = streamed({ hang: true })
      const over = mock({ ...reply, headers: packed(reply.headers ?? {}) })
      const stream = ChunkEvent.fold(ZhipuChat.stream(request)).pipe(
        Effect.provide(client(over, { deadlines: { firstChunk: "10 seconds" } }))
      )
      const { error } = yield* driveToError(stream, "1 minute")
      expect(error).toMatchObject({ _tag: "DeadlineExceededError", phase: "firstChunk" })
      yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 20)))
      expect(over.sent[0]?.cancelled).toBe(true)
    })
  )
})
