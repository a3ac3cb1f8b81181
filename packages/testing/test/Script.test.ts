import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Simulator from "../src/Simulator.js"
import {
  ask,
  codeOf,
  deltas,
  type Json,
  postJson,
  type PostOptions,
  postText,
  read,
  streamed,
  user,
  withSimulator
} from "./utils.js"

const tools = [
  {
    type: "function",
    function: {
      name: "get_weather",
      description: "The weather in a city",
      parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] }
    }
  }
]

// What encoders and splitters like to change: blanks, line ends, escapes, marks, half a surrogate pair.
const tricky =
  '\r\n\tFirst  伦敦 and \ud83c\udf26\ufe0f Paris \\ "quoted" </think>\u2028\u0000\ufeff e\u0301 \ud83d.\n\n'

const turn: Simulator.Reply = {
  reasoning: tricky,
  content: `Let me look. ${tricky}`,
  calls: [
    { id: "call_-8123", name: "get_weather", arguments: '{ "city" : "London",\n "note":"敦🌦" }' },
    { id: "call_b", name: "delete_file", arguments: { path: "a.txt", tags: ["x", "{y}"] } }
  ],
  usage: {
    prompt_tokens: 7,
    completion_tokens: 5,
    total_tokens: 12,
    completion_tokens_details: { reasoning_tokens: 2 }
  }
}

const toolCalls = [
  {
    id: "call_-8123",
    type: "function",
    function: { name: "get_weather", arguments: '{ "city" : "London",\n "note":"敦🌦" }' }
  },
  {
    id: "call_b",
    type: "function",
    function: { name: "delete_file", arguments: '{"path":"a.txt","tags":["x","{y}"]}' }
  }
]

const callDeltas = (chunks: ReadonlyArray<Json>): ReadonlyArray<Json> =>
  chunks.flatMap((chunk) => chunk["choices"][0]?.delta?.tool_calls ?? [])

/** The calls of a stream, their fragments joined. */
const joined = (chunks: ReadonlyArray<Json>) => {
  const calls: Array<{ id: string; type: string; function: { name: string; arguments: string } }> = []
  for (const { function: fn, id, index, type } of callDeltas(chunks)) {
    if (id !== undefined) calls[index] = { id, type, function: { name: fn.name, arguments: "" } }
    calls[index]!.function.arguments += fn.arguments
  }
  return calls
}

const say = (...contents: ReadonlyArray<string>): Simulator.Options => ({
  script: contents.map((content) => ({ content }))
})

const contentOf = (body: unknown, options?: PostOptions) =>
  Effect.map(postJson(body, options), (answer): string => answer["choices"][0].message.content)

