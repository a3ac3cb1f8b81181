import { describe, expect, it, vi } from "@effect/vitest"
import { Zhipu, ZhipuAuth, ZhipuChat, ZhipuConfig, ZhipuError } from "@effect-zhipu/client"
import { Cause, ConfigError, Effect, Exit, Layer, Redacted, TestClock } from "effect"
import { createHmac } from "node:crypto"
import { client, completion, errorReply, jsonReply, mock, request } from "./support/http.js"
import { drive, driveToError } from "./support/time.js"

const id = "0123456789abcdef"
const secret = "FedcbaSecret9876"
const key = `${id}.${secret}`

const auth = (options: Partial<ZhipuConfig.Options> = {}) =>
  ZhipuAuth.layer.pipe(
    Layer.provide(ZhipuConfig.layer({ apiKey: Redacted.make(key), auth: "jwt", ...options })),
    Layer.orDie
  )

const authorization = Effect.flatMap(ZhipuAuth.ZhipuAuth, (service) => service.authorization).pipe(
  Effect.map(Redacted.value)
)

const decodePart = (part: string | undefined): unknown => JSON.parse(Buffer.from(part ?? "", "base64url").toString())

/** Checks the signature as the service does, and gives what the token says. */
const verify = (value: string, secretHalf = secret) => {
  expect(value).toMatch(/^Bearer [\w-]+\.[\w-]+\.[\w-]+$/)
  const [header, payload, signature] = value.slice("Bearer ".length).split(".")
  expect(signature).toBe(createHmac("sha256", secretHalf).update(`${header}.${payload}`).digest("base64url"))
  return { header: decodePart(header), payload: decodePart(payload) }
}

const expiryOf = (value: string): number => {
  const { payload } = verify(value)
  if (typeof payload !== "object" || payload === null) throw new Error("no payload")
  return Number(Reflect.get(payload, "exp"))
}

const start = Date.parse("2026-01-01T00:00:00Z")

