// Generated from packages/client/src/internal/keys/jwt.ts by scripts/effect4: change that file.
/** The token that the service accepts in place of a key. */
import { halves } from "@effect-zhipu/protocol/internal/keys/apiKey"
import { claims } from "@effect-zhipu/protocol/internal/keys/claims"
import { SignJWT } from "jose"

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
