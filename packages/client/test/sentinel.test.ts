/** A key in every field that comes over the wire, one after the other: it may come back in what an answer says, and nowhere else. */
import {
  CallMetrics,
  ErrorLog,
  Message,
  RetryPolicy,
  ZhipuChat,
  type ZhipuConfig,
  ZhipuError
} from "@effect-zhipu/client"
import { describe, expect, it } from "@effect/vitest"
import { Cause, Chunk, Effect, Exit, Layer, Metric, Redacted, Stream } from "effect"
import { inspect } from "node:util"
import { chunk, done, finish, frame } from "./support/decoding.js"
import { type Answer, client, completion, jsonType, mock, type Reply, type Sent, streamed } from "./support/http.js"
import { type Collected, collecting, shown } from "./support/shown.js"

const id = "SENTINELidhalf01"
const secret = "SENTINELsecret02"
/** A key of somebody else: the gateway's own. */
const foreign = "0a1b2c3d4e5f60718293a4b5c6d7e8f9.SENTINELforeign3"
/** What a gateway wants besides. */
const gatewayKey = "SENTINELsecond05"
const otherToken = "eyJhbGciOiJIUzI1NiJ9.eyJTRU5USU5FTCI6MX0.SENTINELtoken00004"

const forbidden = [/sentinel(id|sec|for|tok)/i, /0a1b2c3d4e5f6071/, /eyJ[\w-]{10,}/]

const expectClean = (text: string, where: string): void => {
  for (const word of forbidden) {
    const found = text.search(word)
    if (found !== -1) expect(text.slice(Math.max(0, found - 100), found + 100), where).not.toMatch(word)
  }
}

type Told = (sent: Sent) => string

/** Whatever the request carried, and what never was in it. */
const told: Told = ({ headers }) => {
  const token = (headers["authorization"] ?? "").replace(/^Bearer /, "")
  return `a ${token} b ${id}.${secret} ${gatewayKey} c ${encodeURIComponent(secret.toUpperCase())} d ${foreign} e ${otherToken} f`
}

type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [name: string]: Json }

const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value))

/** The documents in which one value is another, or one object has a field more; each with its path. */
const variants = (value: Json, by: string, path = ""): ReadonlyArray<readonly [path: string, document: Json]> => {
  if (typeof value !== "object" || value === null) return [[path, by]]
  if (Array.isArray(value)) {
    const list: ReadonlyArray<Json> = value
    return list.flatMap((item, i) =>
      variants(item, by, `${path}[${i}]`).map(
        ([at, changed]) => [at, list.map((other, j) => (i === j ? changed : other))] as const
      )
    )
  }
  const fields = Object.entries(value as { readonly [name: string]: Json })
  return [
    ...fields.flatMap(([name, field]) =>
      variants(field, by, `${path}.${name}`).map(([at, changed]) => [at, { ...value, [name]: changed }] as const)
    ),
    [`${path}.other`, { ...value, other: by }],
    [`${path} by a name`, { ...value, [by]: 1 }]
  ]
}

/** What is in the answer is the caller's, and comes as it is, as do fields that the client does not know. */
const isContent = (path: string): boolean =>
  /\.(content|reasoning_content|arguments|annotations|logprobs|web_search|extra_json|other)\b| by a name$/.test(path)

const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7, prompt_tokens_details: { cached_tokens: 1 } }

const beside = {
  object: "chat.completion",
  request_id: "r1",
  system_fingerprint: "fp",
  service_tier: "default",
  usage,
  web_search: [{ title: "t", link: "l", content: "c" }],
  content_filter: [{ role: "assistant", level: 3 }],
  extra_json: { a: { b: "c" } }
}

const toolCall = { index: 0, id: "call_1", type: "function", function: { name: "find", arguments: "{}" } }

const whole = plain({
  ...completion("an answer"),
  ...beside,
  choices: [
    {
      index: 0,
      finish_reason: "stop",
      logprobs: { content: [{ token: "t" }] },
      message: {
        role: "assistant",
        content: "an answer",
        reasoning_content: "so",
        annotations: [{ url: "u" }],
        tool_calls: [toolCall]
      }
    }
  ]
})

const one = plain(chunk({ role: "assistant", content: "an answer", reasoning_content: "so" }))
const two = plain(
  chunk({ role: "assistant", tool_calls: [toolCall], annotations: [{ url: "u" }] }, { logprobs: { content: [] } })
)
const three = plain(finish("tool_calls", beside))

