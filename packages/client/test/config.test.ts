import { describe, expect, it } from "@effect/vitest"
import { Deadlines, Message, Zhipu, ZhipuChat, ZhipuConfig } from "@effect-zhipu/client"
import { Config, ConfigProvider, Duration, Effect, Exit, Layer, Logger, Redacted } from "effect"
import { completion, errorReply, jsonReply, mock } from "./support/http.js"
import { drive } from "./support/time.js"

type Environment = Readonly<Record<string, string>>

const withEnvironment =
  (environment: Environment) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.withConfigProvider(effect, ConfigProvider.fromMap(new Map(Object.entries(environment))))

/** The configuration that this environment makes, the key read, and what was logged meanwhile. */
const load = (environment: Environment, options: ZhipuConfig.ConfigOptions = {}) => {
  const logged: Array<string> = []
  const logger = Logger.make(({ logLevel, message }) => {
    logged.push(`${logLevel.label} ${String(message)}`)
  })
  return Effect.gen(function* () {
    const config = yield* ZhipuConfig.ZhipuConfig
    return { ...config, key: Redacted.value(yield* config.apiKey), logged }
  }).pipe(
    Effect.provide(ZhipuConfig.layerConfig(options)),
    withEnvironment(environment),
    Effect.provide(Logger.replace(Logger.defaultLogger, logger))
  )
}

const names = [
  "ZHIPU_API_KEY",
  "ZHIPUAI_API_KEY",
  "ZAI_API_KEY",
  "GLM_API_KEY",
  "Z_AI_API_KEY",
  "BIGMODEL_API_KEY"
] as const

const cn = "https://open.bigmodel.cn/api/paas/v4"
const global = "https://api.z.ai/api/paas/v4"

