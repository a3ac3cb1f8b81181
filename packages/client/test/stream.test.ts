import { describe, expect, it } from "@effect/vitest"
import { type ChunkEvent, RetryPolicy, ZhipuChat } from "@effect-zhipu/client"
import { Effect, Stream } from "effect"
import { makeFold } from "@effect-zhipu/protocol/internal/decoding/fold"
import {
  answer,
  chunk,
  type Decoded,
  decodeFrames,
  decodeText,
  done,
  finish,
  frame,
  ofTag,
  reasoningOf,
  sse,
  tags,
  textOf,
  warningsOf
} from "./support/decoding.js"
import { client, completion, eventStream, jsonReply, mock, type Reply, request } from "./support/http.js"

const hi = chunk({ role: "assistant", content: "Hi" })

const fails = (result: Decoded, tag: string, fields: Record<string, unknown> = {}): void => {
  expect(result.state).toBe("failed")
  expect(result.error).toMatchObject({ _tag: tag, ...fields })
  expect(ofTag(result.events, "Finished")).toEqual([])
}

const finished = ({ events, state }: Decoded): ReadonlyArray<string> => {
  expect(state).toBe("done")
  return ofTag(events, "Finished").map((event) => event.reason)
}

const fold = (events: ReadonlyArray<ChunkEvent.ChunkEvent>) => {
  const folded = makeFold()
  for (const event of events) folded.add(event)
  return folded.result()
}

const overHttp = (reply: Reply) =>
  Stream.runCollect(ZhipuChat.stream(request)).pipe(
    Effect.map((events) => Array.from(events)),
    Effect.provide(client(mock(reply), { retry: RetryPolicy.none }))
  )

