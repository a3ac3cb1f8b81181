import { expect, it } from "@effect/vitest"
import { Form, RetryPolicy, Zhipu, ZhipuError, ZhipuHttpClient } from "@effect-zhipu/client"
import { HttpServer, HttpServerRequest, HttpServerResponse } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { UndiciHttpClient } from "@effect-zhipu/node"
import { Chunk, Effect, Either, Exit, Layer, Option, Redacted, Stream, TestClock } from "effect"
import * as Http from "node:http"
import { client, errorReply, jsonReply, mock, type Mock, streamed, testKey } from "./support/http.js"

const http = ZhipuHttpClient.ZhipuHttpClient

const once = { retry: RetryPolicy.none }

const soon = RetryPolicy.backoff({ base: "1 millis", cap: "1 millis", retries: 2, elapsed: "1 minute" })

const always = RetryPolicy.make({ throttle: soon, overload: soon, network: soon })

const run = <A>(
  over: Mock,
  use: (http: ZhipuHttpClient.Service) => Effect.Effect<A, ZhipuError.ZhipuError>,
  options: Parameters<typeof client>[1] = once
) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(Effect.exit(Effect.provide(Effect.flatMap(http, use), client(over, options))))
    yield* TestClock.adjust("1 hour")
    return yield* fiber
  })

it.effect("asks by the method, with the query and headers of the call, and sends no body where there is none", () =>
  Effect.gen(function* () {
    const over = mock(jsonReply({ data: [] }))
    yield* run(over, ({ json }) =>
      json(
        {
          method: "GET",
          path: "/files",
          urlParams: { after: "a b&c", limit: 20, deep: true, none: undefined },
          headers: { "X-Session-Id": "s" },
          operation: "files.list"
        },
        Effect.succeed
      )
    )
    expect(over.sent[0]).toMatchObject({
      method: "GET",
      url: "https://open.bigmodel.cn/api/paas/v4/files?after=a+b%26c&limit=20&deep=true",
      headers: { "x-session-id": "s", accept: "application/json" },
      body: ""
    })
    expect(over.sent[0]?.headers).not.toHaveProperty("content-type")
  })
)

it.effect.each([
  ["https://open.bigmodel.cn/api/paas/v4", "https://open.bigmodel.cn/api/v1/agents"],
  ["https://api.z.ai/api/coding/paas/v4", "https://api.z.ai/api/v1/agents"],
  ["https://api.z.ai/api/anthropic", "https://api.z.ai/api/v1/agents"],
  ["https://gateway.example/glm", "https://gateway.example/glm/v1/agents"]
] as const)("the root of the host beside %s", ([baseUrl, url]) =>
  Effect.gen(function* () {
    const call = { path: "/v1/agents", root: "host", operation: "agents", body: {} } as const
    const over = mock(jsonReply({}))
    yield* run(over, ({ empty }) => empty(call), { ...once, baseUrl })
    yield* run(over, ({ empty }) => empty(call), { ...once, baseUrl, hostUrl: "https://own.example/api/" })
    expect(over.sent.map((sent) => sent.url)).toEqual([url, "https://own.example/api/v1/agents"])
  })
)

it("ids are written into a path as one segment, whatever they are", () => {
  const path = (id: string) => ZhipuHttpClient.path`/files/${id}/content`
  expect(path("a/b?c#d%2e é")).toEqual(Either.right("/files/a%2Fb%3Fc%23d%252e%20%C3%A9/content"))
  for (const id of ["", " ", ".", ".."]) {
    const refused = Either.flip(path(id)).pipe(Either.getOrThrow)
    expect(refused).toMatchObject({ _tag: "InvalidRequestError", path: "/files/…/content" })
  }
})

it.effect("a DELETE that answers nothing is done, one that answers an error is not, nor a page of a proxy", () =>
  Effect.gen(function* () {
    const call = { method: "DELETE", path: "/files/1", operation: "files.delete" } as const
    const remove = (over: Mock) => run(over, ({ empty }) => empty(call))
    expect(yield* remove(mock({ status: 200 }))).toEqual(Exit.void)
    expect(yield* remove(mock({ status: 204 }))).toEqual(Exit.void)
    expect(yield* remove(mock(jsonReply({ id: "1", deleted: true })))).toEqual(Exit.void)
    const failed = yield* remove(mock(jsonReply({ error: { code: "1220", message: "no" } })))
    expect(failed).toMatchObject({ cause: { error: { _tag: "PermissionError" } } })
    const page = yield* remove(mock({ headers: { "content-type": "text/html" }, body: "<p>Log in</p>" }))
    expect(page).toMatchObject({ cause: { error: { _tag: "CorruptStreamError", reason: "UnexpectedContentType" } } })
  })
)

const content = { method: "GET", path: "/files/1/content", operation: "files.content" } as const

