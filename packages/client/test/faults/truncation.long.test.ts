/** The streams of the service, ended too early at any byte, over real sockets. */
import { describe, it } from "@effect/vitest"
import { payloads } from "../../../testing/test/support/payloads.js"
import { cutEverywhere, tellTally } from "../support/cutBodies.js"
import * as Sim from "../support/simulator.js"
import { streams } from "../support/streams.js"

tellTally()

describe.each(payloads)("cut streams of the service, $name", (source) => {
  for (const [i, number] of streams.entries()) {
    const transport = Sim.transports[i % 2] ?? "undici"
    it.live(`16, 17. ${source.name} ${number} cut at 200 places, in three ways, over ${transport}`, () =>
      cutEverywhere(transport, source.bytes(number), i + 3)
    )
  }
})
