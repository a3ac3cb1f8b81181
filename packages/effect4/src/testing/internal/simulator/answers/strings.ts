// Generated from packages/testing/src/internal/simulator/answers/strings.ts by scripts/effect4: change that file.
/** Strings for a JSON Schema: what its format, pattern, description and name ask for, of what the prompt says where it fits. */
import * as FastCheck from "fast-check"
import type { Json } from "../json.js"

const formats: Record<string, string> = {
  date: "2026-01-15",
  "date-time": "2026-01-15T09:30:00Z",
  time: "09:30:00Z",
  duration: "PT1H30M",
  email: "user@example.com",
  "idn-email": "user@example.com",
  uri: "https://example.com/",
  url: "https://example.com/",
  iri: "https://example.com/",
  "uri-reference": "/page",
  "uri-template": "https://example.com/{id}",
  uuid: "6f1c2b1e-0c4e-4a7b-9d7e-2f3a4b5c6d7e",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  hostname: "example.com",
  "idn-hostname": "example.com",
  "json-pointer": "/a/0",
  regex: "^a+$",
  byte: "SGVsbG8=",
  base64: "SGVsbG8="
}

/**
 * What a description, a title or a name means by its words. A description of Effect's Schema says what a string becomes:
 * "a string to be decoded into a number", or "a string that will be decoded as a finite number".
 */
const meanings: ReadonlyArray<readonly [words: RegExp, format: string]> = [
  [/e-?mail|邮箱|电子邮件/i, "email"],
  [/\b(uu|gu)id\b/i, "uuid"],
  [/ur[li]\b|link|website|网址|链接/i, "url"],
  [/decoded (into|as) an? (date|datetime)|date[ -]?time|timestamp|时间戳|iso.?8601/i, "date-time"],
  [/dates?(?![a-z])|birthday|日期|生日/i, "date"],
  [/base64/i, "base64"]
]

const numeric =
  /decoded (into|as) an? (number|integer|bigint|bigdecimal)|number|integer|bigint|numeric|digits|数字|整数|NumberFrom/i
const truth = /decoded (into|as) an? boolean|BooleanFrom/i

/** What any pattern is tried with before a string is made for it: a person would write such. */
const usual = [
  "2026-01-15T09:30:00.000Z",
  "2026-01-15 09:30:00",
  "2026/01/15",
  "2026-01",
  "09:30",
  "09:30:00",
  "42",
  "3.14",
  "007",
  "12345",
  "123456",
  "+15550100",
  "+1-555-555-0100",
  "555-0100",
  "13800138000",
  "ABC-123",
  "ABC123",
  "AB",
  "USD",
  "en-US",
  "#336699",
  "1.2.3",
  "v1.2.3",
  "10%",
  "$10.00",
  "true",
  "example",
  "Example",
  "an-example",
  "an_example",
  ...Object.values(formats)
]

const regexOf = (pattern: unknown): RegExp | undefined => {
  if (typeof pattern !== "string") return undefined
  for (const flags of ["u", ""]) {
    try {
      return new RegExp(pattern, flags)
    } catch {
      // A pattern of another dialect is left to whoever checks the answer.
    }
  }
  return undefined
}

const samples = (regex: RegExp): ReadonlyArray<string> => {
  try {
    return FastCheck.sample(FastCheck.stringMatching(regex), { numRuns: 50, seed: 1 })
  } catch {
    // Look-around and the like: there is no generator for these.
    return []
  }
}

/** A text, and what is as long as asked for of it: its last character, or all of it, once more and once more. */
const lengthened = (text: string, low: number, high: number): ReadonlyArray<string> =>
  text === "" || low > 10_000
    ? [text]
    : [
        text,
        text.padEnd(low, text.at(-1)),
        text.repeat(Math.ceil(low / text.length)).slice(0, low),
        text.slice(0, high)
      ]

const bound = (value: unknown, otherwise: number): number => (typeof value === "number" ? value : otherwise)

/**
 * The first of what is at hand that fits the schema, and else one that was made for it.
 *
 * @internal
 */
export const stringFor = (
  schema: Json,
  name: string,
  prompt: {
    /** What the prompt has for this name: a place, something in quotes, the prompt itself; the best first. */
    readonly words: ReadonlyArray<string>
    readonly nextNumber: () => number
  }
): string => {
  const low = bound(schema["minLength"], 0)
  const high = bound(schema["maxLength"], Infinity)
  const regex = regexOf(schema["pattern"])
  const fits = (text: string): boolean =>
    text.length >= low && text.length <= high && (regex === undefined || regex.test(text))
  const about = [schema["description"], schema["title"], schema["contentEncoding"], name]
    .filter((text) => typeof text === "string")
    .join("\n")
  const format = schema["format"]
  const meaning = meanings.find(([words]) => words.test(about))?.[1]
  const candidates = [
    ...(typeof format === "string" && formats[format] !== undefined ? [formats[format]] : []),
    ...(truth.test(about) ? ["true"] : numeric.test(about) ? [String(prompt.nextNumber())] : []),
    ...(meaning === undefined || formats[meaning] === undefined ? [] : [formats[meaning]]),
    ...prompt.words
  ]
  const found = candidates.find(fits)
  if (found !== undefined) return found
  if (regex !== undefined) {
    const like =
      usual.find(fits) ?? [...usual, ...samples(regex)].flatMap((text) => lengthened(text, low, high)).find(fits)
    if (like !== undefined) return like
  }
  const first = candidates[0] ?? "text"
  return first.length > high ? first.slice(0, high) : first.padEnd(low, "x")
}
