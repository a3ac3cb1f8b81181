// Generated from packages/api/src/internal/text.ts by scripts/effect4: change that file.
/** Cutting text into pieces of a bounded number of characters. */

/** Where a sentence may end, in Chinese and in languages with Latin punctuation. */
const ends = /[。！？!?；;\n]|\.(?=\s|$)/gu

/** Whether a cut before this index would part the two halves of a character outside the basic plane. */
const partsPair = (text: string, index: number): boolean => {
  const before = text.charCodeAt(index - 1)
  return before >= 0xd800 && before <= 0xdbff
}

/**
 * Pieces of at most `limit` UTF-16 units that make up the text again: cut after the last end of a sentence that fits,
 * after the last white space where there is none, and anywhere but within a character otherwise.
 *
 * @internal
 */
export const pieces = (text: string, limit: number): ReadonlyArray<string> => {
  const out: Array<string> = []
  let rest = text
  while (rest.length > limit) {
    const head = rest.slice(0, limit)
    const end = Array.from(head.matchAll(ends)).at(-1)
    const space = head.search(/\s\S*$/u)
    const wanted = end !== undefined ? end.index + end[0].length : space > 0 ? space + 1 : limit
    const at = partsPair(rest, wanted) ? wanted - 1 : wanted
    out.push(rest.slice(0, at))
    rest = rest.slice(at)
  }
  out.push(rest)
  return out
}
