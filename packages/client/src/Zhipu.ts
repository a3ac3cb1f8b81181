/**
 * The whole client as one Layer.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as ZhipuAuth from "./ZhipuAuth.js"
import * as ZhipuChat from "./ZhipuChat.js"
import * as ZhipuConfig from "./ZhipuConfig.js"
import * as ZhipuLimits from "./ZhipuLimits.js"
import * as ZhipuHttpClient from "./ZhipuHttpClient.js"

/**
 * What the client is made of.
 *
 * @since 0.1.0
 * @category models
 */
export type Zhipu =
  | ZhipuChat.ZhipuChat
  | ZhipuHttpClient.ZhipuHttpClient
  | ZhipuAuth.ZhipuAuth
  | ZhipuLimits.ZhipuLimits
  | ZhipuConfig.ZhipuConfig

/**
 * All services over a configuration, for those who make that themselves.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerServices: Layer.Layer<
  Exclude<Zhipu, ZhipuConfig.ZhipuConfig>,
  never,
  ZhipuConfig.ZhipuConfig | HttpClient.HttpClient
> = /* @__PURE__ */ Layer.provideMerge(
  /* @__PURE__ */ Layer.provideMerge(ZhipuChat.layer, ZhipuHttpClient.layer),
  /* @__PURE__ */ Layer.merge(ZhipuAuth.layer, ZhipuLimits.layer)
)

/**
 * What the client uses in place of services of its own.
 *
 * @since 0.1.0
 * @category models
 */
export interface Services<E = never> {
  /** Default `ZhipuLimits.layer`: the limits of this process. `RedisLimits` of `@effect-zhipu/redis` shares them. */
  readonly limits?: Layer.Layer<ZhipuLimits.ZhipuLimits, E, ZhipuConfig.ZhipuConfig> | undefined
  /** Default `ZhipuAuth.layer`. */
  readonly auth?: Layer.Layer<ZhipuAuth.ZhipuAuth, E, ZhipuConfig.ZhipuConfig> | undefined
}

/**
 * All of it as one layer, which costs half a start of what five do that are put together. It is a new one each time: layers are
 * built once wherever they are the same value, and the second of two clients would get the services of the first, with its key.
 */
const madeOf = <E>(
  config: Effect.Effect<ZhipuConfig.Service, ConfigError.ConfigError>,
  { auth, limits }: Services<E>
): Layer.Layer<Zhipu, ConfigError.ConfigError | E, HttpClient.HttpClient> =>
  Layer.scopedContext(
    Effect.gen(function* () {
      const configured = Context.make(ZhipuConfig.ZhipuConfig, yield* config)
      const limited = yield* Effect.provide(given(ZhipuLimits.ZhipuLimits, ZhipuLimits.make, limits), configured)
      const authorized = yield* Effect.provide(given(ZhipuAuth.ZhipuAuth, ZhipuAuth.make, auth), configured)
      const beneath = Context.mergeAll(configured, limited, authorized)
      const http = yield* Effect.provide(ZhipuHttpClient.make, beneath)
      const reached = Context.add(beneath, ZhipuHttpClient.ZhipuHttpClient, http)
      const chat = yield* Effect.provide(ZhipuChat.make, reached)
      return Context.add(reached, ZhipuChat.ZhipuChat, chat)
    })
  )

/** A service of the caller's own, or the usual one. */
const given = <I, S, E, R>(
  tag: Context.Tag<I, S>,
  usual: Effect.Effect<S, never, R>,
  own: Layer.Layer<I, E, R> | undefined
): Effect.Effect<Context.Context<I>, E, R | Scope.Scope> =>
  own === undefined ? Effect.map(usual, (service) => Context.make(tag, service)) : Layer.build(own)

/**
 * The client from options in code.
 *
 * @example
 * ```ts
 * import { Zhipu } from "@effect-zhipu/client"
 * import { FetchHttpClient } from "@effect/platform"
 * import { Layer, Redacted } from "effect"
 *
 * export const live = Zhipu.layer({
 *   apiKey: Redacted.make("id.secret"),
 *   deadlines: { total: "10 minutes" }
 * }).pipe(Layer.provide(FetchHttpClient.layer))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = <E = never>(
  options: ZhipuConfig.Options,
  services: Services<E> = {}
): Layer.Layer<Zhipu, ConfigError.ConfigError | E, HttpClient.HttpClient> => madeOf(ZhipuConfig.make(options), services)

/**
 * The client from Effect's `Config`, by default from the environment: see `ZhipuConfig.layerConfig` for the names.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = <E = never>(
  options: ZhipuConfig.ConfigOptions = {},
  services: Services<E> = {}
): Layer.Layer<Zhipu, ConfigError.ConfigError | E, HttpClient.HttpClient> =>
  madeOf(ZhipuConfig.makeConfig(options), services)
