/** What is taken for plain is what the Schema gives, so that no document is read differently for having been quicker to read. */
import { describe, expect, it } from "@effect/vitest"
import { ChatCompletion } from "@effect-zhipu/client"
import { Effect, Schema } from "effect"
import { isPlainCompletion } from "../src/internal/schema/plainCompletion.js"

/** Every field that the types know, all the way down. */
type Whole<A> =
  A extends ReadonlyArray<infer Item>
    ? ReadonlyArray<Whole<Item>>
    : A extends object
      ? { readonly [Key in keyof A]-?: Whole<Exclude<A[Key], undefined>> }
      : A

const full: Whole<ChatCompletion.ChatCompletion> = {
  id: "1",
  request_id: "2",
  object: "chat.completion",
  created: 3,
  model: "glm-4.6",
  choices: [
    {
      index: 0,
      finish_reason: "tool_calls",
      message: {
        role: "assistant",
        content: "text",
        reasoning_content: "thought",
        tool_calls: [{ id: "call", index: 0, type: "function", function: { name: "f", arguments: "{}" } }]
      }
    }
  ],
  usage: {
    prompt_tokens: 1,
    completion_tokens: 2,
    total_tokens: 3,
    prompt_tokens_details: { cached_tokens: 1 },
    completion_tokens_details: { reasoning_tokens: 1 }
  },
  web_search: [{ title: "t", link: "l", content: "c", media: "m", icon: "i", refer: "r", publish_date: "2026-01-01" }],
  content_filter: [{ role: "user", level: 3 }]
}

type Path = ReadonlyArray<string>

const pathsIn = (value: unknown, path: Path = []): ReadonlyArray<Path> =>
  typeof value === "object" && value !== null
    ? [path, ...Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key]))]
    : [path]

/** A copy in which what stands at a path is another value; `undefined` takes it out. */
const changed = (value: unknown, [key, ...rest]: Path, other: unknown): unknown => {
  if (key === undefined) return other
  if (Array.isArray(value)) return value.map((item, i) => (String(i) === key ? changed(item, rest, other) : item))
  const entries = Object.entries(Object(value))
  return Object.fromEntries(
    entries.flatMap(([name, inner]) => {
      if (name !== key) return [[name, inner]]
      const next = changed(inner, rest, other)
      return next === undefined ? [] : [[name, next]]
    })
  )
}

const decoded = (document: unknown): unknown =>
  Effect.runSync(
    Effect.match(Schema.decodeUnknown(ChatCompletion.ChatCompletion)(document), {
      onFailure: () => "no completion",
      onSuccess: (completion): unknown => completion
    })
  )

const others = [
  undefined,
  null,
  "text",
  "7",
  7,
  true,
  {},
  [],
  [null],
  ["text"],
  [7],
  [{}],
  { text: null },
  { more: [] }
]

describe("a plain completion", () => {
  it("is one with every field that is known, with fields that are not, and with none but choices", () => {
    expect(isPlainCompletion(full)).toBe(true)
    expect(isPlainCompletion({ ...full, more: null, choices: [{ ...full.choices[0], more: [null] }] })).toBe(true)
    expect(isPlainCompletion({ choices: [] })).toBe(true)
    expect(isPlainCompletion({})).toBe(false)
    expect(isPlainCompletion({ choices: [{}] })).toBe(false)
  })

  it("is what the Schema gives, whatever stands in the place of any field", () => {
    let plain = 0
    let schemaOnly = 0
    for (const path of pathsIn(full)) {
      for (const other of others) {
        const document = changed(full, path, other)
        if (isPlainCompletion(document)) {
          plain++
          expect(decoded(document), `${path.join(".")}: ${JSON.stringify(other)}`).toStrictEqual(document)
        } else schemaOnly++
      }
    }
    expect(plain).toBeGreaterThan(50)
    expect(schemaOnly).toBeGreaterThan(200)
  })
})
