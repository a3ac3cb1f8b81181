/** What relays, gateways and self-hosted servers make of a stream, and what an answer is that holds nothing. */
import { describe, expect, it } from "vitest"
import type { ChunkEvent } from "../src/internal/documents/chunkEvent.js"
import { makeBodyDecoder } from "../src/internal/decoding/bodyDecoder.js"
import { type DecoderOptions, makeDecoder } from "../src/internal/decoding/decoder.js"
import { makeFold } from "../src/internal/decoding/fold.js"
import { readWhole } from "../src/internal/decoding/whole.js"

const options: DecoderOptions = {
  maxEventSize: 1024 * 1024,
  onMalformed: "fail",
  toolNames: new Set(),
  choices: 1,
  status: 200,
  requestId: undefined,
  resetZone: "+08:00",
  redact: (text) => text.replaceAll("s3cret", "<redacted>")
}

const read = (text: string, given: Partial<DecoderOptions> = {}, type = "text/event-stream") => {
  const decoder = makeBodyDecoder({ ...options, ...given }, { "content-type": type })
  for (const byte of new TextEncoder().encode(text)) decoder.feed(new Uint8Array([byte]))
  decoder.end()
  const events = decoder.take()
  const fold = makeFold()
  for (const event of events) fold.add(event)
  return { events, error: decoder.error(), state: decoder.state(), completion: fold.result() }
}

const frame = (delta: unknown, beside: Record<string, unknown> = {}, choice: Record<string, unknown> = {}): string =>
  `data: ${JSON.stringify({ id: "a1", model: "glm-4.6", choices: [{ index: 0, delta, ...choice }], ...beside })}\n\n`

const stop = frame({}, {}, { finish_reason: "stop" })
const done = "data: [DONE]\n\n"
const warnings = (events: ReadonlyArray<ChunkEvent>) =>
  events.flatMap((event) => (event._tag === "Warning" ? [event.code] : []))
const textOf = (events: ReadonlyArray<ChunkEvent>): string =>
  events.flatMap((event) => (event._tag === "ContentDelta" && event.choice === 0 ? [event.text] : [])).join("")

describe("thinking under its other name", () => {
  it("is the thinking that the vendor calls reasoning_content, also beside it", () => {
    for (const delta of [
      { reasoning: "so" },
      { reasoning: "so", reasoning_content: "so" },
      { reasoning_content: null, reasoning: "so" }
    ]) {
      const { completion, events } = read(frame(delta) + frame({ content: "x" }) + stop + done)
      expect(events.filter(({ _tag }) => _tag === "ReasoningDelta")).toHaveLength(1)
      expect(completion.choices[0]?.message).toEqual({ role: "assistant", content: "x", reasoning_content: "so" })
    }
  })

  it("in many chunks, read by their likeness, and whole", () => {
    const words = Array.from({ length: 50 }, (_, i) => `w${i} `)
    const { completion } = read(
      words.map((reasoning) => frame({ reasoning })).join("") + frame({ content: "x" }) + stop + done
    )
    expect(completion.choices[0]?.message.reasoning_content).toBe(words.join(""))
    const whole = readWhole(
      { choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "x", reasoning: "so" } }] },
      options
    )
    expect(whole).toMatchObject({ document: { choices: [{ message: { reasoning_content: "so" } }] } })
    expect(JSON.stringify(whole)).not.toContain('"reasoning":')
  })
})