describe("the wire", () => {
  it("5, 6, 7: a byte order mark, comments and a missing space do not matter", () => {
    const body = `\uFEFF: open\n\n${frame(hi)}: keep-alive\n\ndata:${JSON.stringify(finish())}\n\n:\n${done}`
    const result = decodeText(body)
    expect(finished(result)).toEqual(["stop"])
    expect(textOf(result.events)).toBe("Hi")
  })

  it("8: several data lines are one event", () => {
    const lines = JSON.stringify(hi, null, 2).split("\n")
    const result = decodeText(`${lines.map((line) => `data: ${line}`).join("\n")}\n\n${frame(finish())}`)
    expect(textOf(result.events)).toBe("Hi")
  })

  it("9: event, id and unknown fields do not matter, but `event: error` is a failure", () => {
    const fields = "event: message\nid: 7\nfoo: bar\nbaz\n"
    expect(textOf(decodeText(`${fields}${frame(hi)}${frame(finish())}`).events)).toBe("Hi")
    fails(
      decodeText(`${frame(hi)}event: error\n${frame({ error: { code: "1305", message: "m" } })}`),
      "OverloadedError"
    )
    fails(decodeText(`event: error\n${frame({ message: "something broke" })}`), "ServerError")
  })

  it("10: retry fields are nothing to wait for, and what follows them is read", () => {
    for (const retry of ["0", "600000", "x"]) {
      const result = decodeText(`retry: ${retry}\n\n${frame(hi)}retry: ${retry}\n${frame(finish())}`)
      expect(finished(result)).toEqual(["stop"])
      expect(textOf(result.events)).toBe("Hi")
    }
  })

  it("11: empty data and runs of blank lines are no events", () => {
    const body = `\n\n\ndata:\n\ndata\n\ndata: \n\n\n\n${frame(hi)}\n\n${frame(finish())}`
    expect(tags(decodeText(body).events)).toEqual(["Started", "ContentDelta", "Finished"])
  })

  it("13: a forged end is no end", () => {
    for (const forged of ["[DONE]x", "[DONE] junk", "[DONE]\ndata: junk", " [DONE", "[done]", "DONE", '["DONE"]']) {
      fails(decodeText(`${frame(hi)}data: ${forged}\n\n`), "CorruptStreamError", { reason: "MalformedFrame", frame: 1 })
    }
  })

  it("14, 15: what follows [DONE] is ignored, another [DONE] too", () => {
    for (const after of [
      frame(chunk({ content: "late" })),
      done,
      "data: junk\n\n",
      frame({ error: { code: "500" } })
    ]) {
      const result = decodeText(answer("Hi") + after)
      expect(finished(result)).toEqual(["stop"])
      expect(textOf(result.events)).toBe("Hi")
    }
  })

  it("16, 17: an end without a word of it is truncation, within an event too", () => {
    const body = frame(hi) + frame(chunk({ content: " there" }))
    fails(decodeText(body), "StreamTruncatedError", { receivedBytes: body.length, receivedFrames: 2 })
    const cut = decodeText(body.slice(0, -20))
    fails(cut, "StreamTruncatedError", { receivedBytes: body.length - 20 })
    expect(textOf(cut.events)).toBe("Hi")
    fails(decodeText(": only a comment\n\n"), "StreamTruncatedError", { receivedFrames: 0 })
  })

  it("18: the end of the body after a finish reason is an end", () => {
    expect(finished(decodeFrames([hi, finish()]))).toEqual(["stop"])
  })

  it("19: [DONE] without a finish reason is an end of unknown reason", () => {
    expect(finished(decodeText(frame(hi) + done))).toEqual(["unknown"])
    fails(decodeText(done), "CorruptStreamError", { reason: "EmptyResponse" })
  })

  it("20: an empty body is corrupt, and worth asking again", () => {
    fails(decodeText(""), "CorruptStreamError", { reason: "EmptyResponse", isRetryable: true })
  })

  it.effect("20: an empty body over HTTP", () =>
    Effect.gen(function* () {
      for (const body of ["", []]) {
        const error = yield* Effect.flip(overHttp({ headers: eventStream, body }))
        expect(error).toMatchObject({ _tag: "CorruptStreamError", reason: "EmptyResponse" })
      }
    })
  )

  it.effect("22: a plain completion in answer to a stream becomes events, with a warning", () =>
    Effect.gen(function* () {
      const document = {
        ...completion("Hi"),
        choices: [
          {
            index: 0,
            finish_reason: "tool_calls",
            message: {
              role: "assistant",
              content: "Hi",
              reasoning_content: "thinking",
              tool_calls: [{ id: "c", index: 0, type: "function", function: { name: "f", arguments: "{}" } }]
            }
          }
        ]
      }
      const events = yield* overHttp(jsonReply(document))
      expect(warningsOf(events)).toEqual(["NotStreamed"])
      expect(fold(events)).toEqual(document)
    })
  )

  it.effect("23: a page instead of a stream is told with its beginning", () =>
    Effect.gen(function* () {
      const page = `<html><body>Please log in ${"x".repeat(5000)}</body></html>`
      const error = yield* Effect.flip(overHttp({ headers: { "content-type": "text/html" }, body: page }))
      expect(error).toMatchObject({ _tag: "CorruptStreamError", reason: "UnexpectedContentType", isRetryable: false })
      expect(error.message).toContain("Please log in")
      expect(error.message.length).toBeLessThan(600)
    })
  )

  it("25: a frame that is no JSON fails with its number, or is skipped with a warning", () => {
    const body = frame(hi) + "data: {broken\n\n" + frame(chunk({ content: "!" })) + frame(finish())
    fails(decodeText(body), "CorruptStreamError", { reason: "MalformedFrame", frame: 1, isRetryable: true })
    const skipped = decodeText(body, { onMalformed: "skip" })
    expect(finished(skipped)).toEqual(["stop"])
    expect(textOf(skipped.events)).toBe("Hi!")
    expect(warningsOf(skipped.events)).toEqual(["MalformedFrame"])
  })

  it("25: neither the error nor the warning repeats the frame", () => {
    const body = `${frame(hi)}data: {"secret text"\n\n${frame(finish())}`
    expect(JSON.stringify(decodeText(body).error)).not.toContain("secret")
    expect(JSON.stringify(decodeText(body, { onMalformed: "skip" }).events)).not.toContain("secret")
  })

  it("26: JSON that is no object is malformed", () => {
    for (const data of ["null", "1", "true", '"text"', "[]", "[1]"]) {
      const body = `${frame(hi)}data: ${data}\n\n${frame(finish())}`
      fails(decodeText(body), "CorruptStreamError", { reason: "MalformedFrame", frame: 1 })
      expect(finished(decodeText(body, { onMalformed: "skip" }))).toEqual(["stop"])
    }
  })

  it("27: an event over the limit is refused, at the limit it is read, cut or whole", () => {
    const json = JSON.stringify(hi)
    const at = (maxEventSize: number, body: string): Decoded => decodeText(body, { maxEventSize })
    expect(textOf(at(json.length, frame(hi)).events)).toBe("Hi")
    fails(at(json.length - 1, frame(hi)), "CorruptStreamError", { reason: "EventTooLarge", isRetryable: false })
    fails(at(100, `data: ${"x".repeat(1000)}`), "CorruptStreamError", { reason: "EventTooLarge" })
    fails(at(100, `data: {\n`.repeat(100)), "CorruptStreamError", { reason: "EventTooLarge" })
    expect(at(60, `${"event: a\n\n".repeat(100)}`).error).toMatchObject({ _tag: "StreamTruncatedError" })
  })

  it("31: keys of prototypes are fields like others", () => {
    const text =
      `data: {"id":"i","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},` +
      `"choices":[{"index":0,"delta":{"content":"Hi","__proto__":{"polluted":1}}}]}\n\n${frame({ ...finish(), id: "i" })}`
    const result = decodeText(text)
    expect(textOf(result.events)).toBe("Hi")
    const folded = fold(result.events)
    expect(Reflect.get({}, "polluted")).toBeUndefined()
    expect(Reflect.get(folded, "polluted")).toBeUndefined()
    expect(Object.getPrototypeOf(folded)).toBe(Object.prototype)
    fails(decodeFrames([{ choices: [{ index: "constructor", delta: {} }] }]), "CorruptStreamError", {
      reason: "MalformedFrame"
    })
  })
})

