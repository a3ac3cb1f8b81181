import { describe, expect, it } from "@effect/vitest"
import {
  ChatCompletion,
  type ChatRequest,
  ChunkEvent,
  Message,
  RetryPolicy,
  Tool,
  ToolError,
  Toolkit,
  ToolLoop,
  Transcript
} from "@effect-zhipu/client"
import { Cause, Effect, Schema, Stream, Tracer } from "effect"
import { inspect } from "node:util"
import {
  errorOf,
  bodies,
  framesOf,
  messagesOf,
  model,
  outcome,
  provide,
  type ScriptedTurn,
  story
} from "./support/agent.js"
import { client, errorReply, mock, streamed } from "./support/http.js"

const weather = Tool.make("get_weather", {
  description: "The weather in a city, now",
  parameters: { city: Schema.String },
  success: Schema.Struct({ celsius: Schema.Number }),
  failure: Schema.Struct({ reason: Schema.String })
})

const remove = Tool.make("delete_file", {
  description: "Deletes a file",
  parameters: { path: Schema.String },
  needsApproval: true
})

const toolkit = Toolkit.make(weather, remove)

const question: ChatRequest.ChatRequest = {
  model: "glm-4.6",
  messages: [Message.system("Be brief."), Message.user("Compare the weather, then tidy up.")],
  thinking: { type: "enabled", clear_thinking: false },
  tool_stream: true
}

const usage = (n: number) => ({
  prompt_tokens: 10 * n,
  completion_tokens: n,
  total_tokens: 11 * n,
  completion_tokens_details: { reasoning_tokens: 1 }
})

// Reasoning with what encoders like to change: blanks, line ends, escapes, separators.
const thoughts: readonly [string, string, string, string, string] = [
  "\nFirst  both \u4f26\u6566 and \ud83c\udf26\ufe0f Paris.\r\n\t",
  'Paris failed \\ "quoted" </think> \u2028 again.',
  "<|begin_of_box|>\u0000\ufeff e\u0301",
  "Now the file; ask first. ",
  " Done.\n\n"
]

const fiveRounds: ReadonlyArray<ScriptedTurn> = [
  {
    reasoning: thoughts[0],
    content: "Let me look.",
    calls: [
      { id: "call_-8123", name: "get_weather", arguments: '{ "city" : "London" }' },
      { id: "call_b", name: "get_weather", arguments: '{"city":"Atlantis"}' }
    ],
    usage: usage(1)
  },
  {
    reasoning: thoughts[1],
    calls: [{ id: "call_c", name: "get_weather", arguments: { city: "Paris" } }],
    usage: usage(2)
  },
  { reasoning: thoughts[2], calls: [{ id: "call_d", name: "get_weather", arguments: { city: "Rome" } }] },
  {
    reasoning: thoughts[3],
    calls: [{ id: "call_e", name: "delete_file", arguments: { path: "a.txt" } }],
    usage: usage(4)
  },
  { reasoning: thoughts[4], content: "London is colder.", usage: usage(5) }
]

const temperatures: Readonly<Record<string, number>> = { London: 11, Paris: 19, Rome: 24 }

/** Handlers that note what ran. */
const handlers = (ran: Array<string>) =>
  toolkit.toLayer({
    get_weather: ({ city }) =>
      Effect.suspend(() => {
        ran.push(city)
        const celsius = temperatures[city]
        return celsius === undefined ? Effect.fail({ reason: "no such city" }) : Effect.succeed({ celsius })
      }),
    delete_file: ({ path }) => Effect.sync(() => (ran.push(path), { deleted: path }))
  })

const approve = () => Effect.succeed(ToolLoop.approved)

