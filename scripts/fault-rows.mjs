/**
 * The numbered faults that the client survives: tests whose names begin with a number show that row of the list.
 * Rows 57 and 83 to 85 are about a tool loop and endpoints that the client does not have.
 */
const expected = Array.from({ length: 82 }, (_, i) => i + 1).filter((row) => row !== 57)

/** A line a row, with what shows it and whether it held, and the rows that no test shows; from vitest's JSON report. */
export const faultRows = (results) => {
  const rows = new Map(expected.map((row) => [row, { titles: [], failed: 0 }]))
  for (const { assertionResults } of results.testResults) {
    for (const { status, title } of assertionResults) {
      const numbers = /^(\d{1,2}(?:, \d{1,2})*)[.:] /.exec(title)?.[1]
      for (const number of numbers?.split(", ") ?? []) {
        const row = rows.get(Number(number))
        if (row === undefined) continue
        row.titles.push(title.slice(numbers.length + 2))
        if (status !== "passed") row.failed++
      }
    }
  }
  const missing = expected.filter((row) => rows.get(row).titles.length === 0)
  const lines = [...rows].map(([row, { failed, titles }]) => {
    const outcome = titles.length === 0 ? "NOT SHOWN" : failed > 0 ? `${failed} FAILED` : "holds"
    const shown = [...new Set(titles)]
    const more = shown.length > 1 ? ` (+${shown.length - 1})` : ""
    return `${String(row).padStart(3)}  ${outcome.padEnd(9)}  ${shown[0] ?? ""}${more}`
  })
  return { lines, missing }
}
