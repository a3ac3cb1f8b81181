/** Histograms and counters of Effect that are told amounts outside of an Effect: once a network read is often. */
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as MetricLabel from "effect/MetricLabel"
import { attributes } from "./names.js"

/** @internal */
export type Labels = ReadonlyArray<MetricLabel.MetricLabel>

/** @internal */
export interface Recorder {
  readonly record: (amount: number, labels: Labels) => void
}

const recorder = (metric: Pick<Metric.Metric.Counter<number>, "unsafeUpdate">): Recorder => ({
  record: (amount, labels) => metric.unsafeUpdate(amount, labels)
})

/** @internal */
export const histogram = (name: string, boundaries: ReadonlyArray<number>, description: string): Recorder =>
  recorder(Metric.histogram(name, MetricBoundaries.fromIterable(boundaries), description))

/** @internal */
export const counter = (name: string, description: string): Recorder =>
  recorder(Metric.counter(name, { description, incremental: true }))

const maxLabels = 1000

const allLabels = new Map<string, Labels>()

/**
 * The exporter of OTLP takes the unit from a label of the name `unit`.
 *
 * A metric finds its state by the identity of its labels, else by hashing them: calls of a kind share an array, or each
 * would cost 45 µs instead of 10. Kinds are few, unless somebody makes up models.
 *
 * @internal
 */
export const inUnit = (unit: string, known: Readonly<Record<string, unknown>>): Labels => {
  const key = JSON.stringify([unit, known])
  const cached = allLabels.get(key)
  if (cached !== undefined) return cached
  if (allLabels.size >= maxLabels) allLabels.clear()
  const labels = Object.entries(attributes({ unit, ...known })).map(([name, value]) =>
    MetricLabel.make(name, String(value))
  )
  allLabels.set(key, labels)
  return labels
}
