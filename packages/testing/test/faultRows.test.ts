/** The table of faults that `npm test` prints. */
import { describe, expect, it } from "vitest"
import { faultRows } from "../../../scripts/fault-rows.mjs"

const rowsOf = (...tests: ReadonlyArray<readonly [status: string, title: string]>) =>
  faultRows({ testResults: [{ assertionResults: tests.map(([status, title]) => ({ status, title })) }] })

const row = (number: number, { lines }: ReturnType<typeof faultRows>) =>
  lines.find((line) => line.trimStart().startsWith(`${number} `))?.trim()

describe("the table of faults", () => {
  it("tells what holds, what failed, what was skipped and what nothing shows", () => {
    const table = rowsOf(
      ["passed", "1. one"],
      ["passed", "2, 3: two rows at once"],
      ["failed", "3. again"],
      ["skipped", "16. here not"],
      ["pending", "17. here not"],
      ["passed", "17. here"],
      ["failed", "none"]
    )
    expect(row(1, table)).toBe("1  holds      one")
    expect(row(2, table)).toBe("2  holds      two rows at once")
    expect(row(3, table)).toBe("3  1 FAILED   two rows at once (+1)")
    expect(row(16, table)).toBe("16  skipped    here not")
    expect(row(17, table)).toBe("17  holds, 1 skipped  here not (+1)")
    expect(row(4, table)).toBe("4  NOT SHOWN")
    expect(table.missing).toContain(4)
    for (const shown of [1, 2, 3, 16, 17]) expect(table.missing).not.toContain(shown)
  })

  it("has the rows of the long tests for themselves", () => {
    const long = faultRows({ testResults: [{ assertionResults: [{ status: "passed", title: "28. much" }] }] }, "long")
    expect(long.missing).toEqual([27, 30])
    expect(long.outcomes).toEqual(new Map([[28, "holds"]]))
    expect(long.lines.map((line) => line.trim().slice(0, 2))).toEqual(["27", "28", "30"])
    expect(rowsOf().missing).not.toContain(28)
  })
})