describe("the environment", () => {
  it.effect("is read without any options", () =>
    Effect.gen(function* () {
      const over = mock(jsonReply(completion()))
      const layer = Zhipu.layerConfig().pipe(Layer.provide(over.layer))
      yield* ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user("Hello")] }).pipe(Effect.provide(layer))
      expect(over.sent[0]?.headers["authorization"]).toBe("Bearer k")
    }).pipe(withEnvironment({ ZHIPU_API_KEY: "k" }))
  )

  it.effect("names the key, the first of those that are set", () =>
    Effect.gen(function* () {
      for (let first = 0; first < names.length; first++) {
        const set = Object.fromEntries(names.slice(first).map((name) => [name, `key-of-${name}`]))
        expect((yield* load(set)).key).toBe(`key-of-${names[first]}`)
      }
    })
  )

  it.effect("that is blank is not set", () =>
    Effect.gen(function* () {
      for (const blank of ["", "  ", "\n"]) {
        const config = yield* load({
          ZHIPU_API_KEY: blank,
          ZHIPUAI_API_KEY: "k",
          ZHIPU_BASE_URL: blank,
          ZHIPU_REGION: blank,
          ZHIPU_AUTH: blank,
          ZHIPU_TIMEOUT: blank,
          ZHIPU_MAX_RETRIES: blank
        })
        expect(config).toMatchObject({
          key: "k",
          baseUrl: cn,
          auth: "api-key",
          deadlines: Deadlines.defaults,
          logged: []
        })
      }
    })
  )

  it.effect("without a key says which variable to set", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(load({}))
      expect(String(error)).toContain("ZHIPU_API_KEY")
      expect(String(yield* Effect.flip(load({ ZHIPU_API_KEY: " " })))).toContain("ZHIPU_API_KEY")
    })
  )

  it.effect("with two different keys warns of it, by their names alone", () =>
    Effect.gen(function* () {
      const { key, logged } = yield* load({
        ZHIPU_API_KEY: "sentinel-1",
        ZAI_API_KEY: "sentinel-2",
        GLM_API_KEY: "sentinel-1"
      })
      expect(key).toBe("sentinel-1")
      expect(logged).toHaveLength(1)
      expect(logged[0]).toMatch(/^WARN/)
      expect(logged[0]).toContain("ZHIPU_API_KEY")
      expect(logged[0]).toContain("ZAI_API_KEY")
      expect(logged[0]).not.toContain("GLM_API_KEY")
      expect(logged[0]).not.toContain("sentinel")
    })
  )

  it.effect("with the same key twice, or with a key given in code, does not warn", () =>
    Effect.gen(function* () {
      expect((yield* load({ ZHIPU_API_KEY: "k", ZAI_API_KEY: "k" })).logged).toEqual([])
      const given = { apiKey: Config.succeed(Redacted.make("given")) }
      const config = yield* load({ ZHIPU_API_KEY: "a", ZAI_API_KEY: "b" }, given)
      expect(config).toMatchObject({ key: "given", logged: [] })
    })
  )

  it.effect("tells the host by the name of the key, unless it names one", () =>
    Effect.gen(function* () {
      for (const name of names) {
        const host = name === "ZAI_API_KEY" || name === "Z_AI_API_KEY" ? global : cn
        expect((yield* load({ [name]: "k" })).baseUrl).toBe(host)
        expect((yield* load({ [name]: "k", ZHIPU_REGION: "cn" })).baseUrl).toBe(cn)
        expect((yield* load({ [name]: "k", ZHIPU_REGION: " Global " })).baseUrl).toBe(global)
        const own = { [name]: "k", ZHIPU_REGION: "cn", ZHIPU_BASE_URL: "https://proxy.example/v4/" }
        expect((yield* load(own)).baseUrl).toBe("https://proxy.example/v4")
      }
      expect((yield* load({ ZHIPU_API_KEY: "k", ZAI_API_KEY: "k" })).baseUrl).toBe(cn)
    })
  )

  it.effect("names the base URL, the first of three variables", () =>
    Effect.gen(function* () {
      const three = {
        ZHIPU_BASE_URL: "https://a.example",
        ZHIPUAI_BASE_URL: "https://b.example",
        ZAI_BASE_URL: "https://c.example"
      }
      expect((yield* load({ ZHIPU_API_KEY: "k", ...three })).baseUrl).toBe("https://a.example")
      expect((yield* load({ ZHIPU_API_KEY: "k", ...three, ZHIPU_BASE_URL: "" })).baseUrl).toBe("https://b.example")
      expect((yield* load({ ZHIPU_API_KEY: "k", ZAI_BASE_URL: three.ZAI_BASE_URL })).baseUrl).toBe("https://c.example")
    })
  )

  it.effect("chooses the kind of authorization", () =>
    Effect.gen(function* () {
      const kind = (value: string) =>
        Effect.map(load({ ZHIPU_API_KEY: "id.secret", ZHIPU_AUTH: value }), ({ auth }) => auth)
      expect(yield* kind("bearer")).toBe("api-key")
      expect(yield* kind("api-key")).toBe("api-key")
      expect(yield* kind("jwt")).toBe("jwt")
      expect(yield* kind("JWT")).toBe("jwt")
      expect(String(yield* Effect.flip(kind("basic")))).toMatch(/ZHIPU_AUTH.*api-key.*jwt/)
    })
  )

  it.effect("refuses a region that there is not", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(load({ ZHIPU_API_KEY: "k", ZHIPU_REGION: "moon" }))
      expect(String(error)).toMatch(/ZHIPU_REGION.*cn.*global/)
    })
  )

  it.effect("refuses a region that there is not in code as well, for programs without types", () =>
    Effect.gen(function* () {
      for (const region of ["moon", ""]) {
        // @ts-expect-error No type has it.
        const error = yield* Effect.flip(load({ ZHIPU_API_KEY: "k" }, { region }))
        expect(String(error)).toContain("The base URL is not a URL, for example https://open.bigmodel.cn/api/paas/v4.")
      }
    })
  )

  it.effect("sets the total deadline in seconds", () =>
    Effect.gen(function* () {
      const total = (value: string) =>
        Effect.map(load({ ZHIPU_API_KEY: "k", ZHIPU_TIMEOUT: value }), ({ deadlines }) => deadlines)
      expect(yield* total("90")).toEqual({ ...Deadlines.defaults, total: Duration.seconds(90) })
      expect(yield* total("1.5")).toEqual({ ...Deadlines.defaults, total: Duration.millis(1500) })
      for (const bad of ["-1", "soon", "NaN", "Infinity"]) {
        expect(String(yield* Effect.flip(total(bad)))).toContain("ZHIPU_TIMEOUT")
      }
    })
  )

  it.effect("bounds the retries", () =>
    Effect.gen(function* () {
      for (const [retries, requests] of [
        ["0", 1],
        ["2", 3]
      ] as const) {
        const over = mock(errorReply(429, "1305"))
        const { exit } = yield* drive(
          ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user("Hello")] }).pipe(
            Effect.provide(Zhipu.layerConfig().pipe(Layer.provide(over.layer))),
            withEnvironment({ ZHIPU_API_KEY: "k", ZHIPU_MAX_RETRIES: retries })
          ),
          "10 minutes"
        )
        expect(Exit.isFailure(exit)).toBe(true)
        expect(over.sent).toHaveLength(requests)
      }
      expect(String(yield* Effect.flip(load({ ZHIPU_API_KEY: "k", ZHIPU_MAX_RETRIES: "many" })))).toContain(
        "ZHIPU_MAX_RETRIES"
      )
    })
  )

  it.effect("gives way to what is given in code", () =>
    Effect.gen(function* () {
      const environment = {
        ZHIPU_API_KEY: "k",
        ZHIPU_BASE_URL: "https://environment.example",
        ZHIPU_REGION: "cn",
        ZHIPU_AUTH: "bearer",
        ZHIPU_TIMEOUT: "1"
      }
      const config = yield* load(environment, {
        apiKey: Config.redacted("OUR_KEY").pipe(Config.withDefault(Redacted.make("id.given"))),
        baseUrl: Config.succeed("https://given.example"),
        auth: Config.succeed("jwt" as const),
        deadlines: Config.succeed({ total: "5 seconds" as const })
      })
      expect(config).toMatchObject({ key: "id.given", baseUrl: "https://given.example", auth: "jwt" })
      expect(config.deadlines.total).toEqual(Duration.seconds(5))
    })
  )

  it.effect("a region given in code decides over the name of the key", () =>
    Effect.gen(function* () {
      const region = { region: Config.succeed("cn" as const) }
      expect((yield* load({ ZAI_API_KEY: "k" }, region)).baseUrl).toBe(cn)
      expect((yield* load({ ZAI_API_KEY: "k", ZHIPU_REGION: "global" }, region)).baseUrl).toBe(cn)
    })
  )

  it.effect("the host of an ignored key has no say", () =>
    Effect.gen(function* () {
      const given = { apiKey: Config.succeed(Redacted.make("given")) }
      expect((yield* load({ ZAI_API_KEY: "k" }, given)).baseUrl).toBe(cn)
    })
  )
})

