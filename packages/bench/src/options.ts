/** The command line. */
import { parseArgs } from "node:util"
import { entries } from "./consumers/registry.js"
import * as Readmes from "./readmes.js"
import { scenarios } from "./scenarios/registry.js"
import { type Sizes, sizes } from "./sizes.js"
import * as Targets from "./targets.js"

export interface Options {
  readonly size: keyof typeof sizes
  readonly sizes: Sizes
  readonly rounds: number
  readonly only: ReadonlyArray<string>
  readonly consumers: ReadonlyArray<string>
  /** Whether only those are measured that the targets and the READMEs compare. */
  readonly targets: boolean
  /** Whether the READMEs are written from the last results, and nothing is measured. */
  readonly readmes: boolean
}

export const usage = `Usage: npm run bench -w packages/bench -- [options]

  --quick              smaller sizes, two rounds, in two minutes; writes no files
  --tiny               only shows that everything works; writes no files
  --targets            only what the targets and the table of the READMEs compare, in a third of the time
  --only <names>       scenarios, with commas: ${scenarios.map(({ name }) => name).join(", ")}
  --consumers <names>  consumers besides the floor, with commas: ${entries
    .slice(1)
    .map(({ name }) => name)
    .join(", ")}
  --rounds <number>    how often each is measured
  --readmes            measures nothing: writes the table of the READMEs from results.json
  --node22             by Node 22, which is installed where it is not there: some consumers want it

RESULTS.md, results.json, the plots and the table of the READMEs are written by a run of all scenarios with all consumers, and by
one of --targets. --tiny leaves out what must be built first, unless --consumers names it.
`

const entryNames = entries.map(({ name }) => name)

const listOf = (
  text: string | undefined,
  usual: ReadonlyArray<string>,
  known: ReadonlyArray<string> = usual
): ReadonlyArray<string> => {
  if (text === undefined) return usual
  const names = text.split(",").map((name) => name.trim())
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new Error(`There is no "${unknown}". There are ${known.join(", ")}.`)
  return known.filter((name) => names.includes(name))
}

/** Throws an error with a readable message. */
export const parse = (argv: ReadonlyArray<string>): Options | "help" => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: "boolean", default: false },
      tiny: { type: "boolean", default: false },
      targets: { type: "boolean", default: false },
      readmes: { type: "boolean", default: false },
      // Is of run.mjs, which has seen to it.
      node22: { type: "boolean", default: false },
      only: { type: "string" },
      consumers: { type: "string" },
      rounds: { type: "string" },
      help: { type: "boolean", short: "h", default: false }
    }
  })
  if (values.help) return "help"
  const size = values.tiny ? "tiny" : values.quick ? "quick" : "full"
  const rounds = values.rounds === undefined ? sizes[size].rounds : Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds wants a positive number.")
  // The earlier build takes a minute to make, which is not what the smallest sizes are for.
  const usual = entries.filter(({ elsewhere }) => size !== "tiny" || elsewhere !== "earlier").map(({ name }) => name)
  const scenarioNames = scenarios.map(({ name }) => name)
  return {
    size,
    sizes: sizes[size],
    rounds,
    only:
      values.only === undefined && values.targets
        ? scenarioNames.filter((name) => Targets.namesIn(name).length + Readmes.namesIn(name).length > 0)
        : listOf(values.only, scenarioNames),
    consumers: [...new Set([...usual.slice(0, 1), ...listOf(values.consumers, usual, entryNames)])],
    targets: values.targets,
    readmes: values.readmes
  }
}
