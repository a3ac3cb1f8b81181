/** Whatever the service does wrong: who records sees it as who does not, and a replay gives the same events and error. */
import {
  type ChatRequest,
  type ChunkEvent,
  Message,
  RetryPolicy,
  Tool,
  Zhipu,
  ZhipuChat,
  type ZhipuError
} from "@effect-zhipu/client"
import { UndiciHttpClient } from "@effect-zhipu/node"
import { Fault, Simulator } from "@effect-zhipu/testing"
import * as Cassette from "@effect-zhipu/testing/Cassette"
import { FetchHttpClient, FileSystem, type HttpClient } from "@effect/platform"
import { NodeFileSystem, NodeHttpClient } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Array as Arr, Clock, Duration, Effect, Either, Layer, Stream } from "effect"

const transports = [
  { name: "fetch", layer: FetchHttpClient.layer },
  { name: "undici of platform", layer: NodeHttpClient.layerUndici },
  { name: "undici of @effect-zhipu/node", layer: UndiciHttpClient.layer }
] as const

const examples: Readonly<Record<string, string>> = {
  NNNN: "1305",
  NNN: "503",
  N: "3",
  TEXT: "2",
  BYTES: "40",
  "chunk:K": "chunk:3",
  headers: "headers",
  "line:N": "line:3"
}

/** One of every row of the table; what dresses an error stands beside one. */
const ofTable = Fault.table.map(({ on, syntax }) => {
  const fault = syntax
    .replaceAll(/[[\]]/g, "")
    .replace(/(:)([^@]+)/, (_, colon: string, arg: string) => colon + (examples[arg] ?? arg.split("|")[0]))
    .replace(/(@)(.+)/, (_, at: string, place: string) => at + (examples[place.split("|").at(-1) ?? ""] ?? ""))
  return on === "error" ? `code:1302,${fault}` : fault
})

const others = [
  ...["1000", "1113", "1211", "1220", "1261", "1301", "1308", "500", "1234"].map((code) => `code:${code}`),
  "status:502-html",
  "status:400-text",
  "error-frame:1301@chunk:0",
  ...["truncate@0", "truncate@40", "truncate@400", "reset@0", "reset@40", "reset@400", "idle@headers"].flatMap(
    (cut) => [cut, `${cut}, gzip`]
  )
]

const request: ChatRequest.ChatRequest = {
  model: "glm-4.6",
  messages: [Message.user("What is the weather in Paris?")],
  tools: [Tool.fn({ name: "get_weather", parameters: { type: "object", properties: { city: { type: "string" } } } })]
}

/** All that an error says, what came before it too, and not where it was made. */
const described = (error: ZhipuError.ZhipuError): Readonly<Record<string, unknown>> => ({
  ...error,
  _tag: error._tag,
  message: error.message,
  partial: error.partial,
  // An HTTP date counts from now.
  retryAfter: error.retryAfter === undefined ? undefined : Math.ceil(Duration.toSeconds(error.retryAfter) / 10)
})

const seen = Effect.gen(function* () {
  const events: Array<ChunkEvent.ChunkEvent> = []
  const stream = yield* Effect.either(
    Stream.runForEach(ZhipuChat.stream(request), (event) => Effect.sync(() => events.push(event)))
  )
  const whole = yield* Effect.either(ZhipuChat.complete(request))
  const errors = Arr.getSomes([Either.getLeft(stream), Either.getLeft(whole)]).map(described)
  return { events, completion: Either.getOrUndefined(whole), errors }
})

/** The service tells times, of which the seconds pass between two runs. */
const stopped: Clock.Clock = (() => {
  const now = Date.now()
  return Object.assign(Clock.make(), { unsafeCurrentTimeMillis: () => now, currentTimeMillis: Effect.succeed(now) })
})()

type Seen = Effect.Effect.Success<typeof seen>

/** How much arrives of what is packed, when the connection breaks, is a matter of luck. */
const comparable = (fault: string, seen: Seen): unknown =>
  /^reset.*gzip/.test(fault) ? seen.errors.map(({ _tag, reason }) => ({ fault, _tag, reason })) : { fault, ...seen }

describe.each(transports)("over $name", ({ layer: transport }) => {
  it.scopedLive("every fault is seen through a recorder, and replayed, as it is", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped())
      const check = (fault: string, index: number) =>
        Effect.gen(function* () {
          const path = `${folder}/${index}.json`
          const { apiKey, baseUrl, reset } = yield* Simulator.make({ faults: fault, clock: stopped })
          const patience = /idle|hang/.test(fault) ? "1 second" : "30 seconds"
          const through = (http: Layer.Layer<HttpClient.HttpClient, unknown, FileSystem.FileSystem>) =>
            Effect.provide(
              seen,
              Zhipu.layer({
                apiKey,
                baseUrl,
                retry: RetryPolicy.none,
                deadlines: { connect: patience, firstChunk: patience, idle: patience }
              }).pipe(Layer.provide(http), Layer.provide(NodeFileSystem.layer), Layer.orDie)
            )
          const bare = yield* through(transport)
          // Ids follow from the number of the request.
          yield* reset
          const recorded = yield* through(Layer.provide(Cassette.layerRecord(path), transport))
          const replayed = yield* through(Cassette.layerReplay(path))
          expect(comparable(fault, recorded)).toEqual(comparable(fault, bare))
          // What one transport cannot unpack is not kept, as nobody knows what is in it.
          if (fault !== "brotli") expect({ fault, ...replayed }).toEqual({ fault, ...recorded })
          return bare.errors.map(({ _tag }) => _tag)
        })
      const tags = yield* Effect.forEach(
        [...ofTable, ...others],
        (fault, index) => Effect.scoped(check(fault, index)),
        {
          concurrency: 4
        }
      )
      expect([...new Set(tags.flat())].toSorted()).toEqual([
        "AuthenticationError",
        "ConnectionError",
        "ContentFilteredError",
        "ContextLengthError",
        "CorruptStreamError",
        "DeadlineExceededError",
        "InsufficientBalanceError",
        "InvalidRequestError",
        "ModelNotFoundError",
        "OverloadedError",
        "PermissionError",
        "QuotaExceededError",
        "RateLimitError",
        "ServerError",
        "StreamTruncatedError"
      ])
    }).pipe(Effect.provide(NodeFileSystem.layer))
  )
})
