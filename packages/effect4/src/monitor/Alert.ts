// Generated from packages/monitor/src/Alert.ts by scripts/effect4: change that file.
/**
 * Rules that say when something is wrong, and when it is right again.
 *
 * A rule is raised above one bound and cleared below a lower one, so that a figure that hovers around a bound does not
 * raise it again and again. `Monitor` looks at its rules once a second.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import type { Period, Snapshot } from "./Snapshot.js"

/**
 * A rule.
 *
 * @since 0.1.0
 * @category models
 */
export interface Rule {
  /** Names it in alerts and in Prometheus text. Two rules of a monitor must not have the same. */
  readonly name: string
  /** For people. */
  readonly description: string
  /** What is looked at; `null` where there is too little to judge by, which clears a raised rule and raises none. */
  readonly value: (snapshot: Snapshot) => number | null
  /** Raised when the value is above. */
  readonly raiseAbove: number
  /** Cleared when the value is at or below. */
  readonly clearBelow: number
  /** How long the value has to be above, without a break. */
  readonly raiseAfter: Duration.Duration
  /** How long the value has to be below, without a break. */
  readonly clearAfter: Duration.Duration
}

/**
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly name: string
  /** Default: the name. */
  readonly description?: string | undefined
  readonly value: (snapshot: Snapshot) => number | null
  readonly raiseAbove: number
  /** Default: half of `raiseAbove`. Never more than that. */
  readonly clearBelow?: number | undefined
  /** Default: at once. */
  readonly raiseAfter?: Duration.Input | undefined
  /** Default: at once. */
  readonly clearAfter?: Duration.Input | undefined
}

/**
 * A rule of one's own.
 *
 * @example
 * ```ts
 * import { Alert } from "@effect-zhipu/effect4/monitor"
 *
 * export const busy = Alert.make({
 *   name: "in-flight",
 *   value: ({ inFlight }) => inFlight,
 *   raiseAbove: 100,
 *   clearBelow: 80,
 *   raiseAfter: "10 seconds"
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options): Rule => ({
  name: options.name,
  description: options.description ?? options.name,
  value: options.value,
  raiseAbove: options.raiseAbove,
  clearBelow: Math.min(options.raiseAbove, options.clearBelow ?? options.raiseAbove / 2),
  raiseAfter: Duration.fromInputUnsafe(options.raiseAfter ?? 0),
  clearAfter: Duration.fromInputUnsafe(options.clearAfter ?? 0)
})

/**
 * The bounds of a rule that is made here, in its unit.
 *
 * @since 0.1.0
 * @category models
 */
export interface Bounds extends Partial<Omit<Options, "value">> {
  /** Fewer calls than this in the window say nothing. Default 10. */
  readonly minCalls?: number | undefined
}

const judged = ({ failed, succeeded }: Period): number => failed + succeeded

/**
 * The part of calls that fail, over the window of the monitor. Default: raised above 0.05, cleared at or below 0.025.
 *
 * @since 0.1.0
 * @category constructors
 */
export const errorRate = ({ minCalls = 10, ...bounds }: Bounds = {}): Rule => {
  const raiseAbove = bounds.raiseAbove ?? 0.05
  return make({
    name: "error-rate",
    description: `More than ${Number((raiseAbove * 100).toFixed(2))} % of the calls fail.`,
    ...bounds,
    raiseAbove,
    value: ({ errorRate, window }) => (judged(window) < minCalls ? null : errorRate)
  })
}

/**
 * A percentile of how long calls take, in milliseconds. Default: the 95th, raised above 60,000.
 *
 * @since 0.1.0
 * @category constructors
 */
export const latency = ({
  minCalls = 10,
  percentile = "p95",
  ...bounds
}: Bounds & { readonly percentile?: "p50" | "p95" | "p99" | undefined } = {}): Rule => {
  const raiseAbove = bounds.raiseAbove ?? 60_000
  return make({
    name: `latency-${percentile}`,
    description: `Calls take longer than ${Duration.format(Duration.millis(raiseAbove))} (${percentile}).`,
    ...bounds,
    raiseAbove,
    value: ({ window }) => (judged(window) < minCalls ? null : window.latency[percentile])
  })
}

/**
 * A percentile of how long streams take to their first events, in milliseconds. Default: the 95th, raised above 10,000.
 *
 * @since 0.1.0
 * @category constructors
 */
export const firstChunk = ({
  minCalls = 10,
  percentile = "p95",
  ...bounds
}: Bounds & { readonly percentile?: "p50" | "p95" | "p99" | undefined } = {}): Rule => {
  const raiseAbove = bounds.raiseAbove ?? 10_000
  return make({
    name: `first-chunk-${percentile}`,
    description: `Streams begin later than after ${Duration.format(Duration.millis(raiseAbove))} (${percentile}).`,
    ...bounds,
    raiseAbove,
    value: ({ window }) => (window.firstChunk.count < minCalls ? null : window.firstChunk[percentile])
  })
}

/**
 * The rules of a monitor that is given none: `errorRate`.
 *
 * @since 0.1.0
 * @category data
 */
export const defaults: ReadonlyArray<Rule> = [errorRate()]
