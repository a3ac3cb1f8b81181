/**
 * Finds the JSON in what a model wrote, and reads it as far as it goes. Pure.
 *
 * Read with leave: a comma before a closing bracket, comments, and raw line breaks or tabs in strings, as none of these
 * can be taken for anything else. Everything else that is not JSON is broken, as a guess could be the wrong value.
 *
 * A parser of our own, since it has to tell a value that is not complete from one that is broken, and to give the
 * complete part: `JSON.parse` does neither. `jsonc-parser` does, but its `main` is a UMD file that a bundle for Node
 * (esbuild) cannot load, and its objects take `__proto__` as their prototype.
 */

/**
 * A value in a text, from `start` to before `end`.
 *
 * - `Whole`: closed
 * - `Open`: the text ends inside of it; `value` is what there is. A string may still grow; a number at the very end is left
 *   out, as `1` may be the beginning of `12`
 * - `Broken`: not JSON, for the reason in `detail`; `closed` tells whether its brackets are
 *
 * @internal
 */
export type Candidate =
  | { readonly _tag: "Whole"; readonly value: unknown; readonly start: number; readonly end: number }
  | { readonly _tag: "Open"; readonly value: unknown; readonly start: number; readonly end: number }
  | {
      readonly _tag: "Broken"
      readonly detail: string
      readonly closed: boolean
      readonly start: number
      readonly end: number
    }

/** Deeper values are broken: what reads them later may recurse. */
const maxDepth = 256

const nothing: unique symbol = Symbol("nothing")

interface Reading {
  /** `nothing` where no value was begun. */
  readonly value: unknown
  readonly end: number
  /** The text ended before the value did. */
  readonly open: boolean
  /** What was expected at `end` and is not there. */
  readonly expected: string | undefined
}

const trivia = /(?:\s+|\/\/[^\n]*|\/\*[^]*?\*\/)*/y
const openComment = /\/\*|\/$/y
const plain = /[^"\\]*/y
const hexadecimal = /[0-9a-fA-F]{0,4}/y
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const numberBegun = /-?(?:(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d*)?)?$/y
const word = /[A-Za-z]+/y

const literals: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null]
])

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"]
])

const match = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

/** Reads one value; what comes after it is not looked at. */
const readAt = (text: string, start: number): Reading => {
  let at = start
  let open = false
  let expected: string | undefined

  const stopped = (): boolean => open || expected !== undefined

  const fail = (what: string): void => {
    expected = what
  }

  /** Whether there is something after white space and comments. */
  const more = (): boolean => {
    at += match(trivia, text, at)?.length ?? 0
    if (at >= text.length || match(openComment, text, at) !== undefined) open = true
    return !open
  }

  const string = (): string => {
    let out = ""
    at++
    for (;;) {
      const run = match(plain, text, at) ?? ""
      out += run
      at += run.length
      if (at >= text.length) break
      if (text[at] === '"') {
        at++
        return out
      }
      const escape = text[at + 1]
      if (escape === undefined) break
      if (escape === "u") {
        const digits = match(hexadecimal, text, at + 2) ?? ""
        if (digits.length < 4) {
          if (at + 2 + digits.length >= text.length) break
          fail("four hexadecimal digits")
          return out
        }
        out += String.fromCharCode(Number.parseInt(digits, 16))
        at += 6
        continue
      }
      const character = escapes.get(escape)
      if (character === undefined) {
        fail("an escape that JSON knows")
        return out
      }
      out += character
      at += 2
    }
    open = true
    at = text.length
    // The second half of a character comes with the next piece.
    return /[\uD800-\uDBFF]$/.test(out) ? out.slice(0, -1) : out
  }

  const scalar = (): unknown => {
    const begun = match(numberBegun, text, at)
    if (begun !== undefined && begun !== "") {
      open = true
      return nothing
    }
    const digits = match(number, text, at)
    if (digits !== undefined) {
      at += digits.length
      return Number(digits)
    }
    const letters = match(word, text, at) ?? ""
    if (literals.has(letters)) {
      at += letters.length
      return literals.get(letters)
    }
    const cut = letters !== "" && at + letters.length >= text.length
    if (cut && Array.from(literals.keys()).some((literal) => literal.startsWith(letters))) open = true
    else fail("a value")
    return nothing
  }

  const object = (depth: number): unknown => {
    const out: Record<string, unknown> = {}
    at++
    while (more()) {
      if (text[at] === "}") {
        at++
        return out
      }
      if (text[at] !== '"') {
        fail("a property name in double quotes")
        break
      }
      const key = string()
      if (stopped() || !more()) break
      if (text[at] !== ":") {
        fail("a colon")
        break
      }
      at++
      const value = valueIn(depth)
      // A key that could change what the object is; no document has it.
      if (value !== nothing && key !== "__proto__") out[key] = value
      if (stopped() || !more()) break
      if (text[at] === ",") at++
      else if (text[at] !== "}") {
        fail("a comma or }")
        break
      }
    }
    return out
  }

  const array = (depth: number): unknown => {
    const out: Array<unknown> = []
    at++
    while (more()) {
      if (text[at] === "]") {
        at++
        return out
      }
      const value = valueIn(depth)
      if (value !== nothing) out.push(value)
      if (stopped() || !more()) break
      if (text[at] === ",") at++
      else if (text[at] !== "]") {
        fail("a comma or ]")
        break
      }
    }
    return out
  }

  const valueIn = (depth: number): unknown => {
    if (!more()) return nothing
    const first = text[at]
    if (first === '"') return string()
    if (first !== "{" && first !== "[") return scalar()
    if (depth >= maxDepth) {
      fail(`at most ${maxDepth} levels`)
      return nothing
    }
    return first === "{" ? object(depth + 1) : array(depth + 1)
  }

  const value = valueIn(0)
  return { value, end: at, open, expected }
}

