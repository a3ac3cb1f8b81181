import { cpuPer, number, type Scenario, shape, streams } from "./scenario.js"

export const crowd: Scenario = {
  name: "crowd",
  title: "Many at once",
  explain: ({ crowd }) =>
    `${number(crowd.streams)} streams of ${number(crowd.chunks)} chunks, all asked for at once and written as fast as they are taken: set-up and decoding together.`,
  race: (context) => {
    const { chunks, streams: count } = context.sizes.crowd
    return streams(context, {
      shape: shape("burst", "mixed", chunks),
      count,
      warmUp: { shape: shape("burst", "mixed", 60), count },
      metrics: [cpuPer("chunk")],
      shared: true
    })
  }
}
