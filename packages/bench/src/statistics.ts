/** Medians and spreads over rounds. */

export interface Summary {
  readonly median: number
  readonly min: number
  readonly max: number
  readonly count: number
}

export const median = (values: ReadonlyArray<number>): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle]
  if (upper === undefined) return Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

/** `undefined` where there is nothing to summarize. */
export const summarize = (values: ReadonlyArray<number>): Summary | undefined =>
  values.length === 0
    ? undefined
    : { median: median(values), min: Math.min(...values), max: Math.max(...values), count: values.length }

/**
 * Each value as a multiple of the base of the same round; rounds that lack either, or whose base is zero, are left
 * out. What disturbs a whole round disturbs both, and so cancels out.
 */
export const ratios = (
  values: ReadonlyArray<number | undefined>,
  bases: ReadonlyArray<number | undefined>
): ReadonlyArray<number> => {
  const result: Array<number> = []
  for (let round = 0; round < Math.min(values.length, bases.length); round++) {
    const value = values[round]
    const base = bases[round]
    if (value !== undefined && base !== undefined && base > 0) result.push(value / base)
  }
  return result
}

/** Three significant digits, without an exponent. */
export const format = (value: number): string => {
  if (!Number.isFinite(value)) return "–"
  const magnitude = Math.abs(value)
  if (magnitude >= 100) return value.toFixed(0)
  if (magnitude >= 10) return value.toFixed(1)
  return magnitude >= 0.1 || magnitude === 0 ? value.toFixed(2) : value.toPrecision(2)
}
