/** What a decoder and a fold keep of an answer: its text, and neither the pieces it came in nor the reads they were cut from. */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { describe, expect, it } from "vitest"
import { makeDecoder } from "../src/internal/decoding/decoder.js"
import { makeFold } from "../src/internal/decoding/fold.js"

setFlagsFromString("--expose-gc")
const collect: () => void = runInNewContext("gc")

const used = (): number => {
  collect()
  return process.memoryUsage().heapUsed
}

const frame = (delta: object): string =>
  `data: ${JSON.stringify({ id: "20260101000000aaaa", created: 1767225600, object: "chat.completion.chunk", model: "glm-4.6", choices: [{ index: 0, delta }] })}\n\n`

const utf8 = new TextEncoder()

/** The bytes that are kept for each character of an answer that comes in pieces of so many. */
const kept = (delta: (text: string) => object, letters: string, size: number, total: number): number => {
  const decoder = makeDecoder({
    maxEventSize: 1024 * 1024,
    onMalformed: "fail",
    toolNames: new Set(),
    status: 200,
    requestId: undefined,
    resetZone: "+08:00",
    redact: (text) => text
  })
  const fold = makeFold()
  const read = (text: string): void => {
    decoder.feed(utf8.encode(text))
    for (const event of decoder.take()) fold.add(event)
  }
  read(
    frame({ tool_calls: [{ index: 0, id: "c1", type: "function", function: { name: "find", arguments: '{"a":"' } }] })
  )
  const before = used()
  for (let sent = 0; sent < total;) {
    let batch = ""
    for (; batch.length < 60_000; sent += size) {
      batch += frame(delta(Array.from({ length: size }, (_, i) => letters[(sent + i) % letters.length]).join("")))
    }
    read(batch)
  }
  const after = used()
  expect(decoder.state()).toBe("open")
  expect(JSON.stringify(fold.partial()).length).toBeGreaterThan(total)
  return (after - before) / total
}

const deltas = {
  text: (content: string) => ({ content }),
  // The decoder keeps them as well, since they are whole or not at their end alone.
  "arguments of a tool": (text: string) => ({ tool_calls: [{ index: 0, function: { arguments: text } }] })
}

describe("memory", () => {
  for (const [what, copies] of [
    ["text", 1],
    ["arguments of a tool", 2]
  ] as const) {
    for (const [letters, width] of [
      ["abcdefghijklmnop", 1],
      ["天空为什么是蓝色的", 2]
    ] as const) {
      for (const size of [2, 100]) {
        it(`is that of the ${what}, in pieces of ${size} ${width === 1 ? "Latin letters" : "Chinese characters"}`, () => {
          expect(kept(deltas[what], letters, size, 1_000_000)).toBeLessThan(copies * width * 1.2 + 0.5)
        })
      }
    }
  }
})
