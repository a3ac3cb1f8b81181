import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { checkEffect } from "../src/doctor/effectVersion.js"

/** A project that has installed these packages. */
const project = (packages: Readonly<Record<string, string>>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const folder = mkdtempSync(join(tmpdir(), "project-"))
      for (const [name, version] of Object.entries(packages)) {
        mkdirSync(join(folder, "node_modules", name), { recursive: true })
        writeFileSync(join(folder, "node_modules", name, "package.json"), JSON.stringify({ name, version }, null, 2))
      }
      mkdirSync(join(folder, "src"))
      return folder
    }),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

describe("the effect that a project has installed", () => {
  it.scoped("is another than the client is for", () =>
    Effect.gen(function* () {
      const folder = yield* project({ "@effect-zhipu/client": "0.1.0", effect: "4.1.0" })
      for (const place of [folder, join(folder, "src")]) {
        expect(yield* checkEffect(place)).toMatchObject([
          {
            status: "fail",
            seen: expect.stringContaining("@effect-zhipu/client is for Effect 3, and finds effect 4.1.0"),
            advice: expect.stringMatching(/npm install @effect-zhipu\/effect4 .*npm install effect@\^3\.22/)
          }
        ])
      }
      const older = yield* project({ "@effect-zhipu/effect4": "0.1.0", effect: "3.22.4" })
      expect(yield* checkEffect(older)).toMatchObject([
        { status: "fail", advice: expect.stringContaining("npm install @effect-zhipu/client") }
      ])
    })
  )

  it.scoped("fits, or there is no client", () =>
    Effect.gen(function* () {
      for (const packages of [
        { "@effect-zhipu/client": "0.1.0", effect: "3.22.4" },
        { "@effect-zhipu/effect4": "0.1.0", effect: "4.1.0" },
        { effect: "4.1.0" },
        { "@effect-zhipu/client": "0.1.0" }
      ]) {
        expect(yield* checkEffect(yield* project(packages))).toEqual([])
      }
    })
  )
})
