/** Every stream of the service, cut and ended at every offset. */
import { describe, it } from "@effect/vitest"
import { payloads } from "../../testing/test/support/payloads.js"
import { decode } from "./support/decoding.js"
import { cutAt, cutAtRandom, seeded } from "./support/random.js"
import { atOffsets, expectPrefix, expectWhole, load, streams } from "./support/streams.js"

describe.each(payloads)("streams of the service, $name", (source) => {
  for (const number of streams) {
    describe(`${source.name} ${number}`, () => {
      it("decodes to the same cut in two anywhere", { timeout: 120_000 }, () => {
        return atOffsets(source, number, 1, ({ bytes, oracle }, offset) =>
          expectWhole(decode(cutAt(bytes, [offset])), oracle, `cut at ${offset}`)
        )
      })

      it("decodes to the same in 1,000 random cuttings", { timeout: 120_000 }, () => {
        const { bytes, oracle } = load(source, number)
        const random = seeded(2)
        for (let i = 0; i < 1000; i++) {
          expectWhole(decode(cutAtRandom(random, bytes, 60)), oracle, `cutting ${i}`)
        }
      })

      it("is truncated before its finish reason and whole after it, wherever it ends", { timeout: 120_000 }, () => {
        return atOffsets(source, number, 3, ({ bytes, oracle }, end) => {
          if (end > 0) expectPrefix(decode([bytes.subarray(0, end)]), oracle, end, `ended after ${end} bytes`)
        })
      })
    })
  }
})
