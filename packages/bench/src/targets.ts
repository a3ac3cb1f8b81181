/** What is wanted of us, and whether it holds: ratios of one run, round by round. */
import { keyOf, type Standing } from "./race.js"
import { format, ratios, type Summary, summarize } from "./statistics.js"

interface Target {
  readonly scenario: string
  /** The metric; where there are several sizes, of the first. */
  readonly metric: string
  readonly who: string
  readonly against: string
  /** `undefined` where the ratio is only to be known. */
  readonly most: number | undefined
}

const target = (
  scenario: string,
  metric: string,
  who: string,
  against: string,
  most: number | undefined = undefined
): Target => ({ scenario, metric, who, against, most })

export const targets: ReadonlyArray<Target> = [
  // The edition for Effect 4.
  target("paced", "CPU per event", "effect4-node", "floor", 0.8),
  target("paced", "CPU per event", "effect4-node", "openai-7", 0.6),
  target("burst", "CPU per chunk", "effect4-node", "floor", 0.4),
  target("prose", "CPU per chunk", "effect4-node", "floor", 0.4),
  target("first", "CPU per stream", "effect4-node", "floor", 0.9),
  target("first", "CPU per stream", "effect4-node", "openai-7", 0.65),
  target("json", "CPU per request", "effect4-node", "floor", 0.75),
  target("json", "CPU per request", "effect4-node", "openai-7", 0.45),
  target("first", "time to the first event", "effect4-node", "openai-7", 1),
  target("crowd", "CPU per chunk", "effect4-node", "floor", 0.9),
  target("memory", "peak memory", "effect4-node", "openai-7", 1),
  target("memory-paced", "peak memory", "effect4-node", "openai-7", 1),
  target("paced", "CPU per event", "effect4-fetch", "openai-7", 1),
  target("bundle", "CPU to the first event", "effect4-node", "openai-7", 1.1),
  target("bundle", "CPU to the first event", "effect4-fetch", "openai-7", 1.1),
  // The edition for Effect 3.
  target("paced", "CPU per event", "ours-node", "earlier-node", 0.8),
  target("burst", "CPU per chunk", "ours-node", "floor", 0.75),
  target("prose", "CPU per chunk", "ours-node", "floor", 0.75),
  target("first", "CPU per stream", "ours-node", "earlier-node", 0.8),
  target("json", "CPU per request", "ours-node", "earlier-node", 0.75),
  target("first", "time to the first event", "ours-node", "earlier-node", 0.85),
  target("crowd", "CPU per chunk", "ours-node", "earlier-node", 0.8),
  target("memory", "peak memory", "ours-node", "earlier-node", 0.75),
  target("memory-paced", "peak memory", "ours-node", "earlier-node", 0.75),
  target("paced", "CPU per event", "ours-fetch", "earlier-fetch", 0.75),
  target("bundle", "CPU to the first event", "ours-node", "openai-7", 1.6),
  target("bundle", "CPU to the first event", "ours-fetch", "openai-7", 1.6),
  // The command, which is on Effect 3.
  target("command", "time to the first event", "command", "earlier-command", 0.4),
  // What promises and iterators cost over streams of Effect.
  target("paced", "CPU per event", "ours-promise", "ours-fetch"),
  target("paced", "CPU per event", "effect4-promise", "effect4-fetch")
]

/** The names that the targets of a scenario compare. */
export const namesIn = (scenario: string): ReadonlyArray<string> =>
  targets.flatMap((target) => (target.scenario === scenario ? [target.who, target.against] : []))

export interface Verdict {
  readonly target: Target
  /** `undefined` where one of the two could not be measured. */
  readonly ratio: Summary | undefined
  readonly holds: boolean
  /** Why there is no ratio. */
  readonly reason: string | undefined
}

/** Why somebody took no part; `undefined` for whom nobody asked. */
export type LeftOut = ReadonlyMap<string, string>

const failureOf = ({ entrant, failure }: Standing): string | undefined =>
  failure === undefined ? undefined : `${entrant.name} failed`

/** Of the targets that a scenario is about, those whose two consumers were asked for. */
export const verdictsOf = (
  scenario: string,
  standings: ReadonlyArray<Standing>,
  leftOut: LeftOut
): ReadonlyArray<Verdict> =>
  targets.flatMap((target): ReadonlyArray<Verdict> => {
    if (target.scenario !== scenario) return []
    const { against, metric, most, who } = target
    const standingOf = (name: string) => standings.find(({ entrant }) => entrant.name === name)
    const both = [standingOf(who), standingOf(against)]
    const samples = both.map((standing) => standing?.samples.get(keyOf("", metric)) ?? [])
    const ratio = summarize(ratios(samples[0] ?? [], samples[1] ?? []))
    if (ratio !== undefined) {
      return [{ target, ratio, holds: most === undefined || ratio.median <= most, reason: undefined }]
    }
    const reasons = [who, against].map((name, i) => (both[i] === undefined ? leftOut.get(name) : failureOf(both[i])))
    // Whoever is neither there nor left out was not asked for.
    if (both.some((standing, i) => standing === undefined && reasons[i] === undefined)) return []
    const reason = reasons.filter((reason) => reason !== undefined).join("; ")
    return [{ target, ratio, holds: false, reason }]
  })

const wanted = (most: number | undefined): string => (most === undefined ? "–" : `<= ${format(most)}`)

const sentenceOf = ({ ratio, reason, target }: Verdict): string => {
  const place = `"${target.scenario}" (${target.metric})`
  return ratio === undefined
    ? `${target.who} against ${target.against} in ${place} was not measured: ${reason ?? "no samples"}.`
    : `${target.who} takes ${format(ratio.median)} of what ${target.against} does in ${place}, where ${format(target.most ?? Number.NaN)} was wanted.`
}

const answerOf = ({ holds, ratio, target }: Verdict): string =>
  ratio === undefined ? "not measured" : target.most === undefined ? "–" : holds ? "yes" : "no"

/** A table of all verdicts, and below it in words what does not hold. */
export const toText = (verdicts: ReadonlyArray<Verdict>): string => {
  const rows = verdicts.map((verdict) => {
    const { ratio, target } = verdict
    return [
      target.scenario,
      target.metric,
      target.who,
      target.against,
      wanted(target.most),
      ratio === undefined ? "–" : `${format(ratio.median)} (${format(ratio.min)}–${format(ratio.max)})`,
      answerOf(verdict)
    ].join(" | ")
  })
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

/** In the order of the targets, which is not that in which scenarios run. */
export const ordered = (verdicts: ReadonlyArray<Verdict>): ReadonlyArray<Verdict> =>
  verdicts.toSorted((a, b) => targets.indexOf(a.target) - targets.indexOf(b.target))
