/** Answers that are one document, as the network brings them: without end, packed to burst, slowly. Over real sockets. */
import { ChatCompletion, RetryPolicy, Zhipu, ZhipuChat, type ZhipuConfig } from "@effect-zhipu/client"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Either, Layer, Redacted } from "effect"
import { createServer, type RequestListener, type Server } from "node:http"
import { gzipSync } from "node:zlib"
import { completion, request } from "./support/http.js"
import { httpLayer, transports } from "./support/simulator.js"

const serving = (answer: RequestListener) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.async<Server>((resume) => {
        const server = createServer((incoming, response) => {
          incoming.resume()
          answer(incoming, response)
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

const head = '{"choices":[{"index":0,"message":{"role":"assistant","content":"'

const mebibyte = "x".repeat(1024 * 1024)

/** 70 KB that unpack to 70 MB. */
const bomb = gzipSync(head + mebibyte.repeat(70), { level: 1 })

const packed: RequestListener = (_, response) => {
  response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" })
  response.end(bomb)
}

const plain: RequestListener = (_, response) => {
  response.writeHead(200, { "content-type": "application/json" })
  response.write(head)
  const more = (): void => {
    while (!response.destroyed) {
      if (!response.write(mebibyte)) return void response.once("drain", more)
    }
  }
  more()
}

/** Twenty pieces, 100 ms apart, of a length that is announced. */
const slowly: RequestListener = (_, response) => {
  const text = JSON.stringify(completion("Hello"))
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) })
  const size = Math.ceil(text.length / 20)
  const send = (from: number): void => {
    if (from >= text.length) return void response.end()
    response.write(text.slice(from, from + size))
    setTimeout(() => send(from + size), 100)
  }
  send(0)
}

describe.each(transports)("a whole answer over %s", { concurrent: true }, (transport) => {
  const asking = (answer: RequestListener, options: Partial<ZhipuConfig.Options> = {}) =>
    Effect.gen(function* () {
      const port = yield* serving(answer)
      const apiKey = Redacted.make("w-id.w-secret")
      const live = Zhipu.layer({
        apiKey,
        baseUrl: `http://127.0.0.1:${port}`,
        retry: RetryPolicy.none,
        ...options
      }).pipe(Layer.provide(httpLayer[transport]))
      return yield* Effect.either(ZhipuChat.complete(request)).pipe(Effect.provide(live))
    })

  for (const [what, answer] of Object.entries({ plain, packed })) {
    it.scopedLive(`that is too large, ${what}, ends at 64 MiB`, () =>
      Effect.gen(function* () {
        const outcome = yield* asking(answer)
        expect(Either.isLeft(outcome) && outcome.left).toMatchObject({
          _tag: "CorruptStreamError",
          reason: "EventTooLarge",
          isRetryable: false,
          message: expect.stringContaining("64 MiB")
        })
      })
    )
  }

  it.scopedLive("that comes slowly is waited for, also where its length is announced", () =>
    Effect.gen(function* () {
      const outcome = yield* asking(slowly, { deadlines: { idle: "1 second" } })
      expect(Either.map(outcome, ChatCompletion.text)).toEqual(Either.right("Hello"))
    })
  )
})
