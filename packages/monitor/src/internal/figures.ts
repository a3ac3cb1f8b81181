/** The figures of a monitor: what its observer counts, and what they are at a time. */
import type { CallObserver } from "@effect-zhipu/client/CallObserver"
import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Figures as Told, Last, Percentiles, Period, Range, Snapshot } from "../Snapshot.js"
import * as Histogram from "./histogram.js"
import * as Ring from "./ring.js"
import * as Shares from "./shares.js"
import * as Tally from "./tally.js"

/** @internal */
export interface Figures {
  readonly observer: CallObserver
  readonly at: (time: number) => Omit<Snapshot, "alerts">
  readonly range: (last: Last, time: number) => Range
}

const minute = 60 * Ring.second

/** The longer times, and how long a part of each is: enough parts for a plot, and few enough to keep. */
const ranges: Record<Last, { readonly millis: number; readonly partMillis: number }> = {
  "5m": { millis: 5 * minute, partMillis: 5 * Ring.second },
  "1h": { millis: 60 * minute, partMillis: minute },
  "24h": { millis: 24 * 60 * minute, partMillis: 15 * minute }
}

/** All parts of the window are summed at each interval, and each has histograms: more would take milliseconds, and megabytes. */
const maxParts = 600

/** @internal */
export const make = (windowMillis: number, clock: Clock.Clock): Figures => {
  const startedAt = clock.unsafeCurrentTimeMillis()
  const partMillis = Math.max(1, Math.ceil(windowMillis / maxParts / Ring.second)) * Ring.second
  const ring = Ring.make(windowMillis, startedAt, partMillis)
  const ringOf = (last: Last) => Ring.make(ranges[last].millis, startedAt, ranges[last].partMillis)
  const longer: Record<Last, Ring.Ring> = { "5m": ringOf("5m"), "1h": ringOf("1h"), "24h": ringOf("24h") }
  const rings = [ring, ...Object.values(longer)]
  const total = Tally.make()
  let inFlight = 0

  // At the time that the clock tells now: that of the start and how long it has been since would be another where the clock
  // was set meanwhile.
  const count = (change: (tally: Tally.Tally) => void): void => {
    const now = clock.unsafeCurrentTimeMillis()
    change(total)
    for (const one of rings) {
      const tally = one.at(now)
      if (tally !== undefined) change(tally)
    }
  }

  return {
    observer: {
      start: (call) => {
        inFlight++
        return {
          attemptFailed: ({ error }) => count((tally) => Tally.attemptFailed(tally, error._tag)),
          ended: (end) =>
            Effect.sync(() => {
              inFlight--
              count((tally) => Tally.ended(tally, call.model, end))
            })
        }
      }
    },
    at: (time) => ({ ...figuresOf(ring.window(time)), inFlight, total: periodOf(total) }),
    range: (last, time) => ({
      last,
      figures: figuresOf(longer[last].window(time)),
      parts: longer[last].parts(time).map((part) => withoutShares(figuresOf(part)))
    })
  }
}

/** A snapshot for a history, without what would make that long. @internal */
export const past = (snapshot: Snapshot): Snapshot => ({
  ...withoutShares(snapshot),
  total: { ...snapshot.total, models: {}, keys: {} },
  alerts: { active: snapshot.alerts.active, recent: [] }
})

const withoutShares = <F extends Told>(figures: F): F => ({
  ...figures,
  window: { ...figures.window, models: {}, keys: {} }
})

const figuresOf = ({ seconds, tally, time }: Ring.Counted): Told => {
  const judged = tally.succeeded + tally.failed
  return {
    time,
    seconds,
    callsPerSecond: (judged + tally.interrupted) / seconds,
    successRate: judged === 0 ? null : tally.succeeded / judged,
    errorRate: judged === 0 ? null : tally.failed / judged,
    tokensPerSecond: { input: tally.inputTokens / seconds, output: tally.outputTokens / seconds },
    window: periodOf(tally)
  }
}

const periodOf = (tally: Tally.Tally): Period => ({
  succeeded: tally.succeeded,
  failed: tally.failed,
  interrupted: tally.interrupted,
  attempts: tally.attempts,
  failedAttempts: tally.failedAttempts,
  errors: Object.fromEntries(tally.errors),
  attemptErrors: Object.fromEntries(tally.attemptErrors),
  tokens: {
    input: tally.inputTokens,
    output: tally.outputTokens,
    cached: tally.cachedTokens,
    reasoning: tally.reasoningTokens
  },
  cost: Object.fromEntries(tally.cost),
  models: Shares.toRecord(tally.models),
  keys: Shares.toRecord(tally.keys),
  latency: percentilesOf(tally.latency),
  firstChunk: percentilesOf(tally.firstChunk)
})

const percentilesOf = (histogram: Histogram.Histogram): Percentiles => ({
  count: histogram.count,
  sum: histogram.sum,
  p50: Histogram.percentile(histogram, 0.5) ?? null,
  p95: Histogram.percentile(histogram, 0.95) ?? null,
  p99: Histogram.percentile(histogram, 0.99) ?? null,
  max: histogram.count === 0 ? null : histogram.max
})
