import { describe, expect, it } from "@effect/vitest"
import { ChatCompletion, ChunkEvent, RetryPolicy, ZhipuChat } from "@effect-zhipu/client"
import { Effect, Stream } from "effect"
import { chunk, type Decoded, decode, decodeText, done, frame, textOf, utf8 } from "./support/decoding.js"
import { client, eventStream, mock, request, type Step } from "./support/http.js"
import { type Oracle, readRecording, type Seen } from "./support/oracle.js"
import { byteByByte, cutAt, cutAtRandom, seeded } from "./support/random.js"
import { present, recordedText, recording } from "./support/recordings.js"

const numbers = ["01", "02", "03", "04", "06", "11", "19"] as const

interface Loaded {
  readonly bytes: Uint8Array
  readonly oracle: Oracle
}

const read = (text: string): Loaded => ({ bytes: utf8(text), oracle: readRecording(text) })

const load = (number: string): Loaded => read(recordedText(number))

const largeFrom = 40 * 1024

/** Both ends of a large recording, with the frames between left out, so that every offset of it can be tried. */
const ends = (text: string): string => {
  const size = 8 * 1024
  const head = text.slice(0, text.indexOf("\n\n", size) + 2)
  return head + text.slice(text.lastIndexOf("\n\n", text.length - size) + 2)
}

/** Runs `check` at every offset of a recording; of a large one, at every offset of its ends and 2,000 of the whole. */
const atOffsets = async (
  number: string,
  seed: number,
  check: (loaded: Loaded, offset: number) => void
): Promise<void> => {
  const loaded = load(number)
  const every = loaded.bytes.length <= largeFrom ? loaded : read(ends(recordedText(number)))
  for (let offset = 0; offset <= every.bytes.length; offset++) {
    check(every, offset)
    if (offset % 1000 === 0) await breathe()
  }
  if (every === loaded) return
  const random = seeded(seed)
  for (let i = 0; i < 2000; i++) {
    check(loaded, random.below(loaded.bytes.length))
    if (i % 1000 === 0) await breathe()
  }
}

/** Lets the runner hear that the test is alive. */
const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Compares without building a report, as it runs tens of thousands of times; `expect` reports the rare difference. */
const isSame = (a: unknown, b: unknown): boolean => {
  if (a === b) return true
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  return keys.every((key) => isSame(Reflect.get(a, key), Reflect.get(b, key)))
}

const isSameEvent = (a: ChunkEvent.ChunkEvent | undefined, b: Seen | undefined): boolean => {
  if (a === undefined || b === undefined || a._tag !== b._tag) return false
  if (a._tag !== "ContentDelta" && a._tag !== "ReasoningDelta") return isSame(a, b)
  return a.text === b["text"] && a.choice === b["choice"]
}

/** Whether these are the first `count` events of the oracle. */
const isBeginning = (events: Decoded["events"], oracle: Oracle, count: number): boolean => {
  if (events.length !== count) return false
  for (let i = 0; i < count; i++) if (!isSameEvent(events[i], oracle.events[i])) return false
  return true
}

const expectWhole = (decoded: Decoded, oracle: Oracle, where: string): void => {
  const isGood = decoded.state === "done" && decoded.error === undefined
  if (isGood && isBeginning(decoded.events, oracle, oracle.events.length)) return
  expect(decoded.error, where).toBeUndefined()
  expect(decoded.events, where).toEqual(oracle.events)
  expect(decoded.state, where).toBe("done")
}

