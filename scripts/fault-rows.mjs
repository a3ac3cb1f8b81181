/**
 * The numbered faults that the client survives: tests whose names begin with a number show that row of the list.
 */
const all = Array.from({ length: 85 }, (_, i) => i + 1)

/** What takes megabytes is shown by the long tests alone. */
const onlyLong = [27, 28, 30]

const expected = { short: all.filter((row) => !onlyLong.includes(row)), long: onlyLong }

/** Holds where all that ran passed; what was skipped is told, and is no failure. */
const outcomeOf = ({ failed, passed, skipped }) => {
  if (failed > 0) return `${failed} FAILED`
  if (passed === 0) return skipped === 0 ? "NOT SHOWN" : "skipped"
  return skipped === 0 ? "holds" : `holds, ${skipped} skipped`
}

/**
 * A line a row, with what shows it and whether it held, and the rows that no test shows; from vitest's JSON report of the tests
 * of this kind, `short` or `long`.
 */
export const faultRows = (results, which = "short") => {
  const rows = new Map()
  for (const { assertionResults } of results.testResults) {
    for (const { status, title } of assertionResults) {
      const numbers = /^(\d{1,2}(?:, \d{1,2})*)[.:] /.exec(title)?.[1]
      for (const number of numbers?.split(", ") ?? []) {
        if (!all.includes(Number(number))) continue
        const row = rows.get(Number(number)) ?? { titles: new Set(), failed: 0, passed: 0, skipped: 0 }
        rows.set(Number(number), row)
        row.titles.add(title.slice(numbers.length + 2))
        row[status === "passed" || status === "failed" ? status : "skipped"]++
      }
    }
  }
  const missing = expected[which].filter((row) => !rows.has(row))
  const lines = all
    .filter((row) => rows.has(row) || expected[which].includes(row))
    .map((row) => {
      const found = rows.get(row) ?? { titles: new Set(), failed: 0, passed: 0, skipped: 0 }
      const [first = "", ...more] = found.titles
      const others = more.length > 0 ? ` (+${more.length})` : ""
      return `${String(row).padStart(3)}  ${outcomeOf(found).padEnd(9)}  ${first}${others}`
    })
  const outcomes = new Map([...rows].map(([row, found]) => [row, outcomeOf(found)]))
  return { lines, missing, outcomes }
}
