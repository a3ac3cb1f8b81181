/** Adds up what several requests cost. Pure. */
import type { Usage } from "./completion.js"

const plus = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : a + b

/**
 * What two requests cost together. What neither was told stays absent, never zero.
 *
 * @since 0.1.0
 * @category folding
 */
export const addUsage = (a: Usage | undefined, b: Usage | undefined): Usage | undefined => {
  if (a === undefined || b === undefined) return a ?? b
  const prompt = plus(a.prompt_tokens, b.prompt_tokens)
  const completion = plus(a.completion_tokens, b.completion_tokens)
  const total = plus(a.total_tokens, b.total_tokens)
  const cached = plus(a.prompt_tokens_details?.cached_tokens, b.prompt_tokens_details?.cached_tokens)
  const reasoning = plus(a.completion_tokens_details?.reasoning_tokens, b.completion_tokens_details?.reasoning_tokens)
  return {
    ...(prompt === undefined ? {} : { prompt_tokens: prompt }),
    ...(completion === undefined ? {} : { completion_tokens: completion }),
    ...(total === undefined ? {} : { total_tokens: total }),
    ...(cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: cached } }),
    ...(reasoning === undefined ? {} : { completion_tokens_details: { reasoning_tokens: reasoning } })
  }
}
