/**
 * Bytes of a stream body to what its events hold: UTF-8, server-sent events, JSON. Hot.
 *
 * A frame that differs from the one before in nothing but its text is not parsed: see `template.ts`. Everything that is no
 * ordinary chunk goes to a function of its own.
 */
import type { ChunkEvent, ContentDelta, ReasoningDelta, WarningCode } from "../documents/chunkEvent.js"
import type { CorruptReason } from "../failures/failure.js"
import { parseJson } from "../text/jsonScan.js"
import { isRecord } from "../text/records.js"
import { makeEventLines } from "./sseLines.js"
import { hasReplacement, lastTwoBytes } from "./replacement.js"
import type { Template } from "./template.js"

/** Who is told what came. @internal */
export interface FrameReader {
  /** Whether anything more is wanted. */
  readonly isOpen: () => boolean
  /** A frame like the one before: its event. */
  readonly delta: (event: ContentDelta | ReasoningDelta) => void
  /** An object. Gives the event that it came to, where that is all that it came to. */
  readonly chunk: (chunk: Readonly<Record<string, unknown>>, index: number) => ChunkEvent | undefined
  /** What came in an event that is called `error`: a document, a text, or nothing. */
  readonly failure: (told: unknown) => void
  /** An event of a name that the protocol does not have, whose data is no JSON. */
  readonly foreign: (index: number, name: string) => void
  /** `[DONE]`. */
  readonly done: () => void
  readonly warn: (code: WarningCode, detail: string) => void
  readonly corrupt: (reason: CorruptReason, detail: string, index: number) => void
  /** A line of JSON that is no field of an event. */
  readonly bareLine: (index: number, line: string) => void
}

/** @internal */
export interface Frames {
  readonly feed: (bytes: Uint8Array) => void
  /** Reads what is left when the body has ended: its last event may lack the blank line behind it. */
  readonly flush: () => void
  /** The bytes so far. */
  readonly bytes: () => number
  /** The events so far. */
  readonly count: () => number
}

/** @internal */
export const makeFrames = (maxEventSize: number, template: Template, reader: FrameReader): Frames => {
  // The mark is taken off here: Deno's decoder would take one off at the start of every read.
  const utf8 = new TextDecoder("utf-8", { ignoreBOM: true })
  let isStart = true
  let bytes = 0
  let count = 0
  let invalid: "no" | "seen" | "told" = "no"
  let lastTwo: ReadonlyArray<number> = []

  const lines = makeEventLines({
    maxEventSize,
    onEvent: (data, event) => {
      if (reader.isOpen()) frame(data, event)
    },
    onBareLine: (line) => {
      if (reader.isOpen()) reader.bareLine(count, line)
    },
    onTooLarge: () => {
      if (reader.isOpen()) tooLarge(count)
    }
  })

  const tooLarge = (index: number): void =>
    reader.corrupt("EventTooLarge", `an event is larger than ${maxEventSize} characters`, index)

  const feed = (chunk: Uint8Array): void => {
    bytes += chunk.length
    let text = utf8.decode(chunk, { stream: true })
    if (isStart && text !== "") {
      isStart = false
      if (text.startsWith("\uFEFF")) text = text.slice(1)
    }
    if (invalid === "no") {
      if (text.includes("\uFFFD") && hasReplacement(text, lastTwo, chunk)) invalid = "seen"
      lastTwo = lastTwoBytes(lastTwo, chunk)
    }
    lines.feed(text)
  }

  const frame = (data: string, event: string | undefined): void => {
    const index = count++
    if (data.length > maxEventSize) return tooLarge(index)
    if (data === "") return
    const isPlain = event === undefined && invalid !== "seen"
    const delta = isPlain ? template.match(data) : undefined
    if (delta !== undefined) return reader.delta(delta)
    if (data.charCodeAt(0) === 91 /* [ */ && data.trimEnd() === "[DONE]") return reader.done()
    if (data.trim() === "") return
    const document = parseJson(data)
    if (event === "error") return reader.failure(document ?? data)
    if (!isRecord(document)) {
      // A whole value of JSON that is no object is no part of a chunk either.
      const isOther = document !== undefined || isWords(data)
      if (event !== undefined && event !== "message" && isOther) return reader.foreign(index, event)
      return reader.corrupt(
        "MalformedFrame",
        document === undefined ? "the data is not JSON" : "the data is not a JSON object",
        index
      )
    }
    if (invalid === "seen" && data.includes("\uFFFD")) {
      invalid = "told"
      reader.warn("InvalidUtf8", "bytes that are not UTF-8 were replaced")
    }
    const only = reader.chunk(document, index)
    if (isPlain && only !== undefined) template.learn(data, only)
  }

  return {
    feed,
    flush: () => lines.feed(`${utf8.decode()}\n\n`),
    bytes: () => bytes,
    count: () => count
  }
}

/** What gateways send to keep a connection alive, and no part of a document. */
const isWords = (data: string): boolean => data.length <= 200 && !/["{}[\]]/.test(data)
