/** What a token says, and how long it is used. */

/** @internal */
export interface Claims {
  readonly api_key: string
  readonly exp: number
  readonly timestamp: number
}

/**
 * The payload: both times in **milliseconds** since the epoch, unlike RFC 7519.
 *
 * @internal
 */
export const claims = (id: string, nowMillis: number, ttlMillis: number): Claims => ({
  api_key: id,
  exp: nowMillis + ttlMillis,
  timestamp: nowMillis
})

/**
 * How long a token is used before a new one is signed: well before it expires, so that a request on its way, or a clock
 * that is somewhat behind, does not meet an expired token.
 *
 * @internal
 */
export const useMillis = (ttlMillis: number): number =>
  Math.max(0, ttlMillis - Math.max(ttlMillis / 5, Math.min(30_000, ttlMillis / 2)))
