// Generated from packages/client/src/ZhipuAuth.ts by scripts/effect4: change that file.
/**
 * The `Authorization` value of each call: the key itself, or a JWT signed with it.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as internal from "./internal/keys/authorizer.js"
import type { Authorizer } from "./internal/keys/lease.js"
import type { KeyState } from "./internal/keys/poolDescription.js"
import * as ZhipuConfig from "./ZhipuConfig.js"

export type {
  /**
   * @since 0.1.0
   * @category models
   */
  Authorizer as Service
} from "./internal/keys/lease.js"

export type {
  /**
   * A key of several, while it is leased for one attempt.
   *
   * @since 0.1.0
   * @category models
   */
  Key,
  /**
   * Several keys: see `KeyPool`.
   *
   * @since 0.1.0
   * @category models
   */
  Keys
} from "./internal/keys/poolDescription.js"

/**
 * @since 0.1.0
 * @category tags
 */
export class ZhipuAuth extends Context.Service<ZhipuAuth, Authorizer>()("@effect-zhipu/effect4/ZhipuAuth") {}

const makeBy = (auth: ZhipuConfig.AuthKind): Effect.Effect<Authorizer, never, ZhipuConfig.ZhipuConfig> =>
  Effect.flatMap(ZhipuConfig.ZhipuConfig, ({ apiKey, deadlines, jwtTtl, pool }) =>
    internal.make(pool ?? apiKey, { auth, jwtTtl, connect: deadlines.connect })
  )

/**
 * Sends the key itself.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeApiKey: Effect.Effect<Authorizer, never, ZhipuConfig.ZhipuConfig> = makeBy("api-key")

/**
 * Signs a JWT and uses it until well before it expires. Concurrent calls share one signing, and a key that changes is
 * signed anew at once.
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeJwt: Effect.Effect<Authorizer, never, ZhipuConfig.ZhipuConfig> = makeBy("jwt")

/**
 * By the `auth` of the configuration.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make: Effect.Effect<Authorizer, never, ZhipuConfig.ZhipuConfig> = Effect.flatMap(
  ZhipuConfig.ZhipuConfig,
  (config) => (config.auth === "jwt" ? makeJwt : makeApiKey)
)

/**
 * How the keys of the client are doing, those that its source gave last; empty for a client without a pool.
 *
 * @example
 * ```ts
 * import { ZhipuAuth } from "@effect-zhipu/effect4"
 * import { Effect } from "effect"
 *
 * export const resting = Effect.map(ZhipuAuth.keyStates, (states) =>
 *   states.flatMap(({ label, resting }) => (resting === undefined ? [] : [`${label}: ${resting.error}`]))
 * )
 * ```
 *
 * @since 0.1.0
 * @category operations
 */
export const keyStates: Effect.Effect<ReadonlyArray<KeyState>, never, ZhipuAuth> = /* @__PURE__ */ Effect.flatMap(
  ZhipuAuth,
  ({ keys }) => keys?.states ?? Effect.succeed([])
)

/**
 * @since 0.1.0
 * @category layers
 */
export const layerApiKey: Layer.Layer<ZhipuAuth, never, ZhipuConfig.ZhipuConfig> = /* @__PURE__ */ Layer.effect(
  ZhipuAuth,
  makeApiKey
)

/**
 * @since 0.1.0
 * @category layers
 */
export const layerJwt: Layer.Layer<ZhipuAuth, never, ZhipuConfig.ZhipuConfig> = /* @__PURE__ */ Layer.effect(
  ZhipuAuth,
  makeJwt
)

/**
 * By the `auth` of the configuration.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer: Layer.Layer<ZhipuAuth, never, ZhipuConfig.ZhipuConfig> = /* @__PURE__ */ Layer.effect(
  ZhipuAuth,
  make
)
