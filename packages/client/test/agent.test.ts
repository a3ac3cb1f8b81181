/** An agent of several rounds over a real socket: what the service receives, and what a second program makes of it. */
import { describe, expect, it } from "@effect/vitest"
import {
  ChatCompletion,
  type ChatRequest,
  Message,
  RetryPolicy,
  Tool,
  ToolError,
  Toolkit,
  ToolLoop,
  Transcript
} from "@effect-zhipu/client"
import { Simulator } from "@effect-zhipu/testing"
import { Effect, FastCheck, Option, Schema, Stream } from "effect"
import { type AnyEvent, outcome, story } from "./support/agent.js"
import * as support from "./support/simulator.js"

const weather = Tool.make("get_weather", {
  description: "The weather in a city, now",
  parameters: { city: Schema.String },
  success: Schema.Struct({ celsius: Schema.Number }),
  failure: Schema.Struct({ reason: Schema.String }),
  needsApproval: false
})

const remove = Tool.make("delete_file", {
  description: "Deletes a file",
  parameters: { path: Schema.String },
  needsApproval: true
})

const toolkit = Toolkit.make(weather, remove)

const settings = {
  model: "glm-4.6",
  thinking: { type: "enabled", clear_thinking: false },
  tool_stream: true
} as const

const question: ChatRequest.ChatRequest = {
  ...settings,
  messages: [Message.system("Be brief."), Message.user("Compare the weather, then tidy up. 请用中文回答。")]
}

// Reasoning with what encoders like to change: blanks, line ends, escapes, separators, characters of many parts.
const thoughts: readonly [string, string, string, string, string] = [
  "\r\nFirst  both 伦敦 and \ud83c\udf26\ufe0f Paris.\r\n\t",
  'Atlantis failed: \\ "quoted" \\u4f26 \\\\n </think> \u2028\u2029 again.\n',
  "<|begin_of_box|>\u0000\u007f\u0085\ufeff e\u0301 é 👩‍👩‍👧‍👦",
  "现在处理文件；先问一下。\r",
  " data: [DONE]\n\ndata: {}\n\n "
]

const usage = (n: number) => ({
  prompt_tokens: 10 * n,
  completion_tokens: n,
  total_tokens: 11 * n,
  completion_tokens_details: { reasoning_tokens: 1 }
})

const script: ReadonlyArray<Simulator.Reply> = [
  {
    reasoning: thoughts[0],
    content: "Let me look.\r\n",
    calls: [
      // Not as JSON.stringify writes it: the text is what goes back.
      { id: "call_-8123", name: "get_weather", arguments: '{ "city" : "\\u4f26敦",\r\n "unit": 1e0 }' },
      { id: "call_a", name: "get_weather", arguments: { city: "Atlantis" } }
    ],
    usage: usage(1)
  },
  {
    reasoning: thoughts[1],
    calls: [{ id: "call_c", name: "get_weather", arguments: { city: "Paris" } }],
    usage: usage(2)
  },
  {
    reasoning: thoughts[2],
    calls: [{ id: "call_b", name: "get_weather", arguments: { city: "Rome" } }],
    usage: usage(3)
  },
  {
    reasoning: thoughts[3],
    calls: [{ id: "call_d", name: "delete_file", arguments: { path: "旧/🗑 .txt" } }],
    usage: usage(4)
  },
  { reasoning: thoughts[4], content: "伦敦比较冷。 🥶\n", usage: usage(5) }
]

const call = (id: string, name: string, args: string) => ({ id, type: "function", function: { name, arguments: args } })

/** What the five rounds leave behind. */
const history: ReadonlyArray<Message.Message> = [
  ...question.messages,
  {
    role: "assistant",
    content: "Let me look.\r\n",
    reasoning_content: thoughts[0],
    tool_calls: [
      call("call_-8123", "get_weather", '{ "city" : "\\u4f26敦",\r\n "unit": 1e0 }'),
      call("call_a", "get_weather", '{"city":"Atlantis"}')
    ]
  },
  { role: "tool", tool_call_id: "call_-8123", content: '{"celsius":11}' },
  { role: "tool", tool_call_id: "call_a", content: '{"error":{"reason":"no such city"}}' },
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
    tool_calls: [call("call_b", "get_weather", '{"city":"Rome"}')]
  },
  { role: "tool", tool_call_id: "call_b", content: '{"celsius":24}' },
  {
    role: "assistant",
    content: "",
    reasoning_content: thoughts[3],
    tool_calls: [call("call_d", "delete_file", '{"path":"旧/🗑 .txt"}')]
  },
  { role: "tool", tool_call_id: "call_d", content: '{"deleted":"旧/🗑 .txt"}' },
  { role: "assistant", content: "伦敦比较冷。 🥶\n", reasoning_content: thoughts[4] }
]

