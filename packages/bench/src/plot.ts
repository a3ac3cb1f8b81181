/** Bars as a small SVG that reads on light and dark backgrounds alike. */
import { format } from "./statistics.js"
import type { Table } from "./table.js"

const width = 720
const labelWidth = 150
const valueWidth = 130
const barHeight = 16
const rowHeight = 24
const headHeight = 34

const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

/**
 * One section for each table: the median of the ratio as a bar, its spread as a line over it. The scale is logarithmic
 * where the bars differ by more than a factor of 12, and says so.
 */
export const toSvg = (title: string, tables: ReadonlyArray<Table>): string => {
  const shown = tables
    .map((table) => ({ ...table, rows: table.rows.filter(({ ratio }) => ratio !== undefined) }))
    .filter(({ rows }) => rows.length > 0)
  const height = shown.reduce((sum, { rows }) => sum + headHeight + rows.length * rowHeight, 0) + 12
  const parts: Array<string> = []
  let y = 0
  for (const table of shown) {
    const scale = scaleOf(table)
    parts.push(
      `<text class="head" x="0" y="${y + 22}">${escape(table.title)}, ratio to ${escape(table.rows[0]?.name ?? "")}${scale.isLogarithmic ? " (logarithmic)" : ""}</text>`
    )
    y += headHeight
    const one = labelWidth + scale.of(1)
    for (const { name, ratio, value } of table.rows) {
      if (ratio === undefined) continue
      const length = Math.max(1, scale.of(ratio.median))
      const middle = y + barHeight / 2
      parts.push(
        `<text x="0" y="${middle + 4}">${escape(name)}</text>`,
        `<rect class="${name.startsWith("ours") || name.endsWith("ours") ? "ours" : "bar"}" x="${labelWidth}" y="${y}" width="${round(length)}" height="${barHeight}" rx="2"/>`,
        `<line class="spread" x1="${round(labelWidth + scale.of(ratio.min))}" x2="${round(labelWidth + scale.of(ratio.max))}" y1="${middle}" y2="${middle}"/>`,
        `<text x="${round(labelWidth + Math.max(length, scale.of(ratio.max)) + 6)}" y="${middle + 4}">${format(ratio.median)}${value === undefined ? "" : ` · ${format(value.median)} ${escape(table.unit)}`}</text>`
      )
      y += rowHeight
    }
    const top = y - table.rows.length * rowHeight - 4
    parts.push(`<line class="one" x1="${round(one)}" x2="${round(one)}" y1="${top}" y2="${y - 4}"/>`)
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}">
<style>
text { font: 12px system-ui, sans-serif; fill: #57606a }
.head { font-weight: 600 }
.bar { fill: #8c959f }
.ours { fill: #2f81f7 }
.spread { stroke: #d29922; stroke-width: 2 }
.one { stroke: #8c959f; stroke-dasharray: 3 3 }
@media (prefers-color-scheme: dark) { text { fill: #adbac7 } .bar { fill: #6e7681 } }
</style>
${parts.join("\n")}
</svg>
`
}

interface Scale {
  readonly isLogarithmic: boolean
  readonly of: (value: number) => number
}

const scaleOf = (table: Table): Scale => {
  const room = width - labelWidth - valueWidth
  const values = table.rows.flatMap(({ ratio }) => (ratio === undefined ? [] : [ratio.min, ratio.max]))
  const largest = Math.max(1, ...values)
  const smallest = Math.min(1, ...values)
  if (largest / smallest <= 12) return { isLogarithmic: false, of: (value) => (value / largest) * room }
  // The shortest bar keeps a little length.
  const from = Math.log(smallest / 1.5)
  const to = Math.log(largest)
  return { isLogarithmic: true, of: (value) => ((Math.log(value) - from) / (to - from)) * room }
}

const round = (value: number): string => value.toFixed(1)
