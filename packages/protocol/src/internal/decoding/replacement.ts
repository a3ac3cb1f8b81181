/** Tells bytes that are no UTF-8, which a `TextDecoder` replaces by U+FFFD, from a U+FFFD that was sent. Pure. */

/** U+FFFD in the text is a replacement unless the bytes spell it out (EF BF BD), maybe begun in the reads before. @internal */
export const hasReplacement = (text: string, lastTwo: ReadonlyArray<number>, chunk: Uint8Array): boolean => {
  let characters = 0
  for (let i = text.indexOf("\uFFFD"); i !== -1; i = text.indexOf("\uFFFD", i + 1)) characters++
  const at = (i: number): number | undefined => (i < 0 ? lastTwo[lastTwo.length + i] : chunk[i])
  let spelled = 0
  for (let i = 0; i < chunk.length; i++) {
    if (at(i) === 0xbd && at(i - 1) === 0xbf && at(i - 2) === 0xef) spelled++
  }
  return characters > spelled
}

/** What `hasReplacement` needs to know of the reads before. @internal */
export const lastTwoBytes = (lastTwo: ReadonlyArray<number>, chunk: Uint8Array): ReadonlyArray<number> => {
  const { length } = chunk
  return length >= 2 ? [chunk[length - 2] ?? 0, chunk[length - 1] ?? 0] : [...lastTwo, ...chunk].slice(-2)
}
