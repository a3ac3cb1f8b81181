// Generated from packages/testing/src/internal/cassette/redaction.ts by scripts/effect4: change that file.
/**
 * Takes keys out of what is recorded, in every form in which they go over the wire: whole, in halves, cut short, as a token
 * signed with them, percent-encoded, escaped, within base64, in UTF-16, cut in two by the network, or spelt out by the
 * model over several events. Pure.
 */
import { isObject as isRecord } from "effect/Predicate"

/** What stands where a key stood. A recorded text with it matches whatever stands there now. @internal */
export const mark = "<redacted>"

/** Shorter halves are words of every text; the client's own errors use the same bound. */
const minLength = 6

/** The id of the key that every simulator takes: a word of many answers, and public. */
const publicParts: ReadonlySet<string> = new Set(["simulator"])

const isPublic = (begin: string): boolean => [...publicParts].some((part) => part.startsWith(begin))

/** Keys of the service, and tokens, by their shape: those of others than this recording knows. */
const shapes = [/\b[0-9a-f]{32}\.[0-9A-Za-z]{16}\b/g, /eyJ[\w-]{8,}(?:\.[\w-]{8,}){1,2}/g]

/**
 * Whether a header, or a parameter of a query, carries what must not be known, by its name: gateways call it as they
 * like (`x-goog-api-key`, `cf-access-client-secret`).
 *
 * @internal
 */
export const isSecretName = (name: string): boolean =>
  /(?:auth|authorization|key|token|secret|jwt|password|passwd|session|sig|signature|assertion|credentials?|cookie2?)$/i.test(
    name
  ) && !/^idempotency-key$/i.test(name)

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

/** Shorter names and words within a header are no keys. */
const isLong = (part: string): boolean => part.length >= 12

/** The secrets in the value of a header. @internal */
export const secretsIn = (header: string): ReadonlyArray<string> => {
  const value = header.trim()
  const token = value.replace(/^(?:bearer|basic|digest|token|api-?key|negotiate)\s+/i, "")
  // Cookies, and the parameters of some schemes.
  const parts = token.split(/[\s,;]+/).map((part) => part.replace(/^[\w.-]+=(?=[^=])/, "").replace(/^"|"$/g, ""))
  const pair = /^basic\s/i.test(value) ? Buffer.from(token, "base64").toString("utf8") : ""
  const colon = pair.indexOf(":")
  const [user, password] = [pair.slice(0, Math.max(0, colon)), pair.slice(colon + 1)]
  return [token, pair, password, ...idsIn(token), ...[...parts, user].filter(isLong)]
}

/** The secrets in an address. @internal */
export const secretsInUrl = (url: URL): ReadonlyArray<string> => [
  decoded(url.password),
  ...[decoded(url.username)].filter(isLong),
  ...[...url.searchParams].flatMap(([name, value]) => (isSecretName(name) ? [value] : []))
]

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&")

/** Of a longer secret, so much is enough of it: services that repeat a key may mask its end, and logs may cut it. */
const enough = (form: string): number => {
  let length = Math.max(10, Math.ceil(form.length / 2))
  while (isPublic(form.slice(0, length).toLowerCase()) && length < form.length) length++
  return length
}

/** A form, or as much of its beginning as is there. */
const pattern = (form: string): RegExp => patternOf(form, [...form].map(escaped))

const patternOf = (form: string, letters: ReadonlyArray<string>): RegExp => {
  // So many groups within each other are more than a pattern may have.
  const least = letters.length > 1000 ? letters.length : Math.min(enough(form), letters.length)
  const rest = letters.slice(least).reduceRight((inner, letter) => `(?:${letter}${inner})?`, "")
  return new RegExp(letters.slice(0, least).join("") + rest, "gi")
}

/** The hexadecimal digits of a letter, in its escape; of both cases, as the case may have changed. */
const hexOf = (letter: string): string =>
  [...new Set([letter.toLowerCase(), letter.toUpperCase()])]
    .map((one) => one.charCodeAt(0).toString(16).padStart(4, "0"))
    .join("|")

/** Characters that are not seen, between the letters of a key: as they are, and as the bytes of UTF-8. */
const unseen = {
  text: "[\\u00ad\\u200b-\\u200f\\u2060\\ufeff]",
  bytes: "\\xc2\\xad|\\xe2\\x80[\\x8b-\\x8f]|\\xe2\\x81\\xa0|\\xef\\xbb\\xbf"
}

const unseenCodes = "00ad|200[b-f]|2060|feff"

/** A secret whose letters are escaped, or have something between them that is not seen. */
const spelt = (secret: string, kind: keyof typeof unseen): RegExp => {
  const between = `(?:${unseen[kind]}|\\\\u(?:${unseenCodes}))*`
  return patternOf(
    secret,
    [...secret].map((letter, i) => `${i === 0 ? "" : between}(?:${escaped(letter)}|\\\\u(?:${hexOf(letter)}))`)
  )
}

/** Looked for first, as the patterns of such keys are slow. */
const hasSpelt = {
  text: new RegExp(`${unseen.text}|\\\\u(?:00[0-7]|${unseenCodes})`, "i"),
  bytes: new RegExp(`${unseen.bytes}|\\\\u(?:00[0-7]|${unseenCodes})`, "i")
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;"
}

/** What is left of a text in the base64 of a larger one, wherever in it the text begins. */
const withinBase64 = (text: string): ReadonlyArray<string> =>
  [0, 1, 2].flatMap((offset) => {
    const base64 = Buffer.concat([Buffer.alloc(offset), Buffer.from(text)]).toString("base64")
    const own = base64.slice(offset === 0 ? 0 : offset + 1).replace(/.=+$/, "")
    return isLong(own) ? [own, own.replaceAll("+", "-").replaceAll("/", "_")] : []
  })

