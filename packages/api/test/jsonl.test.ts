import { describe, expect, it } from "@effect/vitest"
import { Jsonl } from "@effect-zhipu/api"
import { Chunk, Effect, Either, FastCheck, Stream } from "effect"

const utf8 = new TextEncoder()

const read = (pieces: ReadonlyArray<Uint8Array>) =>
  Stream.runCollect(Jsonl.decode(Stream.fromIterable(pieces))).pipe(Effect.map(Chunk.toReadonlyArray), Effect.runSync)

/** The bytes in pieces of these sizes, over and over. */
const cut = (bytes: Uint8Array, sizes: ReadonlyArray<number>): ReadonlyArray<Uint8Array> => {
  const pieces: Array<Uint8Array> = []
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const size = Math.max(1, sizes[i % sizes.length] ?? 1)
    pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  return pieces
}

const values = (lines: ReadonlyArray<Jsonl.Line>) => lines.map(({ value }) => Either.getOrElse(value, () => "broken"))

describe("Jsonl", () => {
  it("reads what it wrote, however the bytes are cut", () => {
    const documents = FastCheck.array(FastCheck.jsonValue(), { maxLength: 12 })
    const sizes = FastCheck.array(FastCheck.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
    FastCheck.assert(
      FastCheck.property(documents, sizes, (documents, sizes) => {
        const written = Effect.runSync(Stream.runCollect(Jsonl.encode(Stream.fromIterable(documents))))
        const bytes = Buffer.concat(Chunk.toReadonlyArray(written))
        const lines = read(cut(bytes, sizes))
        // -0 is written as 0.
        expect(values(lines)).toEqual(documents.map((document) => JSON.parse(JSON.stringify(document))))
        expect(lines.map(({ number }) => number)).toEqual(documents.map((_, index) => index + 1))
      })
    )
  })

  it("85. takes CRLF, blank lines, a byte order mark, and a last line without an end", () => {
    const text = '\uFEFF{"a":1}\r\n\r\n  \n{"a":"é"}\n[3]'
    for (const size of [1, 2, 3, 1000]) {
      const lines = read(cut(utf8.encode(text), [size]))
      expect(values(lines)).toEqual([{ a: 1 }, { a: "é" }, [3]])
      expect(lines.map(({ number }) => number)).toEqual([1, 4, 5])
    }
  })

  it("85. tells a broken line, and reads the others", () => {
    const lines = read([utf8.encode('{"a":1}\n{"a":\n{"a":3}\n')])
    expect(values(lines)).toEqual([{ a: 1 }, "broken", { a: 3 }])
    const error = Either.getOrThrow(Either.flip(lines[1]?.value ?? Either.right(0)))
    expect(error).toMatchObject({ _tag: "CorruptStreamError", reason: "MalformedFrame", frame: 2 })
    expect(error.message).not.toContain('{"a":')
  })

  it("does not hold a line that never ends", () => {
    const piece = new Uint8Array(1024 * 1024).fill(0x61)
    const lines = read([...Array.from({ length: 20 }, () => piece), utf8.encode('\n{"a":2}\n')])
    expect(values(lines)).toEqual(["broken", { a: 2 }])
  })

  it("refuses what has no JSON", () => {
    expect(() => Jsonl.encodeLine(undefined)).toThrow(/no JSON/)
  })
})
