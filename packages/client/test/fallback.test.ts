import { describe, expect, it } from "@effect/vitest"
import { ChunkEvent, Fallback, RetryPolicy, Zhipu, ZhipuChat, ZhipuError } from "@effect-zhipu/client"
import { Duration, Effect, Exit, Layer, Option, Redacted, Stream, Tracer } from "effect"
import { answer, chunk, frame } from "./support/decoding.js"
import {
  type Answer,
  completion,
  errorReply,
  jsonReply,
  type Mock,
  mock,
  request,
  type Sent,
  streamed
} from "./support/http.js"
import { outcomeOf, textOf } from "./support/simulator.js"
import { drive } from "./support/time.js"

const modelOf = (sent: Sent): unknown => Object(JSON.parse(sent.body))["model"]

const asked = (over: Mock): ReadonlyArray<string> =>
  over.sent.map((sent) => `${modelOf(sent)} at ${new URL(sent.url).hostname}`)

/** By model, or by model and host; everything else answers. */
const answering = (answers: Readonly<Record<string, Answer>>): Mock =>
  mock((sent) => {
    const model = String(modelOf(sent))
    const isStream = Object(JSON.parse(sent.body))["stream"] === true
    return (
      answers[`${model} at ${new URL(sent.url).hostname}`] ??
      answers[model] ??
      (isStream ? streamed(answer(model)) : jsonReply(completion(model)))
    )
  })

const cnKey = Redacted.make("id-of-cn.secret-of-cn")
const globalKey = Redacted.make("id-of-global.secret-of-global")

const cn = Zhipu.layer({ apiKey: cnKey, retry: RetryPolicy.none }).pipe(Layer.orDie)
const global = Zhipu.layer({ apiKey: globalKey, region: "global", retry: RetryPolicy.none }).pipe(Layer.orDie)

const withFallback = (over: Mock, alternatives: ReadonlyArray<Fallback.Alternative>) =>
  Fallback.layer(alternatives).pipe(Layer.provide(cn), Layer.provide(over.layer))

const elsewhere = (over: Mock): Fallback.Alternative => ({
  client: Layer.provide(global, over.layer),
  name: "api.z.ai"
})

const hosts = { cn: "open.bigmodel.cn", global: "api.z.ai" } as const

const complete = ZhipuChat.complete(request)

/** One chunk, and it is empty. `Stream.fromChunk` would give none. */
const withoutEvents: Stream.Stream<never> = Stream.filter(Stream.make(1), (_): _ is never => false)

const overloaded = errorReply(429, "1305")

