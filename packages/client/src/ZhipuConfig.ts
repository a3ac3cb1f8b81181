/**
 * Where the service is, who asks, and within which limits.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import { defined } from "@effect-zhipu/protocol/internal/text/records"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import * as Deadlines from "./Deadlines.js"
import { hostOf, normalise } from "./internal/config/baseUrl.js"
import * as checks from "./internal/config/checks.js"
import * as environment from "./internal/config/environment.js"
import { atMost } from "./internal/call/schedules.js"
import { version } from "./internal/config/version.js"
import * as authorizer from "./internal/keys/authorizer.js"
import { isKeyPool, type KeyPool } from "./internal/keys/poolDescription.js"
import * as Region from "./Region.js"
import * as RetryPolicy from "./RetryPolicy.js"
import type { AuthenticationError } from "./ZhipuError.js"

/**
 * How a call proves who makes it: the key itself, or a JWT signed with it.
 *
 * @since 0.1.0
 * @category models
 */
export type AuthKind = "api-key" | "jwt"

export type {
  /**
   * Where a key comes from: a value, an effect that is run for each request, or several keys.
   *
   * @since 0.1.0
   * @category models
   */
  KeySource
} from "./internal/keys/lease.js"

/**
 * How many requests are in flight at once.
 *
 * @since 0.1.0
 * @category models
 */
export interface Limits {
  /** Requests in flight at most, over all models. Default: no limit. */
  readonly maxInFlight?: number | undefined
  /** Requests in flight at most for a model, by its code. */
  readonly perModel?: Readonly<Record<string, number>> | undefined
  /** How many calls may wait for a permit; one more fails with `QueueFullError`. Default: no limit. */
  readonly maxQueue?: number | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * The key of the account, as `Redacted.make("id.secret")`: a plain string is refused, as it would get into logs. Keys of the Coding
   * Plan may look otherwise; they work with `api-key`.
   */
  // A `KeySource`, not by that name: what the compiler says of a string then names `Redacted`.
  readonly apiKey: Redacted.Redacted | Effect.Effect<Redacted.Redacted, AuthenticationError> | KeyPool
  /** Default: the base URL of `region`. A trailing slash is fine. */
  readonly baseUrl?: string | undefined
  /** Default `cn`. Only looked at where `baseUrl` is not given. */
  readonly region?: Region.Region | undefined
  /**
   * Where agents and knowledge bases are, which stand beside the base URL. Default: the base URL without `/paas/v4`,
   * `/coding/paas/v4` or `/anthropic` at its end.
   */
  readonly hostUrl?: string | undefined
  /** Default `api-key`, which is what the vendor's own clients do. */
  readonly auth?: AuthKind | undefined
  /** How long a signed token is valid. Default 30 minutes. */
  readonly jwtTtl?: Duration.DurationInput | undefined
  /** How many requests are in flight at once: see `ZhipuLimits`. Default: no limit. */
  readonly limits?: Limits | undefined
  /** Default `Deadlines.defaults`. */
  readonly deadlines?: Deadlines.Options | undefined
  /** Default `RetryPolicy.default`. */
  readonly retry?: RetryPolicy.RetryPolicy | undefined
  /** A call whose attempts together have sent more than this many bytes is not sent again. Default: no bound. */
  readonly maxResentBytes?: number | undefined
  /**
   * When a call that makes something, a task or a file, is sent again: only where the service `refused` it (default), or
   * nothing was sent; or `always` as other calls are, at the risk of making it twice. Chat makes nothing.
   */
  readonly retryCreates?: "refused" | "always" | undefined
  /** The bound on one event of a stream, in characters. Default 4 MiB, and at most 256 MiB. */
  readonly maxEventSize?: number | undefined
  /** What to do with a frame that is no chunk: fail with `CorruptStreamError` (default) or skip it with a `Warning`. */
  readonly onMalformed?: "fail" | "skip" | undefined
  /**
   * Whether an answer that can be read, though it is not as the protocol says, is refused: a stream under another content
   * type, ids that change while it goes on, events of other names, choices that count chunks. Default false: it is read, and a
   * `Warning` tells of it.
   */
  readonly strict?: boolean | undefined
  /**
   * Whether a conversation that the service is known to refuse (no user turn, an unanswered tool call) fails with
   * `InvalidRequestError` and a path before it is sent. Default true.
   */
  readonly preflight?: boolean | undefined
  /** The zone of the reset times in quota messages, which name none: an offset or a name. Default `+08:00`. */
  readonly resetZone?: string | undefined
  /** Language of the service's messages, as an `Accept-Language` header. Default: none is sent. */
  readonly acceptLanguage?: string | undefined
  /** Further headers of each request. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Whether `traceparent` and `b3` headers go to the vendor. Default false. */
  readonly propagateTrace?: boolean | undefined
  /** Wraps the HTTP client, for example to count, or to add what a gateway wants. A proxy is the transport's affair. */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** Of a pool, its first key. */
  readonly apiKey: Effect.Effect<Redacted.Redacted, AuthenticationError>
  readonly pool?: KeyPool | undefined
  /** Without a trailing slash. */
  readonly baseUrl: string
  /** Without a trailing slash. */
  readonly hostUrl: string
  readonly auth: AuthKind
  readonly jwtTtl: Duration.Duration
  readonly limits: Limits
  readonly deadlines: Deadlines.Deadlines
  readonly retry: RetryPolicy.RetryPolicy
  readonly maxResentBytes: number
  readonly retryCreates: "refused" | "always"
  readonly maxEventSize: number
  readonly onMalformed: "fail" | "skip"
  readonly strict: boolean
  readonly preflight: boolean
  readonly resetZone: string
  readonly headers: Readonly<Record<string, string>>
  readonly propagateTrace: boolean
  readonly transformClient: (client: HttpClient.HttpClient) => HttpClient.HttpClient
}

