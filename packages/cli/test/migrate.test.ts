/** `zhipu migrate`: what it finds, where, and what it leaves alone. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as FastCheck from "effect/FastCheck"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { check, languageOf } from "../src/migrate/check.js"
import { examine } from "../src/migrate/file.js"
import { type RuleId, rules } from "../src/migrate/rules.js"
import * as Phrases from "../src/phrases.js"
import { migrate as phrases } from "../src/phrases/migrate.js"
import { inEnglish } from "./support/inEnglish.js"
import { run } from "./support/zhipu.js"

interface Situation {
  readonly file: string
  readonly text: string
  /** `line rule`, in their order. */
  readonly finds: ReadonlyArray<`${number} ${RuleId}`>
}

const curl = `curl https://open.bigmodel.cn/api/paas/v4/v1/chat/completions \\
  -H "Authorization: Bearer $ZHIPU_API_KEY" \\
  -d '{
    "model": "glm-4.5",  # not a comment of JSON
    "messages": [{"role": "user", "content": "'"$PROMPT"'"}],
    "tool_stream": true
  }'
`

const typescript = `import OpenAI from "openai"

const client = new OpenAI({ baseURL: "https://open.bigmodel.cn/api/paas/v4/" })
// model: "glm-4-air", temperature: 2, top_p: 2
const stream = await client.chat.completions.create({
  model: "glm-4-air",
  messages: [{ role: "user", content: "temperature: 9, top_p: 9" }],
  temperature: 1.5,
  max_completion_tokens: 500,
  stream: true
})
for await (const chunk of stream) {
  process.stdout.write(chunk.choices[0].delta.content ?? "")
}
`

const python = `from zai import ZhipuAiClient

"""model="glm-4" temperature=7"""
client = ZhipuAiClient()
response = client.chat.completions.create(
    model="glm-4.6",  # model="glm-4"
    messages=history,
    temperature=1.0,
    top_p=0.8,
    max_tokens=200_000,
    stream=True,
    tools=tools,
    extra_body={"thinking": {"type": "auto", "budget_tokens": 1024}},
)
for chunk in response:
    if not chunk.choices:
        continue
    delta = chunk.choices[0].delta
    print(delta.get("content"), delta.get("reasoning_content"))
`

const good = `import { ZhipuAiClient } from "zhipu"
interface Options {
  model: string
  messages: unknown[]
  temperature: number
  top_p: number
}
const ask = ({ model, messages, temperature, top_p }: Options) => model
const { model, messages, temperature, top_p } = options
const stream = await client.create({
  ...defaults,
  model: "glm-4.6",
  messages,
  tool_stream: true,
  thinking: { type: "enabled" }
})
for await (const chunk of stream) {
  const delta = chunk.choices[0]?.delta
  show(delta?.reasoning_content, delta?.content)
}
await openai.create({ model: "gpt-4o", messages, temperature: 2, top_p: 0.5, presence_penalty: 1 })
`

const request = (fields: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ model: "glm-4.6", messages: [{ role: "user", content: "Hello" }], ...fields }, null, 1)

