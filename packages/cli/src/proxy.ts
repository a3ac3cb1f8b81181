/** The proxy that the environment names, as undici's `EnvHttpProxyAgent` reads it. */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"

const httpsNames = ["https_proxy", "HTTPS_PROXY"] as const
const httpNames = ["http_proxy", "HTTP_PROXY"] as const

/** @internal */
export const names: ReadonlyArray<string> = [...httpsNames, ...httpNames]

/** @internal */
export interface Named {
  /** The variable. */
  readonly name: string
  /** Host and port alone, as the value may hold a password; `undefined` where it is not the URL of a proxy. */
  readonly host: string | undefined
  /** `NO_PROXY` leaves the address out. */
  readonly isExempt: boolean
}

const variable = (name: string): Effect.Effect<string> => Effect.orDie(Config.withDefault(Config.string(name), ""))

/** Which proxy requests to an address go through. @internal */
export const proxyFor = (url: URL): Effect.Effect<Named | undefined> =>
  Effect.gen(function* () {
    // Without a proxy for https, the one for http serves both.
    for (const name of url.protocol === "https:" ? names : httpNames) {
      const value = yield* variable(name)
      if (value.trim() === "") continue
      const proxy = URL.canParse(value) ? new URL(value) : undefined
      const lower = yield* variable("no_proxy")
      const exempt = lower.trim() === "" ? yield* variable("NO_PROXY") : lower
      const host = proxy === undefined || proxy.hostname === "" ? undefined : proxy.host
      return { name, host, isExempt: isExempt(url, exempt) }
    }
    return undefined
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
