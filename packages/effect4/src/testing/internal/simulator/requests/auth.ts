// Generated from packages/testing/src/internal/simulator/requests/auth.ts by scripts/effect4: change that file.
/**
 * The check of the `Authorization` header.
 *
 * Where the service's own behaviour is not documented, the choices are: an unknown id, an unknown key and a bad
 * signature are 401, as it is seen in the wild; what cannot be read, and a wrong `alg` or `sign_type`, is 1002; a token
 * that has expired, which one with `exp` in seconds has since 1970, or that comes from the future is 1003. Times in
 * microseconds, which clients that are in use sign (the vendor's older SDK for Node, LangChain), are read as milliseconds
 * too: they expire in thousands of years, and are not taken for a future that is refused.
 */
import { createHmac, timingSafeEqual } from "node:crypto"
import { isObject, type Json } from "../json.js"

/** @internal */
export interface AuthOptions {
  readonly apiKeys: ReadonlyArray<string>
  readonly acceptAnyKey: boolean
}

/** @internal */
export interface AuthResult {
  readonly kind: "none" | "api-key" | "jwt" | "unreadable"
  /** The business code of the refusal, absent where the caller is let in. */
  readonly refused?: string
}

const futureTolerance = 5 * 60_000

/** Above this a time in milliseconds is past the year 5000: it is in microseconds. */
const absurdMillis = 1e14

const decodePart = (part: string): Json | undefined => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

const sameSignature = (expected: Buffer, given: Buffer): boolean =>
  expected.length === given.length && timingSafeEqual(expected, given)

const checkJwt = (token: string, options: AuthOptions, now: number): string | undefined => {
  const [head = "", body = "", signature = ""] = token.split(".")
  const header = decodePart(head)
  const claims = decodePart(body)
  if (header === undefined || claims === undefined) return "1002"
  if (header["alg"] !== "HS256" || header["sign_type"] !== "SIGN") return "1002"
  const { api_key: id, exp, timestamp } = claims
  if (typeof id !== "string" || typeof exp !== "number" || typeof timestamp !== "number") return "1002"
  const key = options.apiKeys.find((key) => key.startsWith(`${id}.`))
  if (key === undefined && !options.acceptAnyKey) return "401"
  if (key !== undefined) {
    const expected = createHmac("sha256", key.slice(id.length + 1))
      .update(`${head}.${body}`)
      .digest()
    if (!sameSignature(expected, Buffer.from(signature, "base64url"))) return "401"
  }
  const isFuture = timestamp > now + futureTolerance && timestamp < absurdMillis
  return exp <= now || isFuture ? "1003" : undefined
}

const refuse = (kind: AuthResult["kind"], code: string | undefined): AuthResult =>
  code === undefined ? { kind } : { kind, refused: code }

/** @internal */
export const authenticate = (header: string | undefined, options: AuthOptions, now: number): AuthResult => {
  if (header === undefined || header.trim() === "") return refuse("none", "1001")
  const token = header.replace(/^Bearer\s+/i, "").trim()
  const parts = token.split(".")
  const whole = parts.every((part) => part !== "") && !/\s/.test(token)
  if (parts.length === 3 && whole) return refuse("jwt", checkJwt(token, options, now))
  if (options.acceptAnyKey && whole) return refuse("api-key", undefined)
  if (parts.length === 2 && whole) {
    return refuse("api-key", options.apiKeys.includes(token) ? undefined : "401")
  }
  return refuse("unreadable", "1002")
}