const situations: Readonly<Record<string, Situation>> = {
  "1. a request with both sampling parameters": {
    file: "request.json",
    text: request({ temperature: 0.7, top_p: 0.9 }),
    finds: ["10 sampling-pair"]
  },
  "2. a request of an older model, which does not think": {
    file: "request.json",
    text: request({ model: "glm-4-plus", max_tokens: 4095 }),
    finds: ["2 model-code", "2 thinking-default"]
  },
  "3. tool_stream without a stream, and for a model that cannot": {
    file: "request.json",
    text: `${request({ tool_stream: true })}\n${request({ tool_stream: true, stream: true, model: "glm-4.6v" })}`,
    finds: ["9 tool-stream-alone", "19 tool-stream-model"]
  },
  "4. limits of the output": {
    file: "requests.json",
    text: `[${request({ max_tokens: 131073 })},\n${request({ max_tokens: 256 })},\n${request({
      max_tokens: 256,
      thinking: { type: "disabled" }
    })}]`,
    finds: ["9 output-limit", "19 output-room"]
  },
  "5. thinking in the form of others": {
    file: "requests.jsonl",
    text: [
      { thinking: true },
      { enable_thinking: false },
      { thinking: { type: "adaptive" } },
      { thinking: { type: "enabled", budget_tokens: 1024 } },
      { thinking: { type: "enabled", clear_thinking: true } },
      { thinking: { clear_thinking: true } },
      { thinking: null }
    ]
      .map((fields) => JSON.stringify({ model: "glm-4.6", messages: [], ...fields }))
      .join("\n"),
    finds: ["1 thinking-form", "2 thinking-form", "3 thinking-form", "4 thinking-form"]
  },
  "6. the batch API: requests in lines, with other vendors' fields": {
    file: "batch.jsonl",
    text: [
      { model: "GLM-4.6", temperature: 0.5 },
      { model: "gpt-4o", n: 2 },
      { model: "glm-4.6", response_format: { type: "json_schema" }, user: "somebody" },
      { model: "glm-4.6", temperature: 1.2, top_p: 0 }
    ]
      .map((body, i) =>
        JSON.stringify({
          custom_id: String(i),
          method: "POST",
          url: "/v4/chat/completions",
          body: { ...body, messages: [] }
        })
      )
      .join("\n"),
    finds: [
      "1 model-case",
      "2 model-code",
      "2 unknown-field",
      "3 unknown-field",
      "3 unknown-field",
      "4 sampling-pair",
      "4 sampling-range",
      "4 sampling-range"
    ]
  },
  "7. preserved thinking that was not preserved": {
    file: "request.json",
    text: JSON.stringify(
      {
        model: "glm-4.6",
        thinking: { type: "enabled", clear_thinking: false },
        messages: [
          { role: "user", content: "a" },
          { role: "assistant", content: "b", reasoning_content: "c" },
          { role: "user", content: "d" },
          { role: "assistant", content: "e" },
          { role: "user", content: "f" }
        ]
      },
      null,
      1
    ),
    finds: ["21 reasoning-lost"]
  },
  "8. TypeScript that reads a stream": {
    file: "chat.ts",
    text: typescript,
    finds: [
      "6 model-code",
      "6 thinking-default",
      "8 sampling-range",
      "9 unknown-field",
      "13 reasoning-unread",
      "13 empty-choices"
    ]
  },
  "9. Python, with fields in extra_body": {
    file: "chat.py",
    text: python,
    finds: ["9 sampling-pair", "10 output-limit", "12 tool-stream-off", "13 thinking-form", "13 thinking-form"]
  },
  "10. curl": {
    file: "ask.sh",
    text: curl,
    finds: ["1 wrong-path", "4 model-code", "6 tool-stream-alone", "6 tool-stream-model"]
  },
  "11. code that is as it should be": { file: "good.ts", text: good, finds: [] },
  "12. messages alone": {
    file: "turns.json",
    text: JSON.stringify([
      { role: "user", content: '{"model": "glm-4", "temperature": 3, "messages": []}' },
      { role: "assistant", content: "glm-4" }
    ]),
    finds: []
  },
  "13. a key in the code, and requests in texts": {
    file: "old.mjs",
    text: [
      `const key = "0123456789abcdef0123456789abcdef.ABCDEFGHIJKLMNOP" // bigmodel`,
      `const MODELS = ["glm-4-flash", "glm-4v", "glm-4.7", "embedding-3"]`,
      String.raw`exec("curl -d '{\"model\": \"glm-4.6\", \"messages\": [], \"temperature\": 1, \"top_p\": 1}'")`,
      `run('{"model": "glm-4.6", "messages": [], "tool_stream": true}')`,
      `fetch("http://open.bigmodel.cn/api/paas/v4")`
    ].join("\n"),
    finds: ["1 key-in-code", "2 model-code", "2 model-code", "4 tool-stream-alone", "5 wrong-path"]
  },
  "14. streamed tool calls that are joined by nothing": {
    file: "tools.ts",
    text: [
      `const request = { model: "glm-4.6", messages, tools, stream: true, tool_stream: true }`,
      `if (chunk.choices.length === 0) continue`,
      `for (const call of chunk.choices[0].delta.tool_calls) args += call.function.arguments`
    ].join("\n"),
    finds: ["3 tool-arguments-join"]
  },
  "15. misspelt fields, beside those that SDKs spell in their own way and those of other servers": {
    file: "chat.ts",
    text: [
      "const answer = await zhipu.create({",
      '  model: "glm-4.6",',
      "  messages,",
      "  temprature: 0.7,",
      "  max_token: 5,",
      '  reponse_format: { type: "json_object" },',
      '  requestId: "request-1",',
      '  toolChoice: "auto",',
      "  top_k: 4,",
      "  min_tokens: 2",
      "})"
    ].join("\n"),
    finds: ["4 misspelt-field", "5 misspelt-field", "6 misspelt-field"]
  }
}