describe("the base URL", () => {
  const make = (baseUrl: string) => ZhipuConfig.make({ apiKey: Redacted.make("k"), baseUrl })

  const accepted: ReadonlyArray<readonly [given: string, used: string]> = [
    [cn, cn],
    [`${cn}/`, cn],
    [`${cn}///`, cn],
    [`  ${cn}\n`, cn],
    [`${cn}/chat/completions`, cn],
    [`${cn}/chat/completions/`, cn],
    ["https://api.z.ai/api/coding/paas/v4/chat/completions", "https://api.z.ai/api/coding/paas/v4"],
    ["HTTPS://Open.BigModel.CN/api/paas/v4", cn],
    ["https://open.bigmodel.cn:443/api/paas/v4", cn],
    ["http://localhost:8080", "http://localhost:8080"],
    ["http://127.0.0.1:8080/v4/", "http://127.0.0.1:8080/v4"],
    ["http://[::1]:8080/v4", "http://[::1]:8080/v4"],
    ["https://[2001:db8::1]", "https://[2001:db8::1]"],
    ["http://notbigmodel.cn/v4", "http://notbigmodel.cn/v4"],
    ["http://gateway.example/z.ai/v4", "http://gateway.example/z.ai/v4"]
  ]

  const refused: ReadonlyArray<readonly [given: string, why: RegExp]> = [
    ["http://open.bigmodel.cn/api/paas/v4", /https/],
    ["http://api.z.ai/api/paas/v4", /https/],
    ["HTTP://Z.AI/api", /https/],
    ["https://user:pass@open.bigmodel.cn/api/paas/v4", /user name or password/],
    ["https://user@open.bigmodel.cn/api/paas/v4", /user name or password/],
    [`${cn}?key=1`, /query/],
    [`${cn}#part`, /fragment/],
    ["open.bigmodel.cn/api/paas/v4", /not a URL/],
    ["//open.bigmodel.cn", /not a URL/],
    ["", /not a URL/],
    ["not a url", /not a URL/],
    ["ftp://open.bigmodel.cn/api", /https/],
    ["javascript:alert(1)", /https/]
  ]

  for (const [given, used] of accepted) {
    it.effect(`77. ${JSON.stringify(given)} is used as ${used}`, () =>
      Effect.map(make(given), (config) => expect(config.baseUrl).toBe(used))
    )
  }

  for (const [given, why] of refused) {
    it.effect(`77. ${JSON.stringify(given)} is refused`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(make(given))
        expect(String(error)).toMatch(why)
        expect(String(error)).toContain("base URL")
        expect(String(error)).not.toContain("pass@")
      })
    )
  }

  it.effect("that writes a vendor's host with the dot of the root is the vendor's host all the same", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(make("http://open.bigmodel.cn./api/paas/v4"))
      expect(exit._tag).toBe("Failure")
    })
  )

  it.effect("is where requests go", () => {
    const over = mock(jsonReply(completion()))
    const layer = Zhipu.layer({ apiKey: Redacted.make("k"), baseUrl: "https://h.example/x/v4/" })
    return Effect.gen(function* () {
      yield* ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user("Hello")] })
      expect(over.sent[0]).toMatchObject({ method: "POST", url: "https://h.example/x/v4/chat/completions" })
    }).pipe(Effect.provide(layer.pipe(Layer.provide(over.layer))))
  })
})