describe("a JWT", () => {
  it.effect("is signed as the service checks it, with times in milliseconds", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(start)
      const { header, payload } = verify(yield* authorization)
      expect(header).toEqual({ alg: "HS256", sign_type: "SIGN" })
      expect(payload).toEqual({ api_key: id, exp: start + 30 * 60_000, timestamp: start })
    }).pipe(Effect.provide(auth()))
  )

  it.effect("is signed with secrets of any length and punctuation", () =>
    Effect.gen(function* () {
      for (const half of ["x", "a-b_c~d", "0".repeat(200)]) {
        const value = yield* Effect.provide(authorization, auth({ apiKey: Redacted.make(`${id}.${half}`) }))
        expect(verify(value, half).header).toEqual({ alg: "HS256", sign_type: "SIGN" })
      }
    })
  )

  it.effect("is used for many calls", () => {
    const over = mock(jsonReply(completion()))
    return Effect.gen(function* () {
      for (let i = 0; i < 20; i++) {
        yield* ZhipuChat.complete(request)
        yield* TestClock.adjust("1 minute")
      }
      expect(new Set(over.sent.map((sent) => sent.headers["authorization"])).size).toBe(1)
      verify(over.sent[0]?.headers["authorization"] ?? "")
    }).pipe(Effect.provide(client(over, { apiKey: Redacted.make(key), auth: "jwt" })))
  })

  it.effect("is signed once for calls at the same time", () =>
    Effect.gen(function* () {
      const sign = vi.spyOn(globalThis.crypto.subtle, "sign")
      const values = yield* Effect.all(
        Array.from({ length: 100 }, () => authorization),
        { concurrency: "unbounded" }
      )
      expect(new Set(values).size).toBe(1)
      expect(sign).toHaveBeenCalledTimes(1)
      sign.mockRestore()
    }).pipe(Effect.provide(auth()))
  )

  for (const [ttl, step] of [
    [1_000, 50],
    [10_000, 500],
    [60_000, 1_000],
    [30 * 60_000, 60_000]
  ] as const) {
    it.effect(`that is valid for ${ttl / 1000} s is replaced before it expires`, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(start)
        const seen = new Set<string>()
        for (let elapsed = 0; elapsed < 3 * ttl; elapsed += step) {
          const value = yield* authorization
          seen.add(value)
          expect(expiryOf(value) - (start + elapsed)).toBeGreaterThanOrEqual(ttl / 5)
          yield* TestClock.adjust(step)
        }
        // It is replaced, but not for each call.
        expect(seen.size).toBeGreaterThanOrEqual(3)
        expect(seen.size).toBeLessThanOrEqual(8)
      }).pipe(Effect.provide(auth({ jwtTtl: ttl })))
    )
  }

  it.effect("that the service calls expired is signed anew, once", () => {
    const over = mock([{ ...errorReply(401, "1003"), delay: "5 seconds" }, jsonReply(completion())])
    return Effect.gen(function* () {
      const { exit } = yield* drive(ZhipuChat.complete(request), "10 seconds")
      expect(Exit.isSuccess(exit)).toBe(true)
      const [first, second] = over.sent.map((sent) => sent.headers["authorization"] ?? "")
      expect(over.sent).toHaveLength(2)
      expect(expiryOf(second ?? "")).toBe(expiryOf(first ?? "") + 5_000)
    }).pipe(Effect.provide(client(over, { apiKey: Redacted.make(key), auth: "jwt" })))
  })

  it.effect("that is refused after that as well fails, with a word about the clock", () => {
    const over = mock(errorReply(401, "1003"))
    return Effect.gen(function* () {
      // Less than any deadline: signing takes real time, in which this clock must not run past one.
      const { error } = yield* driveToError(ZhipuChat.complete(request), "1 second")
      expect(error).toMatchObject({ _tag: "AuthenticationError", code: "1003", attempts: 2 })
      expect(error.message).toContain("clock")
      expect(over.sent).toHaveLength(2)
    }).pipe(Effect.provide(client(over, { apiKey: Redacted.make(key), auth: "jwt" })))
  })

  it.effect("that is refused because of the clock: the error says how wrong it is, and in which direction", () =>
    Effect.gen(function* () {
      const now = Date.parse("2026-01-01T00:00:00Z")
      yield* TestClock.setTime(now)
      const said = (serviceAhead: number) => {
        const headers = { "content-type": "application/json", date: new Date(now + serviceAhead).toUTCString() }
        return driveToError(ZhipuChat.complete(request), "1 second").pipe(
          Effect.map(({ error }) => error.message),
          Effect.provide(client(mock({ ...errorReply(401, "1003"), headers }), { auth: "jwt" }))
        )
      }
      expect(yield* said(3_600_000)).toMatch(/The clock of this machine is 3(600|599) s behind the service's\./)
      yield* TestClock.setTime(now)
      expect(yield* said(-3_600_000)).toMatch(/The clock of this machine is 360[01] s ahead of the service's\./)
    })
  )

  it.effect("other refusals of a token are not tried again", () =>
    Effect.gen(function* () {
      for (const code of ["1000", "1001", "1002", "1004", "1005"]) {
        const over = mock(errorReply(401, code))
        const options = { apiKey: Redacted.make(key), auth: "jwt" } as const
        const { error } = yield* Effect.provide(
          driveToError(ZhipuChat.complete(request), "1 second"),
          client(over, options)
        )
        expect(error).toMatchObject({ _tag: "AuthenticationError", code })
        expect(over.sent).toHaveLength(1)
      }
    })
  )

  it.effect("a rotated secret under the same id takes effect with the next call", () => {
    let current = key
    const apiKey = Effect.sync(() => Redacted.make(current))
    return Effect.gen(function* () {
      verify(yield* authorization)
      current = `${id}.anotherSecret`
      const rotated = yield* authorization
      expect(verify(rotated, "anotherSecret").payload).toMatchObject({ api_key: id })
      expect(yield* authorization).toBe(rotated)
    }).pipe(Effect.provide(auth({ apiKey })))
  })
})

describe("a plain key", () => {
  it.effect("is sent itself", () => {
    const over = mock(jsonReply(completion()))
    return Effect.gen(function* () {
      yield* ZhipuChat.complete(request)
      expect(over.sent[0]?.headers["authorization"]).toBe(`Bearer ${key}`)
    }).pipe(Effect.provide(client(over, { apiKey: Redacted.make(key) })))
  })

  it.effect("is not tried again after 1003, as nothing would change", () => {
    const over = mock(errorReply(401, "1003"))
    return Effect.gen(function* () {
      const { error } = yield* driveToError(ZhipuChat.complete(request), "10 minutes")
      expect(error).toMatchObject({ _tag: "AuthenticationError", code: "1003", attempts: 1 })
      expect(over.sent).toHaveLength(1)
    }).pipe(Effect.provide(client(over, { apiKey: Redacted.make(key) })))
  })

  it.effect("that is rotated takes effect with the next call", () => {
    let current = "first-key"
    const over = mock(jsonReply(completion()))
    return Effect.gen(function* () {
      yield* ZhipuChat.complete(request)
      current = "second-key"
      yield* ZhipuChat.complete(request)
      expect(over.sent.map((sent) => sent.headers["authorization"])).toEqual(["Bearer first-key", "Bearer second-key"])
    }).pipe(Effect.provide(client(over, { apiKey: Effect.sync(() => Redacted.make(current)) })))
  })

  it.effect("of the Coding Plan, without a dot, works", () => {
    const over = mock(jsonReply(completion()))
    return Effect.gen(function* () {
      yield* ZhipuChat.complete(request)
      expect(over.sent[0]?.headers["authorization"]).toBe("Bearer sk-cp-1234567890")
    }).pipe(Effect.provide(client(over, { apiKey: Redacted.make("sk-cp-1234567890") })))
  })
})

