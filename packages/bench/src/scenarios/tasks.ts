/** Work without a server: signing tokens, folding events. */
import type { Entrant } from "../race.js"
import { expected } from "../tasks/fold.js"
import { cpuPer, number, type Scenario } from "./scenario.js"

const task = (name: string, size: number, digest: string): Entrant => {
  const job = { kind: "task" as const, size }
  return {
    name,
    target: { kind: "task", name },
    warmUp: [job, job],
    legs: [{ label: "", job, amount: size, expected: digest }]
  }
}

export const jwt: Scenario = {
  name: "jwt",
  title: "Signing tokens",
  explain: () =>
    "The JWT of a call: signed by hand with node:crypto, taken from the cache of `ZhipuAuth` as all calls but the first of half an hour do, and signed anew each time by `ZhipuAuth`, with WebCrypto.",
  race: ({ rounds, sizes: { jwt } }) => ({
    rounds,
    fresh: false,
    metrics: [cpuPer("token")],
    entrants: [
      task("jwt-by-hand", jwt.signed, "valid"),
      task("jwt-cached", jwt.cached, "valid"),
      task("jwt-signed-anew", jwt.signed, "valid")
    ]
  })
}

export const fold: Scenario = {
  name: "fold",
  title: "Fold to a completion",
  explain: ({ fold }) =>
    `${number(fold)} events that are there already, in batches of 240, to one completion: \`ChunkEvent.fold\` against a loop that concatenates.`,
  race: ({ rounds, sizes: { fold } }) => ({
    rounds,
    fresh: false,
    metrics: [cpuPer("event")],
    entrants: [task("fold-by-hand", fold, expected(fold)), task("fold-ours", fold, expected(fold))]
  })
}
