/** Runs the scenarios, prints their tables, and writes the page of results. */
import { makePool, startServer } from "./child.js"
import { entries } from "./consumers/registry.js"
import { load, machine, packageFolder } from "./machine.js"
import { type Options, parse, usage } from "./options.js"
import { run } from "./race.js"
import { type Section, toText, write } from "./report.js"
import { scenarios } from "./scenarios/registry.js"
import type { Context } from "./scenarios/scenario.js"
import { growthOf, tablesOf } from "./table.js"
import * as Targets from "./targets.js"

/** Told where a person waits for it, and nowhere else. */
const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
}

const bench = async (options: Options): Promise<number> => {
  const asked = entries.filter((entry) => options.consumers.includes(entry.name))
  const major = Number(process.versions.node.split(".")[0])
  const consumers = asked.filter(({ minNode = 0 }) => minNode <= major)
  const left = asked.filter((entry) => !consumers.includes(entry))
  const loadBefore = load()
  console.log(`${machine()}; load ${loadBefore}; ${options.rounds} rounds`)

  for (const { minNode, name } of left) console.log(`${name} is left out: it wants Node ${minNode}. Give --node22.`)

  const server = await startServer()
  const pool = makePool(options.size !== "full")
  const sections: Array<Section> = []
  const failures: Array<string> = []
  const verdicts: Array<Targets.Verdict> = []
  try {
    const context: Context = {
      origin: server.origin,
      sizes: options.sizes,
      rounds: options.rounds,
      consumers
    }
    for (const scenario of scenarios.filter(({ name }) => options.only.includes(name))) {
      const race = scenario.race(context)
      const standings = await run(race, pool, (text) => progress(`${scenario.title}: ${text}`))
      progress("")
      const [metric] = race.metrics
      const section: Section = {
        scenario,
        tables: tablesOf(standings, race.metrics),
        growth: scenario.growth === true && metric !== undefined ? growthOf(standings, metric) : []
      }
      sections.push(section)
      verdicts.push(...Targets.verdictsOf(scenario.name, standings))
      console.log(`\n${scenario.title}: ${scenario.explain(options.sizes)}\n\n${toText(section)}`)
      for (const { entrant, failure } of standings) {
        if (failure !== undefined) failures.push(`${entrant.name} in ${scenario.name}: ${failure}`)
      }
    }
  } finally {
    await pool.close()
    await server.stop()
  }

  if (verdicts.length > 0) console.log(`\nTargets\n\n${Targets.toText(verdicts)}`)
  if (failures.length > 0) {
    console.error(`\nFailed:\n${failures.map((failure) => `- ${failure}`).join("\n")}`)
    return 1
  }
  const isWhole = options.only.length === scenarios.length && consumers.length === entries.length
  if (options.size === "full" && isWhole) {
    write(packageFolder, {
      sections,
      verdicts,
      consumers,
      sizes: options.sizes,
      rounds: options.rounds,
      command: ["npm run bench -w packages/bench", ...argv].join(" "),
      loads: [loadBefore, load()]
    })
    console.log("\nWritten to RESULTS.md and plots/.")
  }
  return 0
}

const argv = process.argv.slice(2)

const main = async (): Promise<number> => {
  let options: Options | "help"
  try {
    options = parse(argv)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    return 2
  }
  if (options === "help") {
    console.log(usage)
    return 0
  }
  return bench(options)
}

process.exitCode = await main()
