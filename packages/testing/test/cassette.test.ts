/** Calls that are recorded against the simulator, and replayed: over real sockets, and a real file. */
import {
  type ChatRequest,
  type ChunkEvent,
  Form,
  Message,
  RetryPolicy,
  Zhipu,
  ZhipuChat,
  type ZhipuConfig,
  ZhipuError
} from "@effect-zhipu/client"
import { UndiciHttpClient } from "@effect-zhipu/node"
import { MockHttpClient, Simulator } from "@effect-zhipu/testing"
import * as Cassette from "@effect-zhipu/testing/Cassette"
import {
  FetchHttpClient,
  FileSystem,
  HttpClient,
  HttpClientError,
  HttpClientRequest,
  HttpClientResponse
} from "@effect/platform"
import { NodeFileSystem, NodeHttpClient } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Chunk, ConfigProvider, Deferred, Effect, Exit, Fiber, Layer, Redacted, Ref, Stream, TestClock } from "effect"

const transports = [
  { name: "fetch", layer: FetchHttpClient.layer },
  { name: "undici of platform", layer: NodeHttpClient.layerUndici },
  { name: "undici of @effect-zhipu/node", layer: UndiciHttpClient.layer }
] as const

type Transport = (typeof transports)[number]["layer"]

const ask = (content = "Why is the sky blue?"): ChatRequest.ChatRequest => ({
  model: "glm-4.6",
  messages: [Message.user(content)]
})

const inFolder = Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped())

const inFile = Effect.map(inFolder, (folder) => `${folder}/cassettes/a.json`)

const text = (path: string) => Effect.flatMap(FileSystem.FileSystem, (files) => files.readFileString(path))

const clientOf = <E>(
  http: Layer.Layer<HttpClient.HttpClient, E, FileSystem.FileSystem>,
  options: Partial<ZhipuConfig.Options> = {}
): Layer.Layer<Zhipu.Zhipu> =>
  Zhipu.layer({ apiKey: Redacted.make("other.other-secret"), retry: RetryPolicy.none, ...options }).pipe(
    Layer.provide(http),
    Layer.provide(NodeFileSystem.layer),
    Layer.orDie
  )

type Use<A> = Effect.Effect<A, unknown, ZhipuChat.ZhipuChat>

/** What a program saw, live and then of the file, without the server. */
const twice = <A>(
  transport: Transport,
  use: Use<A>,
  given: { readonly faults?: string; readonly options?: Partial<ZhipuConfig.Options>; readonly path?: string } = {}
) =>
  Effect.gen(function* () {
    const path = given.path ?? (yield* inFile)
    const simulator = yield* Simulator.make({ faults: given.faults })
    const { apiKey, baseUrl } = simulator
    const recorded = Cassette.layerRecord(path).pipe(Layer.provide(transport))
    const live = yield* Effect.exit(Effect.provide(use, clientOf(recorded, { apiKey, baseUrl, ...given.options })))
    const { requests } = yield* simulator.stats
    const replayed = yield* Effect.exit(
      Effect.provide(use, clientOf(Cassette.layerReplay(path), { baseUrl, ...given.options }))
    )
    expect((yield* simulator.stats).requests).toBe(requests)
    return { path, live, replayed, baseUrl, recording: yield* Cassette.read(path) }
  })

const events = (request = ask()): Use<ReadonlyArray<ChunkEvent.ChunkEvent>> =>
  Effect.map(Stream.runCollect(ZhipuChat.stream(request)), Chunk.toReadonlyArray)

/** Events up to the error, and the error. */
const eventsAndEnd = (request = ask()) =>
  Effect.gen(function* () {
    const seen = yield* Ref.make<ReadonlyArray<ChunkEvent.ChunkEvent>>([])
    const exit = yield* ZhipuChat.stream(request).pipe(
      Stream.runForEach((event) => Ref.update(seen, (all) => [...all, event])),
      Effect.exit
    )
    return { events: yield* Ref.get(seen), exit }
  })

const errorOf = (exit: Exit.Exit<unknown, unknown>): unknown =>
  Exit.isFailure(exit) && exit.cause._tag === "Fail" ? exit.cause.error : exit

