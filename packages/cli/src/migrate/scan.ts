/**
 * Reads source text, of whatever language, as tokens and nested groups of named fields. One reader serves JSON, JavaScript,
 * Python and shell, as all of them write a request as `name: value` or `name=value` between brackets. Pure.
 */

/** @internal */
export type Language = "json" | "js" | "python" | "shell"

/** Where something begins. Both count from 1. @internal */
export interface Place {
  readonly line: number
  /** Absent in a text that is written as a text: what its line looks like in the file is not known. */
  readonly column?: number
}

/** @internal */
export const isAfter = (a: Place, b: Place): boolean =>
  a.line === b.line ? (a.column ?? 0) > (b.column ?? 0) : a.line > b.line

/** Where something stands in the text: from its first character to the one after its last. @internal */
export interface Span {
  readonly from: number
  readonly to: number
}

/** @internal */
export interface Token extends Place {
  readonly kind: "string" | "number" | "word" | "punctuation"
  /** Of a string, what is between the quotes, unescaped where that is simple. */
  readonly text: string
  /** Of a string, what is between the quotes. Absent in a text that is written as a text. */
  readonly span?: Span
}

/** @internal */
export type Value =
  | { readonly _tag: "String"; readonly text: string }
  | { readonly _tag: "Number"; readonly number: number; readonly written: string }
  | { readonly _tag: "Boolean"; readonly boolean: boolean }
  | { readonly _tag: "Null" }
  | { readonly _tag: "Group"; readonly group: Group }
  /** A variable, a call: what only a run can tell. */
  | { readonly _tag: "Other"; readonly head: string }

/** @internal */
export interface Field extends Place {
  readonly name: string
  readonly value: Value
  /** Of the name alone; absent where the name is the value as well. */
  readonly nameSpan?: Span
  /** Of a value that is one token. */
  readonly valueSpan?: Span
}

/** What stands between two brackets. @internal */
export interface Group extends Place {
  readonly open: string
  readonly fields: ReadonlyArray<Field>
  /** Groups that are items: of an array, or unnamed arguments. */
  readonly items: ReadonlyArray<Group>
  /** Something is spread into it, so that fields may be there that are not seen. */
  readonly isPartial: boolean
  /** It declares types, or takes a value apart: it holds no values. */
  readonly isType: boolean
}

const closing: Readonly<Record<string, string>> = { "{": "}", "[": "]", "(": ")" }

const simpleEscapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", "\n": "" }

/** The tokens of a text, without its comments. `firstLine`: it is a text within another, from that line on. @internal */
export const tokenize = (text: string, language: Language, firstLine?: number): ReadonlyArray<Token> => {
  const tokens: Array<Token> = []
  let line = firstLine ?? 1
  let lineStart = 0
  let i = 0
  const here = (): Place => (firstLine === undefined ? { line, column: i - lineStart + 1 } : { line })
  const push = (kind: Token["kind"], text: string, span: Span) =>
    tokens.push({ kind, text, ...here(), ...(firstLine === undefined ? { span } : {}) })
  const skipLines = (part: string) => {
    line += count(part, "\n")
    const last = part.lastIndexOf("\n")
    if (last !== -1) lineStart = i + last + 1
  }
  while (i < text.length) {
    const c = text.charAt(i)
    if (c === "\n") {
      skipLines(c)
      i++
      continue
    }
    if (/\s/.test(c)) {
      i++
      continue
    }
    const comment = commentAt(text, i, language)
    if (comment > 0) {
      skipLines(text.slice(i, i + comment))
      i += comment
      continue
    }
    const quote = quoteAt(text, i, language)
    if (quote !== undefined) {
      const end = endOfString(text, i + quote.length, quote, language)
      const inside = text.slice(i + quote.length, end)
      push("string", unescape(inside), { from: i + quote.length, to: end })
      skipLines(quote + inside)
      i = text.startsWith(quote, end) ? end + quote.length : end
      continue
    }
    const number = /^\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w$])/.exec(text.slice(i, i + 40))
    if (number !== null) {
      push("number", number[0], { from: i, to: i + number[0].length })
      i += number[0].length
      continue
    }
    const word = /^[\p{L}_$][\p{L}\p{N}_$]*/u.exec(text.slice(i, i + 200))
    if (word !== null) {
      push("word", word[0], { from: i, to: i + word[0].length })
      i += word[0].length
      continue
    }
    const operator = /^(?:=>|===?|!==?|<=|>=|:=|\?\.|\+=|\.\.\.|\*\*|&&|\|\||\?\?)/.exec(text.slice(i, i + 3))
    // An apostrophe around JSON in a shell line belongs to the shell.
    const mark = operator?.[0] ?? c
    if (operator !== null || !(language === "shell" && c === "'")) {
      push("punctuation", mark, { from: i, to: i + mark.length })
    }
    i += mark.length
  }
  return tokens
}

