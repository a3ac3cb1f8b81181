/** Consumers against each other: round by round, each round all of them, so that a noisy moment hits all alike. */
import { type Pool, startWorker, type Worker } from "./child.js"
import type { Job, JobResult, Target } from "./job.js"

export interface Metric {
  readonly name: string
  readonly unit: string
  /** Of the result of a leg, in `unit`. */
  readonly of: (result: JobResult, leg: Leg) => number
}

export interface Leg {
  /** Which of several sizes this is; `""` where there is only one. */
  readonly label: string
  readonly job: Job
  /** How much work it is, in the unit that a metric divides by. */
  readonly amount: number
  /** The digest that the answer must have. */
  readonly expected: string
}

export interface Entrant {
  readonly name: string
  readonly target: Target
  /** Of what it does otherwise than the others. */
  readonly note?: string | undefined
  readonly warmUp: ReadonlyArray<Job>
  readonly legs: ReadonlyArray<Leg>
}

export interface Race {
  /** The first is what the others are compared to. */
  readonly entrants: ReadonlyArray<Entrant>
  readonly metrics: ReadonlyArray<Metric>
  readonly rounds: number
  /** A new process for each round, without warm-up. */
  readonly fresh: boolean
}

/** By round; `undefined` where the entrant has failed. */
export type Samples = ReadonlyArray<number | undefined>

export interface Standing {
  readonly entrant: Entrant
  /** By leg and metric: see `keyOf`. */
  readonly samples: ReadonlyMap<string, Samples>
  readonly failure: string | undefined
}

export const keyOf = (label: string, metric: string): string => `${label}/${metric}`

interface Runner {
  readonly entrant: Entrant
  readonly samples: Map<string, Array<number | undefined>>
  worker: Worker | undefined
  failure: string | undefined
}

export const run = async (
  race: Race,
  pool: Pool,
  onProgress: (text: string) => void
): Promise<ReadonlyArray<Standing>> => {
  const runners = race.entrants.map((entrant): Runner => ({
    entrant,
    samples: new Map(),
    worker: undefined,
    failure: undefined
  }))

  const attempt = async (runner: Runner, work: () => Promise<void>): Promise<void> => {
    if (runner.failure !== undefined) return
    try {
      await work()
    } catch (error) {
      runner.failure = error instanceof Error ? error.message : String(error)
    }
  }

  const legs = async (runner: Runner, worker: Worker, round: number): Promise<void> => {
    for (const leg of runner.entrant.legs) {
      const result = await worker.run(leg.job)
      const wrong = result.digests.find((digest) => digest !== leg.expected)
      if (wrong !== undefined || result.digests.length === 0) {
        throw new Error(`wrong answer: digest ${wrong ?? "none"} instead of ${leg.expected}`)
      }
      for (const metric of race.metrics) {
        const key = keyOf(leg.label, metric.name)
        const samples = runner.samples.get(key) ?? Array.from<number | undefined>({ length: race.rounds })
        samples[round] = metric.of(result, leg)
        runner.samples.set(key, samples)
      }
    }
  }

  try {
    if (!race.fresh) {
      onProgress("warming up")
      for (const runner of runners) {
        await attempt(runner, async () => {
          const worker = pool.take(runner.entrant.target)
          runner.worker = worker
          for (const job of runner.entrant.warmUp) await worker.run(job)
        })
      }
    }
    for (let round = 0; round < race.rounds; round++) {
      onProgress(`round ${round + 1} of ${race.rounds}`)
      // Another one begins in each round, so that nobody always runs behind the same neighbour.
      for (let i = 0; i < runners.length; i++) {
        const runner = runners[(i + round) % runners.length]
        if (runner === undefined) continue
        await attempt(runner, async () => {
          if (!race.fresh && runner.worker !== undefined) return legs(runner, runner.worker, round)
          const worker = startWorker(runner.entrant.target)
          try {
            await legs(runner, worker, round)
          } finally {
            await worker.stop()
          }
        })
      }
    }
  } finally {
    await Promise.all(
      runners.map(({ entrant, failure, worker }) =>
        worker === undefined ? undefined : pool.give(entrant.target, worker, failure === undefined)
      )
    )
  }
  return runners.map(({ entrant, failure, samples }) => ({ entrant, samples, failure }))
}
