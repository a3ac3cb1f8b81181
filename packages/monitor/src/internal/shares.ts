/** What calls came to by a name: a model, or what a key is called. */
import type { CallEnd } from "@effect-zhipu/client/CallObserver"
import type { Share } from "../Snapshot.js"

interface Tally {
  calls: number
  failed: number
  inputTokens: number
  outputTokens: number
  readonly cost: Map<string, number>
}

/** @internal */
export type Shares = Map<string, Tally>

/** Names may come from whoever asks a server; what comes after so many counts as one. */
const maxNames = 100

const maxLength = 100

const named = (self: Shares, name: string): Tally => {
  const known = self.get(name)
  if (known !== undefined) return known
  if (self.size >= maxNames && name !== "other") return named(self, "other")
  const made: Tally = { calls: 0, failed: 0, inputTokens: 0, outputTokens: 0, cost: new Map() }
  self.set(name, made)
  return made
}

/** @internal */
export const increase = (map: Map<string, number>, key: string, by: number): void => {
  map.set(key, (map.get(key) ?? 0) + by)
}

/** @internal */
export const ended = (self: Shares, name: string | undefined, { cost, outcome, usage }: CallEnd): void => {
  const share = named(self, name?.slice(0, maxLength) ?? "none")
  share.calls++
  if (outcome === "failure") share.failed++
  share.inputTokens += usage?.prompt_tokens ?? 0
  share.outputTokens += usage?.completion_tokens ?? 0
  if (cost !== undefined) increase(share.cost, cost.currency, cost.amount)
}

/** @internal */
export const addTo = (self: Shares, other: Shares): void => {
  for (const [name, { calls, cost, failed, inputTokens, outputTokens }] of other) {
    const share = named(self, name)
    share.calls += calls
    share.failed += failed
    share.inputTokens += inputTokens
    share.outputTokens += outputTokens
    for (const [currency, amount] of cost) increase(share.cost, currency, amount)
  }
}

/** @internal */
export const toRecord = (self: Shares): Record<string, Share> =>
  Object.fromEntries(
    Array.from(self, ([name, { calls, cost, failed, inputTokens, outputTokens }]) => [
      name,
      { calls, failed, tokens: { input: inputTokens, output: outputTokens }, cost: Object.fromEntries(cost) }
    ])
  )
