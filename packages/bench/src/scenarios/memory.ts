import { number, peakMemory, type Scenario, shape, streams } from "./scenario.js"

export const memory: Scenario = {
  name: "memory",
  title: "Peak memory",
  explain: ({ memory }) =>
    `The peak of the resident set of a new process that reads one burst of ${number(memory)} chunks and keeps the answer. Much of it is Node and loaded code.`,
  race: (context) => {
    const own = shape("burst", "mixed", context.sizes.memory)
    return streams(context, {
      shape: own,
      count: 1,
      warmUp: { shape: own, count: 1 },
      metrics: [peakMemory],
      shared: true,
      fresh: true
    })
  }
}