describe("a finish reason on a chunk that is not the last", () => {
  it("does not end the answer", () => {
    const streams = [
      frame({ content: "Hel" }, {}, { finish_reason: "stop" }) +
        frame({ content: "lo" }, {}, { finish_reason: "stop" }) +
        done,
      frame({ content: "" }, {}, { finish_reason: "stop" }) +
        frame({ content: "Hel" }) +
        frame({ content: "lo" }) +
        stop +
        done,
      frame({ content: "Hello" }, {}, { finish_reason: "stop" }),
      frame({ role: "assistant" }, {}, { finish_reason: "stop" }) + frame({ content: "Hello" })
    ]
    for (const stream of streams) expect(textOf(read(stream).events)).toBe("Hello")
  })

  it("is told apart from one that ends it, as the wait for [DONE] is short only then", () => {
    const state = (text: string) => {
      const decoder = makeDecoder(options)
      decoder.feed(new TextEncoder().encode(text))
      return decoder.state()
    }
    expect(state(frame({ content: "Hel" }, {}, { finish_reason: "stop" }))).toBe("early")
    expect(state(frame({ content: "" }, {}, { finish_reason: "stop" }))).toBe("early")
    expect(state(frame({ content: "Hello" }) + stop)).toBe("finished")
    expect(state(frame({ content: "Hello" }) + stop + frame({ content: "!" }))).toBe("early")
    expect(state(frame({ content: "Hello" }, { usage: { total_tokens: 3 } }, { finish_reason: "stop" }))).toBe(
      "finished"
    )
  })

  it("is completed with a warning where the end was waited for in vain", () => {
    const decoder = makeDecoder(options)
    decoder.feed(new TextEncoder().encode(frame({ content: "Hello" }, {}, { finish_reason: "stop" })))
    decoder.complete()
    expect(warnings(decoder.take())).toEqual(["EndNotTold"])
    expect(decoder.state()).toBe("done")
  })
})

describe("a connection that breaks behind the finish reason", () => {
  const broken = { _tag: "ConnectionError", message: "reset", phase: "body" } as const

  it("is told, but where the tokens had come", () => {
    for (const [usage, state] of [
      [undefined, "failed"],
      [{ total_tokens: 3 }, "done"]
    ] as const) {
      const decoder = makeDecoder(options)
      const last = frame({}, usage === undefined ? {} : { usage }, { finish_reason: "tool_calls" })
      decoder.feed(new TextEncoder().encode(frame({ content: "Hello" }) + last))
      decoder.end(broken)
      expect(decoder.state()).toBe(state)
      if (state === "failed") expect(decoder.error()?._tag).toBe("StreamTruncatedError")
    }
  })

  it("is told where choices that were asked for are missing, also by an end that looks like one", () => {
    const first = frame({ content: "one" }) + stop
    const second = frame({ content: "two" }, {}, { index: 1 }) + frame({}, {}, { index: 1, finish_reason: "stop" })
    const told = frame({}, { choices: [], usage: { total_tokens: 3 } })
    const ending = (text: string) => read(text, { choices: 2 }).error?._tag
    expect(ending(first)).toBe("StreamTruncatedError")
    // A server that gives one choice, however many were asked for, says that it has ended.
    for (const whole of [first + second, first + told, first + done]) expect(ending(whole)).toBeUndefined()
    const state = (text: string) => {
      const decoder = makeDecoder({ ...options, choices: 2 })
      decoder.feed(new TextEncoder().encode(text))
      return decoder.state()
    }
    // The wait for the second is that for any text, and not that for [DONE].
    expect([state(first), state(first + second), state(first + told)]).toEqual(["open", "finished", "finished"])
  })
})

