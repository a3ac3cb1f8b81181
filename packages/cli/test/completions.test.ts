/** The completion scripts: bash runs its own; where a shell is not installed, that is said loudly. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as ChildProcess from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { isShell, script, type Described } from "../src/completions.js"
import { helpText } from "../src/help.js"
import * as options from "../src/options.js"
import { run } from "./support/zhipu.js"

const commands: ReadonlyArray<Described> = [
  { name: "zhipu", description: "Asks.", options: options.documented(options.chat), operands: undefined },
  {
    name: "token",
    description: "Don't: it's a token.",
    options: options.documented(options.token),
    operands: undefined
  },
  { name: "monitor", description: "Shows.", options: options.documented(options.monitor), operands: undefined },
  { name: "migrate", description: "Checks.", options: options.documented(options.migrate), operands: "files" },
  { name: "completions", description: "Prints.", options: [], operands: ["bash", "zsh", "fish"] }
]

const models = ["glm-4.6", "glm-4.6v", "glm-5"]

const has = (shell: string) => ChildProcess.spawnSync(shell, ["-c", "exit 0"]).status === 0

/** What bash offers after these words, the last of which is being written. */
const offers = (...words: ReadonlyArray<string>): ReadonlyArray<string> => {
  const quoted = ["zhipu", ...words].map((word) => `'${word}'`).join(" ")
  const { status, stderr, stdout } = ChildProcess.spawnSync(
    "bash",
    [
      "--norc",
      "-c",
      `${script("bash", commands, models)}
COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}
_zhipu
printf '%s\\n' "\${COMPREPLY[@]}"`
    ],
    { encoding: "utf8" }
  )
  expect([status, stderr]).toEqual([0, ""])
  return stdout.split("\n").filter((line) => line !== "")
}

describe("bash", () => {
  it("is there to test with", () => {
    expect(has("bash")).toBe(true)
  })

  it("completes commands, options and values", () => {
    expect(offers("")).toEqual(["token", "monitor", "migrate", "completions"])
    expect(offers("mo")).toEqual(["monitor"])
    expect(offers("monitor", "--u")).toEqual(["--url"])
    expect(offers("mi")).toEqual(["migrate"])
    expect(offers("--th")).toEqual(["--thinking"])
    expect(offers("--thinking", "")).toEqual(["enabled", "disabled"])
    expect(offers("--thinking", "=", "dis")).toEqual(["disabled"])
    expect(offers("--thinking", "=")).toEqual(["enabled", "disabled"])
    expect(offers("-m", "glm-4")).toEqual(["glm-4.6", "glm-4.6v"])
    expect(offers("--system", "")).toEqual([])
  })

  it("knows which command it is in", () => {
    expect(offers("token", "--")).toEqual(["--ttl", "--key-stdin", "--help"])
    expect(offers("completions", "f")).toEqual(["fish"])
    // The value of an option is no command, and what follows -- is the prompt.
    expect(offers("--system", "token", "--dry")).toEqual(["--dry-run"])
    expect(offers("--system", "=", "token", "--dry")).toEqual(["--dry-run"])
    expect(offers("--", "mi")).toEqual([])
  })

  it("completes files", () => {
    const directory = Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-completions-"))
    try {
      Fs.writeFileSync(Path.join(directory, "turns.json"), "[]")
      const begin = Path.join(directory, "tu")
      expect(offers("--messages", begin)).toEqual([Path.join(directory, "turns.json")])
      expect(offers("hi", "-f", begin)).toEqual([Path.join(directory, "turns.json")])
      expect(offers("--file", "a.png", "--file", "=", begin)).toEqual([Path.join(directory, "turns.json")])
      expect(offers("migrate", begin)).toEqual([Path.join(directory, "turns.json")])
      expect(offers("token", begin)).toEqual([])
    } finally {
      Fs.rmSync(directory, { recursive: true })
    }
  })
})

for (const shell of ["zsh", "fish"] as const) {
  describe(shell, () => {
    const text = script(shell, commands, models)

    it("offers every command, option and choice", () => {
      for (const { name, options } of commands) {
        expect(text).toContain(name)
        for (const option of options) {
          const before = option.repeats === true ? "'*" : ")"
          expect(text).toContain(shell === "fish" ? `-l ${option.name.slice(2)} ` : `${before}${option.name}`)
          if (option.choices !== undefined) expect(text).toContain(option.choices.join(" "))
        }
      }
      expect(text).toContain(models.join(" "))
    })

    if (has(shell)) {
      it("is read by the shell", () => {
        const { status, stderr } = ChildProcess.spawnSync(shell, ["-n"], { input: text, encoding: "utf8" })
        expect([status, stderr]).toEqual([0, ""])
      })
    } else {
      console.warn(`zhipu completions ${shell}: ${shell} is not installed here, so the script was not run by it.`)
    }

    it("ends its quotes", () => {
      // Without escaped ones, an odd number of quotes would swallow the rest of the script.
      const plain = text.replaceAll("'\\''", "").replaceAll("\\'", "").replace(/^#.*$/gm, "")
      expect((plain.match(/'/g) ?? []).length % 2).toBe(0)
    })
  })
}

describe("zhipu monitor --help", () => {
  it("is a page as the others are", () => {
    const declared = options.documented(options.monitor)
    const page = helpText("monitor", declared)
    expect(page).toMatch(/^Usage: zhipu monitor \[options\]\n/)
    for (const title of ["Options", "Exit codes", "Examples", "See also"]) expect(page).toContain(`\n\n${title}:\n`)
    const readme = Fs.readFileSync(new URL("../README.md", import.meta.url), "utf8")
    for (const { description, name } of declared) {
      expect(page).toContain(name)
      expect(page.replace(/\s+/g, " ")).toContain(description)
      expect(readme).toContain(name)
    }
    for (const line of page.split("\n")) expect(line.length).toBeLessThanOrEqual(100)
  })
})

describe("zhipu completions", () => {
  it.live("prints a script for each shell, by either spelling", () =>
    Effect.promise(async () => {
      for (const shell of ["bash", "zsh", "fish"]) {
        expect(isShell(shell)).toBe(true)
        const { code, stderr, stdout } = await run(["completions", shell])
        expect([code, stderr]).toEqual([0, ""])
        for (const word of ["tool-stream", "doctor", "migrate", "monitor", "max-in-flight", "glm-4.6"])
          expect(stdout).toContain(word)
        if (shell === "zsh") expect((await run(["--completions", shell])).stdout).toBe(stdout)
      }
      const unknown = await run(["completions", "powershell"])
      expect([unknown.code, unknown.stdout]).toEqual([2, ""])
      expect(unknown.stderr).toContain("one of bash, zsh, fish")
      expect((await run(["completions"])).code).toBe(2)
    })
  )
})
