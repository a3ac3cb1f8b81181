import { cpuPer, number, type Scenario, shape, streams } from "./scenario.js"

export const paced: Scenario = {
  name: "paced",
  title: "Paced",
  explain: ({ paced }) =>
    `${number(paced.streams)} streams at once, each one event every 20 ms, ${number(paced.chunks)} events long: what the output of a model looks like. The cost is that of a network read.`,
  race: (context) => {
    const { chunks, streams: count } = context.sizes.paced
    return streams(context, {
      shape: shape("paced", "mixed", chunks),
      count,
      warmUp: { shape: shape("paced", "mixed", chunks), count },
      metrics: [cpuPer("event")]
    })
  }
}
