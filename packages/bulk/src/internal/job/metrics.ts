/** What a job adds to Effect's metrics. */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { Ending } from "../store/rows.js"

const items = Metric.counter("zhipu_bulk_items_total", {
  description: "Items of jobs that have ended, by outcome; Again for those that wait once more",
  incremental: true
})

const calls = Metric.counter("zhipu_bulk_calls_total", {
  description: "Calls of jobs, those that failed included",
  incremental: true
})

const tokens = Metric.counter("zhipu_bulk_tokens_total", {
  description: "Tokens that jobs used, by type",
  incremental: true
})

/** @internal */
export const of = (job: string) => {
  const ofJob = Metric.tagged(tokens, "job", job)
  const prompt = Metric.tagged(ofJob, "type", "input")
  const completion = Metric.tagged(ofJob, "type", "output")
  const asked = Metric.tagged(calls, "job", job)
  const ended = Metric.tagged(items, "job", job)
  const outcomes = {
    Done: Metric.tagged(ended, "outcome", "Done"),
    Failed: Metric.tagged(ended, "outcome", "Failed"),
    Again: Metric.tagged(ended, "outcome", "Again")
  }
  /** Once for all that is stored together: a metric takes longer than the rest of an item's accounts. */
  return (endings: ReadonlyArray<Ending>): Effect.Effect<void> => {
    const counts = { Done: 0, Failed: 0, Again: 0 }
    let attempted = 0
    let promptTokens = 0
    let completionTokens = 0
    for (const { attempts, outcome } of endings) {
      counts[outcome._tag]++
      attempted += attempts.length
      for (const { usage } of attempts) {
        promptTokens += usage?.promptTokens ?? 0
        completionTokens += usage?.completionTokens ?? 0
      }
    }
    return endings.length === 0
      ? Effect.void
      : Effect.all(
          [
            Metric.incrementBy(outcomes.Done, counts.Done),
            Metric.incrementBy(outcomes.Failed, counts.Failed),
            Metric.incrementBy(outcomes.Again, counts.Again),
            Metric.incrementBy(asked, attempted),
            Metric.incrementBy(prompt, promptTokens),
            Metric.incrementBy(completion, completionTokens)
          ],
          { discard: true }
        )
  }
}
