/**
 * Frames read by their likeness to the one before: whatever comes, they give what they give when each is read in full.
 */
import { describe, expect, it } from "@effect/vitest"
import { FastCheck as fc } from "effect"
import { makeDecoder } from "@effect-zhipu/protocol/internal/decoding/decoder"
import { makeTemplate, type Template } from "@effect-zhipu/protocol/internal/decoding/template"

const readInFull: Template = { match: () => undefined, learn: () => {} }

/** Counts what was read by likeness, so that a test can tell that anything was. */
const counting = (): Template & { readonly hits: () => number } => {
  const template = makeTemplate()
  let hits = 0
  return {
    learn: template.learn,
    match: (data) => {
      const event = template.match(data)
      if (event !== undefined) hits++
      return event
    },
    hits: () => hits
  }
}

/** Everything that a body gives: its events by frame, its state, its error. */
const outcome = (frames: ReadonlyArray<string>, onMalformed: "fail" | "skip", template: Template): unknown => {
  const decoder = makeDecoder(
    {
      maxEventSize: 100_000,
      onMalformed,
      toolNames: new Set(["save"]),
      status: 200,
      requestId: undefined,
      resetZone: "Asia/Shanghai",
      redact: (text) => text
    },
    template
  )
  const events = frames.map((frame) => {
    decoder.feed(new TextEncoder().encode(frame))
    return decoder.take()
  })
  decoder.end()
  return { events, last: decoder.take(), state: decoder.state(), error: decoder.error() }
}

const both = (frames: ReadonlyArray<string>, onMalformed: "fail" | "skip" = "fail") => {
  const template = counting()
  expect(outcome(frames, onMalformed, template)).toEqual(outcome(frames, onMalformed, readInFull))
  return template.hits()
}

const frame = (data: string): string => `data: ${data}\n\n`

const chunk = (delta: object, more: object = {}, choice: object = {}): string =>
  frame(JSON.stringify({ id: "c", model: "glm-4.6", choices: [{ index: 0, delta, ...choice }], ...more }))