describe.runIf(present)("recorded streams", () => {
  for (const number of numbers) {
    describe(`recording ${number}`, () => {
      it("decodes to what a simple reading of its text sees", () => {
        const { bytes, oracle } = load(number)
        const { events } = decode([bytes])
        expect(events).toEqual(oracle.events)
        const folded = Effect.runSync(ChunkEvent.fold(Stream.fromIterable(events)))
        expect(ChatCompletion.text(folded)).toBe(oracle.text)
        expect(ChatCompletion.reasoning(folded)).toBe(oracle.reasoning)
        expect(folded.usage).toEqual(oracle.usage)
        expect(folded.choices.map((choice) => choice.finish_reason)).toEqual([oracle.reasons[0]])
        expect(
          ChatCompletion.toolCalls(folded).map((call) => ({
            id: call.id,
            name: call.function?.name,
            arguments: call.function?.arguments
          }))
        ).toEqual(oracle.calls)
      })

      it("decodes to the same byte by byte", () => {
        const { bytes, oracle } = load(number)
        expectWhole(decode(byteByByte(bytes)), oracle, "byte by byte")
      })

      it("decodes to the same cut in two anywhere", { timeout: 120_000 }, () => {
        return atOffsets(number, 1, ({ bytes, oracle }, offset) =>
          expectWhole(decode(cutAt(bytes, [offset])), oracle, `cut at ${offset}`)
        )
      })

      it("decodes to the same in 1,000 random cuttings", { timeout: 120_000 }, () => {
        const { bytes, oracle } = load(number)
        const random = seeded(2)
        for (let i = 0; i < 1000; i++) {
          expectWhole(decode(cutAtRandom(random, bytes, 60)), oracle, `cutting ${i}`)
        }
      })

      it("is truncated before its finish reason and whole after it, wherever it ends", { timeout: 120_000 }, () => {
        return atOffsets(number, 3, ({ bytes, oracle }, end) => {
          if (end > 0) expectPrefix(decode([bytes.subarray(0, end)]), oracle, end, `ended after ${end} bytes`)
        })
      })
    })
  }

  for (const number of ["04", "11", "19"] as const) {
    it.effect(`recording ${number} goes through the whole client in any cutting`, () => {
      const { bytes, oracle } = load(number)
      const random = seeded(4)
      return Effect.forEach(
        Array.from({ length: 20 }, () => cutAtRandom(random, bytes, 300)),
        (pieces) =>
          Effect.gen(function* () {
            const events = yield* Stream.runCollect(ZhipuChat.stream(request)).pipe(Effect.provide(overPieces(pieces)))
            expect(Array.from(events)).toEqual(oracle.events)
          })
      )
    })

    it.effect(`recording ${number} cut short gives what came as \`partial\` through the whole client`, () => {
      const { bytes, oracle } = load(number)
      const random = seeded(5)
      const ends = Array.from({ length: 20 }, () => 1 + random.below(oracle.completeFrom - 1))
      return Effect.forEach(ends, (end) =>
        Effect.gen(function* () {
          const error = yield* Stream.runDrain(ZhipuChat.stream(request)).pipe(
            Effect.flip,
            Effect.provide(overPieces([bytes.subarray(0, end)]))
          )
          expect(error._tag).toBe("StreamTruncatedError")
          const received = oracle.events.slice(0, receivedCount(oracle, end))
          if (received.length === 0) return expect(error.partial).toBeUndefined()
          const message = error.partial?.choices[0]?.message
          expect(message?.content).toBe(join(received, "ContentDelta"))
          expect(message?.reasoning_content ?? "").toBe(join(received, "ReasoningDelta"))
          expect(error.partial?.choices[0]?.finish_reason).toBeUndefined()
        })
      )
    })
  }

  it("recording 23: a chunk cut and another completion glued on is corrupt, whatever comes around it", () => {
    const glued = recordedText("23").trim()
    const before = frame(chunk({ role: "assistant", content: "good" }))
    const whole = utf8(`${before}data: ${glued}\n\n${frame(chunk({ content: "after" }))}${done}`)
    for (let offset = 0; offset <= whole.length; offset++) {
      const { error, events, state } = decode(cutAt(whole, [offset]))
      expect(state).toBe("failed")
      expect(error).toMatchObject({ _tag: "CorruptStreamError", reason: "MalformedFrame", frame: 1 })
      expect(textOf(events)).toBe("good")
    }
    expect(decodeText(`data: ${glued}\n\n${done}`).error).toMatchObject({ _tag: "CorruptStreamError", frame: 0 })
  })

  it("recording 23: the second completion alone, after chunks of the first, is corrupt by its id", () => {
    const glued = recordedText("23").trim()
    const second = glued.slice(glued.indexOf("data: "), -1)
    const { error } = decodeText(`${frame(chunk({ content: "first" }))}${second}\n\n${done}`)
    expect(error).toMatchObject({ _tag: "CorruptStreamError", reason: "IdChanged", frame: 1 })
  })

  it("recording 30: an error event of the Anthropic endpoint is the rate limit that it tells, however cut", () => {
    const bytes = recording("30")
    for (let offset = 0; offset <= bytes.length; offset++) {
      const { error, events } = decode(cutAt(bytes, [offset]))
      expect(events).toEqual([])
      expect(error).toMatchObject({
        _tag: "RateLimitError",
        code: "1302",
        requestId: "2026012315301053eda1059a6e4f85"
      })
    }
  })

  it("recording 20: a stream of the Anthropic endpoint is no success: it is truncated, without a word of text", () => {
    const bytes = recording("20")
    for (let offset = 0; offset <= bytes.length; offset += 7) {
      const { error, events } = decode(cutAt(bytes, [offset]))
      expect(error?._tag).toBe("StreamTruncatedError")
      expect(textOf(events)).toBe("")
    }
  })
})

/** How many events come of the frames whose document is whole after `end` bytes; a missing blank line is no matter. */
const receivedCount = (oracle: Oracle, end: number): number => {
  let whole = 0
  while (whole < oracle.frames.length && (oracle.frames[whole]?.end ?? 0) <= end) whole++
  return oracle.eventsAfter[whole] ?? 0
}

const join = (events: Oracle["events"], tag: string): string =>
  events
    .filter((event) => event._tag === tag)
    .map((event) => event["text"])
    .join("")

const expectPrefix = ({ error, events, state }: Decoded, oracle: Oracle, end: number, where: string): void => {
  if (end >= oracle.completeFrom) {
    if (state !== "done" || error !== undefined) expect(error, where).toBeUndefined()
    // Usage may come in a later frame than the finish reason; all before it must be there.
    if (textOf(events) !== oracle.text) expect(textOf(events), where).toBe(oracle.text)
    const last = events.at(-1)
    if (last?._tag !== "Finished") expect(last, where).toMatchObject({ _tag: "Finished" })
    return
  }
  if (error?._tag !== "StreamTruncatedError") expect(error, where).toMatchObject({ _tag: "StreamTruncatedError" })
  const count = receivedCount(oracle, end)
  if (!isBeginning(events, oracle, count)) expect(events, where).toEqual(oracle.events.slice(0, count))
}

const overPieces = (pieces: ReadonlyArray<Uint8Array>) => {
  const body: ReadonlyArray<Step> = pieces
  return client(mock({ headers: eventStream, body }), { retry: RetryPolicy.none })
}
