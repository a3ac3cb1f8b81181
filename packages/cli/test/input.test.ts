import { describe, expect, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as Encoding from "../src/encoding.js"
import * as Input from "../src/input.js"

const problem = <A>(either: Either.Either<A, { readonly message: string }>) =>
  Either.match(either, { onLeft: ({ message }) => message, onRight: () => "" })

describe("input", () => {
  it("puts standard input before the prompt", () => {
    expect(Input.joinPrompt("a file\nof lines", "What is it?")).toBe("a file\nof lines\n\nWhat is it?")
    expect(Input.joinPrompt("", "p")).toBe("p")
    expect(Input.joinPrompt("s", "")).toBe("s")
    expect(Input.joinPrompt(" \n", "p")).toBe("p")
    expect(Input.joinPrompt("", "")).toBe("")
  })

  it("is UTF-8, or UTF-16 with a byte order mark", () => {
    const utf16 = Buffer.from("\uFEFF二 é", "utf16le")
    expect(Encoding.read(utf16)).toEqual({ text: "二 é", isWhole: true })
    expect(Encoding.read(Buffer.from(utf16).swap16())).toEqual({ text: "二 é", isWhole: true })
    expect(Encoding.read(Buffer.from("\uFEFFa\uFFFD"))).toEqual({ text: "a\uFFFD", isWhole: true })
    expect(Encoding.read(Buffer.from("café", "latin1"))).toEqual({ text: "caf\uFFFD", isWhole: false })
    expect(Encoding.decode(Buffer.from("a\0b"))).toBeUndefined()
  })

  it("adds the prompt to earlier turns, and replaces their instructions", () => {
    const turns = [
      { role: "system", content: "Be long." },
      { role: "user", content: "a" },
      { role: "assistant", content: "b" }
    ] as const
    expect(Input.conversation({ system: "Be brief.", turns, prompt: "c" })).toEqual([
      { role: "system", content: "Be brief." },
      ...turns.slice(1),
      { role: "user", content: "c" }
    ])
    expect(Input.conversation({ system: undefined, turns, prompt: "" })).toEqual(turns)
    const parts = [{ type: "text", text: "d" }] as const
    expect(Input.conversation({ system: undefined, turns: [], prompt: parts })).toEqual([
      { role: "user", content: parts }
    ])
  })

  it("reads messages, with fields that it does not know", () => {
    const messages = [
      { role: "user", content: [{ type: "text", text: "a" }], extra: 1 },
      { role: "assistant", content: null, tool_calls: [{ id: "1", type: "function" }] },
      { role: "tool", tool_call_id: "1", content: "b" }
    ]
    expect(Either.getOrThrow(Input.decodeMessages("f", `\uFEFF${JSON.stringify(messages)}`))).toEqual(messages)
  })

  it("says what is wrong with a file, and where", () => {
    expect(problem(Input.decodeMessages("f.json", "{"))).toBe("--messages: f.json is not JSON.")
    expect(problem(Input.decodeMessages("f.json", "{}"))).toBe("--messages: f.json holds no JSON array.")
    expect(problem(Input.decodeMessages("f.json", '[{"role":"robot"}]'))).toContain(
      'f.json[0]: "role" must be one of system, user'
    )
    expect(
      problem(Input.decodeMessages("f.json", '[{"role":"user","content":"a"},{"role":"tool","content":1}]'))
    ).toContain("f.json[1]")
    expect(problem(Input.decodeTools("f.json", '[{"type":"function","function":{"name":1}}]'))).toContain(
      "f.json[0].function.name"
    )
    expect(problem(Input.decodeTools("f.json", '[{"name":"f"}]'))).toContain('"type" is missing')
  })

  it("takes tools of every kind", () => {
    const tools = [
      { type: "function", function: { name: "f", parameters: {} } },
      { type: "web_search", web_search: { search_engine: "search_std" } },
      { type: "new_kind", anything: 1 }
    ]
    expect(Either.getOrThrow(Input.decodeTools("f", JSON.stringify(tools)))).toEqual(tools)
  })
})