describe("a failure that looks like an answer", () => {
  it("fails by a finish reason that says so, in the words of its choice", () => {
    for (const reason of ["error", "network_error", "server_error", "failed"]) {
      expect(read(frame({ content: "x" }) + frame({}, {}, { finish_reason: reason }) + done).error).toMatchObject({
        _tag: "ServerError",
        code: reason
      })
    }
    const told = { finish_reason: "error", error: { code: 429, message: "slow down, s3cret" } }
    const { error } = read(frame({ content: "x" }) + frame({}, {}, told) + done)
    expect(error).toMatchObject({ _tag: "RateLimitError", code: "429" })
    expect(error?.message).toContain("slow down, <redacted>")
    const whole = readWhole({ choices: [{ index: 0, message: { content: "" }, ...told }] }, options)
    expect(whole).toMatchObject({ _tag: "Failure", failure: { _tag: "RateLimitError" } })
  })

  it("fails by an event that is called error, whatever its data is", () => {
    const data = ["upstream timed out", '"upstream timed out"', "null", '{"message":"upstream timed out"}', "[1]"]
    for (const told of data) {
      for (const onMalformed of ["fail", "skip"] as const) {
        const { error } = read(`${frame({ content: "x" })}event: error\ndata: ${told}\n\n${done}`, { onMalformed })
        expect(error?._tag).toBe("ServerError")
        if (told.includes("timed")) expect(error?.message).toContain("upstream timed out")
      }
    }
    expect(read("event: error\ndata: Too many requests, s3cret\n\n").error?.message).not.toContain("s3cret")
  })

  it("fails where nothing came, and no reason for that", () => {
    const empty = [
      done.replace("data", `data: ${JSON.stringify({ id: "1", choices: [] })}\n\ndata`),
      frame({ role: "assistant" }) + done
    ]
    for (const stream of empty)
      expect(read(stream).error).toMatchObject({ _tag: "CorruptStreamError", reason: "EmptyResponse" })
    const tools = { toolNames: new Set(["find"]) }
    expect(read(stop + done, tools).error).toMatchObject({ reason: "EmptyResponse" })
    expect(read(stop + done).error).toBeUndefined()
    expect(read(frame({}, {}, { finish_reason: "length" }) + done, tools).error).toBeUndefined()
    expect(read(frame({}, {}, { finish_reason: "sensitive" }) + done, tools).error).toBeUndefined()
    expect(read(frame({ content: "x" }) + done).completion.choices[0]?.finish_reason).toBe("unknown")
  })

  it("fails where a document holds no answer", () => {
    const failure = (choices: unknown, given: Partial<DecoderOptions> = {}) => {
      const whole = readWhole({ id: "1", choices }, { ...options, ...given })
      return whole._tag === "Failure" ? whole.failure : undefined
    }
    expect(failure([])).toMatchObject({ reason: "EmptyResponse" })
    expect(failure([{ index: 0, message: null, finish_reason: "content_filter" }])).toMatchObject({
      _tag: "ContentFilteredError"
    })
    expect(failure([{ index: 0, message: null, finish_reason: "stop" }])).toMatchObject({ reason: "EmptyResponse" })
    expect(failure([{ index: 0, message: null, finish_reason: "length" }])).toBeUndefined()
    const silent = [{ index: 0, message: { content: null }, finish_reason: "stop" }]
    expect(failure(silent, { toolNames: new Set(["find"]) })).toMatchObject({ reason: "EmptyResponse" })
    expect(failure(silent)).toBeUndefined()
    expect(failure("none")).toMatchObject({ reason: "UnexpectedContentType" })
  })
})

