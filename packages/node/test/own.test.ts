/** What this transport does by itself: its layers, its bounds, and where it goes further than that of platform-node. */
import { UndiciHttpClient } from "@effect-zhipu/node"
import { HttpClient, HttpClientError, HttpClientRequest } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Deferred, Effect, Exit, Fiber, Layer, Option, Stream } from "effect"
import { AsyncLocalStorage } from "node:async_hooks"
import * as Http from "node:http"
import * as Net from "node:net"
import { inspect } from "node:util"
import { Agent, Dispatcher, errors, MockAgent, ProxyAgent } from "undici"
import { collect, collectGarbage, echo, echoed, eventually, execute, get, serve, transports } from "./support.js"

const failureOf = <A, E>(exit: Exit.Exit<A, E>): E =>
  Exit.match(exit, {
    onSuccess: () => {
      throw new Error("it did not fail")
    },
    onFailure: (cause) => Option.getOrThrow(Cause.failureOption(cause))
  })

const over = (dispatcher: Dispatcher) =>
  UndiciHttpClient.layerDispatcher.pipe(Layer.provide(Layer.succeed(UndiciHttpClient.Dispatcher, dispatcher)))

/** A dispatcher that does what the test says, and notes what is done to it. */
class Scripted extends Dispatcher {
  readonly log: Array<string> = []
  handler: Dispatcher.DispatchHandler | undefined
  paused = false
  readonly controller: Dispatcher.DispatchController = {
    aborted: false,
    paused: false,
    reason: null,
    abort: () => void this.log.push("abort"),
    pause: () => void this.log.push("pause"),
    resume: () => void this.log.push("resume")
  }

  override dispatch(_options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    this.handler = handler
    handler.onRequestStart?.(this.controller, {})
    handler.onResponseStart?.(this.controller, 200, {})
    return true
  }

  data(bytes: number): void {
    this.handler?.onResponseData?.(this.controller, Buffer.alloc(bytes, "x"))
  }

  end(): void {
    this.handler?.onResponseEnd?.(this.controller, {})
  }

  fail(error: Error): void {
    this.handler?.onResponseError?.(this.controller, error)
  }
}

const url = "http://127.0.0.1:9"

