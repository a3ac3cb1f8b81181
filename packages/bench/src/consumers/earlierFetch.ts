/** Ours as it was, over `FetchHttpClient.layer`. */
import type { Connect } from "./consumer.js"
import { moduleOf } from "./elsewhere.js"

export const { connect } = await moduleOf<{ readonly connect: Connect }>(
  "earlier",
  "packages/bench/dist/consumers/oursFetch.js"
)