describe("a stream that a person would call fine", () => {
  const hello = frame({ content: "Hel" }) + frame({ content: "lo" }) + stop + done

  it("is read under another content type, and what is no stream is told", () => {
    for (const type of [
      "application/json",
      "text/plain; charset=utf-8",
      "application/octet-stream",
      "text/event-streamfoo"
    ]) {
      for (const head of ["", ": welcome\n\n", "\n", "event: message\n", "id: 1\n", "retry: 10\n\n"]) {
        const { error, events } = read(head + hello, {}, type)
        expect(error).toBeUndefined()
        expect(textOf(events)).toBe("Hello")
        expect(warnings(events)).toEqual(["ContentType"])
      }
    }
    expect(read(hello, { strict: true }, "text/plain").error).toMatchObject({ reason: "UnexpectedContentType" })
    const page = read("<html><body>Log in, s3cret</body></html>", {}, "text/html").error
    expect(page).toMatchObject({ _tag: "CorruptStreamError", reason: "UnexpectedContentType" })
    expect(page?.message).not.toContain("s3cret")
    expect(read("", {}, "application/json").error).toMatchObject({ reason: "EmptyResponse" })
    expect(read('{"choices":[{"index":0,"mess', {}, "application/json").error?._tag).toBe("StreamTruncatedError")
  })

  it("is never quoted where it is refused", () => {
    const { error } = read(`data: ${"private ".repeat(20)}`, { strict: true }, "text/plain")
    expect(JSON.stringify(error)).not.toContain("private")
  })

  it("goes on behind events of other names and blank data", () => {
    for (const odd of [
      "event: ping\ndata: alive\n\n",
      "event: heartbeat\ndata: 12\n\n",
      'event: ping\ndata: "alive"\n\n',
      "event: ping\ndata: []\n\n",
      "data:   \n\n",
      "data: \t\n\n"
    ]) {
      const { error, events } = read(odd + hello.replace(stop, odd + odd + stop))
      expect(error).toBeUndefined()
      expect(textOf(events)).toBe("Hello")
    }
    expect(warnings(read("event: ping\ndata: alive\n\n" + hello).events)).toEqual(["ForeignEvent"])
    expect(read('event: part\ndata: {"id":"a1","choi\n\n' + hello).error).toMatchObject({ reason: "MalformedFrame" })
  })

  it("goes on under ids that change, but not into another answer", () => {
    const under = (id: string, text: string) => frame({ content: text }).replace('"a1"', `"${id}"`)
    const each = read(under("c1", "Hel") + under("c2", "lo") + stop.replace('"a1"', '"c3"') + done)
    expect([textOf(each.events), each.error, warnings(each.events)]).toEqual(["Hello", undefined, ["IdChanged"]])
    const late = read(
      hello.replace(done, frame({}, { usage: { total_tokens: 2 }, choices: [] }).replace('"a1"', '"z"') + done)
    )
    expect([textOf(late.events), late.error]).toEqual(["Hello", undefined])
    const texts = Array.from({ length: 20 }, (_, i) => `w${i} `)
    const second = texts.map((text) => under("b", text)).join("")
    for (const first of [
      under("a", "x"),
      under("a", "x") + under("a", "y"),
      texts.map((text) => under("a", text)).join("")
    ]) {
      expect(read(first + second + stop.replace('"a1"', '"b"') + done).error).toMatchObject({ reason: "IdChanged" })
    }
    expect(read(under("a", "x") + under("b", "y") + done).error).toMatchObject({ reason: "IdChanged" })
    expect(read(under("c1", "Hel") + under("c2", "lo") + done, { strict: true }).error).toMatchObject({
      reason: "IdChanged"
    })
  })

  it("goes on where the choice counts chunks, and keeps choices apart that were asked for", () => {
    const at = (index: number, text: string, choice: Record<string, unknown> = {}) =>
      frame({ content: text }, {}, { index, ...choice })
    for (const from of [0, 1, 126, 5000]) {
      const counted = at(from, "Hel") + at(from + 1, "lo") + at(from + 2, "", { finish_reason: "stop" }) + done
      const { error, events } = read(counted)
      expect([textOf(events), error]).toEqual(["Hello", undefined])
      expect(events.at(-1)).toEqual({ _tag: "Finished", choice: 0, reason: "stop" })
    }
    const two =
      at(0, "a") +
      at(1, "b") +
      at(0, "c") +
      at(1, "d", { finish_reason: "stop" }) +
      at(0, "", { finish_reason: "stop" }) +
      done
    expect(read(two, { choices: 2 }).completion.choices.map(({ message }) => message.content)).toEqual(["ac", "bd"])
  })

  it("keeps parts of a content that are not text", () => {
    const image = { type: "image_url", image_url: { url: "https://example.com/a.png" } }
    const { completion, error, events } = read(
      frame({ content: [{ type: "text", text: "Hello" }, image] }) + stop + done
    )
    expect([textOf(events), error, warnings(events)]).toEqual(["Hello", undefined, ["ContentParts"]])
    expect(completion.choices[0]?.message).toMatchObject({ content: "Hello", content_parts: [image] })
  })
})

describe("fields without an event", () => {
  it("go on in the next chunk where they are lists, and stay in the choice or its message", () => {
    const logprobs = (token: string) => ({ logprobs: { content: [{ token }], refusal: null } })
    const { completion } = read(
      frame({ content: "a", annotations: [1] }, {}, logprobs("a")) +
        frame({ content: "b", annotations: [2] }, {}, logprobs("b")) +
        frame({}, { service_tier: "x" }, { finish_reason: "stop", ...logprobs("c") }) +
        done
    )
    const [choice] = completion.choices
    expect(choice).toMatchObject({ logprobs: { content: [{ token: "a" }, { token: "b" }, { token: "c" }] } })
    expect(choice?.message).toEqual({ role: "assistant", content: "ab", annotations: [1, 2] })
    expect(completion).toMatchObject({ service_tier: "x" })
  })

  it("take the time of their length where lists go on, and are not changed once they were given out", () => {
    let key = 0
    const extra = (token: string): ChunkEvent => ({
      _tag: "Extra",
      choice: 0,
      of: "choice",
      fields: { logprobs: { content: [{ token }] }, seen: { [`${token}${key++}`]: { at: 1 } } }
    })
    const time = (count: number): number => {
      const fold = makeFold()
      const start = process.cpuUsage().user
      for (let i = 0; i < count; i++) {
        fold.add(extra("a"))
        fold.add({ _tag: "WebSearch", results: [{ title: "t" }] })
      }
      expect(fold.result().choices[0]?.["logprobs"]).toHaveProperty("content.length", count)
      return process.cpuUsage().user - start
    }
    time(2_000)
    const least = (count: number) => Math.min(time(count), time(count), time(count))
    // The square of four is sixteen.
    expect(least(8_000)).toBeLessThan(10 * least(2_000))
    const fold = makeFold()
    for (const token of ["a", "b"]) fold.add(extra(token))
    const before = fold.partial()
    fold.add(extra("c"))
    expect(before.choices[0]).toMatchObject({ logprobs: { content: [{ token: "a" }, { token: "b" }] } })
    expect(fold.result().choices[0]).toMatchObject({
      logprobs: { content: [{ token: "a" }, { token: "b" }, { token: "c" }] }
    })
  })

  it("are no prototypes", () => {
    const polluted = frame({ content: "a" }).replace('"content"', '"__proto__":{"x":[1]},"content"')
    const { completion } = read(polluted + polluted.replace("[1]", "[2]") + stop + done)
    expect(Object.getPrototypeOf(completion.choices[0]?.message)).toBe(Object.prototype)
  })
})

