/** `zhipu migrate --fix`: what it writes, and what it leaves alone. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as ChildProcess from "node:child_process"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { examine } from "../src/migrate/file.js"
import * as Fix from "../src/migrate/fix.js"
import { bin, run } from "./support/zhipu.js"

const fixesOf = (file: string, text: string): ReadonlyArray<Fix.Fix> =>
  Either.getOrThrow(examine(file, text)).fixes ?? []

const fixed = (file: string, text: string): string => Fix.apply(text, fixesOf(file, text)).text

const messages = [{ role: "user", content: "max_token: GLM-4.6" }]

const json = (fields: object): string => JSON.stringify({ model: "glm-4.6", messages, ...fields })

describe("a request in JSON", () => {
  const changes: ReadonlyArray<readonly [what: string, before: object, after: object]> = [
    ["a misspelt name", { max_token: 2000 }, { max_tokens: 2000 }],
    ["a name of another vendor", { max_completion_tokens: 2000 }, { max_tokens: 2000 }],
    ["capitals of the model", { model: "GLM-4.6" }, { model: "glm-4.6" }],
    ["a model whose next costs as much", { model: "glm-4.5" }, { model: "glm-4.6" }],
    ["a model whose next costs less", { model: "glm-4.5-x" }, { model: "glm-4.6" }],
    ["a switch for thinking", { thinking: true }, { thinking: { type: "enabled" } }],
    ["another vendor's switch for thinking", { enable_thinking: false }, { thinking: { type: "disabled" } }],
    ["more output than there is", { max_tokens: 200_000 }, { max_tokens: 131_072 }]
  ]
  it.each(changes)("has %s changed", (_, before, after) => {
    expect(JSON.parse(fixed("a.json", json(before)))).toEqual(JSON.parse(json(after)))
  })

  const choices: ReadonlyArray<readonly [what: string, fields: object]> = [
    ["a model whose next costs more", { model: "glm-4.5-air" }],
    ["a model that is free", { model: "glm-4.5-flash" }],
    ["a model without a price", { model: "glm-4-plus" }],
    ["a model of another vendor", { model: "gpt-4o" }],
    ["a temperature out of range", { temperature: 1.5 }],
    ["two ways to sample", { temperature: 0.5, top_p: 0.5 }],
    ["a name that is there in both spellings", { max_token: 2000, max_tokens: 3000 }],
    ["both forms of thinking", { enable_thinking: false, thinking: { type: "enabled" } }],
    ["tool_stream without stream", { tool_stream: true }],
    ["fields that mean something else here", { n: 2, user: "me" }],
    ["no output at all", { max_tokens: 0 }],
    ["nothing to change", { temperature: 0.5 }]
  ]
  it.each(choices)("is left alone with %s", (_, fields) => {
    expect(fixed("a.json", json(fields))).toBe(json(fields))
  })

  it("keeps its looks: a byte order mark, line breaks, order and spaces", () => {
    const before = '\uFEFF{\r\n  "model" :"GLM-4.6",\r\n\t"messages": [ ],  "max_token":2000\r\n}\r\n'
    const after = before.replace("GLM", "glm").replace("max_token", "max_tokens")
    expect(fixed("a.json", before)).toBe(after)
    expect(fixed("a.json", after)).toBe(after)
  })

  it("is changed in each line of JSON Lines", () => {
    const lines = [json({ thinking: true }), json({}), json({ thinking: false })].join("\n")
    expect(fixed("a.jsonl", lines)).toBe(
      [json({ thinking: true }), json({}), json({ thinking: false })]
        .join("\n")
        .replace("true", '{ "type": "enabled" }')
        .replace("false", '{ "type": "disabled" }')
    )
  })

  it("whatever its fields, is JSON afterwards, and changed once", () => {
    const names = ["max_token", "max_completion_tokens", "thinking", "enable_thinking", "model", "temprature", "stream"]
    const values = FastCheck.oneof(
      FastCheck.boolean(),
      FastCheck.constantFrom<unknown>("GLM-4.6", "glm-4.5", 'a "quoted" \\ text', 300_000, -1, null, [], {})
    )
    const requests = FastCheck.dictionary(FastCheck.constantFrom(...names), values)
    FastCheck.assert(
      FastCheck.property(requests, FastCheck.constantFrom(0, 2), (fields, indent) => {
        const text = JSON.stringify({ model: "glm-4.6", messages, ...fields }, null, indent)
        const once = fixed("a.json", text)
        const keys = Object.keys(JSON.parse(once))
        // No name is doubled, which JSON would take without a word.
        expect(once.match(/"\w+":/g)?.length).toBeGreaterThanOrEqual(keys.length)
        expect(keys).toHaveLength(Object.keys(JSON.parse(text)).length)
        expect(Fix.apply(once, []).text).toBe(once)
      })
    )
  })
})

describe("code", () => {
  it("has literals changed in its own language, and nothing in comments, texts and variables", () => {
    const python = `import zai
client = zai.ZhipuAiClient(base_url="http://open.bigmodel.cn/api/paas/v4/v1")
# max_token: GLM-4.6
r = client.chat.completions.create(model="GLM-4.6", messages=m, max_token=200_000, note="model: GLM-4.6")
`
    expect(fixed("a.py", python)).toBe(
      python.replace("http:", "https:").replace('model="GLM', 'model="glm').replace("max_token=", "max_tokens=")
    )
    const ts = `import { ZhipuAI } from "zhipuai"
const url = \`https://open.bigmodel.cn/api/paas/v4/v1/chat/completions\`
const max_token = 5
ask({ model: "glm-4.5", messages, max_token, thinking: true })
ask({ model: "glm-4.5", messages, ...rest, max_completion_tokens: 5 })
`
    expect(fixed("a.ts", ts)).toBe(
      ts
        .replace("/v4/v1", "/v4")
        .replaceAll('"glm-4.5"', '"glm-4.6"')
        .replace("thinking: true", 'thinking: { type: "enabled" }')
    )
  })

  it("in texts, notebooks and Python's thinking stays as it was", () => {
    const texts: ReadonlyArray<readonly [file: string, text: string]> = [
      ["a.js", `fetch("https://api.z.ai/x", { body: '{"model": "GLM-4.6", "messages": [], "max_token": 5}' })`],
      ["a.py", "import zai\nzai.create(model='glm-4.6', messages=m, thinking=True)"],
      [
        "a.ipynb",
        JSON.stringify({
          nbformat: 4,
          metadata: {},
          cells: [{ cell_type: "code", source: "import zai\nzai.create(model='GLM-4.6', messages=m, max_token=5)" }]
        })
      ]
    ]
    for (const [file, text] of texts) expect(fixed(file, text)).toBe(text)
  })
})

describe("advice", () => {
  it("of one run is whole: who is told to stream tool calls is told how to join them", () => {
    const code = (request: string, read: string) =>
      `import zai\nr = zai.create(model="glm-4.6", messages=m, tools=t, stream=True${request})\nfor c in r:\n    x = c.choices and c.choices[0].delta.tool_calls${read}, c.choices[0].delta.reasoning_content\n`
    const told = (text: string) =>
      Either.getOrThrow(examine("a.py", text))
        .findings.filter(({ rule }) => rule.startsWith("tool-"))
        .map(({ level, rule }) => `${level} ${rule}`)
    expect(told(code("", ""))).toEqual(["should tool-stream-off", "should tool-arguments-join"])
    expect(told(code(", tool_stream=True", ""))).toEqual(["must tool-arguments-join"])
    expect(told(code("", ".index"))).toEqual(["should tool-stream-off"])
  })
})

describe("changes", () => {
  const edit = (from: number, was: string, now: string): Fix.Edit => ({ from, to: from + was.length, was, now })
  const fix = (...edits: ReadonlyArray<Fix.Edit>): Fix.Fix => ({ rule: "model-case", level: "must", line: 1, edits })

  it("are made whole or not at all, and none over another or over something else", () => {
    const { made, text } = Fix.apply("abcdef", [
      fix(edit(0, "ab", "AB"), edit(4, "e", "E")),
      fix(edit(1, "b", "?")),
      fix(edit(2, "c", "C"), edit(3, "x", "X")),
      fix(edit(5, "f", "FF"))
    ])
    expect(text).toBe("ABcdEFF")
    expect(made).toHaveLength(2)
  })

  it("are shown with the lines around them", () => {
    const lines = Array.from({ length: 12 }, (_, i) => `line ${i + 1}`)
    const after = lines.map((line, i) => (i === 3 || i === 4 || i === 11 ? line.toUpperCase() : line))
    expect(Fix.diff("a", lines.join("\n"), after.join("\n"))).toBe(
      [
        "--- a",
        "+++ a",
        "@@ -2,6 +2,6 @@",
        " line 2",
        " line 3",
        "-line 4",
        "-line 5",
        "+LINE 4",
        "+LINE 5",
        " line 6",
        " line 7",
        "@@ -10,3 +10,3 @@",
        " line 10",
        " line 11",
        "-line 12",
        "+LINE 12"
      ].join("\n")
    )
  })
})

describe.skipIf(process.platform === "win32")("the command", () => {
  const key = "0123456789abcdef0123456789abcdef.ABCDEFGHIJKLMNOP"

  const folder = (files: Readonly<Record<string, string>>) =>
    Effect.map(
      Effect.acquireRelease(
        Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-migrate-fix-"))),
        (path) => Effect.sync(() => Fs.rmSync(path, { recursive: true }))
      ),
      (cwd) => {
        for (const [name, text] of Object.entries(files)) Fs.writeFileSync(Path.join(cwd, name), text, { mode: 0o640 })
        const read = (name: string) => Fs.readFileSync(Path.join(cwd, name), "utf8")
        const migrate = (...args: ReadonlyArray<string>) => Effect.promise(() => run(["migrate", ...args], { cwd }))
        return { cwd, migrate, read }
      }
    )

  it.scopedLive("writes in place, shows the diff without keys, and tells what is left", () =>
    Effect.gen(function* () {
      const python = `import zai\nask(api_key="${key}", model="GLM-4.6", messages=m, temperature=2)\n`
      const { cwd, migrate, read } = yield* folder({ "ask.py": python, "good.json": json({}) })
      const { code, stderr, stdout } = yield* migrate("--fix", "ask.py", "good.json")
      expect([code, stderr]).toEqual([1, ""])
      expect(read("ask.py")).toBe(python.replace("GLM", "glm"))
      expect(read("good.json")).toBe(json({}))
      expect(Fs.statSync(Path.join(cwd, "ask.py")).mode & 0o777).toBe(0o640)
      expect(stdout.split("\n").slice(0, 6)).toEqual([
        "--- ask.py",
        "+++ ask.py",
        "@@ -1,3 +1,3 @@",
        " import zai",
        '-ask(api_key="<redacted>", model="GLM-4.6", messages=m, temperature=2)',
        '+ask(api_key="<redacted>", model="glm-4.6", messages=m, temperature=2)'
      ])
      expect(stdout).toContain("sampling-range")
      expect(stdout).not.toContain("model-case")
      expect(stdout).toContain("\n1 change was made as above.\n")
      expect(stdout).not.toContain(key)
    })
  )

  it.scopedLive("leaves the old text or the new one, behind a link, also where the process dies within the write", () =>
    Effect.gen(function* () {
      const long = `// ${"x".repeat(20_000)}\nask({ model: "GLM-4.6", messages, stream: true })\n`
      const { cwd, migrate, read } = yield* folder({ "ask.ts": long })
      Fs.symlinkSync("ask.ts", Path.join(cwd, "link.ts"))
      // A file that is larger than the limit has the system end the process.
      const died = ChildProcess.spawnSync(
        "sh",
        ["-c", `ulimit -f 8; '${process.execPath}' '${bin}' migrate --fix link.ts`],
        {
          cwd,
          env: { PATH: process.env["PATH"], NODE_DISABLE_COMPILE_CACHE: "1" }
        }
      )
      expect(died.status).not.toBe(0)
      expect(read("ask.ts")).toBe(long)
      expect((yield* migrate("--fix", "link.ts")).stdout).toContain("1 change was made as above.")
      expect(read("ask.ts")).toBe(long.replace("GLM", "glm"))
      expect(Fs.lstatSync(Path.join(cwd, "link.ts")).isSymbolicLink()).toBe(true)
    })
  )

  it.scopedLive("changes by level, tells programs what, and ends with 0 where nothing is left", () =>
    Effect.gen(function* () {
      const { migrate, read } = yield* folder({ "a.json": json({ model: "GLM-4.6", max_token: 2000 }) })
      const must = yield* migrate("--fix", "--level", "must", "--json", "a.json")
      expect(must.code).toBe(0)
      expect(JSON.parse(must.stdout)).toMatchObject({
        findings: [],
        fixed: [{ file: "a.json", line: 1, rule: "misspelt-field", edits: [{ was: "max_token", now: "max_tokens" }] }]
      })
      expect(JSON.parse(read("a.json"))).toMatchObject({ model: "GLM-4.6", max_tokens: 2000 })
      const all = yield* migrate("--fix", "a.json")
      expect(all).toMatchObject({ code: 0, stderr: "" })
      expect(JSON.parse(read("a.json"))).toMatchObject({ model: "glm-4.6", max_tokens: 2000 })
      const again = yield* migrate("--fix", "a.json")
      expect(again).toMatchObject({ code: 0, stdout: "1 file checked: nothing to change for GLM-4.6.\n" })
    })
  )

  it.scopedLive("leaves alone what it cannot write as it was read", () =>
    Effect.gen(function* () {
      const { cwd, migrate } = yield* folder({})
      const bytes = Buffer.concat([
        Buffer.from(json({ max_token: 2000, note: "" }).slice(0, -2)),
        Buffer.from([0xd6, 0x22, 0x7d])
      ])
      Fs.writeFileSync(Path.join(cwd, "gb.json"), bytes)
      const result = yield* migrate("--fix", "gb.json")
      expect(result.code).toBe(2)
      expect(result.stderr).toContain("gb.json is left as it was: it is no UTF-8")
      expect(Fs.readFileSync(Path.join(cwd, "gb.json")).equals(bytes)).toBe(true)
      const stdin = yield* migrate("--fix", "-")
      expect(stdin.code).toBe(2)
      expect(stdin.stderr).toContain("standard input is none")
    })
  )
})
