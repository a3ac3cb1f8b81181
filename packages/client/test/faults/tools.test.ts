/** Faults of tool calls, as a server can cause them: each against the simulator, over both transports. */
import { type ChatRequest, type ChunkEvent, Message, RetryPolicy, Tool, ZhipuChat } from "@effect-zhipu/client"
import { Simulator } from "@effect-zhipu/testing"
import { describe, expect, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as Sim from "../support/simulator.js"

interface Row {
  readonly row: number
  readonly fault: string
  /** Whether the ids are those of the service; it is told when they are made up. */
  readonly ids: "its own" | "made up"
  readonly warnings?: ReadonlyArray<string>
}

const twice = (code: string): ReadonlyArray<string> => [code, code]

/** The same two calls come out of each. */
const harmless: ReadonlyArray<Row> = [
  { row: 44, fault: "no-tool-id", ids: "made up", warnings: twice("ToolCallIdMissing") },
  { row: 45, fault: "numeric-tool-id", ids: "its own" },
  { row: 45, fault: "empty-tool-id", ids: "made up", warnings: twice("ToolCallIdMissing") },
  { row: 46, fault: "no-tool-index", ids: "its own" },
  { row: 46, fault: "tool-index-minus-one", ids: "its own" },
  { row: 47, fault: "tool-index-from-1", ids: "its own" },
  { row: 47, fault: "tool-index:7", ids: "its own" },
  { row: 48, fault: "same-tool-index", ids: "its own" },
  { row: 49, fault: "late-tool-name", ids: "its own" },
  { row: 49, fault: "null-tool-name", ids: "its own" },
  { row: 49, fault: "repeat-tool-name", ids: "its own" },
  { row: 49, fault: "repeat-tool-name, no-tool-id", ids: "made up", warnings: twice("ToolCallIdMissing") },
  { row: 49, fault: "tool-name-tail", ids: "its own", warnings: twice("ToolCallNameRepaired") },
  { row: 50, fault: "args-object", ids: "its own" },
  { row: 52, fault: "dup-args", ids: "its own", warnings: twice("ToolArgumentsRepeated") },
  { row: 46, fault: "no-tool-index, no-tool-id", ids: "made up", warnings: twice("ToolCallIdMissing") },
  { row: 46, fault: "no-tool-index, split:1", ids: "its own" },
  { row: 48, fault: "same-tool-index, null-tool-name, crlf", ids: "its own" }
]

const whole: ChatRequest.ChatRequest = { ...Sim.toolQuestion, tool_stream: false }

const pingQuestion: ChatRequest.ChatRequest = {
  model: "glm-4.6",
  messages: [Message.user("Ping the server.")],
  tools: [Tool.fn({ name: "ping", description: "Pings", parameters: { type: "object", properties: {} } })]
}

const said = ({ arguments: text, name }: ChunkEvent.ToolCallCompleted) => ({ name, arguments: JSON.parse(text) })

const idsOf = (outcome: Sim.Outcome) => Sim.callsOf(outcome.events).map(({ id }) => id)

const ask = (request: ChatRequest.ChatRequest, faults: string) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator.Simulator
    yield* simulator.setFaults(faults)
    return yield* Sim.outcomeOf(ZhipuChat.stream(request))
  })

/** Tool calls as an error, or a consumer of `partial`, sees them. */
const partialCalls = (outcome: Sim.Outcome) => outcome.error?.partial?.choices[0]?.message?.tool_calls ?? []

