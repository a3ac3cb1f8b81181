import { baseUrl, cpuPer, expectedOf, number, type Scenario, shape } from "./scenario.js"

/** A service is warm after thousands of calls, and only then has all of its code been compiled. */
const warmUps = 4

export const json: Scenario = {
  name: "json",
  title: "Plain completions",
  explain: ({ json }) =>
    `${number(json.requests)} completions without streaming, ${json.concurrency} at a time, documents of some 2 KB.`,
  race: (context) => {
    const { concurrency, requests } = context.sizes.json
    const own = shape("json", "mixed", 300)
    return {
      rounds: context.rounds,
      fresh: false,
      metrics: [cpuPer("request")],
      entrants: context.consumers
        .filter((consumer) => consumer.completes)
        .map((consumer) => {
          const job = { kind: "complete" as const, baseUrl: baseUrl(context, own), count: requests, concurrency }
          return {
            name: consumer.name,
            target: { kind: "consumer", name: consumer.name },
            warmUp: Array.from({ length: warmUps }, () => job),
            legs: [{ label: "", job, amount: requests, expected: expectedOf(consumer, own) }]
          }
        })
    }
  }
}
