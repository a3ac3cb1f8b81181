// Generated from packages/monitor/src/internal/histogram.ts by scripts/effect4: change that file.
/**
 * Percentiles in bounded memory: counts of values in buckets whose bounds grow by a factor. Histograms of the same kind
 * merge by adding, so that a window is the sum of its parts, which no sketch by sampling gives.
 *
 * A percentile is told as the middle of its bucket, at most 2 % from the value of that rank. What is below a millisecond or
 * over an hour is told as about that.
 */

/** @internal */
export const relativeError = 0.02

const growth = (1 + relativeError) / (1 - relativeError)
const logGrowth = Math.log(growth)
const longest = 3_600_000
const size = Math.ceil(Math.log(longest) / logGrowth) + 1

/** Values in milliseconds. @internal */
export interface Histogram {
  /** Made by the first value: most parts of a window that nobody calls in stay empty. */
  counts: Uint32Array | undefined
  count: number
  sum: number
  max: number
}

/** @internal */
export const make = (): Histogram => ({ counts: undefined, count: 0, sum: 0, max: 0 })

/** @internal */
export const clear = (self: Histogram): void => {
  if (self.count > 0) self.counts?.fill(0)
  self.count = 0
  self.sum = 0
  self.max = 0
}

/** @internal */
export const record = (self: Histogram, millis: number): void => {
  const index = millis <= 1 ? 0 : Math.min(size - 1, Math.ceil(Math.log(millis) / logGrowth))
  const counts = (self.counts ??= new Uint32Array(size))
  counts[index] = (counts[index] ?? 0) + 1
  self.count++
  self.sum += millis
  if (millis > self.max) self.max = millis
}

/** @internal */
export const addTo = (self: Histogram, other: Histogram): void => {
  if (other.count === 0) return
  const counts = (self.counts ??= new Uint32Array(size))
  const added = other.counts ?? counts
  for (let i = 0; i < size; i++) counts[i] = (counts[i] ?? 0) + (added[i] ?? 0)
  self.count += other.count
  self.sum += other.sum
  self.max = Math.max(self.max, other.max)
}

/** The value that this part of all values does not exceed; `undefined` without values. @internal */
export const percentile = (self: Histogram, part: number): number | undefined => {
  if (self.counts === undefined || self.count === 0) return undefined
  const rank = Math.max(1, Math.ceil(part * self.count))
  let seen = 0
  for (let i = 0; i < size; i++) {
    seen += self.counts[i] ?? 0
    // No bucket reaches above the largest value.
    if (seen >= rank) return Math.min(self.max, (2 * growth ** i) / (growth + 1))
  }
  return self.max
}
