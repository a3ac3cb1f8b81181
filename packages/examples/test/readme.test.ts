/**
 * What the READMEs show: every `ts` block type-checks and does what it says, in English and in Chinese. One that imports
 * @effect/vitest is a file of tests, which vitest runs.
 */
import { Simulator } from "@effect-zhipu/testing"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { afterAll, beforeAll, describe } from "vitest"
import { environmentOf, node, tsc } from "./support/child.js"
import { blocksIn, brokenLinks, parts, read } from "./support/markdown.js"
import * as Project from "./support/project.js"

const scriptsIn = (file: string): ReadonlyArray<string> =>
  blocksIn(read(file)).flatMap(({ code, language }) => (language === "ts" ? [code] : []))

/** What each block prints, in order. */
const expected: Readonly<Record<string, ReadonlyArray<RegExp>>> = {
  "README.md": [
    /^You asked: "Why is the sky blue\?"\. .+/,
    /^You asked: "Why is the sky blue\?"\. .+/,
    /^You asked: "Tell me about the sea\."\. .+\n$/,
    /^\{"city":"London"\}\nHere is what I found\. get_weather says: \{"city":"London","sky":"rain","celsius":11\}\.\n$/,
    /Tests +1 passed/,
    /^hello\n$/
  ],
  "README.zh-CN.md": [
    /^你问的是“天空为什么是蓝色的？”。.+/,
    /^你问的是“天空为什么是蓝色的？”。.+/,
    /^你问的是“讲讲大海。”。.+\n$/,
    /^\{"city":"伦敦"\}\n根据工具的结果，get_weather 返回：\{"city":"伦敦","sky":"雨","celsius":11\}。\n$/,
    /Tests +1 passed/,
    /^你好\n$/
  ],
  "packages/node/README.md": [/^You asked: "Hello"\. .+/, /^$/],
  "packages/client/README.md": [
    /^You asked: "Why is the sky blue\?"\. .+\n$/,
    /^get_weather: 11 degrees\nHere is what I found\. get_weather says: \{"celsius":11\}\.\n$/,
    /^may it call send_email\?\nsent to ada@example\.com\nHere is what I found\. send_email says: sent\.\n$/,
    /^Florence: 31 and sun\n$/,
    /^(so far .+\n)*in all 1\n$/,
    /^You asked: ".+"\. .+\nTooLarge 5242880\n$/,
    /^$/,
    /^$/,
    /^$/
  ],
  "packages/ai/README.md": [
    /^You asked: "Why is the sky blue\?"\. .+\n\d+ tokens of thinking\n$/,
    /^get_weather \{ city: 'London' \}\nHere is what I found\. get_weather says: rain in London\.\n$/
  ],
  "packages/api/README.md": [
    /^A cat needs a quiet place to sleep\.\n$/,
    /^(review-[012] .*(Great service|Never again|It was fine).*\n){3}$/
  ],
  "packages/bulk/README.md": [
    /^3 done, 0 failed, 0 asked for again\n(review-[012] .*(Best soup|Never again|It was fine).*\n){3}$/
  ],
  "packages/http/README.md": [
    /^$/,
    /^You asked: "Why is the sky blue\?"\. .+/,
    /^hello\n$/,
    /^You asked: "Hello"\. .+/
  ],
  "packages/mcp/README.md": [/^$/, /^$/, /^$/],
  "packages/monitor/README.md": [/^1 of 1 attempts, error rate 0\n$/, /^$/, /^$/],
  "packages/protocol/README.md": [/^You asked: "Why is the sky blue\?"\. .+/, /^$/],
  "packages/redis/README.md": [/^$/, /^$/],
  "packages/testing/README.md": [
    /^1, 2, 3, .+, 20\ncut after 10 frames\n\{ requests: 2, connections: \d \}\n$/,
    /^true\nrefused: cassette\n$/
  ]
}

const files = Object.keys(expected)

const scripts = files.flatMap((file) =>
  scriptsIn(file).map((code, index) => ({
    file,
    index,
    code,
    name: `${file.replace(/\W+/g, "-")}-${index + 1}${code.includes(`from "@effect/vitest"`) ? ".test" : ""}`,
    prints: expected[file]?.[index]
  }))
)

let folder = ""

beforeAll(async () => {
  folder = await Project.make("readme", scripts, { noUnusedLocals: true })
}, 120_000)

afterAll(() => Project.remove(folder))

