/** The client that a command talks through: to the service, or to the simulator that comes with the command. */
import * as UndiciHttpClient from "@effect-zhipu/node/UndiciHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type { Simulator } from "@effect-zhipu/testing/Simulator"
import type { FaultParseError } from "@effect-zhipu/testing/Fault"
import * as Zhipu from "@effect-zhipu/client/Zhipu"
import * as ZhipuConfig from "@effect-zhipu/client/ZhipuConfig"
import * as Context from "effect/Context"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { UsageError } from "./errors.js"
import { say } from "./language.js"
import type { Service as Output } from "./output.js"
import * as Proxy from "./proxy.js"

/** What the transport goes through: `zhipu record` stands there. @internal */
export class Wire extends Context.Reference<Wire>()("@effect-zhipu/cli/Wire", {
  defaultValue: (): WireService => ({ through: (transport) => transport })
}) {}

/** Who answers. @internal */
export class Origin extends Context.Tag("@effect-zhipu/cli/Origin")<
  Origin,
  {
    /** The built-in simulator, which makes things up. */
    readonly isSimulated: boolean
  }
>() {}

/** @internal */
export interface WireService {
  readonly through: (
    transport: Layer.Layer<HttpClient.HttpClient, ConfigError.ConfigError>,
    about: { readonly simulated: boolean; readonly secrets: ReadonlyArray<Redacted.Redacted> }
  ) => Layer.Layer<HttpClient.HttpClient, ConfigError.ConfigError | UsageError>
}

/** @internal */
export interface Options {
  /** What the command line says; the environment says the rest. */
  readonly given: Partial<ZhipuConfig.Options>
  /** Faults for the simulator, which they ask for. */
  readonly fault: string | undefined
  /** The simulator is asked for, whatever keys there are. */
  readonly simulate: boolean
  /** The answer goes to a person at a terminal, and nowhere else: a program or a file cannot tell that it is made up. */
  readonly isSeen: boolean
  /** Looks at the retry policy that is in force, and may wrap it. */
  readonly retry: (policy: ZhipuConfig.Options["retry"]) => ZhipuConfig.Options["retry"]
}

const simulateVariable = Config.withDefault(Config.string("ZHIPU_SIMULATE"), "").pipe(
  Config.mapOrFail((value) => {
    const word = value.trim().toLowerCase()
    if (["1", "true", "yes", "on"].includes(word)) return Either.right(true)
    if (["", "0", "false", "no", "off"].includes(word)) return Either.right(false)
    return Either.left(ConfigError.InvalidData(["ZHIPU_SIMULATE"], say("simulateNotYesOrNo")))
  })
)

/** Whether the simulator is asked for by name. @internal */
export const isSimulatorAsked = (simulate: boolean): Effect.Effect<boolean, ConfigError.ConfigError> =>
  simulate ? Effect.succeed(true) : simulateVariable

const nobody = Redacted.make("nobody")

/** @internal */
export const layer = (
  options: Options,
  output: Output
): Layer.Layer<Zhipu.Zhipu | Origin, ConfigError.ConfigError | UsageError | FaultParseError> =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      // Read with a key that is none, so that a missing key and a wrong setting are told apart.
      const settings = yield* ZhipuConfig.fromEnvironment({ ...options.given, apiKey: options.given.apiKey ?? nobody })
      const found = yield* ZhipuConfig.fromEnvironment(options.given).pipe(
        Effect.asSome,
        Effect.catchIf(ConfigError.isMissingData, () => Effect.succeedNone)
      )
      const asked = yield* isSimulatorAsked(options.simulate)
      if (asked) {
        if (options.given.baseUrl !== undefined) return yield* new UsageError({ message: say("simulateWithBaseUrl") })
        yield* output.notice(say(Option.isSome(found) ? "simulatorAsAsked" : "simulatorForLackOfKey"))
        return simulated(options, settings)
      }
      if (Option.isSome(found)) {
        if (options.fault !== undefined) {
          return yield* new UsageError({ message: say("faultOnSimulatorOnly") })
        }
        const { value } = found
        const secrets = Redacted.isRedacted(options.given.apiKey) ? [options.given.apiKey] : []
        const { through } = yield* Wire
        return Zhipu.layer({ ...value, retry: options.retry(value.retry) }).pipe(
          Layer.provide(through(transport, { simulated: false, secrets })),
          Layer.merge(Layer.succeed(Origin, { isSimulated: false }))
        )
      }
      if (settings.baseUrl !== undefined) {
        return yield* Effect.fail(ConfigError.MissingData(["ZHIPU_API_KEY"], say("baseUrlWithoutKey")))
      }
      if (!options.isSeen && options.fault === undefined) {
        return yield* Effect.fail(ConfigError.MissingData(["ZHIPU_API_KEY"], say("noKeyNoAnswer")))
      }
      yield* output.notice(say("simulatorForLackOfKey"))
      return simulated(options, settings)
    })
  )

