/**
 * What the guide shows, in English and in Chinese. Each `ts` block is a program of its own: it type-checks, and run against a
 * simulator it prints what the `text` block right after it says, or nothing; `…` there stands for anything. A first line
 * `// weather.ts` names a file that later blocks of the page import as "./weather.js"; `// weather.test.ts` is run by vitest.
 * A `js` block with a first line `// ask.cjs` is a CommonJS program, which is run as well.
 * Lines of `sh` blocks that call `zhipu` are run, too. `json` blocks are JSON, and the file that the line before names in
 * backticks is there when a command runs.
 */
import { Simulator } from "@effect-zhipu/testing"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { bundled } from "../../../scripts/built.mjs"
import { environmentOf, node, root, tsc } from "./support/child.js"
import { type Block, blocksIn, brokenLinks, parts, read } from "./support/markdown.js"
import * as Project from "./support/project.js"

const pagesIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `${folder}/${name}`)

/** Programs that need more than these tests have: servers.long.test.ts and browsers.long.test.ts run them. */
const elsewhere = ["js", "typescript"]

const english = pagesIn("docs")
const pages = [...english, ...pagesIn("docs/zh")]

interface Program {
  readonly name: string
  readonly code: string
  readonly line: number
  readonly kind: "program" | "module" | "test" | "commonjs"
  readonly prints: string
}

const programsIn = (blocks: ReadonlyArray<Block>): ReadonlyArray<Program> =>
  blocks.flatMap(({ code, language, line }, index) => {
    const next = blocks[index + 1]
    const prints = next?.language === "text" && next.follows ? next.code : ""
    const [, commonjs] = (language === "js" && /^\/\/ ([\w-]+)\.cjs\n/.exec(code)) || []
    if (commonjs !== undefined) return { name: commonjs, code, line, kind: "commonjs", prints }
    if (language !== "ts") return []
    const file = /^\/\/ ([\w-]+(\.test)?)\.ts\n/.exec(code)
    return {
      name: file?.[1] ?? `line-${line}`,
      code,
      line,
      kind: file === null ? "program" : file[2] === undefined ? "module" : "test",
      prints
    }
  })

/** Whether a text is what is shown, where `…` stands for anything. */
const matches = (shown: string): RegExp =>
  new RegExp(
    `^${shown
      .trimEnd()
      .split("…")
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
      .join("[^]*")}\\s*$`
  )

/** The calls of the command, with what a shell would make of them: only quotes are understood. */
const callsIn = (
  blocks: ReadonlyArray<Block>
): ReadonlyArray<{ readonly line: number; readonly args: ReadonlyArray<string> }> =>
  blocks.flatMap((block) =>
    block.language !== "sh"
      ? []
      : block.code.split("\n").flatMap((text, index) => {
          const [, rest] = /^zhipu((?: .*)?)$/.exec(text) ?? []
          if (rest === undefined || rest.trim() === "") return []
          const command = rest.replace(/\s+#.*$/, "")
          const args = Array.from(
            command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g),
            ([, one, two, bare]) => one ?? two ?? bare ?? ""
          )
          return [{ line: block.line + index, args }]
        })
  )

const cli = join(await bundled("cli", ["bin"]), "bin.js")
const runAll = fileURLToPath(new URL("./support/run-all.mjs", import.meta.url))

const folderOf = (page: string): string => page.replace(/\.md$/, "").replace(/\W+/g, "-")

const programsOf = (page: string): ReadonlyArray<Program> => programsIn(blocksIn(read(page)))

/** One project of all pages, a folder each, so that it is compiled once. */
let project = ""
let typeErrors: ReadonlyArray<string> = []

beforeAll(async () => {
  const written = all.map(({ page, program }) => ({ ...program, name: keyOf(page, program) }))
  project = await Project.make(
    "guide",
    written.filter(({ kind }) => kind !== "commonjs"),
    { noUnusedLocals: true }
  )
  for (const { code, kind, name } of written) {
    if (kind === "commonjs") writeFileSync(join(project, `${name}.cjs`), code)
  }
  const { stdout } = await Effect.runPromise(tsc(["-p", "."], project))
  // What is indented belongs to the line before.
  typeErrors = stdout.split(/\n(?! )/).filter((text) => text.trim() !== "")
  await Effect.runPromise(Effect.all([runTogether, testTogether], { concurrency: 2 }))
}, 300_000)

afterAll(() => Project.remove(project))

/** Whether a program did what the page says when it ran together with all others. */
const didWell = new Set<string>()

const keyOf = (page: string, { name }: Program): string => `${folderOf(page)}/${name}`

const all = pages.flatMap((page) => programsOf(page).map((program) => ({ page, program })))

/** All programs of all pages in one process. */
const runTogether = Effect.gen(function* () {
  const runs = all.filter(({ program }) => program.kind === "program")
  const jobs = yield* Effect.forEach(runs, ({ page, program }) =>
    Effect.map(Simulator.make(), (simulator) => ({
      script: join(project, "out", `${keyOf(page, program)}.js`),
      cwd: join(project, folderOf(page)),
      env: environmentOf(simulator)
    }))
  )
  const results = join(project, "results.json")
  yield* node([runAll, results], { input: JSON.stringify(jobs) })
  const outcomes: ReadonlyArray<{ readonly stdout: string; readonly stderr: string; readonly failed: boolean }> =
    existsSync(results) ? JSON.parse(readFileSync(results, "utf8")) : []
  for (const [index, { failed, stderr, stdout }] of outcomes.entries()) {
    const run = runs[index]
    if (run === undefined || failed || stderr !== "" || !matches(run.program.prints).test(stdout)) continue
    didWell.add(keyOf(run.page, run.program))
  }
}).pipe(Effect.scoped)

