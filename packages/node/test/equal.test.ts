/** What this transport and that of platform-node do alike. */
import { HttpBody, HttpClient, HttpClientError, HttpClientRequest } from "@effect/platform"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Chunk, Data, Deferred, Effect, Exit, Fiber, Inspectable, Layer, Option, Stream, Tracer } from "effect"
import { randomBytes } from "node:crypto"
import { once } from "node:events"
import type { ServerResponse } from "node:http"
import * as Net from "node:net"
import { Readable } from "node:stream"
import { inspect } from "node:util"
import { collect, echo, echoed, eventually, execute, get, serve, transports } from "./support.js"

const failureOf = <A, E>(exit: Exit.Exit<A, E>): E =>
  Exit.match(exit, {
    onSuccess: () => {
      throw new Error("it did not fail")
    },
    onFailure: (cause) => Option.getOrThrow(Cause.failureOption(cause))
  })

class NoMore extends Data.TaggedError("NoMore")<{ readonly message: string }> {}

/** All codes of an error and of its causes. */
const codesOf = (error: unknown): ReadonlyArray<string> => {
  if (!(error instanceof Error)) return []
  const own = "code" in error && typeof error.code === "string" ? [error.code] : []
  const inner = error instanceof AggregateError ? error.errors.flatMap(codesOf) : []
  return [...own, ...inner, ...codesOf(error.cause)]
}

/** Says when a response is closed before its end. */
const watched = () => {
  const closed: Array<boolean> = []
  const watch = (response: ServerResponse) => response.on("close", () => closed.push(response.writableFinished))
  return { closed, watch }
}

