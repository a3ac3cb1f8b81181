/** A call that was made for an item, as its row. */
import { maybeNumber, maybeText, number, type Row, text } from "./columns.js"
import type { Attempt } from "./rows.js"

/** @internal */
export const attemptRow = (item: number, attempt: Attempt) => ({
  item,
  started_at: attempt.startedAt ?? null,
  ended_at: attempt.endedAt ?? null,
  tag: attempt.tag ?? null,
  request_id: attempt.requestId ?? null,
  prompt_tokens: attempt.usage?.promptTokens ?? null,
  cached_tokens: attempt.usage?.cachedTokens ?? null,
  completion_tokens: attempt.usage?.completionTokens ?? null,
  cost: attempt.cost?.amount ?? null,
  currency: attempt.cost?.currency ?? null
})

/** @internal */
export const attemptOf = (row: Row): Attempt => {
  const amount = maybeNumber(row["cost"])
  return {
    startedAt: maybeNumber(row["started_at"]),
    endedAt: maybeNumber(row["ended_at"]),
    tag: maybeText(row["tag"]),
    requestId: maybeText(row["request_id"]),
    usage:
      row["prompt_tokens"] === null
        ? undefined
        : {
            promptTokens: number(row["prompt_tokens"]),
            cachedTokens: number(row["cached_tokens"]),
            completionTokens: number(row["completion_tokens"])
          },
    cost: amount === undefined ? undefined : { amount, currency: text(row["currency"]) }
  }
}
