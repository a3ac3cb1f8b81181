import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

const script = fileURLToPath(new URL("../../../scripts/pack-test.mjs", import.meta.url))

it("the packed packages install, type-check and run the README's first example", { timeout: 180_000 }, () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" })
  expect({ status, output: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, output: "" })
})
