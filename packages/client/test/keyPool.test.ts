import { describe, expect, it } from "@effect/vitest"
import {
  CallObserver,
  Fallback,
  KeyPool,
  RetryPolicy,
  Zhipu,
  ZhipuAuth,
  ZhipuCall,
  ZhipuChat,
  ZhipuConfig,
  ZhipuError
} from "@effect-zhipu/client"
import {
  Cause,
  ConfigError,
  Context,
  DateTime,
  Duration,
  Effect,
  Exit,
  Fiber,
  Layer,
  Logger,
  Redacted,
  Ref,
  Scope,
  Stream,
  TestClock,
  Tracer
} from "effect"
import { inspect } from "node:util"
import { answer, chunk, frame } from "./support/decoding.js"
import {
  type Answer,
  client,
  completion,
  errorReply,
  jsonReply,
  type Mock,
  mock,
  request,
  type Sent,
  streamed
} from "./support/http.js"
import { keys, type Name, names, redactedKeys, whose } from "./support/keys.js"
import { outcomeOf } from "./support/simulator.js"
import { drive, driveToError } from "./support/time.js"

const labelOf = (name: Name) => KeyPool.labelOf(Redacted.make(keys[name]))

const used = (over: Mock) => over.sent.map(whose)

const pool = (options: Partial<KeyPool.Options> = {}) =>
  KeyPool.make({ keys: redactedKeys("alpha", "bravo"), ...options })

/** Each key gets answers of its own; one that is not named answers well. */
const byKey = (answers: { readonly [N in Name]?: (sent: Sent) => Answer }): Mock =>
  mock((sent) => {
    const name = whose(sent)
    return (name === undefined ? undefined : answers[name])?.(sent) ?? jsonReply(completion())
  })

const refuses = (status: number, code: string, message?: string) => () => errorReply(status, code, message)

const complete = ZhipuChat.complete(request)

const live = (over: Mock, apiKey: KeyPool.KeyPool, options: Partial<ZhipuConfig.Options> = {}) =>
  client(over, { apiKey, retry: RetryPolicy.none, ...options })

