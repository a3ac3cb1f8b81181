/** `zhipu doctor` in the situations that the README tells of: the whole output of each, and the exit code. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Simulator from "@effect-zhipu/testing/Simulator"
import * as ZhipuConfig from "@effect-zhipu/client/ZhipuConfig"
import { describe, expect, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import * as Http from "node:http"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Net from "node:net"
import * as Os from "node:os"
import * as Path from "node:path"
import * as Redacted from "effect/Redacted"
import { diagnose, inChinese } from "../src/commands/doctor.js"
import { scrub, warn } from "../src/doctor/check.js"
import { checkForm } from "../src/doctor/key.js"
import { checkClock } from "../src/doctor/network.js"
import { isExempt } from "../src/proxy.js"
import { keyVariables } from "@effect-zhipu/client/ZhipuConfig"
import { inEnglish } from "./support/inEnglish.js"
import { type Options, run } from "./support/zhipu.js"

const key = "somebody-of-note.has-this-secret-here"
const keyForm = "The key is id.secret, an id of 16 characters and a secret of 20."

/** What differs from run to run, made the same: ports and times. */
const steady = (text: string) =>
  text
    .replaceAll(/127\.0\.0\.1:\d+/g, "HOST")
    .replaceAll(/after \d+ ms/g, "after N ms")
    .replaceAll(/after \d+\.\d s/g, "after N s")
    .replaceAll(/, \d+ tokens/g, ", N tokens")
    .replaceAll(/ {2,}/g, "  ")

const doctor = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>>, options: Options = {}) =>
  Effect.map(
    Effect.promise(() => run(["doctor", ...args], { ...options, env: { ...env, ...options.env } })),
    ({ code, stderr, stdout }) => {
      expect(stderr).toBe("")
      // Whatever it says here it says in Chinese as well.
      for (const line of args.includes("--json") ? [] : stdout.split("\n")) {
        const [, text = ""] = /^(?:(?:ok|warn|fail|skip) +(?:[a-z]+ )?[a-z]+ {2,}| +=> )(.*)$/.exec(line) ?? []
        expect(inEnglish(inChinese(text)), line).toEqual([])
      }
      return { code, lines: steady(stdout).trimEnd().split("\n") }
    }
  )