for (const { layer, name } of transports) {
  describe(name, () => {
    describe("requests", () => {
      it.scopedLive("have every method, with the path and the query", () =>
        Effect.gen(function* () {
          const { url } = yield* serve(echo)
          for (const method of ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const) {
            const seen = yield* echoed(
              HttpClientRequest.make(method)(`${url}/a/b?c=1`, { urlParams: { d: "ü x" } } as never)
            )
            expect(seen).toMatchObject({ method, url: "/a/b?c=1&d=%C3%BC+x", body: "" })
          }
          const head = yield* execute(HttpClientRequest.head(url))
          expect([head.status, yield* head.text]).toEqual([200, ""])
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("have headers and bodies of every kind", () =>
        Effect.gen(function* () {
          const { url } = yield* serve(echo)
          const post = HttpClientRequest.post(url, { headers: { "x-a": "1", authorization: "Bearer key" } })
          const bytes = Uint8Array.from({ length: 256 }, (_, index) => index)
          const latin1 = Buffer.from(bytes).toString("latin1")

          const text = yield* echoed(HttpClientRequest.bodyText(post, "hello", "text/plain"))
          expect(text.body).toBe("hello")
          expect(text.headers).toMatchObject({
            "x-a": "1",
            authorization: "Bearer key",
            "content-type": "text/plain",
            "content-length": "5"
          })
          expect((yield* echoed(HttpClientRequest.bodyUint8Array(post, bytes))).body).toBe(latin1)
          expect((yield* echoed(HttpClientRequest.bodyUint8Array(post, bytes.subarray(65, 70)))).body).toBe("ABCDE")
          expect((yield* echoed(HttpClientRequest.setBody(post, HttpBody.raw("raw")))).body).toBe("raw")
          expect((yield* echoed(HttpClientRequest.setBody(post, HttpBody.raw(new Blob(["blob"]))))).body).toBe("blob")
          const readable = HttpBody.raw(Readable.from([Buffer.from("a"), Buffer.from("b")]))
          expect((yield* echoed(HttpClientRequest.setBody(post, readable))).body).toBe("ab")
          const empty = yield* echoed(post)
          expect([empty.body, empty.headers["content-length"]]).toEqual(["", "0"])

          const stream = Stream.make("one ", "two ", "three").pipe(Stream.rechunk(1), Stream.encodeText)
          // Of what is all there at once a transport may know the length.
          const later = Stream.tap(stream, () => Effect.sleep("5 millis"))
          const streamed = yield* echoed(HttpClientRequest.bodyStream(post, later))
          expect([streamed.body, streamed.headers["transfer-encoding"]]).toEqual(["one two three", "chunked"])
          const sized = yield* echoed(HttpClientRequest.bodyStream(post, stream, { contentLength: 13 }))
          expect([sized.body, sized.headers["content-length"]]).toEqual(["one two three", "13"])
          expect((yield* echoed(HttpClientRequest.bodyStream(post, Stream.empty))).body).toBe("")
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("stream large bodies no faster than the server reads", () =>
        Effect.gen(function* () {
          const total = 20 * 1024 * 1024
          const block = randomBytes(64 * 1024)
          let made = 0
          let read = 0
          let ahead = 0
          const { url } = yield* serve((request, response) => {
            request.on("data", (chunk: Buffer) => {
              read += chunk.length
              ahead = Math.max(ahead, made - read)
              request.pause()
              setTimeout(() => request.resume(), 1)
            })
            request.on("end", () => response.end("read"))
          })
          const body = Stream.repeatEffect(
            Effect.sync(() => {
              made += block.length
              return block
            })
          ).pipe(Stream.take(total / block.length))
          const response = yield* execute(HttpClientRequest.bodyStream(HttpClientRequest.post(url), body))
          expect(yield* response.text).toBe("read")
          expect(read).toBe(total)
          expect(ahead).toBeLessThan(12 * 1024 * 1024)
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("fail with what their stream failed with", () =>
        Effect.gen(function* () {
          let aborted = 0
          const { url } = yield* serve((request) => {
            request.resume()
            request.on("error", () => undefined)
            request.on("close", () => aborted++)
          })
          const body = Stream.concat(
            Stream.encodeText(Stream.make("a")),
            Stream.fail(new NoMore({ message: "no more" }))
          )
          const exit = yield* Effect.exit(execute(HttpClientRequest.bodyStream(HttpClientRequest.post(url), body)))
          const error = failureOf(exit)
          expect(error).toBeInstanceOf(HttpClientError.RequestError)
          expect(error).toMatchObject({ reason: "Transport", cause: { message: "no more" } })
          expect(
            yield* eventually(
              () => aborted,
              (count) => count === 1
            )
          ).toBe(1)
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("interrupt their stream when they are interrupted", () =>
        Effect.gen(function* () {
          let received = 0
          const { open, url } = yield* serve((request) => request.on("data", () => received++))
          const interrupted = yield* Deferred.make<void>()
          const body = Stream.encodeText(Stream.make("a")).pipe(
            Stream.concat(Stream.never),
            Stream.ensuring(Deferred.succeed(interrupted, undefined))
          )
          const fiber = yield* Effect.fork(execute(HttpClientRequest.bodyStream(HttpClientRequest.post(url), body)))
          yield* eventually(
            () => received,
            (count) => count === 1
          )
          yield* Fiber.interrupt(fiber)
          yield* Deferred.await(interrupted).pipe(Effect.timeout("20 seconds"))
          expect(yield* eventually(open, (count) => count === 0)).toBe(0)
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("that cannot be sent fail before the headers", () =>
        Effect.gen(function* () {
          const { port } = yield* Effect.scoped(serve(echo))
          const refused = failureOf(yield* Effect.exit(get(`http://127.0.0.1:${port}`)))
          expect(refused).toMatchObject({ _tag: "RequestError", reason: "Transport" })
          expect(codesOf(refused)).toContain("ECONNREFUSED")
          const { url } = yield* serve(echo)
          const invalid = HttpClientRequest.get(url, { headers: { "x-bad": "a\nb" } })
          expect(failureOf(yield* Effect.exit(execute(invalid)))).toMatchObject({ reason: "Transport" })
          expect(failureOf(yield* Effect.exit(get("no url")))).toMatchObject({ reason: "InvalidUrl" })
          const odd = HttpClientRequest.setBody(HttpClientRequest.post(url), HttpBody.raw(42))
          expect(failureOf(yield* Effect.exit(execute(odd)))).toMatchObject({ reason: "Transport" })
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("whose connection ends before the headers fail", () =>
        Effect.gen(function* () {
          const { url } = yield* serve((request) => request.socket.resetAndDestroy())
          const error = failureOf(yield* Effect.exit(get(url)))
          expect(error).toMatchObject({ _tag: "RequestError", reason: "Transport" })
          expect(codesOf(error).some((code) => code === "ECONNRESET" || code === "UND_ERR_SOCKET")).toBe(true)
        }).pipe(Effect.provide(layer))
      )
    })

    describe("responses", () => {
      it.scopedLive("have a status, headers and cookies", () =>
        Effect.gen(function* () {
          const { url } = yield* serve((_, response) => {
            response.writeEarlyHints({ link: "</a.css>; rel=preload" })
            response.writeHead(418, [
              ["X-One", "1"],
              ["X-Two", "a"],
              ["X-Two", "b"],
              ["Set-Cookie", "a=1; Path=/; HttpOnly"],
              ["Set-Cookie", "b=2"]
            ] as never)
            response.end()
          })
          const response = yield* get(url)
          expect(response.status).toBe(418)
          expect(response.headers["x-one"]).toBe("1")
          expect(response.headers["x-two"]).toBe("a, b")
          expect(response.headers["link"]).toBeUndefined()
          expect(Object.keys(response.cookies.cookies)).toEqual(["a", "b"])
          expect(response.cookies.cookies["a"]).toMatchObject({ value: "1", options: { path: "/", httpOnly: true } })
          expect(response.remoteAddress).toEqual(Option.none())
          expect(response.request.url).toBe(url)
          expect((yield* get(url)).cookies.cookies["b"]?.value).toBe("2")
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("are redirects where the server redirects", () =>
        Effect.gen(function* () {
          const { url } = yield* serve((_, response) => response.writeHead(302, { location: "/elsewhere" }).end())
          const response = yield* get(url)
          expect([response.status, response.headers["location"]]).toEqual([302, "/elsewhere"])
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("are read as text, JSON, bytes, a form or a stream", () =>
        Effect.gen(function* () {
          const { url } = yield* serve((request, response) => {
            const body = decodeURIComponent((request.url ?? "/").slice(1))
            response.writeHead(200, { "content-type": "application/json" })
            for (const byte of Buffer.from(body)) response.write(Buffer.of(byte))
            response.end()
          })
          const of = (body: string) => get(`${url}/${encodeURIComponent(body)}`)
          expect(yield* (yield* of("grüße 你好 🎉")).text).toBe("grüße 你好 🎉")
          expect(yield* (yield* of("\uFEFFmarked")).text).toBe("marked")
          expect(yield* (yield* of("")).text).toBe("")
          expect(yield* (yield* of('{"a":[1]}')).json).toEqual({ a: [1] })
          expect(yield* (yield* of("")).json).toBe(null)
          expect([...(yield* (yield* of("a=1&b=2&b=3")).urlParamsBody)]).toEqual([
            ["a", "1"],
            ["b", "2"],
            ["b", "3"]
          ])
          const buffer = yield* (yield* of("bytes")).arrayBuffer
          expect(buffer).toBeInstanceOf(ArrayBuffer)
          expect(Buffer.from(buffer).toString()).toBe("bytes")
          expect((yield* collect(yield* of("streamed"))).toString()).toBe("streamed")
          expect((yield* collect(yield* of(""))).length).toBe(0)
          const broken = failureOf(yield* Effect.exit((yield* of("{")).json))
          expect(broken).toMatchObject({ _tag: "ResponseError", reason: "Decode", cause: { name: "SyntaxError" } })
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("keep their text, and are read once", () =>
        Effect.gen(function* () {
          const { connections, url } = yield* serve((_, response) => response.end('{"a":1}'))
          const response = yield* get(url)
          expect(yield* Effect.all([response.text, response.text, response.json], { concurrency: 3 })).toEqual([
            '{"a":1}',
            '{"a":1}',
            { a: 1 }
          ])
          expect(yield* response.text).toBe('{"a":1}')
          expect(failureOf(yield* Effect.exit(response.arrayBuffer))).toMatchObject({ reason: "Decode" })
          const streamed = yield* get(url)
          expect((yield* collect(streamed)).toString()).toBe('{"a":1}')
          expect(failureOf(yield* Effect.exit(streamed.text))).toMatchObject({ reason: "Decode" })
          expect(connections()).toBeLessThanOrEqual(2)
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("bring large bodies whole", () =>
        Effect.gen(function* () {
          const body = randomBytes(8 * 1024 * 1024)
          const { url } = yield* serve((_, response) => response.end(body))
          expect((yield* collect(yield* get(url))).equals(body)).toBe(true)
          expect(Buffer.from(yield* (yield* get(url)).arrayBuffer).equals(body)).toBe(true)
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("wait for a slow reader, and the server with them", () =>
        Effect.gen(function* () {
          const total = 50 * 1024 * 1024
          const block = randomBytes(64 * 1024)
          let written = 0
          let read = 0
          let ahead = 0
          const { url } = yield* serve((_, response) => {
            const write = (): void => {
              while (written < total) {
                written += block.length
                if (!response.write(block)) return void response.once("drain", write)
              }
              response.end()
            }
            write()
          })
          const response = yield* get(url)
          // Nobody reads yet.
          yield* Effect.sleep("200 millis")
          const unread = written
          yield* Stream.runForEachChunk(response.stream, (chunks) => {
            for (const bytes of chunks) read += bytes.length
            ahead = Math.max(ahead, written - read)
            return read < total / 4 ? Effect.sleep("1 millis") : Effect.void
          })
          expect(read).toBe(total)
          // The buffers of both kernels count too.
          expect(unread).toBeLessThan(16 * 1024 * 1024)
          expect(ahead).toBeLessThan(16 * 1024 * 1024)
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("that break off fail with the cause", () =>
        Effect.gen(function* () {
          const { url } = yield* serve((request, response) => {
            response.writeHead(200, { "content-type": "text/plain" })
            response.write("begun")
            setTimeout(() => (request.url === "/end" ? request.socket.destroy() : request.socket.resetAndDestroy()), 50)
          })
          for (const path of ["/reset", "/end"]) {
            let seen = ""
            const response = yield* get(url + path)
            const exit = yield* Effect.exit(
              Stream.runForEach(response.stream, (bytes) =>
                Effect.sync(() => {
                  seen += Buffer.from(bytes).toString()
                })
              )
            )
            expect(seen).toBe("begun")
            const error = failureOf(exit)
            expect(error).toBeInstanceOf(HttpClientError.ResponseError)
            expect(error).toMatchObject({ reason: "Decode", response: { status: 200 } })
            expect(codesOf(error)).toContain(path === "/reset" ? "ECONNRESET" : "UND_ERR_SOCKET")
            const text = failureOf(yield* Effect.exit(Effect.flatMap(get(url + path), ({ text }) => text)))
            expect(text).toMatchObject({ _tag: "ResponseError", reason: "Decode" })
          }
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("show themselves without the key", () =>
        Effect.gen(function* () {
          const { url } = yield* serve((_, response) => {
            response.setHeader("set-cookie", "session=hidden")
            response.setHeader("content-type", "application/json")
            response.end('{"a":1}')
          })
          const response = yield* execute(
            HttpClientRequest.get(url, { headers: { authorization: "Bearer hidden", "x-api-key": "hidden" } })
          )
          yield* response.text
          // As loggers do it.
          const fiberRefs = yield* Effect.getFiberRefs
          const shown = Inspectable.withRedactableContext(
            fiberRefs,
            () => JSON.stringify(response) + inspect(response) + String(response)
          )
          expect(shown).toContain("<redacted>")
          expect(shown).not.toContain("hidden")
          expect(JSON.parse(JSON.stringify(response))).toMatchObject({
            _id: "@effect/platform/HttpClientResponse",
            status: 200,
            request: { method: "GET", url },
            headers: { "content-type": "application/json" },
            remoteAddress: { _tag: "None" },
            body: { a: 1 }
          })
        }).pipe(Effect.provide(layer))
      )
    })

    describe("connections", () => {
      it.scopedLive("close when a request is interrupted before the headers", () =>
        Effect.gen(function* () {
          const { closed, watch } = watched()
          let requests = 0
          const { open, url } = yield* serve((_, response) => {
            requests++
            watch(response)
          })
          const fiber = yield* Effect.fork(get(url))
          yield* eventually(
            () => requests,
            (count) => count === 1
          )
          yield* Fiber.interrupt(fiber)
          expect(
            yield* eventually(
              () => closed,
              (list) => list.length === 1
            )
          ).toEqual([false])
          expect(yield* eventually(open, (count) => count === 0)).toBe(0)
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("close when a body is given up: interrupted, ended early, failed", () =>
        Effect.gen(function* () {
          const { closed, watch } = watched()
          const { open, url } = yield* serve((_, response) => {
            watch(response)
            response.write("first")
          })
          const interruptedText = yield* Effect.fork(Effect.flatMap(get(url), ({ text }) => text))
          yield* eventually(open, (count) => count === 1)
          yield* Effect.sleep("50 millis")
          yield* Fiber.interrupt(interruptedText)
          expect(
            yield* eventually(
              () => closed.length,
              (count) => count === 1
            )
          ).toBe(1)

          const began = yield* Deferred.make<void>()
          const interrupted = yield* Effect.fork(
            Effect.flatMap(get(url), ({ stream }) =>
              Stream.runForEach(stream, () => Deferred.succeed(began, undefined))
            )
          )
          yield* Deferred.await(began)
          yield* Fiber.interrupt(interrupted)
          expect(
            yield* eventually(
              () => closed.length,
              (count) => count === 2
            )
          ).toBe(2)

          const early = yield* Effect.flatMap(get(url), ({ stream }) => Stream.runHead(stream))
          expect(Option.map(early, (bytes) => Buffer.from(bytes).toString())).toEqual(Option.some("first"))
          expect(
            yield* eventually(
              () => closed.length,
              (count) => count === 3
            )
          ).toBe(3)

          yield* Effect.exit(
            Effect.flatMap(get(url), ({ stream }) => Stream.runForEach(stream, () => Effect.fail("no")))
          )
          expect(
            yield* eventually(
              () => closed.length,
              (count) => count === 4
            )
          ).toBe(4)

          yield* Effect.exit(
            Effect.timeout(
              Effect.flatMap(get(url), ({ text }) => text),
              "50 millis"
            )
          )
          expect(
            yield* eventually(
              () => closed.length,
              (count) => count === 5
            )
          ).toBe(5)
          expect(closed).toEqual([false, false, false, false, false])
          expect(yield* eventually(open, (count) => count === 0)).toBe(0)
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("close with the scope of a scoped request", () =>
        Effect.gen(function* () {
          const { closed, watch } = watched()
          const { url } = yield* serve((_, response) => {
            watch(response)
            response.write("first")
          })
          const client = HttpClient.withScope(yield* HttpClient.HttpClient)
          yield* Effect.scoped(client.get(url))
          expect(
            yield* eventually(
              () => closed.length,
              (count) => count === 1
            )
          ).toBe(1)
          yield* Effect.scoped(Effect.flatMap(client.get(url), ({ stream }) => Stream.runHead(stream)))
          expect(
            yield* eventually(
              () => closed.length,
              (count) => count === 2
            )
          ).toBe(2)
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("close with the layer", () =>
        Effect.gen(function* () {
          const { open, url } = yield* serve((_, response) => response.write("first"))
          yield* Effect.scoped(
            Effect.flatMap(Layer.build(layer), (context) =>
              Effect.gen(function* () {
                yield* get(url)
                expect(open()).toBe(1)
              }).pipe(Effect.provide(context))
            )
          )
          expect(yield* eventually(open, (count) => count === 0)).toBe(0)
        })
      )

      it.scopedLive("are used again after a body that was read", () =>
        Effect.gen(function* () {
          const { connections, open, url } = yield* serve((_, response) => {
            response.write("a")
            setImmediate(() => response.end("b"))
          })
          for (let index = 0; index < 200; index++) {
            const response = yield* get(url)
            const text = index % 2 === 0 ? (yield* collect(response)).toString() : yield* response.text
            expect(text).toBe("ab")
          }
          expect(connections()).toBeLessThanOrEqual(2)
          expect(open()).toBeGreaterThan(0)
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("serve 500 streams at a time", () =>
        Effect.gen(function* () {
          let running = 0
          let release = () => {}
          const everybody = new Promise<void>((resolve) => {
            release = resolve
          })
          // None goes on before all of them have begun: with fewer connections the test would not come to its end.
          const { url } = yield* serve(async (request, response) => {
            response.write(`${request.url} `)
            if (++running === 500) release()
            await everybody
            for (let left = 4; left > 0; left--) {
              await new Promise((resolve) => setTimeout(resolve, 20))
              response.write(`${request.url} `)
            }
            response.end()
          })
          const bodies = yield* Effect.forEach(
            Array.from({ length: 500 }, (_, index) => index),
            (index) => Effect.map(Effect.flatMap(get(`${url}/${index}`), collect), String),
            { concurrency: "unbounded" }
          )
          bodies.forEach((body, index) => expect(body).toBe(`/${index} `.repeat(5)))
          expect(running).toBe(500)
        }).pipe(Effect.provide(layer))
      )
    })

    describe("traces", () => {
      const recorded = Effect.map(Effect.tracer, (native) => {
        const spans: Array<Tracer.Span> = []
        const tracer = Tracer.make({
          span: (...of) => {
            const span = native.span(...of)
            spans.push(span)
            return span
          },
          context: (run) => run()
        })
        return { spans, tracer }
      })

      it.scopedLive("have a span of the request", () =>
        Effect.gen(function* () {
          const { port, url } = yield* serve(echo)
          const { spans, tracer } = yield* recorded
          const seen = yield* echoed(
            HttpClientRequest.bodyText(
              HttpClientRequest.post(`${url}/path?q=1`, { headers: { authorization: "hidden" } }),
              "body"
            )
          ).pipe(Effect.withTracer(tracer))
          expect(spans.map((span) => [span.name, span.kind, span.status._tag])).toEqual([
            ["http.client POST", "client", "Ended"]
          ])
          const attributes = Object.fromEntries(spans[0]?.attributes ?? [])
          expect(attributes).toMatchObject({
            "http.request.method": "POST",
            "server.address": url,
            "server.port": port,
            "url.full": `${url}/path?q=1`,
            "url.path": "/path",
            "url.scheme": "http",
            "url.query": "q=1",
            "http.request.header.authorization": "<redacted>",
            "http.response.status_code": 200,
            "http.response.header.content-type": "application/json"
          })
          const { spanId, traceId } = spans[0] ?? {}
          expect(seen.headers["traceparent"]).toBe(`00-${traceId}-${spanId}-01`)
          expect(seen.headers["b3"]).toBe(`${traceId}-${spanId}-1`)
        }).pipe(Effect.provide(layer))
      )

      it.scopedLive("go no further where they are told not to", () =>
        Effect.gen(function* () {
          const { url } = yield* serve(echo)
          const { spans, tracer } = yield* recorded
          const client = yield* HttpClient.HttpClient
          const headersOf = (over: HttpClient.HttpClient) =>
            over.get(url).pipe(
              Effect.flatMap((response) => response.json),
              Effect.map((json) => Object.keys((json as { headers: object }).headers)),
              Effect.withTracer(tracer)
            )
          expect(yield* headersOf(HttpClient.withTracerPropagation(client, false))).not.toContain("traceparent")
          expect(spans).toHaveLength(1)
          expect(yield* headersOf(HttpClient.withTracerDisabledWhen(client, () => true))).not.toContain("traceparent")
          expect(spans).toHaveLength(1)
        }).pipe(Effect.provide(layer))
      )
    })

    it.scopedLive("gives up where the server speaks no HTTP", () =>
      Effect.gen(function* () {
        const server = Net.createServer((socket) => socket.on("error", () => undefined).end("no http\r\n\r\n"))
        yield* Effect.acquireRelease(
          Effect.promise(() => once(server.listen(0, "127.0.0.1"), "listening")),
          () => Effect.sync(() => server.close())
        )
        const { port } = server.address() as Net.AddressInfo
        const error = failureOf(yield* Effect.exit(get(`http://127.0.0.1:${port}`)))
        expect(error).toMatchObject({ _tag: "RequestError", reason: "Transport" })
        expect(error).toMatchObject({ cause: { name: "HTTPParserError" } })
      }).pipe(Effect.provide(layer))
    )

    it.scopedLive("feeds a consumer that pulls", () =>
      Effect.gen(function* () {
        const { url } = yield* serve((_, response) => response.end("pulled"))
        const { stream } = yield* get(url)
        const pull = yield* Stream.toPull(stream)
        const first = yield* pull
        expect(Buffer.concat([...Chunk.toReadonlyArray(first)]).toString()).toBe("pulled")
        expect(failureOf(yield* Effect.exit(pull))).toEqual(Option.none())
      }).pipe(Effect.provide(layer))
    )
  })
}
