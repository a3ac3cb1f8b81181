/** An answer on a real terminal, which `script` of util-linux provides. */
import * as Simulator from "@effect-zhipu/testing/Simulator"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as ChildProcess from "node:child_process"
import * as Document from "../src/markdown/document.js"
import { paint } from "../src/markdown/line.js"
import { harmless } from "../src/text.js"
import * as Screen from "./support/screen.js"
import { simulated } from "./support/simulator.js"
import { bin } from "./support/zhipu.js"

const hasScript = ChildProcess.spawnSync("script", ["--version"]).status === 0
if (!hasScript) console.warn("script (util-linux) is not installed: Markdown was NOT tested on a terminal.")

const columns = 50
const rows = 12

/** Runs zhipu on a terminal of its own; `react` sees all that was printed so far, and may press keys. */
const onTerminal = (
  args: string,
  simulator: Simulator.Service,
  env: Readonly<Record<string, string>> = {},
  react: (text: string, press: (keys: string) => void) => void = () => {}
) =>
  Effect.async<{ readonly code: number | null; readonly text: string; readonly screen: Screen.Screen }>((resume) => {
    const command = `stty cols ${columns} rows ${rows}; exec ${process.execPath} ${bin} ${args}`
    const child = ChildProcess.spawn("script", ["-qefc", command, "/dev/null"], {
      env: {
        PATH: process.env["PATH"] ?? "",
        TERM: "xterm",
        ZHIPU_LOG: "0",
        ZHIPU_API_KEY: Redacted.value(simulator.apiKey),
        ZHIPU_BASE_URL: simulator.baseUrl,
        ...env
      }
    })
    const screen = Screen.make(columns, rows)
    let text = ""
    child.stdout.setEncoding("utf8").on("data", (more: string) => {
      text += more
      react(text, (keys) => child.stdin.write(keys))
    })
    child.on("close", (code) => {
      screen.write(text)
      resume(Effect.succeed({ code, text, screen }))
    })
    return Effect.sync(() => child.kill("SIGKILL"))
  }).pipe(Effect.timeout("60 seconds"))

const table = Array.from({ length: 14 }, (_, i) => `| 第${i}行 | ${"x".repeat(i)} |`).join("\n")
const code = Array.from({ length: 14 }, (_, i) => `const line${i} = ${"1 + ".repeat(i)}1`).join("\n")
const source =
  `# 天空 and **sky**\n\nText that is *wrapped* where the terminal ends, as it is longer than that.\n\n` +
  `- one\n  - two \`x\`\n- three\n\n| 名称 | b |\n|---|--:|\n${table}\n\n\`\`\`ts\n${code}\n\`\`\`\n\n` +
  `Control: \u001b[2J\u0007 &#27;[2J\n\nThe end.`

const laidOut = (text: string, color: boolean): ReadonlyArray<string> => {
  const document = Document.make()
  document.add(harmless(text))
  const screen = Screen.make(columns, rows)
  for (const line of document.end({ width: columns, color })) screen.write(`${paint(line, color)}\n`)
  return screen.lines()
}

describe.runIf(hasScript)("an answer on a terminal", () => {
  it.scopedLive("is laid out while it comes, and whole at the end", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make({ script: [{ reasoning: "Hm.", content: source }], tokensPerSecond: 100 })
      const { code, screen, text } = yield* onTerminal('"Hello"', simulator)
      expect(code).toBe(0)
      const lines = screen.lines()
      expect(lines.slice(0, 2)).toEqual(["Hm.", ""])
      const cost = lines.findIndex((line) => /^glm-4\.6, \d+ tokens in/.test(line))
      expect(lines.slice(2, cost)).toEqual(laidOut(source, true))
      expect(screen.isStyled()).toBe(false)
      expect(screen.unknown).toEqual([])
      // It was drawn more than once on the way.
      expect(text.split("\r\u001b[K").length).toBeGreaterThan(3)
    })
  )

  it.scopedLive("has no colours with NO_COLOR, and is plain with --no-markdown and on a dumb terminal", () =>
    Effect.gen(function* () {
      const short = "# A\n\n- **b**"
      const simulator = yield* Simulator.make({ script: Array.from({ length: 3 }, () => ({ content: short })) })
      const uncoloured = yield* onTerminal('"Hello"', simulator, { NO_COLOR: "1" })
      expect(uncoloured.screen.lines().slice(0, -1)).toEqual(["# A", "", "• b"])
      // eslint-disable-next-line no-control-regex -- this is what is looked for
      expect(uncoloured.text).not.toMatch(/\u001b\[[\d;]*m/)
      const plain = yield* onTerminal('--no-markdown "Hello"', simulator)
      expect(plain.screen.lines().slice(0, -1)).toEqual(short.split("\n"))
      const dumb = yield* onTerminal('"Hello"', simulator, { TERM: "dumb" })
      expect(dumb.text).not.toContain("\u001b")
      expect(dumb.screen.lines().slice(0, -1)).toEqual(short.split("\n"))
    })
  )

  it.scopedLive("says what it waits for, and takes that away", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.make({
        script: [{ content: "Hello **you**" }],
        firstTokenDelay: "2500 millis"
      })
      const { screen, text } = yield* onTerminal('"Hello"', simulator)
      expect(text).toContain("waiting 1 s")
      expect(screen.lines()).toEqual(["Hello you", expect.stringMatching(/^glm/)])
    })
  )

  it.scopedLive("can be stopped with Ctrl-C: what came stays, without colours left on", () =>
    Effect.gen(function* () {
      const content = `**Bold** begin\n\n\`\`\`ts\n${"let a = 1\n".repeat(400)}`
      const simulator = yield* Simulator.make({ script: [{ content }], tokensPerSecond: 100 })
      let pressed = false
      const { code, screen } = yield* onTerminal('"Hello"', simulator, {}, (text, press) => {
        if (pressed || !text.includes("let a = 1")) return
        pressed = true
        press("\u0003")
      })
      expect(code).toBe(130)
      const lines = screen.lines().map((line) => line.replace("^C", ""))
      expect(lines.slice(0, 2)).toEqual(["Bold begin", ""])
      expect(lines.filter((line) => line.startsWith("let a")).length).toBeLessThan(300)
      expect(screen.isStyled()).toBe(false)
    })
  )
})

describe("an answer that is piped on", () => {
  it.scopedLive("is the text of the model, or laid out with --markdown", () =>
    Effect.gen(function* () {
      const content = "# A\n\n* **b** &amp; [c](d)\n\n    e"
      const { zhipu } = yield* simulated({ script: [{ content }, { content }] })
      expect((yield* zhipu(["Hello"])).stdout).toBe(`${content}\n`)
      expect((yield* zhipu(["Hello", "--markdown"])).stdout).toBe("# A\n\n• b & c (d)\n\n  e\n")
      const both = yield* zhipu(["Hello", "--markdown", "--no-markdown"])
      expect([both.code, both.stderr]).toEqual([2, expect.stringContaining("Choose one of --markdown")])
    })
  )
})