const found = (file: string, text: string) => check(file, text).map(({ line, rule }) => `${line} ${rule}`)

describe("zhipu migrate", () => {
  for (const [name, { file, finds, text }] of Object.entries(situations)) {
    it(name, () => {
      expect(found(file, text)).toEqual(finds)
      for (const { instead, source, what, why } of check(file, text))
        for (const said of [instead, source, what, why])
          expect(inEnglish(Phrases.translator(phrases)(said)), said).toEqual([])
    })
  }

  it("counts the lines of comments and texts", () => {
    const lines = ["/* zhipu", "", "*/", "const text = `a", "b`", 'ask({ model: "glm-4.6", messages, temperature: 2 })']
    expect(found("a.ts", lines.join("\n"))).toEqual(["6 sampling-range"])
    const python = ['"""zhipu', "", '"""', 'ask(model="glm-4.6", messages=m, temperature=2)']
    expect(found("a.py", python.join("\n"))).toEqual(["4 sampling-range"])
  })

  it("takes no type for a request, and no part for a whole", () => {
    const type = "interface Zhipu extends Base { model: string; messages: X[]; temperature: number; top_p: number }"
    expect(found("a.ts", type)).toEqual([])
    const partial = 'ask(model="glm-4.6", messages=m, tool_stream=True, extra_body={**extra})'
    expect(found("a.py", partial)).toEqual([])
    expect(found("a.py", partial.replace("**extra", '"stream": False'))).toEqual(["1 tool-stream-alone"])
    const declared =
      "z.object({ model: z.string(), messages: z.any(), temperature: z.number(), top_p: z.number() }) // zai"
    expect(found("a.ts", `import "zhipu"\n${declared}`)).toEqual([])
    // A method may set `stream` itself.
    const ask = '({ model: "glm-4.6", messages, tool_stream: true })'
    expect(found("a.ts", `ZhipuChat.stream${ask}`)).toEqual([])
    expect(found("a.ts", `ask${ask}`)).toEqual(["1 tool-stream-alone"])
    expect(found("a.ts", 'ask({ ...rest, model: "glm-4.6", tool_stream: true })')).toEqual([])
  })

  it("has a situation for each rule", () => {
    const covered = new Set(Object.values(situations).flatMap(({ finds }) => finds.map((find) => find.split(" ")[1])))
    expect([...covered].sort()).toEqual(Object.keys(rules).sort())
  })

  it("tells of each rule in the README, as the rule does itself", () => {
    const readme = Fs.readFileSync(new URL("../README.md", import.meta.url), "utf8").replaceAll(/ {2,}/g, " ")
    for (const [id, { level, what }] of Object.entries(rules)) {
      expect(readme).toContain(`| \`${id}\` | ${level} | ${what} |`)
    }
  })

  it("finds the same in JSON however it is written", () => {
    const body = { model: "glm-4-plus", messages: [], temperature: 2, top_p: 0.5, max_tokens: 0 }
    const kinds = (text: string, file = "a.json") => new Set(check(file, text).map(({ rule }) => rule))
    const expected = kinds(JSON.stringify(body))
    expect(expected.size).toBe(5)
    expect(kinds(JSON.stringify(body, null, 4).replaceAll("\n", "\r\n"))).toEqual(expected)
    expect(kinds(`\uFEFF${JSON.stringify([[{ a: body }]])}`)).toEqual(expected)
    expect(kinds(`const r = ${JSON.stringify(body)}`, "a.js")).toEqual(expected)
    expect(kinds(`r = ${JSON.stringify(body)}`, "a.py")).toEqual(expected)
    expect(kinds(`curl -d '${JSON.stringify(body)}'`, "a.sh")).toEqual(expected)
    expect(kinds(`curl -d ${JSON.stringify(JSON.stringify(body))}`, "a.sh")).toEqual(expected)
  })

  it("knows a language by its file, or by its look", () => {
    expect(["a.json", "a.py", "a.sh", "a.tsx", "a.go"].map((file) => languageOf(file, ""))).toEqual([
      "json",
      "python",
      "shell",
      "js",
      "js"
    ])
    expect(['[{"role": 1}]', "curl x", "import os\n", "const a = 1"].map((text) => languageOf("-", text))).toEqual([
      "json",
      "shell",
      "python",
      "js"
    ])
  })

  it("reads any text to its end, and names lines that exist", () => {
    const words = "model glm-4 messages temperature top_p true stream tool_stream delta choices // /* ... - 1"
    const marks = ["\n", " ", ...`{}[]()"'\`:=,#\\`]
    const piece = FastCheck.constantFrom(...words.split(" "), ...marks)
    FastCheck.assert(
      FastCheck.property(
        FastCheck.array(piece, { maxLength: 60 }),
        FastCheck.constantFrom("a.json", "a.ts", "a.py", "a.sh"),
        (pieces, file) => {
          const text = pieces.join("")
          const lines = text.split("\n").length
          for (const { line } of check(file, text)) expect(line >= 1 && line <= lines).toBe(true)
        }
      ),
      { numRuns: 2000 }
    )
    expect(check("a.json", "[".repeat(100_000))).toEqual([])
  })

  it("finds a request of any JSON, at its line", () => {
    FastCheck.assert(
      FastCheck.property(FastCheck.jsonValue(), FastCheck.nat(20), (other, blank) => {
        const text = `{"x": ${JSON.stringify(other)},${"\n".repeat(blank)}"body": {"model": "glm-4", "stream": false}}`
        const lines = check("a.json", text).filter(({ rule }) => rule === "model-code")
        expect(lines.at(-1)?.line).toBe(blank + 1)
      })
    )
  })
})