describe("bodies", () => {
  it.scopedLive("that nobody reads stop the socket at 256 KiB, and go on when they are read", () =>
    Effect.gen(function* () {
      const dispatcher = new Scripted()
      const { stream } = yield* UndiciHttpClient.make(dispatcher).get(url)
      dispatcher.data(256 * 1024)
      expect(dispatcher.log).toEqual([])
      dispatcher.data(1)
      dispatcher.data(1)
      expect(dispatcher.log).toEqual(["pause"])
      const sizes: Array<number> = []
      const fiber = yield* Effect.fork(
        Stream.runForEachChunk(stream, (chunks) =>
          Effect.sync(() => {
            sizes.push(chunks.length)
          })
        )
      )
      yield* eventually(
        () => dispatcher.log.length,
        (length) => length === 2
      )
      expect(dispatcher.log).toEqual(["pause", "resume"])
      expect(sizes).toEqual([3])
      // What comes in one turn of the event loop is one batch.
      for (let index = 0; index < 100; index++) dispatcher.data(1)
      dispatcher.end()
      yield* Fiber.join(fiber)
      expect(sizes).toEqual([3, 100])
      expect(dispatcher.log).toEqual(["pause", "resume"])
    })
  )

  it.scopedLive("that are read whole are not bounded", () =>
    Effect.gen(function* () {
      const dispatcher = new Scripted()
      const response = yield* UndiciHttpClient.make(dispatcher).get(url)
      dispatcher.data(300 * 1024)
      const fiber = yield* Effect.fork(response.text)
      yield* eventually(
        () => dispatcher.log.length,
        (length) => length === 2
      )
      expect(dispatcher.log).toEqual(["pause", "resume"])
      dispatcher.data(1024 * 1024)
      dispatcher.end()
      expect((yield* Fiber.join(fiber)).length).toBe((300 + 1024) * 1024)
      expect(dispatcher.log).toEqual(["pause", "resume"])
    })
  )

  it.scopedLive("that break off give what came before", () =>
    Effect.gen(function* () {
      const dispatcher = new Scripted()
      const { stream } = yield* UndiciHttpClient.make(dispatcher).get(url)
      dispatcher.data(10)
      dispatcher.fail(new Error("broken"))
      dispatcher.data(10)
      dispatcher.end()
      let bytes = 0
      const exit = yield* Effect.exit(
        Stream.runForEach(stream, (chunk) =>
          Effect.sync(() => {
            bytes += chunk.length
          })
        )
      )
      expect(bytes).toBe(10)
      expect(failureOf(exit)).toMatchObject({ reason: "Decode", cause: { message: "broken" } })
      expect(dispatcher.log).toEqual([])
    })
  )

  it.scopedLive("are streamed once", () =>
    Effect.gen(function* () {
      const server = yield* serve(echo)
      const response = yield* get(server.url)
      yield* collect(response)
      const again = failureOf(yield* Effect.exit(Stream.runDrain(response.stream)))
      expect(again).toMatchObject({ reason: "Decode", cause: { message: "the body has already been read" } })
      const text = yield* get(server.url)
      yield* text.text
      expect(failureOf(yield* Effect.exit(Stream.runDrain(text.stream)))).toMatchObject({ reason: "Decode" })
    }).pipe(Effect.provide(UndiciHttpClient.layer))
  )

  it.scopedLive("are not touched by showing the response", () =>
    Effect.gen(function* () {
      const server = yield* serve((_, response) => {
        response.setHeader("content-type", "text/event-stream")
        response.end("data: 1\n\n")
      })
      const response = yield* get(server.url)
      yield* Effect.sleep("20 millis")
      expect(inspect(response)).not.toContain("data: 1")
      expect(JSON.parse(JSON.stringify(response))).toMatchObject({ status: 200, remoteAddress: { _tag: "None" } })
      expect((yield* collect(response)).toString()).toBe("data: 1\n\n")
    }).pipe(Effect.provide(UndiciHttpClient.layer))
  )

  it.scopedLive("are forms, in both directions", () =>
    Effect.gen(function* () {
      const mirror = yield* serve((request, response) => {
        response.setHeader("content-type", request.headers["content-type"] ?? "")
        request.pipe(response)
      })
      const form = new FormData()
      form.append("field", "wört")
      form.append("file", new Blob(["content"], { type: "text/css" }), "file.css")
      const response = yield* execute(HttpClientRequest.bodyFormData(HttpClientRequest.post(mirror.url), form))
      expect(response.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/)
      const back = yield* response.formData
      expect(back.get("field")).toBe("wört")
      const file = back.get("file")
      if (!(file instanceof File)) throw new Error("no file")
      expect([file.name, file.type, yield* Effect.promise(() => file.text())]).toEqual([
        "file.css",
        "text/css",
        "content"
      ])
      const plain = yield* execute(HttpClientRequest.bodyText(HttpClientRequest.post(mirror.url), "x", "text/plain"))
      expect(failureOf(yield* Effect.exit(plain.formData))).toMatchObject({ reason: "Decode" })
    }).pipe(Effect.provide(UndiciHttpClient.layer))
  )
})

