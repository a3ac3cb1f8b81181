// Generated from packages/monitor/src/internal/figures.ts by scripts/effect4: change that file.
/** The figures of a monitor: what its observer counts, and what they are at a time. */
import * as Effect from "effect/Effect"
import type { CallObserver } from "../../CallObserver.js"
import type { Percentiles, Period, Snapshot } from "../Snapshot.js"
import * as Histogram from "./histogram.js"
import * as Ring from "./ring.js"
import * as Tally from "./tally.js"

/** @internal */
export interface Figures {
  readonly observer: CallObserver
  readonly at: (time: number) => Omit<Snapshot, "alerts">
}

/** @internal */
export const make = (windowMillis: number, startedAt: number): Figures => {
  const ring = Ring.make(windowMillis, startedAt)
  const total = Tally.make()
  let inFlight = 0

  const count = (millis: number, change: (tally: Tally.Tally) => void): void => {
    change(total)
    const tally = ring.at(millis)
    if (tally !== undefined) change(tally)
  }

  return {
    observer: {
      start: (call) => {
        inFlight++
        return {
          attemptFailed: ({ elapsedMillis, error }) =>
            count(call.startedAt + elapsedMillis, (tally) => Tally.attemptFailed(tally, error._tag)),
          ended: (end) =>
            Effect.sync(() => {
              inFlight--
              count(call.startedAt + end.durationMillis, (tally) => Tally.ended(tally, end))
            })
        }
      }
    },
    at: (time) => {
      const { seconds, tally } = ring.window(time)
      const judged = tally.succeeded + tally.failed
      return {
        time,
        seconds,
        inFlight,
        callsPerSecond: (judged + tally.interrupted) / seconds,
        successRate: judged === 0 ? null : tally.succeeded / judged,
        errorRate: judged === 0 ? null : tally.failed / judged,
        tokensPerSecond: { input: tally.inputTokens / seconds, output: tally.outputTokens / seconds },
        window: periodOf(tally),
        total: periodOf(total)
      }
    }
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