it.effect("bytes come as they are, and JSON in their place is the error that it tells", () =>
  Effect.gen(function* () {
    const binary = { "content-type": "application/octet-stream" }
    const over = mock({ headers: binary, body: [new Uint8Array([1, 2]), { wait: "1 minute" }, new Uint8Array([3])] })
    const bytes = yield* run(over, ({ bytes }) => Stream.runCollect(bytes(content)))
    expect(Exit.map(bytes, (chunks) => Chunk.toArray(chunks).map((chunk) => [...chunk]))).toEqual(
      Exit.succeed([[1, 2], [3]])
    )
    expect(over.sent[0]?.headers["accept"]).toBe("*/*")
    const refused = yield* run(mock(jsonReply({ error: { code: "1113", message: "empty" } })), ({ bytes }) =>
      Stream.runDrain(bytes(content))
    )
    expect(refused).toMatchObject({ cause: { error: { _tag: "InsufficientBalanceError" } } })
    const silent = yield* run(mock({ headers: binary, body: ["a", { hang: true }] }), ({ bytes }) =>
      Stream.runDrain(bytes(content))
    )
    expect(silent).toMatchObject({ cause: { error: { _tag: "DeadlineExceededError", phase: "idle" } } })
  })
)

const speech = { path: "/audio/speech", operation: "speech", body: { stream: true } } as const

const read = (data: string) =>
  data.startsWith("{") ? Either.right(Option.some(data)) : Either.right(Option.none<string>())

const collected = (over: Mock, end: "done-marker" | "finish" | ((data: string) => boolean)) =>
  Effect.map(
    run(over, ({ events }) => {
      const seen: Array<string> = []
      return Stream.runForEach(events(speech, read, end), (data) => Effect.sync(() => seen.push(data))).pipe(
        Effect.exit,
        Effect.map((exit) => ({ seen, error: Exit.isFailure(exit) ? exit : undefined }))
      )
    }),
    (exit) => (Exit.isSuccess(exit) ? exit.value : { seen: [], error: exit })
  )

it.effect("a stream of events ends well by its mark alone", () =>
  Effect.gen(function* () {
    const marked = yield* collected(
      mock(streamed('data: {"a":1}\n\nda', 'ta: {"a":2}\n\ndata: [DONE]\n\n')),
      "done-marker"
    )
    expect(marked).toEqual({ seen: ['{"a":1}', '{"a":2}'], error: undefined })
    const cut = yield* collected(mock(streamed('data: {"a":1}\n\n')), "done-marker")
    expect(cut.seen).toEqual(['{"a":1}'])
    expect(cut.error).toMatchObject({ cause: { error: { _tag: "StreamTruncatedError", receivedFrames: 1 } } })
    const finish = '{"choices":[{"finish_reason":"stop"}]}'
    for (const rest of [[], ["data: [DONE]\n\n"], [{ hang: true }] as const]) {
      const finished = yield* collected(mock(streamed(`data: ${finish}\n\n`, ...rest)), "finish")
      expect(finished).toEqual({ seen: [finish], error: undefined })
    }
    const predicate = yield* collected(
      mock(streamed('data: {"type":"a"}\n\ndata: {"type":"done"}\n\ndata: {"type":"late"}\n\n')),
      (data) => data.includes("done")
    )
    expect(predicate).toEqual({ seen: ['{"type":"a"}', '{"type":"done"}'], error: undefined })
  })
)

it.effect("an error in a stream of events fails after what came, and an answer of JSON at once", () =>
  Effect.gen(function* () {
    const error = '{"error":{"code":"1305","message":"busy"}}'
    const late = yield* collected(mock(streamed('data: {"a":1}\n\n', `data: ${error}\n\n`)), "done-marker")
    expect(late.seen).toEqual(['{"a":1}'])
    expect(late.error).toMatchObject({ cause: { error: { _tag: "OverloadedError", code: "1305" } } })
    const bare = yield* collected(mock(streamed(`${error}\n\n`)), "done-marker")
    expect(bare.error).toMatchObject({ cause: { error: { _tag: "OverloadedError" } } })
    const document = yield* collected(mock(jsonReply(JSON.parse(error))), "done-marker")
    expect(document.error).toMatchObject({ cause: { error: { _tag: "OverloadedError" } } })
  })
)

it.effect("is sent again before its first event, and never after", () =>
  Effect.gen(function* () {
    const over = mock([errorReply(429, "1302"), streamed('data: {"a":1}\n\n', { fail: new Error("gone") })])
    const result = yield* run(over, ({ events }) => Effect.exit(Stream.runDrain(events(speech, read, "done-marker"))), {
      retry: always
    })
    expect(result).toMatchObject({ value: { cause: { error: { _tag: "ConnectionError", attempts: 2 } } } })
    expect(over.sent).toHaveLength(2)
  })
)

const refusedConnection = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" })