const text = fc.oneof(
  { weight: 5, arbitrary: fc.string({ unit: "grapheme", maxLength: 8 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", '"', "\\", "\n", "世界", "\u2028", "\uFFFD", "c", "0", "glm-4.6", '","x":"')
  }
)

/** As long as some models write at once, of one width or two, with an escape anywhere. */
const longText = fc
  .tuple(fc.array(fc.constantFrom("the sky ", "is blue, ", "天空", "看起来是蓝色的", "🌤"), { maxLength: 20 }), text)
  .chain(([words, special]) => fc.nat(words.length).map((at) => words.toSpliced(at, 0, special).join("")))

/** Only ASCII, as some servers write it. */
const inAscii = (json: string): string =>
  json.replace(/[^\n -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)

const call = fc.record({
  index: fc.constantFrom(0, 1),
  id: fc.option(fc.constantFrom("a", "b"), { nil: undefined }),
  function: fc.record({
    name: fc.option(fc.constant("save"), { nil: undefined }),
    arguments: fc.constantFrom("", "{", "}", "x")
  })
})

/** Frames of the kinds that a service sends, most of them alike. */
const ordinary = fc.oneof(
  { weight: 12, arbitrary: text.map((content) => chunk({ role: "assistant", content })) },
  { weight: 6, arbitrary: longText.map((content) => chunk({ role: "assistant", content })) },
  { weight: 2, arbitrary: longText.map((content) => inAscii(chunk({ role: "assistant", content }))) },
  { weight: 2, arbitrary: longText.map((reasoning) => chunk({ role: "assistant", reasoning })) },
  { weight: 6, arbitrary: text.map((reasoning_content) => chunk({ role: "assistant", reasoning_content })) },
  {
    weight: 2,
    arbitrary: fc.tuple(text, text).map(([content, reasoning_content]) => chunk({ reasoning_content, content }))
  },
  {
    weight: 2,
    arbitrary: fc.tuple(text, fc.constantFrom("x", "y")).map(([content, fp]) => chunk({ content }, { fp }))
  },
  { weight: 1, arbitrary: text.map((content) => chunk({ content }, {}, { logprobs: { content: [] } })) },
  { weight: 2, arbitrary: fc.tuple(text, call).map(([content, it]) => chunk({ content, tool_calls: [it] })) },
  { weight: 1, arbitrary: text.map((content) => chunk({ content }, {}, { index: 1 })) },
  { weight: 1, arbitrary: text.map((content) => chunk({ content }, { id: "other" })) },
  { weight: 1, arbitrary: text.map((content) => chunk({ content }, { usage: { total_tokens: 1 } })) },
  { weight: 1, arbitrary: text.map((content) => chunk({ content }, {}, { finish_reason: "stop" })) },
  { weight: 1, arbitrary: text.map((content) => chunk({ content }, {}, { finish_reason: "network_error" })) },
  { weight: 1, arbitrary: text.map((content) => `event: error\n${chunk({ content })}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(frame("[DONE]"), frame("{}"), ": ping\n\n", frame('{"error":{"code":"1305"}}'))
  }
)

/** The same with a few characters of it changed, left out or doubled. */
const damaged = fc
  .tuple(
    ordinary,
    fc.array(fc.tuple(fc.nat(), fc.constantFrom("", '"', "\\", "{", "}", ",", "\u0001", "世", "x", '","')), {
      maxLength: 3
    })
  )
  .map(([whole, edits]) => {
    let damaged = whole.slice(0, -2)
    for (const [place, by] of edits) {
      const at = 6 + (place % Math.max(1, damaged.length - 6))
      damaged = damaged.slice(0, at) + by + damaged.slice(at + (place % 2))
    }
    return `${damaged.replaceAll("\n", " ")}\n\n`
  })

describe("a frame like the one before", () => {
  it("is read by its likeness, from the third one on, as the first one announces the answer as well", () => {
    const words = ["He", "llo", ", ", "世界", "!", '"', "\n"]
    expect(both([...words.map((content) => chunk({ content })), chunk({}, {}, { finish_reason: "stop" })])).toBe(5)
  })

  it("is read by its likeness where each text has an escape, and where all is escaped that is not ASCII", () => {
    const frames = ["a\nb", 'say "hi"', "C:\\temp", "天空\n", "\u0001", '"'].map((content) => chunk({ content }))
    expect(both(frames)).toBe(4)
    expect(both(frames.map(inAscii))).toBe(4)
    expect(both(frames.map((data) => data.replace('"content":', '"content": ')))).toBe(4)
    expect(both(frames.map((data) => data.replace('"content":', '"reasoning":')))).toBe(4)
  })

  it("is none where a control character stands in its text, however long", () => {
    const long = "the sky is blue, 天空是蓝色的 ".repeat(4)
    const whole = chunk({ content: long })
    for (const character of ["\u0001", "\t", "\u001f"]) {
      const frames = [whole, whole, whole, whole.replace("is blue", `is${character}blue`), whole]
      expect(both(frames, "skip")).toBe(1)
    }
  })

  it("is none where its text holds more than text", () => {
    const forged = frame('{"id":"c","choices":[{"index":0,"delta":{"content":"a","tool_calls":[],"x":"b"}}]}')
    const plain = frame('{"id":"c","choices":[{"index":0,"delta":{"content":"a"}}]}')
    expect(
      both([plain, forged, plain, frame('{"id":"c","choices":[{"index":0,"delta":{"content":"a\u0001"}}]}')])
    ).toBe(0)
  })

  it("is none where the same text stands elsewhere as well", () => {
    const twice = (content: string) =>
      frame(`{"id":"c","choices":[{"index":0,"delta":{"content":"${content}","content":"${content}"}}],"note":"hi"}`)
    both([twice("hi"), twice("hi"), twice("ho"), twice("hi")])
    both(["a", "b", "a"].map((content) => chunk({ content }, { note: "a" })))
  })

  it("is none where the text at the end is that of another field", () => {
    const noted = (note: string) => chunk({ content: "a" }, { note })
    expect(both([noted("a"), noted("a"), noted("z"), noted("z")])).toBe(0)
  })

  it("is none after a frame that was unlike it, and told something", () => {
    both(["x", "x", "x", "y", "x", "x"].map((fp) => chunk({ content: "a" }, { fp })))
  })

  it("is none where its delta does more than its event tells: arguments of a call that has no name yet", () => {
    const part = (name: string | undefined, fragment: string) =>
      chunk({ content: "a", tool_calls: [{ index: 0, function: { name, arguments: fragment } }] })
    const end = chunk({}, {}, { finish_reason: "tool_calls" })
    expect(both([chunk({ content: "a" }), part(undefined, "1"), part(undefined, "1"), part("save", "1"), end])).toBe(0)
  })

  it("is given up on in a stream that never repeats itself", () => {
    const frames = Array.from({ length: 50 }, (_, at) => chunk({ content: "a" }, { at }))
    expect(both(frames)).toBe(0)
  })

  it("gives what it gives when it is read in full: streams of all kinds of frames", () => {
    let hits = 0
    fc.assert(
      fc.property(
        fc.array(ordinary, { minLength: 2, maxLength: 30 }),
        fc.constantFrom("fail" as const, "skip" as const),
        (frames, on) => {
          hits += both(frames, on)
        }
      ),
      { numRuns: 1500 }
    )
    expect(hits).toBeGreaterThan(300)
  })

  it("gives what it gives when it is read in full: damaged frames between whole ones", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(ordinary, damaged), { minLength: 2, maxLength: 20 }), (frames) => {
        both(frames, "skip")
      }),
      { numRuns: 1500 }
    )
  })
})
