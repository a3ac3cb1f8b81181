import { cpuPer, number, type Scenario, shape, streams } from "./scenario.js"

export const prose: Scenario = {
  name: "prose",
  title: "Burst of longer texts",
  explain: ({ burst }) =>
    `The same with ${number(burst / 2)} chunks of 14 to 36 Chinese or 45 to 115 Latin characters.`,
  race: (context) => {
    const chunks = context.sizes.burst / 2
    return streams(context, {
      shape: shape("burst", "prose", chunks),
      count: 1,
      warmUp: { shape: shape("burst", "prose", Math.min(chunks, 10_000)), count: 1 },
      metrics: [cpuPer("chunk")],
      shared: true
    })
  }
}
