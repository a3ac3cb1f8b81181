// Generated from packages/client/src/internal/keys/poolDescription.ts by scripts/effect4: change that file.
/**
 * What a `KeyPool` is. It brings along what leases its keys, so that a client of one key holds none of that.
 */
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import type * as Redacted from "effect/Redacted"
import type { AuthenticationError, ZhipuError } from "../../ZhipuError.js"

/**
 * @since 0.1.0
 * @category symbols
 */
export const TypeId: unique symbol = Symbol.for("@effect-zhipu/effect4/KeyPool")

/**
 * @since 0.1.0
 * @category symbols
 */
export type TypeId = typeof TypeId

/**
 * The errors that a key is to blame for.
 *
 * @since 0.1.0
 * @category models
 */
export type KeyErrorTag =
  | "AuthenticationError"
  | "AccountError"
  | "InsufficientBalanceError"
  | "QuotaExceededError"
  | "RateLimitError"

/**
 * How long a key rests after each kind of error. Zero: the error is not the key's, which stays in use, and so does the
 * call.
 *
 * @since 0.1.0
 * @category models
 */
export type Cooldown = Readonly<Record<KeyErrorTag, Duration.Duration>>

/**
 * Keys, and how they are used. A description: each client makes a pool of its own of it.
 *
 * @since 0.1.0
 * @category models
 */
export interface KeyPool {
  readonly [TypeId]: TypeId
  readonly keys: KeysSource
  readonly refresh: Duration.Duration
  readonly cooldown: Cooldown
  /** Makes what hands the keys out, for one client. */
  readonly lease: (settings: LeaseSettings) => Keys
}

/**
 * What of the configuration of a client matters to its keys.
 *
 * @since 0.1.0
 * @category models
 */
export interface LeaseSettings {
  readonly auth: "api-key" | "jwt"
  readonly jwtTtl: Duration.Duration
  /** How long the source of keys may take. */
  readonly connect: Duration.Duration
}

/**
 * Where keys come from: values, or an effect that is run again, so that keys come and go without a restart.
 *
 * @since 0.1.0
 * @category models
 */
export type KeysSource =
  | ReadonlyArray<Redacted.Redacted>
  | Effect.Effect<ReadonlyArray<Redacted.Redacted>, AuthenticationError>

/**
 * How a key of a pool is doing.
 *
 * @since 0.1.0
 * @category models
 */
export interface KeyState {
  /** As `labelOf` gives it. */
  readonly label: string
  /** Requests that were sent with it and have not ended; a stream counts until its end. */
  readonly inFlight: number
  /** Why it rests and until when; `undefined` where it is in use. */
  readonly resting: { readonly error: KeyErrorTag; readonly until: DateTime.Utc } | undefined
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
  readonly count: number
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
   * Leases a key to an effect, for an attempt to call this model, until it has ended, and learns how. Fails at once where
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

/** @internal */
export const isKeyPool = (u: unknown): u is KeyPool => Predicate.hasProperty(u, TypeId)