/** The values, as JSON: errors are compared by what they say. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe.each(transports)("recorded over $name", ({ layer: transport }) => {
  const scenarios: ReadonlyArray<{ name: string; faults?: string; says: string; how: string }> = [
    { name: "a stream", says: "Finished", how: "whole" },
    { name: "a stream that ends early", faults: "truncate@chunk:5", says: "StreamTruncatedError", how: "whole" },
    { name: "a connection that breaks", faults: "reset@chunk:5", says: "", how: "broken" },
    { name: "an error status", faults: "code:1305", says: "OverloadedError", how: "whole" },
    { name: "an error inside the stream", faults: "error-frame:1305@chunk:3", says: "", how: "whole" },
    { name: "a page in the place of an answer", faults: "html-200", says: "CorruptStreamError", how: "whole" },
    { name: "an empty body", faults: "empty-body", says: "EmptyResponse", how: "whole" },
    {
      name: "a connection that breaks before the headers",
      faults: "reset-before-headers",
      says: "ConnectionError",
      how: "broken"
    },
    { name: "bytes that are no UTF-8", faults: "invalid-utf8", says: "", how: "whole" }
  ]

  for (const { faults, how, name, says } of scenarios) {
    it.scopedLive(`${name} is replayed as it was`, () =>
      Effect.gen(function* () {
        const { live, recording, replayed } = yield* twice(
          transport,
          eventsAndEnd(),
          faults === undefined ? {} : { faults }
        )
        expect(plain(replayed)).toEqual(plain(live))
        expect(JSON.stringify(live)).toContain(says)
        expect(recording.exchanges.map(({ end }) => end.how)).toEqual([how])
      }).pipe(Effect.provide(NodeFileSystem.layer))
    )
  }

  it.scopedLive("whole answers, packed or not, are replayed", () =>
    Effect.gen(function* () {
      for (const faults of ["", "gzip"] as const) {
        const { live, path, recording, replayed } = yield* twice(transport, ZhipuChat.complete(ask()), { faults })
        expect(Exit.isSuccess(live)).toBe(true)
        expect(plain(replayed)).toEqual(plain(live))
        expect(yield* text(path)).toContain("You asked: ")
        expect(recording.exchanges[0]?.response?.headers).not.toHaveProperty("content-encoding")
      }
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scopedLive("a packed answer reaches the program unpacked, and says so", () =>
    Effect.gen(function* () {
      const { apiKey, baseUrl } = yield* Simulator.make({ faults: "gzip" })
      const request = HttpClientRequest.post(`${baseUrl}/chat/completions`).pipe(
        HttpClientRequest.bearerToken(apiKey),
        HttpClientRequest.bodyUnsafeJson({ ...ask(), stream: false })
      )
      const recorded = Cassette.layerRecord(yield* inFile).pipe(Layer.provide(transport))
      const response = yield* Effect.provide(
        Effect.flatMap(HttpClient.execute(request), ({ headers, text }) =>
          Effect.map(text, (body) => ({ headers, body }))
        ),
        recorded
      )
      expect(response.headers).not.toHaveProperty("content-encoding")
      expect(response.body).toContain("You asked: ")
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scopedLive("a body that is packed in another way is recorded plain or not at all", () =>
    Effect.gen(function* () {
      const { live, recording } = yield* twice(transport, ZhipuChat.complete(ask()), { faults: "brotli" })
      const [exchange] = recording.exchanges
      const said = Buffer.concat(exchange?.body.map(({ bytes }) => bytes) ?? []).toString()
      if (Exit.isSuccess(live)) {
        expect(exchange?.end.how).toBe("whole")
        expect(said).toContain("You asked: ")
      } else {
        expect(exchange?.end).toMatchObject({ how: "broken", message: expect.stringContaining("packed as br") })
        expect(said).toBe("")
      }
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scopedLive("a stream that is packed is replayed", () =>
    Effect.gen(function* () {
      const { live, path, replayed } = yield* twice(transport, events(), { faults: "gzip" })
      expect(Exit.isSuccess(live)).toBe(true)
      expect(plain(replayed)).toEqual(plain(live))
      expect(yield* text(path)).toContain("data: ")
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scopedLive("an answer that was given up is replayed up to there, and then silent", () =>
    Effect.gen(function* () {
      const some = Effect.map(Stream.runCollect(Stream.take(ZhipuChat.stream(ask()), 3)), Chunk.toReadonlyArray)
      const taken = yield* twice(transport, some, { faults: "idle@chunk:4" })
      expect(taken.recording.exchanges[0]?.end.how).toBe("interrupted")
      expect(plain(taken.replayed)).toEqual(plain(taken.live))
      const late = yield* twice(transport, Effect.flip(events()), {
        faults: "idle@chunk:4",
        options: { deadlines: { idle: "300 millis" } }
      })
      expect(late.live).toMatchObject({ _tag: "Success", value: { _tag: "DeadlineExceededError", phase: "idle" } })
      expect(late.replayed).toMatchObject({ _tag: "Success", value: { _tag: "DeadlineExceededError", phase: "idle" } })
      const unanswered = yield* twice(transport, Effect.flip(events()), {
        faults: "idle@headers",
        options: { deadlines: { connect: "300 millis" } }
      })
      expect(unanswered.recording.exchanges[0]).toMatchObject({ end: { how: "interrupted" }, body: [] })
      expect(unanswered.recording.exchanges[0]).not.toHaveProperty("response")
      expect(plain(unanswered.replayed)).toEqual(plain(unanswered.live))
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scopedLive("streams at once are exchanges of their own, retries too", () =>
    Effect.gen(function* () {
      const together = Effect.forEach(["a", "b", "c"], (name) => events(ask(`Say: ${name}`)), { concurrency: 3 })
      const first = yield* twice(transport, together)
      expect(plain(first.replayed)).toEqual(plain(first.live))
      expect(first.recording.exchanges).toHaveLength(3)
      const quick = RetryPolicy.backoff({ base: "1 millis", cap: "1 millis", retries: 3, elapsed: "1 minute" })
      const retried = yield* twice(transport, events(), { faults: "code:1305*2", options: { retry: quick } })
      expect(retried.recording.exchanges.map(({ response }) => response?.status)).toEqual([429, 429, 200])
      expect(Exit.isSuccess(retried.live)).toBe(true)
      expect(plain(retried.replayed)).toEqual(plain(retried.live))
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )
})

describe("the file", () => {
  const id = "SENTINELidhalf01"
  const secret = "SENTINELsecret02"
  const key = `${id}.${secret}`

  const answers: Readonly<Record<string, (sent: MockHttpClient.RecordedRequest) => MockHttpClient.CannedResponse>> = {
    "a stream": ({ headers }) => {
      const repeated = headers["authorization"] ?? ""
      const delta = (content: string) => ({ id: "1", choices: [{ index: 0, delta: { content } }] })
      return {
        headers: { "content-type": "text/event-stream", "set-cookie": `k=${key}`, "x-request-id": `r-${id}` },
        body: MockHttpClient.sse([
          delta(`${repeated} ${key} ${encodeURIComponent(key)} ${JSON.stringify({ key })}`),
          ...[...key].map(delta),
          { id: "1", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }
        ]),
        chunks: "bytes"
      }
    },
    "an error": ({ headers }) => ({
      status: 401,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ error: { code: "1000", message: `bad ${headers["authorization"]}, ${secret}, ${id}` } }),
      chunks: { every: 7 }
    }),
    "a page that breaks off": () => ({
      status: 502,
      headers: { "content-type": "text/html", location: `https://h/?key=${key}` },
      body: `<html>${key.toUpperCase()} ${key.slice(0, 20)}`,
      end: "reset"
    })
  }

  for (const auth of ["api-key", "jwt"] as const) {
    for (const [what, answer] of Object.entries(answers)) {
      it.scoped(`holds no key after ${what}, with ${auth}`, () =>
        Effect.gen(function* () {
          const path = yield* inFile
          const http = Cassette.layerRecord(path, { secrets: auth === "jwt" ? [Redacted.make(key)] : [] }).pipe(
            Layer.provide(MockHttpClient.layer((sent) => answer(sent)))
          )
          const options = {
            apiKey: Redacted.make(key),
            auth,
            baseUrl: `https://h.example/${id}/v4`,
            headers: { "x-custom": key, cookie: key }
          }
          const exit = yield* Effect.exit(
            Effect.provide(events(ask(`My key is ${key}. ${secret}`)), clientOf(http, options))
          )
          expect(Exit.isSuccess(exit)).toBe(what === "a stream")
          const written = yield* text(path)
          expect(written).toContain("My key is <redacted>. <redacted>")
          expect(written).not.toMatch(/SENTINEL/i)
          expect(written).not.toMatch(/eyJ[\w-]{10,}/)
          expect(written).not.toContain("Bearer eyJ")
          const said = (yield* Cassette.read(path)).exchanges[0]?.body.map(({ bytes }) => Buffer.from(bytes).toString())
          expect(said?.join("")).not.toMatch(/SENTINEL|eyJ/i)
        }).pipe(Effect.provide(NodeFileSystem.layer))
      )
    }
  }

  it.scoped("holds nothing that gateways take for a key, in whatever header or address it is sent", () =>
    Effect.gen(function* () {
      const path = yield* inFile
      const sentinels = [
        "SENTINEL-of-gateway",
        "SENTINEL-of-cookie",
        "SENTINEL-of-basic",
        "SENTINEL-of-query",
        "SENTINEL-of-user"
      ]
      const [gateway, cookie, basic, query, user] = sentinels
      const http = Cassette.layerRecord(path, { headers: ["x-gateway-key"] }).pipe(
        Layer.provide(
          MockHttpClient.layer([
            { status: 403, body: `no: ${sentinels.join(", ")}`, headers: { "x-gateway-key": "SENTINEL" } }
          ])
        )
      )
      const request = HttpClientRequest.get(`https://u:${user}@h.example/models?access_token=${query}`, {
        headers: {
          "x-gateway-key": gateway ?? "",
          cookie: `theme=dark; session=${cookie}`,
          "proxy-authorization": `Basic ${Buffer.from(`u:${basic}`).toString("base64")}`
        }
      })
      yield* HttpClient.execute(request).pipe(
        Effect.flatMap((response) => response.text),
        Effect.provide(http)
      )
      const written = yield* text(path)
      expect(written).not.toContain("SENTINEL")
      expect(written).toContain("no: <redacted>, <redacted>")
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scoped("answers where a key stood in the path", () =>
    Effect.gen(function* () {
      const path = yield* inFile
      const http = Cassette.layerRecord(path).pipe(Layer.provide(MockHttpClient.layer(() => ({ body: "ok" }))))
      const get = (key: string) =>
        Effect.flatMap(
          HttpClient.get(`https://h.example/${key}/models`, { headers: { authorization: `Bearer ${key}` } }),
          (response) => response.text
        )
      yield* Effect.provide(get(key), http)
      expect(yield* text(path)).not.toContain("SENTINEL")
      expect(yield* Effect.provide(get("any.other-key"), Cassette.layerReplay(path))).toBe("ok")
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scoped("keeps what is odd: a status, a header, a form, half a character", () =>
    Effect.gen(function* () {
      const path = yield* inFile
      const http = Cassette.layerRecord(path, { headers: ["x-odd"] }).pipe(
        Layer.provide(
          MockHttpClient.layer(() => ({
            status: 599,
            headers: { "content-encoding": "br" },
            body: "你好",
            chunks: "bytes"
          }))
        )
      )
      const form = new FormData()
      form.set("file", "a")
      const post = HttpClientRequest.post("https://h.example/files", { headers: { "x-odd": "你" } }).pipe(
        HttpClientRequest.bodyFormData(form)
      )
      const ask = Effect.flatMap(HttpClient.execute(post), (response) => response.text)
      expect(yield* Effect.provide(ask, http)).toBe("你好")
      expect((yield* Cassette.read(path)).exchanges[0]?.request.headers).toMatchObject({ "x-odd": "?" })
      expect(yield* Effect.provide(ask, Cassette.layerReplay(path))).toBe("你好")
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  for (const { layer, name } of transports) {
    it.scopedLive(`keeps what a form says that is read while it is sent, over ${name}`, () =>
      Effect.gen(function* () {
        const path = yield* inFile
        const simulator = yield* Simulator.make()
        const upload = (content: Stream.Stream<Uint8Array>, baseUrl: string) => {
          const form = Form.make([
            { name: "purpose", text: "batch" },
            { name: "file", filename: "calls.jsonl", content }
          ])
          const key = `Bearer ${Redacted.value(simulator.apiKey)}`
          const stream = form.content instanceof Uint8Array ? Stream.make(form.content) : form.content
          const post = HttpClientRequest.post(`${baseUrl}/files`, { headers: { authorization: key } })
          return HttpClient.execute(HttpClientRequest.bodyStream(post, stream, { contentType: form.contentType })).pipe(
            Effect.flatMap(HttpClientResponse.filterStatusOk),
            Effect.flatMap(({ json }) => json)
          )
        }
        const bytes = new TextEncoder().encode('{"custom_id":"1"}\n')
        const whole = Stream.make(bytes.subarray(0, 5), bytes.subarray(5))
        const recorded = Cassette.layerRecord(path).pipe(Layer.provide(layer))
        const live = yield* Effect.provide(upload(whole, simulator.baseUrl), recorded)
        expect((yield* Cassette.read(path)).exchanges[0]?.request.body).toMatchObject({
          purpose: "batch",
          file: { filename: "calls.jsonl", size: bytes.length }
        })
        const replayed = Cassette.layerReplay(path)
        expect(yield* Effect.provide(upload(whole, simulator.baseUrl), replayed)).toEqual(live)
        const { baseUrl } = yield* Cassette.serve(path)
        expect(yield* Effect.provide(upload(whole, baseUrl), layer)).toEqual(live)
        const other = upload(Stream.make(bytes, bytes), simulator.baseUrl)
        expect(String(yield* Effect.flip(Effect.provide(other, replayed)))).toContain("differs at file.")

        // Of one that did not go out whole nobody knows what it would have been.
        const broken = upload(Stream.concat(whole, Stream.die("no disk")), simulator.baseUrl)
        yield* Effect.exit(Effect.provide(broken, recorded))
        const [exchange] = (yield* Cassette.read(path)).exchanges
        expect(exchange?.request).not.toHaveProperty("body")
        expect(exchange?.request).not.toHaveProperty("text")
        yield* Effect.exit(Effect.provide(upload(whole, simulator.baseUrl), Cassette.layerReplay(path)))
      }).pipe(Effect.provide(NodeFileSystem.layer))
    )
  }

  it.scopedLive("keeps how long to wait, where the service told a time", () =>
    Effect.gen(function* () {
      const path = yield* inFile
      const { apiKey, baseUrl } = yield* Simulator.make({ faults: "code:1302, retry-after-date:100" })
      const recorded = Cassette.layerRecord(path).pipe(Layer.provide(FetchHttpClient.layer))
      yield* Effect.flip(Effect.provide(events(), clientOf(recorded, { apiKey, baseUrl })))
      const after = Number((yield* Cassette.read(path)).exchanges[0]?.response?.headers["retry-after"])
      expect(after).toBeGreaterThan(60)
      expect(after).toBeLessThanOrEqual(100)
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scoped("is recorded by one at a time", () =>
    Effect.gen(function* () {
      const path = yield* inFile
      const http = Cassette.layerRecord(path).pipe(Layer.provide(MockHttpClient.layer(() => ({ body: "ok" }))))
      const twice = yield* Effect.flip(Effect.provide(Layer.build(Layer.fresh(http)), http))
      expect(twice).toMatchObject({ reason: "Unwritable", message: expect.stringContaining("being recorded already") })
      yield* Effect.provide(Effect.void, http)
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scoped("knows the keys of the environment, and writes further headers, but never those of keys", () =>
    Effect.gen(function* () {
      const path = yield* inFile
      const http = Cassette.layerRecord(path, { headers: ["X-Trace", "Authorization", "Set-Cookie"] }).pipe(
        Layer.provide(
          MockHttpClient.layer([
            { status: 200, headers: { "set-cookie": "a=b", "x-trace": key }, body: `echo ${secret}` }
          ])
        ),
        Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["GLM_API_KEY", key]]))))
      )
      const request = HttpClientRequest.get(`https://user:${secret}@h.example/models?token=${key}&page=2`, {
        headers: { authorization: "Basic abcdefgh", "x-trace": "t1" }
      })
      yield* HttpClient.execute(request).pipe(
        Effect.flatMap((response) => response.text),
        Effect.provide(http)
      )
      const [exchange] = (yield* Cassette.read(path)).exchanges
      expect(exchange?.request).toEqual({
        method: "GET",
        url: "https://h.example/models?token&page",
        headers: { "x-trace": "t1" }
      })
      expect(exchange?.response?.headers).toEqual({ "x-trace": "<redacted>" })
      expect(yield* text(path)).not.toMatch(/SENTINEL|abcdefgh|a=b/)
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scoped("holds no key that the transport repeats", () =>
    Effect.gen(function* () {
      const path = yield* inFile
      const refused = ({ request }: MockHttpClient.RecordedRequest) =>
        Effect.fail(
          new HttpClientError.RequestError({ request, reason: "Transport", cause: new Error(`no host ${secret}`) })
        )
      const http = Cassette.layerRecord(path).pipe(Layer.provide(MockHttpClient.layer(refused)))
      yield* Effect.exit(Effect.provide(events(), clientOf(http, { apiKey: Redacted.make(key) })))
      expect((yield* Cassette.read(path)).exchanges[0]?.end).toMatchObject({ message: "no host <redacted>" })
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scoped("is replaced as a whole, and left alone where nothing is sent", () =>
    Effect.gen(function* () {
      const path = yield* inFile
      const files = yield* FileSystem.FileSystem
      const ok = MockHttpClient.layer(() => ({ body: "ok" }))
      const one = Effect.flatMap(HttpClient.get("https://h.example/a"), (response) => response.text)
      const recorded = Cassette.layerRecord(path).pipe(Layer.provide(ok))
      yield* Effect.provide(one, recorded)
      const before = yield* text(path)
      yield* Effect.provide(Effect.void, recorded)
      expect(yield* text(path)).toBe(before)
      yield* Effect.provide(Effect.zipRight(one, one), recorded)
      expect((yield* Cassette.read(path)).exchanges).toHaveLength(2)
      expect(yield* files.readDirectory(path.replace(/\/a\.json$/, ""))).toEqual(["a.json"])
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scopedLive("is written when the program is interrupted in the middle of an answer, or fails", () =>
    Effect.gen(function* () {
      const path = yield* inFile
      const { apiKey, baseUrl } = yield* Simulator.make({ faults: "idle@chunk:3" })
      const started = yield* Deferred.make<void>()
      const http = Cassette.layerRecord(path).pipe(Layer.provide(UndiciHttpClient.layer))
      const fiber = yield* ZhipuChat.stream(ask()).pipe(
        Stream.runForEach(() => Deferred.succeed(started, void 0)),
        Effect.provide(clientOf(http, { apiKey, baseUrl })),
        Effect.fork
      )
      yield* Deferred.await(started)
      yield* Fiber.interrupt(fiber)
      const [exchange] = (yield* Cassette.read(path)).exchanges
      expect(exchange?.end.how).toBe("interrupted")
      expect(exchange?.body.length).toBeGreaterThan(0)
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scoped("that cannot be made fails before anything is sent", () =>
    Effect.gen(function* () {
      const folder = yield* inFolder
      const files = yield* FileSystem.FileSystem
      yield* files.writeFileString(`${folder}/file`, "")
      const { mock, client } = yield* MockHttpClient.make([])
      for (const path of [`${folder}/file/a.json`, folder]) {
        const error = yield* Effect.flip(Layer.build(Cassette.layerRecord(path))).pipe(
          Effect.provideService(HttpClient.HttpClient, client)
        )
        expect(error).toMatchObject({ _tag: "CassetteError", reason: "Unwritable", path })
      }
      expect(yield* mock.requests).toEqual([])
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scoped("that is missing or nonsense fails the layer", () =>
    Effect.gen(function* () {
      const folder = yield* inFolder
      const files = yield* FileSystem.FileSystem
      yield* files.writeFileString(`${folder}/a.json`, "{}")
      const missing = yield* Effect.flip(Layer.build(Cassette.layerReplay(`${folder}/b.json`)))
      expect(missing).toMatchObject({ reason: "NotFound", message: expect.stringContaining("Record it") })
      const nonsense = yield* Effect.flip(Layer.build(Cassette.layerReplay(`${folder}/a.json`)))
      expect(nonsense).toMatchObject({ reason: "Malformed", message: expect.stringContaining("lacks") })
      const unreadable = yield* Effect.flip(Layer.build(Cassette.layerReplay(folder)))
      expect(unreadable).toMatchObject({ reason: "Unreadable" })
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )
})

describe("the mode", () => {
  it.scopedLive("auto records once, and replays from then on", () =>
    Effect.gen(function* () {
      const path = yield* inFile
      const simulator = yield* Simulator.make()
      const { apiKey, baseUrl } = simulator
      const http = Cassette.layer(path).pipe(Layer.provide(UndiciHttpClient.layer))
      const call = (name: string) =>
        Effect.provide(events(), clientOf(http, { apiKey, baseUrl })).pipe(
          Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["ZHIPU_CASSETTE", name]])))
        )
      const first = yield* call("")
      expect(yield* call("")).toEqual(first)
      expect(yield* call("replay")).toEqual(first)
      expect((yield* simulator.stats).requests).toBe(1)
      yield* call("record")
      expect((yield* simulator.stats).requests).toBe(2)
      expect(Exit.isFailure(yield* Effect.exit(call("sometimes")))).toBe(true)
      expect((yield* simulator.stats).requests).toBe(2)
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )
})

/** A cassette of two questions, and the file. */
const recordedTwo = Effect.gen(function* () {
  const path = yield* inFile
  const reply = (content: string) => ({
    headers: { "content-type": "text/event-stream" },
    body: MockHttpClient.sse([{ id: "1", choices: [{ index: 0, delta: { content }, finish_reason: "stop" }] }])
  })
  const http = Cassette.layerRecord(path).pipe(
    Layer.provide(MockHttpClient.layer([reply("one"), reply("two"), reply("three")]))
  )
  yield* Effect.provide(
    Effect.all([events(ask("first")), events(ask("second, and longer")), events(ask("first"))]),
    clientOf(http)
  )
  return path
})

