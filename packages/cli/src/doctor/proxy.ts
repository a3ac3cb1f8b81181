/** What `zhipu doctor` says of the proxy that requests go through. */
import * as Effect from "effect/Effect"
import * as Proxy from "../proxy.js"
import type { Check } from "./check.js"
import * as check from "./check.js"

/** @internal */
export const checkProxy = (baseUrl: string): Effect.Effect<Check> =>
  Effect.gen(function* () {
    const url = new URL(baseUrl)
    const found = yield* Proxy.proxyFor(url)
    if (found === undefined) return check.ok("proxy", "None.")
    const { host, isExempt, name } = found
    if (host === undefined) {
      return check.fail("proxy", `${name} is not the URL of a proxy.`, `Set it like this: ${name}=http://host:port`)
    }
    if (isExempt) {
      return check.ok("proxy", `${name} names ${host}, but NO_PROXY exempts ${url.hostname}: none is used.`)
    }
    const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
    return loopback
      ? check.warn(
          "proxy",
          `Requests to ${url.host}, this machine itself, go through ${host} (${name}).`,
          `If they fail: NO_PROXY=${url.hostname}`
        )
      : check.ok("proxy", `Requests go through ${host} (${name}).`)
  })