/** How much of it the request of each round holds. */
const lengths = [2, 5, 7, 9, 11]

const bodyOf = (round: number) => ({
  ...settings,
  stream: true,
  messages: history.slice(0, lengths[round - 1]),
  tools: [weather.wire, remove.wire]
})

const temperatures: Readonly<Record<string, number>> = { 伦敦: 11, Paris: 19, Rome: 24 }

const handlers = (ran: Array<string>) =>
  toolkit.toLayer({
    get_weather: ({ city }) =>
      Effect.suspend(() => {
        ran.push(city)
        const celsius = temperatures[city]
        // The first call takes longer than the one beside it: results go back in the order of the calls all the same.
        if (city === "伦敦") return Effect.delay(Effect.succeed({ celsius: 11 }), "30 millis")
        return celsius === undefined ? Effect.fail({ reason: "no such city" }) : Effect.succeed({ celsius })
      }),
    delete_file: ({ path }) => Effect.sync(() => (ran.push(path), { deleted: path }))
  })

const approving = (asked: Array<unknown>) => (call: ToolLoop.Call<typeof toolkit.tools>) =>
  Effect.sync(() => {
    asked.push(call)
    return ToolLoop.approved
  })

const approve = approving([])

/** The bodies that the service received. */
const received = Effect.flatMap(Simulator.Simulator, ({ requests }) =>
  Effect.map(requests, (all) => all.map(({ body }) => body))
)

const endOf = ({ error, events }: { readonly error: unknown; readonly events: ReadonlyArray<AnyEvent> }) => {
  const last = events.at(-1)
  if (error !== undefined || last?._tag !== "Finished") throw new Error(`no end: ${String(error)}`)
  return { text: ChatCompletion.text(last.completion), transcript: last.transcript }
}

const options = { retry: RetryPolicy.none }

