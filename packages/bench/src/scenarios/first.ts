import { baseUrl, cpuPer, expectedOf, firstEvent, number, type Scenario, shape } from "./scenario.js"

/** A service is warm after thousands of calls, and only then has all of its code been compiled. */
const warmUps = 8

export const first: Scenario = {
  name: "first",
  title: "First event, warm",
  explain: ({ first }) =>
    `${number(first)} streams of 5 chunks, one after the other over a connection that is kept: what a call costs before its text matters.`,
  race: (context) => {
    const own = shape("burst", "mixed", 5)
    return {
      rounds: context.rounds,
      fresh: false,
      metrics: [cpuPer("stream"), firstEvent],
      entrants: context.consumers.map((consumer) => {
        const job = { kind: "first" as const, baseUrl: baseUrl(context, own), count: context.sizes.first }
        return {
          name: consumer.name,
          target: { kind: "consumer", name: consumer.name },
          warmUp: Array.from({ length: warmUps }, () => job),
          legs: [{ label: "", job, amount: job.count, expected: expectedOf(consumer, own) }]
        }
      })
    }
  }
}