describe("the blocks", () => {
  it.live("are as many as there are expectations", () =>
    Effect.sync(() => {
      for (const file of files) expect([file, scriptsIn(file).length]).toEqual([file, expected[file]?.length])
    })
  )

  it.live(
    "type-check, and do what they say",
    () =>
      Effect.gen(function* () {
        expect(yield* tsc(["-p", folder])).toMatchObject({ code: 0, stdout: "" })
        const programs = scripts.flatMap(({ name }) => (name.endsWith(".test") ? [] : [name]))
        yield* Effect.promise(() => Project.bundle(folder, programs))
        yield* Effect.forEach(
          scripts,
          ({ name, prints }) =>
            Effect.gen(function* () {
              const simulator = yield* Simulator.make()
              const { code, stderr, stdout } = yield* node(Project.command(folder, name, "bundle"), {
                cwd: folder,
                env: environmentOf(simulator)
              })
              expect({ name, code, stderr }).toEqual({ name, code: 0, stderr: "" })
              expect(stripVTControlCharacters(stdout)).toMatch(prints ?? /never/)
            }).pipe(Effect.scoped),
          { concurrency: 4 }
        )
      }),
    180_000
  )

  it.live("the first runs with nothing but the client, effect and @effect/platform, as JavaScript too", () =>
    Effect.gen(function* () {
      const [first] = scriptsIn("README.md")
      const imported = Array.from((first ?? "").matchAll(/ from "([^"]+)"/g), ([, name]) => name)
      expect(imported).toEqual(["@effect-zhipu/client", "@effect/platform", "effect"])
      writeFileSync(join(folder, "stream.mjs"), first ?? "")
      const simulator = yield* Simulator.make()
      const outcome = yield* node([join(folder, "stream.mjs")], { env: environmentOf(simulator) })
      expect(outcome).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("Why is the sky blue?") })
    }).pipe(Effect.scoped)
  )
})

/** The program without Effect. Windows has no signals that a program can send to another. */
describe.skipIf(process.platform === "win32")("the stop button", () => {
  it.live("takes 8 lines at most, and closes the request", () =>
    Effect.gen(function* () {
      const code = scriptsIn("README.md")[1] ?? ""
      expect(code.split("\n").filter((line) => line.trim() !== "").length).toBeLessThanOrEqual(8)
      const simulator = yield* Simulator.make({ faults: "slow:50" })
      const child = spawn(process.execPath, Project.command(folder, "README-md-2", "bundle"), {
        env: { ...process.env, ...environmentOf(simulator) },
        stdio: ["ignore", "pipe", "pipe"]
      })
      yield* Effect.addFinalizer(() => Effect.sync(() => child.kill("SIGKILL")))
      let stderr = ""
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
      yield* Effect.promise(() => once(child.stdout, "data"))
      child.kill("SIGINT")
      yield* Effect.promise(() => once(child, "close"))
      expect(stderr).toContain("AbortError")
      yield* simulator.awaitIdle
      expect((yield* simulator.stats).disconnects).toMatchObject([{ complete: false }])
    }).pipe(Effect.scoped)
  )
})

describe("the READMEs", () => {
  it.each(["README.md", "README.zh-CN.md"])("%s begins with two commands of one line", (file) => {
    expect(
      blocksIn(read(file))
        .slice(0, 2)
        .map(({ code, language }) => ({ language, code }))
    ).toEqual([
      { language: "sh", code: `npm ci && npm start -- "Why is the sky blue?"\n` },
      { language: "sh", code: "npm ci && npm test\n" }
    ])
  })

  it("link to each other at the top", () => {
    const top = (file: string) => read(file).split("\n").slice(0, 4).join("\n")
    expect(top("README.md")).toContain("(README.zh-CN.md)")
    expect(top("README.zh-CN.md")).toContain("(README.md)")
  })

  it.each(files)("%s links to files that are there", (file) => {
    expect(brokenLinks(file)).toEqual([])
  })

  it("show the same code in both languages, but for comments and strings", () => {
    const english = scriptsIn("README.md").map(parts)
    const chinese = scriptsIn("README.zh-CN.md").map(parts)
    expect(chinese.map(({ code }) => code)).toEqual(english.map(({ code }) => code))
    for (const [index, { strings }] of english.entries()) {
      // A string that is not in Chinese is the same string.
      const others = chinese[index]?.strings ?? []
      expect(others.map((other, at) => (/\p{Script=Han}/u.test(other) ? strings[at] : other))).toEqual(strings)
    }
  })
})
