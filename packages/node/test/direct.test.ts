/** The body by callback, which `@effect-zhipu/client` looks for. */
import { UndiciHttpClient } from "@effect-zhipu/node"
import { HttpClient, type HttpClientResponse } from "@effect/platform"
import { expect, it } from "@effect/vitest"
import { Effect, Exit, Fiber, Layer, Predicate } from "effect"
import * as Client from "../../client/src/internal/body/directBody.js"
import { collectGarbage, eventually, get, serve } from "./support.js"

const directOf = (response: HttpClientResponse.HttpClientResponse): Client.DirectBody => {
  const direct = Client.directBodyOf(response)
  if (direct === undefined) throw new Error("the client does not find the body by callback")
  return direct
}

const readAll = (body: Client.BodyReader): Effect.Effect<string> =>
  Effect.async((resume) => {
    let text = ""
    const read = (): void => {
      for (let chunks = body.take(); chunks !== undefined; chunks = body.take()) {
        for (const bytes of chunks) text += Buffer.from(bytes).toString()
      }
      if (body.hasEnded()) resume(Effect.succeed(text))
      else body.onReadable(read)
    }
    read()
  })

const drip = serve((_request, response) => {
  let left = 5
  const timer = setInterval(() => {
    response.write("drop ")
    if (--left > 0) return
    clearInterval(timer)
    response.end()
  }, 5)
})

it.scopedLive("is found behind what platform wraps around a response, and gives all of it", () =>
  Effect.gen(function* () {
    const { url } = yield* drip
    const body = directOf(yield* get(url)).open()
    expect(yield* readAll(body)).toBe("drop ".repeat(5))
    expect(body.failure()).toBeUndefined()
  }).pipe(Effect.provide(UndiciHttpClient.layer))
)

it.scopedLive("is not closed by the garbage collector while it is read", () =>
  Effect.gen(function* () {
    const { url } = yield* drip
    const body = yield* Effect.map(get(url), (response) => directOf(response).open())
    const text = yield* Effect.fork(readAll(body))
    for (let i = 0; i < 10; i++) {
      collectGarbage()
      yield* Effect.sleep("5 millis")
    }
    expect(yield* Fiber.join(text)).toBe("drop ".repeat(5))
  }).pipe(Effect.provide(UndiciHttpClient.layer))
)

it.scopedLive("is read once, in either way", () =>
  Effect.gen(function* () {
    const { url } = yield* drip
    const response = yield* get(url)
    const direct = directOf(response)
    yield* readAll(direct.open())
    const again = direct.open()
    expect(again.take()).toBeUndefined()
    expect(again.hasEnded()).toBe(true)
    expect(again.failure()).toMatchObject({ _tag: "ResponseError", reason: "Decode" })
    const text = yield* Effect.exit(response.text)
    expect(Exit.isFailure(text)).toBe(true)
  }).pipe(Effect.provide(UndiciHttpClient.layer))
)

it.scopedLive("closes its connection when it is released early, and tells a reset", () =>
  Effect.gen(function* () {
    let closed = 0
    const { url } = yield* serve((request, response) => {
      request.socket.once("close", () => closed++)
      response.write("beginning")
      if (request.url === "/reset") setTimeout(() => request.socket.resetAndDestroy(), 20)
    })
    directOf(yield* get(url))
      .open()
      .release()
    expect(
      yield* eventually(
        () => closed,
        (count) => count === 1
      )
    ).toBe(1)
    const body = directOf(yield* get(`${url}/reset`)).open()
    expect(yield* readAll(body)).toBe("beginning")
    expect(body.failure()).toMatchObject({ _tag: "ResponseError" })
  }).pipe(Effect.provide(UndiciHttpClient.layer))
)

it.effect("is left out where the response is none of this transport", () =>
  Effect.gen(function* () {
    const client = HttpClient.make((request) =>
      Effect.succeed({ request, status: 200, headers: {} } as unknown as HttpClientResponse.HttpClientResponse)
    )
    const response = yield* HttpClient.get("http://127.0.0.1:9").pipe(
      Effect.provide(Layer.succeed(HttpClient.HttpClient, client))
    )
    expect(Client.directBodyOf(response)).toBeUndefined()
    expect(Predicate.hasProperty(response, Client.directBody)).toBe(false)
  })
)
