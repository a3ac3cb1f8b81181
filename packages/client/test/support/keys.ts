/** Keys of a pool, and whose key a request carried. */
import { Redacted } from "effect"
import { createHmac } from "node:crypto"
import type { Sent } from "./http.js"

export const names = ["alpha", "bravo", "charly"] as const

export type Name = (typeof names)[number]

/** Nothing of these may be seen anywhere. */
export const keys: Record<Name, string> = {
  alpha: "SENTINELidAlpha.SENTINELsecretAlpha",
  bravo: "SENTINELidBravo.SENTINELsecretBravo",
  charly: "SENTINELidCharly.SENTINELsecretCharly"
}

export const redactedKeys = (...which: ReadonlyArray<Name>) => which.map((name) => Redacted.make(keys[name]))

/** Whose key a request carried, plain or as the signature of a token. */
export const whose = (sent: Pick<Sent, "headers">): Name | undefined => {
  const token = (sent.headers["authorization"] ?? "").slice("Bearer ".length)
  const [header, payload, signature] = token.split(".")
  return names.find(
    (name) =>
      token === keys[name] ||
      signature ===
        createHmac("sha256", keys[name].split(".")[1] ?? "")
          .update(`${header}.${payload}`)
          .digest("base64url")
  )
}
