import { describe, expect, it } from "@effect/vitest"
import { ChatCompletion } from "@effect-zhipu/client"
import { makeFold } from "@effect-zhipu/protocol/internal/decoding/fold"
import {
  chunk,
  decode,
  type Decoded,
  decodeFrames,
  finish,
  frame,
  ofTag,
  tags,
  utf8,
  warningsOf
} from "./support/decoding.js"
import { cutAtRandom, seeded } from "./support/random.js"

type Fields = Readonly<Record<string, unknown>>

const call = (fields: Fields, fn: Fields = {}): unknown => ({ ...fields, function: fn })

const delta = (...calls: ReadonlyArray<unknown>): unknown => chunk({ tool_calls: calls })

/** A stream of these entries of `tool_calls`, one chunk each, that ends for this reason. */
const run = (calls: ReadonlyArray<unknown>, reason = "tool_calls", names: ReadonlyArray<string> = []): Decoded =>
  decodeFrames([...calls.map((entry) => delta(entry)), finish(reason)], { toolNames: new Set(names) })

const completed = ({ events }: Decoded): ReadonlyArray<readonly [id: string, name: string, args: string]> =>
  ofTag(events, "ToolCallCompleted").map((event) => [event.id, event.name, event.arguments])

const started = ({ events }: Decoded) =>
  ofTag(events, "ToolCallStarted").map(({ id, index, name }) => ({ id, index, name }))

const joined = ({ events }: Decoded, index = 0): string =>
  ofTag(events, "ToolCallDelta")
    .filter((event) => event.index === index)
    .map((event) => event.arguments)
    .join("")

const fragments = (text: string, index: number | undefined, size = 3): ReadonlyArray<unknown> =>
  Array.from({ length: Math.ceil(text.length / size) }, (_, i) =>
    call(index === undefined ? {} : { index }, { arguments: text.slice(i * size, (i + 1) * size) })
  )

const foldOf = ({ events }: Decoded): ChatCompletion.ChatCompletion => {
  const fold = makeFold()
  for (const event of events) fold.add(event)
  return fold.result()
}

