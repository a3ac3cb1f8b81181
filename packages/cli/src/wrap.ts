/** Text that breaks between words where the terminal ends, also while it comes. Pure. */
import { graphemes, graphemeWidth, width } from "./markdown/width.js"

/** Signs that stand at no begin of a line. */
const closing = /^[，。、；：？！）》」』】”’…]$/

/** Signs that stand at no end of a line. */
const opening = /[（《「『【]$/

/** @internal */
export interface Wrapper {
  /** What can be written: all but the last word, which may go on. */
  readonly add: (text: string) => string
  /** The last word. What comes then stands in a line of its own. */
  readonly end: () => string
}

/** `hang` is where lines begin that were broken. @internal */
export const make = (columns: () => number, hang = 0): Wrapper => {
  let column = 0
  let gap = ""
  let word = ""

  const place = (): string => {
    if (word === "") return ""
    const size = width(word)
    const breaks = column > hang && column + width(gap) + size > columns()
    const before = breaks ? `\n${" ".repeat(hang)}` : gap
    column = breaks ? hang + size : column + width(gap) + size
    const placed = before + word
    gap = ""
    word = ""
    return placed
  }

  return {
    add: (text) => {
      let out = ""
      for (const grapheme of graphemes(text)) {
        if (grapheme === "\n" || grapheme === "\r\n") {
          out += `${place()}\n`
          column = 0
          gap = ""
        } else if (/^\s$/.test(grapheme)) {
          out += place()
          gap += grapheme
        } else if (opening.test(word)) {
          word += grapheme
        } else if (graphemeWidth(grapheme) === 2 && !(closing.test(grapheme) && word !== "")) {
          // Chinese breaks between any two characters.
          out += place()
          word = grapheme
        } else {
          if (word !== "" && graphemeWidth(word.at(-1) ?? "") === 2 && !closing.test(grapheme)) out += place()
          word += grapheme
        }
      }
      return out
    },
    end: () => {
      const placed = place()
      column = 0
      gap = ""
      return placed
    }
  }
}

/** Where the second column of a line of a table begins; 0 where it has none. */
const secondColumn = (line: string): number => {
  const [first] = /^\S.*? {2,}(?=\S)/.exec(line) ?? []
  return first === undefined ? 0 : width(first)
}

/** One line as several; what belongs to the second column of a table stays below it. @internal */
export const wrapLine = (line: string, columns: number): string => {
  // With colours its width is another; such lines are short.
  if (line.includes("\u001b") || width(line) <= columns) return line
  const hang = secondColumn(line)
  const wrapper = make(() => columns, hang < columns / 2 ? hang : 0)
  return wrapper.add(line) + wrapper.end()
}
