/** The token that the service accepts in place of a key. */
import { SignJWT } from "jose"
import { halves } from "../protocol/keys/apiKey.js"

/** @internal */
export interface Claims {
  readonly api_key: string
  readonly exp: number
  readonly timestamp: number
}

/**
 * The payload: both times in **milliseconds** since the epoch, unlike RFC 7519 (section 2 of the protocol).
 *
 * @internal
 */
export const claims = (id: string, nowMillis: number, ttlMillis: number): Claims => ({
  api_key: id,
  exp: nowMillis + ttlMillis,
  timestamp: nowMillis
})

/**
 * Signs a token with the secret half of a key that `problemOf` has accepted.
 *
 * @internal
 */
export const sign = (key: string, nowMillis: number, ttlMillis: number): Promise<string> => {
  const { id, secret } = halves(key)
  return new SignJWT({ ...claims(id, nowMillis, ttlMillis) })
    .setProtectedHeader({ alg: "HS256", sign_type: "SIGN" })
    .sign(new TextEncoder().encode(secret))
}

/**
 * How long a token is used before a new one is signed: well before it expires, so that a request on its way, or a clock
 * that is somewhat behind, does not meet an expired token.
 *
 * @internal
 */
export const useMillis = (ttlMillis: number): number =>
  Math.max(0, ttlMillis - Math.max(ttlMillis / 5, Math.min(30_000, ttlMillis / 2)))
