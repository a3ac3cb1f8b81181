// Generated from packages/http/src/internal/backlog.ts by scripts/effect4: change that file.
/** One gauge for all bridges: what was read from the service and still waits for its consumer. */
import * as Context from "effect/Context"
import * as Metric from "effect/Metric"

/** @internal */
export const gauge: Metric.Gauge<number> = Metric.gauge("zhipu.http.backlog", {
  description: "Events that were read from the service and wait for a consumer"
})

/** The backlog of one consumer. @internal */
export interface Backlog {
  readonly add: (events: number) => void
  readonly remove: (events: number) => void
  /** The consumer has gone: nothing of it waits any more. */
  readonly clear: () => void
}

/** @internal */
export const make = (): Backlog => {
  let waiting = 0
  const add = (events: number): void => {
    if (events === 0) return
    waiting += events
    gauge.modifyUnsafe(events, Context.empty())
  }
  return { add, remove: (events) => add(-events), clear: () => add(-waiting) }
}
