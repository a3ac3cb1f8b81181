// Generated from packages/testing/src/internal/simulator/server/bodySteps.ts by scripts/effect4: change that file.
/**
 * The body of a response as steps: what to write, and where to stop, stall or break.
 */
import type { Name } from "../../../Fault.js"
import type { Answer } from "../answers/answer.js"
import { chunkOf, chunksOf, contentChunk } from "../answers/chunks.js"
import { errorBody, serviceError } from "../answers/serviceErrors.js"
import type { ActiveFaults } from "../faults/activeFaults.js"
import type { Json } from "../json.js"
import * as Random from "../random.js"
import type { Language } from "../requests/request.js"

/** @internal */
export type Step =
  | {
      readonly _tag: "Write"
      readonly data: string | Uint8Array
      /** How many tokens it stands for, for the pace. */
      readonly tokens: number
      /** Nothing is generated after it, so the request no longer counts as in flight. */
      readonly last?: true
    }
  | { readonly _tag: "Hang" }
  | { readonly _tag: "Reset" }
  | { readonly _tag: "End" }

const hang: Step = { _tag: "Hang" }
const end: Step = { _tag: "End" }
const reset: Step = { _tag: "Reset" }

const write = (data: string | Uint8Array, tokens = 0): Step => ({ _tag: "Write", data, tokens })

interface Framing {
  readonly line: string
  readonly event: (data: string, name?: string) => string
}

/** A newline where JSON allows one. */
const splitData = (data: string): ReadonlyArray<string> => {
  const at = data.indexOf(',"choices":')
  return at < 0 ? [data] : [data.slice(0, at + 1), data.slice(at + 1)]
}

const framing = (faults: ActiveFaults): Framing => {
  const line = faults.has("crlf") ? "\r\n" : faults.has("cr") ? "\r" : "\n"
  const prefix = faults.has("no-space") ? "data:" : "data: "
  const eventName = faults.arg("event-field")
  const retryAt = faults.chunk("retry-field", 0)
  let count = -1
  return {
    line,
    event: (data, name = eventName) => {
      count++
      const lines = faults.has("multiline-data") ? splitData(data) : [data]
      return (
        (faults.has("comments") ? `: keep-alive${line}` : "") +
        (retryAt === count ? `retry: ${faults.arg("retry-field") ?? ""}${line}` : "") +
        (name === undefined ? "" : `event: ${name}${line}`) +
        (faults.has("id-field") ? `id: ${count}${line}` : "") +
        lines.map((text) => prefix + text + line).join("") +
        line
      )
    }
  }
}

const mark = "\uE000"

/** A content chunk with a byte in its text that no UTF-8 has. */
const invalidUtf8 = (answer: Answer, frames: Framing): Uint8Array => {
  const [before = "", after = ""] = frames.event(JSON.stringify(contentChunk(answer, ` ${mark}`))).split(mark)
  return Buffer.concat([Buffer.from(before), Buffer.from([0xff, 0xc3]), Buffer.from(after)])
}

type Insertion = (answer: Answer, frames: Framing, faults: ActiveFaults) => string | Uint8Array

const json =
  (value: (answer: Answer) => unknown): Insertion =>
  (answer, frames) =>
    frames.event(JSON.stringify(value(answer)))

const without = (chunk: Json, key: string): Json =>
  Object.fromEntries(Object.entries(chunk).filter(([name]) => name !== key))

/** Events that come in addition, after the first chunk where no place is given. */
const insertions: ReadonlyArray<readonly [Name, Insertion]> = [
  ["invalid-utf8", invalidUtf8],
  ["malformed", (answer, frames) => frames.event(`{"id":"${answer.id}","choices":[{"index":0,"delta":{"content":`)],
  ["null-frame", json(() => null)],
  ["array-frame", json(() => [])],
  [
    "huge-event",
    (answer, frames, faults) =>
      frames.event(JSON.stringify(contentChunk(answer, "x".repeat(faults.number("huge-event") ?? 1))))
  ],
  ["choices-null", json((answer) => ({ ...chunkOf(answer, {}), choices: null }))],
  ["choices-missing", json((answer) => without(chunkOf(answer, {}), "choices"))],
  ["delta-null", json((answer) => chunkOf(answer, { delta: null }))],
  ["delta-missing", json((answer) => chunkOf(answer, {}))]
]

const otherCompletion = (answer: Answer): Answer => ({
  ...answer,
  id: answer.id.slice(0, 14) + Random.make(answer.id).hex(16),
  created: answer.created + 93
})

