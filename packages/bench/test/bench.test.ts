/** The benchmark runs, and every consumer understands what the server sends. Nothing here looks at times. */
import { beforeAll, describe, expect, it } from "vitest"
import { compiled } from "../../../scripts/built.mjs"
import { allFields, digest } from "../src/answer.js"
import { Reader } from "../src/consumers/reader.js"
import { answerOf, framesOf, pathOf, type Shape, shapeOf } from "../src/frames.js"
import { toSvg } from "../src/plot.js"
import type { Standing } from "../src/race.js"
import { format, median, ratios, summarize } from "../src/statistics.js"
import { growthOf, tablesOf, toMarkdown } from "../src/table.js"
import { bench } from "./support/bench.js"

beforeAll(() => compiled("bench"), 120_000)

describe("the command", () => {
  it("runs every consumer, checks its answers and prints tables", async () => {
    const { code, stderr, stdout } = await bench("--tiny", "--only", "burst,json,jwt")
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    const rows = stdout.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| --"))
    const names = rows.map((row) => row.split("|")[1]?.trim())
    const ours = ["ours-fetch", "ours-promise", "ours-undici", "ours-node", "ours-fold", "ours-monitor", "ours-ai"]
    const effect4 = ["effect4-fetch", "effect4-node", "effect4-fold"]
    for (const name of ["floor", "floor-undici", ...ours, ...effect4, "openai", "ai"]) {
      expect(names.filter((other) => other === name)).toHaveLength(2)
    }
    expect(names).toContain("effect-ai-openai")
    expect(names).toEqual(expect.arrayContaining(["jwt-by-hand", "jwt-cached", "jwt-signed-anew"]))
    expect(stdout).not.toContain("failed")
    expect(stdout).toMatch(/^\| burst \| CPU per chunk \| effect4-node \| floor \| <= 0\.40 \| /m)
  }, 120_000)

  it("refuses what it does not know", async () => {
    const { code, stderr } = await bench("--only", "nothing")
    expect(code).toBe(2)
    expect(stderr).toContain('There is no "nothing". There are burst,')
  })
})

describe("frames", () => {
  const shapes: ReadonlyArray<Shape> = [
    { mode: "burst", kind: "mixed", chunks: 5 },
    { mode: "paced", kind: "mixed", chunks: 60 },
    { mode: "burst", kind: "prose", chunks: 60 },
    { mode: "burst", kind: "tools", chunks: 11 }
  ]

  it("have so many events, of the size of the service's", () => {
    for (const shape of shapes) {
      const frames = framesOf(shape)
      expect(frames).toHaveLength(shape.chunks + 1)
      expect(frames.at(-1)).toBe("data: [DONE]\n\n")
      expect(frames[0]?.length).toBeGreaterThan(150)
    }
  })

  it("hold the answer, wherever they are cut", () => {
    for (const shape of shapes) {
      const bytes = Buffer.from(framesOf(shape).join(""))
      for (const size of [1, 7, 100_000]) {
        const reader = new Reader()
        for (let from = 0; from < bytes.length; from += size) reader.feed(bytes.subarray(from, from + size))
        expect(reader.answer()).toEqual(answerOf(shape))
      }
    }
  })

  it("are asked for by path", () => {
    for (const shape of shapes) expect(shapeOf(`${pathOf(shape)}/chat/completions`)).toEqual(shape)
    expect(shapeOf("/burst/mixed/x/chat/completions")).toBeUndefined()
  })
})

describe("digests", () => {
  const answer = answerOf({ mode: "burst", kind: "mixed", chunks: 60 })

  it("change with every field that is looked at, and with no other", () => {
    for (const field of allFields) {
      const other = { ...answer, [field]: "other" }
      expect(digest(other, allFields)).not.toBe(digest(answer, allFields))
      const without = allFields.filter((name) => name !== field)
      expect(digest(other, without)).toBe(digest(answer, without))
    }
  })
})

describe("statistics", () => {
  it("median", () => {
    expect(median([3])).toBe(3)
    expect(median([10, 1, 2])).toBe(2)
    expect(median([4, 1, 3, 2])).toBe(2.5)
    expect(median([])).toBeNaN()
  })

  it("summaries", () => {
    expect(summarize([2, 9, 1])).toEqual({ median: 2, min: 1, max: 9, count: 3 })
    expect(summarize([])).toBeUndefined()
  })

  it("ratios are those of the same round", () => {
    expect(ratios([2, 6, 12], [1, 2, 3])).toEqual([2, 3, 4])
    expect(ratios([2, undefined, 12], [1, 2, undefined])).toEqual([2])
    expect(ratios([2, 4], [0, 2])).toEqual([2])
    expect(ratios([], [1])).toEqual([])
  })

  it("three digits", () => {
    expect([1234.5, 99.96, 12.34, 1.234, 0.5, 0.01234, 0].map(format)).toEqual([
      "1235",
      "100.0",
      "12.3",
      "1.23",
      "0.50",
      "0.012",
      "0.00"
    ])
    expect(format(Number.NaN)).toBe("–")
  })
})

describe("reports", () => {
  const metric = { name: "CPU", unit: "µs", of: () => 0 }

  const standing = (name: string, small: ReadonlyArray<number>, large: ReadonlyArray<number>): Standing => ({
    entrant: {
      name,
      target: { kind: "consumer", name },
      warmUp: [],
      legs: ["small", "large"].map((label) => ({ label, job: { kind: "task", size: 1 }, amount: 1, expected: "" }))
    },
    samples: new Map([
      ["small/CPU", small],
      ["large/CPU", large]
    ]),
    failure: undefined
  })

  const standings = [standing("floor", [1, 2, 4], [1, 2, 4]), standing("other <&>", [2, 6, 16], [20, 40, 80])]

  it("compare with the first, leg by leg", () => {
    const [small, large] = tablesOf(standings, [metric])
    expect(small?.rows[1]?.ratio).toEqual({ median: 3, min: 2, max: 4, count: 3 })
    expect(large?.rows[1]?.ratio).toEqual({ median: 20, min: 20, max: 20, count: 3 })
    expect(growthOf(standings, metric)).toEqual(["floor 1.00 (small to large)", "other <&> 6.67 (small to large)"])
  })

  it("mark who failed", () => {
    const failing: ReadonlyArray<Standing> = standings.map((one, i) => (i === 1 ? { ...one, failure: "crash" } : one))
    const table = tablesOf(failing, [metric])[0]
    expect(table === undefined ? "" : toMarkdown(table)).toMatch(/^\| other <&> .*\| failed \|$/m)
  })

  it("are plotted as well-formed SVG without anything outside it", () => {
    const svg = toSvg("Title", tablesOf(standings, [metric]))
    expect(svg).toContain("other &lt;&amp;&gt;")
    expect(svg).toContain("(logarithmic)")
    for (const [, end] of svg.matchAll(/x2="([\d.]+)"/g)) expect(Number(end)).toBeLessThanOrEqual(720)
    expect(svg.match(/<rect/g)).toHaveLength(4)
    expect(svg).not.toContain("NaN")
  })
})
