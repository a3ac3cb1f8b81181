/** Answers of `node:http`: what reaches the simulator when a visitor leaves, and the page when the answer breaks. */
import { Message, Zhipu, ZhipuChat } from "@effect-zhipu/client"
import { createZhipu, type PromiseClient } from "@effect-zhipu/client/promise"
import { ServerSentEvents } from "@effect-zhipu/http"
import { read } from "@effect-zhipu/http/reader"
import { Simulator } from "@effect-zhipu/testing"
import { FetchHttpClient } from "@effect/platform"
import { Chunk, Effect, Exit, Layer, ManagedRuntime, Redacted, Scope, Stream } from "effect"
import { once } from "node:events"
import { createServer, request as nodeRequest, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { connect as connect2, createServer as createServer2 } from "node:http2"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { content } from "./support.js"

const scope = Effect.runSync(Scope.make())
let simulator: Simulator.Service
let zhipu: PromiseClient
let server: Server
let origin = ""
/** What the server does with a request; those of the tests replace it. */
let handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>
/** Settled when the handler of the last request is. */
let handled: Promise<unknown> = Promise.resolve()

const run = <A, E>(effect: Effect.Effect<A, E>): Promise<A> => Effect.runPromise(effect)

beforeAll(async () => {
  simulator = await run(Scope.extend(Simulator.make(), scope))
  zhipu = createZhipu({ apiKey: Redacted.value(simulator.apiKey), baseUrl: simulator.baseUrl, maxRetries: 0 })
  server = createServer((request, response) => {
    handled = handle(request, response)
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`
})

afterAll(async () => {
  server.closeAllConnections()
  server.close()
  await zhipu.close()
  await run(Scope.close(scope, Exit.void))
})

beforeEach(async () => {
  await run(Effect.zipRight(simulator.setFaults(""), simulator.awaitIdle))
  await run(simulator.reset)
  handle = (request, response) =>
    ServerSentEvents.toNodeResponse(zhipu.stream("Tell me about the sea."), request, response)
})

const stats = () => run(simulator.stats)

const disconnected = () =>
  expect.poll(async () => (await stats()).disconnects.length, { timeout: 20_000, interval: 5 }).toBe(1)

/** An answer that never begins, and tells when it is asked for. */
const counted = (onAsked: () => void): ServerSentEvents.Answer =>
  Stream.zipRight(Stream.fromEffect(Effect.sync(onAsked)), Stream.never)

describe("toNodeResponse", () => {
  it("sends a whole answer, with the headers of events", async () => {
    const response = await fetch(origin, { method: "POST" })
    expect(Object.fromEntries(response.headers)).toMatchObject(ServerSentEvents.headers)
    const tags: Array<string> = []
    for await (const { _tag } of read(response)) tags.push(_tag)
    expect(tags).toEqual(expect.arrayContaining(["Started", "ContentDelta", "Finished"]))
    await handled
    expect((await stats()).disconnects).toEqual([])
  })

  it("sends an answer with requirements, by the runtime that has them", async () => {
    const { apiKey, baseUrl } = simulator
    const live = Zhipu.layer({ apiKey, baseUrl }).pipe(Layer.provide(FetchHttpClient.layer))
    const managed = ManagedRuntime.make(live)
    const runtime = await managed.runtime()
    const answer = ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user("Say: hello")] })
    handle = (request, response) => ServerSentEvents.toNodeResponseRuntime(answer, runtime, request, response)
    let text = ""
    for await (const event of read(await fetch(origin))) if (event._tag === "ContentDelta") text += event.text
    expect(text).toBe("hello")
    await managed.dispose()
  })

  it.each(["slow:20", "idle@chunk:0", "idle@headers"])(
    "closes the request when the visitor leaves, with %s",
    async (faults) => {
      await run(simulator.setFaults(faults))
      const leave = new AbortController()
      const response = await fetch(origin, { method: "POST", signal: leave.signal })
      expect(response.status).toBe(200)
      await expect.poll(async () => (await stats()).inFlight, { timeout: 20_000, interval: 5 }).toBe(1)
      leave.abort()
      await disconnected()
      await handled
    }
  )

  it.each([
    ["truncate@chunk:10", "StreamTruncatedError"],
    ["reset@chunk:10", "ConnectionError"],
    ["error-frame:1305@chunk:10", "OverloadedError"],
    ["code:1113", "InsufficientBalanceError"]
  ])("tells the page of %s", async (faults, tag) => {
    await run(simulator.setFaults(faults))
    const reading = (async () => {
      for await (const _ of read(await fetch(origin)));
    })()
    await expect(reading).rejects.toMatchObject({ _tag: tag })
  })

  it("reads no faster than the visitor does, and goes on when they do", async () => {
    let batches = 0
    const text = "x".repeat(64 * 1024)
    const endless = Stream.repeatEffectChunk(
      Effect.sync(() => {
        batches++
        return Chunk.of(content(text))
      }).pipe(Effect.zipLeft(Effect.yieldNow()))
    )
    handle = (request, response) => ServerSentEvents.toNodeResponse(endless, request, response)
    const response = await new Promise<IncomingMessage>((resolve) => {
      nodeRequest(origin, { method: "POST" }, (response) => resolve(response.pause())).end()
    })
    const standing = async () => {
      for (let before = -1; before !== batches;) {
        before = batches
        await new Promise((resolve) => setTimeout(resolve, 300))
      }
      return batches
    }
    const stood = await standing()
    response.resume()
    await expect.poll(() => batches, { timeout: 20_000 }).toBeGreaterThan(stood + 100)
    response.destroy()
    await handled
    const left = batches
    expect(await standing()).toBe(left)
  })

  it("asks nothing for HEAD, nor for a visitor who has left", async () => {
    const { status } = await fetch(origin, { method: "HEAD" })
    expect(status).toBe(200)
    handle = async (request, response) => {
      response.destroy()
      await ServerSentEvents.toNodeResponse(zhipu.stream("Hello"), request, response)
    }
    await fetch(origin).catch(() => "gone")
    await handled
    expect((await stats()).requests).toBe(0)
  })

  // A response of HTTP/2 says of itself neither that it is destroyed nor, later, that it was closed.
  it.each(["stream", "connection"])("asks nothing for a visitor of HTTP/2 whose %s is gone", async (what) => {
    let asked = 0
    const http2 = createServer2((request, response) => {
      handled = closed.then(() =>
        ServerSentEvents.toNodeResponse(
          counted(() => asked++),
          request,
          response
        )
      )
      if (what === "stream") response.stream.close()
      else response.stream.session?.destroy()
    }).listen(0, "127.0.0.1")
    const closed = new Promise<void>((resolve) => {
      http2.once("stream", (stream) => stream.on("error", () => {}).on("close", resolve))
    })
    await once(http2, "listening")
    const address = http2.address()
    const visitor = connect2(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`)
    visitor.on("error", () => {})
    visitor
      .request({ ":path": "/" })
      .on("error", () => {})
      .resume()
    await closed
    await handled
    expect(asked).toBe(0)
    visitor.destroy()
    http2.close()
  })

  it("asks nothing for a response that has ended", async () => {
    let asked = 0
    handle = async (request, response) => {
      response.end("no")
      await ServerSentEvents.toNodeResponse(
        counted(() => asked++),
        request,
        response
      )
    }
    expect(await (await fetch(origin)).text()).toBe("no")
    await handled
    expect(asked).toBe(0)
  })

  it("answers 500 where a header cannot be written, and asks nothing", async () => {
    handle = (request, response) =>
      ServerSentEvents.toNodeResponse(zhipu.stream("Hello"), request, response, { headers: { "x-title": "数据" } })
    const response = await fetch(origin)
    expect(response.status).toBe(500)
    expect(response.headers.get("content-type")).toBe("application/json")
    await expect(read(response).next()).rejects.toMatchObject({ _tag: "ServerError", isRetryable: true })
    await handled
    expect((await stats()).requests).toBe(0)
  })

  it("tells no words of a defect, and takes the abort of a signal for none", async () => {
    const textFor = async (error: unknown) => {
      const events = (async function* () {
        yield content("a")
        throw error
      })()
      handle = (request, response) => ServerSentEvents.toNodeResponse(events, request, response)
      return (await fetch(origin)).text()
    }
    expect(await textFor(new DOMException("stopped", "AbortError"))).toContain('"_tag":"ConnectionError"')
    expect(await textFor(new DOMException("too slow", "TimeoutError"))).toContain('"_tag":"ConnectionError"')
    expect(await textFor(new Error("bug"))).toMatch(/event: error\ndata: .*"_tag":"ServerError"/)
    expect(await textFor(new Error("bug"))).not.toContain("bug")
  })
})
