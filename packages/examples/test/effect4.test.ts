/**
 * The edition for Effect 4: its sources are what the packages for Effect 3 give, the examples in its docstrings type-check, and what its
 * README and its page of the guide show runs, each block in a process of its own against a simulator.
 */
import { Simulator } from "@effect-zhipu/testing"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { transformSync } from "esbuild"
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, beforeAll, describe } from "vitest"
import { compiled } from "../../../scripts/built.mjs"
import { findRedis, startRedis } from "../../../scripts/services.mjs"
import { environmentOf, node, root, tsc } from "./support/child.js"
import { blocksIn, read } from "./support/markdown.js"

const home = join(root, "packages/effect4")

const shown: ReadonlyArray<readonly [file: string, language: string, prints: ReadonlyArray<RegExp>]> = [
  [
    "packages/effect4/README.md",
    "ts",
    [
      /^You asked: "Why is the sky blue\?"\. .+/,
      /^hello from a mock\n$/,
      /^\[ 'rain in London' \]\n$/,
      /^0\.\d\d The sky is blue\.\n0\.\d\d The sea is blue, too\.\n$/,
      /^You asked: "Why is the sky blue\?"\. .+/,
      /^1 of 1 attempts, error rate 0\n$/,
      /^You asked: "Hello"\. .+/,
      /^100 of 100 done\n$/
    ]
  ],
  ["docs/effect-4.md", "js", [/^You asked: "Why is the sky blue\?"\. .+/, /^6 \* 7 = 42\n$/]],
  ["docs/zh/effect-4.md", "js", [/^你问的是“天空为什么是蓝色的？”。.+/, /^6 \* 7 = 42\n$/]],
  ["docs/bulk.md", "js", [/^100 of 100 done\n$/]],
  ["docs/zh/bulk.md", "js", [/^完成 100\/100\n$/]]
]

const found = await findRedis()

let folder = ""
let redis: Awaited<ReturnType<typeof startRedis>> | undefined

beforeAll(async () => {
  await compiled("effect4")
  // Below the package, which finds the effect and the package that are there.
  folder = mkdtempSync(join(home, "node_modules/.shown-"))
  if (found.path !== undefined) redis = await startRedis(found.path)
}, 120_000)

afterAll(() => {
  redis?.stop()
  if (folder !== "") rmSync(folder, { recursive: true, force: true })
})

it.live("the sources are what `npm run effect4` writes", () =>
  Effect.gen(function* () {
    const { code, stderr } = yield* node([join(root, "scripts/effect4/generate.mjs"), "--check"])
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
  })
)

/** The examples in docstrings, and the blocks of the README: programs by name. */
const programs = (): ReadonlyMap<string, string> => {
  const sources = readdirSync(join(home, "src"), { recursive: true, encoding: "utf8" })
  const examples = sources
    .filter((file) => file.endsWith(".ts") && !file.endsWith("index.ts"))
    .flatMap((file) => {
      const text = readFileSync(join(home, "src", file), "utf8")
      const found = Array.from(text.matchAll(/^ \* ```ts\n((?: \*.*\n)*?) \* ```$/gm))
      return found.map(([, lines = ""], index): readonly [string, string] => [
        `${file.slice(0, -3).replaceAll(/[\\/]/g, "-")}-${index + 1}.ts`,
        lines.replace(/^ \* ?/gm, "")
      ])
    })
  const blocks = blocksIn(read("packages/effect4/README.md")).filter(({ language }) => language === "ts")
  return new Map([...examples, ...blocks.map(({ code, line }) => [`README-${line}.ts`, code] as const)])
}

it.live(
  "the examples in docstrings and in the README type-check",
  () =>
    Effect.gen(function* () {
      const project = mkdtempSync(join(home, "node_modules/.examples-"))
      yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(project, { recursive: true, force: true })))
      const all = programs()
      expect(all.size).toBeGreaterThan(100)
      for (const [name, code] of all) writeFileSync(join(project, name), code)
      writeFileSync(join(project, "package.json"), JSON.stringify({ type: "module" }))
      const compilerOptions = {
        target: "ES2022",
        lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
        module: "NodeNext",
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: true,
        types: ["node"],
        noEmit: true
      }
      writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions }))
      expect(yield* tsc(["-p", project])).toMatchObject({ code: 0, stdout: "" })
    }).pipe(Effect.scoped),
  120_000
)

for (const [file, language, prints] of shown) {
  describe(file, () => {
    const blocks = blocksIn(read(file)).filter((block) => block.language === language)

    it("shows what is expected here", () => {
      expect(blocks).toHaveLength(prints.length)
    })

    for (const [index, { code, line }] of blocks.entries()) {
      const lacksRedis = code.includes("/redis") && found.path === undefined
      if (lacksRedis) console.warn(`SKIPPED: ${file}, line ${line}. ${found.reason}.`)
      it.skipIf(lacksRedis)(`line ${line} runs`, () =>
        Effect.gen(function* () {
          const simulator = yield* Simulator.make()
          const script = join(folder, `${file.replace(/\W+/g, "-")}-${line}.mjs`)
          writeFileSync(script, transformSync(code, { loader: "ts", target: "es2022" }).code)
          const env = { ...environmentOf(simulator), ...(redis === undefined ? {} : { REDIS_URL: redis.url }) }
          // What a program keeps is its own: the same ids with prompts in another language are another job.
          const cwd = mkdtempSync(join(folder, "run-"))
          const { code: exit, stderr, stdout } = yield* node([script], { cwd, env })
          expect({ exit, stderr }).toEqual({ exit: 0, stderr: "" })
          expect(stdout).toMatch(prints[index] ?? /^$/)
        }).pipe(Effect.scoped, Effect.runPromise)
      )
    }
  })
}
