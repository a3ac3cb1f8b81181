/** A terminal, as far as the command makes use of one: what a person sees after some output. */
/* eslint-disable no-control-regex -- they are what steers a terminal */
import { graphemes, graphemeWidth } from "../../src/markdown/width.js"

export interface Screen {
  readonly write: (text: string) => void
  /** All lines that were ever scrolled away, and those of the screen, without blank ones at the end. */
  readonly lines: () => ReadonlyArray<string>
  /** Whether a style is still in force. */
  readonly isStyled: () => boolean
  /** What was not understood. */
  readonly unknown: ReadonlyArray<string>
}

/** `widthOf` is what this terminal makes of a grapheme: they differ. */
export const make = (columns = 80, rows = 24, widthOf: (grapheme: string) => number = graphemeWidth): Screen => {
  let cells: Array<Array<string>> = [[]]
  let top = 0
  let y = 0
  let x = 0
  let saved = { x: 0, y: 0 }
  let styled = false
  const unknown: Array<string> = []

  const down = (): void => {
    y++
    while (cells.length <= y) cells.push([])
    top = Math.max(top, y - rows + 1)
  }

  const put = (grapheme: string): void => {
    const width = widthOf(grapheme)
    if (x + width > columns) {
      down()
      x = 0
    }
    const row = (cells[y] ??= [])
    while (row.length < x) row.push(" ")
    row.splice(x, width, grapheme, ...Array.from({ length: Math.max(0, width - 1) }, () => ""))
    x += width
  }

  const escape = (sequence: string): void => {
    const match = /^\u001b\[(\d*)([A-Za-z])$/.exec(sequence)
    const count = Number(match?.[1] || 1)
    if (sequence === "\u001bD") down()
    else if (sequence === "\u001b7") saved = { x, y: y - top }
    else if (sequence === "\u001b8") {
      x = saved.x
      y = saved.y + top
    } else if (/^\u001b\[[\d;]*m$/.test(sequence)) styled = sequence !== "\u001b[0m"
    else if (match?.[2] === "A") y = Math.max(top, y - count)
    else if (match?.[2] === "B") y = Math.min(top + rows - 1, cells.length - 1, y + count)
    else if (match?.[2] === "K") cells[y]?.splice(x)
    else if (match?.[2] === "J") {
      // As tmux does: a screen that is erased as a whole goes to the history.
      if (x === 0 && y === top) {
        top = cells.length
        y = cells.push([]) - 1
        return
      }
      cells[y]?.splice(x)
      cells = cells.slice(0, y + 1)
    } else unknown.push(sequence)
  }

  return {
    write: (text) => {
      for (const part of text.match(/\u001b(?:\[[\d;?]*[A-Za-z]|[78D]|.?)|[^\u001b]+/gsu) ?? []) {
        if (part.startsWith("\u001b")) {
          escape(part)
          continue
        }
        for (const grapheme of graphemes(part)) {
          if (grapheme === "\n" || grapheme === "\r\n") {
            down()
            x = 0
          } else if (grapheme === "\r") x = 0
          else if (grapheme === "\t") x = Math.min(columns - 1, x - (x % 8) + 8)
          else put(grapheme)
        }
      }
    },
    lines: () => {
      const all = cells.map((row) =>
        Array.from(row, (cell) => cell ?? " ")
          .join("")
          .trimEnd()
      )
      while (all.at(-1) === "") all.pop()
      return all
    },
    isStyled: () => styled,
    unknown
  }
}