describe("an agent of five rounds", () => {
  for (const transport of support.transports) {
    it.live(`sends back reasoning, ids and results as they came, in every round (${transport})`, () =>
      Effect.gen(function* () {
        const ran: Array<string> = []
        const asked: Array<unknown> = []
        const done = yield* outcome(ToolLoop.stream({ request: question, toolkit, approve: approving(asked) })).pipe(
          Effect.provide(handlers(ran))
        )
        const end = endOf(done)
        expect(yield* received).toEqual([1, 2, 3, 4, 5].map(bodyOf))
        expect(ran).toEqual(["伦敦", "Atlantis", "Paris", "Rome", "旧/🗑 .txt"])
        expect(asked).toEqual([{ id: "call_d", name: "delete_file", round: 4, parameters: { path: "旧/🗑 .txt" } }])
        expect(story(done.events)).toEqual([
          "1 TurnFinished",
          '1 ToolFailed call_a Failure {"error":{"reason":"no such city"}}',
          '1 ToolResult call_-8123 {"celsius":11}',
          "1 RoundFinished",
          "2 TurnFinished",
          '2 ToolResult call_c {"celsius":19}',
          "2 RoundFinished",
          "3 TurnFinished",
          '3 ToolResult call_b {"celsius":24}',
          "3 RoundFinished",
          "4 TurnFinished",
          '4 ToolResult call_d {"deleted":"旧/🗑 .txt"}',
          "4 RoundFinished",
          "5 TurnFinished",
          "5 Finished"
        ])
        expect(end).toEqual({
          text: "伦敦比较冷。 🥶\n",
          transcript: {
            version: 1,
            rounds: 5,
            messages: history,
            usage: {
              prompt_tokens: 150,
              completion_tokens: 15,
              total_tokens: 165,
              completion_tokens_details: { reasoning_tokens: 5 }
            }
          }
        })
      }).pipe(Effect.provide(support.layer(transport, options, { script })))
    )
  }

  it.live("saved as JSON after round 3 and resumed by a second client, ends as one that was never stopped", () =>
    Effect.gen(function* () {
      const whole = yield* outcome(ToolLoop.stream({ request: question, toolkit, approve })).pipe(
        Effect.provide([handlers([]), support.clientLayer("node", options)])
      )
      const unbroken = yield* received
      const simulator = yield* Simulator.Simulator
      yield* simulator.reset

      const first: Array<string> = []
      const saved = yield* ToolLoop.stream({ request: question, toolkit, approve }).pipe(
        Stream.filterMap((event) => (event._tag === "RoundFinished" ? Option.some(event) : Option.none())),
        Stream.filter(({ round }) => round === 3),
        Stream.runHead,
        Effect.flatten,
        Effect.flatMap(({ transcript }) => Schema.encode(Transcript.FromJson)(transcript)),
        Effect.provide([handlers(first), support.clientLayer("node", options)])
      )
      expect(first).toEqual(["伦敦", "Atlantis", "Paris", "Rome"])
      expect(yield* received).toHaveLength(3)

      const second: Array<string> = []
      const asked: Array<unknown> = []
      const resumed = yield* Schema.decode(Transcript.FromJson)(saved).pipe(
        Effect.flatMap((transcript) =>
          outcome(ToolLoop.resume({ request: settings, toolkit, transcript, approve: approving(asked) }))
        ),
        Effect.provide([handlers(second), support.clientLayer("node", options)])
      )
      expect(endOf(resumed)).toEqual(endOf(whole))
      expect(endOf(resumed).transcript.messages).toEqual(history)
      expect(second).toEqual(["旧/🗑 .txt"])
      expect(asked).toHaveLength(1)
      expect(yield* received).toEqual(unbroken)
    }).pipe(Effect.provide(Simulator.layer({ script })))
  )
})

const note = Toolkit.make(
  Tool.make("note", {
    description: "Writes a note",
    parameters: { text: Schema.String, tags: Schema.Array(Schema.String), at: Schema.Number },
    // Whatever can be told to the model is told: nothing but the check itself keeps a handler from running.
    policy: "tell"
  })
)

const noteArguments = FastCheck.record({
  text: FastCheck.string({ unit: "binary" }),
  tags: FastCheck.array(FastCheck.string(), { maxLength: 4 }),
  at: FastCheck.integer()
})

const turns = FastCheck.record({
  calls: FastCheck.array(noteArguments, { minLength: 1, maxLength: 3 }),
  finish: FastCheck.constantFrom("tool_calls", "stop", "length"),
  toolStream: FastCheck.boolean()
})

describe("arguments that the service cuts", () => {
  it.live.prop(
    "run no handler, and the model is not asked again",
    [turns],
    ([{ calls, finish, toolStream }]) =>
      Effect.gen(function* () {
        const simulator = yield* Simulator.Simulator
        const ran: Array<unknown> = []
        const run = outcome(ToolLoop.stream({ request: { ...question, tool_stream: toolStream }, toolkit: note })).pipe(
          Effect.provide(note.toLayer({ note: (parameters) => Effect.sync(() => ran.push(parameters)) }))
        )
        yield* simulator.setFaults("cut-args")
        const { error, events } = yield* run
        const why = error instanceof ToolError.ToolCallError ? [error.reason, error.tool, error.round] : String(error)
        expect(why).toEqual(["ArgumentsTruncated", "note", 1])
        expect(story(events)).toEqual([])
        expect(ran).toEqual([])
        expect(yield* received).toHaveLength(1)
        // The same arguments, whole.
        yield* simulator.setFaults("")
        yield* simulator.reset
        expect(endOf(yield* run).text).toBe("Noted.")
        expect(ran).toEqual(calls)
      }).pipe(
        Effect.provide(
          support.layer("node", options, {
            script: [
              { finish, calls: calls.map((given) => ({ name: "note", arguments: given })) },
              { content: "Noted." }
            ]
          })
        )
      ),
    { fastCheck: { numRuns: 30 } }
  )
})
