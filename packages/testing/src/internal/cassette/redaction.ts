/**
 * Takes keys out of what is recorded, in every form in which they go over the wire: whole, in halves, as a token signed
 * with them, percent-encoded, cut in two by the network, or spelt out by the model over several events. Pure.
 */
import { isRecord } from "effect/Predicate"

/** What stands where a key stood. A recorded text with it matches whatever stands there now. @internal */
export const mark = "<redacted>"

/** Shorter halves are words of every text; the client's own errors use the same bound. */
const minLength = 6

/** The id of the key that every simulator takes: a word of many answers, and public. */
const publicParts: ReadonlySet<string> = new Set(["simulator"])

const isPublic = (begin: string): boolean => [...publicParts].some((part) => part.startsWith(begin))

/** Keys of the service, and tokens, by their shape: those of others than this recording knows. */
const shapes = [/\b[0-9a-f]{32}\.[0-9A-Za-z]{16}\b/g, /eyJ[\w-]{8,}(?:\.[\w-]{8,}){1,2}/g]

/** The headers that carry a key, as this service and its neighbours call them. @internal */
export const secretHeaders: ReadonlyArray<string> = [
  "authorization",
  "proxy-authorization",
  "x-api-key",
  "api-key",
  "cookie",
  "set-cookie"
]

const fromBase64Url = (part: string): unknown => {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString("utf8"))
  } catch {
    return undefined
  }
}

/** A token names the id of the key that it was signed with. */
const idsIn = (token: string): ReadonlyArray<string> => {
  const claims = fromBase64Url(token.split(".")[1] ?? "")
  return isRecord(claims) && typeof claims["api_key"] === "string" ? [claims["api_key"]] : []
}

/** The secrets in the value of a header. @internal */
export const secretsIn = (header: string): ReadonlyArray<string> => {
  const token = header.replace(/^[A-Za-z-]+ +/, "").trim()
  return [token, ...idsIn(token)]
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")

/** From the end of a text of an event to the beginning of that of the next. */
const gap = String.raw`"[^\n]{0,600}\r?\n\r?\ndata: ?[^\n]{0,600}?"(?:content|reasoning_content|arguments)": ?"`

/** Its letters may come in several events. */
const spelledOut = (form: string): RegExp => new RegExp([...form].map(escaped).join(`(?:${gap})?`), "gi")

const together = (form: string): RegExp => new RegExp(escaped(form), "gi")

const formsOf = (secret: string): ReadonlyArray<string> => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  JSON.stringify(secret).slice(1, -1).replaceAll("/", "\\/")
]

interface Range {
  readonly start: number
  readonly end: number
  /** Whether the mark goes here. A key that is spelled out gets one. */
  readonly marked: boolean
}

const rangeOf = (match: RegExpExecArray): Range => ({
  start: match.index,
  end: match.index + match[0].length,
  marked: true
})

/** @internal */
export interface Redactor {
  readonly text: (text: string) => string
  /** The strings within a JSON value, names included. */
  readonly json: (value: unknown) => unknown
  /** Reads of one body, which may cut a key in two. None is lost, but one that held nothing else is empty. */
  readonly reads: (reads: ReadonlyArray<Uint8Array>) => ReadonlyArray<Uint8Array>
}

/** @internal */
export const make = (secrets: Iterable<string>): Redactor => {
  const parts = new Set<string>()
  for (const secret of secrets) {
    for (const part of [secret, ...secret.split(".")]) {
      if (part.length >= minLength && !publicParts.has(part)) parts.add(part)
    }
  }
  const forms = [...new Set([...parts].flatMap(formsOf))]
  const patterns = forms.map(together)
  const patternsOfEvents = forms.map(spelledOut)
  const between = new RegExp(gap, "g")

  /** A match without the event frames within it. */
  const lettersIn = (match: RegExpExecArray): ReadonlyArray<Range> => {
    const ranges: Array<Range> = []
    const { 0: text, index } = match
    let from = 0
    for (const found of text.matchAll(between)) {
      ranges.push({ start: index + from, end: index + found.index, marked: from === 0 })
      from = found.index + found[0].length
    }
    return [...ranges, { start: index + from, end: index + text.length, marked: from === 0 }]
  }

  /** The beginning of a secret, where the text breaks off within it. */
  const cutOff = (text: string): ReadonlyArray<Range> => {
    const tail = text.slice(-2000).toLowerCase()
    const lengths = forms.map((form) => {
      for (let length = form.length - 1; length >= minLength; length--) {
        const begin = form.slice(0, length).toLowerCase()
        if (tail.endsWith(begin)) return isPublic(begin) ? 0 : length
      }
      return 0
    })
    const longest = Math.max(0, ...lengths)
    return longest === 0 ? [] : [{ start: text.length - longest, end: text.length, marked: true }]
  }

  const rangesIn = (text: string): ReadonlyArray<Range> => {
    const found = [
      ...(text.includes("\ndata:") ? patternsOfEvents : patterns).flatMap((pattern) =>
        [...text.matchAll(pattern)].flatMap(lettersIn)
      ),
      ...shapes.flatMap((shape) => [...text.matchAll(shape)].map(rangeOf)),
      ...cutOff(text)
    ].toSorted((a, b) => a.start - b.start)
    const merged: Array<Range> = []
    for (const range of found) {
      const last = merged.at(-1)
      if (last === undefined || range.start >= last.end) merged.push(range)
      else {
        merged[merged.length - 1] = {
          start: last.start,
          end: Math.max(last.end, range.end),
          marked: last.marked || (range.marked && range.end > last.end)
        }
      }
    }
    return merged
  }

  const clean = (text: string): string => {
    let out = ""
    let from = 0
    for (const { end, marked, start } of rangesIn(text)) {
      out += text.slice(from, start) + (marked ? mark : "")
      from = end
    }
    return out + text.slice(from)
  }

  const json = (value: unknown): unknown => {
    if (typeof value === "string") return clean(value)
    if (Array.isArray(value)) return value.map(json)
    if (!isRecord(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, field]) => [clean(key), json(field)]))
  }

  return {
    text: clean,
    json,
    reads: (reads) => {
      // One character a byte, so that bytes that are no text keep their places.
      const ranges = rangesIn(Buffer.concat(reads).toString("latin1"))
      if (ranges.length === 0) return reads
      let offset = 0
      return reads.map((bytes) => {
        const begin = offset
        offset += bytes.length
        return withoutRanges(bytes, begin, ranges)
      })
    }
  }
}

const markBytes = Buffer.from(mark)

/** The mark goes where a range begins; what reaches into a later read is dropped there. */
const withoutRanges = (bytes: Uint8Array, begin: number, ranges: ReadonlyArray<Range>): Uint8Array => {
  const end = begin + bytes.length
  const kept: Array<Uint8Array> = []
  let from = begin
  for (const range of ranges) {
    if (range.end <= begin || range.start >= end) continue
    if (range.start >= begin) {
      kept.push(bytes.subarray(from - begin, range.start - begin))
      if (range.marked) kept.push(markBytes)
    }
    from = Math.min(range.end, end)
  }
  return new Uint8Array(Buffer.concat([...kept, bytes.subarray(from - begin)]))
}
