/** The proxy that requests go through, as undici's `EnvHttpProxyAgent` reads the environment. */
import * as Effect from "effect/Effect"
import type { Check } from "./check.js"
import * as check from "./check.js"
import { variable } from "./variables.js"

const httpsNames = ["https_proxy", "HTTPS_PROXY"] as const
const httpNames = ["http_proxy", "HTTP_PROXY"] as const

/** @internal */
export const checkProxy = (baseUrl: string): Effect.Effect<Check> =>
  Effect.gen(function* () {
    const url = new URL(baseUrl)
    // Without a proxy for https, the one for http serves both.
    const names = url.protocol === "https:" ? [...httpsNames, ...httpNames] : httpNames
    for (const name of names) {
      const value = yield* variable(name)
      if (value === undefined) continue
      // The value may hold a password: only its host is shown.
      const proxy = URL.canParse(value) ? new URL(value) : undefined
      if (proxy === undefined || proxy.hostname === "") {
        return check.fail("proxy", `${name} is not the URL of a proxy.`, `Set it like this: ${name}=http://host:port`)
      }
      const exempt = (yield* variable("no_proxy")) ?? (yield* variable("NO_PROXY")) ?? ""
      if (isExempt(url, exempt)) {
        return check.ok("proxy", `${name} names ${proxy.host}, but NO_PROXY exempts ${url.hostname}: none is used.`)
      }
      const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
      return loopback
        ? check.warn(
            "proxy",
            `Requests to ${url.host}, this machine itself, go through ${proxy.host} (${name}).`,
            `If they fail: NO_PROXY=${url.hostname}`
          )
        : check.ok("proxy", `Requests go through ${proxy.host} (${name}).`)
    }
    return check.ok("proxy", "None.")
  })

/** @internal */
export const isExempt = (url: URL, noProxy: string): boolean => {
  if (noProxy.trim() === "*") return true
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port
  return noProxy.split(/[,\s]/).some((entry) => {
    const [, withPort, given] = /^(.+):(\d+)$/.exec(entry) ?? []
    const host = (withPort ?? entry).replace(/^\*?\./, "").toLowerCase()
    if (host === "" || (given !== undefined && given !== port)) return false
    return url.hostname === host || url.hostname.endsWith(`.${host}`)
  })
}