describe("a pool of keys", () => {
  it.effect("takes the key with the fewest requests in flight, and the first of equals", () => {
    const over = mock("never")
    const apiKey = pool({ keys: redactedKeys("alpha", "bravo", "charly") })
    return Effect.gen(function* () {
      const fibers: Array<Fiber.Fiber<unknown, unknown>> = []
      for (let i = 0; i < 6; i++) {
        fibers.push(yield* Effect.fork(complete))
        yield* settled(() => over.sent.length === i + 1)
      }
      expect(used(over)).toEqual(["alpha", "bravo", "charly", "alpha", "bravo", "charly"])
      expect((yield* ZhipuAuth.keyStates).map(({ inFlight }) => inFlight)).toEqual([2, 2, 2])
      yield* Fiber.interrupt(fibers[1] ?? Fiber.void)
      yield* Effect.fork(complete)
      yield* settled(() => over.sent.length === 7)
      expect(used(over)[6]).toBe("bravo")
    }).pipe(Effect.provide(live(over, apiKey, { deadlines: { firstChunk: "1 hour" } })))
  })

  it.effect("counts a stream until its end", () => {
    const over = mock(streamed(frame(chunk({ content: "a" })), { hang: true }))
    return Effect.gen(function* () {
      const reading = yield* Effect.fork(Stream.runDrain(ZhipuChat.stream(request)))
      yield* settled(() => over.sent.length === 1)
      expect((yield* ZhipuAuth.keyStates).map(({ inFlight }) => inFlight)).toEqual([1, 0])
      yield* Fiber.interrupt(reading)
      expect((yield* ZhipuAuth.keyStates).map(({ inFlight }) => inFlight)).toEqual([0, 0])
    }).pipe(Effect.provide(live(over, pool())))
  })

  for (const [status, code, tag] of [
    [429, "1308", "QuotaExceededError"],
    [429, "1113", "InsufficientBalanceError"],
    [403, "1112", "AccountError"],
    [401, "1002", "AuthenticationError"],
    [429, "1302", "RateLimitError"]
  ] as const) {
    it.effect(`goes on with another key at once after ${tag}, and leaves the first alone for a while`, () => {
      const over = byKey({ alpha: refuses(status, code) })
      return Effect.gen(function* () {
        const { exit, took } = yield* drive(Effect.zipRight(complete, complete), "1 millis")
        expect(Exit.isSuccess(exit)).toBe(true)
        expect(took).toBe(0)
        expect(used(over)).toEqual(["alpha", "bravo", "bravo"])
        const [alpha, bravo] = yield* ZhipuAuth.keyStates
        expect(alpha).toMatchObject({ label: labelOf("alpha"), inFlight: 0, resting: { error: tag } })
        expect(bravo).toEqual({ label: labelOf("bravo"), inFlight: 0, resting: undefined })
        yield* TestClock.adjust(KeyPool.cooldown[tag])
        expect((yield* ZhipuAuth.keyStates)[0]?.resting).toBeUndefined()
        yield* complete
        expect(used(over).slice(3)).toEqual(["alpha", "bravo"])
      }).pipe(Effect.provide(live(over, pool())))
    })
  }

  for (const [what, reply] of [
    ["an overloaded model", refuses(429, "1305")],
    ["a server that fails", refuses(500, "500")],
    ["a broken connection", (): Answer => ({ fails: new Error("ECONNRESET") })],
    ["a bad request", refuses(400, "1210")],
    ["filtered content", refuses(400, "1301")]
  ] as const) {
    it.effect(`is not rotated because of ${what}`, () => {
      const over = mock(reply())
      return Effect.gen(function* () {
        yield* Effect.flip(complete)
        yield* Effect.flip(complete)
        expect(used(over)).toEqual(["alpha", "alpha"])
        expect((yield* ZhipuAuth.keyStates).map(({ resting }) => resting)).toEqual([undefined, undefined])
      }).pipe(Effect.provide(live(over, pool())))
    })
  }

  it.effect("retries an overloaded model with the same key, by the policy", () => {
    const over = mock([errorReply(429, "1305"), errorReply(503, "1305"), jsonReply(completion())])
    return Effect.gen(function* () {
      const { exit } = yield* drive(complete, "1 minute")
      expect(Exit.isSuccess(exit)).toBe(true)
      expect(used(over)).toEqual(["alpha", "alpha", "alpha"])
    }).pipe(Effect.provide(live(over, pool(), { retry: RetryPolicy.default })))
  })

  it.effect("lets a key rest until its quota fills again, where the service says when", () => {
    // 12:00 of the service is 04:00 UTC.
    const over = byKey({ alpha: refuses(429, "1308", "您的限额将在 2026-01-01 12:00:00 重置") })
    return Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-01-01T00:00:00Z"))
      yield* complete
      const [alpha] = yield* ZhipuAuth.keyStates
      expect(alpha?.resting && DateTime.formatIso(alpha.resting.until)).toBe("2026-01-01T04:00:00.000Z")
      yield* TestClock.setTime(Date.parse("2026-01-01T03:59:59Z"))
      yield* complete
      yield* TestClock.setTime(Date.parse("2026-01-01T04:00:00Z"))
      yield* complete
      expect(used(over)).toEqual(["alpha", "bravo", "bravo", "alpha", "bravo"])
    }).pipe(Effect.provide(live(over, pool())))
  })

  it.effect("lets a key rest for as long as Retry-After says", () => {
    const slow = { ...errorReply(429, "1302"), headers: { "content-type": "application/json", "retry-after": "17" } }
    const over = byKey({ alpha: () => slow })
    return Effect.gen(function* () {
      yield* complete
      yield* TestClock.adjust("16 seconds")
      yield* complete
      yield* TestClock.adjust("1 second")
      yield* complete
      expect(used(over)).toEqual(["alpha", "bravo", "bravo", "alpha", "bravo"])
    }).pipe(Effect.provide(live(over, pool())))
  })

  it.effect("fails when all keys rest, with the error of the one that is back first, and sends nothing more", () => {
    const over = byKey({ alpha: refuses(429, "1308"), bravo: refuses(429, "1113") })
    return Effect.gen(function* () {
      const first = yield* Effect.flip(complete)
      expect(first).toMatchObject({ _tag: "InsufficientBalanceError", code: "1113", status: 429, attempts: 2 })
      expect(first.retryAfter && Duration.toMillis(first.retryAfter)).toBe(600_000)
      expect(first.message).toContain("All 2 API keys rest")
      expect(first.message).toContain("10m")
      yield* TestClock.adjust("4 minutes")
      const later = yield* Effect.flip(complete)
      expect(later.retryAfter && Duration.toMillis(later.retryAfter)).toBe(360_000)
      expect(later.attempts).toBeUndefined()
      expect(used(over)).toEqual(["alpha", "bravo"])
    }).pipe(Effect.provide(live(over, pool())))
  })

  it.effect("waits for a key whose rate limit passes, though the other one is out of quota", () => {
    let limited = true
    const over = byKey({
      alpha: () => (limited ? errorReply(429, "1302") : jsonReply(completion())),
      bravo: refuses(429, "1308")
    })
    return Effect.gen(function* () {
      const fiber = yield* Effect.fork(drive(complete, "6 seconds"))
      yield* settled(() => over.sent.length === 2)
      limited = false
      const { exit, took } = yield* Fiber.join(fiber)
      expect(Exit.isSuccess(exit)).toBe(true)
      expect(took).toBe(5000)
      expect(used(over)).toEqual(["alpha", "bravo", "alpha"])
    }).pipe(Effect.provide(live(over, pool(), { retry: RetryPolicy.default })))
  })

  it.effect("asks each key once a call, however short they rest", () => {
    const over = mock({ ...errorReply(429, "1302"), delay: "10 millis" })
    return Effect.gen(function* () {
      const { error } = yield* driveToError(complete, "1 second")
      expect(error._tag).toBe("RateLimitError")
      expect(used(over)).toEqual(["alpha", "bravo", "alpha"])
    }).pipe(Effect.provide(live(over, pool({ cooldown: { RateLimitError: 1 } }))))
  })

  it.effect("does not shorten a long rest for a rate limit that is told later", () => {
    const over = mock((_, n) => ({
      ...errorReply(429, n === 1 ? "1308" : "1302"),
      delay: n === 1 ? "1 second" : "2 seconds"
    }))
    return Effect.gen(function* () {
      yield* drive(Effect.all([Effect.exit(complete), Effect.exit(complete)], { concurrency: 2 }), "3 seconds")
      expect(over.sent).toHaveLength(2)
      expect((yield* ZhipuAuth.keyStates)[0]?.resting?.error).toBe("QuotaExceededError")
    }).pipe(Effect.provide(live(over, pool({ keys: redactedKeys("alpha") }))))
  })

  it.effect("never asks with a key again whose cooldown is infinite", () => {
    const over = byKey({ alpha: refuses(401, "1002"), bravo: refuses(401, "1002") })
    return Effect.gen(function* () {
      yield* Effect.exit(complete)
      const error = yield* Effect.flip(complete)
      expect(error).toMatchObject({ _tag: "AuthenticationError", retryAfter: undefined })
      expect(error.message).toContain("rest for ever")
      expect((yield* ZhipuAuth.keyStates).map(({ resting }) => resting?.error)).toEqual([
        "AuthenticationError",
        "AuthenticationError"
      ])
      expect(used(over)).toEqual(["alpha", "bravo"])
    }).pipe(Effect.provide(live(over, pool({ cooldown: { AuthenticationError: Duration.infinity } }))))
  })

  it.effect("keeps a key whose cooldown is zero", () => {
    const over = mock(errorReply(429, "1302"))
    return Effect.gen(function* () {
      yield* Effect.flip(complete)
      yield* Effect.flip(complete)
      expect(used(over)).toEqual(["alpha", "alpha"])
    }).pipe(Effect.provide(live(over, pool({ cooldown: { RateLimitError: 0 } }))))
  })

  it.effect("does not change keys after the first event, but leaves the key alone afterwards", () => {
    const quota = frame({ error: { code: "1308", message: "over" } })
    const over = mock((_, n) => streamed(...(n === 1 ? [frame(chunk({ content: "a" })), quota] : [answer("b")])))
    return Effect.gen(function* () {
      const broken = yield* outcomeOf(ZhipuChat.stream(request))
      expect(broken.error).toMatchObject({ _tag: "QuotaExceededError", attempts: 1 })
      expect(yield* outcomeOf(ZhipuChat.stream(request))).toMatchObject({ error: undefined })
      expect(used(over)).toEqual(["alpha", "bravo"])
    }).pipe(Effect.provide(live(over, pool())))
  })

  it.effect("changes keys where a stream is refused by its first frame", () => {
    const over = mock((_, n) => streamed(n === 1 ? frame({ error: { code: "1308", message: "over" } }) : answer("b")))
    return Effect.gen(function* () {
      expect((yield* outcomeOf(ZhipuChat.stream(request))).error).toBeUndefined()
      expect(used(over)).toEqual(["alpha", "bravo"])
    }).pipe(Effect.provide(live(over, pool())))
  })

  it.effect("sends neither a request with an id nor one over the bound on bytes again", () =>
    Effect.gen(function* () {
      for (const [body, options] of [
        [{ ...request, request_id: "our-id-1" }, {}],
        [request, { maxResentBytes: 10 }]
      ] as const) {
        const over = byKey({ alpha: refuses(429, "1308") })
        const error = yield* Effect.flip(ZhipuChat.complete(body)).pipe(Effect.provide(live(over, pool(), options)))
        expect(error).toMatchObject({ _tag: "QuotaExceededError", attempts: 1 })
        expect(used(over)).toEqual(["alpha"])
      }
    })
  )

  it.effect("signs a token for each key, once", () => {
    const over = byKey({ alpha: refuses(429, "1308") })
    return Effect.gen(function* () {
      for (let i = 0; i < 3; i++) yield* complete
      expect(used(over)).toEqual(["alpha", "bravo", "bravo", "bravo"])
      expect(new Set(over.sent.map(({ headers }) => headers["authorization"])).size).toBe(2)
    }).pipe(Effect.provide(live(over, pool(), { auth: "jwt" })))
  })

  it.effect("renews a token that is called expired, and does not blame the key when the clock is wrong", () => {
    const over = mock(errorReply(401, "1003"))
    return Effect.gen(function* () {
      const { error } = yield* driveToError(complete, "1 second")
      expect(error).toMatchObject({ _tag: "AuthenticationError", code: "1003", attempts: 2 })
      expect(used(over)).toEqual(["alpha", "alpha"])
      expect((yield* ZhipuAuth.keyStates).map(({ resting }) => resting)).toEqual([undefined, undefined])
    }).pipe(Effect.provide(live(over, pool(), { auth: "jwt" })))
  })

  it.effect("tells in the trail which key was left and why", () => {
    const over = byKey({ alpha: refuses(429, "1308") })
    return Effect.gen(function* () {
      const { attempts, exit } = yield* Fallback.withTrail(complete)
      expect(Exit.isSuccess(exit)).toBe(true)
      expect(attempts).toEqual([
        { of: "key", model: "glm-4.6", name: labelOf("alpha"), error: "QuotaExceededError", code: "1308" }
      ])
      const streaming = yield* Fallback.withTrail(Stream.runDrain(ZhipuChat.stream(request)))
      expect(streaming.attempts).toEqual([])
    }).pipe(Effect.provide(live(over, pool())))
  })
})

