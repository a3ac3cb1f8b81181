/** What calls came to: the counts of a second, of a window, or of all time. */
import type { CallEnd } from "@effect-zhipu/client/CallObserver"
import * as Histogram from "./histogram.js"
import * as Shares from "./shares.js"

/** @internal */
export interface Tally {
  succeeded: number
  failed: number
  interrupted: number
  attempts: number
  failedAttempts: number
  inputTokens: number
  outputTokens: number
  cachedTokens: number
  reasoningTokens: number
  /** Calls that failed, by the kind of their error. */
  readonly errors: Map<string, number>
  /** Attempts that failed, sent again or not. */
  readonly attemptErrors: Map<string, number>
  /** By currency. */
  readonly cost: Map<string, number>
  readonly models: Shares.Shares
  readonly keys: Shares.Shares
  readonly latency: Histogram.Histogram
  readonly firstChunk: Histogram.Histogram
}

/** @internal */
export const make = (): Tally => ({
  succeeded: 0,
  failed: 0,
  interrupted: 0,
  attempts: 0,
  failedAttempts: 0,
  inputTokens: 0,
  outputTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  errors: new Map(),
  attemptErrors: new Map(),
  cost: new Map(),
  models: new Map(),
  keys: new Map(),
  latency: Histogram.make(),
  firstChunk: Histogram.make()
})

const counts = [
  "succeeded",
  "failed",
  "interrupted",
  "attempts",
  "failedAttempts",
  "inputTokens",
  "outputTokens",
  "cachedTokens",
  "reasoningTokens"
] as const

const maps = ["errors", "attemptErrors", "cost"] as const

const shares = ["models", "keys"] as const

const histograms = ["latency", "firstChunk"] as const

/** @internal */
export const clear = (self: Tally): void => {
  for (const name of counts) self[name] = 0
  for (const name of maps) self[name].clear()
  for (const name of shares) self[name].clear()
  for (const name of histograms) Histogram.clear(self[name])
}

/** @internal */
export const addTo = (self: Tally, other: Tally): void => {
  for (const name of counts) self[name] += other[name]
  for (const name of shares) Shares.addTo(self[name], other[name])
  for (const name of maps) for (const [key, count] of other[name]) Shares.increase(self[name], key, count)
  for (const name of histograms) Histogram.addTo(self[name], other[name])
}

/** @internal */
export const attemptFailed = (self: Tally, kind: string): void => {
  self.failedAttempts++
  Shares.increase(self.attemptErrors, kind, 1)
}

/** A call that was left says nothing about how long calls take. @internal */
export const ended = (self: Tally, model: string | undefined, end: CallEnd): void => {
  self.attempts += end.attempts
  if (end.outcome === "interrupted") {
    self.interrupted++
  } else {
    if (end.outcome === "success") self.succeeded++
    else self.failed++
    Histogram.record(self.latency, end.durationMillis)
  }
  if (end.errorType !== undefined) Shares.increase(self.errors, end.errorType, 1)
  if (end.firstChunkMillis !== undefined) Histogram.record(self.firstChunk, end.firstChunkMillis)
  if (end.cost !== undefined) Shares.increase(self.cost, end.cost.currency, end.cost.amount)
  Shares.ended(self.models, model, end)
  Shares.ended(self.keys, end.key, end)
  self.inputTokens += end.usage?.prompt_tokens ?? 0
  self.outputTokens += end.usage?.completion_tokens ?? 0
  self.cachedTokens += end.usage?.prompt_tokens_details?.cached_tokens ?? 0
  self.reasoningTokens += end.usage?.completion_tokens_details?.reasoning_tokens ?? 0
}
