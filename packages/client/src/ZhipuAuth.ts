/**
 * The `Authorization` value of each call: the key itself, or a JWT signed with it.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as SynchronizedRef from "effect/SynchronizedRef"
import * as jwt from "./internal/jwt.js"
import * as ZhipuConfig from "./ZhipuConfig.js"
import { AuthenticationError } from "./ZhipuError.js"

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
}

/**
 * @since 0.1.0
 * @category tags
 */
export class ZhipuAuth extends Context.Tag("@effect-zhipu/client/ZhipuAuth")<ZhipuAuth, Service>() {}

const bearer = (token: string): Redacted.Redacted => Redacted.make(`Bearer ${token}`)

/**
 * Sends the key itself.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeApiKey: Effect.Effect<Service, never, ZhipuConfig.ZhipuConfig> = Effect.map(
  ZhipuConfig.ZhipuConfig,
  (config) => ({
    authorization: Effect.map(config.apiKey, (key) => bearer(Redacted.value(key))),
    renew: Effect.succeed(false)
  })
)

interface Token {
  /** The whole key: a rotated secret under the same id must not find the old token. */
  readonly key: string
  readonly authorization: Redacted.Redacted
  /** Milliseconds of the clock. */
  readonly usableUntil: number
}

/**
 * Signs a JWT and uses it until well before it expires. Concurrent calls share one signing, and a key that changes is
 * signed anew at once.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeJwt: Effect.Effect<Service, never, ZhipuConfig.ZhipuConfig> = Effect.gen(function* () {
  const config = yield* ZhipuConfig.ZhipuConfig
  const ttl = Duration.toMillis(config.jwtTtl)
  const cache = yield* SynchronizedRef.make<Token | undefined>(undefined)

  const sign = (key: string, now: number): Effect.Effect<Token, AuthenticationError> =>
    Effect.map(
      Effect.tryPromise({
        try: () => jwt.sign(key, now, ttl),
        // The reason is dropped: it could name the secret.
        catch: () => new AuthenticationError({ message: "The API key could not sign a JWT. Check its secret half." })
      }),
      (token) => ({ key, authorization: bearer(token), usableUntil: now + jwt.useMillis(ttl) })
    )

  const authorization = (key: string, now: number): Effect.Effect<Redacted.Redacted, AuthenticationError> => {
    const isUsable = (token: Token | undefined): token is Token => token?.key === key && now < token.usableUntil
    // Looked at without the lock first, as nearly every call finds a token.
    return Effect.flatMap(SynchronizedRef.get(cache), (token) =>
      isUsable(token)
        ? Effect.succeed(token.authorization)
        : SynchronizedRef.modifyEffect(cache, (token) =>
            Effect.map(isUsable(token) ? Effect.succeed(token) : sign(key, now), (usable) => [
              usable.authorization,
              usable
            ])
          )
    )
  }

  return {
    authorization: Effect.flatMap(config.apiKey, (key) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => authorization(Redacted.value(key), now))
    ),
    renew: Effect.as(SynchronizedRef.set(cache, undefined), true)
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
