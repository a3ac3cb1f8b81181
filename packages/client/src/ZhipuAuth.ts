/**
 * The `Authorization` value of each call: the key itself, or a JWT signed with it.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as internal from "./internal/keys/keyPool.js"
import * as Signer from "./internal/keys/signer.js"
import type { KeyPool, KeyState } from "./KeyPool.js"
import * as ZhipuConfig from "./ZhipuConfig.js"
import { AuthenticationError, type ZhipuError } from "./ZhipuError.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Service {
  /** The value of the `Authorization` header, `Bearer …`. */
  readonly authorization: Effect.Effect<Redacted.Redacted, AuthenticationError>
  /**
   * Forgets what is cached, after the service called a token expired (1003). Gives whether asking again may help, which
   * it never does for a plain key.
   */
  readonly renew: Effect.Effect<boolean>
  /** Where there are several keys: then each attempt of a call leases one of these, and `authorization` is not asked. */
  readonly keys?: Keys | undefined
}

/**
 * A key of several, while it is leased for one attempt.
 *
 * @since 0.1.0
 * @category models
 */
export interface Key {
  /** Tells keys apart in spans and states, and nothing else about them. */
  readonly label: string
  /** How many keys there are. */
  readonly of: number
  /** The value of the `Authorization` header, `Bearer …`. */
  readonly authorization: Redacted.Redacted
  /** Takes every key that is known out of a text that may repeat one. */
  readonly redact: (text: string) => string
}

/**
 * Several keys: see `KeyPool`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Keys {
  /**
   * Leases a key to an effect, for an attempt to call this model, until it has ended, and hears how. Fails at once where
   * no key can be used.
   */
  readonly withKey: <A, R>(
    model: string | undefined,
    use: (key: Key) => Effect.Effect<A, ZhipuError, R>
  ) => Effect.Effect<A, ZhipuError, R>
  /** Whether an error is the fault of the key that it came for, so that another key may help. */
  readonly blames: (error: ZhipuError) => boolean
  /** Forgets signed tokens. */
  readonly forget: Effect.Effect<void>
  readonly states: Effect.Effect<ReadonlyArray<KeyState>>
}

/**
 * @since 0.1.0
 * @category tags
 */
export class ZhipuAuth extends Context.Tag("@effect-zhipu/client/ZhipuAuth")<ZhipuAuth, Service>() {}

/** The keys of a pool are leased by `keys`; `authorization` is for whoever wants to look at one, without a lease. */
const pooled = (pool: KeyPool, config: ZhipuConfig.Service, auth: ZhipuConfig.AuthKind): Service => {
  const keys = internal.make(pool, config, auth)
  return {
    authorization: keys
      .withKey(undefined, ({ authorization }) => Effect.succeed(authorization))
      .pipe(
        Effect.mapError((error) =>
          error._tag === "AuthenticationError" ? error : new AuthenticationError({ message: error.message })
        )
      ),
    renew: Effect.as(keys.forget, auth === "jwt"),
    keys
  }
}

/**
 * Sends the key itself.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeApiKey: Effect.Effect<Service, never, ZhipuConfig.ZhipuConfig> = Effect.map(
  ZhipuConfig.ZhipuConfig,
  (config) =>
    config.pool === undefined
      ? {
          authorization: Effect.map(config.apiKey, (key) => Signer.bearer(Redacted.value(key))),
          renew: Effect.succeed(false)
        }
      : pooled(config.pool, config, "api-key")
)

/**
 * Signs a JWT and uses it until well before it expires. Concurrent calls share one signing, and a key that changes is
 * signed anew at once.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeJwt: Effect.Effect<Service, never, ZhipuConfig.ZhipuConfig> = Effect.gen(function* () {
  const config = yield* ZhipuConfig.ZhipuConfig
  if (config.pool !== undefined) return pooled(config.pool, config, "jwt")
  const signer = yield* Signer.make(config.jwtTtl)
  return {
    authorization: Effect.flatMap(config.apiKey, (key) => signer.authorization(Redacted.value(key))),
    renew: Effect.as(signer.forget, true)
  }
})

/**
 * @since 0.1.0
 * @category layers
 */
export const layerApiKey: Layer.Layer<ZhipuAuth, never, ZhipuConfig.ZhipuConfig> = Layer.effect(ZhipuAuth, makeApiKey)

/**
 * @since 0.1.0
 * @category layers
 */
export const layerJwt: Layer.Layer<ZhipuAuth, never, ZhipuConfig.ZhipuConfig> = Layer.effect(ZhipuAuth, makeJwt)

/**
 * By the `auth` of the configuration.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<ZhipuAuth, never, ZhipuConfig.ZhipuConfig> = Layer.effect(
  ZhipuAuth,
  Effect.flatMap(ZhipuConfig.ZhipuConfig, (config) => (config.auth === "jwt" ? makeJwt : makeApiKey))
)
