/** The command line. */
import { parseArgs } from "node:util"
import { entries } from "./consumers/registry.js"
import { scenarios } from "./scenarios/registry.js"
import { type Sizes, sizes } from "./sizes.js"

export interface Options {
  readonly size: keyof typeof sizes
  readonly sizes: Sizes
  readonly rounds: number
  readonly only: ReadonlyArray<string>
  readonly consumers: ReadonlyArray<string>
}

export const usage = `Usage: npm run bench -w packages/bench -- [options]

  --quick              smaller sizes, two rounds, in two minutes; writes no files
  --tiny               only shows that everything works; writes no files
  --only <names>       scenarios, with commas: ${scenarios.map(({ name }) => name).join(", ")}
  --consumers <names>  consumers besides the floor, with commas: ${entries
    .slice(1)
    .map(({ name }) => name)
    .join(", ")}
  --rounds <number>    how often each is measured
  --node22             by Node 22, which is installed where it is not there: some consumers want it

RESULTS.md and the plots are written only by a run of all scenarios with all consumers that succeeds.
`

const listOf = (text: string | undefined, known: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (text === undefined) return known
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
  const names = entries.map(({ name }) => name)
  return {
    size,
    sizes: sizes[size],
    rounds,
    only: listOf(
      values.only,
      scenarios.map(({ name }) => name)
    ),
    consumers: [...new Set([...names.slice(0, 1), ...listOf(values.consumers, names)])]
  }
}