const count = (text: string, part: string): number => text.split(part).length - 1

/** How long the comment is that begins here. */
const commentAt = (text: string, i: number, language: Language): number => {
  const toEnd = (end: string, length: number) => {
    const found = text.indexOf(end, i + length)
    return (found === -1 ? text.length : found + (end === "\n" ? 0 : end.length)) - i
  }
  if (language === "js") {
    if (text.startsWith("//", i)) return toEnd("\n", 2)
    return text.startsWith("/*", i) ? toEnd("*/", 2) : 0
  }
  if (language === "json") return 0
  const atWord = i === 0 || /\s/.test(text.charAt(i - 1)) || language === "python"
  return text.charAt(i) === "#" && atWord ? toEnd("\n", 1) : 0
}

const quoteAt = (text: string, i: number, language: Language): string | undefined => {
  const c = text.charAt(i)
  if (language === "python" && (text.startsWith('"""', i) || text.startsWith("'''", i))) return c.repeat(3)
  if (c === '"') return c
  if (c === "'" && (language === "js" || language === "python")) return c
  return c === "`" && language === "js" ? c : undefined
}

/** A string that may not go over lines ends at the line, so that a stray quote (of a regular expression) does little. */
const endOfString = (text: string, from: number, quote: string, language: Language): number => {
  const multiline = quote.length === 3 || quote === "`" || language === "shell"
  for (let i = from; i < text.length; i++) {
    if (text.charAt(i) === "\\") i++
    else if (text.startsWith(quote, i)) return i
    else if (text.charAt(i) === "\n" && !multiline) return i
  }
  return text.length
}

const unescape = (inside: string): string =>
  inside.replace(/\\(u[0-9a-fA-F]{4}|[\s\S])/g, (_, escape: string) =>
    escape.length === 5 ? String.fromCharCode(Number.parseInt(escape.slice(1), 16)) : (simpleEscapes[escape] ?? escape)
  )

/** The outermost group, which has no brackets. @internal */
export const group = (tokens: ReadonlyArray<Token>): Group => groupFrom(tokens, 0, 0).group

const maxDepth = 200

const groupFrom = (
  tokens: ReadonlyArray<Token>,
  start: number,
  depth: number
): { readonly group: Group; readonly end: number } => {
  const opener = start === 0 && depth === 0 ? undefined : tokens[start]
  const open = opener?.text ?? ""
  const fields: Array<Field> = []
  const items: Array<Group> = []
  let isPartial = false
  let isType = isTypeBefore(tokens, start)
  const place: Place = { line: opener?.line ?? 1, ...columnOf(opener) }
  let i = opener === undefined ? 0 : start + 1
  while (i < tokens.length) {
    const token = tokens[i]
    if (token === undefined) break
    if (token.kind === "punctuation") {
      if (Object.values(closing).includes(token.text)) {
        if (opener === undefined) {
          i++
          continue
        }
        isType ||= open === "{" && isPattern(tokens, i)
        return { group: { ...place, open, fields, items, isPartial, isType }, end: i + 1 }
      }
      if (token.text in closing && depth < maxDepth) {
        const inner = groupFrom(tokens, i, depth + 1)
        items.push(inner.group)
        i = inner.end
        continue
      }
      // Types and statements have semicolons, values have not.
      if (token.text === ";" && open === "{") isType = true
      // `...options` and `**options`; a call with `*args` alone has no names.
      if (token.text === "..." || (token.text === "**" && open !== "")) isPartial = true
      i++
      continue
    }
    const next = tokens[i + 1]
    const optional = next?.text === "?" && tokens[i + 2]?.text === ":"
    if (optional) isType = true
    if (isName(token, tokens[i - 1], next, open)) {
      const value = valueFrom(tokens, i + 2, depth)
      fields.push({
        name: token.text,
        line: token.line,
        ...columnOf(token),
        value: value.value,
        ...(token.span === undefined ? {} : { nameSpan: token.span }),
        ...(value.span === undefined ? {} : { valueSpan: value.span })
      })
      i = value.end
      continue
    }
    if (isShorthand(token, tokens[i - 1], next, open)) {
      fields.push({ name: token.text, line: token.line, ...columnOf(token), value: other(token) })
    }
    i++
  }
  return { group: { ...place, open, fields, items, isPartial, isType }, end: i }
}

