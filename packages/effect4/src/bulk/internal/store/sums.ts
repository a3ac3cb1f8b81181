// Generated from packages/bulk/src/internal/store/sums.ts by scripts/effect4: change that file.
/** What a batch adds to the figures of its job. Pure. */
import type { Batch } from "./rows.js"

/** @internal */
export const sumsOf = ({ begun, ended, resumed }: Batch) => {
  let done = 0
  let truncated = 0
  let failed = 0
  let calls = 0
  let promptTokens = 0
  let cachedTokens = 0
  let completionTokens = 0
  let cost = 0
  let unpriced = 0
  let currency: string | null = null
  for (const { attempts, outcome } of ended) {
    if (outcome._tag === "Done") {
      done++
      if (outcome.truncated) truncated++
    }
    if (outcome._tag === "Failed") failed++
    calls += attempts.length
    for (const { cost: price, usage } of attempts) {
      if (usage === undefined) continue
      promptTokens += usage.promptTokens
      cachedTokens += usage.cachedTokens
      completionTokens += usage.completionTokens
      if (price === undefined) unpriced++
      else {
        cost += price.amount
        currency = price.currency
      }
    }
  }
  const inFlight = begun.length + resumed.length - ended.length
  return {
    done,
    truncated,
    failed,
    inFlight,
    calls,
    promptTokens,
    cachedTokens,
    completionTokens,
    cost,
    unpriced,
    currency
  }
}
