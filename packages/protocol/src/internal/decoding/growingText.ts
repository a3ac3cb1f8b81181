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
 * So many characters are copied at a time. Short pieces take several times as much memory as the text that they are. Smaller
 * copies also keep English text at one byte a character where some Chinese character or typographic quotation mark stands
 * far from it: a string has one width for all that is in it.
 */
const copiedAt = 16_384

/** A piece so long is kept as it is: what a text and its place among others take beside its characters is a twentieth of it. */
const sharedFrom = 1024

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
  if (piece.length >= sharedFrom) {
    settle(text)
    return add(text, piece)
  }
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
  if (text.recentLength === 0) return
  add(text, text.recent.join(""))
  text.recent = []
  text.recentLength = 0
}

const add = (text: GrowingText, more: string): void => {
  text.isFull ||= text.whole.length + more.length > text.maxLength
  if (!text.isFull) text.whole += more
}