const served = (handler: Http.RequestListener) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.async<Http.Server>((resume) => {
        const server = Http.createServer(handler)
          .on("connect", (_, socket) => socket.end("HTTP/1.1 407 Login\r\nContent-Length: 0\r\n\r\n"))
          .listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) =>
        Effect.sync(() => {
          server.closeAllConnections()
          server.close()
        })
    ),
    (server) => {
      const address = server.address()
      return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`
    }
  )

const simulator = (options: Simulator.Options = {}) =>
  Effect.map(Simulator.make({ apiKeys: [key], ...options }), ({ baseUrl }) => ({
    env: { ZHIPU_API_KEY: key, ZHIPU_BASE_URL: baseUrl },
    baseUrl
  }))

const indent = "  => "
const keyUsed = "ok  key  ZHIPU_API_KEY of the environment is used."
const keySent = `ok  key form  ${keyForm} It is sent as it is (api-key).`
const place = [
  "ok  base url  http://HOST/api/paas/v4 (from ZHIPU_BASE_URL). Not a host of the vendor: a gateway or a test server.",
  "skip  region  HOST is in no region of the vendor.",
  "ok  model  glm-4.6 is known.",
  "ok  proxy  None."
]
const reached = "ok  reachable  HOST answered after N ms (HTTP 401)."
const clock = "ok  clock  As the service's."
const usual = [keyUsed, keySent, ...place, reached, clock]

it.effect("a key whose halves are words of the sentence on its form leaves the sentence whole", () =>
  Effect.gen(function* () {
    for (const [short, id, secret] of [
      ["id.sec", "2 characters", 3],
      ["id.secret", "2 characters", 6],
      ["characters.secret", "10 characters", 6]
    ] as const) {
      const form = yield* checkForm(short, "api-key")
      const [clean, other] = scrub([form, warn("reachable", `It said ${short}.`, short)], short)
      expect(clean?.seen).toContain(`The key is id.secret, an id of ${id} and a secret of ${secret}.`)
      expect(other).toMatchObject({ seen: "It said <redacted>.", advice: "<redacted>" })
    }
  })
)

describe("zhipu doctor", () => {
  it.scopedLive("1. all is well", () =>
    Effect.gen(function* () {
      const { env } = yield* simulator()
      const { code, lines } = yield* doctor([], env)
      expect(lines).toEqual([
        ...usual,
        "ok  first token  glm-4.6 gave its first token after N s, N tokens.",
        "",
        "All is well."
      ])
      expect(code).toBe(0)
      const jwt = yield* doctor(["--auth", "jwt"], env)
      expect(jwt.lines[1]).toBe(`ok  key form  ${keyForm} It is sent as a signed token (jwt).`)
      expect(jwt.code).toBe(0)
    })
  )

  it.scopedLive("2. no key", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* simulator()
      const { code, lines } = yield* doctor([], { ZHIPU_BASE_URL: baseUrl, ZHIPU_API_KEY: "" })
      expect(lines).toEqual([
        "fail  key  No API key is set: neither ZHIPU_API_KEY nor, for z.ai, ZAI_API_KEY. Without one zhipu asks nothing, as a base URL is set.",
        `${indent}Set ZHIPU_API_KEY to the key of your account (bigmodel.cn: User Centre, API keys), or ZAI_API_KEY (z.ai: Manage API Keys).`,
        "skip  key form  There is no key.",
        ...place,
        reached,
        clock,
        "skip  first token  Not asked, as there is no key that can be sent.",
        "",
        "1 check fails."
      ])
      expect(code).toBe(3)
      const alone = yield* doctor(["--offline"], {})
      expect(alone.lines[0]).toBe(
        "fail  key  No API key is set: neither ZHIPU_API_KEY nor, for z.ai, ZAI_API_KEY. Without one zhipu asks nobody, but for the built-in simulator at a terminal or with --simulate."
      )
      const short = yield* doctor(["--offline"], { ZAI_API_KEY: "a.b" })
      expect(short.lines[1]).toContain("an id of 1 character and a secret of 1.")
    })
  )

  it.scopedLive("3. two variables that differ", () =>
    Effect.gen(function* () {
      const { env } = yield* simulator()
      const others = {
        ZAI_API_KEY: "another.key-for-z-ai-here",
        GLM_API_KEY: key,
        BIGMODEL_API_KEY: "third.key-of-the-three"
      }
      const { code, lines } = yield* doctor([], { ...env, ...others })
      expect(lines.slice(0, 2)).toEqual([
        "warn  key  ZHIPU_API_KEY of the environment is used. ZAI_API_KEY, BIGMODEL_API_KEY are set to another key and ignored.",
        `${indent}Unset the variables that are not meant: unset ZAI_API_KEY BIGMODEL_API_KEY`
      ])
      expect(lines.at(-1)).toBe("Nothing fails; 1 warning.")
      expect(lines.join("\n")).not.toMatch(/another\.|third\./)
      expect(code).toBe(0)
    })
  )

  it.scopedLive("4. a key in quotes, with a line break, or without a dot where a token is signed", () =>
    Effect.gen(function* () {
      const { env } = yield* simulator()
      const quoted = yield* doctor([], { ...env, ZHIPU_API_KEY: `"${key}"` })
      expect(quoted.lines.slice(1, 3)).toEqual([
        "fail  key form  The API key holds a quotation mark: remove the quotes around it.",
        `${indent}Set the variable anew, to the key alone, as the console shows it.`
      ])
      expect(quoted.lines.at(-3)).toBe("skip  first token  Not asked, as there is no key that can be sent.")
      expect(quoted.code).toBe(3)
      expect(quoted.lines.join("\n")).not.toContain("has-this-secret")
      const broken = yield* doctor(["--offline"], { ...env, ZHIPU_API_KEY: `${key}\nx` })
      expect(broken.lines[1]).toContain("fail  key form  The API key holds a line break")
      const dotless = yield* doctor(["--offline", "--auth", "jwt"], {
        ...env,
        ZHIPU_API_KEY: "sk-cp-no-dot-in-this-one"
      })
      expect(dotless.lines[1]).toContain("fail  key form  The API key must have the form id.secret")
      expect(dotless.lines[2]).toBe(`${indent}Use ZHIPU_AUTH=api-key, or a key of the form id.secret.`)
      expect(dotless.code).toBe(3)
    })
  )

  it.scopedLive("5. a key that the service does not know", () =>
    Effect.gen(function* () {
      const { env } = yield* simulator()
      const { code, lines } = yield* doctor([], { ...env, ZHIPU_API_KEY: "nobody-at-all.and-not-a-good-key" })
      expect(lines.at(-4)).toMatch(/^fail {2}first token {2}AuthenticationError \(401\): /)
      expect(lines.at(-3)).toBe(
        `${indent}Check that the key belongs to this host: keys of bigmodel.cn and z.ai are separate.`
      )
      expect(code).toBe(3)
    })
  )

  it.scopedLive("6. a clock that is wrong", () =>
    Effect.gen(function* () {
      const tomorrow = () => new Date(Date.now() + 3_600_000).toUTCString()
      const base = yield* served((request, response) => {
        request.resume()
        response.writeHead(401, { "content-type": "application/json", date: tomorrow() })
        response.end(
          JSON.stringify({ error: { code: request.method === "GET" ? "1001" : "1003", message: "expired" } })
        )
      })
      const env = { ZHIPU_API_KEY: key, ZHIPU_BASE_URL: `${base}/api/paas/v4` }
      const { code, lines } = yield* doctor(["--auth", "jwt"], env)
      const found = lines.findIndex((line) => line.includes("  clock  "))
      expect(lines[found]).toMatch(
        /^fail {2}clock {2}The clock of this machine is (3600|359\d) s behind the service's\. Signed tokens are refused \(1003\)\.$/
      )
      expect(lines[found + 1]).toBe(`${indent}Set the clock, for example by turning on NTP: timedatectl set-ntp true`)
      expect(lines[found + 2]).toMatch(/^fail {2}first token {2}AuthenticationError \(1003\)/)
      expect(lines[found + 3]).toBe(`${indent}Set the clock of this machine, or use ZHIPU_AUTH=api-key.`)
      expect(code).toBe(3)
    })
  )

  it.live("7. a port where nobody listens", () =>
    Effect.gen(function* () {
      const port = yield* Effect.async<number>((resume) => {
        const server = Net.createServer().listen(0, "127.0.0.1", () => {
          const address = server.address()
          const port = typeof address === "object" && address !== null ? address.port : 0
          server.close(() => resume(Effect.succeed(port)))
        })
      })
      const { code, lines } = yield* doctor([], {
        ZHIPU_API_KEY: key,
        ZHIPU_BASE_URL: `http://127.0.0.1:${port}/api/paas/v4`
      })
      expect(lines).toEqual([
        keyUsed,
        keySent,
        ...place,
        "fail  reachable  HOST cannot be reached: nobody listens there (ECONNREFUSED).",
        `${indent}Check the base URL, its port, and any proxy.`,
        "skip  clock  The service told no time.",
        "skip  first token  Not asked, as the service cannot be reached.",
        "",
        "1 check fails."
      ])
      expect(code).toBe(5)
    })
  )

  it.scopedLive("8. a proxy, one that is none, and one that is exempt", () =>
    Effect.gen(function* () {
      const { env } = yield* simulator()
      const proxy = yield* served(() => {})
      const host = new URL(proxy).host
      const proxied = { ...env, HTTP_PROXY: `http://user:proxy-password@${host}` }
      const none = yield* doctor([], { ...env, HTTP_PROXY: "no url" })
      expect(none.lines.slice(5, 8)).toEqual([
        "fail  proxy  HTTP_PROXY is not the URL of a proxy.",
        `${indent}Set it like this: HTTP_PROXY=http://host:port`,
        "skip  reachable  Not asked, as the proxy cannot be used."
      ])
      expect(none.code).toBe(3)
      const login = yield* doctor([], proxied)
      expect(login.lines[5]).toMatch(
        /^warn {2}proxy {2}Requests to HOST, this machine itself, go through HOST \(HTTP_PROXY\)\.$/
      )
      expect(login.lines.slice(7, 9)).toEqual([
        "fail  reachable  HOST cannot be reached: the proxy did not let the connection through (UND_ERR_ABORTED).",
        `${indent}If it wants a login, put user and password into its URL: http://user:password@host:port`
      ])
      expect(login.lines.join("\n")).not.toContain("proxy-password")
      expect(login.code).toBe(5)
      const exempt = yield* doctor([], { ...proxied, NO_PROXY: "localhost,127.0.0.1" })
      expect(exempt.lines[5]).toBe("ok  proxy  HTTP_PROXY names HOST, but NO_PROXY exempts 127.0.0.1: none is used.")
      expect(exempt.code).toBe(0)
    })
  )

  it.scopedLive("9. a first token that is slow, or does not come", () =>
    Effect.gen(function* () {
      const { env } = yield* simulator({ firstTokenDelay: "6 seconds" })
      const [slow, late] = yield* Effect.all([doctor([], env), doctor(["--timeout", "2s"], env)], { concurrency: 2 })
      expect(slow.lines.slice(8, 10)).toEqual([
        "warn  first token  glm-4.6 gave its first token after N s, N tokens. That is slow.",
        `${indent}The model is busy: wait, or try another with --model.`
      ])
      expect(slow.code).toBe(0)
      expect(late.lines.slice(8, 10)).toEqual([
        "fail  first token  No first token came within 2s.",
        `${indent}glm-4.6 may be overloaded: wait, try another model with --model, or allow more time with --timeout.`
      ])
      expect(late.code).toBe(5)
    })
  )

  it.scopedLive("10. an empty wallet, an overload, an unknown model", () =>
    Effect.gen(function* () {
      const refused = [
        ["code:1113", 4, "InsufficientBalanceError (1113)", "Top up the account"],
        ["code:1305", 5, "OverloadedError (1305)", "The key works. Wait"]
      ] as const
      for (const [faults, exit, error, advice] of refused) {
        const { env } = yield* simulator({ faults })
        const { code, lines } = yield* doctor([], env)
        expect(lines[8]).toContain(`fail  first token  ${error}: `)
        expect(lines[9]).toContain(`${indent}${advice}`)
        expect(code).toBe(exit)
      }
      const { env } = yield* simulator()
      const { code, lines } = yield* doctor(["-m", "glm-0"], env)
      expect(lines[4]).toBe("warn  model  glm-0 is not in the table of this version.")
      expect(lines.at(-4)).toContain("fail  first token  ModelNotFoundError (1211): ")
      expect(code).toBe(1)
    })
  )

  it.scopedLive("11. a base URL without /api/paas/v4, or of another protocol", () =>
    Effect.gen(function* () {
      const { env } = yield* simulator()
      const { origin } = new URL(env.ZHIPU_BASE_URL)
      const { code, lines } = yield* doctor([], { ...env, ZHIPU_BASE_URL: `${origin}/` })
      expect(lines.slice(2, 4)).toEqual([
        "warn  base url  http://HOST (from ZHIPU_BASE_URL). The path does not end in /api/paas/v4, as that of the service does.",
        `${indent}If requests are answered with 404: ZHIPU_BASE_URL=http://HOST/api/paas/v4`
      ])
      expect(lines.at(-4)).toMatch(/^fail {2}first token {2}InvalidRequestError \(404\): /)
      expect(lines.at(-3)).toBe(`${indent}Check the path: ZHIPU_BASE_URL=http://HOST/api/paas/v4`)
      expect(code).toBe(3)
      const anthropic = yield* doctor(["--base-url", "https://api.z.ai/api/anthropic"], env)
      expect(anthropic.lines[2]).toContain(
        "fail  base url  https://api.z.ai/api/anthropic (from --base-url). That is the Anthropic"
      )
      expect(anthropic.lines).toContain("skip  reachable  Not asked, as the base URL cannot be right.")
      expect(anthropic.code).toBe(3)
      // The key in the variable of the base URL is not shown either.
      const swapped = yield* doctor(["--offline"], { ZHIPU_API_KEY: key, ZHIPU_BASE_URL: key })
      expect(swapped.lines.join("\n")).not.toContain("secret-here")
      expect(swapped.code).toBe(3)
    })
  )

  it.scopedLive("12. a .env file beside it", () =>
    Effect.gen(function* () {
      const cwd = yield* Effect.acquireRelease(
        Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-doctor-"))),
        (path) => Effect.sync(() => Fs.rmSync(path, { recursive: true }))
      )
      Fs.writeFileSync(Path.join(cwd, ".env"), `# ours\nexport ZHIPU_API_KEY='${key}'\n`)
      const without = yield* doctor(["--offline"], {}, { cwd })
      expect(without.lines.slice(0, 2)).toEqual([
        "fail  key  No API key is set: neither ZHIPU_API_KEY nor, for z.ai, ZAI_API_KEY. " +
          "Without one zhipu asks nobody, but for the built-in simulator at a terminal or with --simulate. " +
          ".env holds ZHIPU_API_KEY, but zhipu reads no files.",
        `${indent}Load it first: set -a; . ./.env; set +a`
      ])
      const same = yield* doctor(["--offline"], { ZHIPU_API_KEY: key }, { cwd })
      expect(same.lines[0]).toBe("ok  key  ZHIPU_API_KEY of the environment is used. .env holds the same key.")
      const other = yield* doctor(["--offline"], { ZHIPU_API_KEY: "somebody.else-with-a-secret" }, { cwd })
      expect(other.lines[0]).toContain("warn  key  ZHIPU_API_KEY of the environment is used. .env holds another key")
      expect([...without.lines, ...other.lines].join("\n")).not.toContain("has-this-secret")
    })
  )

  it.scopedLive("prints one JSON document", () =>
    Effect.gen(function* () {
      const { env } = yield* simulator({ faults: "code:1113" })
      const { code, lines } = yield* doctor(["--json"], env)
      expect(code).toBe(4)
      expect(lines.length).toBe(1)
      const document = JSON.parse(lines[0] ?? "")
      expect(document).toMatchObject({ ok: false, exitCode: 4 })
      expect(document.checks.map(({ name, status }: { name: string; status: string }) => `${name}: ${status}`)).toEqual(
        [
          "key: ok",
          "key form: ok",
          "base url: ok",
          "region: skip",
          "model: ok",
          "proxy: ok",
          "reachable: ok",
          "clock: ok",
          "first token: fail"
        ]
      )
    })
  )

  it.scopedLive("names a setting that cannot be read, and does not wait for a silent host", () =>
    Effect.gen(function* () {
      const setting = yield* doctor([], { ZHIPU_API_KEY: key, ZHIPU_TIMEOUT: "soon" })
      expect(setting.lines[2]).toBe("fail  settings  ZHIPU_TIMEOUT must be a number, zero or more.")
      expect(setting.code).toBe(3)
      const silent = yield* served(() => {})
      const { code, lines } = yield* doctor(["--timeout", "500ms"], {
        ZHIPU_API_KEY: key,
        ZHIPU_BASE_URL: `${silent}/api/paas/v4`
      })
      expect(lines[6]).toBe("fail  reachable  HOST did not answer within 500ms.")
      expect(code).toBe(5)
    })
  )
})

