/** Streams of the service, compared with what a simple reading of their text sees, wherever they are cut or end. */
import type { ChunkEvent } from "@effect-zhipu/client"
import { expect } from "@effect/vitest"
import type { Payloads } from "../../../testing/test/support/payloads.js"
import { type Decoded, textOf, utf8 } from "./decoding.js"
import { type Oracle, readRecording, type Seen } from "./oracle.js"
import { seeded } from "./random.js"

/** The streams of chunks among the payloads. */
export const streams = ["01", "02", "03", "04", "06", "11", "19"] as const

export interface Loaded {
  readonly bytes: Uint8Array
  readonly oracle: Oracle
}

const read = (text: string): Loaded => ({ bytes: utf8(text), oracle: readRecording(text) })

export const load = (source: Payloads, number: string): Loaded => read(source.text(number))

const largeFrom = 40 * 1024

/** Both ends of a large recording, with the frames between left out, so that every offset of it can be tried. */
const ends = (text: string): string => {
  const size = 8 * 1024
  const head = text.slice(0, text.indexOf("\n\n", size) + 2)
  return head + text.slice(text.lastIndexOf("\n\n", text.length - size) + 2)
}

/** Runs `check` at every offset of a recording; of a large one, at every offset of its ends and 2,000 of the whole. */
export const atOffsets = async (
  source: Payloads,
  number: string,
  seed: number,
  check: (loaded: Loaded, offset: number) => void
): Promise<void> => {
  const loaded = load(source, number)
  const every = loaded.bytes.length <= largeFrom ? loaded : read(ends(source.text(number)))
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

export const expectWhole = (decoded: Decoded, oracle: Oracle, where: string): void => {
  const isGood = decoded.state === "done" && decoded.error === undefined
  if (isGood && isBeginning(decoded.events, oracle, oracle.events.length)) return
  expect(decoded.error, where).toBeUndefined()
  expect(decoded.events, where).toEqual(oracle.events)
  expect(decoded.state, where).toBe("done")
}

/** How many events come of the frames whose document is whole after `end` bytes; a missing blank line is no matter. */
export const receivedCount = (oracle: Oracle, end: number): number => {
  let whole = 0
  while (whole < oracle.frames.length && (oracle.frames[whole]?.end ?? 0) <= end) whole++
  return oracle.eventsAfter[whole] ?? 0
}

export const expectPrefix = ({ error, events, state }: Decoded, oracle: Oracle, end: number, where: string): void => {
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
