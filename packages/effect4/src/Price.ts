// Generated from packages/client/src/Price.ts by scripts/effect4: change that file.
/**
 * What tokens cost, as data, and what a call cost by it.
 *
 * The table of this package holds what api.z.ai takes, in US dollars. open.bigmodel.cn bills in yuan and by the length of
 * the prompt, a Coding Plan not by the token at all: give your own rows by `layer`. A model without a row has no cost.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import { dual } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type { Usage } from "./ChatCompletion.js"
import type { Region } from "./Region.js"

/**
 * The price of a model, by the million tokens.
 *
 * @since 0.1.0
 * @category models
 */
export interface Price {
  /** The code that is sent as `model`. */
  readonly model: string
  /** Which host takes this price; absent for any, a gateway of one's own included. */
  readonly region?: Region | undefined
  /** ISO 4217: `USD`, `CNY`. */
  readonly currency: string
  /** Of a million prompt tokens. */
  readonly input: number
  /** Of a million prompt tokens that came from the cache. Default: `input`. */
  readonly cachedInput?: number | undefined
  /** Of a million tokens of the answer, thinking included. */
  readonly output: number
  /** Where the price stands, and of which month it is. */
  readonly source?: string | undefined
  readonly asOf?: string | undefined
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Cost {
  readonly amount: number
  /** ISO 4217 */
  readonly currency: string
}

const row = (
  model: string,
  input: number,
  cachedInput: number | undefined,
  output: number,
  [source, asOf]: readonly [source: string, asOf: string]
): Price => ({
  model,
  region: "global",
  currency: "USD",
  input,
  ...(cachedInput === undefined ? {} : { cachedInput }),
  output,
  source,
  asOf
})

const page = ["docs.z.ai/guides/overview/pricing", "2026-03"] as const

/**
 * What is known: text models of api.z.ai. Storage of cached input is free for the time being.
 *
 * @since 0.1.0
 * @category data
 */
export const table: ReadonlyArray<Price> = [
  row("glm-5", 1, 0.2, 3.2, page),
  row("glm-5-turbo", 1.2, 0.24, 4, page),
  row("glm-5-code", 1.2, 0.3, 5, page),
  row("glm-4.7", 0.6, 0.11, 2.2, page),
  row("glm-4.7-flashx", 0.07, 0.01, 0.4, page),
  row("glm-4.7-flash", 0, 0, 0, page),
  row("glm-4.6", 0.6, 0.11, 2.2, page),
  row("glm-4.5", 0.6, 0.11, 2.2, page),
  row("glm-4.5-x", 2.2, 0.45, 8.9, page),
  row("glm-4.5-air", 0.2, 0.03, 1.1, page),
  row("glm-4.5-airx", 1.1, 0.22, 4.5, page),
  row("glm-4.5-flash", 0, 0, 0, page),
  row("glm-4-32b-0414-128k", 0.1, undefined, 0.1, page)
]

/**
 * The rows that a client goes by; the first one that fits counts. A client reads it when it is built.
 *
 * @since 0.1.0
 * @category references
 */
export const Prices: Context.Reference<ReadonlyArray<Price>> = Context.Reference<ReadonlyArray<Price>>(
  "@effect-zhipu/effect4/Price/Prices",
  { defaultValue: () => table }
)

/**
 * Puts rows before those of `table`, for the clients that this layer is provided to.
 *
 * @example
 * ```ts
 * import { Price, Zhipu } from "@effect-zhipu/effect4"
 * import { FetchHttpClient } from "effect/http"
 * import { Layer } from "effect"
 *
 * // Numbers of an imaginary contract.
 * const contract = Price.layer([{ model: "glm-4.6", currency: "CNY", input: 3, cachedInput: 0.6, output: 12 }])
 *
 * export const live = Zhipu.layerConfig().pipe(Layer.provide([FetchHttpClient.layer, contract]))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (rows: ReadonlyArray<Price>): Layer.Layer<never> => Layer.succeed(Prices, [...rows, ...table])

/**
 * The first row for a model at a host.
 *
 * @since 0.1.0
 * @category getters
 */
export const find: {
  (model: string, region: Region | undefined): (self: ReadonlyArray<Price>) => Option.Option<Price>
  (self: ReadonlyArray<Price>, model: string, region: Region | undefined): Option.Option<Price>
} = dual(3, (self: ReadonlyArray<Price>, model: string, region: Region | undefined): Option.Option<Price> =>
  Option.fromNullishOr(
    self.find((price) => price.model === model && (price.region === undefined || price.region === region))
  )
)

/**
 * What so many tokens cost. Tokens that the service did not tell of count as none.
 *
 * @since 0.1.0
 * @category getters
 */
export const cost: {
  (usage: Usage): (self: Price) => Cost
  (self: Price, usage: Usage): Cost
} = dual(2, (self: Price, usage: Usage): Cost => {
  const prompt = usage.prompt_tokens ?? 0
  const cached = Math.min(prompt, usage.prompt_tokens_details?.cached_tokens ?? 0)
  const amount =
    (prompt - cached) * self.input +
    cached * (self.cachedInput ?? self.input) +
    (usage.completion_tokens ?? 0) * self.output
  return { amount: amount / 1_000_000, currency: self.currency }
})
