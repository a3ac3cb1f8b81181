/** The page of results. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { allFields } from "./answer.js"
import type { Entry } from "./consumers/consumer.js"
import { machine, versions } from "./machine.js"
import { toSvg } from "./plot.js"
import * as Results from "./results.js"
import type { Scenario } from "./scenarios/scenario.js"
import type { Sizes } from "./sizes.js"
import { type Table, toMarkdown } from "./table.js"
import * as Targets from "./targets.js"

export interface Section {
  readonly scenario: Scenario
  readonly tables: ReadonlyArray<Table>
  /** How the cost of a unit grows, for each entrant; empty where that is not the question. */
  readonly growth: ReadonlyArray<string>
}

export interface Page {
  readonly sections: ReadonlyArray<Section>
  /** What was wanted, and whether it holds. */
  readonly verdicts: ReadonlyArray<Targets.Verdict>
  readonly consumers: ReadonlyArray<Entry>
  readonly leftOut: Targets.LeftOut
  /** Who failed where, and why. */
  readonly failures: ReadonlyArray<string>
  readonly sizes: Sizes
  readonly rounds: number
  readonly command: string
  readonly minutes: string
  /** The load of the machine before and after. */
  readonly loads: readonly [string, string]
}

/** The tables of a section, as they are printed and written. */
export const toText = ({ growth, tables }: Section): string =>
  [
    ...tables.map(toMarkdown),
    ...(growth.length === 0
      ? []
      : [`A unit of the largest, as a multiple of one of the smallest: ${growth.join("; ")}.`])
  ].join("\n\n")

const consumerLine = (entry: Entry): string => {
  const missing = allFields.filter((field) => !entry.fields.includes(field))
  return `- \`${entry.name}\`: ${entry.title}${missing.length === 0 ? "" : `; does not give out ${missing.join(" and ")}`}`
}

const firstLine = (text: string): string => text.split("\n")[0] ?? text

const toPage = (page: Page): string =>
  [
    "# Results",
    "Written by the command below; `README.md` says what is measured and how to read it. Only ratios inside one table mean anything, and differences under 15 % are noise.",
    [
      `- Machine: ${machine()}; load ${page.loads[0]} before, ${page.loads[1]} after`,
      `- Versions: ${versions()
        .map(([name, version]) => `${name} ${version}`)
        .join(", ")}`,
      `- Rounds: ${page.rounds}, in ${page.minutes} minutes`,
      `- Command: \`${page.command}\``
    ].join("\n"),
    "The answer of every run was checked by a digest over reasoning, content, tool arguments, finish reason and usage, as far as the consumer gives them out.",
    [
      ...page.consumers.map(consumerLine),
      ...[...page.leftOut].map(([name, reason]) => `- \`${name}\` took no part: ${reason}`)
    ].join("\n"),
    ...(page.failures.length === 0
      ? []
      : [
          "Failed, and not measured from there on:",
          page.failures.map((failure) => `- ${firstLine(failure)}`).join("\n")
        ]),
    "## Targets",
    "Medians of ratios in the same round. In words, who loses:",
    Targets.toText(page.verdicts),
    ...page.sections.flatMap((section) => [
      `## ${section.scenario.title}`,
      section.scenario.explain(page.sizes),
      toText(section),
      `![${section.scenario.title}](plots/${section.scenario.name}.svg)`
    ])
  ].join("\n\n")

/** The numbers, for what else is written from them. */
const toData = (page: Page): Results.Results => ({
  rounds: page.rounds,
  node: process.versions.node,
  scenarios: page.sections.map(({ scenario, tables }) => ({
    name: scenario.name,
    tables: tables.map(({ rows, title, unit }) => ({
      title,
      unit,
      rows: rows.map(({ name, ratio, value }) => ({ name, value: value?.median, ratio: ratio?.median }))
    }))
  }))
})

export const write = (folder: string, page: Page): void => {
  const plots = join(folder, "plots")
  rmSync(plots, { recursive: true, force: true })
  mkdirSync(plots, { recursive: true })
  for (const { scenario, tables } of page.sections) {
    writeFileSync(join(plots, `${scenario.name}.svg`), toSvg(scenario.title, tables))
  }
  writeFileSync(join(folder, "RESULTS.md"), `${toPage(page)}\n`)
  Results.write(folder, toData(page))
}
