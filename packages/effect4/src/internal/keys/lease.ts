// Generated from packages/client/src/internal/keys/lease.ts by scripts/effect4: change that file.
/** Who asks. */
import type * as Effect from "effect/Effect"
import type * as Redacted from "effect/Redacted"
import type { AuthenticationError } from "../../ZhipuError.js"
import type { KeyPool, Keys } from "./poolDescription.js"

/**
 * Where a key comes from: a value, or an effect that is run for each request (with `jwt` twice, for the token and to keep
 * the key out of messages), so that a rotated key takes effect without a restart. Cache it where it costs something. Or
 * several keys: a `KeyPool`.
 *
 * @since 0.1.0
 * @category models
 */
export type KeySource = Redacted.Redacted | Effect.Effect<Redacted.Redacted, AuthenticationError> | KeyPool

/**
 * Who asks: the value of the `Authorization` header.
 *
 * @since 0.1.0
 * @category models
 */
export interface Authorizer {
  /** The value of the `Authorization` header, `Bearer …`. */
  readonly authorization: Effect.Effect<Redacted.Redacted, AuthenticationError>
  /**
   * Forgets what is cached, after the service called a token expired (1003). Gives whether asking again may help, which
   * it never does for a plain key.
   */
  readonly renew: Effect.Effect<boolean>
  /** Where there are several keys: then each attempt of a call leases one of these, and `authorization` is not asked. */
  readonly keys?: Keys | undefined
  /** The key behind a token, which a message of the service may repeat as well. */
  readonly signedWith?: Effect.Effect<Redacted.Redacted, AuthenticationError> | undefined
  /** The same for the key of one call: see `apiKey` of `ZhipuCall`. Without it such a key is sent as it is. */
  readonly forKey?: ((source: KeySource) => Effect.Effect<Authorizer, AuthenticationError>) | undefined
}