/** Longer secrets are tokens, which nobody spells out. */
const longest = 1000

const formsOf = (secret: string): ReadonlyArray<string> => {
  const json = JSON.stringify(secret).slice(1, -1)
  return [
    secret,
    encodeURIComponent(secret),
    json,
    json.replaceAll("/", "\\/"),
    json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
    secret.replace(/[&<>"']/g, (character) => entities[character] ?? character),
    ...withinBase64(secret),
    // A pattern may not be as long as that of a long token would be.
    ...(secret.length <= longest ? [Buffer.from(secret).toString("hex"), [...secret].toReversed().join("")] : [])
  ]
}

/** As `reads` looks at it: a character for each byte, of UTF-8 and of UTF-16. */
const bytesOf = (form: string): ReadonlyArray<string> => {
  const utf8 = Buffer.from(form, "utf8").toString("latin1")
  return [utf8, Buffer.from(form, "utf16le").toString("latin1").replace(/\0$/, "")]
}

interface Range {
  readonly start: number
  readonly end: number
  /** Whether the mark goes here. A key that is spelled out gets one. */
  readonly marked: boolean
}

interface Forms {
  readonly all: ReadonlyArray<string>
  readonly patterns: ReadonlyArray<RegExp>
  readonly hasSpelt: RegExp
  readonly spelt: ReadonlyArray<RegExp>
}

const compiled = (secrets: Iterable<string>, forms: Iterable<string>, kind: keyof typeof unseen): Forms => {
  const all = [...new Set(forms)]
  return {
    all,
    patterns: all.map(pattern),
    hasSpelt: hasSpelt[kind],
    spelt: [...secrets].filter((secret) => secret.length <= longest).map((secret) => spelt(secret, kind))
  }
}

/** The beginning of a secret, where the text breaks off within it. */
const cutOff = (text: string, forms: Forms): ReadonlyArray<Range> => {
  const tail = text.slice(-2000).toLowerCase()
  const lengths = forms.all.map((form) => {
    for (let length = form.length - 1; length >= minLength; length--) {
      const begin = form.slice(0, length).toLowerCase()
      if (tail.endsWith(begin)) return isPublic(begin) ? 0 : length
    }
    return 0
  })
  const longest = Math.max(0, ...lengths)
  return longest === 0 ? [] : [{ start: text.length - longest, end: text.length, marked: true }]
}

const found = (text: string, forms: Forms): ReadonlyArray<Range> => [
  ...[...forms.patterns, ...shapes, ...(forms.hasSpelt.test(text) ? forms.spelt : [])].flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      marked: true
    }))
  ),
  ...cutOff(text, forms)
]

/** Pieces of a text of the model, as they stand in the body. */
type Spoken = ReadonlyArray<Pick<Range, "start" | "end">>

/** What the events of a stream say together, field by field: the letters of a key may come in several. */
const spokenIn = (text: string): ReadonlyArray<Spoken> => {
  if (!text.includes("\ndata:")) return []
  const pieces = [...text.matchAll(/"(content|reasoning_content|arguments)": ?"/g)].map((match) => {
    const start = match.index + match[0].length
    return { field: match[1], start, end: closingQuote(text, start) }
  })
  return [...new Set(pieces.map(({ field }) => field))].map((name) => pieces.filter(({ field }) => field === name))
}

const closingQuote = (text: string, from: number): number => {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let escape = at
    while (text[escape - 1] === "\\") escape--
    if ((at - escape) % 2 === 0) return at
  }
  return text.length
}

/** Where what is found in the pieces together stands in the body. */
const foundIn = (text: string, pieces: Spoken, forms: Forms): ReadonlyArray<Range> => {
  const ranges = inOrder(found(pieces.map(({ end, start }) => text.slice(start, end)).join(""), forms))
  let offset = 0
  let next = 0
  const placed: Array<Range> = []
  for (const { end, start } of pieces) {
    const after = offset + end - start
    while ((ranges[next]?.end ?? Infinity) <= offset) next++
    for (let at = next; (ranges[at]?.start ?? Infinity) < after; at++) {
      const range = ranges[at]
      if (range === undefined) break
      placed.push({
        start: start + Math.max(0, range.start - offset),
        end: start + Math.min(end - start, range.end - offset),
        marked: range.start >= offset
      })
    }
    offset = after
  }
  return placed
}

/** From the first to the last, those that touch as one. */
const inOrder = (ranges: ReadonlyArray<Range>): ReadonlyArray<Range> => {
  const merged: Array<Range> = []
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
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

const rangesIn = (text: string, forms: Forms): ReadonlyArray<Range> =>
  inOrder([...found(text, forms), ...spokenIn(text).flatMap((pieces) => foundIn(text, pieces, forms))])

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
  for (const given of secrets) {
    // Half a surrogate pair cannot be encoded.
    const secret = Buffer.from(given).toString()
    for (const part of [secret, ...secret.split(".")]) {
      if (part.length >= minLength && !publicParts.has(part)) parts.add(part)
    }
  }
  const ofText = compiled(parts, [...parts].flatMap(formsOf), "text")
  const inBytes = [...parts].map((part) => Buffer.from(part, "utf8").toString("latin1"))
  const ofBytes = compiled(inBytes, ofText.all.flatMap(bytesOf), "bytes")

  const clean = (text: string): string => {
    let out = ""
    let from = 0
    for (const { end, marked, start } of rangesIn(text, ofText)) {
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
      const ranges = rangesIn(Buffer.concat(reads).toString("latin1"), ofBytes)
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
