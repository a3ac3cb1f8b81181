/** Faults of the wire and of chunks, as a server can cause them: each against the simulator, over both transports. */
import { RetryPolicy, ZhipuChat } from "@effect-zhipu/client"
import { Simulator } from "@effect-zhipu/testing"
import { afterAll, describe, expect, layer } from "@effect/vitest"
import { Effect } from "effect"
import * as Sim from "../support/simulator.js"

interface Row {
  readonly row: number
  readonly fault: string
  /** As `describeOutcome` tells it. */
  readonly outcome: string
}

const same = "the same, stop"

const rows: ReadonlyArray<Row> = [
  { row: 1, fault: "split:1", outcome: same },
  { row: 2, fault: "split:1, comments", outcome: same },
  { row: 3, fault: "split:1000000", outcome: same },
  { row: 4, fault: "crlf", outcome: same },
  { row: 4, fault: "cr", outcome: same },
  { row: 4, fault: "crlf, split:3", outcome: same },
  { row: 4, fault: "cr, split:7", outcome: same },
  { row: 5, fault: "bom", outcome: same },
  { row: 6, fault: "comments", outcome: same },
  { row: 7, fault: "no-space", outcome: same },
  { row: 8, fault: "multiline-data", outcome: same },
  { row: 8, fault: "multiline-data, crlf, split:5", outcome: same },
  { row: 9, fault: "event-field", outcome: same },
  { row: 9, fault: "id-field", outcome: same },
  { row: 9, fault: "event-error:1302@chunk:3", outcome: "RateLimitError 1302" },
  { row: 10, fault: "retry-field:0@chunk:2", outcome: same },
  { row: 10, fault: "retry-field:600000@chunk:2", outcome: same },
  { row: 10, fault: "retry-field:x@chunk:2", outcome: same },
  { row: 12, fault: "hang-after-done", outcome: same },
  { row: 13, fault: "forged-done", outcome: "CorruptStreamError MalformedFrame" },
  { row: 13, fault: "forged-done@chunk:3", outcome: "CorruptStreamError MalformedFrame" },
  { row: 14, fault: "junk-after-done", outcome: same },
  { row: 15, fault: "double-done", outcome: same },
  { row: 16, fault: "truncate@chunk:5", outcome: "StreamTruncatedError" },
  { row: 17, fault: "truncate@1500", outcome: "StreamTruncatedError" },
  { row: 18, fault: "no-done", outcome: same },
  { row: 18, fault: "hang-after-finish", outcome: same },
  { row: 18, fault: "hang-after-finish, usage-separate", outcome: same },
  { row: 19, fault: "no-finish", outcome: "the same, unknown" },
  { row: 20, fault: "empty-body", outcome: "CorruptStreamError EmptyResponse" },
  { row: 21, fault: "error-200:1305", outcome: "OverloadedError 1305" },
  { row: 21, fault: "error-200:1113", outcome: "InsufficientBalanceError 1113" },
  { row: 22, fault: "json-completion", outcome: `${same}, NotStreamed` },
  { row: 23, fault: "html-200", outcome: "CorruptStreamError UnexpectedContentType" },
  { row: 24, fault: "invalid-utf8@chunk:3", outcome: "other text, stop, InvalidUtf8" },
  { row: 25, fault: "malformed@chunk:3", outcome: "CorruptStreamError MalformedFrame" },
  { row: 26, fault: "null-frame@chunk:3", outcome: "CorruptStreamError MalformedFrame" },
  { row: 26, fault: "array-frame@chunk:3", outcome: "CorruptStreamError MalformedFrame" },
  { row: 27, fault: "huge-event:300000@chunk:3", outcome: "CorruptStreamError EventTooLarge" },
  { row: 29, fault: "gzip", outcome: same },
  { row: 29, fault: "gzip, split:10", outcome: same },
  { row: 31, fault: "proto-keys", outcome: same },
  { row: 32, fault: "usage-separate", outcome: same },
  { row: 33, fault: "choices-null@chunk:3", outcome: same },
  { row: 33, fault: "choices-missing@chunk:3", outcome: same },
  { row: 34, fault: "delta-null@chunk:3", outcome: same },
  { row: 34, fault: "delta-missing@chunk:3", outcome: same },
  { row: 36, fault: "empty-content", outcome: same },
  { row: 38, fault: "finish:abort", outcome: "the same, abort" },
  { row: 39, fault: "usage-none", outcome: same },
  { row: 39, fault: "usage-null-details", outcome: same },
  { row: 42, fault: "model:glm-9", outcome: same },
  { row: 16, fault: "id-change@chunk:3", outcome: "CorruptStreamError IdChanged" },
  { row: 25, fault: "glued@chunk:3", outcome: "CorruptStreamError MalformedFrame" },
  { row: 59, fault: "reset@chunk:5", outcome: "ConnectionError body" },
  { row: 33, fault: "finish-null", outcome: same },
  { row: 38, fault: "finish-empty-string", outcome: same },
  { row: 35, fault: "double-finish", outcome: same },
  { row: 38, fault: "finish:network_error", outcome: "ServerError network_error" },
  { row: 38, fault: "finish:sensitive", outcome: "the same, sensitive" },
  { row: 38, fault: "finish:model_context_window_exceeded", outcome: "the same, model_context_window_exceeded" },
  { row: 21, fault: "error-frame:1302@chunk:0", outcome: "RateLimitError 1302" },
  { row: 21, fault: "error-frame:1302@chunk:4", outcome: "RateLimitError 1302" },
  { row: 21, fault: "bare-error:500@chunk:4", outcome: "ServerError 500" }
]

const seen: Array<{ readonly row: number; readonly fault: string; readonly outcome: string }> = []

afterAll(() => {
  const table = [...seen].sort((a, b) => a.row - b.row)
  console.log(
    ["", "row  fault -> outcome", ...table.map(({ fault, outcome, row }) => `${row}  ${fault} -> ${outcome}`)].join(
      "\n"
    )
  )
})

for (const transport of Sim.transports) {
  describe(`wire faults over ${transport}`, () => {
    layer(Sim.layer(transport, { retry: RetryPolicy.none, maxEventSize: 256 * 1024 }), { excludeTestServices: true })(
      (it) => {
        for (const { fault, outcome, row } of rows) {
          it.effect(`${row}. ${fault} -> ${outcome}`, () =>
            Effect.gen(function* () {
              const simulator = yield* Simulator.Simulator
              yield* simulator.setFaults([])
              const whole = yield* Sim.outcomeOf(ZhipuChat.stream(Sim.question))
              yield* simulator.setFaults(fault)
              const actual = yield* Sim.outcomeOf(ZhipuChat.stream(Sim.question))
              const described = Sim.describeOutcome(actual, whole)
              if (transport === "undici") seen.push({ row, fault, outcome: described })
              expect(described).toBe(outcome)
              // What came before a failure is told, and is a beginning of the whole.
              if (actual.error !== undefined && actual.events.length > 0) {
                const partial = actual.error.partial?.choices[0]?.message
                expect(partial?.content ?? "").toBe(Sim.textOf(actual.events))
                expect(partial?.reasoning_content ?? "").toBe(Sim.reasoningOf(actual.events))
              }
            })
          )
        }
      }
    )
  })
}
