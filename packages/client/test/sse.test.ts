import { describe, expect, it } from "@effect/vitest"
import { chunk, decode, type Decoded, done, finish, frame, ofTag, textOf, utf8 } from "./support/decoding.js"
import { byteByByte, cutAt, cutAtRandom, type Random, seeded } from "./support/random.js"

/**
 * A reading of the event stream standard by the letter, over the whole text: gives the data of each event that is
 * dispatched. https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
const interpret = (stream: string): ReadonlyArray<string> => {
  const text = stream.startsWith("\uFEFF") ? stream.slice(1) : stream
  const lines: Array<string> = []
  let line = ""
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === "\r" || char === "\n") {
      if (char === "\r" && text[i + 1] === "\n") i++
      lines.push(line)
      line = ""
    } else line += char
  }
  // What follows the last line ending is no line: an event that is not ended by a blank line is discarded.
  const dispatched: Array<string> = []
  let data = ""
  for (const line of lines) {
    if (line === "") {
      if (data !== "") dispatched.push(data.slice(0, -1))
      data = ""
      continue
    }
    if (line.startsWith(":")) continue
    const colon = line.indexOf(":")
    const field = colon === -1 ? line : line.slice(0, colon)
    const rest = colon === -1 ? "" : line.slice(colon + 1)
    const value = rest.startsWith(" ") ? rest.slice(1) : rest
    if (field === "data") data += `${value}\n`
  }
  return dispatched
}

const words = [
  "a",
  "Zhipu",
  "é",
  "ü",
  "智谱",
  "模型",
  "€",
  "😀",
  "𠮷",
  "\u2028",
  "\uFEFF",
  "\u0000",
  ": ",
  "data: ",
  "[DONE]"
]

const content = (random: Random): string => Array.from({ length: random.below(4) }, () => random.pick(words)).join("")

/** One document, written with line breaks between its tokens where JSON allows them: several data lines. */
const dataLines = (random: Random, document: unknown): ReadonlyArray<string> => {
  const json = random.below(4) === 0 ? JSON.stringify(document, null, random.below(3)) : JSON.stringify(document)
  return json.split("\n")
}

const noise = (random: Random): string =>
  random.pick([
    `:${content(random)}`,
    ": keep-alive",
    "retry: 0",
    "retry: 600000",
    "retry: x",
    "retry",
    `id: ${content(random)}`,
    "id",
    "event: message",
    `event: ${content(random)}`,
    "event",
    `unknown: ${content(random)}`,
    `field${content(random)}`,
    " data: {}"
  ])

/** A stream whose contents are numbered, so that an event lost, doubled or out of place shows. */
const randomStream = (random: Random): string => {
  const endings = random.pick([["\n"], ["\r"], ["\r\n"], ["\n", "\r", "\r\n"]])
  const newline = (): string => random.pick(endings)
  let stream = random.below(4) === 0 ? "\uFEFF" : ""
  const events = random.below(6)
  for (let i = 0; i < events; i++) {
    for (let blank = random.below(3); blank > 0; blank--) stream += newline()
    if (random.below(3) === 0) stream += noise(random) + newline()
    if (random.below(8) === 0) stream += random.pick(["data", "data:", "data: "]) + newline() + newline()
    for (const line of dataLines(random, chunk({ content: `<${i}>${content(random)}` }))) {
      stream += random.pick(["data: ", "data:"]) + line + newline()
      if (random.below(5) === 0) stream += noise(random) + newline()
    }
    // Sometimes the last event of a stream lacks its blank line.
    if (i < events - 1 || random.below(4) > 0) stream += newline()
  }
  return stream
}

interface Expected {
  readonly text: string
  readonly tag: "CorruptStreamError" | "StreamTruncatedError"
}

/** The content of a chunk, where the data of an event is one. */
const contentOf = (data: string): string | undefined => {
  try {
    const document: { readonly choices: ReadonlyArray<{ readonly delta: { readonly content: string } }> } =
      JSON.parse(data)
    return document.choices[0]?.delta.content
  } catch {
    return undefined
  }
}

/**
 * What the contents of the events say, up to one that is no chunk: a carriage return and a line feed that were meant
 * as two line endings are one, and then two events are. With the known exception: a last event without its blank line
 * counts if it is whole.
 */
