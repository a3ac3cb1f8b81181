/** Blocks of Markdown as lines for a terminal. Pure. */
import { Marked, type Token, type Tokens } from "marked"
import { inline, known } from "./inline.js"
import { type Line, span, styles, widthOf, wrap } from "./line.js"
import { table } from "./table.js"

/** @internal */
export interface Options {
  /** Columns of the terminal. */
  readonly width: number
  /** Without colours, marks tell what colours would. */
  readonly color: boolean
}

/** @internal */
export interface Block {
  readonly lines: ReadonlyArray<Line>
  /** How many of the lines stay as they are, whatever comes after the text (which ends with a line break). */
  readonly stable: number
}

const marked = new Marked({
  gfm: true,
  // A line break within a paragraph is kept: models write none by accident.
  breaks: true,
  tokenizer: {
    // A definition may come after what refers to it has been shown: both are shown as they are written.
    def: () => undefined,
    reflink: () => undefined,
    // Only one line becomes a heading by what stands under it. Of several, the first are on the screen already.
    lheading(src) {
      const heading = this.rules.block.lheading.exec(src)
      return heading !== null && (heading[1] ?? "").includes("\n") ? undefined : false
    }
  }
})

/** @internal */
export const lex = (source: string): ReadonlyArray<Token> => marked.lexer(source)

/** Whether a blank line stands after a text. @internal */
export const hasGap = (raw: string): boolean => /\n[^\S\n]*\n\s*$/.test(raw)

/** Below this, what is nested goes no further to the right. */
const narrow = 12

/** @internal */
export const blocks = (tokens: ReadonlyArray<Token>, options: Options): Block => {
  const lines: Array<Line> = []
  let stable = 0
  let raw = ""
  for (const token of tokens) {
    if (token.type === "space" || token.type === "checkbox") {
      raw += token.raw
      continue
    }
    if (lines.length > 0 && hasGap(raw)) lines.push([])
    const one = block(token, options)
    stable = lines.length + one.stable
    lines.push(...one.lines)
    raw = token.raw
  }
  return { lines, stable }
}

const block = (token: Token, options: Options): Block => {
  const [one] = known([token])
  switch (one?.type) {
    case "heading":
      return heading(one, options)
    case "code":
      return code(one, options)
    case "list":
      return list(one, options)
    case "blockquote":
      return indented(atLeastOne(blocks(one.tokens, inner(options, 2))), options, [span("│ ", styles.dim)], undefined)
    case "table":
      // Cells beyond those of the header belong to no column, and GFM drops them.
      return hasMoreCells(one) ? verbatim(one.raw) : { lines: table(one, options), stable: 0 }
    case "hr":
      return { lines: [[span("─".repeat(options.width), styles.dim)]], stable: 0 }
    case "paragraph":
    case "text":
      return text(one.tokens ?? [{ type: "text", raw: one.raw, text: one.text }], options)
    default:
      return verbatim(token.raw)
  }
}

const hasMoreCells = ({ header, raw }: Tokens.Table): boolean =>
  raw.split("\n").some((row) => cellsIn(row) > header.length)

/** How many cells a row has as it is written; a bar behind a backslash is a part of its cell. */
const cellsIn = (row: string): number =>
  row
    .trim()
    .replace(/^\||(?<!\\)\|$/g, "")
    .split(/(?<!\\)\|/).length

/** Shown as it is written, such as HTML. */
const verbatim = (raw: string): Block => ({
  lines: raw
    .replace(/\s+$/, "")
    .split("\n")
    .map((line) => [span(line)]),
  stable: 0
})

const text = (tokens: ReadonlyArray<Token>, options: Options, style = ""): Block => {
  const { lines: hard, stable } = inline(tokens, options.color, style)
  const lines: Array<Line> = []
  let settled = 0
  hard.forEach((line, i) => {
    lines.push(...wrap(line, options.width))
    if (i < stable) settled = lines.length
  })
  return { lines, stable: settled }
}

const heading = (token: Tokens.Heading, options: Options): Block => {
  const style = token.depth === 1 ? `${styles.bold};${styles.underline}` : styles.bold
  const mark = options.color ? [] : [{ type: "text", raw: "", text: `${"#".repeat(token.depth)} ` }]
  return { lines: text([...mark, ...token.tokens], options, style).lines, stable: 0 }
}

/** From the first column and never wrapped: what is copied is the code. */
const code = (token: Tokens.Code, options: Options): Block => {
  const lines = token.text.split("\n").map((line): Line => [span(line)])
  if (token.codeBlockStyle === "indented") return { lines, stable: 0 }
  const language = (token.lang ?? "").replace(/\s+/g, " ").trim()
  const rule = (label: string): Line => [
    span(`${label === "" ? "" : `── ${label} `}`.padEnd(Math.min(options.width, 40), "─"), styles.dim)
  ]
  const all = [rule(language), ...lines, rule("")]
  // The last line may yet turn out to be a part of the closing fence.
  return { lines: all, stable: all.length - 2 }
}

const list = (token: Tokens.List, options: Options): Block => {
  const lines: Array<Line> = []
  let stable = 0
  token.items.forEach((item, i) => {
    if (i > 0 && hasGap(token.items[i - 1]?.raw ?? "")) lines.push([])
    const marker = token.ordered ? `${Number(token.start) + i}. ` : "• "
    const box = item.task ? (item.checked === true ? "[x] " : "[ ] ") : ""
    const content = item.task ? item.tokens.map(withoutBox) : item.tokens
    const first = [span(marker, styles.dim), span(box)]
    const one = blocks(content, inner(options, widthOf(first)))
    const all = indented(atLeastOne(one), options, undefined, first)
    stable = lines.length + all.stable
    lines.push(...all.lines)
  })
  return { lines, stable }
}

const atLeastOne = (block: Block): Block => (block.lines.length === 0 ? { lines: [[]], stable: 0 } : block)

/** The box of a task stands in the first paragraph where the list is loose, else before it. */
const withoutBox = (token: Token, i: number): Token => {
  const [first, ...rest] = token.type === "paragraph" ? (token.tokens ?? []) : []
  return i === 0 && first?.type === "checkbox" ? { ...token, tokens: rest } : token
}

const inner = (options: Options, by: number): Options => ({
  ...options,
  width: options.width - by < narrow ? options.width : options.width - by
})

/** Each line after `prefix`, or the first after `marker` and the others below it. */
const indented = (block: Block, options: Options, prefix: Line | undefined, marker: Line | undefined): Block => {
  const by = prefix ?? [span(" ".repeat(widthOf(marker ?? [])))]
  if (options.width - widthOf(by) < narrow) {
    const own = marker === undefined ? [] : [marker]
    return { lines: [...own, ...block.lines], stable: block.stable === 0 ? 0 : block.stable + own.length }
  }
  const before = (i: number): Line => (i === 0 && marker !== undefined ? marker : by)
  return { lines: block.lines.map((line, i) => [...before(i), ...line]), stable: block.stable }
}
