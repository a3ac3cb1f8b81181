import { describe, expect, it } from "@effect/vitest"
import { ChatCompletion, ChunkEvent, RetryPolicy, ZhipuChat } from "@effect-zhipu/client"
import { Effect, Stream } from "effect"
import { payloads } from "../../testing/test/support/payloads.js"
import { chunk, decode, decodeText, done, frame, textOf, utf8 } from "./support/decoding.js"
import { client, eventStream, mock, request, type Step } from "./support/http.js"
import type { Oracle } from "./support/oracle.js"
import { byteByByte, cutAt, cutAtRandom, seeded } from "./support/random.js"
import { atOffsets, expectPrefix, expectWhole, load, receivedCount, streams } from "./support/streams.js"

describe.each(payloads)("streams of the service, $name", (source) => {
  for (const number of streams) {
    describe(`${source.name} ${number}`, () => {
      it("decodes to what a simple reading of its text sees", () => {
        const { bytes, oracle } = load(source, number)
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
        const { bytes, oracle } = load(source, number)
        expectWhole(decode(byteByByte(bytes)), oracle, "byte by byte")
      })

      // All of them are cut everywhere in the long tests.
      if (source.name === "sample" && (number === "11" || number === "19")) {
        it("decodes to the same cut in two anywhere", () =>
          atOffsets(source, number, 1, ({ bytes, oracle }, offset) =>
            expectWhole(decode(cutAt(bytes, [offset])), oracle, `cut at ${offset}`)
          ))

        it("is truncated before its finish reason and whole after it, wherever it ends", () =>
          atOffsets(source, number, 3, ({ bytes, oracle }, end) => {
            if (end > 0) expectPrefix(decode([bytes.subarray(0, end)]), oracle, end, `ended after ${end} bytes`)
          }))
      }
    })
  }

  for (const number of ["04", "11", "19"] as const) {
    it.effect(`${source.name} ${number} goes through the whole client in any cutting`, () => {
      const { bytes, oracle } = load(source, number)
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

    it.effect(`${source.name} ${number} cut short gives what came as \`partial\` through the whole client`, () => {
      const { bytes, oracle } = load(source, number)
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

  it(`${source.name} 23: a chunk cut and another completion glued on is corrupt, whatever comes around it`, () => {
    const glued = source.text("23").trim()
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

  it(`${source.name} 23: the second completion alone, after chunks of the first, is corrupt by its id`, () => {
    const glued = source.text("23").trim()
    const second = glued.slice(glued.indexOf("data: "), -1)
    const { error } = decodeText(`${frame(chunk({ content: "first" }))}${second}\n\n${done}`)
    expect(error).toMatchObject({ _tag: "CorruptStreamError", reason: "IdChanged" })
  })

  it(`${source.name} 30: an error event of the Anthropic endpoint is the rate limit that it tells, however cut`, () => {
    const bytes = source.bytes("30")
    for (let offset = 0; offset <= bytes.length; offset++) {
      const { error, events } = decode(cutAt(bytes, [offset]))
      expect(events).toEqual([])
      expect(error).toMatchObject({
        _tag: "RateLimitError",
        code: "1302",
        requestId: /"request_id":"(\w+)"/.exec(source.text("30"))?.[1]
      })
    }
  })

  it(`${source.name} 20: a stream of the Anthropic endpoint is no success: it is truncated, without a word of text`, () => {
    const bytes = source.bytes("20")
    for (let offset = 0; offset <= bytes.length; offset += 7) {
      const { error, events } = decode(cutAt(bytes, [offset]))
      expect(error?._tag).toBe("StreamTruncatedError")
      expect(textOf(events)).toBe("")
    }
  })
})

const join = (events: Oracle["events"], tag: string): string =>
  events
    .filter((event) => event._tag === tag)
    .map((event) => event["text"])
    .join("")

const overPieces = (pieces: ReadonlyArray<Uint8Array>) => {
  const body: ReadonlyArray<Step> = pieces
  return client(mock({ headers: eventStream, body }), { retry: RetryPolicy.none })
}