/** A pace at which a person can watch the answer come. */
const pace = { firstTokenDelay: "300 millis", tokensPerSecond: 40 } as const

const simulated = (options: Options, settings: ZhipuConfig.Options) =>
  Layer.unwrapScoped(
    Effect.gen(function* () {
      // Loaded only here: with a key, the simulator is not needed.
      const { Simulator, layer } = yield* Effect.promise(() => import("@effect-zhipu/testing/Simulator"))
      const context: Context.Context<Simulator> = yield* Effect.catchTag(
        Layer.build(layer({ ...pace, faults: options.fault })),
        "ServeError",
        (error) => Effect.die(error)
      )
      const { apiKey, baseUrl } = Context.get(context, Simulator)
      const { through } = yield* Wire
      return Zhipu.layer({ ...settings, apiKey, baseUrl, retry: options.retry(settings.retry) }).pipe(
        Layer.provide(through(UndiciHttpClient.layer, { simulated: true, secrets: [] })),
        Layer.merge(Layer.succeed(Origin, { isSimulated: true }))
      )
    })
  )

const proxied = Config.map(
  Config.all(Proxy.names.map((name) => Config.withDefault(Config.string(name), ""))),
  (values) => values.some((value) => value.trim() !== "")
)

/** Through the proxy that the environment names, if it names one. @internal */
export const transport: Layer.Layer<HttpClient.HttpClient, ConfigError.ConfigError> = Layer.unwrapEffect(
  Effect.map(proxied, (proxied) => (proxied ? named : UndiciHttpClient.layer))
)

/** Loaded only here: it is all of undici, which sets the dispatcher of the global `fetch`. */
const throughProxy = Layer.provide(
  UndiciHttpClient.layerDispatcher,
  Layer.scoped(
    UndiciHttpClient.Dispatcher,
    Effect.flatMap(
      Effect.promise(() => import("@effect/platform-node/Undici")),
      // Not by its name, which a bundle of the command does not find: undici is CommonJS, passed on by this module.
      ({ default: undici }) =>
        Effect.acquireRelease(
          Effect.try({
            try: () => new undici.EnvHttpProxyAgent(),
            // The reason is dropped: it may repeat a password of the proxy.
            catch: () =>
              ConfigError.InvalidData(["HTTPS_PROXY"], "HTTPS_PROXY or HTTP_PROXY is not the URL of a proxy.")
          }),
          (agent) => Effect.promise(() => agent.destroy())
        )
    )
  )
)

/** What fails on its way says which proxy it went through: an address that is refused is else taken for the service's. */
const named = Layer.effect(
  HttpClient.HttpClient,
  Effect.map(
    HttpClient.HttpClient,
    HttpClient.transformResponse(
      Effect.catchTag("RequestError", (error) =>
        Effect.flatMap(Proxy.proxyFor(new URL(error.request.url)), (proxy) =>
          Effect.fail(
            proxy?.host === undefined || proxy.isExempt ? error : through(error, `${proxy.host} (${proxy.name})`)
          )
        )
      )
    )
  )
).pipe(Layer.provide(throughProxy))

const through = (error: HttpClientError.RequestError, proxy: string): HttpClientError.RequestError => {
  const { code, message } = innermost(error.cause)
  const cause = new Error(`${message === "" ? error.reason : message}, through the proxy ${proxy}`)
  return new HttpClientError.RequestError({
    request: error.request,
    reason: error.reason,
    // By its code the client knows whether the service can have got the request.
    cause: code === undefined ? cause : Object.assign(cause, { code })
  })
}

const innermost = (cause: unknown, depth = 0): { readonly code?: unknown; readonly message: string } => {
  if (!(cause instanceof Error)) return { message: "" }
  const inner: unknown = cause.cause ?? (cause instanceof AggregateError ? cause.errors[0] : undefined)
  if (inner instanceof Error && depth < 5) return innermost(inner, depth + 1)
  return "code" in cause ? { code: cause.code, message: cause.message } : { message: cause.message }
}