describe("two tool calls under one id", () => {
  const call = (index: number | undefined, name: string, args: string) => ({
    ...(index === undefined ? {} : { index }),
    id: "call_x",
    type: "function",
    function: { name, arguments: args }
  })
  const calls = (events: ReadonlyArray<ChunkEvent>) =>
    events.flatMap((event) => (event._tag === "ToolCallCompleted" ? [[event.name, event.arguments, event.id]] : []))

  it("are two calls, the second under an id of its own", () => {
    for (const [first, second] of [
      [call(0, "think", '{"a":1}'), call(1, "find", '{"b":2}')],
      [call(0, "find", '{"a":1}'), call(1, "find", '{"b":2}')],
      [call(undefined, "think", '{"a":1}'), call(undefined, "find", '{"b":2}')],
      [call(undefined, "find", '{"a":1}'), call(undefined, "find", '{"b":2}')]
    ] as const) {
      const { events } = read(
        frame({ tool_calls: [first] }) +
          frame({ tool_calls: [second] }) +
          frame({}, {}, { finish_reason: "tool_calls" }) +
          done
      )
      const [one, two] = calls(events)
      expect(one).toEqual([first.function.name, '{"a":1}', "call_x"])
      expect(two).toEqual([second.function.name, '{"b":2}', "call_a1_0_1"])
      expect(warnings(events)).toEqual(["ToolCallIdRepeated"])
    }
  })

  it("in fragments by index, and in a document", () => {
    const piece = (index: number, args: string) => ({ index, function: { arguments: args } })
    const { events } = read(
      frame({ tool_calls: [call(0, "think", "")] }) +
        frame({ tool_calls: [call(1, "find", "")] }) +
        [piece(0, '{"a"'), piece(1, '{"b"'), piece(0, ":1}"), piece(1, ":2}")]
          .map((call) => frame({ tool_calls: [call] }))
          .join("") +
        frame({}, {}, { finish_reason: "tool_calls" }) +
        done
    )
    expect(calls(events)).toEqual([
      ["think", '{"a":1}', "call_x"],
      ["find", '{"b":2}', "call_a1_0_1"]
    ])
    const whole = readWhole(
      {
        id: "a1",
        choices: [{ index: 0, message: { content: "", tool_calls: [call(0, "think", "{}"), call(1, "find", "{}")] } }]
      },
      options
    )
    expect(JSON.stringify(whole)).toContain('"call_a1_0_1"')
  })

  it("of 16,000 fragments that repeat the name cost about what ordinary ones cost", () => {
    const time = (name: string | undefined): number => {
      const decoder = makeDecoder(options)
      const fragment = new TextEncoder().encode(
        frame({
          tool_calls: [{ index: 0, function: { ...(name === undefined ? {} : { name }), arguments: '{"a":"bcdefgh' } }]
        })
      )
      decoder.feed(new TextEncoder().encode(frame({ tool_calls: [call(0, "find", '{"b":"')] })))
      const start = process.cpuUsage().user
      for (let i = 0; i < 16_000; i++) decoder.feed(fragment)
      return process.cpuUsage().user - start
    }
    time(undefined)
    const least = (name: string | undefined) => Math.min(time(name), time(name), time(name))
    const ordinary = least(undefined)
    // Parsing them all again at each fragment took a hundred times as long.
    expect(least("find")).toBeLessThan(3 * ordinary)
  })
})
