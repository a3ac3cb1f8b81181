/** The token of a call: by hand with node:crypto, from our cache, and signed anew by ours, with WebCrypto. */
import * as ZhipuAuth from "@effect-zhipu/client/ZhipuAuth"
import * as ZhipuConfig from "@effect-zhipu/client/ZhipuConfig"
import type * as ZhipuError from "@effect-zhipu/client/ZhipuError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Redacted from "effect/Redacted"
import { createHmac } from "node:crypto"
import { apiKey } from "../consumers/consumer.js"
import type { Task } from "./task.js"

const [id = "", secret = ""] = apiKey.split(".")
const ttl = 30 * 60 * 1000

const signature = (signed: string): string => createHmac("sha256", secret).update(signed).digest("base64url")

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url")

/** `valid` for a token that the service would accept. */
const verdict = (token: string): string => {
  const [header = "", payload = "", signed = ""] = token.split(".")
  const claims: { readonly api_key?: unknown } = JSON.parse(Buffer.from(payload, "base64url").toString())
  return signature(`${header}.${payload}`) === signed && claims.api_key === id ? "valid" : "invalid"
}

export const byHand: Task = {
  prepare: async (size) => async () => {
    let token = ""
    for (let i = 0; i < size; i++) {
      const now = Date.now()
      const signed = `${encode({ alg: "HS256", sign_type: "SIGN" })}.${encode({ api_key: id, exp: now + ttl, timestamp: now })}`
      token = `${signed}.${signature(signed)}`
    }
    return verdict(token)
  }
}

const live = ZhipuAuth.layerJwt.pipe(Layer.provide(ZhipuConfig.layer({ apiKey: Redacted.make(apiKey), auth: "jwt" })))

const withAuth = (
  once: (auth: ZhipuAuth.Service) => Effect.Effect<Redacted.Redacted, ZhipuError.AuthenticationError>
): Task => ({
  prepare: async (size) => {
    const runtime = ManagedRuntime.make(live)
    const auth = await runtime.runPromise(ZhipuAuth.ZhipuAuth)
    return async () => {
      const token = await runtime.runPromise(Effect.repeatN(once(auth), size - 1))
      return verdict(Redacted.value(token).slice("Bearer ".length))
    }
  }
})

export const cached = withAuth((auth) => auth.authorization)

export const signedAnew = withAuth((auth) => Effect.zipRight(auth.renew, auth.authorization))