describe("requests", () => {
  it.scopedLive("do not send the fragment of their URL", () =>
    Effect.gen(function* () {
      const server = yield* serve(echo)
      expect((yield* echoed(HttpClientRequest.get(`${server.url}/a?b#c`))).url).toBe("/a?b")
    }).pipe(Effect.provide(UndiciHttpClient.layer))
  )

  it.scopedLive("that wait for a connection can be given up", () =>
    Effect.gen(function* () {
      let requests = 0
      const server = yield* serve((_, response) => {
        requests++
        response.write("a")
        setTimeout(() => response.end("b"), 300)
      })
      const first = yield* get(server.url)
      const waiting = yield* Effect.fork(get(server.url))
      const scopedClient = HttpClient.withScope(yield* HttpClient.HttpClient)
      const scope = yield* Deferred.make<void>()
      const scoped = yield* Effect.fork(
        Effect.scoped(
          Effect.flatMap(Effect.fork(Effect.exit(scopedClient.get(server.url))), (fiber) =>
            Effect.as(Deferred.await(scope), fiber)
          )
        )
      )
      yield* Effect.sleep("50 millis")
      yield* Fiber.interrupt(waiting)
      yield* Deferred.succeed(scope, undefined)
      yield* Fiber.join(scoped)
      expect((yield* collect(first)).toString()).toBe("ab")
      expect(yield* (yield* get(server.url)).text).toBe("ab")
      expect(requests).toBe(2)
    }).pipe(Effect.provide(UndiciHttpClient.layerAgent({ connections: 1 })))
  )

  it.scopedLive("fail where the scope of theirs is over", () =>
    Effect.gen(function* () {
      const server = yield* serve((_, response) => response.write("a"))
      const client = HttpClient.withScope(yield* HttpClient.HttpClient)
      const response = yield* Effect.scoped(client.get(server.url))
      const error = failureOf(yield* Effect.exit(Stream.runDrain(response.stream)))
      expect(error).toMatchObject({ reason: "Decode", cause: { name: "AbortError" } })
    }).pipe(Effect.provide(UndiciHttpClient.layer))
  )

  it.scopedLive("fail with what the dispatcher throws", () =>
    Effect.gen(function* () {
      class Broken extends Dispatcher {
        override dispatch(): boolean {
          throw new Error("broken dispatcher")
        }
      }
      const error = failureOf(yield* Effect.exit(UndiciHttpClient.make(new Broken()).get(url)))
      expect(error).toBeInstanceOf(HttpClientError.RequestError)
      expect(error).toMatchObject({ reason: "Transport", cause: { message: "broken dispatcher" } })
    })
  )

  it.scopedLive("go through a dispatcher of undici 6, such as that of Node 20 itself, which takes other handlers", () =>
    Effect.gen(function* () {
      class Older extends Dispatcher {
        readonly agent = new Agent({ connections: 1 })
        refused = 0
        override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
          if (typeof handler.onConnect === "function") return this.agent.dispatch(options, handler)
          this.refused++
          throw new errors.InvalidArgumentError("invalid onError method")
        }
      }
      const dispatcher = new Older()
      yield* Effect.addFinalizer(() => Effect.promise(() => dispatcher.agent.destroy()))
      let written = 0
      const server = yield* serve((request, response) => {
        if (request.url === "/") return echo(request, response)
        const more = (): void => {
          while (written < 16 * 1024 * 1024) {
            written += 65_536
            if (!response.write(Buffer.alloc(65_536))) return void response.once("drain", more)
          }
          response.end()
        }
        more()
      })
      yield* Effect.gen(function* () {
        const two = yield* Effect.all([get(server.url), get(server.url)], { concurrency: 2 })
        expect(
          yield* Effect.forEach(two, ({ status, text }) => Effect.map(text, (text) => [status, text !== ""]))
        ).toEqual([
          [200, true],
          [200, true]
        ])
        // A slow reader stops the socket, and goes on.
        const large = yield* get(`${server.url}/large`)
        yield* Effect.sleep("200 millis")
        expect(written).toBeLessThan(16 * 1024 * 1024)
        expect(yield* Stream.runFold(large.stream, 0, (sum, { length }) => sum + length)).toBe(16 * 1024 * 1024)
        expect(failureOf(yield* Effect.exit(get("http://127.0.0.1:1")))).toMatchObject({ reason: "Transport" })
      }).pipe(Effect.provide(over(dispatcher)))
      expect(dispatcher.refused).toBe(1)
    })
  )

  it.scopedLive("come back in the async context they left in", () =>
    Effect.gen(function* () {
      const server = yield* serve((_, response) => {
        response.write("a")
        setTimeout(() => response.end("b"), 20)
      })
      const client = yield* HttpClient.HttpClient
      const storage = new AsyncLocalStorage<number>()
      for (let index = 0; index < 3; index++) {
        const seen = yield* Effect.promise(() =>
          storage.run(index, () =>
            Effect.runPromise(
              Effect.flatMap(client.get(server.url), (response) => {
                const atHeaders = storage.getStore()
                return Effect.map(response.text, () => [atHeaders, storage.getStore()])
              })
            )
          )
        )
        expect(seen).toEqual([index, index])
        const streaming = Stream.unwrap(Effect.map(client.get(server.url), ({ stream }) => stream)).pipe(
          Stream.runFold(new Set<number | undefined>(), (stores) => stores.add(storage.getStore()))
        )
        const stores = yield* Effect.promise(() => storage.run(index, () => Effect.runPromise(streaming)))
        expect([...stores]).toEqual([index])
      }
      expect(server.connections()).toBeLessThanOrEqual(2)
    }).pipe(Effect.provide(UndiciHttpClient.layer))
  )
})

