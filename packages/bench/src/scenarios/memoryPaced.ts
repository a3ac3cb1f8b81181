import { number, peakMemory, type Scenario, shape, streams } from "./scenario.js"

export const memoryPaced: Scenario = {
  name: "memory-paced",
  title: "Peak memory, paced",
  explain: ({ paced }) =>
    `The same where a new process reads ${number(paced.streams)} streams at once, each one event every 20 ms, ${number(paced.chunks)} events long.`,
  race: (context) => {
    const { chunks, streams: count } = context.sizes.paced
    const own = shape("paced", "mixed", chunks)
    return streams(context, {
      shape: own,
      count,
      warmUp: { shape: own, count },
      metrics: [peakMemory],
      fresh: true
    })
  }
}