const advice = (file: string, text: string) =>
  Object.fromEntries(check(file, text).map(({ instead, rule }) => [rule, instead]))

describe("advice", () => {
  const call = 'ask(model="glm-4-plus", messages=m, stream=True, tools=t, response_format={"type": "json_schema"})'

  it("is in the language of the file", () => {
    const dict = '{"model": "glm-4-plus", "messages": m, "stream": true, "tools": t, "functions": f}'
    expect(advice("a.py", `import zai\n${call}`)).toEqual({
      "model-code": 'model="glm-4.6"',
      "thinking-default": 'thinking={"type": "disabled"} to answer as before, or "enabled" to say that it is meant',
      "tool-stream-off": "tool_stream=True beside stream=True",
      "unknown-field": 'response_format={"type": "json_object"}, with the schema in the prompt'
    })
    expect(advice("a.py", `import requests\n${dict.replace("true", "True")}`)).toMatchObject({
      "model-code": '"model": "glm-4.6"',
      "tool-stream-off": '"tool_stream": True beside "stream": True',
      "unknown-field": '"tools": [{"type": "function", "function": { ... }}]'
    })
    expect(advice("a.ts", dict)).toMatchObject({
      "model-code": 'model: "glm-4.6"',
      "tool-stream-off": "tool_stream: true beside stream: true",
      "unknown-field": 'tools: [{ type: "function", function: { ... } }]'
    })
    expect(advice("a.sh", `curl -d '${dict}'`)).toMatchObject({
      "model-code": '"model": "glm-4.6"',
      "tool-stream-off": '"tool_stream": true beside "stream": true'
    })
    // A request as text is JSON in any language.
    expect(advice("a.py", `import zai\npost('${dict}')`)).toMatchObject({
      "tool-stream-off": '"tool_stream": true beside "stream": true'
    })
  })

  it("puts into extra_body what the openai package of Python does not know", () => {
    for (const from of ["from openai import OpenAI", "import openai", "from langchain_openai import ChatOpenAI"]) {
      expect(advice("a.py", `${from}\n${call}`)).toMatchObject({
        "model-code": 'model="glm-4.6"',
        "thinking-default": expect.stringMatching(/^extra_body=\{"thinking": \{"type": "disabled"\}\} to /),
        "tool-stream-off": 'extra_body={"tool_stream": True} beside stream=True'
      })
    }
    expect(advice("a.ts", `import OpenAI from "openai"\nask({ model: "glm-4-plus", messages })`)).toMatchObject({
      "thinking-default": expect.stringMatching(/^thinking: \{ type: "disabled" \} to /)
    })
  })

  it("guards a chunk as the file reads it", () => {
    const attributes = "for chunk in zai:\n    print(chunk.choices[0].delta.content)"
    expect(advice("a.py", attributes)).toEqual({
      "reasoning-unread": 'Read getattr(delta, "reasoning_content", None) beside delta.content',
      "empty-choices": "Skip such chunks: if not chunk.choices: continue, before chunk.choices[0].delta"
    })
    const keys = 'for chunk in zai:\n    print(chunk["choices"][0]["delta"]["content"])'
    expect(advice("a.py", keys)).toEqual({
      "reasoning-unread": 'Read delta.get("reasoning_content") beside the content',
      "empty-choices": 'Skip such chunks: if not chunk["choices"]: continue, before chunk["choices"][0]["delta"]'
    })
    expect(advice("a.ts", "for await (const chunk of zhipu) show(chunk.choices[0].delta.content)")).toEqual({
      "reasoning-unread": "Read delta.reasoning_content beside delta.content",
      "empty-choices": "Skip such chunks: chunk.choices[0]?.delta"
    })
  })

  it("names the defaults of sampling, and no other values", () => {
    const { instead, why } = rules["sampling-pair"]
    expect(why).toContain("The defaults are temperature 1.0 and top_p 0.95.")
    expect(instead).not.toMatch(/\d/)
  })
})

