import { cpuPer, number, type Scenario, shape, streams } from "./scenario.js"

export const burst: Scenario = {
  name: "burst",
  title: "Burst",
  explain: ({ burst }) =>
    `One stream of ${number(burst)} chunks, written in pieces of 64 KiB as fast as the consumer takes them: the cost of decoding.`,
  race: (context) =>
    streams(context, {
      shape: shape("burst", "mixed", context.sizes.burst),
      count: 1,
      warmUp: { shape: shape("burst", "mixed", Math.min(context.sizes.burst, 10_000)), count: 1 },
      metrics: [cpuPer("chunk")],
      shared: true
    })
}