describe("headers", () => {
  it.scopedLive("hold one cookie as well as two", () =>
    Effect.gen(function* () {
      const server = yield* serve((_, response) => response.setHeader("set-cookie", "a=1; Secure").end())
      const { cookies } = yield* get(server.url)
      expect(cookies.cookies["a"]).toMatchObject({ value: "1", options: { secure: true } })
    }).pipe(Effect.provide(UndiciHttpClient.layer))
  )
})

describe("dispatchers", () => {
  it.scopedLive("stay with whoever made them", () =>
    Effect.gen(function* () {
      const server = yield* serve(echo)
      const agent = new Agent()
      yield* Effect.provide(echoed(HttpClientRequest.get(server.url)), over(agent))
      expect(agent.destroyed).toBe(false)
      yield* Effect.provide(echoed(HttpClientRequest.get(server.url)), over(agent))
      yield* Effect.promise(() => agent.destroy())
      const error = failureOf(yield* Effect.exit(Effect.provide(get(server.url), over(agent))))
      expect(error).toMatchObject({ reason: "Transport", cause: { code: "UND_ERR_DESTROYED" } })
    })
  )

  it.scopedLive("can be mocked", () =>
    Effect.gen(function* () {
      const agent = new MockAgent()
      agent.disableNetConnect()
      agent.get("http://mock.test").intercept({ path: "/a", method: "GET" }).reply(201, "mocked")
      const response = yield* Effect.provide(get("http://mock.test/a"), over(agent))
      expect([response.status, yield* response.text]).toEqual([201, "mocked"])
      const error = failureOf(yield* Effect.exit(Effect.provide(get("http://mock.test/b"), over(agent))))
      expect(error).toMatchObject({ _tag: "RequestError", reason: "Transport" })
    })
  )

  const proxy = (refuses = false) =>
    Effect.gen(function* () {
      const seen: Array<string> = []
      const { server, ...rest } = yield* serve((request, response) => {
        seen.push(`${request.method} ${request.url}`)
        if (refuses) return void response.writeHead(407).end("no")
        const forward = Http.request(request.url ?? "", { method: request.method ?? "GET", headers: request.headers })
        forward.on("response", (answer) => {
          response.writeHead(answer.statusCode ?? 0, answer.headers)
          answer.pipe(response)
        })
        request.pipe(forward)
      })
      server.on("connect", (request: Http.IncomingMessage, socket: Net.Socket) => {
        seen.push(`CONNECT ${request.url}`)
        if (refuses) return void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
        const [host, port] = (request.url ?? "").split(":")
        const upstream = Net.connect(Number(port), host, () => {
          socket.write("HTTP/1.1 200 OK\r\n\r\n")
          upstream.pipe(socket)
          socket.pipe(upstream)
        })
        upstream.on("error", () => socket.destroy())
        socket.on("error", () => upstream.destroy())
      })
      return { ...rest, seen }
    })

  const viaProxy = (uri: string, proxyTunnel: boolean) =>
    UndiciHttpClient.layerDispatcher.pipe(
      Layer.provide(
        Layer.scoped(
          UndiciHttpClient.Dispatcher,
          Effect.acquireRelease(
            Effect.sync(() => new ProxyAgent({ uri, proxyTunnel })),
            (agent) => Effect.promise(() => agent.destroy())
          )
        )
      )
    )

  for (const tunnel of [true, false]) {
    it.scopedLive(`may be proxies, ${tunnel ? "with a tunnel" : "with whole URLs"}`, () =>
      Effect.gen(function* () {
        const server = yield* serve(echo)
        const { seen, url } = yield* proxy()
        yield* Effect.gen(function* () {
          for (let index = 0; index < 3; index++) {
            const request = HttpClientRequest.post(`${server.url}/path?q=1`, { headers: { authorization: "key" } })
            const answer = yield* echoed(HttpClientRequest.bodyText(request, "body"))
            expect(answer).toMatchObject({ method: "POST", url: "/path?q=1", body: "body" })
            expect(answer.headers["authorization"]).toBe("key")
            const stream = HttpClientRequest.bodyStream(request, Stream.encodeText(Stream.make("a", "b")))
            expect((yield* echoed(stream)).body).toBe("ab")
          }
        }).pipe(Effect.provide(viaProxy(url, tunnel)))
        expect(new Set(seen)).toEqual(
          new Set([tunnel ? `CONNECT 127.0.0.1:${server.port}` : `POST ${server.url}/path?q=1`])
        )
      })
    )

    it.scopedLive(`may be proxies that refuse, ${tunnel ? "with a tunnel" : "with whole URLs"}`, () =>
      Effect.gen(function* () {
        const { url } = yield* proxy(true)
        const error = failureOf(yield* Effect.exit(Effect.provide(get("http://127.0.0.1:9/"), viaProxy(url, tunnel))))
        expect(error).toMatchObject({ _tag: "RequestError", reason: "Transport" })
        expect(String((error as HttpClientError.RequestError).cause)).toContain("407")
      })
    )
  }
})