describe("the label of a key", () => {
  it("tells keys apart, stays when the secret changes, and is 4 hex digits", () => {
    expect(new Set(names.map(labelOf)).size).toBe(3)
    for (const name of names) expect(labelOf(name)).toMatch(/^[0-9a-f]{4}$/)
    const id = keys.alpha.split(".")[0] ?? ""
    expect(KeyPool.labelOf(Redacted.make(`${id}.another-secret`))).toBe(labelOf("alpha"))
  })

  it.effect("is what observers are told of a call, whichever way its key came, and never the key", () => {
    const over = byKey({ alpha: refuses(429, "1308") })
    const ends: Array<CallObserver.CallEnd> = []
    const observing = CallObserver.add({ start: () => ({ ended: (end) => Effect.sync(() => void ends.push(end)) }) })
    const ask = (apiKey: Redacted.Redacted | KeyPool.KeyPool, options: Partial<ZhipuConfig.Options> = {}) =>
      Effect.provide(complete, Layer.provide(client(over, { apiKey, retry: RetryPolicy.none, ...options }), observing))
    const [bravo = Redacted.make(""), charly = Redacted.make("")] = redactedKeys("bravo", "charly")
    return Effect.gen(function* () {
      yield* ask(bravo)
      yield* ask(bravo, { auth: "jwt" })
      yield* ask(pool())
      yield* ZhipuCall.with(complete, { apiKey: charly }).pipe(
        Effect.provide(Layer.provide(client(over, { apiKey: bravo }), observing))
      )
      yield* Effect.exit(ask(Redacted.make("two words")))
      expect(ends.map(({ key }) => key)).toEqual([
        labelOf("bravo"),
        labelOf("bravo"),
        labelOf("bravo"),
        labelOf("charly")
      ])
      expect(inspect(ends, { depth: 10 })).not.toMatch(/SENTINEL|eyJ/)
    })
  })
})