const outcomes = [
  ["a rate limit", errorReply(429, "1302"), true],
  ["an overload", errorReply(503, "1305"), true],
  ["an account out of reach", errorReply(400, "1120"), true],
  ["a connection that was refused", { fails: new TypeError("fetch failed", { cause: refusedConnection }) }, true],
  ["a lost connection", { fails: new Error("socket hang up") }, false],
  ["a failing service", errorReply(500, "500"), false],
  ["an empty answer", { headers: { "content-type": "application/json" }, body: "" }, false],
  [
    "a broken body",
    { headers: { "content-type": "application/json" }, body: ["{", { fail: new Error("gone") }] },
    false
  ]
] as const

it.effect.each(outcomes)("what creates something is sent again after %s: %#", ([, answer, resent]) =>
  Effect.gen(function* () {
    const call = { path: "/videos/generations", operation: "video", body: { prompt: "x" } } as const
    const sent = (creates: boolean, retryCreates: "refused" | "always") =>
      Effect.gen(function* () {
        const over = mock([answer, jsonReply({ id: "1" })])
        yield* run(over, ({ json }) => json({ ...call, creates }, Effect.succeed), { retry: always, retryCreates })
        return over.sent.length
      })
    expect(yield* sent(true, "refused")).toBe(resent ? 2 : 1)
    expect(yield* sent(true, "always")).toBe(2)
    expect(yield* sent(false, "refused")).toBe(2)
  })
)

it.effect("a request with an id is not sent again, in a document or a form, nor is one that says so", () =>
  Effect.gen(function* () {
    const form = Form.make([{ name: "request_id", text: "abcdef" }])
    const bodies = [{ body: { request_id: "abcdef" } }, { body: form }, { body: {}, resendable: false }]
    for (const body of bodies) {
      const over = mock(errorReply(429, "1302"))
      yield* run(over, ({ empty }) => empty({ path: "/x", operation: "x", ...body }), { retry: always })
      expect(over.sent).toHaveLength(1)
    }
  })
)

/** What a server makes of a form, by the parser of the platform. */
const received = (form: Form.Form) =>
  Effect.gen(function* () {
    const server = yield* HttpServer.HttpServer
    const address = server.address._tag === "TcpAddress" ? server.address.port : 0
    const live = Zhipu.layer({
      apiKey: Redacted.make(testKey),
      baseUrl: `http://127.0.0.1:${address}`,
      ...once
    }).pipe(Layer.provide(UndiciHttpClient.layer))
    return yield* Effect.provide(
      Effect.flatMap(http, ({ json }) =>
        json({ path: "/files", operation: "files.upload", body: form }, Effect.succeed)
      ),
      live
    )
  }).pipe(Effect.provide(echo))

const echo = Layer.provideMerge(
  HttpServer.serve(
    Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const text = yield* request.text
      return HttpServerResponse.unsafeJson({
        text,
        type: request.headers["content-type"],
        length: request.headers["content-length"] ?? "none"
      })
    }).pipe(Effect.orDie)
  ),
  NodeHttpServer.layer(() => Http.createServer(), { port: 0, host: "127.0.0.1" })
)

it.live("a form goes over a socket part by part, with its length where that is known", () =>
  Effect.gen(function* () {
    const bytes = new TextEncoder().encode("{}\n")
    const parts = (content: Form.FilePart["content"], size?: number): ReadonlyArray<Form.Part> => [
      { name: "purpose", text: "batch" },
      { name: "file", filename: '/tmp/a "b"\r\n文件.jsonl', mediaType: "application/jsonl", content, size }
    ]
    const expected = (boundary: string) =>
      [
        `--${boundary}`,
        'content-disposition: form-data; name="purpose"',
        "",
        "batch",
        `--${boundary}`,
        'content-disposition: form-data; name="file"; filename="a %22b%22%0D%0A文件.jsonl"',
        "content-type: application/jsonl",
        "",
        "{}\n",
        `--${boundary}--`,
        ""
      ].join("\r\n")
    const forms = [
      [Form.make(parts(bytes)), true],
      [Form.make(parts(Stream.make(bytes.slice(0, 1), bytes.slice(1)), 3)), true],
      // Of what is all there at once a transport may know the length.
      [Form.make(parts(Stream.tap(Stream.make(bytes), () => Effect.sleep("5 millis")))), false]
    ] as const
    for (const [form, sized] of forms) {
      const { length, text, type } = yield* received(form)
      const boundary = String(type).replace("multipart/form-data; boundary=", "")
      expect(text).toBe(expected(boundary))
      expect(length).toBe(sized ? String(new TextEncoder().encode(expected(boundary)).length) : "none")
    }
  })
)

it.live("a file that cannot be read fails with the words of whoever reads it, once", () =>
  Effect.gen(function* () {
    let opened = 0
    const broken = Stream.suspend(() => {
      opened++
      return Stream.fail(new ZhipuError.InvalidRequestError({ message: "The file has gone.", path: "file" }))
    })
    const form = Form.make([{ name: "file", filename: "a", content: broken }])
    const error = yield* Effect.flip(received(form))
    expect(error).toMatchObject({ _tag: "InvalidRequestError", path: "file" })
    expect(opened).toBe(1)
  })
)
