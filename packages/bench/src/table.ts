/** The standings of a race as rows with medians and spreads. */
import { keyOf, type Metric, type Standing } from "./race.js"
import { format, median, ratios, type Summary, summarize } from "./statistics.js"

export interface Row {
  readonly name: string
  readonly note: string | undefined
  readonly value: Summary | undefined
  /** To the first entrant, round by round. */
  readonly ratio: Summary | undefined
  readonly failed: boolean
}

export interface Table {
  /** What tells it from the other tables of its scenario. */
  readonly title: string
  readonly unit: string
  readonly rows: ReadonlyArray<Row>
}

export const labelsOf = (standings: ReadonlyArray<Standing>): ReadonlyArray<string> => [
  ...new Set(standings.flatMap(({ entrant }) => entrant.legs.map(({ label }) => label)))
]

export const tablesOf = (standings: ReadonlyArray<Standing>, metrics: ReadonlyArray<Metric>): ReadonlyArray<Table> =>
  labelsOf(standings).flatMap((label) =>
    metrics.map((metric) => {
      const key = keyOf(label, metric.name)
      const bases = standings[0]?.samples.get(key) ?? []
      return {
        title: label === "" ? metric.name : `${metric.name}, ${label}`,
        unit: metric.unit,
        rows: standings
          .filter(({ entrant }) => entrant.legs.some((leg) => leg.label === label))
          .map(({ entrant, failure, samples }): Row => {
            const values = samples.get(key) ?? []
            return {
              name: entrant.name,
              note: entrant.note,
              value: summarize(values.filter((value) => value !== undefined)),
              ratio: summarize(ratios(values, bases)),
              failed: failure !== undefined
            }
          })
      }
    })
  )

/** For each entrant, what a unit costs at the largest size as a multiple of what it costs at the smallest. */
export const growthOf = (standings: ReadonlyArray<Standing>, metric: Metric): ReadonlyArray<string> =>
  standings.flatMap(({ entrant, samples }) => {
    const [smallest, ...others] = entrant.legs
    const largest = others.at(-1)
    if (smallest === undefined || largest === undefined) return []
    const medianOf = (label: string): number =>
      median((samples.get(keyOf(label, metric.name)) ?? []).filter((value) => value !== undefined))
    const factor = medianOf(largest.label) / medianOf(smallest.label)
    return [`${entrant.name} ${format(factor)} (${smallest.label} to ${largest.label})`]
  })

const spread = (summary: Summary): string => `${format(summary.min)}–${format(summary.max)}`

/** A Markdown table, its columns padded so that it reads well in a terminal too. */
export const toMarkdown = (table: Table): string => {
  const hasNotes = table.rows.some(({ failed, note }) => failed || note !== undefined)
  const header = ["", `${table.title}, ${table.unit}`, "ratio, median", "ratio, min–max", ...(hasNotes ? [""] : [])]
  const rows = table.rows.map(({ failed, name, note, ratio, value }) => [
    name,
    value === undefined ? "–" : format(value.median),
    ratio === undefined ? "–" : format(ratio.median),
    ratio === undefined ? "–" : spread(ratio),
    ...(hasNotes ? [failed ? "failed" : (note ?? "")] : [])
  ])
  const widths = header.map((_, column) => Math.max(3, ...[header, ...rows].map((row) => row[column]?.length ?? 0)))
  const line = (cells: ReadonlyArray<string>): string =>
    `| ${cells.map((cell, i) => (i === 0 || i === 4 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(" | ")} |`
  const rule = `| ${widths.map((width, i) => (i === 0 || i === 4 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`
  return [line(header), rule, ...rows.map(line)].join("\n")
}