describe("the source of a pool", () => {
  it.effect("is read for each request: keys come and go without a restart", () =>
    Effect.gen(function* () {
      const current = yield* Ref.make<ReadonlyArray<Name>>(["alpha"])
      const over = mock(jsonReply(completion()))
      const apiKey = KeyPool.make({ keys: Effect.map(Ref.get(current), (which) => redactedKeys(...which)) })
      yield* Effect.gen(function* () {
        yield* complete
        yield* Ref.set(current, ["bravo", "alpha"])
        yield* complete
        yield* Ref.set(current, ["charly"])
        yield* complete
        expect((yield* ZhipuAuth.keyStates).map(({ label }) => label)).toEqual([labelOf("charly")])
      }).pipe(Effect.provide(live(over, apiKey)))
      expect(used(over)).toEqual(["alpha", "bravo", "charly"])
    })
  )

  it.effect("is read no more often than it is told to", () => {
    let reads = 0
    const keys = Effect.sync(() => {
      reads++
      return redactedKeys("alpha")
    })
    return Effect.gen(function* () {
      for (let i = 0; i < 5; i++) yield* complete
      expect(reads).toBe(1)
      yield* TestClock.adjust("1 minute")
      yield* complete
      expect(reads).toBe(2)
    }).pipe(Effect.provide(live(mock(jsonReply(completion())), KeyPool.make({ keys, refresh: "1 minute" }))))
  })

  it.effect("that gives a key again does not wake it from its rest", () => {
    const over = byKey({ alpha: refuses(429, "1308") })
    let n = 0
    const keys = Effect.sync(() =>
      redactedKeys(...(n++ % 2 === 0 ? (["alpha", "bravo"] as const) : (["bravo"] as const)))
    )
    return Effect.gen(function* () {
      for (let i = 0; i < 6; i++) yield* complete
      expect(used(over).filter((name) => name === "alpha")).toHaveLength(1)
    }).pipe(Effect.provide(live(over, KeyPool.make({ keys }))))
  })

  it.effect("that fails, hangs, is empty or gives nonsense fails the call with AuthenticationError", () =>
    Effect.gen(function* () {
      const locked = new ZhipuError.AuthenticationError({ message: "The vault is locked." })
      for (const [keys, message] of [
        [Effect.fail(locked), "The vault is locked."],
        [Effect.never, "deadline connect"],
        [Effect.succeed([]), "holds no API key"],
        [Effect.succeed([...redactedKeys("alpha"), Redacted.make("SENTINEL key")]), "API key 2 of the pool holds white"]
      ] as const) {
        const over = mock(jsonReply(completion()))
        const { error } = yield* driveToError(complete, "10 minutes").pipe(
          Effect.provide(live(over, KeyPool.make({ keys })))
        )
        expect(error._tag).toBe("AuthenticationError")
        expect(error.message).toContain(message)
        expect(error.message).not.toContain("SENTINEL")
        expect(over.sent).toEqual([])
      }
    })
  )

  it.effect("that is a list which cannot work is a ConfigError", () =>
    Effect.gen(function* () {
      for (const keys of [[], [...redactedKeys("alpha"), Redacted.make("")]]) {
        const layer = Zhipu.layer({ apiKey: KeyPool.make({ keys }) }).pipe(Layer.provide(mock("never").layer))
        const error = yield* Effect.flip(Effect.scoped(Layer.build(layer)))
        expect(ConfigError.isConfigError(error)).toBe(true)
        expect(String(error)).not.toContain("SENTINEL")
      }
    })
  )
})