const polluted = (text: string): string =>
  text
    .replace(/^\{/, '{"__proto__":{"polluted":true},"constructor":{"polluted":true},')
    .replace('"delta":{', '"delta":{"__proto__":{"polluted":true},"constructor":{"polluted":true},')
    .replace(",}", "}")

/** @internal */
export interface StreamOptions {
  readonly answer: Answer
  readonly toolStream: boolean
  readonly faults: ActiveFaults
  readonly language: Language
  readonly now: number
}

/** What an error of the stream is, as JSON, and how it ends. */
function* errorSteps(options: StreamOptions, frames: Framing, at: number): Generator<Step> {
  const { answer, faults, language, now } = options
  const body = (code: string, envelope?: string): string =>
    JSON.stringify(errorBody(serviceError(code, language, now), envelope ?? faults.arg("envelope"), answer.requestId))
  if (faults.chunk("error-frame", 0) === at) {
    yield write(frames.event(body(faults.arg("error-frame") ?? "500")))
    yield end
  }
  if (faults.chunk("bare-error", 1) === at) {
    yield write(body(faults.arg("bare-error") ?? "500") + frames.line)
    yield end
  }
  if (faults.chunk("event-error", 0) === at) {
    yield write(frames.event(body(faults.arg("event-error") ?? "1302", "request-id"), "error"))
    yield write(frames.event("[DONE]"))
    yield end
  }
}

/** What happens after `at` chunks were sent, and before the next. */
function* between(options: StreamOptions, frames: Framing, at: number): Generator<Step> {
  const { answer, faults } = options
  for (const [name, make] of insertions) {
    if (faults.chunk(name, 1) === at) yield write(make(answer, frames, faults), 1)
  }
  if (faults.chunk("forged-done", -1) === at) yield write(frames.event("[DONE]x"))
  yield* errorSteps(options, frames, at)
  if (faults.chunk("truncate", -1) === at) yield end
  if (faults.chunk("reset", -1) === at) yield reset
  if (faults.chunk("idle", -1) === at) yield hang
}

function* ending(frames: Framing, answer: Answer, faults: ActiveFaults): Generator<Step> {
  if (faults.has("hang-after-finish")) {
    yield hang
    return
  }
  if (faults.has("no-done")) return
  const forged = faults.has("forged-done") && faults.at("forged-done") === undefined
  const done = frames.event(forged ? "[DONE]x" : "[DONE]")
  yield { _tag: "Write", data: done, tokens: 0, last: true }
  if (faults.has("double-done")) yield write(done)
  if (faults.has("junk-after-done")) {
    yield write(frames.event(JSON.stringify(contentChunk(otherCompletion(answer), "junk"))) + `}{ junk${frames.line}`)
  }
  if (faults.has("hang-after-done")) yield hang
}

/**
 * A stream with its faults. Lazy, so that a large one is never in memory.
 *
 * @internal
 */
export function* streamSteps(options: StreamOptions): Generator<Step> {
  const { faults } = options
  let { answer } = options
  const frames = framing(faults)
  const switchAt = faults.chunk("id-change", 1)
  const glueAt = faults.chunk("glued", 1)
  if (faults.has("bom")) yield write(Buffer.from([0xef, 0xbb, 0xbf]))
  let sent = 0
  for (const { chunk, tokens } of chunksOf(answer, options.toolStream, faults)) {
    yield* between(options, frames, sent)
    if (sent === switchAt || sent === glueAt) answer = otherCompletion(options.answer)
    const own = answer === options.answer ? chunk : { ...chunk, id: answer.id, created: answer.created }
    let text = JSON.stringify(own)
    if (faults.has("proto-keys")) text = polluted(text)
    if (sent === glueAt) {
      const cut = JSON.stringify(chunk)
      text = `${cut.slice(0, cut.indexOf('"delta"') + 13)}data: ${text}}`
    }
    yield write(frames.event(text), tokens)
    sent++
  }
  yield* between(options, frames, sent)
  yield* ending(frames, answer, faults)
}

/**
 * A body that is one piece of text.
 *
 * @internal
 */
export const textSteps = (text: string): Iterable<Step> => [{ _tag: "Write", data: text, tokens: 0, last: true }]

/**
 * Cuts a body after a number of bytes, where a fault says so.
 *
 * @internal
 */
export function* cutAtByte(steps: Iterable<Step>, faults: ActiveFaults): Generator<Step> {
  const offsetOf = (name: Name): number => {
    const at = faults.at(name)
    return at?._tag === "Bytes" ? at.offset : Infinity
  }
  const limit = Math.min(offsetOf("truncate"), offsetOf("reset"))
  const action = offsetOf("truncate") <= offsetOf("reset") ? end : reset
  let left = limit
  for (const step of steps) {
    if (step._tag !== "Write" || limit === Infinity) {
      yield step
      continue
    }
    const bytes = typeof step.data === "string" ? Buffer.from(step.data) : step.data
    if (bytes.length > left || left === 0) {
      if (left > 0) yield { ...step, data: bytes.subarray(0, left) }
      yield action
      return
    }
    left -= bytes.length
    yield { ...step, data: bytes }
  }
}