describe("chunks", () => {
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 }

  it("32: a last chunk with usage and no choices", () => {
    const { events } = decodeText(sse(hi, finish(), { id: hi["id"], choices: [], usage }))
    expect(tags(events)).toEqual(["Started", "ContentDelta", "Usage", "Finished"])
    expect(fold(events).usage).toEqual(usage)
  })

  it("33: choices missing or null are nothing, of another kind malformed", () => {
    for (const choices of [undefined, null]) {
      expect(textOf(decodeText(sse({ ...hi, choices }, hi, finish())).events)).toBe("Hi")
    }
    for (const choices of ["x", 1, {}, true]) {
      fails(decodeText(sse({ id: "i", choices })), "CorruptStreamError", { reason: "MalformedFrame", frame: 0 })
    }
    for (const choice of [null, 1, "x", []]) fails(decodeText(sse({ choices: [choice] })), "CorruptStreamError")
  })

  it("34: delta missing or null is nothing, of another kind malformed", () => {
    for (const delta of [undefined, null, {}])
      expect(textOf(decodeText(sse(chunk(delta), hi, finish())).events)).toBe("Hi")
    for (const delta of ["x", 1, []]) fails(decodeText(sse(chunk(delta))), "CorruptStreamError")
  })

  it("35: an empty or repeated role is no event", () => {
    const { events } = decodeText(
      sse(chunk({ role: "", content: "a" }), chunk({ role: "assistant", content: "b" }), finish())
    )
    expect(tags(events)).toEqual(["Started", "ContentDelta", "ContentDelta", "Finished"])
  })

  it("36: content and reasoning that are null, empty or absent make no events", () => {
    const { events } = decodeText(
      sse(
        chunk({ content: "", reasoning_content: "r" }),
        chunk({ content: null, reasoning_content: null }),
        chunk({ content: "c", reasoning_content: "" }),
        chunk({ content: "" }),
        finish()
      )
    )
    expect(tags(events)).toEqual(["Started", "ReasoningDelta", "ContentDelta", "Finished"])
    expect(fold(events).choices[0]?.message).toEqual({ role: "assistant", content: "c", reasoning_content: "r" })
    for (const delta of [{ content: 1 }, { reasoning_content: {} }, { content: [1] }]) {
      fails(decodeText(sse(chunk(delta))), "CorruptStreamError", { reason: "MalformedFrame" })
    }
  })

  it("37: reasoning and content that alternate keep their order", () => {
    const { events } = decodeText(
      sse(
        chunk({ reasoning_content: "a" }),
        chunk({ content: "b" }),
        chunk({ reasoning_content: "c", content: "d" }),
        finish()
      )
    )
    const texts = events.flatMap((event) => ("text" in event ? [event.text] : []))
    expect(texts).toEqual(["a", "b", "c", "d"])
    expect(reasoningOf(events)).toBe("ac")
    expect(textOf(events)).toBe("bd")
  })

  it("38: an unknown finish reason and unknown fields are kept", () => {
    const { events } = decodeText(
      sse(
        chunk({ content: "x", audio: { id: "a1" } }, { request_id: "r", logprobs: null }),
        finish("abort", { extra_json: "{}" })
      )
    )
    const folded = fold(events)
    expect(folded).toMatchObject({ request_id: "r", extra_json: "{}" })
    expect(folded.choices[0]?.finish_reason).toBe("abort")
    expect(folded.choices[0]?.message).toMatchObject({ content: "x", audio: { id: "a1" } })
  })

  it("39: of several usages the last counts; without one there is none, and null details are absent", () => {
    const { events } = decodeText(
      sse(chunk({ content: "a" }, { usage }), finish("stop", { usage: { ...usage, total_tokens: 9 } }))
    )
    expect(fold(events).usage?.total_tokens).toBe(9)
    const none = fold(decodeText(answer("Hi")).events)
    expect(none).not.toHaveProperty("usage")
    const nulls = { ...usage, prompt_tokens_details: { cached_tokens: null }, completion_tokens_details: null }
    expect(fold(decodeText(sse(finish("stop", { usage: nulls }))).events).usage).toEqual({
      ...usage,
      prompt_tokens_details: {}
    })
    expect(ofTag(decodeText(sse(finish("stop", { usage: null }))).events, "Usage")).toEqual([])
  })

  it("40: no completion tokens beside long reasoning is reported as it is", () => {
    const zero = { ...usage, completion_tokens: 0 }
    expect(
      fold(decodeText(sse(chunk({ reasoning_content: "r" }), finish("stop", { usage: zero }))).events).usage
    ).toEqual(zero)
  })

  it("41: choices that interleave are kept apart, each with its own end", () => {
    const at = (index: number, content: string) => chunk({ content }, { index })
    const { events } = decodeText(
      sse(at(1, "b"), at(0, "a"), finish("length", { index: 1 }), at(0, "A"), finish("stop", { index: 0 }))
    )
    expect([textOf(events, 0), textOf(events, 1)]).toEqual(["aA", "b"])
    expect(events.slice(-2)).toEqual([
      { _tag: "Finished", choice: 0, reason: "stop" },
      { _tag: "Finished", choice: 1, reason: "length" }
    ])
    const open = decodeFrames([at(0, "a"), at(1, "b"), finish("stop", { index: 1 })])
    fails(open, "StreamTruncatedError")
  })

  it("42: the model that answers is told", () => {
    expect(decodeText(sse({ ...hi, model: "glm-5.3" }, finish())).events[0]).toMatchObject({ model: "glm-5.3" })
  })

  it("43: web search results and content filters are kept", () => {
    const pages = [{ title: "", link: "l", refer: "ref_1", media: null }]
    const filter = [{ role: "assistant", level: 3 }]
    const { events } = decodeText(sse(hi, finish("stop", { web_search: pages, content_filter: filter })))
    const folded = fold(events)
    expect(folded.web_search).toEqual([{ title: "", link: "l", refer: "ref_1" }])
    expect(folded.content_filter).toEqual(filter)
  })

  it("43: results of a search that come over several chunks are all kept, in their order", () => {
    const pages = [1, 2, 3].map((n) => ({ title: `page ${n}`, link: `https://example.com/${n}` }))
    const { events } = decodeFrames([
      { ...chunk({ content: "a" }), web_search: pages.slice(0, 2) },
      { ...chunk({ content: "b" }), web_search: pages.slice(2) },
      finish()
    ])
    expect(ofTag(events, "WebSearch").map(({ results }) => results.length)).toEqual([2, 1])
    expect(fold(events).web_search).toEqual(pages)
  })

  it("a finish reason on two chunks is one end", () => {
    expect(finished(decodeText(sse(hi, finish("tool_calls"), finish("tool_calls"))))).toEqual(["tool_calls"])
  })

  it("an empty or null finish reason is none", () => {
    fails(decodeFrames([chunk({ content: "a" }, { finish_reason: "" })]), "StreamTruncatedError")
    fails(decodeFrames([chunk({ content: "a" }, { finish_reason: null })]), "StreamTruncatedError")
  })

  it("Started comes once and first, Finished once a choice and last", () => {
    const call = { id: "c", index: 0, function: { name: "f", arguments: "{}" } }
    const { events } = decodeText(
      sse(chunk({ reasoning_content: "r" }), hi, chunk({ tool_calls: [call] }), finish("tool_calls", { usage }))
    )
    expect(tags(events)).toEqual([
      "Started",
      "ReasoningDelta",
      "ContentDelta",
      "ToolCallStarted",
      "ToolCallDelta",
      "Usage",
      "ToolCallCompleted",
      "Finished"
    ])
  })

  it("the fold of a stream is the completion of the same answer", () => {
    const message = {
      role: "assistant",
      content: "Hello 智谱",
      reasoning_content: "think",
      tool_calls: [
        { id: "a", index: 0, type: "function", function: { name: "f", arguments: '{"x":1}' } },
        { id: "b", index: 1, type: "function", function: { name: "g", arguments: "{}" } }
      ]
    }
    const whole = {
      id: hi["id"],
      created: hi["created"],
      model: hi["model"],
      object: "chat.completion",
      choices: [{ index: 0, finish_reason: "tool_calls", message }],
      usage,
      web_search: [{ title: "t", link: "l" }]
    }
    const { events } = decodeText(
      sse(
        chunk({ role: "assistant", reasoning_content: "thi" }),
        chunk({ role: "assistant", reasoning_content: "nk" }),
        chunk({ role: "assistant", content: "Hello " }),
        chunk({ role: "assistant", content: "智谱" }),
        ...message.tool_calls.map((call) => chunk({ tool_calls: [call] })),
        finish("tool_calls", { usage, web_search: whole.web_search })
      )
    )
    expect(fold(events)).toEqual(whole)
  })
})