describe("no key of a pool shows", () => {
  const shown = (value: unknown): string =>
    [String(value), JSON.stringify(value), inspect(value, { depth: 20, showHidden: true })].join("\n")

  for (const auth of ["api-key", "jwt"] as const) {
    it.scoped(`with ${auth}, in errors, states and services, though the service repeats all of them`, () =>
      Effect.gen(function* () {
        const all = Object.values(keys).flatMap((key) => [key, ...key.split(".")])
        const over = mock((sent) =>
          errorReply(429, "1308", `${sent.headers["authorization"]} and ${all.join(" and ")}`)
        )
        const scope = yield* Scope.Scope
        const apiKey = KeyPool.make({ keys: redactedKeys(...names) })
        const context = yield* Layer.buildWithScope(live(over, apiKey, { auth }), scope)
        yield* Effect.gen(function* () {
          const exits: ReadonlyArray<Exit.Exit<unknown, unknown>> = [
            yield* Effect.exit(complete),
            yield* Effect.exit(Stream.runDrain(ZhipuChat.stream(request)))
          ]
          expect(used(over)).toEqual([...names])
          const trail = yield* Fallback.withTrail(complete)
          const states = yield* ZhipuAuth.keyStates
          for (const value of [
            ...exits,
            ...exits.map((exit) => (Exit.isFailure(exit) ? Cause.pretty(exit.cause) : "")),
            states,
            trail,
            apiKey,
            context,
            Context.get(context, ZhipuConfig.ZhipuConfig),
            Context.get(context, ZhipuAuth.ZhipuAuth)
          ]) {
            expect(shown(value)).not.toMatch(/SENTINEL|eyJ[\w-]{10,}/)
          }
          expect(shown(exits)).toContain("<redacted>")
        }).pipe(Effect.provide(context))
      })
    )
  }
})

