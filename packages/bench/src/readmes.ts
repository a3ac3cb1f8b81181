/** The table of costs in the READMEs, in both languages, from the last results. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { format as formatFiles } from "../../../scripts/format.mjs"
import { packageFolder } from "./machine.js"
import * as Results from "./results.js"
import { format } from "./statistics.js"

const begin = "<!-- costs: written by npm run bench -- --readmes -->"
const end = "<!-- /costs -->"

interface Words {
  readonly en: string
  readonly zh: string
}

type Language = keyof Words

interface Row {
  readonly scenario: string
  readonly metric: string
  readonly words: Words
  /** The column of a consumer shows another one, or nothing. */
  readonly instead?: (name: string) => string | undefined
}

/** Where nothing but the whole answer is wanted: only the Node transports were measured. */
const folding = (name: string): string | undefined =>
  name === "ours-node" ? "ours-fold" : name === "effect4-node" ? "effect4-fold" : undefined

const rows: ReadonlyArray<Row> = [
  {
    scenario: "burst",
    metric: "CPU per chunk",
    words: { en: "one stream as fast as it comes, by the chunk", zh: "单个全速流，逐块读取" }
  },
  {
    scenario: "prose",
    metric: "CPU per chunk",
    words: { en: "one such stream, a sentence a chunk", zh: "单个全速流，每块一句话" }
  },
  {
    scenario: "paced",
    metric: "CPU per event",
    words: { en: "200 streams at a model's pace, by the event", zh: "200 个并发流（按模型的输出速度），逐事件读取" }
  },
  {
    scenario: "paced",
    metric: "CPU per event",
    words: {
      en: "the same streams, where only the whole answer is wanted",
      zh: "200 个并发流（按模型的输出速度），只要完整回答"
    },
    instead: folding
  },
  {
    scenario: "crowd",
    metric: "CPU per chunk",
    words: { en: "500 streams at once, as fast as they come", zh: "500 个全速流同时进行" }
  },
  {
    scenario: "json",
    metric: "CPU per request",
    words: { en: "a plain completion", zh: "非流式回答" }
  },
  {
    scenario: "first",
    metric: "CPU per stream",
    words: { en: "a short stream, warm", zh: "短流，预热后" }
  },
  {
    scenario: "first",
    metric: "time to the first event",
    words: { en: "a short stream, time to its first event", zh: "短流，到第一个事件的时间" }
  },
  {
    scenario: "cold",
    metric: "CPU to the first event",
    words: { en: "from the start of a program to its first event", zh: "从程序启动到第一个事件" }
  },
  {
    scenario: "bundle",
    metric: "CPU to the first event",
    words: { en: "from the start of one that is a single file", zh: "从单文件程序启动到第一个事件" }
  },
  {
    scenario: "memory",
    metric: "peak memory",
    words: { en: "peak memory of a long answer", zh: "长回答的内存峰值" }
  }
]

interface Column {
  readonly name: string
  readonly words: Words
  readonly isOurs: boolean
}

const columns: ReadonlyArray<Column> = [
  { name: "ours-fetch", words: { en: "Effect 3, `fetch`", zh: "Effect 3，`fetch`" }, isOurs: true },
  { name: "ours-node", words: { en: "Effect 3, Node transport", zh: "Effect 3，Node 传输层" }, isOurs: true },
  { name: "effect4-fetch", words: { en: "Effect 4, `fetch`", zh: "Effect 4，`fetch`" }, isOurs: true },
  { name: "effect4-node", words: { en: "Effect 4, Node transport", zh: "Effect 4，Node 传输层" }, isOurs: true },
  { name: "openai-7", words: { en: "`openai` 7", zh: "`openai` 7" }, isOurs: false },
  { name: "openai", words: { en: "`openai` 6", zh: "`openai` 6" }, isOurs: false }
]

/** The consumer that a cell is about. */
const shownBy = ({ instead }: Row, column: Column): string | undefined =>
  instead === undefined ? column.name : instead(column.name)

/** The names that the table takes of a scenario; of `openai` the newest. */
export const namesIn = (scenario: string): ReadonlyArray<string> =>
  rows
    .filter((row) => row.scenario === scenario)
    .flatMap((row) => columns.slice(0, -1).flatMap((column) => shownBy(row, column) ?? []))

const ratioOf = (results: Results.Results, row: Row, column: Column): number | undefined => {
  const name = shownBy(row, column)
  return results.scenarios
    .find((other) => other.name === row.scenario)
    ?.tables.find(({ title }) => title === row.metric)
    ?.rows.find((other) => other.name === name)?.ratio
}

