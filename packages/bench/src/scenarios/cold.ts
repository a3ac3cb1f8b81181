import type { Metric } from "../race.js"
import { baseUrl, expectedOf, firstEvent, type Scenario, shape } from "./scenario.js"

const cpu: Metric = { name: "CPU to the first event", unit: "ms", of: ({ cpuMicros }) => cpuMicros / 1000 }

export const cold: Scenario = {
  name: "cold",
  title: "First event, cold",
  explain: () =>
    "A new process loads the consumer (modules, not barrels, where there is a choice), makes a client, asks and gets its first event. The start of Node itself is not counted.",
  race: (context) => {
    const own = shape("burst", "mixed", 5)
    return {
      rounds: context.rounds,
      fresh: true,
      metrics: [firstEvent, cpu],
      entrants: context.consumers.map((consumer) => ({
        name: consumer.name,
        target: { kind: "consumer", name: consumer.name },
        warmUp: [],
        legs: [
          {
            label: "",
            job: { kind: "cold" as const, baseUrl: baseUrl(context, own) },
            amount: 1,
            expected: expectedOf(consumer, own)
          }
        ]
      }))
    }
  }
}
