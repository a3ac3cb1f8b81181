import type * as ChatCompletion from "@effect-zhipu/client/ChatCompletion"
import * as ChunkEvent from "@effect-zhipu/client/ChunkEvent"
import { describe, expect, it } from "@effect/vitest"
import * as Render from "../src/render.js"

const content = (text: string, choice = 0) => ({ _tag: "ContentDelta", choice, text }) as const
const reasoning = (text: string) => ({ _tag: "ReasoningDelta", choice: 0, text }) as const
const finished = (reason: string) => ({ _tag: "Finished", choice: 0, reason }) as const
const toolStarted = (index: number, name: string) =>
  ({ _tag: "ToolCallStarted", choice: 0, index, id: `call_${index}`, name }) as const
const toolDelta = (index: number, text: string) =>
  ({ _tag: "ToolCallDelta", choice: 0, index, arguments: text }) as const
const toolCompleted = (index: number, name: string, args: string) =>
  ({ _tag: "ToolCallCompleted", choice: 0, index, id: `call_${index}`, name, arguments: args }) as const

const render = (events: ReadonlyArray<ChunkEvent.ChunkEvent>, options: Partial<Render.Options> = {}) => {
  const renderer = Render.make({ tty: false, color: false, toolStream: false, markdown: false, ...options })
  const pieces = [...events.flatMap(renderer.add), ...renderer.end()]
  const text = (to: Render.Piece["to"]) =>
    pieces
      .filter((piece) => piece.to === to)
      .map((piece) => piece.text)
      .join("")
  return { out: text("out"), err: text("err"), notice: text("notice") }
}

