/**
 * Changes of a text that have one certain outcome: a name, a literal, a part of an address. What there is to choose stays advice. Pure.
 */
import type { Level, RuleId } from "./rules.js"
import type { Span } from "./scan.js"
import type { Writer } from "./writer.js"

/** @internal */
export interface Edit extends Span {
  /** What has to stand there, so that nothing else is changed. */
  readonly was: string
  readonly now: string
}

/** Edits that belong together, in the language of the file; `undefined` where there is none that is certain. @internal */
export type Change = (write: Writer) => ReadonlyArray<Edit> | undefined

/** The edits of a finding: all of them are made or none. @internal */
export interface Fix {
  readonly rule: RuleId
  readonly level: Level
  readonly line: number
  readonly edits: ReadonlyArray<Edit>
}

/** @internal */
export const replace = (span: Span | undefined, was: string, now: string): ReadonlyArray<Edit> | undefined =>
  span === undefined ? undefined : [{ ...span, was, now }]

const isOver = (a: Span, b: Span): boolean => a.from < b.to && b.from < a.to

/** Makes the changes that fit the text and one another, and tells which. @internal */
export const apply = (
  text: string,
  fixes: ReadonlyArray<Fix>
): { readonly text: string; readonly made: ReadonlyArray<Fix> } => {
  // The places are those of a text without a byte order mark.
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : ""
  const plain = text.slice(mark.length)
  const made: Array<Fix> = []
  const edits: Array<Edit> = []
  for (const fix of fixes) {
    const fits = fix.edits.every(
      (edit) => plain.slice(edit.from, edit.to) === edit.was && !edits.some((other) => isOver(edit, other))
    )
    if (!fits) continue
    made.push(fix)
    edits.push(...fix.edits)
  }
  const changed = edits
    .sort((a, b) => b.from - a.from)
    .reduce((text, { from, now, to }) => text.slice(0, from) + now + text.slice(to), plain)
  return { text: mark + changed, made }
}

const context = 2

/** A unified diff of two texts of as many lines. @internal */
export const diff = (name: string, before: string, after: string): string => {
  const [old, now] = [before.split(/\r?\n/), after.split(/\r?\n/)]
  const changed = old.flatMap((line, i) => (line === now[i] ? [] : [i]))
  const hunks: Array<{ start: number; end: number }> = []
  for (const i of changed) {
    const last = hunks.at(-1)
    if (last !== undefined && i - context <= last.end) last.end = Math.min(old.length, i + context + 1)
    else hunks.push({ start: Math.max(0, i - context), end: Math.min(old.length, i + context + 1) })
  }
  const lines = hunks.flatMap(({ end, start }) => {
    const range = `${start + 1},${end - start}`
    const shown: Array<string> = []
    for (let i = start; i < end; i++) {
      if (old[i] === now[i]) {
        shown.push(` ${old[i]}`)
        continue
      }
      // Lines that follow one another stand together, the old ones first.
      let after = i
      while (after < end && old[after] !== now[after]) after++
      shown.push(...old.slice(i, after).map((line) => `-${line}`), ...now.slice(i, after).map((line) => `+${line}`))
      i = after - 1
    }
    return [`@@ -${range} +${range} @@`, ...shown]
  })
  return [`--- ${name}`, `+++ ${name}`, ...lines].join("\n")
}