/** All files of tests by one vitest. */
const testTogether = Effect.gen(function* () {
  const simulator = yield* Simulator.make()
  const passed = yield* Project.test(project, environmentOf(simulator))
  for (const name of passed) didWell.add(name)
}).pipe(Effect.scoped)

/** A program as a reader runs it. It is the judge of what did not work together with others. */
const alone = (page: string, { kind, line, name, prints }: Program) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make()
    const options = { cwd: join(project, folderOf(page)), env: environmentOf(simulator) }
    const args = kind === "commonjs" ? [`${name}.cjs`] : Project.command(project, `${folderOf(page)}/${name}`)
    const { code, stderr, stdout } = yield* node(args, options)
    expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: "" })
    if (kind !== "test") expect(stdout, `line ${line}`).toMatch(matches(prints))
  }).pipe(Effect.scoped)

describe.each(pages)("%s", (page) => {
  const blocks = blocksIn(read(page))
  const programs = programsOf(page)
  const calls = callsIn(blocks)

  it("links to files that are there, and holds blocks of languages that are checked", () => {
    expect(brokenLinks(page)).toEqual([])
    for (const { code, language, line } of blocks) {
      expect(["ts", "text", "sh", "json", "html", ...elsewhere], `line ${line}`).toContain(language)
      if (language === "json") JSON.parse(code)
    }
  })

  if (programs.length > 0) {
    it.effect(
      "its programs type-check, and print what it says",
      () =>
        Effect.gen(function* () {
          const mine = (line: string) => line.startsWith(`${folderOf(page)}/`)
          expect(typeErrors.filter((line) => mine(line) || !/^[\w-]+\//.test(line))).toEqual([])
          const runs = programs.filter(({ kind }) => kind !== "module")
          yield* Effect.forEach(runs, (program) =>
            didWell.has(keyOf(page, program)) ? Effect.void : alone(page, program)
          )
        }),
      300_000
    )
  }

  // Those of a Chinese page are the English ones, which is looked at below: a process each would say nothing new.
  if (calls.length > 0 && english.includes(page))
    it.effect(
      "its commands end well",
      () =>
        Effect.gen(function* () {
          const folder = yield* Effect.acquireRelease(
            Effect.sync(() => mkdtempSync(join(tmpdir(), "guide-"))),
            (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
          )
          for (const { before, code, language } of blocks) {
            const [, file] = /`([\w-]+\.(?:json|txt))`/.exec(before) ?? []
            if ((language === "json" || language === "text") && file !== undefined)
              writeFileSync(join(folder, file), code)
          }
          const simulator = yield* Simulator.make()
          // In their order, as one may need what an earlier one wrote.
          for (const { args, line } of calls) {
            // These go on until they are stopped: that their options are right must do.
            const waits = args[0] === "simulate" || args[0] === "monitor"
            const options = { cwd: folder, env: environmentOf(simulator) }
            const { code, stderr } = yield* node([cli, ...args, ...(waits ? ["--help"] : [])], options)
            expect({ line, code, stderr: code === 0 ? "" : stderr }).toEqual({ line, code: 0, stderr: "" })
          }
        }).pipe(Effect.scoped),
      120_000
    )
})

describe("the guide in Chinese", () => {
  it("has the pages of the English one", () => {
    expect(pagesIn("docs/zh").map((page) => page.replace("/zh/", "/"))).toEqual(english)
  })

  it.each(english.filter((page) => callsIn(blocksIn(read(page))).length > 0))(
    "calls the command as %s does, but for what is asked",
    (page) => {
      // Words of a reader's language are what is not ASCII, or stands beside such in the other page.
      const commands = (file: string) => callsIn(blocksIn(read(file))).map(({ args }) => args)
      const chinese = commands(page.replace("docs/", "docs/zh/"))
      const spoken = (command: number, place: number) => /[^ -~]/.test(chinese[command]?.[place] ?? "")
      const plain = (calls: ReadonlyArray<ReadonlyArray<string>>) =>
        calls.map((args, command) => args.map((arg, place) => (spoken(command, place) ? "…" : arg)).join(" "))
      expect(plain(chinese)).toEqual(plain(commands(page)))
    }
  )

  it.each(english)("shows the code of %s, but for comments and strings", (page) => {
    const other = page.replace("docs/", "docs/zh/")
    if (!existsSync(join(root, other))) return expect(other).toBe("there")
    const scripts = (file: string) =>
      blocksIn(read(file)).flatMap(({ code, language }) =>
        ["ts", ...elsewhere].includes(language) ? [parts(code)] : []
      )
    const chinese = scripts(other)
    expect(chinese.map(({ code }) => code)).toEqual(scripts(page).map(({ code }) => code))
  })
})
