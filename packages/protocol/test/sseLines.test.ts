import { makeEventLines } from "@effect-zhipu/protocol/internal/decoding/sseLines"
import { createParser } from "eventsource-parser"
import { FastCheck } from "effect"
import { describe, expect, it } from "@effect/vitest"

type Told = readonly ["event", string, string | undefined] | readonly ["bare line", string] | readonly ["too large"]

const ours = (pieces: ReadonlyArray<string>, maxEventSize: number): ReadonlyArray<Told> => {
  const told: Array<Told> = []
  const lines = makeEventLines({
    maxEventSize,
    onEvent: (data, event) => told.push(["event", data, event]),
    onBareLine: (line) => told.push(["bare line", line]),
    onTooLarge: () => told.push(["too large"])
  })
  for (const piece of pieces) lines.feed(piece)
  return told
}

/** What a library that many use makes of the same. It refuses to be fed again once an event was too large. */
const theirs = (pieces: ReadonlyArray<string>, maxEventSize: number): ReadonlyArray<Told> => {
  const told: Array<Told> = []
  const parser = createParser({
    maxBufferSize: maxEventSize,
    onEvent: ({ data, event }) => told.push(["event", data, event]),
    onError: (problem) => {
      if (problem.type === "max-buffer-size-exceeded") told.push(["too large"])
      else if (problem.type === "unknown-field" && problem.line?.startsWith("{")) told.push(["bare line", problem.line])
    }
  })
  for (const piece of pieces) {
    if (told.at(-1)?.[0] !== "too large") parser.feed(piece)
  }
  return told
}

const known: ReadonlyArray<string> = [
  "data",
  "data:",
  "data: ",
  "data:  x",
  "event: error",
  "event:",
  "event",
  "id: 7",
  "retry: 10",
  "retry: no",
  ": ping",
  ":",
  '{"error":1}',
  "{",
  "nonsense",
  "colon: value",
  "x",
  "\n",
  "\n\n",
  "\r",
  "\r\n",
  "\r\r",
  'data: {"a":1}\n\n',
  "data: [DONE]\r\n\r\n",
  "event: ping\ndata: y\n\n"
]

const piece = FastCheck.oneof(FastCheck.constantFrom(...known), FastCheck.string({ maxLength: 8 }))

describe("server-sent events", () => {
  it("are read as by eventsource-parser, wherever the text is cut and however its lines end", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.array(piece, { maxLength: 40 }),
        FastCheck.integer({ min: 4, max: 80 }),
        (pieces, max) => {
          // A carriage return at the end of a piece counts as soon as it is known to end a line.
          const simple = pieces.map((text) => text.replaceAll("\r", "\n"))
          expect(ours(simple, max)).toEqual(theirs(simple, max))
          // Theirs may wait for one more line end before it tells of a line that ended with a carriage return.
          const whole = [...pieces, "\n\n"]
          expect(ours(whole, 10_000)).toEqual(theirs(whole, 10_000))
          expect(ours([whole.join("")], 10_000)).toEqual(theirs(whole, 10_000))
          expect(ours(Array.from(whole.join("")), 10_000)).toEqual(theirs(whole, 10_000))
        }
      ),
      { numRuns: 2000 }
    )
  })

  it("are read no further once one is too large", () => {
    expect(ours(["data: 123456", "789\n\ndata: a\n\n", "data: b\n\n"], 12)).toEqual([
      ["event", "123456789", undefined],
      ["event", "a", undefined],
      ["event", "b", undefined]
    ])
    expect(ours(["data: 1234567", "89\n\ndata: a\n\n", "data: b\n\n"], 12)).toEqual([["too large"]])
  })
})