describe("garbage", () => {
  for (const { layer, name } of transports) {
    it.scopedLive(`that is a response nobody reads is closed: ${name}`, () =>
      Effect.gen(function* () {
        const { open, url } = yield* serve((_, response) => response.write("begun"))
        const client = yield* HttpClient.HttpClient
        for (let index = 0; index < 5; index++) {
          yield* Effect.promise(() => Effect.runPromise(Effect.asVoid(client.get(url))))
        }
        expect(open()).toBe(5)
        const left = yield* eventually(
          () => {
            collectGarbage()
            return open()
          },
          // The last one may still be on the stack.
          (count) => count <= 1
        )
        expect(left).toBeLessThanOrEqual(1)
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive(`is no response that is read: ${name}`, () =>
      Effect.gen(function* () {
        const { url } = yield* serve((_, response) => {
          let left = 30
          const timer = setInterval(() => {
            if (left-- > 0) return void response.write("x")
            clearInterval(timer)
            response.end()
          }, 10)
        })
        const texts = yield* Effect.fork(
          Effect.all([Effect.map(Effect.flatMap(get(url), collect), String), Effect.flatMap(get(url), (_) => _.text)], {
            concurrency: 2
          })
        )
        while ((yield* Fiber.poll(texts))._tag === "None") {
          collectGarbage()
          yield* Effect.sleep("10 millis")
        }
        expect(yield* Fiber.join(texts)).toEqual(["x".repeat(30), "x".repeat(30)])
      }).pipe(Effect.provide(layer))
    )
  }
})
