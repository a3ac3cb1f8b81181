/** All of the benchmark runs. Nothing here looks at times. */
import { beforeAll, describe, expect, it } from "vitest"
import { compiled } from "../../../scripts/built.mjs"
import { bench } from "./support/bench.js"

beforeAll(() => compiled("bench"), 120_000)

describe("the command", () => {
  it("runs all scenarios, in their smallest form", async () => {
    const { code, stdout } = await bench(
      "--tiny",
      "--rounds",
      "1",
      "--consumers",
      "floor,ours-node,effect4-node,openai-7"
    )
    expect(code).toBe(0)
    expect(stdout).not.toContain("failed")
  }, 400_000)
})