describe("the span of a call", () => {
  it.effect("tells the keys by their labels, and nothing else of them", () =>
    Effect.gen(function* () {
      for (const effect of [complete, Stream.runDrain(ZhipuChat.stream(request))]) {
        const spans: Array<Seen> = []
        const over = mock((sent, n) => {
          const all = [sent.headers["authorization"], keys.alpha, keys.bravo].join(" and ")
          return n === 1 ? errorReply(429, "1308", all) : n === 2 ? errorReply(429, "1113", all) : streamed(answer("a"))
        })
        const lines: Array<string> = []
        yield* effect.pipe(
          Effect.tapErrorCause((cause) => Effect.logError("it failed", cause)),
          Effect.exit,
          Effect.provide(live(over, KeyPool.make({ keys: redactedKeys("alpha", "bravo") }), { auth: "jwt" })),
          Effect.withTracer(tracing(spans)),
          Effect.provide(
            Logger.replace(
              Logger.defaultLogger,
              Logger.map(Logger.logfmtLogger, (line) => lines.push(line))
            )
          )
        )
        const span = spans.find(({ name }) => name === "chat glm-4.6")
        expect(span?.attributes.get("zhipu.key")).toBe(labelOf("bravo"))
        const rests = span?.events.filter(([name]) => name === "zhipu.key.resting").map(([, attributes]) => attributes)
        expect(rests).toEqual([
          { "zhipu.key": labelOf("alpha"), "error.type": "QuotaExceededError", "zhipu.key.cooldown_ms": 1_800_000 },
          { "zhipu.key": labelOf("bravo"), "error.type": "InsufficientBalanceError", "zhipu.key.cooldown_ms": 600_000 }
        ])
        expect(lines.join("\n")).toContain("All 2 API keys rest")
        expect(inspect([spans, lines], { depth: 10 })).not.toMatch(/SENTINEL|eyJ[\w-]{10,}/)
      }
    })
  )
})

interface Seen {
  readonly name: string
  readonly attributes: Map<string, unknown>
  readonly events: Array<readonly [string, unknown]>
  exit: unknown
}

const tracing = (spans: Array<Seen>): Tracer.Tracer =>
  Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const seen: Seen = { name, attributes: new Map(), events: [], exit: undefined }
      spans.push(seen)
      return {
        ...({ _tag: "Span", name, spanId: String(spans.length), traceId: "trace", parent, context, links } as const),
        ...({ status: { _tag: "Started", startTime }, attributes: seen.attributes, sampled: true, kind } as const),
        end: (_, exit) => {
          // What succeeds holds platform's request, which no span shows.
          if (exit._tag === "Failure") seen.exit = exit
        },
        attribute: (key, value) => {
          seen.attributes.set(key, value)
        },
        event: (event, _, attributes) => {
          seen.events.push([event, attributes])
        },
        addLinks: () => {}
      }
    },
    context: (run) => run()
  })

it.live("tells how long all keys rest without the nanoseconds of a real clock", () => {
  const over = mock(() => errorReply(429, "1113"))
  const pooled = Zhipu.layer({ apiKey: KeyPool.make({ keys: redactedKeys("alpha") }), retry: RetryPolicy.none })
  return Effect.gen(function* () {
    const errors = yield* Effect.forEach([1, 2], () => Effect.flip(ZhipuChat.complete(request)))
    for (const { message } of errors) expect(message).toMatch(/first can be used again in (10m|9m 59s( \d+ms)?) \(/)
  }).pipe(Effect.provide(Layer.provide(pooled, over.layer)))
})

/** Lets fibers run until something is seen; time stands still. */
const settled = (seen: () => boolean): Effect.Effect<void> =>
  Effect.promise(() => new Promise<void>((resolve) => setTimeout(resolve, 1))).pipe(
    Effect.repeat({ until: seen, times: 2000 }),
    Effect.asVoid
  )