describe("two clients", () => {
  it.effect("in one layer keep their own base URL and key", () =>
    Effect.gen(function* () {
      const over = mock(jsonReply(completion()))
      const clientOf = (name: string) =>
        Zhipu.layer({ apiKey: Redacted.make(name), baseUrl: `https://${name}.example/v4` }).pipe(
          Layer.provide(over.layer)
        )
      const ask = ZhipuChat.complete({ model: "glm-4.6", messages: [Message.user("Hello")] })
      const asking = (name: string) => Layer.provide(Layer.effectDiscard(ask), clientOf(name))
      // Merged layers share what they are built of.
      yield* Effect.scoped(Layer.build(Layer.merge(asking("one"), asking("two"))))
      expect(over.sent.map(({ headers, url }) => `${url} ${headers["authorization"]}`).sort()).toEqual([
        "https://one.example/v4/chat/completions Bearer one",
        "https://two.example/v4/chat/completions Bearer two"
      ])
    })
  )
})

describe("an option that is undefined", () => {
  it.effect("leaves what the environment says", () =>
    Effect.gen(function* () {
      const environment = { ZHIPU_API_KEY: "id.secret", ZHIPU_BASE_URL: "https://my.gateway/v4", ZHIPU_AUTH: "jwt" }
      const config = yield* load(environment, { baseUrl: undefined, auth: undefined, deadlines: undefined })
      expect(config).toMatchObject({ baseUrl: "https://my.gateway/v4", auth: "jwt" })
    })
  )
})

describe("deadlines and limits in code", () => {
  it.effect("leave the others to the environment", () =>
    Effect.gen(function* () {
      const environment = { ZHIPU_API_KEY: "id.secret", ZHIPU_TIMEOUT: "60", ZHIPU_MAX_CONCURRENCY: "3" }
      const config = yield* load(environment, { deadlines: { idle: "5 seconds" }, limits: { perModel: { m: 1 } } })
      expect(Duration.toMillis(config.deadlines.total)).toBe(60_000)
      expect(Duration.toMillis(config.deadlines.idle)).toBe(5000)
      expect(config.limits).toEqual({ maxInFlight: 3, perModel: { m: 1 } })
      const ours = yield* load(environment, { deadlines: { total: "1 second" }, limits: { maxInFlight: 1 } })
      expect([Duration.toMillis(ours.deadlines.total), ours.limits.maxInFlight]).toEqual([1000, 1])
    })
  )
})

describe("a timeout", () => {
  it.effect("may be any number of seconds", () =>
    Effect.gen(function* () {
      for (const [seconds, millis] of [
        ["1e-3", 1],
        ["0.25", 250],
        ["1e6", 1e9]
      ] as const) {
        const config = yield* load({ ZHIPU_API_KEY: "k", ZHIPU_TIMEOUT: seconds })
        expect(Duration.toMillis(config.deadlines.total)).toBe(millis)
      }
    })
  )
})
