import { describe, expect, it } from "@effect/vitest"
import { ChatCompletion, ChunkEvent, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { Effect, Either, Layer, Redacted } from "effect"
import { createServer, type Server } from "node:http"
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib"
import { client, completion, jsonType, mock, request, streamed } from "./support/http.js"
import { httpLayer, transports } from "./support/simulator.js"
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

const packings = {
  gzip: gzipSync,
  deflate: deflateSync,
  "deflate-raw": deflateRawSync,
  br: brotliCompressSync
}

describe.each(transports)("what a gateway packs, over %s", (transport) => {
  /** Each request is answered packed as its path says, a stream as events and any other as a document. */
  const serving = Effect.map(
    Effect.acquireRelease(
      Effect.async<Server>((resume) => {
        const server = createServer((incoming, response) => {
          const kind = incoming.url?.split("/")[1] as keyof typeof packings
          let asked = ""
          incoming.setEncoding("utf8").on("data", (text: string) => (asked += text))
          incoming.on("end", () => {
            const isStream = asked.includes('"stream":true')
            response.writeHead(200, {
              "content-encoding": kind.replace("-raw", ""),
              "content-type": isStream ? "text/event-stream" : "application/json"
            })
            response.end(packings[kind](isStream ? body : whole))
          })
        })
        server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) =>
        Effect.sync(() => {
          server.close()
          server.closeAllConnections()
        })
    ),
    (server) => Object(server.address()).port as number
  )
  const whole = JSON.stringify(completion("Hello"))

  const asking = (port: number, path: string) =>
    Effect.all([
      Effect.either(Effect.map(ChunkEvent.fold(ZhipuChat.stream(request)), ChatCompletion.text)),
      Effect.either(Effect.map(ZhipuChat.complete(request), ChatCompletion.text))
    ]).pipe(
      Effect.provide(
        Zhipu.layer({ apiKey: Redacted.make("p-id.p-secret"), baseUrl: `http://127.0.0.1:${port}/${path}` }).pipe(
          Layer.provide(httpLayer[transport])
        )
      )
    )

  for (const kind of ["gzip", "deflate", "deflate-raw"] as const) {
    it.scopedLive(`29. is read, ${kind}`, () =>
      Effect.gen(function* () {
        expect(yield* asking(yield* serving, kind)).toEqual([Either.right("Hello"), Either.right("Hello")])
      })
    )
  }

  it.scopedLive(`29. ${transport === "fetch" ? "is read" : "is told and not asked for again"}, br`, () =>
    Effect.gen(function* () {
      const answers = yield* asking(yield* serving, "br")
      if (transport === "fetch") return expect(answers).toEqual([Either.right("Hello"), Either.right("Hello")])
      for (const answer of answers) {
        expect(Either.isLeft(answer) && answer.left).toMatchObject({
          _tag: "CorruptStreamError",
          reason: "UnexpectedContentType",
          isRetryable: false,
          attempts: 1,
          message: expect.stringContaining("packed as br")
        })
      }
    })
  )
})

it.effect("a stream asks for no packing, as proxies hold back what they pack", () =>
  Effect.gen(function* () {
    const over = mock(streamed(body))
    yield* ChunkEvent.fold(ZhipuChat.stream(request)).pipe(Effect.provide(client(over)))
    expect(over.sent[0]?.headers["accept-encoding"]).toBe("identity")
  })
)