describe("render", () => {
  it("parts answer and reasoning, and ends both with a line break", () => {
    expect(render([reasoning("Let me "), reasoning("think"), content("4"), content("2"), finished("stop")])).toEqual({
      out: "42\n",
      err: "Let me think\n",
      notice: ""
    })
    expect(render([content("42\n"), finished("stop")]).out).toBe("42\n")
    expect(render([]).out).toBe("")
  })

  it("says each event at once", () => {
    const { add } = Render.make({ tty: false, color: false, toolStream: false, markdown: false })
    expect(add(content("a"))).toEqual([{ to: "out", text: "a" }])
  })

  it("passes an answer on to be laid out, without control characters", () => {
    const { add, end } = Render.make({ tty: true, color: false, toolStream: false, markdown: true })
    expect(add(content("**a\u001b[2J"))).toEqual([{ to: "answer", text: "**a[2J" }])
    expect(end()).toEqual([])
  })

  it("dims reasoning, and takes control characters out of it, on a terminal", () => {
    expect(render([reasoning("a\u001b[2J")], { tty: true, color: true }).err).toBe("\u001b[2ma[2J\u001b[0m\n\n")
    expect(render([reasoning("a\u001b[2J")]).err).toBe("a\u001b[2J\n")
  })

  it("shows the first choice only", () => {
    expect(render([content("a"), content("b", 1), content("c")]).out).toBe("ac\n")
  })

  it("keeps the name of a tool call in its line", () => {
    const name = "f()\ng\u001b[2J"
    expect(render([toolCompleted(0, name, "{}")]).out).toBe("f() g[2J({})\n")
    const events = [toolStarted(0, name), toolDelta(0, "{}"), toolCompleted(0, name, "{}")]
    expect(render(events, { toolStream: true }).out).toBe("f() g[2J({})\n")
  })

  it("prints completed tool calls as lines", () => {
    const events = [
      content("Let me see."),
      toolStarted(0, "f"),
      toolDelta(0, '{"a":'),
      toolDelta(0, "1}"),
      toolStarted(1, "g"),
      toolCompleted(0, "f", '{"a":1}'),
      toolCompleted(1, "g", "{}"),
      finished("tool_calls")
    ]
    const expected = 'Let me see.\nf({"a":1})\ng({})\n'
    expect(render(events).out).toBe(expected)
    expect(render(events, { toolStream: true }).out).toBe(expected)
  })

  it("shows arguments as they come with toolStream", () => {
    const { add } = Render.make({ tty: false, color: false, toolStream: true, markdown: false })
    const out = (event: ChunkEvent.ChunkEvent) => add(event).map((piece) => piece.text)
    expect(out(toolStarted(0, "f"))).toEqual(["f("])
    expect(out(toolDelta(0, '{"a"'))).toEqual(['{"a"'])
    expect(out(toolDelta(0, ":1}"))).toEqual([":1}"])
    expect(out(toolCompleted(0, "f", '{"a":1}'))).toEqual([")\n"])
  })

  it("does not mix calls whose arguments come in turns", () => {
    const events = [
      toolStarted(0, "f"),
      toolDelta(0, '{"a":'),
      toolStarted(1, "g"),
      toolDelta(1, '{"b":'),
      toolDelta(0, "1}"),
      toolDelta(1, "2}"),
      toolCompleted(0, "f", '{"a":1}'),
      toolCompleted(1, "g", '{"b":2}')
    ]
    expect(render(events, { toolStream: true }).out).toBe('f({"a":1})\ng({"b":2})\n')
  })

  it("prints a call again whose arguments were put right at the end", () => {
    const events = [toolStarted(0, "f"), toolDelta(0, "{}"), toolDelta(0, "{}"), toolCompleted(0, "f", "{}")]
    expect(render(events, { toolStream: true }).out).toBe("f({}{})\nf({})\n")
  })

  it("ends the line of a call that was cut", () => {
    expect(render([toolStarted(0, "f"), toolDelta(0, '{"a"')], { toolStream: true }).out).toBe('f({"a"\n')
  })

  it("says when there is no text", () => {
    expect(render([reasoning("hm"), finished("stop")]).notice).toContain("no text")
  })

  it("has a notice for what a reader must know", () => {
    expect(Render.notices([finished("stop"), finished("tool_calls")])).toEqual([])
    expect(Render.notices([finished("length")])).toEqual(["The answer was cut at max_tokens."])
    expect(Render.notices([finished("sensitive")])[0]).toContain("moderation")
    expect(Render.notices([finished("model_context_window_exceeded")])[0]).toContain("context")
    expect(Render.notices([finished("abort")])[0]).toContain('"abort"')
    expect(Render.notices([{ _tag: "Warning", code: "InvalidUtf8", detail: "bytes were replaced" }])).toEqual([
      "zhipu: warning: InvalidUtf8: bytes were replaced"
    ])
    expect(
      Render.notices([{ _tag: "WebSearch", results: [{ refer: "ref_1", title: "T", link: "https://example.com" }] }])
    ).toEqual(["[ref_1] T https://example.com"])
  })

  it("tells what it cost in one line", () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 20,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens_details: { reasoning_tokens: 12 }
    }
    expect(Render.usageLine("glm-4.6", usage, 1234)).toBe(
      "glm-4.6, 10 tokens in (4 cached), 20 tokens out (12 reasoning), 1.2 s"
    )
    expect(Render.usageLine("glm-4.6", usage, 1234, "zh")).toBe(
      "glm-4.6，输入 10 个 token（其中缓存 4），输出 20 个 token（其中思考 12），1.2 秒"
    )
    expect(Render.usageLine(undefined, undefined, 0)).toBe("0.0 s")
  })

  it("turns a whole completion into events that fold to it", () => {
    const completion: ChatCompletion.ChatCompletion = {
      id: "1",
      created: 1,
      model: "glm-4.6",
      choices: [
        {
          index: 0,
          finish_reason: "tool_calls",
          message: {
            role: "assistant",
            content: "a",
            reasoning_content: "b",
            tool_calls: [{ id: "c", index: 0, type: "function", function: { name: "f", arguments: "{}" } }]
          }
        }
      ],
      usage: { total_tokens: 3 }
    }
    expect(ChunkEvent.toCompletion(Render.eventsOf(completion))).toMatchObject(completion)
  })
})
