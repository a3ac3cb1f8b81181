/** The base URL: whose host, which path, and whether the key is one of that host. Pure. */
import * as Region from "@effect-zhipu/client/Region"
import type { Check } from "./check.js"
import * as check from "./check.js"
import type { Kind } from "./key.js"
import type { Key } from "./variables.js"

const hostNames: Readonly<Record<Region.Region, string>> = {
  cn: new URL(Region.baseUrls.cn).hostname,
  global: new URL(Region.baseUrls.global).hostname
}

const other = (region: Region.Region): Region.Region => (region === "cn" ? "global" : "cn")

const generalPath = "/api/paas/v4"
const codingPath = "/api/coding/paas/v4"

/** @internal */
export const checkBaseUrl = (baseUrl: string, source: string): Check => {
  const url = new URL(baseUrl)
  const seen = `${baseUrl} (${source}).`
  const right = `${url.origin}${generalPath}`
  if (/\/anthropic(\/|$)/.test(url.pathname)) {
    return check.fail(
      "base url",
      `${seen} That is the Anthropic-compatible endpoint, which speaks another protocol.`,
      `Set ZHIPU_BASE_URL=${right}`
    )
  }
  if (url.pathname.endsWith("/v4/v1")) {
    return check.fail(
      "base url",
      `${seen} There is no /v1 after /v4 in this API.`,
      `Set ZHIPU_BASE_URL=${url.origin}${url.pathname.slice(0, -"/v1".length)}`
    )
  }
  if (Region.of(url.hostname) !== undefined) {
    if (url.pathname === generalPath) return check.ok("base url", seen)
    if (url.pathname === codingPath) {
      return check.ok(
        "base url",
        `${seen} The endpoint of the Coding Plan, which is for the tools that the plan names.`
      )
    }
    return check.fail("base url", `${seen} The API is not at this path.`, `Set ZHIPU_BASE_URL=${right}`)
  }
  if (!url.pathname.endsWith("/paas/v4")) {
    return check.warn(
      "base url",
      `${seen} The path does not end in ${generalPath}, as that of the service does.`,
      `If requests are answered with 404: ZHIPU_BASE_URL=${right}`
    )
  }
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)
  if (url.protocol === "http:" && !loopback) {
    return check.warn("base url", `${seen} The key travels unencrypted.`, "Use https:// for a host in a network.")
  }
  return check.ok("base url", `${seen} Not a host of the vendor: a gateway or a test server.`)
}

/** Keys are bound to a host: accounts of bigmodel.cn and z.ai are separate. @internal */
export const checkRegion = (given: {
  readonly baseUrl: string
  readonly region: Region.Region | undefined
  readonly key: Key | undefined
  readonly kind: Kind | undefined
}): Check => {
  const url = new URL(given.baseUrl)
  const host = Region.of(url.hostname)
  if (host === undefined) return check.skip("region", `${url.host} is in no region of the vendor.`)
  const { key } = given
  if (given.region !== undefined && given.region !== host) {
    return check.warn(
      "region",
      `ZHIPU_REGION is ${given.region}, but the base URL is on ${url.hostname} and wins.`,
      "Leave one of the two out."
    )
  }
  if (key?.name !== undefined && key.region !== undefined && key.region !== host && given.region === undefined) {
    return check.warn(
      "region",
      `${key.name} is a name for keys of ${hostNames[key.region]}, but requests go to ${url.hostname}. Keys are bound to a host.`,
      `If the key is refused: ZHIPU_BASE_URL=https://${hostNames[key.region]}${url.pathname}`
    )
  }
  if (given.kind === "coding-plan" && url.pathname === generalPath) {
    return check.warn(
      "region",
      `The key looks like one of the Coding Plan, which is charged at ${codingPath} only.`,
      `If there is no balance (1113): ZHIPU_BASE_URL=${url.origin}${codingPath}`
    )
  }
  return check.ok("region", `${host}: ${url.hostname}.`)
}

/** What to try where a key is refused. @internal */
export const otherHost = (baseUrl: string): string => {
  const url = new URL(baseUrl)
  const host = Region.of(url.hostname)
  return host === undefined
    ? "Check that the key belongs to this host: keys of bigmodel.cn and z.ai are separate."
    : `If the key is of ${hostNames[other(host)]}: ZHIPU_BASE_URL=https://${hostNames[other(host)]}${url.pathname}`
}