/**
 * @since 0.1.0
 * @category tags
 */
export class ZhipuConfig extends Context.Tag("@effect-zhipu/client/ZhipuConfig")<ZhipuConfig, Service>() {}

/** Half of what V8 can hold in one string: beyond it, reading would end in a RangeError. */
const longestEvent = 256 * 1024 * 1024

/**
 * Checks and completes the options. A key or base URL that cannot work is a `ConfigError` that says what is wrong and
 * never repeats the key.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Effect.Effect<Service, ConfigError.ConfigError> =>
  Effect.gen(function* () {
    const auth = options.auth ?? "api-key"
    const baseUrl = yield* Either.mapLeft(
      normalise(options.baseUrl ?? Region.baseUrls[options.region ?? "cn"]),
      (problem) => ConfigError.InvalidData(["baseUrl"], `The base URL ${problem}.`)
    )
    const hostUrl = yield* Either.mapLeft(normalise(options.hostUrl ?? hostOf(baseUrl)), (problem) =>
      ConfigError.InvalidData(["hostUrl"], `The host URL ${problem}.`)
    )
    const keyProblem = authorizer.problemOf(options.apiKey, auth)
    if (keyProblem !== undefined) return yield* Effect.fail(ConfigError.InvalidData(["apiKey"], keyProblem))
    const { acceptLanguage, jwtTtl = "30 minutes", limits = {}, resetZone = "+08:00" } = options
    const headers = {
      "user-agent": `effect-zhipu/${version}`,
      ...(acceptLanguage && { "accept-language": acceptLanguage }),
      ...options.headers
    }
    const problem =
      checks.problemOfLimits(limits) ??
      checks.problemOfJwtTtl(jwtTtl) ??
      checks.problemOfDeadlines(options.deadlines) ??
      checks.problemOfZone(resetZone) ??
      checks.problemOfHeaders(headers)
    if (problem !== undefined) {
      return yield* Effect.fail(ConfigError.InvalidData(problem.path.split("."), problem.message))
    }
    return {
      apiKey: authorizer.keyOf(options.apiKey, auth),
      pool: isKeyPool(options.apiKey) ? options.apiKey : undefined,
      baseUrl,
      hostUrl,
      auth,
      jwtTtl: Duration.decode(jwtTtl),
      limits,
      deadlines: Deadlines.make(options.deadlines),
      retry: options.retry ?? RetryPolicy.default,
      maxResentBytes: options.maxResentBytes ?? Number.POSITIVE_INFINITY,
      retryCreates: options.retryCreates ?? "refused",
      maxEventSize: Math.min(options.maxEventSize ?? 4 * 1024 * 1024, longestEvent),
      onMalformed: options.onMalformed ?? "fail",
      strict: options.strict ?? false,
      preflight: options.preflight ?? true,
      resetZone,
      headers,
      propagateTrace: options.propagateTrace ?? false,
      transformClient: options.transformClient ?? ((client) => client)
    }
  })

/**
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<ZhipuConfig, ConfigError.ConfigError> =>
  Layer.effect(ZhipuConfig, make(options))

/**
 * Some of the options, each as a value or as a `Config` of it.
 *
 * @since 0.1.0
 * @category models
 */
export type ConfigOptions = Configured<Options>

/**
 * Some of the options `A`, each as a value or as a `Config` of it.
 *
 * @since 0.1.0
 * @category models
 */
export type Configured<A extends object> = {
  readonly [Name in keyof A]?: A[Name] | Config.Config<NonNullable<A[Name]>>
}

