/** The client that a command talks through: to the service, or to the simulator that comes with the command. */
import * as UndiciHttpClient from "@effect-zhipu/node/UndiciHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import type { Simulator } from "@effect-zhipu/testing/Simulator"
import type { FaultParseError } from "@effect-zhipu/testing/Fault"
import * as Zhipu from "@effect-zhipu/client/Zhipu"
import * as ZhipuConfig from "@effect-zhipu/client/ZhipuConfig"
import * as Context from "effect/Context"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { UsageError } from "./errors.js"
import type { Service as Output } from "./output.js"

/** What the transport goes through: `zhipu record` stands there. @internal */
export class Wire extends Context.Reference<Wire>()("@effect-zhipu/cli/Wire", {
  defaultValue: (): WireService => ({ through: (transport) => transport })
}) {}

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
  /** Faults for the simulator. */
  readonly fault: string | undefined
  /** Looks at the retry policy that is in force, and may wrap it. */
  readonly retry: (policy: ZhipuConfig.Options["retry"]) => ZhipuConfig.Options["retry"]
}

/** @internal */
export const noKeyNotice =
  "No API key is set: answering from the built-in simulator. Set ZHIPU_API_KEY to talk to the real service."

const nobody = Redacted.make("nobody")

/** @internal */
export const layer = (
  options: Options,
  output: Output
): Layer.Layer<Zhipu.Zhipu, ConfigError.ConfigError | UsageError | FaultParseError> =>
  Layer.unwrapEffect(
    Effect.gen(function* () {
      // Read with a key that is none, so that a missing key and a wrong setting are told apart.
      const settings = yield* ZhipuConfig.fromEnvironment({ ...options.given, apiKey: options.given.apiKey ?? nobody })
      const found = yield* ZhipuConfig.fromEnvironment(options.given).pipe(
        Effect.asSome,
        Effect.catchIf(ConfigError.isMissingData, () => Effect.succeedNone)
      )
      if (Option.isSome(found)) {
        if (options.fault !== undefined) {
          return yield* new UsageError({
            message: "--fault works on the built-in simulator only, which answers where no API key is set."
          })
        }
        const { value } = found
        const secrets = Redacted.isRedacted(options.given.apiKey) ? [options.given.apiKey] : []
        const { through } = yield* Wire
        return Zhipu.layer({ ...value, retry: options.retry(value.retry) }).pipe(
          Layer.provide(through(transport, { simulated: false, secrets }))
        )
      }
      if (settings.baseUrl !== undefined) {
        return yield* Effect.fail(
          ConfigError.MissingData(
            ["ZHIPU_API_KEY"],
            "A base URL is set, but no API key. Set ZHIPU_API_KEY, or leave out the base URL to try the simulator."
          )
        )
      }
      yield* output.notice(noKeyNotice)
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
        Layer.provide(through(UndiciHttpClient.layer, { simulated: true, secrets: [] }))
      )
    })
  )

const proxyNames = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"] as const

const proxied = Config.map(
  Config.all(proxyNames.map((name) => Config.withDefault(Config.string(name), ""))),
  (values) => values.some((value) => value.trim() !== "")
)

/** Through the proxy that the environment names, if it names one. @internal */
export const transport: Layer.Layer<HttpClient.HttpClient, ConfigError.ConfigError> = Layer.unwrapEffect(
  Effect.map(proxied, (proxied) => (proxied ? throughProxy : UndiciHttpClient.layer))
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
