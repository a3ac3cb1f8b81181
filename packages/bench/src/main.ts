/** Runs the scenarios, prints their tables, and writes the page of results. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"
import { makePool, startServer } from "./child.js"
import type { Entry } from "./consumers/consumer.js"
import { type Elsewhere, prepare } from "./consumers/elsewhere.js"
import { entries } from "./consumers/registry.js"
import { load, machine, packageFolder } from "./machine.js"
import { type Options, parse, usage } from "./options.js"
import { run } from "./race.js"
import { namesIn, writeReadmes } from "./readmes.js"
import { type Section, toText, write } from "./report.js"
import { scenarios } from "./scenarios/registry.js"
import type { Context, Scenario } from "./scenarios/scenario.js"
import { growthOf, tablesOf } from "./table.js"
import * as Targets from "./targets.js"

/** Told where a person waits for it, and nowhere else. */
const progress = (text: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`)
}

/** The floor, and whom else the options ask for in a scenario. */
const consumersFor = (options: Options, scenario: Scenario): ReadonlyArray<Entry> => {
  const compared = [...Targets.namesIn(scenario.name), ...namesIn(scenario.name)]
  return entries.filter(
    ({ name }, i) => options.consumers.includes(name) && (!options.targets || i === 0 || compared.includes(name))
  )
}

/** What a run takes from elsewhere, and why some of it cannot be had. */
const prepareAll = async (
  options: Options,
  scenarios: ReadonlyArray<Scenario>
): Promise<ReadonlyMap<Elsewhere, string | undefined>> => {
  const asked = entries.filter(({ name }) => options.consumers.includes(name))
  const isAskedFor = (elsewhere: Elsewhere): boolean => asked.some((entry) => entry.elsewhere === elsewhere)
  const prepared = new Map<Elsewhere, string | undefined>()
  for (const scenario of scenarios) {
    const needed = consumersFor(options, scenario).filter((entry) => !isTooNew(entry))
    for (const elsewhere of [scenario.elsewhere, ...needed.map(({ elsewhere }) => elsewhere)]) {
      if (elsewhere === undefined || prepared.has(elsewhere)) continue
      if (!isAskedFor(elsewhere)) continue
      progress(`making ${elsewhere} ready`)
      prepared.set(elsewhere, await prepare(elsewhere))
    }
  }
  progress("")
  return prepared
}

const isTooNew = ({ minNode = 0 }: Entry): boolean => minNode > Number(process.versions.node.split(".")[0])

/** Those that can be had, and why the others cannot. */
const choose = (
  asked: ReadonlyArray<Entry>,
  prepared: ReadonlyMap<Elsewhere, string | undefined>
): { readonly consumers: ReadonlyArray<Entry>; readonly leftOut: Targets.LeftOut } => {
  const leftOut = new Map<string, string>()
  const earlier = prepared.get("earlier")
  // The command is not a consumer, and as little to be had.
  if (earlier !== undefined) leftOut.set("earlier-command", earlier)
  for (const entry of asked) {
    const reason = isTooNew(entry)
      ? `it wants Node ${entry.minNode}, which --node22 gives`
      : entry.elsewhere === undefined
        ? undefined
        : prepared.get(entry.elsewhere)
    if (reason !== undefined) leftOut.set(entry.name, reason)
  }
  return { consumers: asked.filter(({ name }) => !leftOut.has(name)), leftOut }
}

const makeScratch = (): string => {
  const cache = join(packageFolder, "../../node_modules/.cache")
  mkdirSync(cache, { recursive: true })
  return mkdtempSync(join(cache, "bench-"))
}

const sectionOf = async (scenario: Scenario, context: Context, pool: ReturnType<typeof makePool>) => {
  const race = await scenario.race(context)
  const standings = await run(race, pool, (text) => progress(`${scenario.title}: ${text}`))
  progress("")
  const [metric] = race.metrics
  const section: Section = {
    scenario,
    tables: tablesOf(standings, race.metrics),
    growth: scenario.growth === true && metric !== undefined ? growthOf(standings, metric) : []
  }
  return { section, standings }
}

const bench = async (options: Options): Promise<number> => {
  const startedAt = performance.now()
  const loadBefore = load()
  console.log(`${machine()}; load ${loadBefore}; ${options.rounds} rounds`)
  const chosen = scenarios.filter(({ name }) => options.only.includes(name))
  const prepared = await prepareAll(options, chosen)
  const asked = entries.filter((entry) => chosen.some((scenario) => consumersFor(options, scenario).includes(entry)))
  const { consumers, leftOut } = choose(asked, prepared)
  for (const [name, reason] of leftOut) console.log(`${name} is left out: ${reason}.`)

  const scratch = makeScratch()
  const server = await startServer()
  const pool = makePool(options.size !== "full")
  const sections: Array<Section> = []
  const failures: Array<string> = []
  const verdicts: Array<Targets.Verdict> = []
  try {
    for (const scenario of chosen) {
      const began = performance.now()
      const { section, standings } = await sectionOf(
        scenario,
        {
          origin: server.origin,
          sizes: options.sizes,
          rounds: options.rounds,
          consumers: consumersFor(options, scenario).filter((entry) => consumers.includes(entry)),
          isReady: (elsewhere) => prepared.has(elsewhere) && prepared.get(elsewhere) === undefined,
          scratch
        },
        pool
      )
      sections.push(section)
      verdicts.push(...Targets.verdictsOf(scenario.name, standings, leftOut))
      const seconds = ((performance.now() - began) / 1000).toFixed(0)
      console.log(`\n${scenario.title}: ${scenario.explain(options.sizes)} (${seconds} s)\n\n${toText(section)}`)
      for (const { entrant, failure } of standings) {
        if (failure !== undefined) failures.push(`${entrant.name} in ${scenario.name}: ${failure}`)
      }
    }
  } finally {
    await pool.close()
    await server.stop()
    rmSync(scratch, { recursive: true, force: true })
  }

  if (verdicts.length > 0) console.log(`\nTargets\n\n${Targets.toText(Targets.ordered(verdicts))}`)
  const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1)
  console.log(`\n${minutes} minutes.`)
  if (failures.length > 0) console.error(`\nFailed:\n${failures.map((failure) => `- ${failure}`).join("\n")}`)
  if (options.size === "full" && isWhole) {
    write(packageFolder, {
      sections,
      verdicts: Targets.ordered(verdicts),
      consumers,
      leftOut,
      failures,
      sizes: options.sizes,
      rounds: options.rounds,
      command: ["npm run bench --", ...argv].join(" "),
      minutes,
      loads: [loadBefore, load()]
    })
    const readmes = await writeReadmes()
    console.log(`\nWritten to RESULTS.md, results.json, plots/ and ${readmes.join(", ")}.`)
  }
  return failures.length === 0 ? 0 : 1
}

const argv = process.argv.slice(2)

/** Neither scenarios nor consumers were picked by hand. */
const isWhole = !argv.some((argument) => /^--(only|consumers)(=|$)/.test(argument))

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
  if (options.readmes) {
    console.log(`Written: ${(await writeReadmes()).join(", ")}.`)
    return 0
  }
  return bench(options)
}

process.exitCode = await main()