/**
 * The variables that a key is read from, in this order. Keys are bound to a host: `region` is the one that a name speaks of.
 * `GLM_API_KEY` speaks of none, and its key counts as one of `cn`.
 *
 * @since 0.1.0
 * @category constants
 */
export const keyVariables: ReadonlyArray<{ readonly name: string; readonly region: Region.Region | undefined }> =
  environment.keyVariables

/**
 * The variables that a base URL is read from, in this order.
 *
 * @since 0.1.0
 * @category constants
 */
export const baseUrlVariables: ReadonlyArray<string> = environment.baseUrlVariables

/**
 * From Effect's `Config`, by default from the environment.
 *
 * The key is the first that is set of `ZHIPU_API_KEY`, `ZHIPUAI_API_KEY`, `ZAI_API_KEY`, `GLM_API_KEY`, `Z_AI_API_KEY`,
 * `BIGMODEL_API_KEY`; where two differ, a warning names them. A `ZAI_…` key means the z.ai host, unless `ZHIPU_BASE_URL` (or
 * `ZHIPUAI_BASE_URL`, `ZAI_BASE_URL`) or `ZHIPU_REGION` (`cn`, `global`) say otherwise. `ZHIPU_AUTH` is `api-key` or
 * `jwt`, `ZHIPU_TIMEOUT` the total deadline in seconds, `ZHIPU_MAX_RETRIES` a bound on retries, `ZHIPU_MAX_CONCURRENCY`
 * one on requests in flight.
 *
 * What is given here, as a value or as a `Config`, replaces what the environment says; of `deadlines` and `limits`, each by
 * itself. A `retry` given here is not bounded by `ZHIPU_MAX_RETRIES`.
 *
 * @example
 * ```ts
 * import { ZhipuConfig } from "@effect-zhipu/client"
 * import { Config } from "effect"
 *
 * export const ours = ZhipuConfig.layerConfig({
 *   apiKey: Config.redacted("OUR_GLM_KEY"),
 *   deadlines: { total: "10 minutes" }
 * })
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (options: ConfigOptions = {}): Layer.Layer<ZhipuConfig, ConfigError.ConfigError> =>
  Layer.effect(ZhipuConfig, makeConfig(options))

/**
 * What `layerConfig` provides.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeConfig = (options: ConfigOptions = {}): Effect.Effect<Service, ConfigError.ConfigError> =>
  Effect.flatMap(environment.permitted(valuesOf<Options>(options)), (given) =>
    Effect.flatMap(fromEnvironment(given), make)
  )

/**
 * Reads options that are given each as a value or as a `Config` of it: for a `layerConfig` of one's own.
 *
 * @since 0.1.0
 * @category constructors
 */
export const valuesOf = <A extends object>(
  options: Configured<A>
): Effect.Effect<Partial<A>, ConfigError.ConfigError> =>
  Effect.map(
    Effect.forEach(Object.entries<unknown>(options), ([name, option]) =>
      // A Config is an Effect as well, and a key may be given as an Effect: only a Config is read here.
      Effect.map(Config.isConfig(option) ? option : Effect.succeed(option), (value) => ({ [name]: value }))
    ),
    (fields) => Object.assign({}, ...fields)
  )

/**
 * Completes partial options from the environment, in the order that `layerConfig` tells.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromEnvironment = (given: Partial<Options> = {}): Effect.Effect<Options, ConfigError.ConfigError> =>
  Effect.gen(function* () {
    const found = yield* environment.settings
    const apiKey = given.apiKey ?? found.apiKey?.value
    if (apiKey === undefined) {
      return yield* Effect.fail(
        ConfigError.MissingData(
          ["ZHIPU_API_KEY"],
          "There is no API key. Set ZHIPU_API_KEY (for z.ai: ZAI_API_KEY) to the key of your account, or give " +
            "`apiKey`. To try without a key: npx @effect-zhipu/cli simulate"
        )
      )
    }
    if (given.apiKey === undefined && found.ignoredKeys.length > 0) {
      yield* Effect.logWarning(
        `${found.apiKey?.name} is used; ${found.ignoredKeys.join(", ")} is set to another key and ignored`
      )
    }
    return {
      baseUrl: found.baseUrl,
      auth: found.auth,
      region: found.region ?? (given.apiKey === undefined ? found.apiKey?.region : undefined),
      retry: found.maxRetries === undefined ? undefined : atMost(RetryPolicy.default, found.maxRetries),
      ...defined(given),
      // One deadline or limit in code leaves the others to the environment.
      ...(found.timeout === undefined
        ? {}
        : { deadlines: { total: Duration.seconds(found.timeout), ...given.deadlines } }),
      ...(found.maxInFlight === undefined
        ? {}
        : { limits: { maxInFlight: Math.max(1, found.maxInFlight), ...given.limits } }),
      apiKey
    }
  })
