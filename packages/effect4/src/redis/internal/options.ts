// Generated from packages/redis/src/internal/options.ts by scripts/effect4: change that file.
/** What limits are made of, as it is given. */
import type * as Duration from "effect/Duration"
import type * as Redacted from "effect/Redacted"
import type { Redis, RedisOptions } from "ioredis"

/**
 * How to connect to one server, as ioredis understands it.
 *
 * @since 0.1.0
 * @category models
 */
export interface ConnectionOptions extends Omit<RedisOptions, "password"> {
  readonly password?: string | Redacted.Redacted | undefined
}

/**
 * Where Redis is: a URL (`redis://` or `rediss://`; redacted where it holds a password), connection options, or a client
 * of ioredis, of which the options are used and the connection stays its owner's.
 *
 * Two connections are opened, one for commands and one for messages. Keys and messages do not use a `keyPrefix`.
 *
 * @since 0.1.0
 * @category models
 */
export type Source = string | Redacted.Redacted | ConnectionOptions | Redis

/**
 * What happens to calls while Redis does not answer.
 *
 * - `fail`: they fail with `ConnectionError`, which the retry policy may send again; nothing goes out unlimited.
 * - `local`: this process keeps to its share, the limit divided by `processes`, at least one.
 * - `allow`: they are not limited.
 *
 * What went out meanwhile is registered when Redis is back.
 *
 * @since 0.1.0
 * @category models
 */
export type OnUnavailable = "fail" | "local" | "allow"

/**
 * How many requests may be sent in a time.
 *
 * @since 0.1.0
 * @category models
 */
export interface Rate {
  readonly requests: number
  readonly window: Duration.Input
  /**
   * `fixed-window` (default) lets through all of a window at once; `token-bucket` as well, and then one each time that a
   * part of the window has passed. Either way up to twice as many may pass around the end of a first window.
   */
  readonly algorithm?: "fixed-window" | "token-bucket" | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly redis: Source
  /** What the keys begin with. Processes with the same prefix share their limits: use one for each account. Default `zhipu`. */
  readonly prefix?: string | undefined
  /** Requests in flight at most, of all processes and models. Default: `limits.maxInFlight` of the configuration. */
  readonly maxInFlight?: number | undefined
  /** Requests in flight at most for a model, of all processes. Default: `limits.perModel` of the configuration. */
  readonly perModel?: Readonly<Record<string, number>> | undefined
  /** Requests per time, of all processes and models. Default: no limit. */
  readonly rate?: Rate | undefined
  /** Requests per time for a model, of all processes. Where there is `rate` too, a request counts for both, and waits until both have room. */
  readonly ratePerModel?: Readonly<Record<string, Rate>> | undefined
  /** How long a lease lasts that nobody renews. Default 30 seconds. */
  readonly leaseDuration?: Duration.Input | undefined
  /** How often leases are renewed. Default: a third of `leaseDuration`. */
  readonly renewEvery?: Duration.Input | undefined
  /**
   * After how long without connection or answer Redis counts as unavailable, from the first command on; a time in which
   * the event loop was blocked does not count. Default 2 seconds.
   */
  readonly commandTimeout?: Duration.Input | undefined
  /** Default `fail`. */
  readonly onUnavailable?: OnUnavailable | undefined
  /** How many processes share the limits. Only used, and then required, with `onUnavailable: "local"`. */
  readonly processes?: number | undefined
}
