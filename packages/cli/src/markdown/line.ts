/** Lines of styled text: how they are wrapped, and how they are written to a terminal. Pure. */
import { harmless } from "../text.js"
import { graphemeReach, graphemes, graphemeWidth, width } from "./width.js"

/** Text in one style: parameters of the terminal's SGR sequence, `1;3`, or nothing. @internal */
export interface Span {
  readonly text: string
  readonly style: string
}

/** @internal */
export type Line = ReadonlyArray<Span>

/** @internal */
export const styles = { bold: "1", dim: "2", italic: "3", underline: "4", strike: "9", code: "36" } as const

/** What a character reference stands for may be a control character, which no text around it could hold. @internal */
export const span = (text: string, style = ""): Span => ({ text: harmless(text), style })

/** @internal */
export const textOf = (line: Line): string => line.map(({ text }) => text).join("")

/** @internal */
export const widthOf = (line: Line): number => line.reduce((sum, { text }) => sum + width(text), 0)

/** As `widthOf`, by the terminal that makes most of it. @internal */
export const reachOf = (line: Line): number =>
  line.reduce((sum, { text }) => graphemes(text).reduce((sum, grapheme) => sum + graphemeReach(grapheme), sum), 0)

/** As it is written: each line ends in no style, so that nothing that comes between is coloured. @internal */
export const paint = (line: Line, color: boolean): string => {
  if (!color) return textOf(line).trimEnd()
  let painted = ""
  let style = ""
  for (const part of line) {
    if (part.text === "") continue
    if (part.style !== style) {
      if (style !== "") painted += "\u001b[0m"
      if (part.style !== "") painted += `\u001b[${part.style}m`
      style = part.style
    }
    painted += part.text
  }
  return style === "" ? painted : `${painted}\u001b[0m`
}

interface Cell {
  readonly text: string
  /** At the most: what is wrapped must not be wrapped again by the terminal. */
  readonly width: number
  /** Whether a line may be broken beside it. */
  readonly wide: boolean
  readonly style: string
}

// What may not begin a line, and what may not end one, in Chinese and Japanese.
const closing = /^[、。，．：；？！）］｝〕〉》」』】〗〙〛〞…‥—～·ー”’%‰℃,.:;?!)\]}]/u
const opening = /^[（［｛〔〈《「『【〖〘〚〝“‘([{]$/u

/** Cells that stay together. */
interface Word {
  readonly cells: Array<Cell>
  width: number
}

const words = (
  line: Line
): { readonly words: ReadonlyArray<Word>; readonly gaps: ReadonlyArray<ReadonlyArray<Cell>> } => {
  const found: Array<Word> = []
  const gaps: Array<Array<Cell>> = []
  let gap: Array<Cell> = []
  let glued = false
  for (const { style, text } of line) {
    for (const grapheme of graphemes(text)) {
      if (grapheme === " " || grapheme === "\t" || grapheme === "\n") {
        gap.push({ text: " ", width: 1, wide: false, style })
        glued = false
        continue
      }
      const cell = { text: grapheme, width: graphemeReach(grapheme), wide: graphemeWidth(grapheme) === 2, style }
      const last = found.at(-1)
      const before = last?.cells.at(-1)
      const apart =
        last === undefined ||
        before === undefined ||
        gap.length > 0 ||
        (!glued && (cell.wide || before.wide) && !closing.test(grapheme))
      if (apart) {
        found.push({ cells: [cell], width: cell.width })
        gaps.push(gap)
        gap = []
      } else {
        last.cells.push(cell)
        last.width += cell.width
      }
      glued = opening.test(grapheme)
    }
  }
  return { words: found, gaps }
}

const joined = (cells: ReadonlyArray<Cell>): Line => {
  const spans: Array<{ text: string; readonly style: string }> = []
  for (const { style, text } of cells) {
    const last = spans.at(-1)
    if (last !== undefined && last.style === style) last.text += text
    else spans.push({ text, style })
  }
  return spans
}

const split = (word: Word, max: number): ReadonlyArray<Word> => {
  const parts: Array<Word> = []
  for (const cell of word.cells) {
    const last = parts.at(-1)
    if (last === undefined || last.width + cell.width > max) parts.push({ cells: [cell], width: cell.width })
    else {
      last.cells.push(cell)
      last.width += cell.width
    }
  }
  return parts
}

/**
 * In lines no wider than `max`. A word that is wider stands alone, whole, so that an address can be copied; with `force`
 * it is cut.
 *
 * @internal
 */
export const wrap = (line: Line, max: number, force = false): ReadonlyArray<Line> => {
  const lines: Array<Line> = []
  let cells: Array<Cell> = []
  let used = 0
  const { gaps, words: all } = words(line)
  all.forEach((word, i) => {
    const gap = gaps[i] ?? []
    if (used > 0 && used + gap.length + word.width <= max) {
      cells.push(...gap, ...word.cells)
      used += gap.length + word.width
      return
    }
    if (cells.length > 0) lines.push(joined(cells))
    const parts = force && word.width > max ? split(word, max) : [word]
    for (const part of parts.slice(0, -1)) lines.push(joined(part.cells))
    const last = parts.at(-1) ?? word
    cells = [...last.cells]
    used = last.width
  })
  lines.push(joined(cells))
  return lines
}
