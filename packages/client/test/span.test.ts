import { describe, expect, it } from "@effect/vitest"
import { ChunkEvent, ZhipuChat } from "@effect-zhipu/client"
import { Effect, Exit, Stream, Tracer } from "effect"
import { client, completion, jsonReply, type Mock, mock, request, streamed } from "./support/http.js"

interface Ended {
  readonly name: string
  readonly attributes: Map<string, unknown>
  exit: Exit.Exit<unknown, unknown> | undefined
}

const tracing = (spans: Array<Ended>): Tracer.Tracer =>
  Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const ended: Ended = { name, attributes: new Map(), exit: undefined }
      spans.push(ended)
      const span: Tracer.Span = {
        _tag: "Span",
        name,
        spanId: String(spans.length),
        traceId: "trace",
        parent,
        context,
        status: { _tag: "Started", startTime },
        attributes: ended.attributes,
        links,
        sampled: true,
        kind,
        end: (_, exit) => {
          ended.exit = exit
        },
        attribute: (key, value) => {
          ended.attributes.set(key, value)
        },
        event: () => {},
        addLinks: () => {}
      }
      return span
    },
    context: (run) => run()
  })

const frames = [
  { id: "c1", model: "glm-4.6", choices: [{ index: 0, delta: { content: "Hello" } }] },
  {
    id: "c1",
    choices: [{ index: 0, finish_reason: "stop", delta: {} }],
    usage: { prompt_tokens: 7, completion_tokens: 2 }
  }
].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`)

/** Runs as a script does: the client is closed as soon as the answer is there. */
const spansOf = <A, E>(over: Mock, program: Effect.Effect<A, E, ZhipuChat.ZhipuChat>) =>
  Effect.gen(function* () {
    const spans: Array<Ended> = []
    yield* program.pipe(Effect.provide(client(over)), Effect.exit, Effect.withTracer(tracing(spans)))
    return spans.filter(({ name }) => name === "chat glm-4.6")
  })

describe("the span of a request", () => {
  it.live("shows no header that may hold a key, sent or answered", () =>
    Effect.gen(function* () {
      const secret = "fictional-gateway-key"
      const echo = { "x-request-id": secret, "x-gateway-key": secret, "x-anything": secret, "retry-after": secret }
      for (const propagateTrace of [true, false]) {
        const reply = jsonReply(completion())
        const over = mock({ ...reply, headers: { ...reply.headers, ...echo } })
        const spans: Array<Ended> = []
        yield* ZhipuChat.complete(request).pipe(
          Effect.provide(client(over, { headers: { "x-gateway-key": secret, "api-key": secret }, propagateTrace })),
          Effect.withTracer(tracing(spans))
        )
        const [ofRequest, ...more] = spans.filter(({ name }) => name === "http.client POST")
        expect(more).toEqual([])
        const attributes = Object.fromEntries(ofRequest?.attributes ?? [])
        expect(attributes).toMatchObject({
          "http.response.status_code": 200,
          "http.request.header.accept": "application/json"
        })
        for (const name of ["http.request.header.x-gateway-key", "http.response.header.retry-after"]) {
          expect(String(attributes[name])).toBe("<redacted>")
        }
        for (const value of Object.values(attributes)) expect(String(value)).not.toContain(secret)
      }
    })
  )
})

describe("the span of a call", () => {
  for (const [what, end] of [
    ["ends at once", []],
    ["ends a little later", [{ wait: "20 millis" }]],
    ["never ends", [{ hang: true }]]
  ] as const) {
    it.live(`is that of a success though the client is closed right after a stream whose body ${what}`, () =>
      Effect.gen(function* () {
        const over = mock(streamed(...frames, "data: [DONE]\n\n", ...end))
        const [span, ...more] = yield* spansOf(over, Stream.runDrain(ZhipuChat.stream(request)))
        expect(more).toEqual([])
        expect(span?.exit && Exit.isSuccess(span.exit)).toBe(true)
        expect(span?.attributes.get("gen_ai.usage.input_tokens")).toBe(7)
        expect(span?.attributes.get("gen_ai.response.finish_reasons")).toEqual(["stop"])
        expect(span?.attributes.get("gen_ai.response.model")).toBe("glm-4.6")
      })
    )
  }

  it.live("tells the error of a stream that broke off", () =>
    Effect.gen(function* () {
      const over = mock(streamed(frames[0] ?? ""))
      const [span] = yield* spansOf(over, ChunkEvent.fold(ZhipuChat.stream(request)))
      expect(span?.exit && Exit.isFailure(span.exit)).toBe(true)
      expect(span?.attributes.get("error.type")).toBe("StreamTruncatedError")
    })
  )

  it.live("covers a whole answer", () =>
    Effect.gen(function* () {
      const over = mock(jsonReply({ ...completion(), model: "glm-4.6", usage: { completion_tokens: 3 } }))
      const [span] = yield* spansOf(over, ZhipuChat.complete(request))
      expect(span?.exit && Exit.isSuccess(span.exit)).toBe(true)
      expect(span?.attributes.get("gen_ai.usage.output_tokens")).toBe(3)
      expect(span?.attributes.get("gen_ai.operation.name")).toBe("chat")
    })
  )
})