const notebook = (cells: ReadonlyArray<unknown>, language = "python") =>
  JSON.stringify({ cells, metadata: { kernelspec: { language } }, nbformat: 4, nbformat_minor: 5 })

describe("a file", () => {
  const recognised = (path: string, text: string) => Either.map(examine(path, text), ({ isRecognised }) => isRecognised)

  it("is refused where it should be JSON and is not", () => {
    for (const text of ["{", "hello", "", '{"model": "glm-4.6",}', '{"a": 1} {', '{"a": 1} x', "[}", '{"a": "']) {
      expect(examine("a.json", text), text).toEqual(Either.left("is not JSON"))
    }
    expect(examine("a.jsonl", '{"a": 1}\n\n{"a": \n{}')).toEqual(Either.left("is not JSON in line 3"))
    expect(examine("a.ipynb", "{")).toEqual(Either.left("is not JSON"))
    expect(examine("a.ipynb", "{}")).toEqual(Either.left("is not a notebook: it has no cells"))
    const good = [request({}), `\uFEFF${request({})}\r\n`, `[${request({})}]`, `${request({})}\n${request({ n: "}" })}`]
    for (const text of [...good, '{"a": 1}\n{"b": 2}\n', "1"])
      expect(Either.isRight(examine("a.json", text)), text).toBe(true)
    expect(Either.isRight(examine("a.jsonl", ""))).toBe(true)
    // Without a name it may be an object of a program.
    const object = examine("-", '{"model": "glm-4", "messages": [],')
    expect(Either.getOrThrow(object).findings.map(({ rule }) => rule)).toContain("model-code")
  })

  it("is said to hold nothing where nothing was recognised", () => {
    for (const [path, text] of [
      ["a.rb", "hello"],
      ["a.py", "print(1)"],
      ["a.json", '{"a": 1}'],
      ["a.jsonl", ""],
      ["a.ts", 'openai.create({ model: "gpt-4o", messages, temperature: 2 })'],
      ["a.md", "glm-4.6 is a model"],
      ["a.ipynb", notebook([{ cell_type: "markdown", source: 'model="glm-4" temperature=2' }])]
    ] as const) {
      expect(recognised(path, text), path).toEqual(Either.right(false))
    }
    for (const [path, text] of [
      ["a.json", request({})],
      ["a.py", "import zai\nclient.chat.completions.create(**options)"],
      ["a.ts", good],
      ["a.ts", 'fetch("https://api.z.ai/api/paas/v4/chat/completions", { body })'],
      ["a.py", `import json\npost('{"model": "glm-4.6", "messages": []}')`]
    ] as const) {
      expect(recognised(path, text), text).toEqual(Either.right(true))
    }
  })

  it("is read by its cells where it is a notebook", () => {
    const text = notebook([
      { cell_type: "markdown", source: ["# zai"] },
      {
        cell_type: "code",
        source: ["from openai import OpenAI\n", "client = OpenAI(base_url='https://api.z.ai/api/paas/v4')"]
      },
      {
        cell_type: "code",
        source: 'client.chat.completions.create(\n  model="glm-4.5", messages=m,\n  temperature=1, top_p=0.8)'
      }
    ])
    for (const path of ["a.ipynb", "-"]) {
      expect(Either.getOrThrow(examine(path, text))).toMatchObject({
        isRecognised: true,
        findings: [
          { cell: 3, line: 2, rule: "model-code", instead: 'model="glm-4.6"', text: '  model="glm-4.5", messages=m,' },
          { cell: 3, line: 3, rule: "sampling-pair", text: "  temperature=1, top_p=0.8)" }
        ]
      })
    }
    const deno = notebook([{ cell_type: "code", source: 'zhipu({ model: "glm-4.5", messages })' }], "typescript")
    expect(Either.getOrThrow(examine("a.ipynb", deno)).findings).toMatchObject([{ instead: 'model: "glm-4.6"' }])
    const odd = notebook([null, 1, { cell_type: "code" }, { cell_type: "code", source: [1, null] }])
    expect(examine("a.ipynb", odd)).toEqual(Either.right({ findings: [], isRecognised: false }))
  })
})

