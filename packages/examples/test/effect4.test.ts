/**
 * The edition for Effect 4: its sources are what the packages for Effect 3 give, and what its README and its page of the guide
 * show runs, each block in a process of its own against a simulator.
 */
import { Simulator } from "@effect-zhipu/testing"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe } from "vitest"
import { compiled } from "../../../scripts/built.mjs"
import { lookForRuntime } from "../../../scripts/runtimes.mjs"
import { environmentOf, node, root } from "./support/child.js"
import { blocksIn, read } from "./support/markdown.js"

const home = join(root, "packages/effect4")

const shown: ReadonlyArray<readonly [file: string, language: string, prints: ReadonlyArray<RegExp>]> = [
  [
    "packages/effect4/README.md",
    "ts",
    [/^You asked: "Why is the sky blue\?"\. .+/, /^hello from a mock\n$/, /^\[ 'rain in London' \]\n$/]
  ],
  ["docs/effect-4.md", "js", [/^You asked: "Why is the sky blue\?"\. .+/]],
  ["docs/zh/effect-4.md", "js", [/^您问的是“天空为什么是蓝色的？”。.+/]]
]

let folder = ""

beforeAll(async () => {
  await compiled("effect4")
  // Below the package, which finds the effect and the package that are there.
  folder = mkdtempSync(join(home, "node_modules/.shown-"))
}, 120_000)

afterAll(() => {
  if (folder !== "") rmSync(folder, { recursive: true, force: true })
})

it.live("the sources are what `npm run effect4` writes", () =>
  Effect.gen(function* () {
    const { code, stderr } = yield* node([join(root, "scripts/effect4/generate.mjs"), "--check"])
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  })
)

const { path: node22, reason } = await lookForRuntime("node22")

describe.skipIf(node22 === undefined)(`on Node 22${reason === undefined ? "" : ` (${reason})`}`, () => {
  it.live(
    "what Effect 4 does in another order does no harm; its streams and all operations are as those of Effect 3",
    () =>
      Effect.gen(function* () {
        const operations = [
          ".tests-api/texts",
          ".tests-api/files",
          ".tests-api/batches",
          ".tests-api/media",
          ".tests-ai/embedding"
        ]
        const files = ["test/", ".tests-client/stream.test.ts", ".tests-client/grace.test.ts", ...operations]
        const { code, stdout } = yield* node([join(root, "scripts/effect4/tests.mjs"), ...files])
        expect(code, stdout).toBe(0)
        expect(stdout).toMatch(/Tests .*passed/)
      }),
    240_000
  )
})

for (const [file, language, prints] of shown) {
  describe(file, () => {
    const blocks = blocksIn(read(file)).filter((block) => block.language === language)

    it("shows what is expected here", () => {
      expect(blocks).toHaveLength(prints.length)
    })

    for (const [index, { code, line }] of blocks.entries()) {
      it.scopedLive(`line ${line} runs`, () =>
        Effect.gen(function* () {
          const simulator = yield* Simulator.make()
          const script = join(folder, `${file.replace(/\W+/g, "-")}-${line}.mjs`)
          writeFileSync(script, code)
          const { code: exit, stderr, stdout } = yield* node([script], { cwd: folder, env: environmentOf(simulator) })
          expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" })
          expect(stdout).toMatch(prints[index] ?? /^$/)
        })
      )
    }
  })
}