describe("a request", () => {
  const contents = (request: ChatRequest.ChatRequest) =>
    Effect.map(events(request), (all) =>
      all.flatMap((event) => (event._tag === "ContentDelta" ? [event.text] : [])).join("")
    )

  it.scoped("gets the answers to equal ones in their order, whatever came between", () =>
    Effect.gen(function* () {
      const path = yield* recordedTwo
      const all = yield* Effect.provide(
        Effect.all([contents(ask("second, and longer")), contents(ask("first")), contents(ask("first"))]),
        clientOf(Cassette.layerReplay(path))
      )
      expect(all).toEqual(["two", "one", "three"])
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scoped("may have another request_id, key and host", () =>
    Effect.gen(function* () {
      const path = yield* recordedTwo
      const answered = yield* Effect.provide(
        contents({ ...ask("first"), request_id: "another-id" }),
        clientOf(Cassette.layerReplay(path), { baseUrl: "https://elsewhere.example/api/paas/v4" })
      )
      expect(answered).toBe("one")
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scoped("that differs fails at once with where, is not sent again, and repeats no prompt", () =>
    Effect.gen(function* () {
      const path = yield* recordedTwo
      const error = yield* Effect.flip(contents(ask("second, but other SENTINEL"))).pipe(
        Effect.provide(clientOf(Cassette.layerReplay(path), { retry: RetryPolicy.default }))
      )
      expect(ZhipuError.isZhipuError(error)).toBe(true)
      expect(error).toMatchObject({ _tag: "InvalidRequestError", code: "cassette", isRetryable: false, attempts: 1 })
      expect(String(Reflect.get(Object(error), "message"))).toMatch(
        /^The request was refused \(code cassette, HTTP 400\)\. The service said: The cassette .*a\.json has no such request\. Nearest is number 1, which differs at messages\[0\]\.content \(recorded a text of 5 characters, asked a text of 26 characters\)\. Record it again/
      )
      expect(JSON.stringify(error)).not.toContain("SENTINEL")
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scoped("that is made too often fails, unless it may be repeated", () =>
    Effect.gen(function* () {
      const path = yield* recordedTwo
      const again = Effect.all([
        contents(ask("second, and longer")),
        Effect.either(contents(ask("second, and longer")))
      ])
      const [, second] = yield* Effect.provide(again, clientOf(Cassette.layerReplay(path)))
      expect(second).toMatchObject({
        _tag: "Left",
        left: { message: expect.stringContaining("holds this request once") }
      })
      const repeated = yield* Effect.provide(
        Effect.replicateEffect(contents(ask("first")), 5),
        clientOf(Cassette.layerReplay(path, { repeat: true }))
      )
      expect(repeated).toEqual(["one", "three", "one", "three", "one"])
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scoped("can be compared in another way, and by other fields", () =>
    Effect.gen(function* () {
      const path = yield* recordedTwo
      const any = clientOf(Cassette.layerReplay(path, { matches: () => true }))
      expect(yield* Effect.provide(Effect.all([contents(ask("x")), contents(ask("y"))]), any)).toEqual(["one", "two"])
      const ignoring = clientOf(Cassette.layerReplay(path, { ignore: ["temperature"] }))
      expect(yield* Effect.provide(contents({ ...ask("first"), temperature: 0.3 }), ignoring)).toBe("one")
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scoped("over the bare HTTP client fails with a CassetteError as its cause", () =>
    Effect.gen(function* () {
      const path = yield* recordedTwo
      const error = yield* Effect.flip(HttpClient.get("https://h.example/models")).pipe(
        Effect.provide(Cassette.layerReplay(path))
      )
      expect(error).toMatchObject({ _tag: "ResponseError", reason: "StatusCode" })
      expect(error.cause).toBeInstanceOf(Cassette.CassetteError)
      expect(error.cause).toMatchObject({ reason: "Mismatch", message: expect.stringContaining("has no GET /models") })
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )
})

describe("time", () => {
  const seconds = Effect.gen(function* () {
    const path = yield* inFile
    const parts = MockHttpClient.sse([
      { id: "1", choices: [{ index: 0, delta: { content: "a" } }] },
      { id: "1", choices: [{ index: 0, delta: { content: "b" }, finish_reason: "stop" }], usage: { total_tokens: 2 } }
    ]).split(/(?<=\n\n)/)
    const body = Stream.mapEffect(Stream.fromIterable(parts), (part) => Effect.as(Effect.sleep("10 seconds"), part))
    const http = Cassette.layerRecord(path).pipe(
      Layer.provide(
        MockHttpClient.layer([
          Effect.delay(Effect.succeed({ headers: { "content-type": "text/event-stream" }, body }), "5 seconds")
        ])
      )
    )
    const fiber = yield* Effect.fork(Effect.provide(events(), clientOf(http)))
    for (let i = 0; i < 40; i++) {
      yield* TestClock.adjust("1 second")
      yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 1)))
    }
    yield* Fiber.join(fiber)
    return path
  })

  it.scoped("is recorded by the clock", () =>
    Effect.gen(function* () {
      const [exchange] = (yield* Cassette.read(yield* seconds)).exchanges
      expect(exchange?.response?.ms).toBe(5000)
      const at = exchange?.body.map(({ ms }) => ms) ?? []
      // Real promises of the mock's web stream lie between the clock and the read.
      expect(at.map((ms) => Math.round(ms / 5000))).toEqual([3, 5])
      // The client waits 2 seconds for [DONE], and leaves.
      expect(exchange?.end.how).toBe("interrupted")
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  const path = Effect.gen(function* () {
    const path = yield* recordedTwo
    const files = yield* FileSystem.FileSystem
    const document = JSON.parse(yield* text(path))
    const [exchange] = document.exchanges
    const [[, body]] = exchange.body
    exchange.response.ms = 1000
    exchange.body = [
      [2000, body.slice(0, 20)],
      [6000, body.slice(20)]
    ]
    exchange.end.ms = 6000
    yield* files.writeFileString(path, JSON.stringify(document))
    return path
  })

  const timeOf = (timing: Cassette.Timing) =>
    Effect.gen(function* () {
      const file = yield* path
      const fiber = yield* Effect.fork(
        Effect.provide(
          Stream.runForEach(ZhipuChat.stream(ask("first")), () => Effect.void),
          clientOf(Cassette.layerReplay(file, { timing }))
        )
      )
      let passed = 0
      while (passed < 20_000) {
        // The file is read, and a token signed, in real time; then there are only promises between the clock and the reader.
        const turns = passed === 0 ? 20 : 3
        for (let i = 0; i < turns; i++) yield* Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 10)))
        const exit = yield* Fiber.poll(fiber)
        if (exit._tag === "Some") return passed
        yield* TestClock.adjust("500 millis")
        passed += 500
      }
      return Number.NaN
    })

  it.scoped("passes as it was recorded, by a factor, or not at all", () =>
    Effect.gen(function* () {
      expect(yield* timeOf("none")).toBe(0)
      expect(yield* timeOf("recorded")).toBe(6000)
      expect(yield* timeOf(0.5)).toBe(3000)
      expect(yield* timeOf(2)).toBe(12_000)
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )
})

describe("served over HTTP", () => {
  it.scopedLive("a cassette answers, breaks and refuses as it was recorded", () =>
    Effect.gen(function* () {
      const path = yield* inFile
      const all = Effect.all([eventsAndEnd(ask("Hello")), eventsAndEnd(ask("Goodbye"))])
      for (const faults of ["", "truncate@chunk:4", "reset@chunk:4", "code:1113", "gzip", "reset-before-headers"]) {
        const { live } = yield* twice(FetchHttpClient.layer, all, { faults, path })
        const { baseUrl } = yield* Cassette.serve(path)
        for (const { layer } of transports) {
          for (let round = 0; round < 2; round++) {
            const over = yield* Effect.exit(Effect.provide(all, clientOf(layer, { baseUrl })))
            if (faults.startsWith("reset")) {
              // What the transport says of a broken connection is its own.
              const shape = (exit: typeof live) =>
                Exit.isSuccess(exit)
                  ? exit.value.map(({ events, exit }) => [plain(events), Reflect.get(Object(errorOf(exit)), "_tag")])
                  : exit
              expect(shape(over)).toEqual(shape(live))
            } else expect(plain(over)).toEqual(plain(live))
          }
        }
        const other = yield* Effect.exit(
          Effect.provide(events(ask("Something else")), clientOf(FetchHttpClient.layer, { baseUrl }))
        )
        expect(errorOf(other)).toMatchObject({ _tag: "InvalidRequestError", code: "cassette" })
      }
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scopedLive.each<[ReadonlyArray<string>, string]>([
    [["https://open.bigmodel.cn/api/paas/v4/chat/completions"], "/api/paas/v4"],
    [["https://open.bigmodel.cn/api/coding/paas/v4/async/chat/completions"], "/api/coding/paas/v4"],
    [["https://open.bigmodel.cn/api/paas/v4/embeddings"], "/api/paas/v4"],
    [["https://open.bigmodel.cn/api/paas/v4/files/chat/content"], "/api/paas/v4"],
    [["https://gateway.example/glm/chat/completions"], "/glm"],
    [["https://gateway.example/embeddings"], ""],
    [["https://gateway.example/glm/batches/batch_1/cancel"], "/glm"],
    [["https://gateway.example/api/monitor/usage/quota/limit", "https://gateway.example/glm/files"], "/glm"],
    [["https://open.bigmodel.cn/api/monitor/usage/quota/limit"], "/api/paas/v4"],
    [[], "/api/paas/v4"]
  ])("the base URL is what stands before the operation: %j", ([urls, base]) =>
    Effect.gen(function* () {
      const path = yield* inFile
      const files = yield* FileSystem.FileSystem
      yield* files.makeDirectory(path.replace(/[^/]*$/, ""), { recursive: true })
      const exchanges = urls.map((url) => ({
        request: { method: "POST", url, headers: {} },
        response: { ms: 0, status: 200, headers: {} },
        body: [],
        end: { ms: 0, how: "whole" }
      }))
      yield* files.writeFileString(path, JSON.stringify({ version: 1, exchanges }))
      const { baseUrl, port } = yield* Cassette.serve(path)
      expect(baseUrl).toBe(`http://127.0.0.1:${port}${base}`)
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )

  it.scopedLive("silence stays silence, until the client leaves", () =>
    Effect.gen(function* () {
      const { path } = yield* twice(FetchHttpClient.layer, Effect.flip(events()), {
        faults: "idle@chunk:4",
        options: { deadlines: { idle: "200 millis" } }
      })
      const { baseUrl } = yield* Cassette.serve(path)
      const error = yield* Effect.flip(
        Effect.provide(events(), clientOf(UndiciHttpClient.layer, { baseUrl, deadlines: { idle: "200 millis" } }))
      )
      expect(error).toMatchObject({ _tag: "DeadlineExceededError" })
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )
})
