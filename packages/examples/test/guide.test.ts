/**
 * What the guide shows, in English and in Chinese. Each `ts` block is a program of its own: it type-checks, and run against a
 * simulator it prints what the `text` block right after it says, or nothing; `…` there stands for anything. A first line
 * `// weather.ts` names a file that later blocks of the page import as "./weather.js"; `// weather.test.ts` is run by vitest.
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
import { environmentOf, node, root, tsc } from "./support/child.js"
import { type Block, blocksIn, brokenLinks, parts, read } from "./support/markdown.js"
import * as Project from "./support/project.js"

const pagesIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => `${folder}/${name}`)

const english = pagesIn("docs")
const pages = [...english, ...pagesIn("docs/zh")]

interface Program {
  readonly name: string
  readonly code: string
  readonly line: number
  readonly kind: "program" | "module" | "test"
  readonly prints: string
}

const programsIn = (blocks: ReadonlyArray<Block>): ReadonlyArray<Program> =>
  blocks.flatMap(({ code, language, line }, index) => {
    if (language !== "ts") return []
    const next = blocks[index + 1]
    const file = /^\/\/ ([\w-]+(\.test)?)\.ts\n/.exec(code)
    return {
      name: file?.[1] ?? `line-${line}`,
      code,
      line,
      kind: file === null ? "program" : file[2] === undefined ? "module" : "test",
      prints: next?.language === "text" && next.follows ? next.code : ""
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

const cli = join(root, "packages", "cli", "dist", "bin.js")
const runAll = fileURLToPath(new URL("./support/run-all.mjs", import.meta.url))

const folderOf = (page: string): string => page.replace(/\.md$/, "").replace(/\W+/g, "-")

const programsOf = (page: string): ReadonlyArray<Program> => programsIn(blocksIn(read(page)))

/** One project of all pages, a folder each, so that it is compiled once. */
let project = ""
let typeErrors: ReadonlyArray<string> = []

beforeAll(async () => {
  const all = pages.flatMap((page) =>
    programsOf(page).map(({ code, name }) => ({ name: `${folderOf(page)}/${name}`, code }))
  )
  project = await Project.make("guide", all, { noUnusedLocals: true })
  const { stdout } = await Effect.runPromise(tsc(["-p", "."], project))
  typeErrors = stdout.split("\n").filter((line) => line.trim() !== "")
}, 180_000)

afterAll(() => Project.remove(project))

/** All programs of a page in one process, and what they printed, for those that came to their end. */
const together = (page: string, programs: ReadonlyArray<Program>) =>
  Effect.gen(function* () {
    const runs = programs.filter(({ kind }) => kind === "program")
    const jobs = yield* Effect.forEach(runs, ({ name }) =>
      Effect.map(Simulator.make(), (simulator) => ({
        script: join(project, "out", folderOf(page), `${name}.js`),
        env: environmentOf(simulator)
      }))
    )
    const results = join(project, `${folderOf(page)}.json`)
    const { code, stderr } = yield* node([runAll, results], {
      cwd: join(project, folderOf(page)),
      input: JSON.stringify(jobs)
    })
    const outcomes: ReadonlyArray<{ readonly stdout: string; readonly stderr: string }> =
      code === 0 && stderr === "" && runs.length > 0 ? JSON.parse(readFileSync(results, "utf8")) : []
    return new Map(outcomes.map((outcome, index) => [runs[index]?.name ?? "", outcome]))
  }).pipe(Effect.scoped)

/** A program as a reader runs it. It is the judge of what did not work together with others. */
const alone = (page: string, { kind, line, name, prints }: Program) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.make()
    const options = { cwd: join(project, folderOf(page)), env: environmentOf(simulator) }
    const { code, stderr, stdout } = yield* node(Project.command(project, `${folderOf(page)}/${name}`), options)
    expect({ line, code, stderr }).toEqual({ line, code: 0, stderr: "" })
    if (kind === "program") expect(stdout, `line ${line}`).toMatch(matches(prints))
  }).pipe(Effect.scoped)

describe.each(pages)("%s", (page) => {
  const blocks = blocksIn(read(page))
  const programs = programsOf(page)
  const calls = callsIn(blocks)

  it("links to files that are there, and holds blocks of languages that are checked", () => {
    expect(brokenLinks(page)).toEqual([])
    for (const { code, language, line } of blocks) {
      expect(["ts", "text", "sh", "json", "html"], `line ${line}`).toContain(language)
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
          const early = yield* together(page, runs)
          yield* Effect.forEach(runs, (program) => {
            const outcome = early.get(program.name)
            return outcome?.stderr === "" && matches(program.prints).test(outcome.stdout)
              ? Effect.void
              : alone(page, program)
          })
        }),
      300_000
    )
  }

  if (calls.length > 0)
    it.effect(
      "its commands end well",
      () =>
        Effect.gen(function* () {
          const folder = yield* Effect.acquireRelease(
            Effect.sync(() => mkdtempSync(join(tmpdir(), "guide-"))),
            (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
          )
          for (const { before, code, language } of blocks) {
            const [, file] = /`([\w-]+\.json)`/.exec(before) ?? []
            if (language === "json" && file !== undefined) writeFileSync(join(folder, file), code)
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

  it.each(english)("shows the code of %s, but for comments and strings", (page) => {
    const other = page.replace("docs/", "docs/zh/")
    if (!existsSync(join(root, other))) return expect(other).toBe("there")
    const scripts = (file: string) =>
      blocksIn(read(file)).flatMap(({ code, language }) => (language === "ts" ? [parts(code)] : []))
    const chinese = scripts(other)
    expect(chinese.map(({ code }) => code)).toEqual(scripts(page).map(({ code }) => code))
  })
})
