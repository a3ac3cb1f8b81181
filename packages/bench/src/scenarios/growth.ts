import { bytesOf } from "../frames.js"
import type { Leg, Metric } from "../race.js"
import { expectedOf, number, type Scenario, shape, streamJob } from "./scenario.js"

const cpu: Metric = { name: "CPU per MB", unit: "ms", of: ({ cpuMicros }, { amount }) => cpuMicros / 1000 / amount }

export const growth: Scenario = {
  name: "growth",
  title: "Growth",
  growth: true,
  explain: ({ growth }) =>
    `One burst of ${growth.map(number).join(", ")} chunks (5,000 are about 1 MB): the cost of a MB must not grow with the answer.`,
  race: (context) => {
    const sizes = context.sizes.growth.map((chunks) => {
      const own = shape("burst", "mixed", chunks)
      return { own, megabytes: bytesOf(own) / 1e6 }
    })
    return {
      rounds: context.rounds,
      fresh: false,
      metrics: [cpu],
      entrants: context.consumers.map((consumer) => {
        const legs = sizes
          // Consumers that take a second for a MB are left out of the largest, which would take them minutes.
          .filter(({ own }) => own.chunks <= 10_000 || consumer.share >= 0.1)
          .map(({ megabytes, own }): Leg => ({
            label: `${megabytes >= 0.95 ? megabytes.toFixed(0) : megabytes.toFixed(2)} MB`,
            job: streamJob(context, own, 1),
            amount: megabytes,
            expected: expectedOf(consumer, own)
          }))
        const smallest = legs.slice(0, 1).map(({ job }) => job)
        return {
          name: consumer.name,
          target: { kind: "consumer", name: consumer.name },
          warmUp: [...smallest, ...smallest, ...smallest],
          legs
        }
      })
    }
  }
}
