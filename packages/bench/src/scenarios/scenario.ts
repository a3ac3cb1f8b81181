/** What a scenario is, and the parts that most of them share. */
import { answerOf, type Mode, type Kind, pathOf, type Shape } from "../frames.js"
import { digest } from "../answer.js"
import type { Entry } from "../consumers/consumer.js"
import type { Elsewhere } from "../consumers/elsewhere.js"
import type { Job } from "../job.js"
import type { Entrant, Leg, Metric, Race } from "../race.js"
import type { Sizes } from "../sizes.js"

export interface Context {
  readonly origin: string
  readonly sizes: Sizes
  readonly rounds: number
  /** Those that can be had. */
  readonly consumers: ReadonlyArray<Entry>
  readonly isReady: (elsewhere: Elsewhere) => boolean
  /** A folder for what a race makes; below that of the repository's packages, which programs in it find so. */
  readonly scratch: string
}

export interface Scenario {
  readonly name: string
  readonly title: string
  /** What is measured, in a sentence or two. */
  readonly explain: (sizes: Sizes) => string
  readonly race: (context: Context) => Race | Promise<Race>
  /** What it takes from elsewhere, besides its consumers. */
  readonly elsewhere?: Elsewhere
  /** Whether the largest leg is compared to the smallest, which tells whether cost grows in proportion. */
  readonly growth?: boolean
}

export const shape = (mode: Mode, kind: Kind, chunks: number): Shape => ({ mode, kind, chunks })

export const baseUrl = (context: Context, shape: Shape): string => context.origin + pathOf(shape)

export const expectedOf = (consumer: Entry, shape: Shape): string => digest(answerOf(shape), consumer.fields)

export const number = (value: number): string => value.toLocaleString("en-US")

/** CPU time of a leg by its amount, in microseconds. */
export const cpuPer = (what: string): Metric => ({
  name: `CPU per ${what}`,
  unit: "µs",
  of: ({ cpuMicros }, { amount }) => cpuMicros / amount
})

export const peakMemory: Metric = { name: "peak memory", unit: "MiB", of: ({ maxRssKiB }) => maxRssKiB / 1024 }

export const firstEvent: Metric = { name: "time to the first event", unit: "ms", of: ({ firstMillis }) => firstMillis }

/** So much that a stream still holds something of everything. */
export const partOf = (chunks: number, share: number): number => Math.max(60, Math.round(chunks * share))

/** A race of streams of one shape. */
export const streams = (
  context: Context,
  options: {
    readonly shape: Shape
    readonly count: number
    readonly warmUp: { readonly shape: Shape; readonly count: number }
    readonly metrics: ReadonlyArray<Metric>
    /** Whether slow consumers get a part of the chunks. */
    readonly shared?: boolean
    readonly fresh?: boolean
  }
): Race => ({
  rounds: context.rounds,
  fresh: options.fresh ?? false,
  metrics: options.metrics,
  entrants: context.consumers.map((consumer): Entrant => {
    const share = options.shared === true ? consumer.share : 1
    const own = share === 1 ? options.shape : { ...options.shape, chunks: partOf(options.shape.chunks, share) }
    const leg: Leg = {
      label: "",
      job: streamJob(context, own, options.count),
      amount: own.chunks * options.count,
      expected: expectedOf(consumer, own)
    }
    const warm = options.warmUp
    return {
      name: consumer.name,
      target: { kind: "consumer", name: consumer.name },
      note: share === 1 ? undefined : `${number(own.chunks)} chunks`,
      warmUp: [streamJob(context, warm.shape, warm.count), streamJob(context, warm.shape, warm.count)],
      legs: [leg]
    }
  })
})

export const streamJob = (context: Context, shape: Shape, count: number): Job => ({
  kind: "stream",
  baseUrl: baseUrl(context, shape),
  count,
  concurrency: count
})