const errorDocuments: ReadonlyArray<Json> = [
  {
    error: {
      code: "1302",
      message: "slow",
      msg: "slow",
      type: "rate_limit_error",
      param: "p",
      status: "S",
      request_id: "r",
      metadata: { raw: '{"error":{"code":"1302","message":"slow"}}', provider_name: "n" }
    },
    request_id: "r",
    contentFilter: [{ role: "user", level: 1 }]
  },
  { error: { message: "slow" } },
  { error: { message: 'said {"error":{"code":"1302","message":"slow"}}' } },
  { error: "Not Found", status: 404, path: "/p", timestamp: "t" },
  { code: 1302, msg: "slow", success: false, requestId: "r" },
  { message: "slow", detail: "d" },
  { type: "error", error: { type: "overloaded_error", message: "[1302][slow][r]" } }
]

const frames = (...documents: ReadonlyArray<Json>): Reply => streamed(...documents.map(frame), done)

const document = (body: Json, status = 200, type: string = jsonType["content-type"]): Reply => ({
  status,
  headers: { "content-type": type },
  body: JSON.stringify(body)
})

type Case = readonly [path: string, reply: Reply]

const headerNames = [
  "x-request-id",
  "x-log-id",
  "content-type",
  "content-encoding",
  "retry-after",
  "retry-after-ms",
  "x-should-retry",
  "date",
  "server",
  "via",
  "location",
  "set-cookie",
  "www-authenticate",
  "x-api-key",
  "x-ratelimit-remaining"
]

const withHeaders = (value: string): ReadonlyArray<Case> =>
  [200, 302, 401].flatMap((status) =>
    headerNames.map((name): Case => {
      const header = { [name]: value }
      const headers = { "content-type": status === 200 ? "text/event-stream" : "application/json", ...header }
      const good = frame(one) + frame(three) + done
      return [`header ${name} under ${status}`, { status, headers, body: status === 200 ? good : '{"error":{}}' }]
    })
  )

const cases = (by: string): ReadonlyArray<Case> => [
  ...withHeaders(by),
  ...variants(whole, by).map(([path, body]): Case => [`document${path}`, document(body)]),
  ...variants(one, by).map(([path, body]): Case => [`first chunk${path}`, frames(body, two, three)]),
  ...variants(two, by).map(([path, body]): Case => [`second chunk${path}`, frames(one, body, three)]),
  ...variants(two, by).map(([path, body]): Case => [`chunk of a cut stream${path}`, streamed(frame(one), frame(body))]),
  ...variants(three, by).map(([path, body]): Case => [`last chunk${path}`, frames(one, two, body)]),
  ...errorDocuments.flatMap((error, i) =>
    variants(error, by).flatMap(([path, body]): ReadonlyArray<Case> => [
      ...[200, 429].map((status): Case => [`error ${i} under ${status}${path}`, document(body, status)]),
      [`error ${i} as the first event${path}`, frames(body)],
      [`error ${i} as an event${path}`, frames(one, body)],
      [`error ${i} by name${path}`, streamed(frame(one), `event: error\n${frame(body)}`)],
      [`error ${i} as a bare line${path}`, streamed(frame(one), `${JSON.stringify(body)}\n`)]
    ])
  ),
  ...[200, 401, 500].flatMap((status): ReadonlyArray<Case> => [
    [`text under ${status}`, { status, headers: { "content-type": "text/plain" }, body: `it said ${by}` }],
    [`page under ${status}`, { status, headers: { "content-type": "text/html" }, body: `<html><p>${by}</p></html>` }],
    [`JSON string under ${status}`, document(by, status)],
    [`list under ${status}`, document([by], status)],
    [`cut JSON under ${status}`, { status, headers: jsonType, body: `{"error":{"message":"${by}` }]
  ]),
  ["content type of a page", { headers: { "content-type": by }, body: "<html><p>Log in</p></html>" }],
  ["packing of bytes", { headers: { ...jsonType, "content-encoding": by }, body: [new Uint8Array([3, 0, 255, 1, 2])] }],
  ["event name", streamed(frame(one), `event: ${by}\ndata: alive\n\n`, frame(three), done)],
  ["event name of what is no JSON", streamed(frame(one), `event: ${by}\ndata: {"\n\n`)],
  ["event id", streamed(`id: ${by}\n${frame(one)}`, frame(three), done)],
  ["comment", streamed(`: ${by}\n\n`, frame(one), frame(three), done)],
  ["data that is no JSON", streamed(frame(one), `data: ${by}\n\n`)],
  ["data that is a text", streamed(frame(one), frame(by))],
  ["words of an error event", streamed(frame(one), `event: error\ndata: ${by}\n\n`)],
  ["a finish reason that is a failure", frames(one, plain(chunk({}, { finish_reason: "error", error: by })))],
  [
    "the words of a failed choice",
    frames(
      one,
      plain(chunk({}, { ...beside, choices: [{ finish_reason: "error", error: { code: by, message: by } }] }))
    )
  ],
  ["a broken transport", streamed(frame(one), { fail: new Error(by, { cause: new Error(by) }) })]
]

