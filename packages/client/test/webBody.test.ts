/** The body of a response of `fetch` is read below its Stream: but for where somebody has put another one in its place. */
import { describe, expect, it } from "@effect/vitest"
import { ChunkEvent, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { Effect, Layer, Redacted, Stream } from "effect"
import { chunk, done, frame } from "./support/decoding.js"
import { request, testKey } from "./support/http.js"

type Wrap = (
  response: HttpClientResponse.HttpClientResponse,
  stream: HttpClientResponse.HttpClientResponse["stream"]
) => HttpClientResponse.HttpClientResponse

const text = [frame(chunk({ content: "Hello" })), frame(chunk({ content: "" }, { finish_reason: "stop" })), done].join(
  ""
)

const answering = HttpClient.make((request) =>
  Effect.sync(() =>
    HttpClientResponse.fromWeb(request, new Response(text, { headers: { "content-type": "text/event-stream" } }))
  )
)

/** What the client reads, and how many reads went through the stream of the wrapper. */
const readBy = (wrap: Wrap) =>
  Effect.suspend(() => {
    let reads = 0
    const count = Effect.sync(() => {
      reads++
    })
    const http = HttpClient.transformResponse(
      answering,
      Effect.map((response) =>
        wrap(
          response,
          Stream.tap(response.stream, () => count)
        )
      )
    )
    const live = Zhipu.layer({ apiKey: Redacted.make(testKey) }).pipe(
      Layer.provide(Layer.succeed(HttpClient.HttpClient, http))
    )
    return ZhipuChat.stream(request).pipe(
      ChunkEvent.text,
      Stream.mkString,
      Effect.map((read) => ({ read, reads })),
      Effect.provide(live)
    )
  })

describe("the body of a response of fetch", () => {
  it.live("is read without its Stream", () =>
    Effect.gen(function* () {
      expect(yield* readBy((response) => response)).toEqual({ read: "Hello", reads: 0 })
    })
  )

  it.live.each<[string, Wrap]>([
    ["an object made of the response", (response, stream) => Object.create(response, { stream: { value: stream } })],
    [
      "the response with another field",
      (response, stream) => Object.defineProperty(response, "stream", { get: () => stream })
    ],
    [
      "an object that calls the response its original",
      (response, stream) => ({
        ...response,
        status: response.status,
        headers: response.headers,
        original: response,
        stream
      })
    ]
  ])("is that of the Stream which %s gives", ([, wrap]) =>
    Effect.gen(function* () {
      const { read, reads } = yield* readBy(wrap)
      expect(read).toBe("Hello")
      expect(reads).toBeGreaterThan(0)
    })
  )
})
