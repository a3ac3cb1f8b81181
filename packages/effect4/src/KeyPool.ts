// Generated from packages/client/src/KeyPool.ts by scripts/effect4: change that file.
/**
 * Several keys for one client: each request takes the key with the fewest requests in flight, and a key that the service
 * refuses for its own sake rests while the others go on.
 *
 * The limits of the service are limits of the account: several keys of one account share them, so a pool helps with keys
 * of several accounts. An overloaded or failing service is no key's fault, and no reason to change the key.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Redacted from "effect/Redacted"
import * as leases from "./internal/keys/keyPool.js"
import * as label from "./internal/keys/label.js"
import {
  type Cooldown,
  type KeyErrorTag,
  type KeyPool,
  type KeysSource,
  TypeId
} from "./internal/keys/poolDescription.js"

export {
  /**
   * @since 0.1.0
   * @category symbols
   */
  TypeId,
  /**
   * The errors that a key is to blame for.
   *
   * @since 0.1.0
   * @category models
   */
  type KeyErrorTag,
  /**
   * How long a key rests after each kind of error. Zero: the error is not the key's, which stays in use, and so does the
   * call.
   *
   * @since 0.1.0
   * @category models
   */
  type Cooldown,
  /**
   * Keys, and how they are used. A description: each client makes a pool of its own of it.
   *
   * @since 0.1.0
   * @category models
   */
  type KeyPool,
  /**
   * What of the configuration of a client matters to its keys.
   *
   * @since 0.1.0
   * @category models
   */
  type LeaseSettings,
  /**
   * Where keys come from: values, or an effect that is run again, so that keys come and go without a restart.
   *
   * @since 0.1.0
   * @category models
   */
  type KeysSource,
  /**
   * How a key of a pool is doing.
   *
   * @since 0.1.0
   * @category models
   */
  type KeyState,
  /**
   * @since 0.1.0
   * @category guards
   */
  isKeyPool
} from "./internal/keys/poolDescription.js"

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The keys, all for the same host. The first one is preferred among those that are equally loaded. */
  readonly keys: KeysSource
  /** How long what an effect gave as `keys` is used before it is run again. Default zero: it is run for each request. */
  readonly refresh?: Duration.Input | undefined
  /** How long a key rests, by the tag of the error. Default `KeyPool.cooldown`. */
  readonly cooldown?: { readonly [Tag in KeyErrorTag]?: Duration.Input | undefined } | undefined
}

/**
 * How long keys rest if nothing else is said: 5 seconds after a rate limit, 10 minutes after a refusal of the key, the
 * account or the wallet, 30 minutes after a used-up quota. What the service tells comes first: `Retry-After`, and the
 * time at which a quota fills again.
 *
 * @since 0.1.0
 * @category data
 */
export const cooldown: Cooldown = {
  AuthenticationError: Duration.minutes(10),
  AccountError: Duration.minutes(10),
  InsufficientBalanceError: Duration.minutes(10),
  QuotaExceededError: Duration.minutes(30),
  RateLimitError: Duration.seconds(5)
}

/**
 * Describes a pool, for the `apiKey` of `Zhipu.layer`.
 *
 * A request that a key was refused for is sent again with another key at once, before anything of its answer was given
 * out, and within `maxResentBytes`; the retry policy has no say in that. Where all keys rest, the call fails with the
 * error of the key that can be used first, whose `retryAfter` says when.
 *
 * @example
 * ```ts
 * import { KeyPool, Zhipu } from "@effect-zhipu/effect4"
 * import { FetchHttpClient } from "effect/http"
 * import { Layer, Redacted } from "effect"
 *
 * export const live = Zhipu.layer({
 *   apiKey: KeyPool.make({
 *     keys: [Redacted.make("id-one.secret"), Redacted.make("id-two.secret")],
 *     cooldown: { InsufficientBalanceError: "1 hour" }
 *   })
 * }).pipe(Layer.provide(FetchHttpClient.layer))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): KeyPool => {
  const of = (tag: KeyErrorTag): Duration.Duration => Duration.fromInputUnsafe(options.cooldown?.[tag] ?? cooldown[tag])
  const pool: KeyPool = {
    [TypeId]: TypeId,
    keys: options.keys,
    refresh: Duration.fromInputUnsafe(options.refresh ?? 0),
    lease: (settings) => leases.make(pool, settings),
    cooldown: {
      AuthenticationError: of("AuthenticationError"),
      AccountError: of("AccountError"),
      InsufficientBalanceError: of("InsufficientBalanceError"),
      QuotaExceededError: of("QuotaExceededError"),
      RateLimitError: of("RateLimitError")
    }
  }
  return pool
}

/**
 * What a key is called in spans, trails and states: 4 hex digits of a hash of what stands before its dot, of the whole
 * key where there is no dot. They tell keys apart, and nobody can make the key of them.
 *
 * @since 0.1.0
 * @category getters
 */
export const labelOf: (key: Redacted.Redacted) => string = (key) => label.labelOf(Redacted.value(key))