/** A transport without a network: what the hosts of the vendor would say. */
const answering = (status: number, body: unknown) =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) =>
      Effect.succeed(
        HttpClientResponse.fromWeb(
          request,
          new Response(JSON.stringify(body), {
            status,
            headers: { "content-type": "application/json", date: new Date().toUTCString() }
          })
        )
      )
    )
  )

const plain = { auth: undefined, baseUrl: undefined, model: undefined, offline: false, timeout: undefined }

const inProcess = (env: Readonly<Record<string, string>>, status = 401, code = "1000") =>
  diagnose(plain, undefined, answering(status, { error: { code, message: "no" } })).pipe(
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(env)))),
    Effect.map(({ checks }) => new Map(checks.map((check) => [check.name, check])))
  )

describe("key and host", () => {
  it.live("tells a key of the other host", () =>
    Effect.gen(function* () {
      const checks = yield* inProcess({ ZAI_API_KEY: key, ZHIPU_BASE_URL: "https://open.bigmodel.cn/api/paas/v4" })
      expect(checks.get("region")).toMatchObject({
        status: "warn",
        seen: "ZAI_API_KEY is a name for keys of api.z.ai, but requests go to open.bigmodel.cn. Keys are bound to a host.",
        advice: "If the key is refused: ZHIPU_BASE_URL=https://api.z.ai/api/paas/v4"
      })
      expect(checks.get("first token")).toMatchObject({
        status: "fail",
        exitCode: 3,
        advice: "If the key is of api.z.ai: ZHIPU_BASE_URL=https://api.z.ai/api/paas/v4"
      })
    })
  )

  it.live("says why the host is that one", () =>
    Effect.gen(function* () {
      const seen = (env: Readonly<Record<string, string>>) =>
        Effect.map(inProcess(env), (checks) => [checks.get("base url")?.seen, checks.get("region")?.status])
      expect(yield* seen({ ZAI_API_KEY: key })).toEqual([
        "https://api.z.ai/api/paas/v4 (by the name ZAI_API_KEY).",
        "ok"
      ])
      expect(yield* seen({ GLM_API_KEY: key })).toEqual(["https://open.bigmodel.cn/api/paas/v4 (by default).", "ok"])
      expect(yield* seen({ GLM_API_KEY: key, ZHIPU_REGION: "global" })).toEqual([
        "https://api.z.ai/api/paas/v4 (by ZHIPU_REGION).",
        "ok"
      ])
      const coding = "https://open.bigmodel.cn/api/coding/paas/v4"
      expect(yield* seen({ ZHIPU_API_KEY: key, ZHIPU_BASE_URL: coding, ZHIPU_REGION: "global" })).toEqual([
        `${coding} (from ZHIPU_BASE_URL). The endpoint of the Coding Plan, which is for the tools that the plan names.`,
        "warn"
      ])
      expect(yield* seen({ ZHIPU_API_KEY: "sk-cp-some-plan-key-here" })).toEqual([
        "https://open.bigmodel.cn/api/paas/v4 (by the name ZHIPU_API_KEY).",
        "warn"
      ])
    })
  )

  it.live("takes the key that the client takes, whatever is set", () =>
    Effect.gen(function* () {
      for (let i = 0; i < keyVariables.length; i++) {
        const set = keyVariables.slice(i).map(({ name }) => [name, `${name}.its-very-own-secret`] as const)
        const provider = ConfigProvider.fromMap(new Map(set))
        const read = yield* ZhipuConfig.fromEnvironment().pipe(
          Effect.withConfigProvider(provider),
          Logger.withMinimumLogLevel(LogLevel.None)
        )
        const used = Redacted.isRedacted(read.apiKey) ? Redacted.value(read.apiKey) : ""
        const checks = yield* inProcess(Object.fromEntries(set))
        expect(checks.get("key")?.seen).toContain(`${used.split(".")[0]} of the environment is used.`)
        const host = read.region === "global" ? "api.z.ai" : "open.bigmodel.cn"
        expect(checks.get("base url")?.seen).toContain(`https://${host}/api/paas/v4 (by`)
      }
    })
  )
})

describe("checks", () => {
  it("fails on a clock only where a token would be refused", () => {
    const status = (skew: number | undefined, auth: "api-key" | "jwt") =>
      checkClock(skew, auth, Duration.minutes(30)).status
    expect([undefined, 0, 29_000, 60_000, 3_600_000, -60_000, -600_000].map((skew) => status(skew, "jwt"))).toEqual([
      "skip",
      "ok",
      "ok",
      "warn",
      "fail",
      "warn",
      "fail"
    ])
    expect(status(3_600_000, "api-key")).toBe("warn")
  })

  it("reads NO_PROXY as the transport does", () => {
    const exempt = (list: string) => isExempt(new URL("https://open.bigmodel.cn/api/paas/v4"), list)
    expect(["*", "bigmodel.cn", ".bigmodel.cn", "*.bigmodel.cn", "a, open.bigmodel.cn:443"].map(exempt)).toEqual(
      Array.from({ length: 5 }, () => true)
    )
    expect(["", "z.ai", "igmodel.cn", "open.bigmodel.cn:80"].map(exempt)).toEqual(
      Array.from({ length: 4 }, () => false)
    )
  })
})
