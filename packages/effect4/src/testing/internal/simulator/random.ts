// Generated from packages/testing/src/internal/simulator/random.ts by scripts/effect4: change that file.
/**
 * Randomness that depends on a seed and nothing else, so that the same request gets the same answer everywhere.
 */
import { createHash } from "node:crypto"

/** @internal */
export interface Random {
  /** From 0 to below 1. */
  readonly next: () => number
  /** A whole number from 0 to below `bound`. */
  readonly below: (bound: number) => number
  readonly pick: <A>(items: readonly [A, ...Array<A>]) => A
  readonly hex: (digits: number) => string
}

/** @internal */
export const digest = (text: string): string => createHash("sha256").update(text).digest("hex")

/** @internal */
export const make = (seed: string): Random => {
  let state = Number.parseInt(digest(seed).slice(0, 8), 16)
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = (bound: number) => Math.floor(next() * bound)
  return {
    next,
    below,
    pick: (items) => items[below(items.length)] ?? items[0],
    hex: (digits) => Array.from({ length: digits }, () => below(16).toString(16)).join("")
  }
}
