/**
 * Markdown that is still being written: which lines are settled, and how the rest looks for now.
 *
 * A line is settled when nothing that follows can change it. That is decided by whole lines of the source alone: half a
 * line (`#`, `-`) may look like the begin of a block and be none. So what settles does not depend on where the text was
 * cut on its way.
 */
import { type Block, blocks, hasGap, lex, type Options } from "./block.js"
import { type Line, span } from "./line.js"

/** @internal */
export interface Update {
  /** Lines to be printed once, below those of earlier updates. */
  readonly settled: ReadonlyArray<Line>
  /** What stands below them until the next update. */
  readonly tail: ReadonlyArray<Line>
}

/** @internal */
export interface Document {
  readonly add: (text: string) => void
  readonly update: (options: Options) => Update
  /** All that is left; the next text begins a document of its own. */
  readonly end: (options: Options) => ReadonlyArray<Line>
}

/** @internal */
export const make = (): Document => {
  /** The source from the begin of the first block that is not settled. */
  let source = ""
  /** How many characters of `source` have been searched for the end of a settled block. */
  let seen = 0
  /** How many lines of the first block are printed already. */
  let printed = 0
  /** The width that these lines were laid out for, which the rest of the block keeps. */
  let width = 0

  const fixed = (options: Options): Options => {
    if (printed === 0) width = options.width
    return { ...options, width }
  }

  const settle = (options: Options): ReadonlyArray<Line> => {
    const whole = source.lastIndexOf("\n") + 1
    if (whole <= seen) return []
    seen = whole
    const settled: Array<Line> = []
    let tokens = lexed(source.slice(0, whole))
    const last = tokens.findLastIndex((token) => token.type !== "space")
    const before = tokens.slice(0, Math.max(0, last))
    const raw = before.map((token) => token.raw).join("")
    if (raw !== "" && source.startsWith(raw)) {
      const { lines } = rendered(before, fixed(options))
      settled.push(...lines.slice(printed))
      if (lines.length > 0 && hasGap(raw)) settled.push([])
      source = source.slice(raw.length)
      seen -= raw.length
      printed = 0
      tokens = tokens.slice(last)
    }
    const { lines, stable } = rendered(tokens, fixed(options))
    if (stable > printed) {
      settled.push(...lines.slice(printed, stable))
      printed = stable
    }
    return settled
  }

  const rest = (options: Options): ReadonlyArray<Line> => rendered(lexed(source), fixed(options)).lines.slice(printed)

  return {
    add: (text) => {
      source += text
    },
    update: (options) => ({ settled: settle(options), tail: rest(options) }),
    end: (options) => {
      const lines = rest(options)
      source = ""
      seen = printed = 0
      return lines
    }
  }
}

// Text that is nested thousands of levels deep overflows the stack of a parser: it is shown as it is.
const lexed = (source: string): ReturnType<typeof lex> => {
  try {
    return lex(source)
  } catch {
    return [{ type: "html", raw: source, text: source }]
  }
}

const rendered = (tokens: ReturnType<typeof lex>, options: Options): Block => {
  try {
    return blocks(tokens, options)
  } catch {
    const raw = tokens.map((token) => token.raw).join("")
    return {
      lines: raw
        .trimEnd()
        .split("\n")
        .map((line) => [span(line)]),
      stable: 0
    }
  }
}
