/**
 * Finds fields of a request that are probably misspelt: the service ignores what it does not know, so a misspelt
 * `max_tokens` costs money and nobody is told. Pure.
 */

/** Every field of `ChatRequest`; a test holds the two equal. @internal */
export const requestFields = [
  "model",
  "messages",
  "stream",
  "thinking",
  "reasoning_effort",
  "do_sample",
  "temperature",
  "top_p",
  "max_tokens",
  "tools",
  "tool_choice",
  "tool_stream",
  "stop",
  "response_format",
  "request_id",
  "user_id",
  "seed",
  "stream_options",
  "meta",
  "sensitive_word_check",
  "watermark_enabled",
  "extra",
  "extra_body"
] as const

const known: ReadonlySet<string> = new Set(requestFields)

/** Fields of other servers that speak the same protocol, each one letter away from a field of the service. */
const ofOtherServers: ReadonlySet<string> = new Set(["topk", "topa", "models"])

/**
 * The field that an unknown one was probably meant to be: it differs by one letter, or by how words are joined
 * (`maxTokens`, `max-token`).
 *
 * @internal
 */
export const meantBy = (field: string): string | undefined => {
  if (known.has(field) || field.length > 40) return undefined
  const letters = lettersOf(field)
  if (letters.length < 4 || ofOtherServers.has(letters)) return undefined
  return requestFields.find((other) => isNear(letters, lettersOf(other)))
}

const lettersOf = (field: string): string => field.toLowerCase().replace(/[_\-\s]/g, "")

/** Whether the words are the same, but for one letter that is another, missing or too many, or two that changed places. */
const isNear = (a: string, b: string): boolean => {
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const left = a.slice(start, a.length - end)
  const right = b.slice(start, b.length - end)
  if (left.length <= 1 && right.length <= 1) return true
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]
}