const expected = (stream: string): Expected => {
  // Whether a last carriage return ends a line shows only at the end of the body, and then it is an end like another.
  const events = interpret(stream.endsWith("\r") ? stream.slice(0, -1) : stream)
  let text = ""
  for (const data of events) {
    if (data === "") continue
    const content = contentOf(data)
    if (content === undefined) return { text, tag: "CorruptStreamError" }
    text += content
  }
  const last = interpret(`${stream}\n\n`)[events.length]
  text += last === undefined ? "" : (contentOf(last) ?? "")
  return { text, tag: stream === "" ? "CorruptStreamError" : "StreamTruncatedError" }
}

describe("the event stream format", () => {
  it("is read as the standard says, on 10,000 random streams cut anywhere", { timeout: 120_000 }, () => {
    const random = seeded(20260101)
    let read = 0
    for (let i = 0; i < 10_000; i++) {
      const stream = randomStream(random)
      const bytes = utf8(stream)
      const pieces = i % 10 === 0 ? byteByByte(bytes) : cutAtRandom(random, bytes, 12)
      const { error, events } = decode(pieces)
      const { tag, text } = expected(stream)
      const where = JSON.stringify({ stream, cuts: pieces.map((piece) => piece.length) })
      if (textOf(events) !== text) expect(textOf(events), where).toBe(text)
      if (error?._tag !== tag) expect(error, where).toMatchObject({ _tag: tag })
      read += ofTag(events, "ContentDelta").length
    }
    expect(read).toBeGreaterThan(15_000)
  })

  it("is read the same with each line ending, cut at every offset", () => {
    for (const newline of ["\n", "\r", "\r\n"]) {
      const stream = [
        "\uFEFF: hello",
        "event: message",
        `data: ${JSON.stringify(chunk({ content: "é智😀" }))}`,
        "",
        ...JSON.stringify(chunk({ content: "two" }), null, 1)
          .split("\n")
          .map((line) => `data:${line}`),
        "",
        `data: ${JSON.stringify(finish())}`,
        "",
        "data: [DONE]",
        "",
        ""
      ].join(newline)
      const bytes = utf8(stream)
      for (let offset = 0; offset <= bytes.length; offset++) {
        const { events, state } = decode(cutAt(bytes, [offset]))
        expect(state).toBe("done")
        expect(ofTag(events, "ContentDelta").map((event) => event.text)).toEqual(["é智😀", "two"])
        expect(ofTag(events, "Warning")).toEqual([])
      }
    }
  })

  it("drops an unterminated last event that is cut, and takes one that is whole", () => {
    const first = frame(chunk({ content: "first" }))
    const last = `data: ${JSON.stringify(chunk({ content: "last" }))}`
    const end = (text: string): Decoded => decode([utf8(text)])
    for (let length = 0; length < last.length; length++) {
      const { error, events } = end(first + last.slice(0, length))
      expect(error?._tag).toBe("StreamTruncatedError")
      expect(textOf(events)).toBe("first")
    }
    for (const newline of ["", "\n", "\r", "\r\n"]) expect(textOf(end(first + last + newline).events)).toBe("firstlast")
  })

  it("takes a last [DONE] without its blank line", () => {
    const { events, state } = decode([utf8(frame(chunk({ content: "x" })) + done.trimEnd())])
    expect(state).toBe("done")
    expect(events.at(-1)).toEqual({ _tag: "Finished", choice: 0, reason: "unknown" })
  })

  it("replaces bytes that are no UTF-8, warns once, and goes on", () => {
    const [before = "", after = ""] = frame(chunk({ content: "a|" })).split("|")
    // A byte that never occurs, and a character of three bytes without its last.
    const bytes = new Uint8Array([...utf8(before), 0xff, 0xe6, 0x99, ...utf8(after), ...utf8(frame(finish()))])
    for (let offset = 0; offset <= bytes.length; offset++) {
      const { events, state } = decode(cutAt(bytes, [offset]))
      expect(state).toBe("done")
      expect(textOf(events)).toBe("a\uFFFD\uFFFD")
      expect(ofTag(events, "Warning").map((event) => event.code)).toEqual(["InvalidUtf8"])
    }
  })

  it("does not warn of a replacement character that the service wrote itself, cut in two", () => {
    const bytes = utf8(frame(chunk({ content: "a\uFFFDb" })) + frame(finish()))
    for (let offset = 0; offset <= bytes.length; offset++) {
      expect(ofTag(decode(cutAt(bytes, [offset])).events, "Warning")).toEqual([])
    }
  })

  it("does not warn of a replacement character that the service wrote itself, byte by byte", () => {
    const bytes = utf8(frame(chunk({ content: "a\uFFFDb" })) + frame(finish()))
    expect(ofTag(decode(byteByByte(bytes)).events, "Warning")).toEqual([])
  })
})
