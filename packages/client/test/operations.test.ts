/**
 * How many operations Effect's runtime executes for a call: what a call costs, told by a number that is the same on every
 * machine. The bounds are the numbers of today; whoever adds a stage to the way of a call sees it here.
 */
import { describe, expect, it } from "@effect/vitest"
import { ChunkEvent, Zhipu, ZhipuCall, ZhipuChat } from "@effect-zhipu/client"
import { HttpClient, type HttpClientError, type HttpClientRequest, HttpClientResponse } from "@effect/platform"
import { Effect, Layer, Redacted, Scheduler, Stream } from "effect"
import { chunk, done, frame } from "./support/decoding.js"
import { completion, request, testKey } from "./support/http.js"

type Reply = (request: Parameters<typeof HttpClientResponse.fromWeb>[0]) => HttpClientResponse.HttpClientResponse

const piecesOf = (reads: number): ReadonlyArray<Uint8Array> =>
  [
    ...Array.from({ length: reads - 1 }, () => frame(chunk({ content: "Hi" }))),
    frame(chunk({ content: "" }, { finish_reason: "stop" })) + done
  ].map((text) => new TextEncoder().encode(text))

const document: Reply = (request) => {
  const body = JSON.stringify(completion())
  const headers = { "content-type": "application/json", "content-length": String(body.length) }
  return HttpClientResponse.fromWeb(request, new Response(body, { headers }))
}

const eventStream = { "content-type": "text/event-stream" }

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
    return HttpClientResponse.fromWeb(request, new Response(body, { headers: eventStream }))
  }

/** A body that is pulled: one whose Stream somebody has put in the place of its own. */
const pulled =
  (reads: number): Reply =>
  (request) => {
    const response = fetched(reads)(request)
    return Object.defineProperty(response, "stream", { value: response.stream })
  }

/** A body that is read by callback, as that of `@effect-zhipu/node`. */
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
    const response = HttpClientResponse.fromWeb(request, new Response(null, { headers: eventStream }))
    return Object.defineProperty(response, Symbol.for("@effect-zhipu/client/DirectBody"), { value: { open } })
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
      Zhipu.layer({ apiKey: Redacted.make(testKey) }).pipe(Layer.provide(Layer.succeed(HttpClient.HttpClient, http)))
    )
    const counted = Effect.promise(async () => {
      let count = 0
      const tasks = new Scheduler.MixedScheduler(2048)
      const counting: Scheduler.Scheduler = {
        scheduleTask: (task, priority) => tasks.scheduleTask(task, priority),
        // Asked once before each operation.
        shouldYield: () => {
          count++
          return false
        }
      }
      await Effect.runPromise(
        Effect.withScheduler(Effect.zipRight(Effect.yieldNow(), Effect.provide(effect, context)), counting)
      )
      return count
    })
    yield* counted
    return yield* counted
  }).pipe(Effect.scoped)

const stream = Stream.runForEachChunk(ZhipuChat.stream(request), () => Effect.void)

const fold = Effect.suspend(() => ChunkEvent.fold(ZhipuChat.stream(request)))

/** The streams of other runtimes wake their readers otherwise. */
const isNode = process.versions["bun"] === undefined && !("Deno" in globalThis)

describe.runIf(isNode)("in Node", () => {
  it.live.each([
    ["a plain call", document, ZhipuChat.complete(request), 214],
    ["a stream of 5 reads, pulled", pulled(5), stream, 1049],
    ["its fold", pulled(5), fold, 412],
    ["a stream of 5 reads over fetch", fetched(5), stream, 828],
    ["its fold over fetch", fetched(5), fold, 225],
    ["a stream of 5 reads by callback", direct(5), stream, 792],
    ["its fold by callback", direct(5), fold, 220]
  ] as const)("%s takes no more operations than it did", ([, reply, effect, most]) =>
    Effect.gen(function* () {
      expect(yield* operations(reply, effect)).toBeLessThanOrEqual(most)
    })
  )

  it.live.each([
    ["pulled", pulled, stream, 37],
    ["pulled, into a fold", pulled, fold, 21],
    ["over fetch", fetched, stream, 16],
    ["over fetch, into a fold", fetched, fold, 0],
    ["by callback", direct, stream, 16],
    ["by callback, into a fold", direct, fold, 0]
  ] as const)("a read that is %s takes no more operations than it did", ([, reply, effect, most]) =>
    Effect.gen(function* () {
      const few = yield* operations(reply(5), effect)
      const many = yield* operations(reply(105), effect)
      expect((many - few) / 100).toBeLessThanOrEqual(most)
    })
  )

  it.live("options of one call cost the calls that have them alone", () =>
    Effect.gen(function* () {
      const usual = yield* operations(document, ZhipuChat.complete(request))
      const own = ZhipuChat.complete(request).pipe(ZhipuCall.with({ headers: { "x-a": "1" } }))
      expect(yield* operations(document, own)).toBeGreaterThan(usual)
    })
  )
})