/** What the five rounds leave behind. */
const call = (id: string, name: string, args: string) => ({ id, type: "function", function: { name, arguments: args } })
const history: ReadonlyArray<Message.Message> = [
  ...question.messages,
  {
    role: "assistant",
    content: "Let me look.",
    reasoning_content: thoughts[0],
    tool_calls: [
      call("call_-8123", "get_weather", '{ "city" : "London" }'),
      call("call_b", "get_weather", '{"city":"Atlantis"}')
    ]
  },
  { role: "tool", tool_call_id: "call_-8123", content: '{"celsius":11}' },
  { role: "tool", tool_call_id: "call_b", content: '{"error":{"reason":"no such city"}}' },
  {
    role: "assistant",
    content: "",
    reasoning_content: thoughts[1],
    tool_calls: [call("call_c", "get_weather", '{"city":"Paris"}')]
  },
  { role: "tool", tool_call_id: "call_c", content: '{"celsius":19}' },
  {
    role: "assistant",
    content: "",
    reasoning_content: thoughts[2],
    tool_calls: [call("call_d", "get_weather", '{"city":"Rome"}')]
  },
  { role: "tool", tool_call_id: "call_d", content: '{"celsius":24}' },
  {
    role: "assistant",
    content: "",
    reasoning_content: thoughts[3],
    tool_calls: [call("call_e", "delete_file", '{"path":"a.txt"}')]
  },
  { role: "tool", tool_call_id: "call_e", content: '{"deleted":"a.txt"}' },
  { role: "assistant", content: "London is colder.", reasoning_content: thoughts[4] }
]

