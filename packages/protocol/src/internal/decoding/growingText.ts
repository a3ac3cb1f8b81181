/** A long text that comes in small pieces, kept without what the pieces were cut from. */

/** @internal */
export interface GrowingText {
  /** What was copied already. */
  whole: string
  /** What came since then. */
  recent: Array<string>
  recentLength: number
  /** It has come to its longest: what comes after that is not kept. */
  isFull: boolean
  readonly maxLength: number
}

/** V8 has no texts of more than 2^29 - 24 characters, and no other engine is below that. @internal */
export const maxTextLength = 500_000_000

/**
 * So many characters are copied at a time. A piece that was cut out of a frame keeps the whole network read in memory that
 * the frame came in, which may be ten times as long. Smaller copies also keep English text at one byte a character where
 * some Chinese character or typographic quotation mark stands far from it: a string has one width for all that is in it.
 */
const copiedAt = 16_384

/** @internal */
export const makeGrowingText = (maxLength: number): GrowingText => ({
  whole: "",
  recent: [],
  recentLength: 0,
  isFull: false,
  maxLength
})

/** Hot: once an event. @internal */
export const append = (text: GrowingText, piece: string): void => {
  text.recent.push(piece)
  text.recentLength += piece.length
  if (text.recentLength >= copiedAt) settle(text)
}

/** @internal */
export const lengthOf = ({ recentLength, whole }: GrowingText): number => whole.length + recentLength

/** All that came so far. @internal */
export const textOf = (text: GrowingText): string => {
  settle(text)
  return text.whole
}

/** `join` makes a new string, where `+` would keep the pieces. Adding up the copies does not copy them again. */
const settle = (text: GrowingText): void => {
  text.isFull ||= text.whole.length + text.recentLength > text.maxLength
  if (!text.isFull) text.whole += text.recent.join("")
  text.recent = []
  text.recentLength = 0
}
