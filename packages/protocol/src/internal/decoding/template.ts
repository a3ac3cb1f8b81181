/**
 * Reads a frame by its likeness to the one before, without `JSON.parse`.
 *
 * Hot, and optional: the frames of an answer differ in nothing but the text of one delta. Once a frame has been read in
 * full, what stands before and after its text is a template, and while the next frames match it, only their text is taken
 * out: a fifth of what parsing them costs. A template is proven when it is learnt, by parsing it once around a probe.
 * Whatever does not match goes the full way.
 */
import { parseJson } from "../text/jsonScan.js"
import { isRecord } from "../text/records.js"
import type { ChunkEvent, ContentDelta, ReasoningDelta } from "../documents/chunkEvent.js"

/** @internal */
export interface Template {
  /** The event of a frame like the one before; `undefined` where the frame has to be read in full, and then forgets. */
  readonly match: (data: string) => ContentDelta | ReasoningDelta | undefined
  /** Offers a frame that was read in full, and the one event that it gave. */
  readonly learn: (data: string, event: ChunkEvent) => void
}

/** Learning costs a second parse, so a stream whose frames differ in more than their text is given up on. */
const maxMisses = 16

/** A character for private use, which no answer is made of. */
const probe = "\uE000"

/** What stands before the text of a delta. */
const fields = { ContentDelta: /"content":\s*"/, ReasoningDelta: /"reasoning(_content)?":\s*"/ } as const

/**
 * A longer text is parsed: what V8 cuts out of a string keeps that whole string in memory, here all of the network read, unless it is
 * short enough to be copied. Parsing it copies it as well, at the price of looking for what is special in it.
 */
const copiedBelow = 13

/** What does not stand for itself in a string of JSON: its end, an escape, and what is below a space, which it does not hold. */
const special = /[^ !#-[\]-\uffff]/

/** @internal */
export const makeTemplate = (): Template => {
  let prefix = ""
  let suffix = ""
  let tag: keyof typeof fields | undefined
  let choice = 0
  let misses = 0

  /** The text of a frame that differs in nothing but its text. */
  const textLike = (data: string): string | undefined => {
    const end = data.length - suffix.length
    // `startsWith` costs as much as parsing where one of the strings holds Chinese; a slice that is compared does not.
    if (end <= prefix.length || data.slice(0, prefix.length) !== prefix || data.slice(end) !== suffix) return undefined
    const text = end - prefix.length < copiedBelow ? data.slice(prefix.length, end) : undefined
    return text === undefined || special.test(text) ? unescaped(data.slice(prefix.length - 1, end + 1)) : text
  }

  return {
    match: (data) => {
      if (tag === undefined) return undefined
      const text = textLike(data)
      if (text !== undefined) {
        misses = 0
        return { _tag: tag, choice, text }
      }
      tag = undefined
      return undefined
    },
    learn: (data, event) => {
      if ((event._tag !== "ContentDelta" && event._tag !== "ReasoningDelta") || misses >= maxMisses) return
      const field = fields[event._tag].exec(data)
      if (field === null) return
      const begin = field.index + field[0].length
      misses++
      const before = data.slice(0, begin)
      const after = data.slice(endOf(data, begin))
      if (textIn(before + probe + after, event.choice, event._tag) !== probe) return
      prefix = before
      suffix = after
      tag = event._tag
      choice = event.choice
    }
  }
}

/** Where a string that begins there ends. */
const endOf = (data: string, begin: number): number => {
  let end = begin
  while (end < data.length && data[end] !== '"') end += data[end] === "\\" ? 2 : 1
  return end
}

/** A string of JSON with its quotation marks; `undefined` where it is more than that. */
const unescaped = (literal: string): string | undefined => {
  const text = parseJson(literal)
  return typeof text === "string" ? text : undefined
}

/** The text of a frame of one choice, whose delta does nothing that is not seen in its events, as a tool call may. */
const textIn = (data: string, index: number, tag: keyof typeof fields): unknown => {
  const chunk = parseJson(data)
  const choices: unknown = isRecord(chunk) ? chunk["choices"] : undefined
  const choice: unknown = Array.isArray(choices) && choices.length === 1 ? choices[0] : undefined
  const delta: unknown = isRecord(choice) && (choice["index"] ?? 0) === index ? choice["delta"] : undefined
  if (!isRecord(delta) || (delta["tool_calls"] ?? null) !== null) return undefined
  return tag === "ContentDelta" ? delta["content"] : (delta["reasoning_content"] ?? delta["reasoning"])
}
