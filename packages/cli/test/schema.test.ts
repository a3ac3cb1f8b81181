/** `--schema`, `--extract`, `--no-reasoning` and `--search`. */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fs from "node:fs"
import * as Os from "node:os"
import * as Path from "node:path"
import { ofFields } from "../src/schema/source.js"
import { problems, unchecked, unusable } from "../src/schema/validate.js"
import { simulated } from "./support/simulator.js"

describe("a value and a JSON Schema", () => {
  const rows: ReadonlyArray<readonly [schema: unknown, good: unknown, bad: unknown, problem: string]> = [
    [{ type: "integer" }, 3, 3.5, "expected integer, actual number"],
    [{ type: ["string", "null"] }, null, 1, "expected string or null, actual number"],
    [{ enum: ["a", { b: 1 }] }, { b: 1 }, "b", 'expected one of ["a",{"b":1}]'],
    [{ const: [1] }, [1], [2], "expected [1]"],
    [{ minimum: 0, maximum: 9 }, 9, -1, "it is -1, at least 0 is demanded"],
    [{ exclusiveMinimum: 0 }, 0.1, 0, "it has to be above 0"],
    [{ multipleOf: 0.1 }, 0.3, 0.25, "it has to be a multiple of 0.1"],
    [{ minLength: 2, maxLength: 3 }, "你好", "好", "its length is 1, at least 2 is demanded"],
    [{ pattern: "^a" }, "ab", "b", "does not match ^a"],
    [{ type: "array", items: { type: "string" }, maxItems: 2 }, ["a"], ["a", 1], "[1]: expected string, actual number"],
    [
      { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false },
      { a: "" },
      { b: 1 },
      ".a: is missing"
    ],
    [
      { properties: { a: {} }, additionalProperties: { type: "number" } },
      { a: "", b: 1 },
      { b: "" },
      ".b: expected number"
    ],
    [{ anyOf: [{ type: "string" }, { type: "null" }] }, null, 1, "fits none of anyOf"],
    [{ oneOf: [{ type: "number" }, { type: "integer" }] }, 1.5, 1, "does not fit exactly one of oneOf"],
    [{ allOf: [{ minimum: 1 }, { maximum: 2 }] }, 2, 3, "it is 3, at most 2 is allowed"],
    [{ not: { type: "string" } }, 1, "", "fits what it must not be"],
    [{ $ref: "#/$defs/a~1b", $defs: { "a/b": { type: "string" } } }, "", 1, "expected string, actual number"],
    [
      { type: "object", properties: { next: { $ref: "#" } } },
      { next: { next: {} } },
      { next: { next: 1 } },
      ".next.next: expected object"
    ]
  ]
  it("fit or not", () => {
    for (const [schema, good, bad, problem] of rows) {
      expect([schema, problems(schema, good)]).toEqual([schema, []])
      expect(problems(schema, bad)[0], JSON.stringify(schema)).toContain(problem)
    }
    expect(problems({ $ref: "#" }, 1)).toEqual(["the schema leads in a circle"])
    expect(problems({ pattern: "^[\\w-.]+$" }, "a b")).toHaveLength(1)
    const unfit: ReadonlyArray<readonly [object, string | undefined]> = [
      [{ $ref: "#" }, "in a circle"],
      [{ items: { $ref: "#/$defs/a" }, $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } }, "in a circle"],
      [{ properties: { a: { $ref: "#/$defs/100%" } } }, "leads to nothing"],
      [{ anyOf: [{ $ref: "other.json" }] }, "leads out of the schema"],
      [{ pattern: "(" }, "no regular expression"],
      [
        { properties: { next: { $ref: "#" }, "100%": { pattern: "[\\w-.]" } }, items: { $ref: "#/properties/100%25" } },
        undefined
      ]
    ]
    for (const [schema, why] of unfit)
      expect([schema, unusable(schema)]).toEqual([schema, why === undefined ? why : expect.stringContaining(why)])
    expect([...unchecked({ format: "date", properties: { a: { if: {}, title: "x" } }, default: 1 })]).toEqual([
      "format",
      "if"
    ])
  })

  it("may be written as fields", () => {
    expect(ofFields("name, age int, tags[], bio: one sentence, or two")).toBeUndefined()
    expect(ofFields("name, age int, tags[] , ok bool: whether")).toEqual({
      type: "object",
      properties: {
        name: { type: "string" },
        age: { type: "integer" },
        tags: { type: "array", items: { type: "string" } },
        ok: { type: "boolean", description: "whether" }
      },
      required: ["name", "age", "tags", "ok"],
      additionalProperties: false
    })
    expect(ofFields("[name\nbio: one sentence, or two]")).toMatchObject({
      type: "array",
      items: { properties: { bio: { description: "one sentence, or two" } } }
    })
    for (const none of ["", "two words here", "a strange", "1a"]) expect(ofFields(none)).toBeUndefined()
  })
})