const columnOf = (at: Place | undefined): Pick<Place, "column"> =>
  at?.column === undefined ? {} : { column: at.column }

const isTypeBefore = (tokens: ReadonlyArray<Token>, start: number): boolean => {
  const [a, b, c] = [tokens[start - 1], tokens[start - 2], tokens[start - 3]]
  return b?.text === "interface" || (a?.text === "=" && c?.text === "type")
}

/** Whether the brackets that end here take a value apart: `const { a } = b`, `({ a }) => b`, `f({ a }: B)`. */
const isPattern = (tokens: ReadonlyArray<Token>, end: number): boolean => {
  const [a, b] = [tokens[end + 1]?.text, tokens[end + 2]?.text]
  return a === "=" || a === ":" || (a === ")" && (b === "=>" || b === "{" || b === ":"))
}

const isName = (token: Token, before: Token | undefined, next: Token | undefined, open: string): boolean => {
  if (next?.kind !== "punctuation" || token.kind === "number") return false
  if (next.text === ":") return before?.text !== "?" && before?.text !== "."
  // `model="x"` is a named argument between parentheses, and an assignment elsewhere.
  return next.text === "=" && token.kind === "word" && open === "(" && (before?.text === "(" || before?.text === ",")
}

const isShorthand = (token: Token, before: Token | undefined, next: Token | undefined, open: string): boolean =>
  open === "{" &&
  token.kind === "word" &&
  (before?.text === "{" || before?.text === ",") &&
  (next?.text === "}" || next?.text === ",")

const ends = new Set([",", "}", "]", ")", ";"])

const valueFrom = (
  tokens: ReadonlyArray<Token>,
  start: number,
  depth: number
): { readonly value: Value; readonly end: number; readonly span?: Span } => {
  const first = tokens[start]
  if (first === undefined) return { value: other(first), end: start }
  if (first.kind === "punctuation" && first.text in closing && depth < maxDepth) {
    const inner = groupFrom(tokens, start, depth + 1)
    return { value: { _tag: "Group", group: inner.group }, end: inner.end }
  }
  const negative = first.text === "-"
  const at = negative ? start + 1 : start
  const token = tokens[at]
  const after = tokens[at + 1]
  if (token === undefined) return { value: other(token), end: at }
  // A value of one token is followed by the end of the field, by the word after it (a line without a comma), or `as const`.
  const whole =
    after === undefined ||
    ends.has(after.text) ||
    (after.kind !== "punctuation" && after.line > token.line) ||
    after.text === "as" ||
    after.text === "satisfies"
  if (!whole && token.kind !== "punctuation") return { value: other(token), end: at + 1 }
  const span = token.span === undefined || negative ? {} : { span: token.span }
  switch (token.kind) {
    case "string":
      return { value: { _tag: "String", text: token.text }, end: at + 1, ...span }
    case "number": {
      const number = Number(token.text.replaceAll("_", ""))
      return {
        value: { _tag: "Number", number: negative ? -number : number, written: token.text },
        end: at + 1,
        ...span
      }
    }
    case "word":
      return { value: constant(token.text), end: at + 1, ...span }
    case "punctuation":
      return { value: other(token), end: ends.has(token.text) ? at : at + (token.text in closing ? 0 : 1) }
  }
}

const other = (head: Token | undefined): Value => ({ _tag: "Other", head: head?.text ?? "" })

const constant = (word: string): Value => {
  switch (word) {
    case "true":
    case "True":
      return { _tag: "Boolean", boolean: true }
    case "false":
    case "False":
      return { _tag: "Boolean", boolean: false }
    case "null":
    case "None":
    case "undefined":
      return { _tag: "Null" }
    default:
      return { _tag: "Other", head: word }
  }
}

/** All groups in a group. @internal */
export const within = (outer: Group): ReadonlyArray<Group> => {
  const all: Array<Group> = []
  const inside = (group: Group) => [
    ...group.items,
    ...group.fields.flatMap(({ value }) => (value._tag === "Group" ? [value.group] : []))
  ]
  const open = inside(outer)
  for (let group = open.pop(); group !== undefined; group = open.pop()) {
    all.push(group)
    for (const inner of inside(group)) open.push(inner)
  }
  return all
}
