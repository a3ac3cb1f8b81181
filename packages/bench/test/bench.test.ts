/** The benchmark runs, and every consumer understands what the server sends. Nothing here looks at times. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { beforeAll, describe, expect, it } from "vitest"
import { compiled } from "../../../scripts/built.mjs"
import { allFields, digest } from "../src/answer.js"
import { Reader } from "../src/consumers/reader.js"
import { entries } from "../src/consumers/registry.js"
import { answerOf, framesOf, pathOf, type Shape, shapeOf } from "../src/frames.js"
import { toSvg } from "../src/plot.js"
import type { Standing } from "../src/race.js"
import * as Readmes from "../src/readmes.js"
import { write } from "../src/report.js"
import * as Results from "../src/results.js"
import { scenarios } from "../src/scenarios/registry.js"
import { sizes } from "../src/sizes.js"
import { format, median, ratios, summarize } from "../src/statistics.js"
import { growthOf, tablesOf, toMarkdown } from "../src/table.js"
import * as Targets from "../src/targets.js"
import { bench } from "./support/bench.js"

beforeAll(() => compiled("bench"), 120_000)

describe("the command", () => {
  it("runs every consumer, checks its answers and prints tables", async () => {
    const { code, stderr, stdout } = await bench("--tiny", "--only", "burst,json,jwt")
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
    const rows = stdout.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| --"))
    const names = rows.map((row) => row.split("|")[1]?.trim())
    const ours = ["ours-fetch", "ours-promise", "ours-undici", "ours-node", "ours-fold", "ours-monitor", "ours-ai"]
    const effect4 = ["effect4-fetch", "effect4-node", "effect4-fold", "effect4-promise"]
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

  it("are written as a page, as numbers and as plots, and say who took no part", () => {
    const folder = mkdtempSync(join(tmpdir(), "bench-"))
    try {
      const scenario = scenarios.find(({ name }) => name === "paced")!
      write(folder, {
        sections: [{ scenario, tables: tablesOf(standings, [metric]), growth: [] }],
        verdicts: Targets.verdictsOf("paced", standings, new Map([["effect4-node", "no edition"]])),
        consumers: entries.slice(0, 1),
        leftOut: new Map([["earlier-node", "no history"]]),
        failures: ["ai in paced: it broke\nat a place"],
        sizes: sizes.full,
        rounds: 3,
        command: "npm run bench",
        minutes: "1.5",
        loads: ["0.10", "0.20"]
      })
      const page = readFileSync(join(folder, "RESULTS.md"), "utf8")
      expect(page).toContain("- Rounds: 3, in 1.5 minutes")
      expect(page).toContain("- `earlier-node` took no part: no history")
      expect(page).toContain("\n- ai in paced: it broke\n")
      expect(page).toContain("effect4-node | floor | <= 0.80 | – | not measured |")
      expect(readFileSync(join(folder, "plots/paced.svg"), "utf8")).toContain("<svg")
      const { scenarios: written }: Results.Results = JSON.parse(readFileSync(join(folder, "results.json"), "utf8"))
      expect(written[0]?.tables[0]?.rows[1]).toEqual({ name: "other <&>", value: 6, ratio: 3 })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
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

describe("targets", () => {
  const standing = (name: string, values: ReadonlyArray<number>, failure?: string): Standing => ({
    entrant: { name, target: { kind: "consumer", name }, warmUp: [], legs: [] },
    samples: new Map([["/CPU per event", values]]),
    failure
  })

  const verdict = (who: string, against: string, verdicts: ReadonlyArray<Targets.Verdict>) =>
    verdicts.find(({ target }) => target.scenario === "paced" && target.who === who && target.against === against)

  it("hold or do not, by the median of ratios of the same round", () => {
    const standings = [standing("floor", [10, 20, 40]), standing("effect4-node", [7, 15, 36])]
    const verdicts = Targets.verdictsOf("paced", standings, new Map())
    expect(verdict("effect4-node", "floor", verdicts)).toMatchObject({ ratio: { median: 0.75 }, holds: true })
    const slower = [standing("floor", [10]), standing("effect4-node", [9])]
    expect(Targets.toText(Targets.verdictsOf("paced", slower, new Map()))).toContain(
      'effect4-node takes 0.90 of what floor does in "paced" (CPU per event), where 0.80 was wanted.'
    )
  })

  it("say why they were not measured, and are not there for whom nobody asked", () => {
    const standings = [standing("floor", [10]), standing("ours-node", [9]), standing("effect4-node", [], "crash")]
    const leftOut = new Map([["earlier-node", "the commit cannot be built"]])
    const verdicts = Targets.verdictsOf("paced", standings, leftOut)
    expect(verdicts).toHaveLength(2)
    expect(Targets.toText(verdicts)).toContain(
      'ours-node against earlier-node in "paced" (CPU per event) was not measured: the commit cannot be built.'
    )
    expect(Targets.toText(verdicts)).toContain("was not measured: effect4-node failed.")
  })

  it("that only tell a ratio never fail", () => {
    const standings = [standing("ours-fetch", [10]), standing("ours-promise", [99])]
    const verdicts = Targets.verdictsOf("paced", standings, new Map())
    expect(verdict("ours-promise", "ours-fetch", verdicts)).toMatchObject({ ratio: { median: 9.9 }, holds: true })
    expect(Targets.toText(verdicts)).toContain("All of them hold.")
  })
})

describe("the table of the READMEs", () => {
  const results = (rows: ReadonlyArray<readonly [name: string, ratio: number]>): Results.Results => ({
    rounds: 1,
    node: "22.0.0",
    scenarios: [
      {
        name: "paced",
        tables: [{ title: "CPU per event", unit: "µs", rows: rows.map(([name, ratio]) => ({ name, ratio })) }]
      }
    ]
  })

  it("has the columns that were measured, of openai the newest, and says who wins", () => {
    const text = Readmes.toText(
      "en",
      results([
        ["ours-node", 1.2],
        ["effect4-node", 0.8],
        ["openai-7", 1],
        ["openai", 2]
      ])
    )
    expect(text).toContain("|  | Effect 3, Node transport | Effect 4, Node transport | `openai` 7 |")
    expect(text).toContain("| 200 streams at a model's pace, by the event | 1.20 | **0.80** | 1.00 |")
    expect(text).toContain("Wherever both have a figure, the cheapest of ours costs less than `openai` 7.")
    const lost = Readmes.toText(
      "zh",
      results([
        ["ours-node", 1.2],
        ["openai", 1]
      ])
    )
    expect(lost).toContain(
      "在以下各行，`openai` 6 的开销小于本库的所有列：“200 个并发流（按模型的输出速度），逐事件读取”。"
    )
  })

  it("is in each of them what the last results say", () => {
    const squeezed = (text: string): string =>
      text.replaceAll(/ +/g, " ").replaceAll(/-+/g, "-").replaceAll("| |", "||")
    const readmes = Readmes.withTable()
    expect(readmes.map(({ file }) => file)).toEqual(
      expect.arrayContaining([
        "README.md",
        "README.zh-CN.md",
        "packages/client/README.md",
        "packages/effect4/README.md"
      ])
    )
    const results = Results.read()
    for (const { file, language, text } of readmes) {
      expect(squeezed(text), file).toContain(squeezed(Readmes.toText(language, results)))
    }
  })
})