describe("a script", () => {
  it.live("is sent byte for byte, whole, streamed, and with arguments in fragments", () =>
    Effect.gen(function* () {
      const whole = yield* postJson(ask("Hi"))
      expect(whole["choices"]).toEqual([
        {
          index: 0,
          finish_reason: "tool_calls",
          message: {
            role: "assistant",
            content: turn.content,
            reasoning_content: turn.reasoning,
            tool_calls: toolCalls.map((call, index) => ({ ...call, index }))
          }
        }
      ])
      expect(whole["usage"]).toEqual(turn.usage)
      for (const [toolStream, least] of [
        [false, 1],
        [true, 3]
      ] as const) {
        const chunks = yield* streamed(ask("Hi", { tool_stream: toolStream }))
        expect(deltas(chunks, "reasoning_content")).toBe(turn.reasoning)
        expect(deltas(chunks, "content")).toBe(turn.content)
        expect(joined(chunks)).toEqual(toolCalls)
        const fragments = [0, 1].map((index) => callDeltas(chunks).filter((delta) => delta["index"] === index).length)
        for (const count of fragments) expect(count === 1 || toolStream).toBe(true)
        for (const count of fragments) expect(count).toBeGreaterThanOrEqual(least)
        expect(chunks.at(-1)).toMatchObject({ usage: turn.usage, choices: [{ finish_reason: "tool_calls" }] })
      }
    }).pipe(withSimulator({ script: [turn, turn, turn] }))
  )

  it.live("is played one reply after the other, then the simulator answers as usual", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      const question = ask("6 * 7")
      const usual = yield* Effect.flatMap(Simulator.make(), ({ baseUrl }) =>
        Effect.promise(async (): Promise<Json> => {
          const response = await fetch(`${baseUrl}/chat/completions`, {
            method: "POST",
            headers: { authorization: `Bearer ${Simulator.defaultApiKey}` },
            body: JSON.stringify(question)
          })
          return JSON.parse(await response.text())
        })
      ).pipe(Effect.scoped)
      const answers = yield* Effect.replicateEffect(postJson(question), 4)
      expect(answers.slice(0, 2).map((answer) => answer["choices"][0].message.content)).toEqual(["one", "two"])
      expect(answers.slice(2)).toEqual([usual, usual])
      // The first three are answers of their own, though the same was asked.
      expect(new Set(answers.map((answer) => answer["id"])).size).toBe(3)
      yield* simulator.reset
      expect(yield* postJson(question)).toEqual(answers[0])
    }).pipe(withSimulator(say("one", "two")))
  )

  it.live("is played as it is written, whatever is asked", () =>
    Effect.gen(function* () {
      const asked = ask("What is the weather in Paris?", {
        max_tokens: 1,
        stop: ["two"],
        thinking: { type: "disabled" },
        response_format: { type: "json_object" },
        tools: [...tools, { type: "web_search", web_search: { search_engine: "search_std", require_search: true } }]
      })
      const { web_search: search, choices } = yield* postJson(asked)
      expect(choices[0]).toEqual({
        index: 0,
        finish_reason: "stop",
        message: { role: "assistant", content: "one two three", reasoning_content: "Hm." }
      })
      expect(search).toBeUndefined()
    }).pipe(withSimulator({ script: [{ reasoning: "Hm.", content: "one two three" }] }))
  )

  it.live("may leave out everything: no text, ids and a usage of its own", () =>
    Effect.gen(function* () {
      const empty = yield* postJson(ask("Hi"))
      expect(empty["choices"][0]).toEqual({
        index: 0,
        finish_reason: "stop",
        message: { role: "assistant", content: "" }
      })
      expect(empty["usage"]).toMatchObject({ completion_tokens: 0 })
      const history = [user("Hi"), user("Go on")]
      const { choices, usage } = yield* postJson({ ...ask(""), messages: history })
      const ids: ReadonlyArray<string> = choices[0].message.tool_calls.map((call: Json) => call["id"])
      for (const id of ids) expect(id).toMatch(/^call_[0-9a-f]{24}$/)
      expect(new Set(ids).size).toBe(2)
      expect(usage["completion_tokens"]).toBeGreaterThan(0)
      expect((yield* postJson(ask("Hi")))["choices"][0].finish_reason).toBe("sensitive")
    }).pipe(
      withSimulator({
        script: [
          {},
          {
            calls: [
              { name: "a", arguments: "{}" },
              { name: "b", arguments: "{}" }
            ]
          },
          { finish: "sensitive" }
        ]
      })
    )
  )

  it.live("keeps its reply for the next request when one is refused", () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator.Simulator
      const refused = [
        codeOf(ask("Hi"), { authorization: null }),
        codeOf(ask("Hi"), { authorization: "Bearer simulator.other" }),
        codeOf("{"),
        codeOf(ask("Hi", { model: "glm-0" })),
        codeOf(ask("Hi", { temperature: 7 })),
        codeOf({ model: "glm-4.6", messages: [] }),
        codeOf(ask("Hi"), { fault: "code:1305" }),
        codeOf(ask("Hi"), { fault: "error-200:1302" }),
        codeOf(ask("Hi"), { fault: "no such fault" }),
        codeOf(ask("Hi"), { path: "/other" })
      ]
      for (const request of refused) expect((yield* request)[1] ?? "404").toMatch(/^(\d+|fault)$/)
      yield* simulator.setFaults("code:1302*2, reset-before-headers*1")
      expect((yield* codeOf(ask("Hi")))[1]).toBe("1302")
      expect((yield* codeOf(ask("Hi")))[1]).toBe("1302")
      expect(Exit.isFailure(yield* Effect.exit(postText(ask("Hi"))))).toBe(true)
      expect(yield* contentOf(ask("Hi", { request_id: "the-first" }))).toBe("one")
      expect((yield* codeOf(ask("Hi", { request_id: "the-first" })))[1]).toBe("1231")
      expect(yield* contentOf(ask("Hi"))).toBe("two")
    }).pipe(withSimulator({ ...say("one", "two"), uniqueRequestIds: true }))
  )

  it.live("loses a reply that breaks off on its way, and to a client beyond the limit none", () =>
    Effect.gen(function* () {
      const { body } = yield* read(ask("Hi", { stream: true }), { fault: "truncate@chunk:1" })
      expect(body).toContain('"content":"one"')
      expect(body).not.toContain("first")
      const slow = yield* Effect.fork(contentOf(ask("Hi")))
      const simulator = yield* Simulator.Simulator
      while ((yield* simulator.stats).inFlight === 0) yield* Effect.sleep("2 millis")
      expect((yield* codeOf(ask("Hi")))[1]).toBe("1302")
      expect(yield* slow).toBe("two")
      expect(yield* contentOf(ask("Hi"))).toBe("three")
    }).pipe(withSimulator({ ...say("one first", "two", "three"), maxInFlight: 1, firstTokenDelay: "300 millis" }))
  )

  it.live("comes at the pace that is set, whatever its usage says", () =>
    Effect.gen(function* () {
      for (const stream of [true, false]) {
        const started = performance.now()
        yield* postText(ask("Hi", { stream }))
        const took = performance.now() - started
        expect(took).toBeGreaterThan(150)
        expect(took).toBeLessThan(20_000)
      }
    }).pipe(
      withSimulator({
        tokensPerSecond: 100,
        script: Array.from({ length: 2 }, () => ({
          content: "one two three four five six seven eight nine ten ".repeat(3),
          usage: { completion_tokens: 1_000_000 }
        }))
      })
    )
  )

  const faulty = (fault: string, reply: Simulator.Reply, check: (chunks: ReadonlyArray<Json>, whole: Json) => void) =>
    it.live(`breaks as the simulator's own answers do: ${fault}`, () =>
      Effect.gen(function* () {
        const chunks = yield* streamed(ask("Hi", { tool_stream: true }), { fault })
        check(chunks, (yield* postJson(ask("Hi"), { fault }))["choices"][0])
      }).pipe(withSimulator({ script: [reply, reply] }))
    )

  const city = { calls: [{ id: "c", name: "get_weather", arguments: { city: "London" } }] }

  faulty("cut-args", city, (chunks, whole) => {
    expect(joined(chunks)[0]?.function.arguments).toBe('{"city":"Lo')
    expect(whole).toMatchObject({
      finish_reason: "tool_calls",
      message: { tool_calls: [{ id: "c", function: { arguments: '{"city":"Lo' } }] }
    })
  })
  faulty("finish:length", { ...city, finish: "stop" }, (chunks, whole) => {
    expect([chunks.at(-1)?.["choices"][0].finish_reason, whole["finish_reason"]]).toEqual(["length", "length"])
  })
  faulty("usage-none", turn, (chunks) => expect(chunks.at(-1)?.["usage"]).toBeUndefined())
  faulty("usage-null-details", turn, (chunks) => {
    expect(chunks.at(-1)?.["usage"]).toMatchObject({ prompt_tokens: 7, completion_tokens_details: null })
  })
  faulty("unknown-tool:other", turn, (chunks) => {
    expect(joined(chunks).map((call) => [call.id, call.function.name])).toEqual([
      ["call_-8123", "other"],
      ["call_b", "other"]
    ])
  })
  faulty("tools:3", turn, (chunks, whole) => {
    const ids = joined(chunks).map(({ id }) => id)
    expect(ids.slice(0, 2)).toEqual(["call_-8123", "call_b"])
    expect(ids[2]).toMatch(/^call_[0-9a-f]{24}$/)
    expect(whole["message"].tool_calls).toHaveLength(3)
  })
  faulty("args-object", { calls: [...city.calls, { name: "x", arguments: '{"cut":' }] }, (_, whole) => {
    expect(whole["message"].tool_calls.map((call: Json) => call["function"].arguments)).toEqual([
      { city: "London" },
      '{"cut":'
    ])
  })
  faulty("numeric-tool-id", city, (_, whole) => expect(typeof whole["message"].tool_calls[0].id).toBe("number"))
  faulty("tools:1", { content: "No tools." }, (chunks, whole) => {
    expect(joined(chunks)).toHaveLength(1)
    expect(whole["finish_reason"]).toBe("tool_calls")
  })

  it.live("calls no tool because of a fault that shapes calls, where it has none", () =>
    Effect.gen(function* () {
      const { choices } = yield* postJson(ask("Hi", { tools }), { fault: "cut-args" })
      expect(choices[0].message).toEqual({ role: "assistant", content: "one" })
    }).pipe(withSimulator(say("one")))
  )

  it.live("with arguments that have no JSON is refused before anything is asked", () =>
    Effect.gen(function* () {
      const exit = yield* Effect.exit(
        Effect.scoped(Simulator.make({ script: [{ calls: [{ name: "x", arguments: { n: 1n } }] }] }))
      )
      expect(Exit.isFailure(exit) && Cause.isDie(exit.cause)).toBe(true)
    })
  )
})