for (const transport of Sim.transports) {
  describe(`tool calls over ${transport}`, () => {
    layer(Sim.layer(transport, { retry: RetryPolicy.none }), { excludeTestServices: true })((it) => {
      it.effect("without faults two calls come, and warn of nothing", () =>
        Effect.gen(function* () {
          const plain = yield* ask(Sim.toolQuestion, "")
          expect(Sim.callsOf(plain.events).map(said)).toStrictEqual([
            { name: "get_weather", arguments: { city: "Paris", unit: "celsius" } },
            { name: "get_weather", arguments: { city: "London", unit: "celsius" } }
          ])
          expect(Sim.warningsOf(plain.events)).toStrictEqual([])
          expect(plain.events.filter(({ _tag }) => _tag === "ToolCallDelta").length).toBeGreaterThan(4)
        })
      )

      it.effect("whole calls and fragments are the same calls", () =>
        Effect.gen(function* () {
          const fragments = yield* ask(Sim.toolQuestion, "")
          const atOnce = yield* ask(whole, "")
          expect(atOnce.events.filter(({ _tag }) => _tag === "ToolCallDelta")).toHaveLength(2)
          expect(Sim.callsOf(atOnce.events)).toStrictEqual(Sim.callsOf(fragments.events))
        })
      )

      for (const { fault, ids, row, warnings = [] } of harmless) {
        for (const [how, request] of [
          ["fragments", Sim.toolQuestion],
          ["whole", whole]
        ] as const) {
          it.effect(`${row}. ${fault}, ${how} -> the same calls, ids ${ids}`, () =>
            Effect.gen(function* () {
              const plain = yield* ask(request, "")
              const first = yield* ask(request, fault)
              const second = yield* ask(request, fault)
              expect(first.error).toBeUndefined()
              expect(Sim.callsOf(first.events).map(said)).toStrictEqual(Sim.callsOf(plain.events).map(said))
              expect(Sim.warningsOf(first.events)).toStrictEqual(warnings)
              expect(new Set(idsOf(first)).size).toBe(2)
              expect(idsOf(first).every((id) => id !== "")).toBe(true)
              expect(idsOf(second)).toStrictEqual(idsOf(first))
              if (ids === "its own" && fault !== "numeric-tool-id") expect(idsOf(first)).toStrictEqual(idsOf(plain))
              // What was announced is what was completed.
              const started = first.events.flatMap((event) => (event._tag === "ToolCallStarted" ? [event.id] : []))
              expect(started).toStrictEqual(idsOf(first))
            })
          )
        }
      }

      it.effect("51. a tool without parameters: {}, an empty text and {}{} are all {}", () =>
        Effect.gen(function* () {
          for (const [fault, warnings] of [
            ["", []],
            ["args-empty", []],
            ["args-double", ["ToolArgumentsRepeated"]]
          ] as const) {
            const { error, events } = yield* ask(pingQuestion, fault)
            expect(error).toBeUndefined()
            expect(Sim.callsOf(events).map(({ arguments: text, name }) => [name, text])).toStrictEqual([["ping", "{}"]])
            expect(Sim.warningsOf(events)).toStrictEqual(warnings)
          }
        })
      )

      it.effect("51. arguments that are an empty text become {} for tools with parameters as well", () =>
        Effect.gen(function* () {
          const { events } = yield* ask(Sim.toolQuestion, "args-empty")
          expect(Sim.callsOf(events).map((call) => call.arguments)).toStrictEqual(["{}", "{}"])
        })
      )

      for (const reason of ["tool_calls", "length", "stop"]) {
        it.effect(`54. cut-args, finish ${reason} -> no call is completed, and it is told`, () =>
          Effect.gen(function* () {
            const { error, events } = yield* ask(Sim.toolQuestion, `cut-args, finish:${reason}`)
            expect(error).toBeUndefined()
            expect(Sim.callsOf(events)).toStrictEqual([])
            expect(Sim.warningsOf(events)).toStrictEqual(twice("ToolArgumentsTruncated"))
            expect(events.at(-1)).toStrictEqual({ _tag: "Finished", choice: 0, reason })
          })
        )
      }

      it.effect("54. args-empty, finish length -> no call is completed: its arguments had not begun", () =>
        Effect.gen(function* () {
          const { events } = yield* ask(Sim.toolQuestion, "args-empty, finish:length")
          expect(Sim.callsOf(events)).toStrictEqual([])
          expect(Sim.warningsOf(events)).toStrictEqual(twice("ToolArgumentsTruncated"))
        })
      )

      for (const name of ["__proto__", "toString", "constructor", "no such tool"]) {
        it.effect(`55. a call of ${name} comes as it is`, () =>
          Effect.gen(function* () {
            const { error, events } = yield* ask(Sim.toolQuestion, `unknown-tool:${name}`)
            expect(error).toBeUndefined()
            expect(Sim.callsOf(events).map((call) => call.name)).toStrictEqual([name, name])
            expect(Sim.warningsOf(events)).toStrictEqual([])
            expect(Object.keys(Object.prototype)).toStrictEqual([])
          })
        )
      }

      for (const fault of ["tools:500", "tool-index:1000000000"]) {
        it.effect(`56. ${fault} -> CorruptStreamError TooManyToolCalls`, () =>
          Effect.gen(function* () {
            const outcome = yield* ask(Sim.toolQuestion, fault)
            expect(Sim.describeOutcome(outcome, outcome)).toBe("CorruptStreamError TooManyToolCalls")
            expect(Sim.callsOf(outcome.events)).toStrictEqual([])
            expect(partialCalls(outcome).length).toBeLessThanOrEqual(128)
            expect(partialCalls(outcome).every((call) => call["incomplete"] === true)).toBe(true)
          })
        )
      }

      it.effect("56. as many calls as tools may be offered (128) are fine", () =>
        Effect.gen(function* () {
          const { error, events } = yield* ask(Sim.toolQuestion, "tools:128")
          expect(error).toBeUndefined()
          expect(Sim.callsOf(events)).toHaveLength(128)
        })
      )

      it.effect("53, 54. a call cut at any byte is completed only if the stream ended properly", () =>
        Effect.gen(function* () {
          const simulator = yield* Simulator.Simulator
          yield* simulator.setFaults("")
          const bytes = yield* Sim.bodyOf(Sim.toolQuestion)
          const text = new TextDecoder().decode(bytes)
          const plain = yield* ask(Sim.toolQuestion, "")
          const before = (part: string) => new TextEncoder().encode(text.slice(0, text.indexOf(part))).length
          const begin = before('"tool_calls":[')
          const finish = before("data: [DONE]") - 2
          const samples = 60
          // Every cut of the calls that the samples hit, then each cut around the end.
          const offsets = [
            ...Array.from({ length: samples }, (_, i) => begin + Math.round((i * (finish - begin - 5)) / samples)),
            ...Array.from({ length: bytes.length - finish + 4 }, (_, i) => finish - 4 + i)
          ]
          let incomplete = 0
          for (const offset of offsets) {
            const outcome = yield* ask(Sim.toolQuestion, `truncate@${offset}`)
            const calls = Sim.callsOf(outcome.events)
            if (offset >= finish) {
              expect([offset, outcome.error]).toStrictEqual([offset, undefined])
              expect(calls).toStrictEqual(Sim.callsOf(plain.events))
            } else {
              expect([offset, outcome.error?._tag]).toStrictEqual([offset, "StreamTruncatedError"])
              expect(calls).toStrictEqual([])
              expect(partialCalls(outcome).every((call) => call["incomplete"] === true)).toBe(true)
              incomplete += partialCalls(outcome).length
            }
          }
          expect(incomplete).toBeGreaterThan(samples)
        })
      )
    })
  })
}
