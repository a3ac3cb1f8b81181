/** `zhipu doctor`: looks at everything between here and a first token, and says what is wrong. */
import * as RetryPolicy from "@effect-zhipu/client/RetryPolicy"
import * as Zhipu from "@effect-zhipu/client/Zhipu"
import * as ZhipuConfig from "@effect-zhipu/client/ZhipuConfig"
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { defaultModel } from "../answer.js"
import * as Connect from "../connect.js"
import type { Check } from "../doctor/check.js"
import * as check from "../doctor/check.js"
import * as EffectVersion from "../doctor/effectVersion.js"
import * as Host from "../doctor/host.js"
import * as Key from "../doctor/key.js"
import * as Network from "../doctor/network.js"
import * as Proxy from "../doctor/proxy.js"
import * as Variables from "../doctor/variables.js"
import { type BrokenPipe, Reported, type UsageError } from "../errors.js"
import { readStdin } from "../input.js"
import { language, type Language } from "../language.js"
import { width } from "../markdown/width.js"
import { Output } from "../output.js"
import * as Phrases from "../phrases.js"
import { doctor, names } from "../phrases/doctor.js"
import { errors } from "../phrases/errors.js"
import { padded, printable } from "../text.js"
import { version } from "../version.js"
import * as Words from "../words.js"

/** @internal */
export interface Options {
  readonly json: boolean
  readonly model: string | undefined
  readonly baseUrl: string | undefined
  readonly auth: ZhipuConfig.AuthKind | undefined
  /** Milliseconds for each question to the network. */
  readonly timeout: number | undefined
  readonly offline: boolean
  readonly keyStdin: boolean
}

/** @internal */
export const run = (options: Options): Effect.Effect<void, BrokenPipe | UsageError | Reported, Output> =>
  Effect.gen(function* () {
    const output = yield* Output
    const given = options.keyStdin
      ? (yield* readStdin({ wanted: false, keyStdin: true, dispensable: false }, output)).key
      : undefined
    const { checks, key } = yield* diagnose(options, given, Connect.transport)
    const clean = check.scrub(checks, key)
    const exitCode = check.exitCodeOf(clean)
    yield* output.out(options.json ? document(clean, exitCode, output.stdoutIsTty) : report(clean))
    if (exitCode !== 0) return yield* new Reported({ exitCode })
  })

interface Diagnosis {
  readonly checks: ReadonlyArray<Check>
  readonly key: string | undefined
}

/** All checks, each after those whose failure it would only repeat. @internal */
export const diagnose = (
  options: Omit<Options, "json" | "keyStdin">,
  givenKey: string | undefined,
  transport: Layer.Layer<HttpClient.HttpClient, ConfigError.ConfigError>
): Effect.Effect<Diagnosis> =>
  Effect.gen(function* () {
    const files = yield* Variables.readEnvFiles(process.cwd())
    const found = yield* Variables.findKey(givenKey, files, options.baseUrl !== undefined)
    const key = found.key
    const settings = yield* readSettings(options, key)
    const auth = Either.isRight(settings) ? (settings.right.auth ?? "api-key") : "api-key"
    const form = key === undefined ? check.skip("key form", "There is no key.") : yield* Key.checkForm(key.value, auth)
    const checks: Array<Check> = [...(yield* EffectVersion.checkEffect(process.cwd())), found.check, form]
    const done = (...rest: ReadonlyArray<Check>): Diagnosis => ({ checks: [...checks, ...rest], key: key?.value })

    if (Either.isLeft(settings)) return done(settings.left)
    const place = yield* Effect.either(ZhipuConfig.make({ ...settings.right, apiKey: harmlessKey, auth: "api-key" }))
    if (Either.isLeft(place)) {
      const seen = messageOf(place.left)
      return done(check.fail("base url", seen, "Set ZHIPU_BASE_URL=https://open.bigmodel.cn/api/paas/v4, or unset it."))
    }
    const { baseUrl } = place.right
    const base = Host.checkBaseUrl(baseUrl, yield* sourceOf(options, key))
    const region = yield* Variables.variable("ZHIPU_REGION")
    const model = options.model ?? (yield* Variables.variable("ZHIPU_MODEL"))?.trim() ?? defaultModel
    const proxy = yield* Proxy.checkProxy(baseUrl)
    checks.push(
      base,
      Host.checkRegion({
        baseUrl,
        region: region === undefined ? undefined : settings.right.region,
        key,
        kind: key === undefined ? undefined : Key.kindOf(key.value)
      }),
      Network.checkModel(model),
      proxy
    )
    if (options.offline) return done(...skipped("Not asked (--offline)."))
    if (base.status === "fail") return done(...skipped("Not asked, as the base URL cannot be right."))
    if (proxy.status === "fail") return done(...skipped("Not asked, as the proxy cannot be used."))

    const reached = yield* Effect.either(
      Effect.provide(Network.reach(baseUrl, deadline(options, "10 seconds")), transport)
    )
    if (Either.isLeft(reached)) {
      return done(check.fail("proxy", messageOf(reached.left), "Set it like this: HTTPS_PROXY=http://host:port"))
    }
    const clock = Network.checkClock(reached.right.skewMillis, auth, place.right.jwtTtl)
    checks.push(reached.right.check, clock)
    if (reached.right.check.status === "fail") {
      return done(check.skip("first token", "Not asked, as the service cannot be reached."))
    }
    if (key === undefined || form.status === "fail") {
      return done(check.skip("first token", "Not asked, as there is no key that can be sent."))
    }
    const limit = deadline(options, "30 seconds")
    const client = Zhipu.layer({
      ...settings.right,
      apiKey: Redacted.make(key.value),
      // What counts is the state now: waiting for a better one would hide it.
      retry: RetryPolicy.none,
      deadlines: { total: Duration.times(limit, 2) }
    })
    const probed = yield* Network.probe(model, baseUrl, limit).pipe(
      Effect.provide(Layer.provide(client, transport)),
      Effect.catchAll((error) => Effect.succeed(check.fail("first token", messageOf(error), "Correct the settings.")))
    )
    return done(probed)
  })

