// Generated from packages/api/src/internal/usage.ts by scripts/effect4: change that file.
/** Sums of what calls cost. */
import type { Usage } from "../../ChatCompletion.js"

const counters = ["prompt_tokens", "completion_tokens", "total_tokens"] as const

/** The sum of two usages; what neither told stays absent. @internal */
export const add = (a: Usage, b: Usage | undefined): Usage => {
  const sum: { -readonly [name in (typeof counters)[number]]?: number } = {}
  for (const name of counters) {
    const left = a[name]
    const right = b?.[name]
    if (left !== undefined || right !== undefined) sum[name] = (left ?? 0) + (right ?? 0)
  }
  return sum
}
