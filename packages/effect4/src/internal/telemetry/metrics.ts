/** Histograms and counters of Effect that are told amounts outside of an Effect: once a network read is often. */
import * as Context from "effect/Context"
import * as Metric from "effect/Metric"
import { attributes } from "./names.js"

/** @internal */
export type Labels = Metric.Metric.AttributeSet

/** @internal */
export interface Recorder {
  readonly record: (amount: number, labels: Labels) => void
}

/** A metric finds its series by a text made of its attributes, once for each set of labels. */
const recorder = <State>(metric: Metric.Metric<number, State>): Recorder => {
  const series = new WeakMap<Labels, Metric.Metric<number, State>>()
  return {
    record: (amount, labels) => {
      let one = series.get(labels)
      if (one === undefined) {
        one = Metric.withAttributes(metric, labels)
        series.set(labels, one)
      }
      one.updateUnsafe(amount, Context.empty())
    }
  }
}

/** @internal */
export const histogram = (name: string, boundaries: ReadonlyArray<number>, description: string): Recorder =>
  recorder(Metric.histogram(name, { boundaries, description }))

/** @internal */
export const counter = (name: string, description: string): Recorder =>
  recorder(Metric.counter(name, { description, incremental: true }))

const maxLabels = 1000

const allLabels = new Map<string, Labels>()

/**
 * The exporter of OTLP takes the unit from a label of the name `unit`.
 *
 * Calls of a kind share one set of labels. Kinds are few, unless somebody makes up models.
 *
 * @internal
 */
export const inUnit = (unit: string, known: Readonly<Record<string, unknown>>): Labels => {
  const key = JSON.stringify([unit, known])
  const cached = allLabels.get(key)
  if (cached !== undefined) return cached
  if (allLabels.size >= maxLabels) allLabels.clear()
  const labels = Object.fromEntries(
    Object.entries(attributes({ unit, ...known })).map(([name, value]) => [name, String(value)])
  )
  allLabels.set(key, labels)
  return labels
}
