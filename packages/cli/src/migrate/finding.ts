/** A finding, with the rule it comes from. Pure. */
import type { Change, Fix } from "./fix.js"
import { advice, type Rule, type RuleId, rules } from "./rules.js"
import type { Place } from "./scan.js"
import type { Advice, Writer } from "./writer.js"

/** @internal */
export interface Finding extends Rule, Place {
  readonly rule: RuleId
}

/** A finding before it is known in which language to give advice. @internal */
export interface Draft extends Omit<Finding, "instead"> {
  readonly instead: Advice
  readonly fix?: Change | undefined
}

/** What is said here replaces the words of the rule. @internal */
export const make = (
  rule: RuleId,
  { column, line }: Place,
  words: Partial<Pick<Draft, "what" | "why" | "instead" | "fix">> = {}
): Draft => ({
  line,
  ...(column === undefined ? {} : { column }),
  rule,
  ...rules[rule],
  instead: advice[rule],
  ...words
})

/** @internal */
export const written =
  (write: Writer) =>
  ({ fix: _, ...draft }: Draft): Finding => ({ ...draft, instead: draft.instead(write) })

/** @internal */
export const fixes =
  (write: Writer) =>
  ({ fix, level, line, rule }: Draft): ReadonlyArray<Fix> => {
    const edits = fix?.(write)
    return edits === undefined ? [] : [{ rule, level, line, edits }]
  }

/** By line, each rule once a line and wording. @internal */
export const sorted = (findings: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const seen = new Set<string>()
  return findings
    .filter(({ line, rule, what }) => {
      const id = `${line} ${rule} ${what}`
      if (seen.has(id)) return false
      seen.add(id)
      return true
    })
    .sort((a, b) => a.line - b.line)
}
