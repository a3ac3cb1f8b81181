/**
 * Tests of the client that guard what the edition for Effect 4 has by hand: how a stream is handed on and ended, retries, Schemas, the
 * errors of a transport. All others run there as well, with those of edition 3 beside: `npm run effect4:test -- --compare`.
 */
import { it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import { describe, expect } from "vitest"
import { lookForRuntime } from "../../../scripts/runtimes.mjs"
import { node, root } from "./support/child.js"

const files = [
  ".tests-client/faults/http.test.ts",
  ".tests-client/faults/truncation.test.ts",
  ".tests-client/faults/tools.test.ts",
  ".tests-client/deadlines.test.ts",
  ".tests-client/retry.test.ts",
  ".tests-node/direct.test.ts",
  ".tests-api/files.test.ts"
]

const { path: node22, reason } = await lookForRuntime("node22")

describe.skipIf(node22 === undefined)(`on Node 22${reason === undefined ? "" : ` (${reason})`}`, () => {
  it.live(
    "the faults of streams, retries and deadlines are on Effect 4 what they are on Effect 3",
    () =>
      Effect.gen(function* () {
        const { code, stdout } = yield* node([join(root, "scripts/effect4/tests.mjs"), ...files])
        expect(code, stdout).toBe(0)
        expect(stdout).toMatch(/Test Files .*7 passed/)
      }),
    240_000
  )

  it.live(
    "what Effect 4 does in another order does no harm; its streams, tools and objects are as those of Effect 3",
    () =>
      Effect.gen(function* () {
        const client = ["stream", "grace", "handoff", "gate", "promise", "toolkit", "toolSchemas", "structuredOutput"]
        const files = [
          "test/",
          ".tests-http/ServerSentEvents",
          ".tests-testing/Objects",
          ...client.map((name) => `.tests-client/${name}.test.ts`)
        ]
        const { code, stdout } = yield* node([join(root, "scripts/effect4/tests.mjs"), ...files])
        expect(code, stdout).toBe(0)
        expect(stdout).toMatch(/Tests .*passed/)
      }),
    240_000
  )
})
