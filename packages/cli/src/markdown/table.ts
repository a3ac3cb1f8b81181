/** Tables, aligned by what the terminal shows. Pure. */
import type { Tokens } from "marked"
import { inline } from "./inline.js"
import { type Line, reachOf, span, styles, widthOf, wrap } from "./line.js"

/** The narrowest column: below it words are cut to pieces, and a list is easier to read. */
const narrowest = 6

/** @internal */
export const table = (
  token: Tokens.Table,
  options: { readonly width: number; readonly color: boolean }
): ReadonlyArray<Line> => {
  const cells = (row: ReadonlyArray<Tokens.TableCell>, style: string) =>
    row.map((cell) => inline(cell.tokens, options.color, style).lines)
  const header = cells(token.header, styles.bold)
  const rows = token.rows.map((row) => cells(row, ""))
  const natural = header.map((_, i) =>
    Math.max(1, ...[header, ...rows].flatMap((row) => (row[i] ?? []).map((line) => reachOf(trimmed(line)))))
  )
  const widths = fitted(natural, options.width - 3 * (natural.length - 1))
  if (widths === undefined) return listed(header, rows, options.width)

  const laid = (row: ReadonlyArray<ReadonlyArray<Line>>): ReadonlyArray<Line> => {
    const wrapped = widths.map((width, i) => (row[i] ?? []).flatMap((line) => wrap(line, width, true)))
    const height = Math.max(1, ...wrapped.map((lines) => lines.length))
    return Array.from({ length: height }, (_, y) =>
      widths.flatMap((width, i) => [
        ...(i === 0 ? [] : [span(" │ ", styles.dim)]),
        ...aligned(wrapped[i]?.[y] ?? [], width, token.align[i] ?? "left")
      ])
    )
  }
  const rule: Line = [span(widths.map((width) => "─".repeat(width)).join("─┼─"), styles.dim)]
  const body = rows.map(laid)
  // Where rows take several lines, only a rule tells where one ends.
  const isTall = body.some((lines) => lines.length > 1)
  return [...laid(header), rule, ...body.flatMap((lines, i) => (isTall && i > 0 ? [rule, ...lines] : lines))]
}

const trimmed = (line: Line): Line => wrap(line, Number.POSITIVE_INFINITY)[0] ?? []

const aligned = (line: Line, width: number, align: "left" | "right" | "center"): Line => {
  const free = Math.max(0, width - widthOf(line))
  const left = align === "right" ? free : align === "center" ? Math.floor(free / 2) : 0
  return [span(" ".repeat(left)), ...line, span(" ".repeat(free - left))]
}

/** The widest give way until all fit. */
const fitted = (natural: ReadonlyArray<number>, room: number): ReadonlyArray<number> | undefined => {
  const sum = (widths: ReadonlyArray<number>) => widths.reduce((a, b) => a + b, 0)
  if (sum(natural) <= room) return natural
  for (let cap = room; cap >= narrowest; cap--) {
    const widths = natural.map((width) => Math.min(width, cap))
    const rest = room - sum(widths)
    if (rest < 0) continue
    // What the cap leaves over goes to the first that it cut.
    let left = rest
    return widths.map((width, i) => {
      const more = Math.min(left, (natural[i] ?? width) - width)
      left -= more
      return width + more
    })
  }
  return undefined
}

/** A row as lines of `header: cell`, where the columns do not fit beside each other. */
const listed = (
  header: ReadonlyArray<ReadonlyArray<Line>>,
  rows: ReadonlyArray<ReadonlyArray<ReadonlyArray<Line>>>,
  width: number
): ReadonlyArray<Line> => {
  const flat = (cell: ReadonlyArray<Line> | undefined): Line =>
    (cell ?? []).flatMap((line, i) => (i === 0 ? line : [span(" "), ...line]))
  const lines = (cells: ReadonlyArray<Line>) => cells.flatMap((cell) => wrap(cell, width, true))
  if (rows.length === 0) return lines(header.map(flat))
  return rows.flatMap((row, i) => [
    ...(i === 0 ? [] : [[]]),
    ...lines(row.map((cell, column) => [...flat(header[column]), span(": "), ...flat(cell)]))
  ])
}
