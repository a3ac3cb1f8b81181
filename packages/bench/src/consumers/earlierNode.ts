/** Ours as it was, over `@effect-zhipu/node`: by the benchmark of that time, which drives a client in the same way. */
import type { Connect } from "./consumer.js"
import { moduleOf } from "./elsewhere.js"

export const { connect } = await moduleOf<{ readonly connect: Connect }>(
  "earlier",
  "packages/bench/dist/consumers/oursNode.js"
)