describe("a loop", () => {
  it.effect("of five rounds: parallel calls, a failing handler, an approval, preserved thinking", () =>
    Effect.gen(function* () {
      const over = model(...fiveRounds)
      const ran: Array<string> = []
      const asked: Array<unknown> = []
      const { error, events } = yield* outcome(
        ToolLoop.stream({
          request: question,
          toolkit,
          approve: (call) =>
            Effect.sync(() => {
              asked.push(call)
              return ToolLoop.approved
            })
        })
      ).pipe(Effect.provide(handlers(ran)), provide(over))
      expect(error).toBeUndefined()
      expect(ran).toEqual(["London", "Atlantis", "Paris", "Rome", "a.txt"])
      expect(asked).toEqual([{ id: "call_e", name: "delete_file", round: 4, parameters: { path: "a.txt" } }])
      expect(story(events)).toEqual([
        "1 TurnFinished",
        '1 ToolResult call_-8123 {"celsius":11}',
        '1 ToolFailed call_b Failure {"error":{"reason":"no such city"}}',
        "1 RoundFinished",
        "2 TurnFinished",
        '2 ToolResult call_c {"celsius":19}',
        "2 RoundFinished",
        "3 TurnFinished",
        '3 ToolResult call_d {"celsius":24}',
        "3 RoundFinished",
        "4 TurnFinished",
        '4 ToolResult call_e {"deleted":"a.txt"}',
        "4 RoundFinished",
        "5 TurnFinished",
        "5 Finished"
      ])
      // Every request repeats the one before it, byte for byte.
      expect(messagesOf(over)).toEqual([2, 5, 7, 9, 11].map((length) => history.slice(0, length)))
      for (const body of bodies(over)) {
        expect(body).toMatchObject({ stream: true, tool_stream: true, thinking: { clear_thinking: false } })
        expect(body["tools"]).toEqual([weather.wire, remove.wire])
      }
      const last = events.at(-1)
      if (last?._tag !== "Finished") throw new Error("no end")
      expect(last.transcript).toEqual({
        version: 1,
        rounds: 5,
        messages: history,
        usage: {
          prompt_tokens: 120,
          completion_tokens: 12,
          total_tokens: 132,
          completion_tokens_details: { reasoning_tokens: 4 }
        }
      })
      expect(ChatCompletion.text(last.completion)).toBe("London is colder.")
    })
  )

  it.effect("is taken up again from a transcript saved anywhere, and ends the same", () =>
    Effect.gen(function* () {
      const whole = model(...fiveRounds)
      const { events } = yield* outcome(ToolLoop.stream({ request: question, toolkit, approve })).pipe(
        Effect.provide(handlers([])),
        provide(whole)
      )
      const last = events.at(-1)
      const saved = events.filter((event) => event._tag === "RoundFinished" || event._tag === "TurnFinished")
      expect(saved).toHaveLength(9)
      const { messages: _, ...request } = question
      for (const { _tag, round, transcript } of saved.slice(0, 8)) {
        const json = yield* Schema.encode(Transcript.FromJson)(transcript)
        const loaded = yield* Schema.decode(Transcript.FromJson)(json)
        expect(loaded).toEqual(transcript)
        const over = model(...fiveRounds.slice(round))
        const ran: Array<string> = []
        const again = yield* outcome(ToolLoop.resume({ request, toolkit, transcript: loaded, approve })).pipe(
          Effect.provide(handlers(ran)),
          provide(over)
        )
        const end = again.events.at(-1)
        if (end?._tag !== "Finished" || last?._tag !== "Finished") throw new Error("no end")
        expect(end.transcript).toEqual(last.transcript)
        expect(messagesOf(over)).toEqual(messagesOf(whole).slice(round))
        expect(ran.length).toBe(5 - (_tag === "TurnFinished" ? [0, 2, 3, 4] : [2, 3, 4, 5])[round - 1]!)
      }
    })
  )

  it.effect("passes the events of all turns through, in order", () =>
    Effect.gen(function* () {
      const over = model(...fiveRounds)
      const events = yield* ToolLoop.stream({ request: question, toolkit, approve }).pipe(
        ToolLoop.chunks,
        Stream.runCollect,
        Effect.provide(handlers([])),
        provide(over)
      )
      const all = Array.from(events)
      const text = all.map((event) => (event._tag === "ReasoningDelta" ? event.text : "")).join("")
      expect(text).toBe(thoughts.join(""))
      expect(all.filter(ChunkEvent.isFinished).map(({ reason }) => reason)).toEqual([
        ...Array.from({ length: 4 }, () => "tool_calls"),
        "stop"
      ])
    })
  )

  it.effect("run gives the answer; web search and other tools of the request are offered as well", () =>
    Effect.gen(function* () {
      const over = model({ content: "Hello" })
      const search = Tool.webSearch({ search_engine: "search_std", enable: true })
      const { completion, transcript } = yield* ToolLoop.run({
        request: { ...question, tools: [search] },
        toolkit
      }).pipe(Effect.provide(handlers([])), provide(over))
      expect(ChatCompletion.text(completion)).toBe("Hello")
      expect(transcript.messages).toHaveLength(3)
      expect(bodies(over)[0]?.["tools"]).toEqual([weather.wire, remove.wire, search])
    })
  )

  it.effect("a forced tool_choice holds once, and each request has an id of its own", () =>
    Effect.gen(function* () {
      const over = model(...fiveRounds.slice(0, 2), { content: "Hi" })
      const forced = { type: "function", function: { name: "get_weather" } } as const
      yield* ToolLoop.run({ request: { ...question, tool_choice: forced, request_id: "r".repeat(64) }, toolkit }).pipe(
        Effect.provide(handlers([])),
        provide(over)
      )
      expect(bodies(over).map((body) => body["tool_choice"])).toEqual([forced, undefined, undefined])
      const ids = bodies(over).map((body) => String(body["request_id"]))
      expect(new Set(ids).size).toBe(3)
      expect(ids.every((id) => id.length <= 64)).toBe(true)
    })
  )

  it.effect("of many rounds does not grow a stack", () =>
    Effect.gen(function* () {
      const turns: ReadonlyArray<ScriptedTurn> = Array.from({ length: 150 }, (_, i) => ({
        calls: [{ id: `c${i}`, name: "get_weather", arguments: { city: "Rome" } }]
      }))
      const { transcript } = yield* ToolLoop.run({ request: question, toolkit, maxRounds: 151 }).pipe(
        Effect.provide(handlers([])),
        provide(model(...turns, { content: "done" }))
      )
      expect(transcript.rounds).toBe(151)
      expect(transcript.messages).toHaveLength(2 + 300 + 1)
    })
  )
})

const noted = Tool.make("note", {
  description: "Writes a note",
  parameters: { text: Schema.String, tags: Schema.Array(Schema.String), at: Schema.NumberFromString }
})
const notes = Toolkit.make(noted)
const whole = '{"text":"a \\"b\\" \\u4f26敦 🌦","tags":["x","{y}"],"at":"7"}'

