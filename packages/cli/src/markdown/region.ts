/** The last lines on a terminal, which can be drawn again in place. Pure. */
import { type Line, paint, textOf } from "./line.js"
import { extent, graphemes } from "./width.js"

/** @internal */
export interface Size {
  readonly columns: number
  readonly rows: number
}

/** @internal */
export interface Region {
  /** What to write so that `settled` stays on the screen, and `tail` below it until the next time. */
  readonly draw: (settled: ReadonlyArray<Line>, tail: ReadonlyArray<Line>, size: Size) => string
  /** What to write so that nothing of the tail is left; the cursor then stands in the first column. */
  readonly erase: (size: Size) => string
  /** Whether a tail was taken away and is still to be drawn again. */
  readonly isErased: () => boolean
  /** What stands before the cursor in its line. */
  readonly line: () => string
}

/** @internal */
export const make = (color: boolean): Region => {
  /** What stands there, and its lines without colours. The cursor is behind it. */
  let shown = ""
  let lines: ReadonlyArray<string> = []
  let erased = false

  const away = ({ columns }: Size): string => {
    if (lines.length === 0) return ""
    const rows = lines.reduce((sum, line) => sum + extent(line, columns).rows, 0)
    // Row by row: of a screen that is erased from its first column to its end, tmux keeps a copy in its history.
    return `\r\u001b[K${"\u001b[A\u001b[K".repeat(rows - 1)}`
  }

  return {
    draw: (settled, tail, size) => {
      const visible = clipped(tail, size)
      erased = false
      const text = [
        ...settled.map((line) => `${paint(line, color)}\n`),
        visible.map((line) => paint(line, color)).join("\n")
      ].join("")
      // What is only longer than before is written on: nothing flickers.
      const update = text.startsWith(shown) ? text.slice(shown.length) : away(size) + text
      lines = visible.map((line) => (color ? textOf(line) : textOf(line).trimEnd()))
      shown = visible.length === 0 ? "" : visible.map((line) => paint(line, color)).join("\n")
      return update
    },
    erase: (size) => {
      const text = away(size)
      if (lines.length > 0) erased = true
      shown = ""
      lines = []
      return text
    },
    isErased: () => erased,
    line: () => lines.at(-1) ?? ""
  }
}

/**
 * The last lines that fit on the screen: what has left it could not be drawn again, nor taken away. All of it is printed
 * when it is settled. A row is kept free for the progress line.
 */
const clipped = (tail: ReadonlyArray<Line>, { columns, rows }: Size): ReadonlyArray<Line> => {
  const room = Math.max(1, rows - 2)
  const visible: Array<Line> = []
  let used = 0
  for (const line of tail.toReversed()) {
    const height = extent(textOf(line), columns).rows
    if (used + height > room) {
      if (visible.length === 0) return [[{ text: lastPart(textOf(line), columns * room), style: "" }]]
      break
    }
    used += height
    visible.unshift(line)
  }
  return visible
}

const lastPart = (text: string, count: number): string =>
  graphemes(text)
    .slice(-Math.floor(count / 2))
    .join("")