describe("the command", () => {
  const directory = Effect.acquireRelease(
    Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-migrate-"))),
    (path) => Effect.sync(() => Fs.rmSync(path, { recursive: true }))
  )

  it.scopedLive("explains each finding with its line", () =>
    Effect.gen(function* () {
      const cwd = yield* directory
      const key = "0123456789abcdef0123456789abcdef.ABCDEFGHIJKLMNOP"
      Fs.writeFileSync(
        Path.join(cwd, "ask.py"),
        `import zai\nask(api_key="${key}", model="glm-4.6", messages=m, temperature=2)\n`
      )
      Fs.writeFileSync(Path.join(cwd, "good.json"), request({}))
      const { code, stderr, stdout } = yield* Effect.promise(() =>
        run(["migrate", "ask.py", "good.json"], { cwd, env: { ZHIPU_API_KEY: key } })
      )
      expect([code, stderr]).toEqual([1, ""])
      expect(stdout).toBe(
        [
          "ask.py:2:95: must sampling-range: temperature is 2, outside of 0 to 1.",
          '    | ask(api_key="<redacted>", model="glm-4.6", messages=m, temperature=2)',
          `    Why: ${rules["sampling-range"].why} (${rules["sampling-range"].source})`,
          "    => temperature=1 or less",
          "",
          "ask.py:2:13: should key-in-code: A key stands in the code.",
          '    | ask(api_key="<redacted>", model="glm-4.6", messages=m, temperature=2)',
          `    Why: ${rules["key-in-code"].why} (${rules["key-in-code"].source})`,
          `    => ${rules["key-in-code"].instead}`,
          "",
          "2 files checked: 2 findings, 1 of them must be changed.",
          ""
        ].join("\n")
      )
      const good = yield* Effect.promise(() => run(["migrate", "good.json"], { cwd }))
      expect(good).toMatchObject({ code: 0, stdout: "1 file checked: nothing to change for GLM-4.6.\n", stderr: "" })
      const json = yield* Effect.promise(() => run(["migrate", "--json", "-"], { stdin: request({ temperature: 2 }) }))
      expect(json.code).toBe(1)
      expect(JSON.parse(json.stdout)).toMatchObject({
        files: ["-"],
        unrecognised: [],
        findings: [{ file: "-", line: 9, column: 2, rule: "sampling-range", level: "must", text: '"temperature": 2' }]
      })
    })
  )

  it.scopedLive("gives no all-clear for what it could not check", () =>
    Effect.gen(function* () {
      const cwd = yield* directory
      const source = 'client = zai()\nclient.create(model="glm-4.5", messages=m)'
      const files = {
        "hello.rb": "hello",
        "bad.json": "{",
        "good.json": request({}),
        "ask.ipynb": notebook([{ cell_type: "code", source }])
      }
      for (const [name, text] of Object.entries(files)) Fs.writeFileSync(Path.join(cwd, name), text)
      const migrate = (...args: ReadonlyArray<string>) => Effect.promise(() => run(["migrate", ...args], { cwd }))
      const note = "hello.rb: no request and no call of the API found in it\n\n"
      expect(yield* migrate("hello.rb")).toMatchObject({ code: 0, stdout: `${note}Nothing was checked.\n`, stderr: "" })
      expect(yield* migrate("hello.rb", "good.json")).toMatchObject({
        code: 0,
        stdout: `${note}1 file checked: nothing to change for GLM-4.6.\n`
      })
      const stderr = "zhipu migrate: bad.json is not JSON.\n"
      expect(yield* migrate("bad.json")).toMatchObject({ code: 2, stdout: "", stderr })
      const mixed = yield* migrate("bad.json", "ask.ipynb")
      expect(mixed).toMatchObject({ code: 2, stderr })
      expect(mixed.stdout).toMatch(/^ask\.ipynb:cell 1:2:15: must model-code: /)
      const json = yield* migrate("--json", "hello.rb", "ask.ipynb")
      expect([json.code, JSON.parse(json.stdout)]).toMatchObject([
        1,
        {
          files: ["hello.rb", "ask.ipynb"],
          findings: [{ file: "ask.ipynb", cell: 1, line: 2, rule: "model-code" }],
          unrecognised: ["hello.rb"]
        }
      ])
    })
  )

  it.live("shows where in a long line, and must alone where that is asked for", () =>
    Effect.promise(async () => {
      const key = "0123456789abcdef0123456789abcdef.ABCDEFGHIJKLMNOP"
      const long = { role: "user", content: `${key} ${"x".repeat(300)}` }
      const stdin = JSON.stringify({ model: "glm-4.6", messages: [long], temprature: 1, top_p: 0, n: 2 })
      const all = await run(["migrate", "-"], { stdin })
      const shown = all.stdout.split("\n").filter((line) => line.startsWith("    | "))
      expect(shown.length).toBe(3)
      for (const [i, name] of ["top_p", '"n"', "temprature"].entries()) expect(shown[i]).toContain(name)
      for (const line of shown) expect(line.length).toBeLessThan(120)
      expect(all.stdout).not.toContain("ABCDEFGH")
      expect(all.stdout).toContain(`input:1:${stdin.indexOf('"temprature"') + 1}: must misspelt-field`)
      // Who wants the least variety is told how to have none; who asks for too much is not.
      expect(all.stdout).toContain('=> A value in the range; for the same answer each time "do_sample": false')
      const must = await run(["migrate", "--level", "must", "--json", "-"], { stdin })
      expect(must.code).toBe(1)
      expect(JSON.parse(must.stdout).findings.map(({ rule }: { readonly rule: string }) => rule)).toEqual([
        "sampling-range",
        "misspelt-field"
      ])
      const should = JSON.stringify({ model: "glm-4.6", messages: [], n: 2 })
      expect((await run(["migrate", "-"], { stdin: should })).code).toBe(1)
      expect(await run(["migrate", "--level", "must", "-"], { stdin: should })).toMatchObject({ code: 0, stderr: "" })
    })
  )

  it("counts columns behind strings and comments over lines", () => {
    const text = "/* a\n*/ const zhipu = `\nb`; ask({ model: 'glm-4.6', messages, temperature: 2 })\n"
    const [finding] = check("a.ts", text)
    expect(text.split("\n")[2]?.slice((finding?.column ?? 0) - 1)).toMatch(/^temperature/)
    // A request that is written as a text has escapes, so that what stands where is not known.
    const quoted = `const zhipu = "{\\"model\\": \\"glm-4.6\\", \\"messages\\": [], \\"temperature\\": 2}"`
    expect(check("a.ts", quoted)).toMatchObject([{ line: 1, rule: "sampling-range" }])
    expect(check("a.ts", quoted)[0]).not.toHaveProperty("column")
  })

  it.live("says what is wrong with the command line, and lists its rules", () =>
    Effect.promise(async () => {
      const none = await run(["migrate"])
      expect([none.code, none.stdout]).toEqual([2, ""])
      expect(none.stderr).toMatch(/^zhipu migrate needs files.*\nzhipu migrate --help tells how it is used\.\n$/)
      const missing = await run(["migrate", "nowhere.json"])
      expect([missing.code, missing.stderr]).toEqual([
        2,
        "zhipu migrate: nowhere.json cannot be read: there is no such file.\n"
      ])
      const listed = await run(["migrate", "--rules"])
      for (const id of Object.keys(rules)) expect(listed.stdout).toContain(`${id} (`)
      expect(listed.code).toBe(0)
    })
  )
})