describe("zhipu --schema", () => {
  it.scopedLive("prints a value that fits, and asks again for one that does not", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => Fs.mkdtempSync(Path.join(Os.tmpdir(), "zhipu-schema-"))),
        (folder) => Effect.sync(() => Fs.rmSync(folder, { recursive: true, force: true }))
      )
      const file = Path.join(folder, "dog.json")
      Fs.writeFileSync(file, JSON.stringify({ type: "array", items: { type: "string", format: "email" } }))
      const script = [
        { content: '```json\n{"name": "Rex", "age": "old"}\n```' },
        { content: '{"name": "Rex", "age": 7}' },
        { content: '{"value": ["a", "b"]}' }
      ]
      const { requests, zhipu } = yield* simulated({ script })
      const dog = yield* zhipu(["--schema", "name, age int", "A dog."])
      expect([dog.code, dog.stdout, dog.stderr]).toEqual([0, '{"name":"Rex","age":7}\n', ""])
      const again = JSON.stringify((yield* requests)[1]?.body)
      expect(again).toContain(".age: expected integer, actual string")
      const list = yield* zhipu(["--schema", file, "Addresses."])
      expect([list.code, list.stdout]).toEqual([0, '["a","b"]\n'])
      expect(list.stderr).toContain("the answer is not checked for them: format.")
    })
  )

  it.scopedLive("ends with 1 and prints no value where none fits, and with 2 where the schema is none", () =>
    Effect.gen(function* () {
      const { zhipu } = yield* simulated({ script: Array.from({ length: 3 }, () => ({ content: '{"age": 1}' })) })
      const { code, stderr, stdout } = yield* zhipu(["--schema", "name", "A dog."])
      expect([code, stdout]).toEqual([1, ""])
      expect(stderr).toMatch(
        /does not fit the schema, after 3 answers\.[^]*\.name: is missing[^]*The last answer was: \{"age": 1\}/
      )
      const wrong = [
        ["--schema", "no such thing", "x"],
        ["--schema", "{", "x"],
        ["--schema", '{"$ref": "#/$defs/a"}', "x"],
        ["--schema", "nowhere.json", "x"]
      ]
      for (const args of [...wrong, ["--schema", "a", "--json", "x"]]) expect((yield* zhipu(args)).code).toBe(2)
    })
  )
})

describe("zhipu --extract", () => {
  it.scopedLive("prints the first block of code alone, or the answer where there is none", () =>
    Effect.gen(function* () {
      const content = "Try:\n\n```sh\nls -l\n```\n\nor\n\n```\ndir\n```"
      const { zhipu } = yield* simulated({ script: [{ content }, { content }, { content: "No code." }] })
      expect(yield* zhipu(["-x", "How?"])).toMatchObject({ code: 0, stdout: "ls -l\n", stderr: "" })
      expect((yield* zhipu(["-x", "--no-stream", "How?"])).stdout).toBe("ls -l\n")
      const none = yield* zhipu(["--extract", "How?"])
      expect([none.stdout, none.stderr]).toEqual(["No code.\n", expect.stringContaining("no block of code")])
      expect((yield* zhipu(["-x", "--json", "How?"])).code).toBe(2)
    })
  )
})

describe("zhipu --no-reasoning and --search", () => {
  it.scopedLive("show no thinking, and let the service search", () =>
    Effect.gen(function* () {
      const { requests, zhipu } = yield* simulated()
      expect(yield* zhipu(["--no-reasoning", "Hello"])).toMatchObject({ code: 0, stderr: "" })
      expect((yield* zhipu(["Hello"], { env: { ZHIPU_REASONING: "hide" } })).stderr).toBe("")
      expect((yield* zhipu(["Hello"], { env: { ZHIPU_REASONING: "perhaps" } })).code).toBe(3)
      expect((yield* zhipu(["--search", "Hello"])).code).toBe(0)
      expect((yield* requests).at(-1)?.body).toMatchObject({
        tools: [{ type: "web_search", web_search: { enable: true, search_result: true } }]
      })
    })
  )
})
