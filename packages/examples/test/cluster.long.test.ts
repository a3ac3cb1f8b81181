/** The example of a job, by its layer alone, in two processes that share a PostgreSQL. */
import { Simulator } from "@effect-zhipu/testing"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { join } from "node:path"
import { findPostgres, startPostgres } from "../../../scripts/services.mjs"
import { environmentOf, node, root } from "./support/child.js"

const postgres = await findPostgres()

describe.skipIf(postgres.path === undefined)("bulk by a cluster", () => {
  it.scopedLive(
    "asks for each item once, in whichever process, and each tells how the job ended",
    () =>
      Effect.gen(function* () {
        const { url } = yield* Effect.acquireRelease(
          Effect.promise(() => startPostgres(postgres.path ?? "")),
          ({ stop }) => Effect.promise(stop)
        )
        const simulator = yield* Simulator.make()
        const together = node([join(root, "packages/examples/run.mjs"), "bulk"], {
          env: { ...environmentOf(simulator), DATABASE_URL: url, BULK_ENGINE: "cluster" }
        })
        for (const { code, stderr, stdout } of yield* Effect.all([together, together], { concurrency: 2 })) {
          expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
          expect(stdout).toMatch(
            /^5 done, 0 failed, 5 calls\n((Florence|Bergen|Quito|Perth|Hanoi) (sun|clouds|rain)\n){5}$/
          )
        }
        expect((yield* simulator.stats).requests).toBe(5)
      }),
    60_000
  )
})
