// Generated from packages/client/src/Price.ts by scripts/effect4: change that file.
/**
 * What tokens cost, as data, and what a call cost by it.
 *
 * `table`, which clients go by, holds what api.z.ai takes, in US dollars. open.bigmodel.cn bills in yuan and by how long the
 * prompt and the answer are: `tableCn` holds its rows, and `layer(tableCn)` puts them to use. A Coding Plan is not billed by
 * the token at all. A model without a row has no cost.
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
 * What shorter calls cost where a price goes by their length, by the million tokens.
 *
 * @since 0.1.0
 * @category models
 */
export interface Tier {
  /** Holds for prompts of fewer tokens than this, cached ones included; absent for any. */
  readonly promptBelow?: number | undefined
  /** Holds for answers of fewer tokens than this, thinking included; absent for any. */
  readonly completionBelow?: number | undefined
  /** Of a million prompt tokens. */
  readonly input: number
  /** Of a million prompt tokens that came from the cache. Default: `input`. */
  readonly cachedInput?: number | undefined
  /** Of a million tokens of the answer, thinking included. */
  readonly output: number
}

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
  /** For shorter calls; the first one that holds counts, and where none does, the numbers above. */
  readonly tiers?: ReadonlyArray<Tier> | undefined
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

const row = (model: string, input: number, cachedInput: number, output: number): Price => ({
  model,
  region: "global",
  currency: "USD",
  input,
  cachedInput,
  output,
  source: "docs.z.ai/guides/overview/pricing",
  asOf: "2026-03"
})

/**
 * What is known: text models of api.z.ai. Storage of cached input is free for the time being.
 *
 * @since 0.1.0
 * @category data
 */
export const table: ReadonlyArray<Price> = [
  row("glm-5", 1, 0.2, 3.2),
  row("glm-5-turbo", 1.2, 0.24, 4),
  row("glm-5-code", 1.2, 0.3, 5),
  row("glm-4.7", 0.6, 0.11, 2.2),
  row("glm-4.7-flashx", 0.07, 0.01, 0.4),
  row("glm-4.7-flash", 0, 0, 0),
  row("glm-4.6", 0.6, 0.11, 2.2),
  row("glm-4.5", 0.6, 0.11, 2.2),
  row("glm-4.5-x", 2.2, 0.45, 8.9),
  row("glm-4.5-air", 0.2, 0.03, 1.1),
  row("glm-4.5-airx", 1.1, 0.22, 4.5),
  row("glm-4.5-flash", 0, 0, 0),
  // Nothing is taken off for what came from the cache.
  row("glm-4-32b-0414-128k", 0.1, 0.1, 0.1)
]

/** The price of the longest calls, then those of shorter ones: by prompts under 32,000 tokens, answers under 200. */
const cnRow = (model: string, [input, cachedInput, output]: Rates, tiers?: ReadonlyArray<Tier>): Price => ({
  model,
  region: "cn",
  currency: "CNY",
  input,
  cachedInput,
  output,
  ...(tiers === undefined ? {} : { tiers }),
  source: "bigmodel.cn/pricing",
  asOf: "2026-01"
})

type Rates = readonly [input: number, cachedInput: number, output: number]

const short = ([input, cachedInput, output]: Rates): Tier => ({
  promptBelow: 32_000,
  completionBelow: 200,
  input,
  cachedInput,
  output
})

const medium = ([input, cachedInput, output]: Rates): Tier => ({ promptBelow: 32_000, input, cachedInput, output })

/**
 * What open.bigmodel.cn takes, in yuan: most models by the length of the prompt and of the answer. A page that does not
 * use it does not load it.
 *
 * @example
 * ```ts
 * import { Price, Zhipu } from "@effect-zhipu/effect4"
 * import { FetchHttpClient } from "effect/http"
 * import { Layer } from "effect"
 *
 * export const live = Zhipu.layerConfig().pipe(Layer.provide([FetchHttpClient.layer, Price.layer(Price.tableCn)]))
 * ```
 *
 * @since 0.1.0
 * @category data
 */
export const tableCn: ReadonlyArray<Price> = /* @__PURE__ */ (() => [
  cnRow("glm-4.7", [4, 0.8, 16], [short([2, 0.4, 8]), medium([3, 0.6, 14])]),
  cnRow("glm-4.7-flashx", [0.5, 0.1, 3]),
  cnRow("glm-4.7-flash", [0, 0, 0]),
  cnRow("glm-4.6", [4, 0.8, 16], [short([2, 0.4, 8]), medium([3, 0.6, 14])]),
  cnRow("glm-4.6v", [2, 0.4, 6], [medium([1, 0.2, 3])]),
  cnRow("glm-4.6v-flashx", [0.3, 0.03, 3], [medium([0.15, 0.03, 1.5])]),
  cnRow("glm-4.6v-flash", [0, 0, 0]),
  cnRow("glm-4.5", [4, 0.8, 16], [short([2, 0.4, 8]), medium([3, 0.6, 14])]),
  cnRow("glm-4.5-x", [16, 3.2, 64], [short([8, 1.6, 16]), medium([12, 2.4, 32])]),
  cnRow("glm-4.5-air", [1.2, 0.24, 8], [short([0.8, 0.16, 2]), medium([0.8, 0.16, 6])]),
  cnRow("glm-4.5-airx", [8, 1.6, 32], [short([4, 0.8, 12]), medium([4, 0.8, 16])]),
  cnRow("glm-4.5v", [4, 0.8, 12], [medium([2, 0.4, 6])]),
  cnRow("glm-4.5-flash", [0, 0, 0])
])()

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
  const completion = usage.completion_tokens ?? 0
  const { input, cachedInput, output } =
    self.tiers?.find(
      ({ promptBelow, completionBelow }) =>
        prompt < (promptBelow ?? Infinity) && completion < (completionBelow ?? Infinity)
    ) ?? self
  const amount = (prompt - cached) * input + cached * (cachedInput ?? input) + completion * output
  return { amount: amount / 1_000_000, currency: self.currency }
})
