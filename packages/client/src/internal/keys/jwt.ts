/** The token that the service accepts in place of a key: a JWT by HS256, signed by the platform's own HMAC. */
import { halves } from "@effect-zhipu/protocol/internal/keys/apiKey"
import { claims } from "@effect-zhipu/protocol/internal/keys/claims"

const hmac = { name: "HMAC", hash: "SHA-256" }

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

/** Base64 of the alphabet that URLs allow, without padding. */
const base64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "")

const jsonPart = (value: object): string => base64Url(utf8(JSON.stringify(value)))

/**
 * Signs a token with the secret half of a key that `problemOf` has accepted.
 *
 * @internal
 */
export const sign = async (key: string, nowMillis: number, ttlMillis: number): Promise<string> => {
  const { id, secret } = halves(key)
  const signed = `${jsonPart({ alg: "HS256", sign_type: "SIGN" })}.${jsonPart(claims(id, nowMillis, ttlMillis))}`
  const secretKey = await crypto.subtle.importKey("raw", utf8(secret), hmac, false, ["sign"])
  const signature = await crypto.subtle.sign(hmac, secretKey, utf8(signed))
  return `${signed}.${base64Url(new Uint8Array(signature))}`
}