describe("another model", () => {
  it.effect("answers where the first is overloaded, streamed or not", () => {
    const over = answering({ "glm-4.6": overloaded })
    return Effect.gen(function* () {
      expect((yield* complete).choices[0]?.message.content).toBe("glm-4.5-air")
      const { error, events } = yield* outcomeOf(ZhipuChat.stream(request))
      expect(error).toBeUndefined()
      expect(textOf(events)).toBe("glm-4.5-air")
      expect((yield* ChunkEvent.fold(ZhipuChat.stream(request))).choices[0]?.message.content).toBe("glm-4.5-air")
      expect(asked(over).slice(0, 2)).toEqual([`glm-4.6 at ${hosts.cn}`, `glm-4.5-air at ${hosts.cn}`])
      expect(over.sent).toHaveLength(6)
    }).pipe(Effect.provide(withFallback(over, [{ model: "glm-4.5-air" }])))
  })

  it.effect("answers a stream that failed after a chunk without events", () => {
    const error = new ZhipuError.OverloadedError({ message: "Overloaded.", code: "1305" })
    const chat = Layer.effect(
      ZhipuChat.ZhipuChat,
      Effect.map(ZhipuChat.ZhipuChat, (other) => ({
        ...other,
        stream: (request) =>
          request.model === "glm-4.6" ? Stream.concat(withoutEvents, Stream.fail(error)) : other.stream(request)
      }))
    )
    const over = answering({})
    return Effect.gen(function* () {
      const { error, events } = yield* outcomeOf(ZhipuChat.stream(request))
      expect(error).toBeUndefined()
      expect(textOf(events)).toBe("glm-4.5-air")
    }).pipe(
      Effect.provide(
        Fallback.layer([{ model: "glm-4.5-air" }]).pipe(
          Layer.provide(chat),
          Layer.provide(cn),
          Layer.provide(over.layer)
        )
      )
    )
  })

  it.effect("is not asked where the first answers", () => {
    const over = answering({})
    return Effect.gen(function* () {
      yield* complete
      yield* Stream.runDrain(ZhipuChat.stream(request))
      expect(asked(over)).toEqual([`glm-4.6 at ${hosts.cn}`, `glm-4.6 at ${hosts.cn}`])
    }).pipe(Effect.provide(withFallback(over, [{ model: "glm-4.5-air" }])))
  })

  for (const [what, reply, tag] of [
    ["a request that is wrong", errorReply(400, "1210"), "InvalidRequestError"],
    ["content that is filtered", errorReply(400, "1301"), "ContentFilteredError"],
    ["a key that is wrong", errorReply(401, "1000"), "AuthenticationError"],
    ["a broken connection", { fails: new Error("ECONNREFUSED") }, "ConnectionError"]
  ] as const) {
    it.effect(`is not asked after ${what}`, () => {
      const over = answering({ "glm-4.6": reply })
      return Effect.gen(function* () {
        expect((yield* Effect.flip(complete))._tag).toBe(tag)
        expect((yield* outcomeOf(ZhipuChat.stream(request))).error?._tag).toBe(tag)
        expect(over.sent).toHaveLength(2)
      }).pipe(Effect.provide(withFallback(over, [{ model: "glm-4.5-air" }, { model: "glm-4.5" }])))
    })
  }

  it.effect("is not asked once an event was given out, and nothing is given out twice", () =>
    Effect.gen(function* () {
      for (const broken of ["glm-4.6", "glm-4.5-air"]) {
        const begun = streamed(frame(chunk({ content: "begun" })), { fail: new Error("ECONNRESET") })
        const over = answering({ "glm-4.6": overloaded, [broken]: begun })
        const alternatives = [
          { model: "glm-4.5-air", when: () => true },
          { model: "glm-4.5", when: () => true }
        ]
        const { error, events } = yield* outcomeOf(ZhipuChat.stream(request)).pipe(
          Effect.provide(withFallback(over, alternatives))
        )
        expect(error?._tag).toBe("ConnectionError")
        expect(textOf(events)).toBe("begun")
        expect(over.sent).toHaveLength(broken === "glm-4.6" ? 1 : 2)
      }
    })
  )

  it.effect("is not asked once a stream began, though it broke for a reason that another model could help with", () => {
    const over = answering({
      "glm-4.6": overloaded,
      "glm-4.5-air": streamed(frame(chunk({ content: "begun" })), frame({ error: { code: "1305", message: "busy" } }))
    })
    return Effect.gen(function* () {
      const { error, events } = yield* outcomeOf(ZhipuChat.stream(request))
      expect(error?._tag).toBe("OverloadedError")
      expect(textOf(events)).toBe("begun")
      expect(over.sent).toHaveLength(2)
    }).pipe(Effect.provide(withFallback(over, [{ model: "glm-4.5-air" }, { model: "glm-4.5" }])))
  })

  it.effect("is passed over where it cannot help, and the next one that can is asked", () => {
    const over = answering({ [`glm-4.6 at ${hosts.cn}`]: errorReply(401, "1000") })
    return Effect.gen(function* () {
      expect((yield* complete).choices[0]?.message.content).toBe("glm-4.6")
      expect(asked(over)).toEqual([`glm-4.6 at ${hosts.cn}`, `glm-4.6 at ${hosts.global}`])
      expect(over.sent.map(({ headers }) => headers["authorization"])).toEqual([
        `Bearer ${Redacted.value(cnKey)}`,
        `Bearer ${Redacted.value(globalKey)}`
      ])
    }).pipe(Effect.provide(withFallback(over, [{ model: "glm-4.5-air" }, elsewhere(over)])))
  })

  it.effect("is the last word: its error is the one that is given", () => {
    const over = answering({ "glm-4.6": overloaded, "glm-4.5-air": errorReply(400, "1261") })
    return Effect.gen(function* () {
      expect((yield* Effect.flip(complete))._tag).toBe("ContextLengthError")
    }).pipe(Effect.provide(withFallback(over, [{ model: "glm-4.5-air" }])))
  })

  it.effect("is asked when the first says nothing within its deadline", () => {
    const over = answering({ "glm-4.6": "never" })
    return Effect.gen(function* () {
      const { exit, took } = yield* drive(complete, "10 minutes")
      expect(Exit.isSuccess(exit)).toBe(true)
      expect(took).toBe(Duration.toMillis("20 seconds"))
    }).pipe(
      Effect.provide(
        Fallback.layer([{ model: "glm-4.5-air" }]).pipe(
          Layer.provide(Zhipu.layer({ apiKey: cnKey, deadlines: { firstChunk: "20 seconds" } })),
          Layer.provide(over.layer)
        )
      )
    )
  })

  it.effect("is asked by a condition of one's own", () => {
    const over = answering({ "glm-4.6": errorReply(400, "1301") })
    const when = (error: ZhipuError.ZhipuError) => error._tag === "ContentFilteredError"
    return Effect.gen(function* () {
      expect((yield* complete).choices[0]?.message.content).toBe("glm-4.5-air")
    }).pipe(Effect.provide(withFallback(over, [{ model: "glm-4.5-air", when }])))
  })
})