const requests: Readonly<
  Record<"complete" | "stream", Effect.Effect<unknown, ZhipuError.ZhipuError, ZhipuChat.ZhipuChat>>
> = {
  complete: ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user("hi")] }),
  stream: ZhipuChat.stream({ model: "glm-4.6", messages: [Message.user("hi")] }).pipe(
    Stream.tap((event) => (event._tag === "Warning" ? Effect.logWarning(event.detail, event) : Effect.void)),
    Stream.runCollect,
    Effect.map(Chunk.toReadonlyArray)
  )
}

const observed = Layer.mergeAll(CallMetrics.layer, ErrorLog.layer)

/** Runs a call whose answer has the sentinel somewhere, and looks at all that it leaves behind. */
const check = (path: string, answer: (sent: Sent) => Answer, auth: ZhipuConfig.AuthKind) =>
  Effect.forEach(["complete", "stream"] as const, (how) =>
    Effect.gen(function* () {
      const collected: Collected = { texts: [] }
      const live = client(mock(answer), {
        apiKey: Redacted.make(`${id}.${secret}`),
        auth,
        headers: { "x-gateway-key": gatewayKey },
        retry: RetryPolicy.none,
        deadlines: { connect: "10 seconds", firstChunk: "10 seconds", idle: "10 seconds" }
      }).pipe(Layer.provide(observed))
      const exit = yield* requests[how].pipe(
        Effect.tapErrorCause((cause) => Effect.logError("The call failed", cause)),
        Effect.withSpan("caller"),
        Effect.provide(live),
        Effect.exit,
        collecting(collected)
      )
      const where = `${path}, ${how}`
      collected.texts.forEach((text) => expectClean(text, `log or span: ${where}`))
      if (Exit.isSuccess(exit)) {
        if (!isContent(path)) expectClean(inspect(exit.value, { depth: 20 }), `metadata: ${where}`)
        return "success"
      }
      expect(Cause.isFailType(exit.cause), `${where}: ${Cause.pretty(exit.cause)}`).toBe(true)
      const error = yield* Effect.flip(Effect.failCause(exit.cause))
      expect(ZhipuError.isZhipuError(error), where).toBe(true)
      expectClean([error.message, error.stack, ...Object.entries(error.headers ?? {}).flat()].join("\n"), where)
      expectClean(Cause.pretty(exit.cause, { renderErrorCause: true }), `Cause.pretty: ${where}`)
      for (const [form, text] of [...shown(error), ...shown(exit)]) {
        // `showHidden` shows the part of the answer that came, which is not enumerable.
        if (form !== "inspect" || !isContent(path)) expectClean(text, `${form}: ${where}`)
      }
      return error._tag
    })
  )

describe("a key in a field of the wire shows nowhere but in the answer's own text", () => {
  for (const auth of ["api-key", "jwt"] as const) {
    it.live(
      `with ${auth}`,
      () =>
        Effect.gen(function* () {
          const all = cases("").map(([path], i) => [path, i] as const)
          expect(all.length).toBeGreaterThan(300)
          // What a token stands for in one field it stands for in the others.
          const some = auth === "jwt" ? all.filter(([, i]) => i % 4 === 0) : all
          const outcomes = yield* Effect.forEach(some, ([path, i]) =>
            check(path, (sent) => cases(told(sent))[i]?.[1] ?? "never", auth)
          )
          const tags = new Set(outcomes.flat())
          // Else most of this would show nothing.
          for (const tag of [
            "success",
            "RateLimitError",
            "ServerError",
            "CorruptStreamError",
            "StreamTruncatedError"
          ]) {
            expect(tags).toContain(tag)
          }
          expectClean(inspect(yield* Metric.snapshot, { depth: 20, maxArrayLength: null }), "metrics")
        }),
      // Each of some hundred cases is looked at in many ways.
      300_000
    )
  }

  it.live("and there it comes as it is", () =>
    Effect.gen(function* () {
      const said = `my key is ${id}.${secret}, yours ${foreign}`
      const layer = client(mock(frames(plain(chunk({ content: said })), three)), {
        apiKey: Redacted.make(`${id}.${secret}`)
      })
      expect(yield* Effect.provide(requests.stream, layer)).toContainEqual({
        _tag: "ContentDelta",
        choice: 0,
        text: said
      })
      const plainAnswer = yield* Effect.provide(
        requests.complete,
        client(mock(document(plain(completion(said)))), { apiKey: Redacted.make(`${id}.${secret}`) })
      )
      expect(plainAnswer).toMatchObject({ choices: [{ message: { content: said } }] })
    })
  )
})
