/** What is wanted of us, and whether it holds: ratios of one run, round by round. */
import { keyOf, type Standing } from "./race.js"
import { format, ratios, type Summary, summarize } from "./statistics.js"

interface Target {
  readonly scenario: string
  /** The metric; where there are several sizes, of the first. */
  readonly metric: string
  readonly who: string
  readonly against: string
  readonly most: number
}

const target = (scenario: string, metric: string, who: string, against: string, most: number): Target => ({
  scenario,
  metric,
  who,
  against,
  most
})

export const targets: ReadonlyArray<Target> = [
  target("paced", "CPU per event", "effect4-node", "floor", 0.8),
  target("paced", "CPU per event", "effect4-node", "openai-7", 0.6),
  target("paced", "CPU per event", "effect4-fetch", "openai-7", 1),
  target("burst", "CPU per chunk", "effect4-node", "floor", 0.4),
  target("prose", "CPU per chunk", "effect4-node", "floor", 0.4),
  target("burst", "CPU per chunk", "ours-node", "floor", 0.75),
  target("prose", "CPU per chunk", "ours-node", "floor", 0.75),
  target("first", "CPU per stream", "effect4-node", "floor", 0.9),
  target("first", "CPU per stream", "effect4-node", "openai-7", 0.65),
  target("first", "time to the first event", "effect4-node", "openai-7", 1),
  target("json", "CPU per request", "effect4-node", "floor", 0.75),
  target("json", "CPU per request", "effect4-node", "openai-7", 0.45),
  target("crowd", "CPU per chunk", "effect4-node", "floor", 0.9),
  target("memory", "peak memory", "effect4-node", "openai-7", 1)
]

export interface Verdict {
  readonly target: Target
  readonly ratio: Summary
  readonly holds: boolean
}

/** Of the targets that a scenario is about, those whose two consumers took part. */
export const verdictsOf = (scenario: string, standings: ReadonlyArray<Standing>): ReadonlyArray<Verdict> =>
  targets.flatMap((target) => {
    if (target.scenario !== scenario) return []
    const samplesOf = (name: string) =>
      standings.find(({ entrant }) => entrant.name === name)?.samples.get(keyOf("", target.metric)) ?? []
    const ratio = summarize(ratios(samplesOf(target.who), samplesOf(target.against)))
    return ratio === undefined ? [] : [{ target, ratio, holds: ratio.median <= target.most }]
  })

const sentenceOf = ({ ratio, target }: Verdict): string =>
  `${target.who} takes ${format(ratio.median)} of what ${target.against} does in "${target.scenario}" (${target.metric}), where ${format(target.most)} was wanted.`

/** A table of all verdicts, and below it in words what does not hold. */
export const toText = (verdicts: ReadonlyArray<Verdict>): string => {
  const rows = verdicts.map(({ holds, ratio, target }) =>
    [
      target.scenario,
      target.metric,
      target.who,
      target.against,
      `<= ${format(target.most)}`,
      `${format(ratio.median)} (${format(ratio.min)}–${format(ratio.max)})`,
      holds ? "yes" : "no"
    ].join(" | ")
  )
  const missed = verdicts.filter(({ holds }) => !holds)
  return [
    [
      "| scenario | metric | who | against | wanted | ratio, median (min–max) | holds |",
      "| --- | --- | --- | --- | --- | --- | --- |",
      ...rows.map((row) => `| ${row} |`)
    ].join("\n"),
    missed.length === 0 ? "All of them hold." : missed.map((verdict) => `- ${sentenceOf(verdict)}`).join("\n")
  ].join("\n\n")
}