describe("what happened", () => {
  const over = () => answering({ "glm-4.6": overloaded, "glm-4.5-air": errorReply(429, "1308") })

  it.effect("is in the trail, for whole answers, streams and failures", () =>
    Effect.gen(function* () {
      const failed = [
        { of: "option", model: "glm-4.6", name: undefined, error: "OverloadedError", code: "1305" },
        { of: "option", model: "glm-4.5-air", name: undefined, error: "QuotaExceededError", code: "1308" }
      ]
      const answered = { of: "option", model: "glm-4.5", name: "old", error: undefined, code: undefined }
      const alternatives = [{ model: "glm-4.5-air" }, { model: "glm-4.5", name: "old" }]
      for (const effect of [complete, ChunkEvent.fold(ZhipuChat.stream(request))]) {
        const { attempts, exit } = yield* Fallback.withTrail(effect).pipe(
          Effect.provide(withFallback(over(), alternatives))
        )
        expect(Exit.isSuccess(exit)).toBe(true)
        expect(attempts).toEqual([...failed, answered])
        const without = yield* Fallback.withTrail(effect).pipe(
          Effect.provide(withFallback(over(), alternatives.slice(0, 1)))
        )
        expect(Exit.isFailure(without.exit)).toBe(true)
        expect(without.attempts).toEqual(failed)
      }
    })
  )

  it.effect("is in the span around the calls", () =>
    Effect.gen(function* () {
      for (const effect of [complete, Stream.runDrain(ZhipuChat.stream(request))]) {
        const spans: Array<{ name: string; parent: string | undefined; events: Array<unknown> }> = []
        yield* effect.pipe(
          Effect.provide(withFallback(over(), [{ model: "glm-4.5-air" }, { model: "glm-4.5" }])),
          Effect.withTracer(tracing(spans))
        )
        const [around, ...calls] = spans.filter(({ name }) => name.startsWith("chat"))
        expect(around).toMatchObject({
          name: "chat with fallback",
          events: [
            ["zhipu.fallback.failed", "glm-4.6", "OverloadedError", "1305"],
            ["zhipu.fallback.failed", "glm-4.5-air", "QuotaExceededError", "1308"]
          ]
        })
        expect(calls.map(({ name, parent }) => [name, parent])).toEqual(
          ["glm-4.6", "glm-4.5-air", "glm-4.5"].map((model) => [`chat ${model}`, "chat with fallback"])
        )
      }
    })
  )
})

describe("a plan", () => {
  it.scoped("serves a program of several calls", () => {
    const over = answering({ "glm-4.6": overloaded })
    return Effect.gen(function* () {
      const plan = yield* Fallback.plan([{ model: "glm-4.5-air" }])
      const program = Effect.all([complete, complete]).pipe(Effect.withExecutionPlan(plan))
      expect((yield* program).map(({ choices }) => choices[0]?.message.content)).toEqual(["glm-4.5-air", "glm-4.5-air"])
      const { events } = yield* outcomeOf(Stream.withExecutionPlan(ZhipuChat.stream(request), plan))
      expect(textOf(events)).toBe("glm-4.5-air")
    }).pipe(Effect.provide(Layer.provide(cn, over.layer)))
  })

  it.effect("knows an error that came after the first event again, whatever the program did with it", () => {
    const begun = streamed(frame(chunk({ content: "begun" })), { fail: new Error("ECONNRESET") })
    const over = answering({ "glm-4.6": overloaded, "glm-4.5-air": begun })
    return Effect.gen(function* () {
      const plan = yield* Fallback.plan([{ model: "glm-4.5-air", when: () => true }, { model: "glm-4.5" }])
      const program = Stream.tapError(ZhipuChat.stream(request), () => Effect.void).pipe(
        Stream.withSpan("inner"),
        Stream.tapError(() => Effect.void)
      )
      const { error, events } = yield* outcomeOf(Stream.withExecutionPlan(program, plan))
      expect([error?._tag, textOf(events)]).toEqual(["ConnectionError", "begun"])
      expect(over.sent).toHaveLength(2)
    }).pipe(Effect.withSpan("outer"), Effect.scoped, Effect.provide(Layer.provide(cn, over.layer)))
  })

  it.scoped("builds the client of an alternative once", () => {
    const over = answering({ [`glm-4.6 at ${hosts.cn}`]: overloaded })
    let built = 0
    const counted = Layer.tap(Layer.provide(global, over.layer), () => Effect.sync(() => built++))
    return Effect.gen(function* () {
      for (let i = 0; i < 3; i++) yield* complete
      expect(over.sent).toHaveLength(6)
      expect(built).toBe(1)
    }).pipe(Effect.provide(withFallback(over, [{ client: counted }])))
  })
})

interface Seen {
  readonly name: string
  readonly parent: string | undefined
  readonly events: Array<unknown>
}

const tracing = (spans: Array<Seen>): Tracer.Tracer =>
  Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const above = Option.getOrUndefined(parent)
      const seen: Seen = { name, parent: above?._tag === "Span" ? above.name : undefined, events: [] }
      spans.push(seen)
      return {
        ...({ _tag: "Span", name, spanId: String(spans.length), traceId: "trace", parent, context, links } as const),
        ...({ status: { _tag: "Started", startTime }, attributes: new Map(), sampled: true, kind } as const),
        end: () => {},
        attribute: () => {},
        event: (event, _, attributes = {}) => {
          if (event !== "zhipu.fallback.failed") return
          const of = (key: string) => attributes[key]
          seen.events.push([event, of("gen_ai.request.model"), of("error.type"), of("zhipu.error.code")])
        },
        addLinks: () => {}
      }
    },
    context: (run) => run()
  })
