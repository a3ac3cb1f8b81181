/**
 * How much of a Coding Plan is used: `GET /monitor/usage/quota/limit`, below the root of the host.
 *
 * The vendor does not document it; its own plugin for coding tools asks so. Keys without a plan are refused.
 *
 * @since 0.1.0
 */
import type { ZhipuHttpClient } from "@effect-zhipu/client/ZhipuHttpClient"
import type { ZhipuError } from "@effect-zhipu/client/ZhipuError"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { get } from "./internal/endpoint.js"
import { list, nullable, open } from "./internal/wire.js"

/**
 * A limit of the plan. `type` is `TOKENS_LIMIT`, tokens within five hours, or `TIME_LIMIT`, calls of tools within a month, or another word.
 *
 * @since 0.1.0
 * @category models
 */
export const Limit = open({
  type: nullable(Schema.String),
  /** How much is used, 0 to 100. */
  percentage: nullable(Schema.Number),
  currentValue: nullable(Schema.Number),
  /** What there is in all. */
  usage: nullable(Schema.Number),
  usageDetails: list(open({ modelCode: nullable(Schema.String), usage: nullable(Schema.Number) }))
})

/**
 * @since 0.1.0
 * @category models
 */
export interface Limit extends Schema.Schema.Type<typeof Limit> {}

/**
 * The limits of the plan that the key belongs to.
 *
 * @since 0.1.0
 * @category operations
 */
export const limits: Effect.Effect<ReadonlyArray<Limit>, ZhipuError, ZhipuHttpClient> = Effect.map(
  get(
    "quota",
    "/monitor/usage/quota/limit",
    open({ data: nullable(open({ limits: list(Limit) })) }),
    {},
    { root: "host" }
  ),
  ({ data }) => data?.limits ?? []
)
