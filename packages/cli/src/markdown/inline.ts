/** What stands inside of a paragraph, as lines of styled text that are not wrapped yet. Pure. */
import type { MarkedToken, Token } from "marked"
import { type Line, type Span, span, styles } from "./line.js"

/** @internal */
export interface Inline {
  readonly lines: ReadonlyArray<Line>
  /** How many of the lines stay as they are, whatever comes after the last. */
  readonly stable: number
}

const named: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " }

// Those by number are resolved by the parser.
const decoded = (text: string): string =>
  text.includes("&") ? text.replace(/&([a-z]{2,4});/g, (whole: string, name: string) => named[name] ?? whole) : text

const address = (href: string): string => ` (${decoded(href).replace(/\s+/g, " ")})`

/** The tokens of `marked` that are no extension of it, as there are none here. @internal */
export const known = (tokens: ReadonlyArray<Token> | undefined): ReadonlyArray<MarkedToken> =>
  (tokens ?? []) as ReadonlyArray<MarkedToken>

const over = (style: string, more: string): string =>
  style === "" ? more : style.split(";").includes(more) ? style : `${style};${more}`

// What can still become the begin of something that ends below.
const open = /[*_~`[\]<]/

/** @internal */
export const inline = (tokens: ReadonlyArray<Token> | undefined, color: boolean, style = ""): Inline => {
  const lines: Array<Array<Span>> = [[]]
  let stable: number | undefined
  // Where the last line of the source begins: as a whole it may become the head of a table.
  let last = 0

  const add = (text: string, style: string): void => {
    const [first = "", ...rest] = text.split("\n")
    lines.at(-1)?.push(span(first, style))
    for (const line of rest) lines.push([span(line, style)])
  }

  const settle = (raw: string): void => {
    if (stable === undefined && open.test(raw)) stable = last
  }

  const walk = (tokens: ReadonlyArray<Token> | undefined, style: string): void => {
    for (const token of known(tokens)) {
      switch (token.type) {
        case "strong":
          walk(token.tokens, over(style, styles.bold))
          break
        case "em":
          walk(token.tokens, over(style, styles.italic))
          break
        case "del":
          walk(token.tokens, over(style, styles.strike))
          break
        case "codespan":
          // Without colours the marks are what tells code from text.
          add(color ? token.text : `\`${token.text}\``, over(style, styles.code))
          break
        case "br":
          // A backslash before a table is one; before a line of text it is none.
          if (token.raw.startsWith("\\")) stable ??= last
          last = lines.push([]) - 1
          break
        case "checkbox":
          add(token.checked ? "[x] " : "[ ] ", style)
          break
        case "link": {
          walk(token.tokens, over(style, styles.underline))
          if (!isSame(token.text, token.href)) add(address(token.href), over(style, styles.dim))
          break
        }
        case "image":
          add(decoded(token.text), style)
          add(address(token.href), over(style, styles.dim))
          break
        case "html":
          if (/^<br\s*\/?>$/i.test(token.text)) lines.push([])
          else {
            settle(token.text.replace(/^<[^<>]*>$/, ""))
            add(token.text, over(style, styles.dim))
          }
          break
        case "escape":
          add(decoded(token.text), style)
          break
        case "text":
          if (token.tokens !== undefined) {
            walk(token.tokens, style)
          } else {
            settle(token.raw)
            add(decoded(token.text), style)
          }
          break
        default:
          settle(token.raw)
          add(token.raw, style)
      }
    }
  }

  walk(tokens, style)
  return { lines, stable: stable ?? last }
}

const isSame = (text: string, href: string): boolean =>
  text === href || `mailto:${text}` === href || `http://${text}` === href