describe("a key that cannot work", () => {
  const sentinel = "SENTINELsecret42"
  const anyway: Readonly<Record<string, string>> = {
    "a line break at the end": `${id}.${sentinel}\n`,
    "a carriage return and line feed": `${id}.${sentinel}\r\n`,
    "a line break within": `${id}\n.${sentinel}`,
    "quotation marks": `"${id}.${sentinel}"`,
    "single quotation marks": `'${id}.${sentinel}'`,
    "a space before it": ` ${id}.${sentinel}`,
    "a space within": `${id}. ${sentinel}`,
    "a tab": `${id}.${sentinel}\t`,
    "the word Bearer before it": `Bearer ${id}.${sentinel}`,
    "other than ASCII characters": `${id}.${sentinel}密`,
    "a byte order mark": `\uFEFF${id}.${sentinel}`,
    "a typographic quotation mark": `“${id}.${sentinel}”`,
    "a null character": `${id}.${sentinel}\u0000`
  }
  const forJwt: Readonly<Record<string, string>> = {
    "no dot": `${id}${sentinel}`,
    "two dots": `${id}.${sentinel}.x`,
    "an empty id": `.${sentinel}`,
    "an empty secret": `${sentinel}.`
  }
  const blank: Readonly<Record<string, string>> = { nothing: "", spaces: "   ", "line breaks": "\n\r\n" }

  const refused = (value: string, kind: ZhipuConfig.AuthKind) => refusedAs({ apiKey: Redacted.make(value), auth: kind })

  const refusedAs = (options: ZhipuConfig.Options) =>
    Effect.gen(function* () {
      const over = mock(jsonReply(completion()))
      const layer = Zhipu.layer(options).pipe(Layer.provide(over.layer))
      const exit = yield* Effect.exit(Effect.provide(ZhipuChat.complete(request), layer))
      if (Exit.isSuccess(exit)) return expect(exit._tag).toBe("Failure")
      const error = yield* Effect.flip(Effect.failCause(exit.cause))
      expect(ConfigError.isConfigError(error)).toBe(true)
      for (const text of [String(error), JSON.stringify(error), Cause.pretty(exit.cause)]) {
        expect(text).toContain("API key")
        expect(text).not.toContain(sentinel)
        expect(text).not.toContain(id)
      }
      expect(over.sent).toEqual([])
    })

  for (const kind of ["api-key", "jwt"] as const) {
    for (const [what, value] of Object.entries({ ...anyway, ...blank, ...(kind === "jwt" ? forJwt : {}) })) {
      it.effect(`76. ${kind}: ${what} is a ConfigError that does not repeat it`, () => refused(value, kind))
    }
  }

  // What a program without types may give.
  for (const [given, said] of [
    [JSON.stringify(`${id}.${sentinel}`), "The API key is no Redacted: write Redacted.make(key)"],
    ["null", "The API key is null"]
  ] as const) {
    it.effect(`that is ${said.slice(15, 26).trim()} is a ConfigError that says so`, () => {
      const options: ZhipuConfig.Options = JSON.parse(`{"apiKey": ${given}}`)
      return Effect.gen(function* () {
        yield* refusedAs(options)
        expect(String(yield* Effect.flip(Layer.build(ZhipuConfig.layer(options))))).toContain(said)
      }).pipe(Effect.scoped)
    })
  }

  it.effect("and comes from an effect fails the call, without repeating it", () =>
    Effect.gen(function* () {
      for (const value of Object.values({ ...anyway, ...forJwt, ...blank })) {
        const over = mock(jsonReply(completion()))
        const options = { apiKey: Effect.succeed(Redacted.make(value)), auth: "jwt" } as const
        const error = yield* ZhipuChat.complete(request).pipe(Effect.flip, Effect.provide(client(over, options)))
        expect(error._tag).toBe("AuthenticationError")
        expect(JSON.stringify(error) + error.message + error.stack).not.toContain(sentinel)
        expect(over.sent).toEqual([])
      }
    })
  )

  it.effect("and a source of keys that fails, fails the call", () => {
    const gone = new ZhipuError.AuthenticationError({ message: "The vault is locked. Unlock it." })
    return Effect.gen(function* () {
      const error = yield* Effect.flip(ZhipuChat.complete(request))
      expect(error).toMatchObject({ _tag: "AuthenticationError", message: "The vault is locked. Unlock it." })
    }).pipe(Effect.provide(client(mock("never"), { apiKey: Effect.fail(gone) })))
  })
})
