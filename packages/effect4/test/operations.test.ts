/**
 * How many operations Effect's runtime executes for a call, as the test of the same name tells for Effect 3. The bounds are the numbers of
 * today; whoever adds a stage to the way of a call sees it here.
 */
import { describe, expect, it } from "@effect/vitest"
import { ChunkEvent, Message, Zhipu, ZhipuChat } from "@effect-zhipu/effect4"
import { Effect, Layer, Redacted, Scheduler, Stream } from "effect"
import { HttpClient, type HttpClientError, type HttpClientRequest, HttpClientResponse } from "effect/http"

type Reply = (request: HttpClientRequest.HttpClientRequest) => HttpClientResponse.HttpClientResponse

const request = { model: "glm-4.6", messages: [Message.user("hi")] }

const frame = (delta: object, more: object = {}) =>
  `data: ${JSON.stringify({ id: "1", created: 1, model: "glm-4.6", choices: [{ index: 0, delta, ...more }] })}\n\n`

const piecesOf = (reads: number): ReadonlyArray<Uint8Array> =>
  [
    ...Array.from({ length: reads - 1 }, () => frame({ content: "Hi" })),
    `${frame({ content: "" }, { finish_reason: "stop" })}data: [DONE]\n\n`
  ].map((text) => new TextEncoder().encode(text))

const document: Reply = (request) => {
  const choice = { index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }
  const body = JSON.stringify({ id: "1", created: 1, model: "glm-4.6", choices: [choice], usage })
  const headers = { "content-type": "application/json", "content-length": String(body.length) }
  return HttpClientResponse.fromWeb(request, new Response(body, { headers }))
}

const headers = { "content-type": "text/event-stream" }

/** A body of `fetch`, one piece a read. */
const fetched =
  (reads: number): Reply =>
  (request) => {
    const pieces = piecesOf(reads)
    let next = 0
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>): void => {
      const piece = pieces[next++]
      if (piece === undefined) controller.close()
      else controller.enqueue(piece)
    }
    const body = new ReadableStream({ pull }, { highWaterMark: 0 })
    return HttpClientResponse.fromWeb(request, new Response(body, { headers }))
  }

/** A body that is pulled: one whose Stream somebody has put in the place of its own. */
const pulled =
  (reads: number): Reply =>
  (request) => {
    const response = fetched(reads)(request)
    return Object.defineProperty(response, "stream", { value: response.stream })
  }

/** A body that is read by callback, as that of the Node transport. */
const direct =
  (reads: number): Reply =>
  (request) => {
    const pieces = piecesOf(reads)
    let next = 0
    let isReady = true
    const open = () => ({
      take: () => {
        if (!isReady || next >= pieces.length) return undefined
        isReady = false
        return [pieces[next++]]
      },
      hasEnded: () => next >= pieces.length,
      failure: () => undefined,
      onReadable: (wake: () => void) =>
        setTimeout(() => {
          isReady = true
          wake()
        }, 0),
      release: () => {}
    })
    const response = HttpClientResponse.fromWeb(request, new Response(null, { headers }))
    return Object.defineProperty(response, Symbol.for("@effect-zhipu/effect4/DirectBody"), { value: { open } })
  }

/** The operations of the second of two runs, as the first one loads and caches. */
const operations = <A, E>(reply: Reply, effect: Effect.Effect<A, E, Zhipu.Zhipu>) =>
  Effect.gen(function* () {
    // Not `HttpClient.make`, which wraps the response.
    const http = HttpClient.makeWith(
      (sent: Effect.Effect<HttpClientRequest.HttpClientRequest, HttpClientError.HttpClientError>) =>
        Effect.map(sent, reply),
      Effect.succeed
    )
    const context = yield* Layer.build(
      Zhipu.layer({ apiKey: Redacted.make("0123456789abcdef.fedcba9876543210") }).pipe(
        Layer.provide(Layer.succeed(HttpClient.HttpClient, http))
      )
    )
    const counted = Effect.promise(async () => {
      let count = 0
      class Counting extends Scheduler.MixedScheduler {
        // Asked once before each operation.
        override shouldYield(): boolean {
          count++
          return false
        }
      }
      await Effect.runPromise(
        Effect.andThen(Effect.yieldNow, Effect.provide(effect, context)).pipe(
          Effect.provideService(Scheduler.Scheduler, new Counting())
        )
      )
      return count
    })
    yield* counted
    return yield* counted
  }).pipe(Effect.scoped)

const stream = Stream.runForEachArray(ZhipuChat.stream(request), () => Effect.void)

const fold = Effect.suspend(() => ChunkEvent.fold(ZhipuChat.stream(request)))

describe("operations", () => {
  it.live.each([
    ["a plain call", document, ZhipuChat.complete(request), 87],
    ["a stream of 5 reads, pulled", pulled(5), stream, 233],
    ["its fold", pulled(5), fold, 179],
    ["a stream of 5 reads over fetch", fetched(5), stream, 158],
    ["its fold over fetch", fetched(5), fold, 104],
    ["a stream of 5 reads by callback", direct(5), stream, 161],
    ["its fold by callback", direct(5), fold, 107]
  ] as const)("%s takes no more of them than it did", ([, reply, effect, most]) =>
    Effect.gen(function* () {
      expect(yield* operations(reply, effect)).toBeLessThanOrEqual(most)
    })
  )

  it.live.each([
    ["pulled", pulled, stream, 22],
    ["pulled, into a fold", pulled, fold, 15],
    ["over fetch", fetched, stream, 7],
    ["over fetch, into a fold", fetched, fold, 0],
    ["by callback", direct, stream, 7],
    ["by callback, into a fold", direct, fold, 0]
  ] as const)("a read that is %s takes no more of them than it did", ([, reply, effect, most]) =>
    Effect.gen(function* () {
      const few = yield* operations(reply(5), effect)
      const many = yield* operations(reply(105), effect)
      expect((many - few) / 100).toBeLessThanOrEqual(most)
    })
  )
})