/** Tells places in the order of the text: each line is counted once, however many places there are. */
const places = (text: string): ((at: number) => string) => {
  let line = 1
  let lineStart = 0
  return (at) => {
    for (;;) {
      const lineEnd = text.indexOf("\n", lineStart)
      if (lineEnd === -1 || lineEnd >= at) return `line ${line}, column ${at - lineStart + 1}`
      line++
      lineStart = lineEnd + 1
    }
  }
}

/** Where the bracket at `start` is closed, by counting brackets outside of strings; the end of the text if nowhere. */
const closeOf = (text: string, start: number): { readonly end: number; readonly closed: boolean } => {
  const token = /"(?:[^"\\]+|\\[^])*"?|[{}[\]]/g
  token.lastIndex = start
  let depth = 0
  for (let found = token.exec(text); found !== null; found = token.exec(text)) {
    if (found[0] === "{" || found[0] === "[") depth++
    else if (found[0] === "}" || found[0] === "]") depth--
    if (depth === 0) return { end: token.lastIndex, closed: true }
  }
  return { end: text.length, closed: false }
}

/** A bracket of prose, as in `{the object}`, `[link](url)` or `[ ]`, and not the beginning of a value that went wrong. */
const isProse = (text: string, start: number, end: number): boolean => {
  const first = start + 1 + (match(trivia, text, start + 1)?.length ?? 0)
  if (first !== end) return false
  return text[start] === "[" ? text[first] !== "'" : match(/'|[\w$-]+\s*:/y, text, first) === undefined
}

/**
 * How often the text may be read again, in its own lengths. What looks like a comment after a bracket of prose may hold
 * the value, as in `[//host] gives {"a":1}`; but of `{//{//{//` each bracket would read the same line anew.
 */
const maxRereading = 8

/**
 * The objects and arrays in a text, in order, none inside of another. Linear in the text: a value that is broken is passed
 * over as a whole, as a part of it would be another value than the one that was meant.
 *
 * @internal
 */
export const find = (text: string): ReadonlyArray<Candidate> => {
  const candidates: Array<Candidate> = []
  const bracket = /[{[]/g
  const place = places(text)
  let reread = 0
  for (let found = bracket.exec(text); found !== null; found = bracket.exec(text)) {
    const start = found.index
    const { end, expected, open, value } = readAt(text, start)
    if (expected === undefined) {
      candidates.push({ _tag: open ? "Open" : "Whole", value, start, end: open ? text.length : end })
    } else if (isProse(text, start, end)) {
      reread += end - start
      if (reread > maxRereading * text.length) bracket.lastIndex = end
      continue
    } else {
      const close = closeOf(text, start)
      candidates.push({
        _tag: "Broken",
        detail: `${expected} was expected at ${place(end)}`,
        closed: close.closed,
        start,
        // What closes it may stand in a comment, in front of where it broke.
        end: Math.max(close.end, end)
      })
    }
    bracket.lastIndex = candidates.at(-1)?.end ?? text.length
  }
  return candidates
}

/**
 * A text that is one string, number, boolean or null, in a code fence or not.
 *
 * @internal
 */
export const scalar = (text: string): Candidate | undefined => {
  const inside = /^\s*```\w*\n([^]*?)\n?```\s*$/.exec(text)?.[1] ?? text
  // The line break ends a number, which could go on otherwise.
  const line = `${inside.trim()}\n`
  const { end, expected, open, value } = readAt(line, 0)
  if (open && typeof value === "string") return { _tag: "Open", value: undefined, start: 0, end }
  const isScalar = value !== nothing && (value === null || typeof value !== "object")
  return isScalar && expected === undefined && end === line.length - 1
    ? { _tag: "Whole", value, start: 0, end }
    : undefined
}

/**
 * The text without the thinking that older models put before their answer, whole or not.
 *
 * @internal
 */
export const withoutThinking = (text: string): string => {
  const trimmed = text.trimStart()
  const end = trimmed.startsWith("<think>")
    ? trimmed.indexOf(endOfThinking)
    : trimmed.startsWith(endOfThinking)
      ? 0
      : -2
  return end === -2 ? text : end === -1 ? "" : trimmed.slice(end + endOfThinking.length)
}

const endOfThinking = "</think>"
