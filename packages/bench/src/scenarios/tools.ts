import type { Leg } from "../race.js"
import { cpuPer, expectedOf, number, type Scenario, shape, streamJob } from "./scenario.js"

export const tools: Scenario = {
  name: "tools",
  title: "Fragments of a tool call",
  growth: true,
  explain: ({ tools }) =>
    `One tool call whose arguments come in ${tools.fragments.map(number).join(", ")} fragments of some 12 characters, as many streams at once as make ${number(tools.total)} fragments: the cost of a fragment must not grow with the call.`,
  race: (context) => ({
    rounds: context.rounds,
    fresh: false,
    metrics: [cpuPer("fragment")],
    entrants: context.consumers.map((consumer) => {
      const legs = context.sizes.tools.fragments.map((fragments): Leg => {
        const own = shape("burst", "tools", fragments + 1)
        const count = Math.max(1, Math.round((context.sizes.tools.total * consumer.share) / fragments))
        return {
          label: `${number(fragments)} fragments`,
          job: streamJob(context, own, count),
          amount: fragments * count,
          expected: expectedOf(consumer, own)
        }
      })
      const warm = legs.slice(0, -1).map(({ job }) => job)
      return {
        name: consumer.name,
        target: { kind: "consumer", name: consumer.name },
        warmUp: [...warm, ...warm],
        legs
      }
    })
  })
}
