import type { Metric } from "../race.js"
import { bundle as write, canBeBundled } from "../programs/bundles.js"
import { baseUrl, expectedOf, firstEvent, type Scenario, shape } from "./scenario.js"

const cpu: Metric = { name: "CPU to the first event", unit: "ms", of: ({ cpuMicros }) => cpuMicros / 1000 }

export const bundle: Scenario = {
  name: "bundle",
  title: "A bundled program",
  explain: () =>
    "A program of one minified file asks once: from the start of its process to its first event, Node's own start included.",
  race: async (context) => {
    const own = shape("burst", "mixed", 5)
    const entrants = context.consumers
      .filter(({ name }) => canBeBundled(name))
      .map(async (consumer) => {
        const job = { kind: "program" as const, baseUrl: baseUrl(context, own) }
        const file = await write(consumer.name, context.scratch)
        return {
          name: consumer.name,
          target: {
            kind: "program" as const,
            name: consumer.name,
            args: [file],
            reports: "itself" as const,
            home: context.scratch
          },
          warmUp: [job],
          legs: [{ label: "", job, amount: 1, expected: expectedOf(consumer, own) }]
        }
      })
    return { rounds: context.rounds, fresh: false, metrics: [cpu, firstEvent], entrants: await Promise.all(entrants) }
  }
}
