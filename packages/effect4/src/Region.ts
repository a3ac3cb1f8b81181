// Generated from packages/client/src/Region.ts by scripts/effect4: change that file.
/**
 * The vendor's two hosts. Accounts, keys and prices are separate.
 *
 * @since 0.1.0
 */

/**
 * `cn` is open.bigmodel.cn, `global` is api.z.ai.
 *
 * @since 0.1.0
 * @category models
 */
export type Region = "cn" | "global"

/**
 * Where the API of each host is.
 *
 * @since 0.1.0
 * @category constants
 */
export const baseUrls: { readonly [Name in Region]: string } = {
  cn: "https://open.bigmodel.cn/api/paas/v4",
  global: "https://api.z.ai/api/paas/v4"
}

/**
 * Whose host it is; `undefined` for a gateway or a test server.
 *
 * @example
 * ```ts
 * import { Region } from "@effect-zhipu/effect4"
 *
 * export const region = Region.of(new URL("https://api.z.ai/api/paas/v4").hostname) // "global"
 * ```
 *
 * @since 0.1.0
 * @category getters
 */
export const of = (hostname: string): Region | undefined => {
  if (/(^|\.)bigmodel\.cn\.?$/.test(hostname)) return "cn"
  return /(^|\.)z\.ai\.?$/.test(hostname) ? "global" : undefined
}