describe("tool calls of a stream", () => {
  it("44: no id on the first delta: one is made up, the same on every reading", () => {
    const entries = [call({ index: 0 }, { name: "f", arguments: '{"a"' }), call({ index: 0 }, { arguments: ":1}" })]
    const first = run(entries)
    expect(completed(first)).toEqual([[started(first)[0]?.id, "f", '{"a":1}']])
    expect(started(first)[0]?.id).toMatch(/^call_.+/)
    expect(warningsOf(first.events)).toEqual(["ToolCallIdMissing"])
    expect(run(entries).events).toEqual(first.events)
  })

  it("44: made-up ids differ between calls and choices", () => {
    const ids = decodeFrames([
      delta(call({ index: 0 }, { name: "f", arguments: "{}" }), call({ index: 1 }, { name: "f", arguments: "{}" })),
      chunk({ tool_calls: [call({ index: 0 }, { name: "f", arguments: "{}" })] }, { index: 1 }),
      finish(),
      finish("stop", { index: 1 })
    ])
    expect(new Set(completed(ids).map(([id]) => id)).size).toBe(3)
  })

  it("44: an id that comes later than the name does not open another call", () => {
    const result = run([
      call({ index: 0 }, { name: "f", arguments: '{"a"' }),
      call({ index: 0, id: "late" }, { arguments: ":1}" })
    ])
    expect(completed(result).map(([, name, args]) => [name, args])).toEqual([["f", '{"a":1}']])
  })

  it("45: a numeric id is a string, an empty one is none", () => {
    expect(completed(run([call({ index: 0, id: 7 }, { name: "f", arguments: "{}" })]))).toEqual([["7", "f", "{}"]])
    const empty = run([call({ index: 0, id: "" }, { name: "f", arguments: "{}" })])
    expect(warningsOf(empty.events)).toEqual(["ToolCallIdMissing"])
    expect(completed(empty)[0]?.[0]).not.toBe("")
  })

  it("46: no index: fragments belong to the last call, another id opens another", () => {
    const result = run([
      call({ id: "a" }, { name: "f", arguments: '{"x"' }),
      ...fragments(":1}", undefined, 1),
      call({ id: "b" }, { name: "g", arguments: "" }),
      ...fragments('{"y":2}', undefined)
    ])
    expect(completed(result)).toEqual([
      ["a", "f", '{"x":1}'],
      ["b", "g", '{"y":2}']
    ])
  })

  it("46: no index, no id, another name: another call, though the one before was not whole", () => {
    const result = run([
      call({ id: "a" }, { name: "f", arguments: '{"x"' }),
      call({}, { name: "g", arguments: '{"y"' }),
      call({}, { arguments: ":2}" })
    ])
    expect(started(result).map(({ name }) => name)).toEqual(["f", "g"])
    expect(completed(result).map(([, name, args]) => [name, args])).toEqual([["g", '{"y":2}']])
    expect(warningsOf(result.events)).toEqual(["ToolCallIdMissing", "ToolArgumentsTruncated"])
  })

  it("46: index -1 or null on whole calls: each call is its own", () => {
    for (const index of [-1, null]) {
      const result = run([
        call({ index, id: "a" }, { name: "f", arguments: '{"x":1}' }),
        call({ index, id: "b" }, { name: "f", arguments: '{"x":1}' })
      ])
      expect(completed(result).map(([id]) => id)).toEqual(["a", "b"])
    }
  })

  it("47: indices that begin at 1, have gaps or come out of order are counted from 0 in order of appearance", () => {
    const result = run([
      call({ index: 5, id: "a" }, { name: "f", arguments: "{" }),
      call({ index: 1, id: "b" }, { name: "g", arguments: "{" }),
      call({ index: 5 }, { arguments: "}" }),
      call({ index: 1 }, { arguments: '"k":0}' })
    ])
    expect(started(result)).toEqual([
      { id: "a", index: 0, name: "f" },
      { id: "b", index: 1, name: "g" }
    ])
    expect(completed(result)).toEqual([
      ["a", "f", "{}"],
      ["b", "g", '{"k":0}']
    ])
  })

  it("48: two calls on one index are told apart by id, or else by their whole arguments", () => {
    const byId = run([
      call({ index: 0, id: "a" }, { name: "f", arguments: '{"x":1}' }),
      call({ index: 0, id: "b" }, { name: "f", arguments: '{"x":2}' })
    ])
    expect(completed(byId)).toEqual([
      ["a", "f", '{"x":1}'],
      ["b", "f", '{"x":2}']
    ])
    const byArguments = run([
      call({ index: 0 }, { name: "f", arguments: '{"x":1}' }),
      call({ index: 0 }, { name: "g", arguments: '{"x":2}' })
    ])
    expect(completed(byArguments).map(([, name, args]) => [name, args])).toEqual([
      ["f", '{"x":1}'],
      ["g", '{"x":2}']
    ])
  })

  it("48: after a second call took an index, its fragments go to it", () => {
    const result = run([
      call({ index: 0, id: "a" }, { name: "f", arguments: '{"x":1}' }),
      call({ index: 0, id: "b" }, { name: "f", arguments: "" }),
      ...fragments('{"x":22}', 0)
    ])
    expect(completed(result)).toEqual([
      ["a", "f", '{"x":1}'],
      ["b", "f", '{"x":22}']
    ])
  })

  it("49: a name that comes later, as null first, or repeated is one name", () => {
    for (const names of [
      [undefined, "f", undefined],
      [null, null, "f"],
      ["", "f", "f"],
      ["f", "f", "f"],
      ["f", null, ""]
    ]) {
      const parts = ['{"a"', ":", "1}"]
      const result = run(names.map((name, i) => call({ index: 0, id: "c" }, { name, arguments: parts[i] })))
      expect(completed(result)).toEqual([["c", "f", '{"a":1}']])
      expect(started(result)).toHaveLength(1)
      expect(joined(result)).toBe('{"a":1}')
      expect(warningsOf(result.events)).toEqual([])
    }
  })

  it("49: no name until the end: never completed", () => {
    const result = run([call({ index: 0, id: "c" }, { arguments: "{}" })])
    expect(completed(result)).toEqual([])
    expect(started(result)).toEqual([])
    expect(warningsOf(result.events)).toEqual(["ToolCallNameMissing"])
  })

  it("49: markup after the name of an offered tool is cut off, of another it stays", () => {
    const entry = call({ index: 0, id: "c" }, { name: "get_weather</arg_value>", arguments: "{}" })
    const repaired = run([entry], "tool_calls", ["get_weather"])
    expect(completed(repaired)).toEqual([["c", "get_weather", "{}"]])
    expect(warningsOf(repaired.events)).toEqual(["ToolCallNameRepaired"])
    expect(completed(run([entry]))).toEqual([["c", "get_weather</arg_value>", "{}"]])
    expect(completed(run([entry], "tool_calls", ["get_weather</arg_value>"]))[0]?.[1]).toBe("get_weather</arg_value>")
  })

  it("50: arguments as an object are a JSON string", () => {
    const result = run([call({ index: 0, id: "c" }, { name: "f", arguments: { a: { b: [1] } } })])
    expect(completed(result)).toEqual([["c", "f", '{"a":{"b":[1]}}']])
  })

  it("51: a call without arguments has {}, however it says so", () => {
    for (const args of ["", " ", undefined, null, "{}", {}]) {
      const [first] = completed(run([call({ index: 0, id: "c" }, { name: "f", arguments: args })]))
      expect(JSON.parse(first?.[2] ?? "none")).toEqual({})
    }
  })

  it("51: arguments that come twice are kept once", () => {
    for (const parts of [["{}", "{}"], ["{}{}"], ['{"a":1}', '{"a":1}'], ['{"a"', ':1}{"a":1}']]) {
      const result = run(
        parts.map((args, i) =>
          call({ index: 0, ...(i === 0 ? { id: "c" } : {}) }, { name: i === 0 ? "f" : null, arguments: args })
        )
      )
      expect(completed(result).map(([, , args]) => args)).toEqual([parts.join("").slice(0, parts.join("").length / 2)])
      expect(warningsOf(result.events)).toEqual(["ToolArgumentsRepeated"])
    }
  })

  it("52: a cumulative last fragment replaces what it repeats", () => {
    const result = run([
      call({ index: 0, id: "c" }, { name: "f", arguments: '{"a":' }),
      call({ index: 0 }, { arguments: "12" }),
      call({ index: 0 }, { arguments: '{"a":12}' })
    ])
    expect(completed(result)).toEqual([["c", "f", '{"a":12}']])
    expect(warningsOf(result.events)).toEqual(["ToolArgumentsRepeated"])
    expect(ChatCompletion.toolCalls(foldOf(result))[0]?.function?.arguments).toBe('{"a":12}')
  })

  it("53: arguments that parse early are not final before the end", () => {
    const result = decodeFrames([
      delta(call({ index: 0, id: "c" }, { name: "f", arguments: "1" })),
      delta(call({ index: 0 }, { arguments: "2" })),
      chunk({ content: "and text" }),
      finish("tool_calls")
    ])
    expect(completed(result)).toEqual([["c", "f", "12"]])
    expect(tags(result.events)).toEqual([
      "Started",
      "ToolCallStarted",
      "ToolCallDelta",
      "ToolCallDelta",
      "ContentDelta",
      "ToolCallCompleted",
      "Finished"
    ])
  })

  it("54: truncated arguments never complete, whatever the finish reason", () => {
    const whole = '{"city":"Beijing","days":[1,2]}'
    for (const reason of ["length", "stop", "tool_calls", "sensitive", "model_context_window_exceeded"]) {
      for (let length = 1; length < whole.length; length++) {
        const result = run([call({ index: 0, id: "c" }, { name: "f", arguments: whole.slice(0, length) })], reason)
        expect(completed(result), `${reason}, ${length}`).toEqual([])
        expect(warningsOf(result.events)).toEqual(["ToolArgumentsTruncated"])
        expect(result.events.at(-1)).toEqual({ _tag: "Finished", choice: 0, reason })
      }
      expect(completed(run([call({ index: 0, id: "c" }, { name: "f", arguments: whole })], reason))).toHaveLength(1)
    }
  })

  it("54: a call that was cut before its arguments began, or within a number, is not completed", () => {
    for (const args of ["", "1", '"a', "[1"]) {
      const result = run([call({ index: 0, id: "c" }, { name: "f", arguments: args })], "length")
      expect(completed(result)).toEqual([])
      expect(warningsOf(result.events)).toEqual(["ToolArgumentsTruncated"])
    }
  })

  it("54: arguments that are no JSON but not cut are malformed; other calls complete", () => {
    const result = run([
      call({ index: 0, id: "a" }, { name: "f", arguments: "{'a':1}" }),
      call({ index: 1, id: "b" }, { name: "g", arguments: "{}" })
    ])
    expect(completed(result)).toEqual([["b", "g", "{}"]])
    expect(warningsOf(result.events)).toEqual(["ToolArgumentsMalformed"])
  })

  it("54: a warning of a call says which it is of, as the event that began it", () => {
    const { events } = decodeFrames([
      delta(call({ index: 0, id: "a" }, { name: "f", arguments: "{}" })),
      delta(call({ index: 7 }, { name: "g", arguments: "{" })),
      chunk({ tool_calls: [call({ index: 0, id: "b" }, { name: "f", arguments: "{'a':1}" })] }, { index: 1 }),
      finish(),
      finish("tool_calls", { index: 1 })
    ])
    const told = ofTag(events, "Warning").map(({ choice, code, index }) => [code, choice, index])
    expect(told).toEqual([
      ["ToolCallIdMissing", 0, 1],
      ["ToolArgumentsTruncated", 0, 1],
      ["ToolArgumentsMalformed", 1, 0]
    ])
    const begun = ofTag(events, "ToolCallStarted").map(({ choice, index }) => [choice, index])
    expect(begun).toEqual([
      [0, 0],
      [0, 1],
      [1, 0]
    ])
  })

  it("54: a stream that ends within arguments completes none", () => {
    const result = decodeFrames([delta(call({ index: 0, id: "c" }, { name: "f", arguments: "{}" }))])
    expect(result.error?._tag).toBe("StreamTruncatedError")
    expect(completed(result)).toEqual([])
  })

  it("55: unknown tool names pass, those of Object.prototype too", () => {
    for (const name of ["unknown", "__proto__", "toString", "constructor", "hasOwnProperty"]) {
      const result = run([call({ index: 0, id: "c" }, { name, arguments: "{}" })], "tool_calls", ["other"])
      expect(completed(result)).toEqual([["c", name, "{}"]])
      expect(ChatCompletion.toolCalls(foldOf(result))[0]?.function?.name).toBe(name)
    }
  })

  it("56: 128 calls are read, 500 are refused, and so is an index out of reach", () => {
    const many = (count: number): Decoded =>
      run(Array.from({ length: count }, (_, i) => call({ index: i, id: `c${i}` }, { name: "f", arguments: "{}" })))
    expect(completed(many(128))).toHaveLength(128)
    expect(many(500).error).toMatchObject({ reason: "TooManyToolCalls", isRetryable: false })
    const far = run([call({ index: 1e9, id: "c" }, { name: "f", arguments: "{}" })])
    expect(far.error).toMatchObject({ _tag: "CorruptStreamError", reason: "TooManyToolCalls" })
  })

  it("56: an index that is no integer is malformed", () => {
    for (const index of ["constructor", "__proto__", 0.5]) {
      const result = run([call({ index, id: "c" }, { name: "f", arguments: "{}" })])
      expect(result.error).toMatchObject({ _tag: "CorruptStreamError", reason: "MalformedFrame", frame: 0 })
    }
  })

  it("parallel calls whose fragments interleave come out whole, however the bytes are cut", () => {
    const random = seeded(7)
    for (let i = 0; i < 200; i++) {
      const calls = Array.from({ length: 1 + random.below(4) }, (_, index) => ({
        index,
        id: `call_${index}`,
        name: `tool_${index}`,
        args: JSON.stringify({ text: '智谱\n"'.repeat(random.below(4)), n: random.below(1000), list: [index] })
      }))
      const open = calls.map(({ args, id, index, name }) => ({
        index,
        rest: [
          call({ index, id, type: "function" }, { name, arguments: "" }),
          ...fragments(args, index, 1 + random.below(6))
        ]
      }))
      const entries: Array<unknown> = []
      while (open.some(({ rest }) => rest.length > 0)) {
        const next = random.pick(open.filter(({ rest }) => rest.length > 0))
        entries.push(next.rest.shift())
      }
      const bytes = utf8([...entries.map((entry) => frame(delta(entry))), frame(finish("tool_calls"))].join(""))
      const result = decode(cutAtRandom(random, bytes, 30))
      expect([...completed(result)].sort()).toEqual(calls.map(({ args, id, name }) => [id, name, args]))
      expect(warningsOf(result.events)).toEqual([])
    }
  })
})