/** Runs one turn with these arguments; whatever the model says next is an answer. */
const withArguments = (args: string, finish: string, onInvalidArguments: Tool.OnError = "fail") => {
  const kit = Toolkit.make(
    Tool.make("note", {
      description: noted.description,
      parameters: noted.parametersSchema.fields,
      policy: { onInvalidArguments }
    })
  )
  const got: Array<unknown> = []
  const over = model({ calls: [{ id: "n", name: "note", arguments: args }], finish }, { content: "ok" })
  return outcome(ToolLoop.stream({ request: question, toolkit: kit })).pipe(
    Effect.provide(kit.toLayer({ note: (parameters) => Effect.sync(() => got.push(parameters)) })),
    provide(over),
    Effect.map(({ error, events }) => ({ error, events, got, asked: over.sent.length }))
  )
}

const callReason = (error: unknown): string => (error instanceof ToolError.ToolCallError ? error.reason : String(error))

describe("arguments", () => {
  it.effect("that are whole reach the handler as the Schema decodes them", () =>
    Effect.gen(function* () {
      const { error, got } = yield* withArguments(whole, "tool_calls")
      expect(error).toBeUndefined()
      expect(got).toEqual([{ text: 'a "b" 伦敦 🌦', tags: ["x", "{y}"], at: 7 }])
    })
  )

  for (const finish of ["length", "tool_calls", "stop", "model_context_window_exceeded"]) {
    it.effect(`cut at every byte, finish ${finish}: no handler runs, and the error says that they were cut`, () =>
      Effect.gen(function* () {
        const bytes = new TextEncoder().encode(whole)
        for (let at = 0; at < bytes.length; at++) {
          const { asked, error, events, got } = yield* withArguments(
            new TextDecoder().decode(bytes.slice(0, at)),
            finish
          )
          // Nothing at all is how the service writes a call without arguments, unless the answer was cut.
          const nothing = at === 0 && (finish === "tool_calls" || finish === "stop")
          expect([at, callReason(error)]).toEqual([at, nothing ? "ArgumentsInvalid" : "ArgumentsTruncated"])
          expect([at, got, asked]).toEqual([at, [], 1])
          expect(story(events)).toEqual(nothing ? ["1 TurnFinished"] : [])
          if (!nothing && error instanceof ToolError.ToolCallError) {
            expect(error).toMatchObject({ tool: "note", id: "n", round: 1 })
            // What cannot be sent back is not part of the transcript.
            expect(error.transcript.messages).toEqual(question.messages)
          }
        }
      })
    )
  }

  it.effect("in a body that was cut at any byte never reach a handler", () =>
    Effect.gen(function* () {
      const calls = [{ id: "n", name: "note", arguments: whole }]
      const body = new TextEncoder().encode(framesOf({ calls }).join(""))
      // The finish reason makes a stream whole; [DONE] may be missing.
      const end = new TextEncoder().encode(framesOf({ calls }).slice(0, -1).join("")).length
      let runs = 0
      const cut = mock((_, n) => streamed(body.slice(0, n - 1)))
      yield* Effect.gen(function* () {
        for (let at = 0; at < end - 2; at++) {
          const error = yield* errorOf(ToolLoop.run({ request: question, toolkit: notes }))
          expect([at, error._tag]).toEqual([at, at === 0 ? "CorruptStreamError" : "StreamTruncatedError"])
        }
      }).pipe(
        Effect.provide([
          notes.toLayer({ note: () => Effect.sync(() => runs++) }),
          client(cut, { retry: RetryPolicy.none })
        ])
      )
      expect(cut.sent).toHaveLength(end - 2)
      expect(runs).toBe(0)
    })
  )

  for (const args of [`${whole}}`, "{text: 1}", "{'text':'a'}", "nonsense", "{}{", '"', "[1,2"]) {
    it.effect(`that are no JSON never reach a handler: ${args.slice(-12)}`, () =>
      Effect.gen(function* () {
        const { error, got } = yield* withArguments(args, "tool_calls", "tell")
        const cut = args === '"' || args === "[1,2" || args === "{}{"
        expect(callReason(error)).toBe(cut ? "ArgumentsTruncated" : "ArgumentsMalformed")
        expect(got).toEqual([])
      })
    )
  }

  for (const args of [
    "null",
    "[]",
    "7",
    '"text"',
    "{}",
    '{"text":1,"tags":[],"at":"7"}',
    '{"text":"","tags":[],"at":"x"}'
  ]) {
    it.effect(`that do not decode never reach a handler: ${args}`, () =>
      Effect.gen(function* () {
        const failed = yield* withArguments(args, "tool_calls", "fail")
        expect(callReason(failed.error)).toBe("ArgumentsInvalid")
        const told = yield* withArguments(args, "tool_calls", "tell")
        expect(told.error).toBeUndefined()
        expect([...failed.got, ...told.got]).toEqual([])
        const event = told.events.find((event) => event._tag === "ToolFailed")
        expect(event).toMatchObject({ reason: "ArgumentsInvalid", id: "n" })
        expect(event?.content).toMatch(/^\{"error":"The arguments do not fit the parameters/)
      })
    )
  }

  it.effect("of one call that are cut keep the whole calls beside it from running", () =>
    Effect.gen(function* () {
      const ran: Array<string> = []
      const over = model({
        calls: [
          { id: "a", name: "get_weather", arguments: { city: "Rome" } },
          { id: "b", name: "get_weather", arguments: '{"city":"Par' }
        ],
        finish: "length"
      })
      const { error } = yield* outcome(ToolLoop.stream({ request: question, toolkit })).pipe(
        Effect.provide(handlers(ran)),
        provide(over)
      )
      expect(error).toMatchObject({ _tag: "ToolCallError", reason: "ArgumentsTruncated", id: "b" })
      expect(ran).toEqual([])
    })
  )
})

describe("a turn that lost bytes", () => {
  const frame = (delta: object, finish?: string, index = 0) =>
    `data: ${JSON.stringify({ id: "c", choices: [{ index, delta, ...(finish === undefined ? {} : { finish_reason: finish }) }] })}\n\n`
  const fragment = (args: string, rest: object = {}) => ({
    tool_calls: [{ index: 0, function: { arguments: args }, ...rest }]
  })
  const begin = (id: string, args: string, index = 0) => ({
    tool_calls: [{ index, id, type: "function", function: { name: "get_weather", arguments: args } }]
  })
  const done = "data: [DONE]\n\n"
  const play = (steps: ReadonlyArray<string | Uint8Array>) => {
    const ran: Array<string> = []
    const over = mock([streamed(...steps), streamed(...framesOf({ content: "ok" }))])
    return outcome(ToolLoop.stream({ request: question, toolkit })).pipe(
      Effect.provide([handlers(ran), client(over, { onMalformed: "skip", retry: RetryPolicy.none })]),
      Effect.map(({ error }) => ({ error, ran, asked: over.sent.length }))
    )
  }
  /** A character that JSON leaves as it is, in place of which a byte that is no UTF-8 is sent. */
  const damagedBytes = (text: string) =>
    Uint8Array.from(new TextEncoder().encode(text), (byte) => (byte === 0x7e ? 0xff : byte))

  it.effect("to replacement characters in arguments: no handler runs", () =>
    Effect.gen(function* () {
      const calls = [
        frame(begin("a", '{"city":"Rome"}')),
        frame(begin("b", '{"city":"~"}', 1)),
        frame({}, "tool_calls"),
        done
      ]
      const { asked, error, ran } = yield* play([damagedBytes(calls.join(""))])
      expect(error).toMatchObject({ _tag: "ToolCallError", reason: "ArgumentsMalformed", tool: "get_weather", id: "b" })
      expect([ran, asked]).toEqual([[], 1])
      if (error?._tag === "ToolCallError") expect(error.transcript.messages).toEqual(question.messages)
    })
  )

  it.effect("elsewhere than in arguments, or that wrote the replacement character itself, is run", () =>
    Effect.gen(function* () {
      const elsewhere = [frame({ content: "~" }), frame(begin("a", '{"city":"Rome"}')), frame({}, "tool_calls"), done]
      expect((yield* play([damagedBytes(elsewhere.join(""))])).ran).toEqual(["Rome"])
      const itself = [frame(begin("a", '{"city":"\uFFFD"}')), frame({}, "tool_calls"), done]
      expect((yield* play(itself)).ran).toEqual(["\uFFFD"])
    })
  )

  it.effect("of a skipped frame: no handler runs, though the arguments are whole without it", () =>
    Effect.gen(function* () {
      const calls = (middle: string) => [
        frame(begin("a", '{"city":"Rome')),
        middle,
        frame(fragment('"}')),
        frame({}, "tool_calls"),
        done
      ]
      const broken = yield* play(calls('data: {"id":"c","choices":[{"index":0,"delta":\n\n'))
      expect(broken.error).toMatchObject({ _tag: "ToolCallError", reason: "ArgumentsMalformed", id: "a" })
      expect([broken.ran, broken.asked]).toEqual([[], 1])
      expect((yield* play(calls(frame(fragment(", Georgia"))))).ran).toEqual(["Rome, Georgia"])
      const plain = yield* play([frame({ content: "a" }), "data: {\n\n", frame({}, "stop"), done])
      expect(plain.error).toBeUndefined()
    })
  )

  it.effect("in a choice other than the first: no handler runs", () =>
    Effect.gen(function* () {
      for (const [args, reason] of [
        ['{"city":"Par', "ArgumentsTruncated"],
        ["{city}", "ArgumentsMalformed"]
      ] as const) {
        const { asked, error, ran } = yield* play([
          frame(begin("a", '{"city":"Rome"}')),
          frame(begin("b", args), undefined, 1),
          frame({}, "tool_calls", 1),
          frame({}, "tool_calls"),
          done
        ])
        expect(callReason(error)).toBe(reason)
        expect(error).toMatchObject({ id: "b", tool: "get_weather" })
        expect([ran, asked]).toEqual([[], 1])
      }
    })
  )
})

describe("turns that are no turns", () => {
  const play = (turn: ScriptedTurn, options: { readonly unknownTool?: Tool.OnError } = {}) => {
    const ran: Array<string> = []
    const over = model(turn, { content: "ok" })
    return outcome(ToolLoop.stream({ request: question, toolkit, ...options })).pipe(
      Effect.provide(handlers(ran)),
      provide(over),
      Effect.map(({ error, events }) => ({ error, events, ran, over }))
    )
  }
  const good = { id: "a", name: "get_weather", arguments: { city: "Rome" } }

  it.effect("sensitive: ContentFilteredError, and nothing runs", () =>
    Effect.gen(function* () {
      const { error, events, ran } = yield* play({ content: "Well", calls: [good], finish: "sensitive" })
      expect(error).toMatchObject({ _tag: "ContentFilteredError", code: "sensitive" })
      expect(story(events)).toEqual([])
      expect(ran).toEqual([])
      if (error?._tag !== "ContentFilteredError" || error.partial === undefined) throw new Error("no partial")
      expect(ChatCompletion.text(error.partial)).toBe("Well")
    })
  )

  for (const name of ["no_such_tool", "__proto__", "toString", "constructor"]) {
    it.effect(`a tool that is not there (${name}): the model is told, or the loop fails`, () =>
      Effect.gen(function* () {
        const turn = { calls: [good, { id: "b", name, arguments: {} }] }
        const told = yield* play(turn)
        expect(story(told.events).slice(1, 3)).toEqual([
          `1 ToolFailed b UnknownTool {"error":"There is no tool of this name. The tools are: get_weather, delete_file."}`,
          '1 ToolResult a {"celsius":24}'
        ])
        expect(told.error).toBeUndefined()
        const failed = yield* play(turn, { unknownTool: "fail" })
        expect(failed.error).toMatchObject({ _tag: "ToolCallError", reason: "UnknownTool", tool: name, id: "b" })
        expect(failed.ran).toEqual([])
      })
    )
  }

  it.effect("a call that got lost, or has no name, is an error and no answer", () =>
    Effect.gen(function* () {
      const lost = yield* play({ content: "I will look.", finish: "tool_calls" })
      expect(callReason(lost.error)).toBe("CallMissing")
      const nameless = yield* play({
        calls: [
          { ...good, name: "" },
          { ...good, id: "b" }
        ]
      })
      expect(callReason(nameless.error)).toBe("NameMissing")
      expect(nameless.ran).toEqual([])
    })
  )

  it.effect("an answer that was cut is the answer, and says so", () =>
    Effect.gen(function* () {
      const { error, events } = yield* play({ content: "It is", finish: "length" })
      expect(error).toBeUndefined()
      const last = events.at(-1)
      expect(last?._tag === "Finished" && last.completion.choices[0]?.finish_reason).toBe("length")
    })
  )

  it.effect("an error of the client comes through, after what was saved", () =>
    Effect.gen(function* () {
      const over = mock((_, n) => (n === 1 ? streamed(...framesOf({ calls: [good] })) : errorReply(429, "1113")))
      const { error, events } = yield* outcome(ToolLoop.stream({ request: question, toolkit })).pipe(
        Effect.provide(handlers([])),
        provide(over)
      )
      expect(error?._tag).toBe("InsufficientBalanceError")
      expect(story(events).at(-1)).toBe("1 RoundFinished")
    })
  )
})

describe("the span of a handler", () => {
  it.effect("names the tool and the call, and holds neither arguments nor results nor failures", () =>
    Effect.gen(function* () {
      const spans: Array<Tracer.Span> = []
      const native = yield* Effect.tracer
      const tracer = Tracer.make({
        context: (f, fiber) => native.context(f, fiber),
        span: (...args) => {
          const span = native.span(...args)
          spans.push(span)
          return span
        }
      })
      const secretly = Effect.fail({ reason: "secret reason" })
      const layer = toolkit.toLayer({
        get_weather: ({ city }) =>
          city === "Rome" ? Effect.withSpan(Effect.succeed({ celsius: 24 }), "inner") : secretly,
        delete_file: () => Effect.void
      })
      const over = model(
        {
          calls: [
            { id: "a", name: "get_weather", arguments: { city: "Rome" } },
            { id: "b", name: "get_weather", arguments: { city: "secret city" } }
          ]
        },
        { content: "ok" }
      )
      yield* ToolLoop.run({ request: question, toolkit }).pipe(
        Effect.withSpan("outer"),
        Effect.provide(layer),
        provide(over),
        // The layer is made in a span too, which is not that of the handler.
        Effect.withSpan("building"),
        Effect.withTracer(tracer)
      )
      const tools = spans.filter(({ name }) => name === "execute_tool get_weather")
      expect(tools.map(({ attributes }) => Object.fromEntries(attributes))).toEqual([
        {
          "gen_ai.operation.name": "execute_tool",
          "gen_ai.tool.name": "get_weather",
          "gen_ai.tool.call.id": "a",
          "gen_ai.tool.type": "function"
        },
        {
          "gen_ai.operation.name": "execute_tool",
          "gen_ai.tool.name": "get_weather",
          "gen_ai.tool.call.id": "b",
          "gen_ai.tool.type": "function",
          "error.type": "Failure"
        }
      ])
      const ends = tools.map(({ status }) => (status._tag === "Ended" ? status.exit : undefined))
      expect(ends.map((exit) => exit?._tag)).toEqual(["Success", "Failure"])
      for (const { parent } of tools)
        expect(parent._tag === "Some" && "name" in parent.value && parent.value.name).toBe("outer")
      const inner = spans.find(({ name }) => name === "inner")?.parent
      expect(inner?._tag === "Some" && inner.value.spanId).toBe(tools[0]?.spanId)
      const failed = ends.find((exit) => exit?._tag === "Failure")
      if (failed?._tag !== "Failure") throw new Error("no failure")
      const printed = [
        ...Cause.prettyErrors(failed.cause).map((error) => inspect(error)),
        Cause.pretty(failed.cause, { renderErrorCause: true }),
        JSON.stringify(failed)
      ]
      expect(printed.join("\n")).not.toContain("secret")
      expect(printed.join("\n")).toContain("the tool ended in Failure")
    })
  )
})