const harmlessKey = Redacted.make("nobody")

const skipped = (why: string): ReadonlyArray<Check> =>
  ["reachable", "clock", "first token"].map((name) => check.skip(name, why))

const deadline = (options: Pick<Options, "timeout">, byDefault: Duration.DurationInput): Duration.Duration =>
  options.timeout === undefined ? Duration.decode(byDefault) : Duration.millis(options.timeout)

/** What the client reads, with the key that was found put in, so that only the other settings can be wrong. */
const readSettings = (
  options: Pick<Options, "auth" | "baseUrl">,
  key: Variables.Key | undefined
): Effect.Effect<Either.Either<ZhipuConfig.Options, Check>> =>
  Effect.gen(function* () {
    const read = yield* Effect.either(
      ZhipuConfig.fromEnvironment({
        apiKey: harmlessKey,
        ...(options.auth === undefined ? {} : { auth: options.auth }),
        ...(options.baseUrl === undefined ? {} : { baseUrl: options.baseUrl })
      })
    )
    if (Either.isLeft(read)) {
      return Either.left(check.fail("settings", messageOf(read.left), "Correct or unset the variable."))
    }
    // With a key given, the client does not look at the name of its variable.
    const region = read.right.region ?? (key?.region === "global" ? ("global" as const) : undefined)
    return Either.right({ ...read.right, ...(region === undefined ? {} : { region }) })
  })

const sourceOf = (options: Pick<Options, "baseUrl">, key: Variables.Key | undefined): Effect.Effect<string> =>
  Effect.gen(function* () {
    if (options.baseUrl !== undefined) return "from --base-url"
    for (const name of ZhipuConfig.baseUrlVariables) {
      if ((yield* Variables.variable(name)) !== undefined) return `from ${name}`
    }
    if ((yield* Variables.variable("ZHIPU_REGION")) !== undefined) return "by ZHIPU_REGION"
    return key?.name === undefined || key.region === undefined ? "by default" : `by the name ${key.name}`
  })

const messageOf = (error: ConfigError.ConfigError): string =>
  "message" in error && typeof error.message === "string"
    ? printable(Words.ofCommand(error.message))
    : "A setting cannot be used."

const document = (checks: ReadonlyArray<Check>, exitCode: number, pretty: boolean): string => {
  const shown = checks.map(({ advice, name, seen, status }) => ({
    name,
    status,
    seen,
    ...(advice === undefined ? {} : { advice })
  }))
  const all = { version, ok: exitCode === 0, exitCode, checks: shown }
  return `${JSON.stringify(all, null, pretty ? 2 : 0)}\n`
}

const namesInChinese = Phrases.translator(names)

const translated = Phrases.translator(Phrases.and(doctor, errors))

/** An error is quoted behind its name. @internal */
export const inChinese = (text: string): string => {
  const [, name = "", message = text] = /^(\w+Error(?: \([^)]*\))?: )([^]*)$/.exec(text) ?? []
  return name + translated(message)
}

/** What a program reads, by `--json`, is English everywhere. @internal */
export const report = (checks: ReadonlyArray<Check>, spoken: Language = language): string => {
  const inLanguage = spoken === "zh" ? inChinese : (text: string) => text
  const named = spoken === "zh" ? namesInChinese : (text: string) => text
  const columns = Math.max(...checks.map(({ name }) => width(named(name))))
  const indent = " ".repeat(4 + 2 + columns + 2)
  const lines = checks.flatMap(({ advice, name, seen, status }) => [
    `${padded(named(status), 4)}  ${padded(named(name), columns)}  ${inLanguage(seen)}`,
    ...(advice === undefined ? [] : [`${indent}=> ${inLanguage(advice)}`])
  ])
  return `${lines.join("\n")}\n\n${inLanguage(summary(checks))}\n`
}

const summary = (checks: ReadonlyArray<Check>): string => {
  const count = (wanted: check.Status) => checks.filter(({ status }) => status === wanted).length
  const failed = count("fail")
  const warned = count("warn")
  if (failed === 0 && warned === 0) return "All is well."
  const warnings = `${warned} ${warned === 1 ? "warning" : "warnings"}`
  if (failed === 0) return `Nothing fails; ${warnings}.`
  return `${failed} ${failed === 1 ? "check fails" : "checks fail"}${warned === 0 ? "" : `; ${warnings}`}.`
}