/** The rows and columns of which something was measured; of the versions of `openai` the newest. */
const measured = (results: Results.Results) => {
  const ratios = (row: Row) => columns.map((column) => ratioOf(results, row, column))
  const whole = rows.map((row) => ({ row, ratios: ratios(row) }))
  const has = columns.map((_, i) => whole.some(({ ratios }) => ratios[i] !== undefined))
  const peer = has.findIndex((is, i) => is && columns[i]?.isOurs === false)
  const kept = columns.flatMap(({ isOurs }, i) => (has[i] === true && (isOurs || i === peer) ? [i] : []))
  return {
    columns: kept.flatMap((i) => columns[i] ?? []),
    rows: whole
      .map(({ ratios, row }) => ({ row, ratios: kept.map((i) => ratios[i]) }))
      .filter(({ ratios }) => ratios.some((ratio) => ratio !== undefined))
  }
}

/** Lines of the length that the READMEs have; Chinese has no spaces to break at. */
const wrapped = (text: string): string => {
  const lines: Array<string> = [""]
  for (const word of text.split(" ")) {
    const line = lines.at(-1) ?? ""
    if (line !== "" && line.length + 1 + word.length > 120) lines.push(word)
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`
  }
  return lines.join("\n")
}

/** Who costs less: of each row the cheapest of ours against the other. */
const verdict = (language: Language, { columns, rows }: ReturnType<typeof measured>): string => {
  const peer = columns.findIndex(({ isOurs }) => !isOurs)
  if (peer === -1) return ""
  const title = columns[peer]?.words[language] ?? ""
  const lost = rows.flatMap(({ ratios, row }) => {
    const theirs = ratios[peer]
    const ours = ratios.filter((ratio, i) => i !== peer && ratio !== undefined).map(Number)
    return theirs !== undefined && theirs < Math.min(...ours) ? [row.words[language]] : []
  })
  if (language === "zh") {
    return lost.length === 0
      ? `凡 ${title} 有数值的各行，本库开销最小的一列都比它更小。`
      : `在以下各行，${title} 的开销小于本库的所有列：${lost.map((row) => `“${row}”`).join("、")}。其余各行中，凡 ${title} 有数值的，本库开销最小的一列都比它更小。`
  }
  return wrapped(
    lost.length === 0
      ? `Wherever both have a figure, the cheapest of ours costs less than ${title}.`
      : `${title} costs less than all of ours in ${lost.map((row) => `"${row}"`).join(", ")}. In the other rows where both have a figure, the cheapest of ours costs less.`
  )
}

/** What stands between the two comments. */
export const toText = (language: Language, results: Results.Results): string => {
  const table = measured(results)
  const cells = table.rows.map(({ ratios, row }) => {
    const there = ratios.filter((ratio) => ratio !== undefined)
    const least = there.length > 1 ? Math.min(...there) : undefined
    const shown = ratios.map((ratio) =>
      ratio === undefined ? "" : ratio === least ? `**${format(ratio)}**` : format(ratio)
    )
    return [row.words[language], ...shown]
  })
  const head = ["", ...table.columns.map(({ words }) => words[language])]
  const line = (cells: ReadonlyArray<string>): string => `| ${cells.join(" | ")} |`
  return [
    [line(head), line(["---", ...table.columns.map(() => "---:")]), ...cells.map(line)].join("\n"),
    verdict(language, table)
  ].join("\n\n")
}

const root = join(packageFolder, "../..")

interface Readme {
  readonly file: string
  readonly language: Language
  readonly text: string
}

/** Those that have a place for the table. */
export const withTable = (): ReadonlyArray<Readme> =>
  ["", ...readdirSync(join(root, "packages")).map((name) => `packages/${name}/`)]
    .flatMap((folder) => ["README.md", "README.zh-CN.md"].map((name) => `${folder}${name}`))
    .filter((file) => existsSync(join(root, file)))
    .map((file): Readme => ({
      file,
      language: file.endsWith("zh-CN.md") ? "zh" : "en",
      text: readFileSync(join(root, file), "utf8")
    }))
    .filter(({ text }) => text.includes(begin))

const pattern = new RegExp(`${begin}[^]*?${end}`, "g")

/** Writes the table into them, and resolves to their names. */
export const writeReadmes = async (): Promise<ReadonlyArray<string>> => {
  const results = Results.read()
  const readmes = withTable()
  for (const { file, language, text } of readmes) {
    const table = `${begin}\n\n${toText(language, results)}\n\n${end}`
    writeFileSync(
      join(root, file),
      text.replace(pattern, () => table)
    )
  }
  const written = readmes.map(({ file }) => file)
  await formatFiles([...written, ...["RESULTS.md", "results.json"].map((name) => `packages/bench/${name}`)])
  return written
}
